"""Promotion codes: which hold, why the others do not, and what they take off."""

from __future__ import annotations

from typing import Any

import pytest

from cartdesk.errors import PricingError
from cartdesk.pricing import PricedCart, price_cart


def now_and_monthly(priced: PricedCart) -> tuple[str, list[str]]:
    monthly = priced.every()
    return f"{priced.due_now.tax_included.amount}", [f"{phase.amounts.tax_included.amount}" for phase in monthly.phases] if monthly else []


def refused(priced: PricedCart) -> list[tuple[str, str, str | None]]:
    return [(each.source, each.reason, each.mend) for each in priced.refused]


@pytest.fixture
def stocked(shop: Any) -> Any:
    shop.offer("A", shop.every(20), shop.once(30), name="Plan A")
    shop.offer("B", shop.every(10), shop.once(10))
    return shop


def test_a_percentage_is_off_everything_unless_it_says_otherwise(stocked: Any) -> None:
    stocked.code("ALL", 10)
    stocked.code("MONTHLY", 10, priceType="recurring", applicationDuration=6)
    assert now_and_monthly(stocked.sell("A", "B", codes=("ALL",))) == ("36.00", ["27.00"])
    assert now_and_monthly(stocked.sell("A", "B", codes=("monthly",))) == ("40.00", ["27.00", "30.00"])


def test_an_amount_is_off_once_and_spread_over_the_lines(stocked: Any) -> None:
    stocked.code("TEN", amount=10)
    priced = stocked.sell("A", "B", codes=("TEN",))
    assert now_and_monthly(priced) == ("30.00", ["30.00"])
    offs = [charge.alterations[0].effect.tax_included.amount for line in priced.items for charge in line.charges if charge.alterations]
    assert sorted(map(float, offs)) == [-7.5, -2.5]
    (alteration,) = priced.totals[0].alterations
    assert (alteration.amount and alteration.amount.amount, alteration.effect.tax_included.amount) == (10, -10)


def test_an_amount_off_recurring_charges_runs_its_months(stocked: Any) -> None:
    stocked.code("FIVE", amount=5, priceType="recurring", applicationDuration=2)
    assert now_and_monthly(stocked.sell("A", "B", codes=("FIVE",))) == ("40.00", ["25.00", "30.00"])


def test_an_amount_follows_what_there_is_to_take_it_off(shop: Any) -> None:
    """While a free month runs, there is less to take off; what cannot be given is not given later."""
    shop.offer("A", shop.every(10, cuts=(shop.off(100, applicationDuration=1),)))
    shop.offer("B", shop.every(6))
    shop.code("NINE", amount=9, priceType="recurring")
    assert now_and_monthly(shop.sell("A", "B", codes=("NINE",))) == ("0", ["0.00", "7.00"])


def test_an_amount_never_goes_below_nothing_or_a_floor(shop: Any) -> None:
    shop.offer("A", shop.once(10, floor=8))
    shop.offer("B", shop.once(10))
    shop.code("BIG", amount=11)
    shop.code("HUGE", amount=500)
    priced = shop.sell("A", "B", codes=("BIG",))
    assert [f"{line.charges[0].in_period(1).tax_included.amount}" for line in priced.items] == ["8.00", "1.00"]
    assert now_and_monthly(shop.sell("A", "B", codes=("HUGE",)))[0] == "8.00"


def test_a_code_for_some_offerings(stocked: Any) -> None:
    stocked.offer("BUNDLE", isBundle=True)
    stocked.code("ONLYA", 50, appliesTo=["a"])
    stocked.code("BUNDLED", 50, appliesTo=["BUNDLE"])
    assert now_and_monthly(stocked.sell("A", "B", codes=("ONLYA",))) == ("25.00", ["20.00"])
    assert refused(stocked.sell("B", codes=("ONLYA",))) == [("ONLYA", "a is not in this cart", "a")]
    bundle = stocked.item("BUNDLE", 1, stocked.item("A"))
    assert now_and_monthly(stocked.sell(bundle, "B", codes=("BUNDLED",))) == ("25.00", ["20.00"])


