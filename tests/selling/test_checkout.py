"""From a cart to an order: what stands in the way, what the order carries, and that the cart is history after it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cartdesk.errors import Refused
from cartdesk.pricing import price_cart
from cartdesk.selling import basket, checkout
from cartdesk.selling.customers import Customer
from cartdesk.tmf.cart import Action, CartItem, CartState
from cartdesk.tmf.order import ProductOrder
from cartdesk.tmf.resource import Reference
from cartdesk.tmf.wire import dumps, loads

BERG = Customer("Ingrid Berg", email="ingrid@berg.example", id="k7")


def block(shop, cart, now):
    return checkout.blockers(cart, shop.shelf, now)


def place(shop, cart, now, customer=BERG, priced=None):
    priced = priced or price_cart(cart, shop.shelf, now)
    return checkout.place_order(cart, priced, customer, order_id="261122-A1", now=now, who="ana")


@pytest.mark.parametrize(
    ("codes", "code", "entry"),
    [
        ((), "empty", "?"),
        (("TALK",), "companion", "SIM"),
        (("PHONE",), "shipping", "POST"),
        (("FIB500", "FIB1000"), "excluded", "-2"),
        (("PICK",), "bundle", "= Channels NEWS @1"),
        (("FOLD",), "missing", "= color Black @1"),
    ],
)
def test_what_stands_in_the_way_offers_the_entry_that_mends_it(shop, now, codes, code, entry):
    found = block(shop, shop.cart(*codes), now)
    assert [each.code for each in found] == [code]
    assert found[0].blocking
    assert found[0].mends[0].entry == entry
    with pytest.raises(Refused) as refused:
        checkout.refuse_blocked(shop.cart(*codes), shop.shelf, now)
    assert str(refused.value) == found[0].sentence
    assert refused.value.mends[0].entry == entry


def test_several_are_counted(shop, now):
    with pytest.raises(Refused, match=r"\(and 1 more\)"):
        checkout.refuse_blocked(shop.cart("TALK", "PHONE"), shop.shelf, now)


def test_nothing_in_the_way(shop, now):
    cart = shop.cart("TALK", "ESIM", "FIB500", "PHONE", "POST")
    assert block(shop, cart, now) == ()
    checkout.refuse_blocked(cart, shop.shelf, now)


def test_an_offering_that_is_no_longer_sold_blocks(shop, now):
    gone = CartItem(id="x", product_offering=Reference(id="OLD", name="Fibre 50"))
    (finding,) = block(shop, shop.empty().model_copy(update={"cart_item": (gone,)}), now)
    assert finding.code == "not-sold"
    assert [mend.entry for mend in finding.mends] == ["-1", "FIB500"]


def test_a_cart_with_everything_saved_for_later_or_had_already(shop, now):
    cart = shop.cart("ESIM")
    (finding,) = block(shop, basket.save_for_later(cart, cart.cart_item[0].id), now)
    assert (finding.code, finding.mends[0].entry) == ("empty", "L1 back")
    had = cart.model_copy(update={"cart_item": (cart.cart_item[0].model_copy(update={"action": Action.NO_CHANGE}),)})
    (finding,) = block(shop, had, now)
    assert (finding.code, finding.mends[0].entry) == ("empty", "?")


def test_an_order_carries_what_was_sold_to_whom_for_how_much(shop, now):
    cart = shop.cart("FIB500", "ESIM", "HOME", "POST")
    cart = basket.set_quantity(cart, cart.cart_item[0].id, 2)
    cart = basket.add_note(cart, cart.cart_item[0].id, "second floor", "ana", now)
    cart = basket.add_note(cart, None, "call first", "ana", now)
    cart = basket.save_for_later(cart, cart.cart_item[1].id)
    cart = basket.set_bill_day(basket.set_start(cart, date(2026, 12, 1)), 15)
    history, order = place(shop, cart, now)
    assert (order.id, order.external_id, order.state) == ("261122-A1", "261122-A1", "acknowledged")
    assert order.order_date == now
    assert order.requested_start_date.date() == date(2026, 12, 1)
    assert [(item.product_offering.id, item.quantity, item.action) for item in order.product_order_item] == [
        ("FIB500", 2, "add"), ("HOME", 1, "add"), ("POST", 1, "add"),
    ]  # fmt: skip
    assert [child.product_offering.id for child in order.product_order_item[1].product_order_item] == ["FIB500", "INNER", "BOX", "PHONE"]
    assert [(price.price_type, price.price.tax_included_amount.amount) for price in order.product_order_item[0].item_total_price] == [
        ("oneTime", Decimal(98)), ("recurring", Decimal(78)),
    ]  # fmt: skip
    assert [(price.price_type, price.price.tax_included_amount.amount) for price in order.order_total_price] == [
        ("oneTime", Decimal(147)), ("recurring", Decimal(117)),
    ]  # fmt: skip
    assert order.product_order_item[0].item_term[0].name == "24 months"
    assert order.product_order_item[0].note[0].text == "second floor"
    assert order.note[0].text == "call first"
    assert [(party.role, party.name, party.id) for party in order.related_party] == [
        ("customer", "Ingrid Berg", "k7"),
        ("seller", "ana", "ana"),
    ]
    assert order.contact_medium[0].characteristic.email_address == "ingrid@berg.example"
    assert order.shopping_cart.id == "c1"
    assert [(total.price_type, total.first, total.last, total.price.tax_included_amount.amount) for total in order.seat.charged] == [
        ("oneTime", 1, None, Decimal(147)), ("recurring", 1, None, Decimal(117)),
    ]  # fmt: skip
    assert (order.seat.start, order.seat.bill_cycle_day, order.seat.who) == ("2026-12-01", 15, "ana")
    assert (history.notes.state, history.notes.order_id) == (CartState.ORDERED, "261122-A1")
    assert basket.customer_of(history).name == "Ingrid Berg"
    assert ProductOrder.model_validate(loads(dumps(order.wire()))).wire() == order.wire()


def test_the_cart_is_history_after_its_order(shop, now):
    history, _ = place(shop, shop.cart("ESIM"), now)
    assert [each.code for each in block(shop, history, now)] == ["history"]
    with pytest.raises(Refused) as refused:
        place(shop, history, now)
    assert [mend.entry for mend in refused.value.mends] == ["copy"]
    again = basket.duplicate(history, "c2", shop.ids, now)
    assert block(shop, again, now) == ()


@pytest.mark.parametrize(
    "customer",
    [
        Customer("Ingrid Berg"),
        Customer(""),
        Customer("Berg", email="no"),
        Customer("x" * 10_000, phone="22334455"),
        Customer("B", phone="abc"),
    ],
)
def test_a_customer_who_cannot_be_right_is_refused(shop, now, customer):
    with pytest.raises(Refused):
        place(shop, shop.cart("ESIM"), now, customer)


def test_an_empty_cart_and_prices_of_another_cart_are_refused(shop, now):
    with pytest.raises(Refused, match="empty"):
        place(shop, shop.empty(), now)
    cart = shop.cart("ESIM")
    before = price_cart(cart, shop.shelf, now)
    with pytest.raises(Refused, match="changed since"):
        place(shop, basket.set_quantity(cart, cart.cart_item[0].id, 2), now, priced=before)


def test_a_line_without_a_price_is_refused(shop, now):
    unknown = CartItem(id="x", product_offering=Reference(id="NOWHERE", name="Nowhere"))
    cart = shop.cart("ESIM")
    cart = cart.model_copy(update={"cart_item": (*cart.cart_item, unknown)})
    with pytest.raises(Refused, match="Nowhere") as refused:
        place(shop, cart, now)
    assert [mend.entry for mend in refused.value.mends] == ["-2"]


def test_discounts_of_an_order_say_until_when(open_shop, now):
    half = {
        "id": "half", "@type": "ProductOfferingPriceAlteration", "name": "Half", "priceType": "recurring", "percentage": 50,
        "applicationDuration": 3, "priority": 1,
    }  # fmt: skip
    price = {
        "id": "m", "name": "Monthly", "priceType": "recurring", "recurringChargePeriodType": "month", "price": {"unit": "EUR", "value": 20},
        "popRelationship": [{"id": "half", "relationshipType": "alteration"}],
    }  # fmt: skip
    weekly = {
        "id": "w",
        "name": "Weekly",
        "priceType": "recurring",
        "recurringChargePeriodType": "week",
        "price": {"unit": "EUR", "value": 1},
    }
    shop = open_shop([{"id": "A", "name": "A"}], prices={"A": [price, {**weekly, "applicationDuration": 4}], "": [half]})
    cart = basket.set_bill_day(basket.set_start(shop.cart("A"), date(2026, 12, 20)), 15)
    _, order = place(shop, cart, now)
    alteration = next(each for total in order.order_total_price for each in total.price_alteration)
    assert alteration.valid_for.end_date_time.date() == date(2027, 4, 14)
    assert (alteration.valid_for.end_date_time + timedelta(seconds=1)).date() == date(2027, 4, 15)
    ends = {total.recurring_charge_period: total.until for total in order.seat.charged if total.last}
    assert ends == {"monthly": "2027-04-14", "weekly": "2027-01-16"}
