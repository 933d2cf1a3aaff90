"""Discounts: in which order, for how long, on what condition; and price by hand, within what a role may give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cartdesk.pricing import PricedCart, PricingContext, price_cart, price_item, project, replay
from cartdesk.pricing.conditions import check
from cartdesk.tmf import PriceOverride

NO_CONTEXT = PricingContext()


def first(priced: PricedCart, line: int = 0) -> str:
    return f"{priced.items[line].all_charges()[0].in_period(1).tax_included.amount}"


def phases(priced: PricedCart) -> list[tuple[int, int | None, str]]:
    return [(phase.first, phase.last, f"{phase.amounts.tax_included.amount}") for phase in priced.totals[0].phases]


def refusals(priced: PricedCart, line: int = 0) -> list[tuple[str, str | None]]:
    return [(refused.reason, refused.mend) for charge in priced.items[line].all_charges() for refused in charge.refused]


def test_the_lowest_priority_comes_first_then_as_listed(shop: Any) -> None:
    shop.offer("A", shop.every(100, cuts=(shop.off(amount=10, priority=2), shop.off(50, priority=1))))
    shop.offer("B", shop.every(100, cuts=(shop.off(amount=10, priority=1), shop.off(50, priority=2))))
    shop.offer("C", shop.every(100, cuts=(shop.off(amount=10), shop.off(50))))
    assert [first(shop.sell(code)) for code in "ABC"] == ["40.00", "45.00", "45.00"]


def test_percentages_are_of_what_is_left_and_rounded_once(shop: Any) -> None:
    shop.offer("A", shop.every("9.99", cuts=(shop.off("33.3"), shop.off("33.3"))))
    exact = Decimal("9.99") * Decimal("0.667") * Decimal("0.667")
    assert first(shop.sell("A")) == f"{round(exact, 2)}" == "4.44"


def test_a_later_discount_is_larger_once_an_earlier_one_has_ended(shop: Any) -> None:
    """Ten per cent of half the price while that lasts, then ten per cent of all of it."""
    shop.offer("A", shop.every(100, cuts=(shop.off(50, applicationDuration=3), shop.off(10))))
    priced = shop.sell("A")
    assert phases(priced) == [(1, 3, "45.00"), (4, None, "90.00")]
    (charge,) = priced.items[0].charges
    assert [[effect.tax_included.amount for effect in phase.effects] for phase in charge.phases] == [[-50, -5], [0, -10]]


def test_a_discount_is_beside_the_list_price_never_in_it(shop: Any) -> None:
    shop.offer("A", shop.every(100, cuts=(shop.off(50, id="half", name="Half"),)))
    (charge,) = shop.sell(shop.item("A", 2)).items[0].charges
    assert (charge.unit.tax_included.amount, charge.total.tax_included.amount) == (100, 200)
    assert [(each.name, each.source, each.effect.tax_included.amount) for each in charge.alterations] == [("Half", "half", -100)]


def test_a_negative_amount_off_is_the_same_reduction(shop: Any) -> None:
    shop.offer("A", shop.every(100, cuts=(shop.off(amount=-10),)))
    assert first(shop.sell("A")) == "90.00"


def test_a_discount_of_another_kind_of_price_is_refused(shop: Any) -> None:
    shop.offer("A", shop.every(100, cuts=(shop.off(50, priceType="oneTime"),)))
    assert refusals(shop.sell("A")) == [("for one-off charges only", None)]


def test_a_discount_out_of_its_time_is_refused_with_the_day(shop: Any) -> None:
    ended = shop.off(50, validFor={"endDateTime": "2017-10-24T00:00:00Z"})
    early = shop.off(50, validFor={"startDateTime": "2027-01-01T00:00:00Z"})
    shop.offer("A", shop.every(100, cuts=(ended, early)))
    priced = shop.sell("A")
    assert first(priced) == "100.00"
    assert refusals(priced) == [("ended on 2017-10-24", None), ("starts on 2027-01-01", None)]


def test_a_discount_for_a_term_or_a_value(shop: Any) -> None:
    term = shop.off(10, productOfferingTerm=[{"name": "24 months", "duration": {"amount": 24, "units": "month"}}])
    blue = shop.off(10, prodSpecCharValueUse=[{"name": "Color", "productSpecCharacteristicValue": [{"value": "Blue"}]}])
    shop.offer("A", shop.every(100, cuts=(term, blue)))
    assert refusals(shop.sell("A")) == [("only with the term 24 months", "= term 24 months"), ("only with Color Blue", "= Color Blue")]
    assert first(shop.sell(shop.item("A", months=24, chosen={"color": "blue"}))) == "81.00"


@pytest.mark.parametrize(
    ("condition", "known", "chosen", "others", "holds"),
    [
        ("new customer", False, {}, (), True),
        ("New customers only", True, {}, (), False),
        ("existing customer", True, {}, (), True),
        ("existing customer", False, {}, (), False),
        ("port-in", False, {"phoneNumber": "+49 170 1"}, (), True),
        ("Port In", False, {"portIn": "yes"}, (), True),
        ("port-in", False, {"phoneNumber": ""}, (), False),
        ("port-in", False, {"portIn": "no"}, (), False),
        ("keeps their number", False, {"number": "0170"}, (), True),
        ("with TVPLUS", False, {}, ("TVPLUS",), True),
        ("with tv plus", False, {}, ("TVPLUS",), True),
        ("with TVPLUS", False, {}, (), False),
        ("without TVPLUS", False, {}, (), True),
        ("without TVPLUS", False, {}, ("TVPLUS",), False),
        ("promo SPRING", False, {}, (), False),
        ("from 2 lines", False, {}, ("TVPLUS",), True),
        ("3 or more", False, {}, ("TVPLUS",), False),
        ("2 or more TVPLUS", False, {}, ("TVPLUS", "TVPLUS"), True),
        ("color = black", False, {"Color": "Black"}, (), True),
        ("storage: 128", False, {"storage": 128}, (), True),
        ("color = black", False, {"color": "white"}, (), False),
        ("24 months", False, {}, (), True),
        ("12 months", False, {}, (), False),
        ("new customer and with TVPLUS", False, {}, ("TVPLUS",), True),
        ("new customer and with TVPLUS", True, {}, ("TVPLUS",), False),
        ("existing customer or with TVPLUS", False, {}, ("TVPLUS",), True),
        ("", False, {}, (), True),
        ("on Tuesdays", False, {}, (), False),
    ],
)  # fmt: skip
def test_each_named_condition(shop: Any, condition: str, known: bool, chosen: dict[str, Any], others: tuple[str, ...], holds: bool) -> None:
    shop.offer("TVPLUS", shop.every(5), name="TV Plus")
    shop.offer("A", shop.every(100, cuts=(shop.off(50, priceCondition=condition),)))
    priced = shop.sell(shop.item("A", chosen=chosen, months=24), *others, known=known)
    assert first(priced) == ("50.00" if holds else "100.00")
    assert bool(refusals(priced)) is not holds


def test_a_refusal_says_what_would_mend_it(shop: Any) -> None:
    shop.offer("TVPLUS", shop.every(5), name="TV Plus")
    conditions = ("with TVPLUS", "promo SPRING", "color = black", "24 months", "on Tuesdays", "new customer")
    shop.offer("A", shop.every(100, cuts=tuple(shop.off(1, priceCondition=each) for each in conditions)))
    assert refusals(shop.sell("A", known=True)) == [
        ("TV Plus is not in this cart", "TVPLUS"),
        ("only with the code SPRING", "%SPRING"),
        ("only with color black", "= color black"),
        ("only with a term of 24 months", "= term 24"),
        ("its condition «on Tuesdays» is not one that can be checked here", None),
        ("for new customers only", None),
    ]


def test_what_is_saved_for_later_is_not_in_the_cart_and_what_is_had_is(shop: Any) -> None:
    shop.offer("TV", shop.every(5))
    shop.offer("A", shop.every(100, cuts=(shop.off(50, priceCondition="with TV"),)))
    assert first(shop.sell("A", shop.item("TV", status="SavedForLater"))) == "100.00"
    assert first(shop.sell("A", shop.item("TV", action="delete"))) == "100.00"
    assert first(shop.sell("A", shop.item("TV", action="no_change"))) == "50.00"


def test_a_code_that_only_opens_a_discount_is_not_called_unknown(shop: Any) -> None:
    shop.offer("A", shop.every(100, cuts=(shop.off(50, priceCondition="promo CAMPUS"),)))
    priced = shop.sell("A", codes=("campus",))
    assert (first(priced), priced.refused) == ("50.00", ())


def test_a_condition_without_an_item_looks_at_the_cart_alone() -> None:
    assert check("new customer", None, NO_CONTEXT, set()).holds
    assert not check("port-in", None, NO_CONTEXT, set()).holds


def override(item_id: str, **given: Any) -> PriceOverride:
    return PriceOverride(**({"item_id": item_id, "who": "Ana", "role": "agent", "why": "loyal customer"} | given))


def by_hand(shop: Any, *overrides: PriceOverride) -> PricedCart:
    priced: PricedCart = shop.sell(shop.item("A", id="a"), overrides=overrides)
    return priced


def test_a_price_by_hand_is_the_last_discount_of_its_item(shop: Any) -> None:
    shop.offer("A", shop.every(100, rate=10, cuts=(shop.off(50),)))
    priced = by_hand(shop, override("a", percentage="10", periods=6))
    assert phases(priced) == [(1, 6, "49.50"), (7, None, "55.00")]
    (charge,) = priced.items[0].charges
    assert charge.alterations[-1].source == "override"
    assert charge.alterations[-1].note == "Ana (agent): loyal customer"
    bills = project(priced, date(2026, 12, 1), 1, months=7)
    assert [f"{bill.total.tax_included.amount}" for bill in bills[6:]] == ["49.50", "55.00"]


@pytest.mark.parametrize(
    ("role", "percentage", "expected"),
    [
        ("agent", "10", "90.00"),
        ("agent", "10.01", "100.00"),
        ("supervisor", "50", "50.00"),
        ("Supervisor", "51", "100.00"),
        ("visitor", "1", "100.00"),
    ],
)
def test_a_role_gives_no_more_than_it_may(shop: Any, role: str, percentage: str, expected: str) -> None:
    shop.offer("A", shop.every(100))
    priced = by_hand(shop, override("a", percentage=percentage, role=role))
    assert first(priced) == expected
    if expected == "100.00":
        ((reason, _),) = refusals(priced)
        assert role in reason
        assert percentage.rstrip("0") in reason or percentage in reason


def test_amounts_by_hand_are_with_tax_and_count_as_a_percentage(shop: Any) -> None:
    shop.offer("A", shop.every(100, rate=10))
    assert first(by_hand(shop, override("a", amount="11"))) == "99.00"
    assert "more than the 10 %" in refusals(by_hand(shop, override("a", amount="11.01")))[0][0]


def test_two_by_hand_count_together(shop: Any) -> None:
    shop.offer("A", shop.every(100))
    priced = by_hand(shop, override("a", percentage="6"), override("a", percentage="6"))
    assert first(priced) == "94.00"
    assert len(refusals(priced)) == 1


@pytest.mark.parametrize(
    "given", [{"percentage": "-5"}, {"percentage": "250"}, {"amount": "-1"}, {"amount": "NaN"}, {"percentage": "a lot"}, {}]
)
def test_what_is_no_reduction_is_refused(shop: Any, given: dict[str, str]) -> None:
    shop.offer("A", shop.every(100))
    priced = by_hand(shop, override("a", **given))
    assert first(priced) == "100.00"
    assert refusals(priced) == [("it names neither a percentage nor an amount that can be taken off", None)]


def test_never_below_the_floor(shop: Any) -> None:
    shop.offer("A", shop.every(100, rate=10, floor=95))
    assert first(by_hand(shop, override("a", percentage="5"))) == "104.50"
    priced = by_hand(shop, override("a", percentage="5.01"))
    assert first(priced) == "110.00"
    assert refusals(priced) == [("it would go below the lowest price, 104.5 EUR with tax for one", None)]


def test_a_line_without_such_a_price_says_so(shop: Any) -> None:
    shop.offer("A", shop.every(100))
    priced = by_hand(shop, override("a", percentage="5", price_type="oneTime"))
    assert [each.reason for each in priced.items[0].refused] == ["this line has no one-off price of its own"]


def test_other_limits_may_be_given(shop: Any) -> None:
    shop.offer("A", shop.every(100))
    cart = shop.cart(shop.item("A", id="a"), overrides=(override("a", percentage="30"),))
    assert first(price_cart(cart, shop.book, shop.sell().moment, limits={"agent": Decimal(30)})) == "70.00"


def test_an_item_alone_is_a_new_customers(shop: Any) -> None:
    shop.offer("A", shop.every(100, cuts=(shop.off(50, priceCondition="new customer"),)))
    item = price_item(shop.item("A", 2), shop.book, shop.sell().moment, parent_quantity=3)
    assert item.quantity == 6
    assert item.charges[0].in_period(1).tax_included.amount == 300
    known = PricingContext(customer_known=True)
    assert price_item(shop.item("A"), shop.book, shop.sell().moment, context=known).charges[0].in_period(1).tax_included.amount == 100


def test_rounding_modes_of_the_catalog(new_shop: Callable[..., Any]) -> None:
    found = []
    for mode in ("HALF_UP", "HALF_EVEN", "HALF_DOWN"):
        shop = new_shop(mode=mode)
        shop.offer("A", shop.once("0.25", cuts=(shop.off(50),)))
        shop.offer("B", shop.once("0.15", cuts=(shop.off(50),)))
        found.append((first(shop.sell("A")), first(shop.sell("B"))))
    assert found == [("0.13", "0.08"), ("0.12", "0.08"), ("0.12", "0.07")]


def test_steps_name_the_rounding_that_was_used(new_shop: Callable[..., Any]) -> None:
    from cartdesk.pricing import explain

    shop = new_shop(mode="HALF_EVEN")
    shop.offer("A", shop.once("0.25", cuts=(shop.off(50),)))
    steps = explain(shop.sell("A"), what="due_now")
    assert [step.source for step in steps if step.operation == "round"] == ["HALF_EVEN"]
    assert replay(steps) == Decimal("0.12")
