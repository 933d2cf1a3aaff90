"""Change of what a customer has: before and after, credit and charge, what leaving early costs, and what is left behind."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartdesk.errors import Refused
from cartdesk.pricing import price_cart
from cartdesk.selling import basket, checkout, owned
from cartdesk.selling.lines import walk
from cartdesk.tmf.cart import Action, ShoppingCart
from cartdesk.tmf.customer import OwnedProduct
from cartdesk.tmf.price import PriceType
from cartdesk.tmf.resource import Reference
from cartdesk.tmf.wire import dumps, loads

BERG, KAYA, NOVAK, HAVN, WANG = "C-1001", "C-1002", "C-1004", "C-2001", "C-1006"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def change(shop, cart, number, code=None):
    offering = shop.shelf.offering(code) if code else None
    return basket.change_product(cart, number, shop.shelf, ids=shop.ids, now=NOW, offering=offering)


def cancel(shop, cart, number):
    return basket.cancel_product(cart, number, shop.shelf, ids=shop.ids, now=NOW)


def keep(shop, cart, number):
    return basket.keep_product(cart, number, shop.shelf, ids=shop.ids, now=NOW)


def monthly(shop, cart):
    return {str(total.period): total.amounts.tax_included.amount for total in price_cart(cart, shop.shelf, NOW).totals if total.period}


def leaving(item):
    return [price.price.tax_included_amount.amount for price in owned.leaving_charges(item)]


def test_a_change_sells_the_difference_only(nordlys):
    cart = change(nordlys, nordlys.cart(customer=BERG), 1, "FIB1000")
    (item,) = cart.cart_item
    assert (item.action, item.product.id, item.product_offering.id) == (Action.MODIFY, "P-1001-1", "FIB1000")
    assert monthly(nordlys, cart) == {"monthly": Decimal("10.00")}
    assert leaving(item) == []


def test_giving_up_costs_what_leaving_early_costs_and_is_not_in_the_totals(nordlys):
    cart = cancel(nordlys, nordlys.cart(customer=BERG), 2)
    (item,) = cart.cart_item
    assert item.action is Action.DELETE
    assert leaving(item) == [Decimal("174.93")]
    assert price_cart(cart, nordlys.shelf, NOW).totals == ()


def test_what_stays_costs_nothing_here_and_is_no_order_by_itself(nordlys):
    cart = keep(nordlys, nordlys.cart(customer=BERG), 1)
    assert cart.cart_item[0].action is Action.NO_CHANGE
    assert price_cart(cart, nordlys.shelf, NOW).totals == ()
    assert [each.code for each in checkout.blockers(cart, nordlys.shelf, NOW)] == ["empty"]


def test_a_changed_mind_takes_the_same_line(nordlys):
    cart = change(nordlys, nordlys.cart("TVMAX", customer=BERG), 1, "FIB1000")
    cart = keep(nordlys, cancel(nordlys, cart, 1), 1)
    assert [item.action for item in cart.cart_item] == [Action.ADD, Action.NO_CHANGE]
    cart = change(nordlys, cart, 1)
    assert [item.action for item in cart.cart_item] == [Action.ADD, Action.MODIFY]


@pytest.mark.parametrize(
    ("customer", "number", "code", "owed"),
    [
        (BERG, 1, "FIB1000", []),  # an upgrade keeps the commitment
        (BERG, 1, "FIB2000", []),  # so does one two steps up
        (BERG, 1, "FIB250", [Decimal("240.00")]),  # a step down ends it
        (KAYA, 2, "CAB100", []),  # its term is over
        (KAYA, 1, "UNL", []),  # nothing bound it
        (NOVAK, 1, "FIB500", [Decimal("360.00"), Decimal("233.82")]),  # parts count
    ],
)
def test_ending_a_commitment_early_is_shown_with_what_it_costs(nordlys, customer, number, code, owed):
    cart = change(nordlys, nordlys.cart(customer=customer), number, code)
    assert leaving(cart.cart_item[0]) == owed


def test_a_price_of_its_own_is_what_is_taken_off(nordlys):
    cart = change(nordlys, nordlys.cart(customer=KAYA), 1, "UNL")
    assert monthly(nordlys, cart) == {"monthly": Decimal("44.99") - Decimal("11.90")}


def test_what_is_no_longer_sold_may_stay_what_it_is(nordlys):
    cart = change(nordlys, nordlys.cart(customer=KAYA), 1)
    assert nordlys.found(cart) == []
    with pytest.raises(Refused, match="no longer sold"):
        change(nordlys, cart, 1, "SMART3")


def test_a_changed_bundle_gives_up_the_parts_it_has_no_longer(nordlys):
    cart = change(nordlys, nordlys.cart(customer=NOVAK), 1, "SURFDUO")
    actions = {(child.product_offering.id, child.action) for child in cart.cart_item[0].cart_item}
    assert ("YOUTH15", Action.DELETE) in actions
    assert ("FIB250", Action.DELETE) in actions
    assert ("FIB500", Action.ADD) in actions or ("FIB500", Action.MODIFY) in actions


def test_what_needs_what_is_given_up_is_found(nordlys, monkeypatch):
    berg = nordlys.shelf.customer(BERG)
    sport = OwnedProduct(id="P-x", name="Sport", product_offering=Reference(id="CHSPORT", name="Sport"))
    with_sport = berg.model_copy(update={"product": (*berg.product, sport)})
    monkeypatch.setattr(type(nordlys.shelf), "customer", lambda self, customer_id: with_sport)
    cart = cancel(nordlys, nordlys.cart(customer=BERG), 3)
    (finding,) = nordlys.found(cart, "companion")
    assert finding.sentence == "Sport, which the customer has, needs TV Plus."
    assert [mend.entry for mend in finding.mends] == ["P3 keep", "P5 -"]
    assert nordlys.found(cancel(nordlys, cart, 5), "companion") == []
    assert nordlys.found(keep(nordlys, cart, 3), "companion") == []
    assert nordlys.found(change(nordlys, cart, 3, "TVMAX"), "companion") == []


@pytest.mark.parametrize(
    ("customer", "number", "why"),
    [
        (BERG, 5, "this customer has 1 to 4"),
        (BERG, 0, "this customer has 1 to 4"),
        (BERG, 10**12, "There is no product of that number"),
        (WANG, 1, "Nothing is known of what this customer has"),
        (None, 1, "Nothing is known of what this customer has"),
    ],
)
def test_what_the_customer_does_not_have_cannot_be_changed(nordlys, customer, number, why):
    cart = nordlys.cart(customer=customer)
    for act in (change, cancel, keep):
        with pytest.raises(Refused, match=why):
            act(nordlys, cart, number)


def test_how_many_there_are_stays_as_it_is(nordlys):
    cart = change(nordlys, nordlys.cart(customer=HAVN), 2)
    with pytest.raises(Refused, match="how many stays as it is") as caught:
        basket.set_quantity(cart, cart.cart_item[0].id, 7)
    assert [mend.entry for mend in caught.value.mends] == ["BIZGO30"]
    assert basket.set_quantity(cart, cart.cart_item[0].id, 6) is cart


def test_what_is_given_up_cannot_be_configured(nordlys):
    cart = cancel(nordlys, nordlys.cart(customer=BERG), 1)
    with pytest.raises(Refused, match="is given up; choosing means nothing there"):
        basket.choose(cart, cart.cart_item[0].id, "router own", nordlys.shelf, ids=nordlys.ids)


def test_history_is_not_changed(nordlys):
    cart = basket.discard(nordlys.cart(customer=BERG))
    with pytest.raises(Refused, match="was discarded"):
        change(nordlys, cart, 1)


def test_a_change_of_characteristics_sells_what_they_cost_more(nordlys):
    cart = change(nordlys, nordlys.cart(customer=HAVN), 1)
    cart = basket.choose(cart, cart.cart_item[0].id, "repair 4 hours", nordlys.shelf, ids=nordlys.ids)
    assert monthly(nordlys, cart) == {"monthly": (Decimal(29) - Decimal(15)) * Decimal("1.19")}


def test_an_order_says_what_becomes_of_each_product(nordlys):
    cart = keep(nordlys, cancel(nordlys, change(nordlys, nordlys.cart("WIFICHECK", customer=BERG), 1, "FIB1000"), 3), 4)
    priced = price_cart(cart, nordlys.shelf, NOW)
    buyer = basket.customer_of(cart)
    _, order = checkout.place_order(cart, priced, buyer, order_id="o", now=NOW, who="ana")
    assert [(item.action, item.product.id if item.product else None) for item in order.product_order_item] == [
        ("add", None),
        ("modify", "P-1001-1"),
        ("delete", "P-1001-3"),
    ]


def every_product(shop):
    return [(customer.id, number) for customer in shop.shelf.customers() for number in range(1, len(customer.product) + 1)]


def test_changing_anything_to_itself_credits_exactly_what_it_charges(nordlys):
    for customer, number in every_product(nordlys):
        cart = change(nordlys, nordlys.cart(customer=customer), number)
        (line,) = price_cart(cart, nordlys.shelf, NOW).items
        charges = [charge for charge in line.all_charges() if charge.kind is PriceType.RECURRING and charge.installments is None]
        for side in ("duty_free", "tax_included"):
            credit = sum(getattr(charge.total, side).amount for charge in charges if charge.category == "former")
            charge = sum(getattr(charge.total, side).amount for charge in charges if charge.category != "former")
            product = nordlys.shelf.customer(customer).product[number - 1]
            if not product.product_price:
                assert credit + charge == 0, (customer, number, side)
        assert line.problem is None


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_credit_and_charge_of_any_offering_in_any_number_are_nothing(nordlys, data):
    row = nordlys.shelf.row(data.draw(st.integers(0, len(nordlys.shelf) - 1)))
    offering = nordlys.shelf.offering(row.id)
    quantity = data.draw(st.integers(1, 9_999))
    terms = offering.product_offering_term
    term = (data.draw(st.sampled_from(terms)),) if terms else ()
    product = OwnedProduct(
        id="P-1",
        quantity=quantity,
        start_date=data.draw(st.datetimes(datetime(2015, 1, 1), datetime(2026, 11, 22), timezones=st.just(UTC))),
        product_offering=Reference(id=row.id, name=row.name),
        product_term=tuple(each.wire() for each in term),
    )
    line = owned.taken_off(product, nordlys.shelf, NOW)
    sums = {}
    for charge in line.all_charges():
        if charge.kind is PriceType.RECURRING and charge.installments is None:
            for side in ("duty_free", "tax_included"):
                key = (charge.period, side)
                sums[key] = sums.get(key, 0) + getattr(charge.total, side).amount
    assert not any(sums.values()), (row.id, quantity, sums)
    assert all(each.amounts.tax_included.amount > 0 for each in owned.leaving_now(product, nordlys.shelf, NOW))


def test_a_cart_with_every_change_survives_the_wire(nordlys):
    for customer, number in every_product(nordlys):
        for act in (change, cancel, keep):
            cart = act(nordlys, nordlys.cart(customer=customer), number)
            again = ShoppingCart.model_validate(loads(dumps(cart.wire())))
            assert dumps(again.wire()) == dumps(cart.wire())
            assert price_cart(again, nordlys.shelf, NOW).totals == price_cart(cart, nordlys.shelf, NOW).totals
            assert len({item.id for item in walk(cart.cart_item[0])}) == len(list(walk(cart.cart_item[0])))