def test_reasons_for_refusing(stocked: Any) -> None:
    stocked.code("OVER", 10, validFor={"endDateTime": "2026-01-31T00:00:00Z"})
    stocked.code("SOON", 10, validFor={"startDateTime": "2027-01-01T00:00:00Z"})
    stocked.code("GONE", 10, lifecycleStatus="Retired")
    stocked.code("NEW", 10, priceCondition="new customer")
    stocked.code("MIN", 10, minimum=1000)
    stocked.code("WITH", 10, priceCondition="with A")
    priced = stocked.sell("B", known=True, codes=("OVER", "SOON", "GONE", "NEW", "MIN", "WITH", "NOPE"))
    assert refused(priced) == [
        ("OVER", "ended on 2026-01-31", None),
        ("SOON", "starts on 2027-01-01", None),
        ("GONE", "is no longer given", None),
        ("NEW", "for new customers only", None),
        ("MIN", "from 1000.00 EUR on; the cart is 980.00 EUR short of that", None),
        ("WITH", "Plan A is not in this cart", "A"),
        ("NOPE", "there is no such code in this catalog", None),
    ]
    assert now_and_monthly(priced) == ("10.00", ["10.00"])


def test_once_in_a_cart_whatever_the_case(stocked: Any) -> None:
    stocked.code("ALL", 10)
    priced = stocked.sell("A", codes=("ALL", "all"))
    assert refused(priced) == [("all", "counts once in a cart", None)]
    assert now_and_monthly(priced)[0] == "27.00"


@pytest.mark.parametrize(("codes", "loser"), [(("ALONE", "ALL"), "ALL"), (("ALL", "ALONE"), "ALONE")])
def test_a_code_that_stands_alone(stocked: Any, codes: tuple[str, ...], loser: str) -> None:
    stocked.code("ALL", 10)
    stocked.code("ALONE", 20, combinable=False)
    other = codes[0]
    assert refused(stocked.sell("A", codes=codes)) == [(loser, f"cannot be combined with {other}", None)]


def test_the_minimum_is_of_what_earlier_codes_left(stocked: Any) -> None:
    stocked.code("HALF", 50)
    stocked.code("FROM40", 10, minimum=40)
    assert now_and_monthly(stocked.sell("A", codes=("FROM40", "HALF"))) == ("13.50", ["9.00"])
    priced = stocked.sell("A", codes=("HALF", "FROM40"))
    assert now_and_monthly(priced) == ("15.00", ["10.00"])
    assert [source for source, _, _ in refused(priced)] == ["FROM40"]


def test_a_code_that_cannot_be_worked_out_is_an_error(stocked: Any) -> None:
    stocked.code("NOTHING")
    stocked.code("LONG", 10, applicationDuration=10_000)
    stocked.code("MUCH", 250)
    for code, what in (("NOTHING", "neither"), ("LONG", "1 to 600"), ("MUCH", "between 0 and 100")):
        with pytest.raises(PricingError, match=what):
            stocked.sell("A", codes=(code,))


def test_a_line_that_stays_keeps_its_price_while_codes_hold(stocked: Any) -> None:
    """With percentages a line's price is its own; so it is the same object after a change elsewhere."""
    stocked.code("ALL", 10)
    cart = stocked.cart("A", "B", codes=("ALL",))
    priced = price_cart(cart, stocked.book, stocked.sell().moment)
    changed = cart.model_copy(update={"cart_item": (cart.cart_item[0], cart.cart_item[1].model_copy(update={"quantity": 7}))})
    again = price_cart(changed, stocked.book, priced.moment, previous=priced)
    assert again.items[0] is priced.items[0]
    assert again == price_cart(changed, stocked.book, priced.moment)


def test_a_discount_on_the_cart_takes_from_a_modified_line_only_what_is_new(shop: Any) -> None:
    shop.offer("OLD", shop.every(20))
    shop.offer("NEW", shop.every(30))
    shop.code("ALL", 50)
    item = shop.item("NEW", action="modify", product={"id": "p", "productOffering": {"id": "OLD"}})
    assert now_and_monthly(shop.sell(item, codes=("ALL",))) == ("0", ["-5.00"])
