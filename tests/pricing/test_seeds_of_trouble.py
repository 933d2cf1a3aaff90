"""What others' users reported, each kept from happening here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from cartdesk.errors import MoneyError, PricingError
from cartdesk.pricing import Amounts, part_month, project, sum_over
from cartdesk.tmf import Money


def gross(amounts: Amounts) -> str:
    return f"{amounts.tax_included.amount}"


def monthly(priced: Any, start: date, day: int, months: int) -> list[str]:
    return [gross(bill.total) for bill in project(priced, start, day, months=months)[1:]]


def test_the_reference_sample(shop: Any) -> None:
    half = shop.off(50, name="3 month for half", applicationDuration=3, priceCondition="new customer")
    shop.offer("14277", shop.every(29, rate=10, cuts=(half,)))
    priced = shop.sell("14277")
    (total,) = priced.totals
    assert (total.amounts.duty_free, total.amounts.tax_included) == (Money(Decimal(29), "EUR"), Money(Decimal("31.9"), "EUR"))
    assert total.amounts.tax_rate == 10
    assert [(each.percentage, each.periods) for each in total.alterations] == [(50, 3)]
    bills = project(priced, date(2026, 12, 1), 1, months=12)
    assert [gross(bill.total) for bill in bills[1:]] == ["15.95"] * 3 + ["31.90"] * 9
    assert gross(sum_over(bills, 12)) == "334.95"
    assert gross(total.first) == "15.95"
    assert gross(total.steady) == "31.90"


def test_lines_add_up_to_the_total_with_a_coupon_and_an_odd_tax(shop: Any) -> None:
    shop.offer("A", shop.once("51.86", rate="8.25"))
    shop.code("FORTY", 40)
    priced = shop.sell("A", "A", "A", codes=("FORTY",))
    lines = [line.charges[0].in_period(1) for line in priced.items]
    assert [gross(line) for line in lines] == ["33.69"] * 3
    assert gross(priced.due_now) == "101.07"
    assert priced.due_now.duty_free.amount + priced.due_now.tax.amount == priced.due_now.tax_included.amount


def test_lines_add_up_where_tax_is_rounded_on_the_total(new_shop: Callable[..., Any]) -> None:
    shop = new_shop(level="total")
    shop.offer("A", shop.once("51.86", rate="8.25"))
    shop.code("FORTY", 40)
    priced = shop.sell("A", "A", "A", codes=("FORTY",))
    lines = [line.charges[0].in_period(1).tax_included.amount for line in priced.items]
    assert sorted(lines) == [Decimal("33.68"), Decimal("33.69"), Decimal("33.69")]
    assert priced.due_now.tax_included.amount == sum(lines) == Decimal("101.06")


def test_a_fixed_discount_on_a_price_with_tax_is_with_tax(shop: Any) -> None:
    shop.offer("A", shop.once(50, rate=10, gross=True, cuts=(shop.off(amount=10, taxIncluded=True),)))
    shop.offer("B", shop.once(50, rate=10, gross=True, cuts=(shop.off(amount=10),)))
    assert gross(shop.sell("A").due_now) == gross(shop.sell("B").due_now) == "40.00"


def test_a_fixed_discount_without_tax_on_a_price_with_tax_brings_its_tax(shop: Any) -> None:
    shop.offer("A", shop.once(50, rate=10, gross=True, cuts=(shop.off(amount=10, tax=[{"taxRate": 10}]),)))
    assert gross(shop.sell("A").due_now) == "39.00"


def test_a_fixed_discount_with_tax_on_a_price_without_takes_off_just_that(shop: Any) -> None:
    shop.offer("A", shop.once("29.99", rate=25, cuts=(shop.off(amount=5, taxIncluded=True),)))
    priced = shop.sell("A")
    assert gross(priced.totals[0].amounts) == "37.49"
    assert gross(priced.due_now) == "32.49"


def test_a_first_bill_of_a_calendar_month_cycle(shop: Any) -> None:
    shop.offer("PLAN", shop.every("34.99"))
    bill = project(shop.sell("PLAN"), date(2014, 7, 19), 1, months=1)[1]
    assert [(line.rule, gross(line.amounts)) for line in bill.lines] == [("partPeriod", "14.67"), ("advance", "34.99")]
    assert bill.on == date(2014, 8, 1)
    assert gross(bill.total) == "49.66"


@pytest.mark.parametrize(("day", "expected"), [(1, ["10.00"] * 3 + ["20.00"]), (15, ["14.67", "10.00", "10.00", "20.00"])])
def test_a_discount_lasts_as_many_whole_months_as_promised(shop: Any, day: int, expected: list[str]) -> None:
    shop.offer("PLAN", shop.every("20.00", cuts=(shop.off(50, applicationDuration=3),)))
    bills = project(shop.sell("PLAN"), date(2026, 12, 1), day, months=4)
    assert [gross(bill.total) for bill in bills[1:]] == expected
    last = [bill.on for bill in bills if any(change.what == "last" for change in bill.changes)]
    ended = [bill.on for bill in bills if any(change.what == "ended" for change in bill.changes)]
    assert (last, ended) == ([date(2027, 2, day)], [date(2027, 3, day)])


def test_a_hundred_per_cent_off_is_nothing_and_never_less(shop: Any) -> None:
    shop.offer("FREE", shop.every("20.00", rate=19, cuts=(shop.off(100), shop.off(amount=5, taxIncluded=True), shop.off(10))))
    priced = shop.sell("FREE")
    assert priced.totals[0].first.tax_included.amount == priced.totals[0].first.duty_free.amount == 0


@pytest.mark.parametrize("percent", ["100.01", "250", "-5"])
def test_more_than_a_hundred_per_cent_off_is_refused(shop: Any, percent: str) -> None:
    shop.offer("BAD", shop.every("20.00", cuts=(shop.off(percent),)))
    with pytest.raises(PricingError, match="between 0 and 100"):
        shop.sell("BAD")


@pytest.mark.parametrize("duration", [0, -1, 601, 10_000])
def test_an_impossible_duration_is_refused(shop: Any, duration: int) -> None:
    shop.offer("BAD", shop.every("20.00", cuts=(shop.off(10, applicationDuration=duration),)))
    with pytest.raises(PricingError, match="1 to 600"):
        shop.sell("BAD")


@pytest.mark.parametrize("length", [0, -3])
def test_an_impossible_period_is_refused(shop: Any, length: int) -> None:
    shop.offer("BAD", shop.every("20.00", length=length))
    with pytest.raises(PricingError, match="starts at 1"):
        shop.sell("BAD")


def test_what_is_no_amount_reaches_no_total(shop: Any) -> None:
    with pytest.raises(MoneyError):
        Money(Decimal("NaN"), "EUR")
    with pytest.raises(ValueError, match="finite"):
        shop.offer("BAD", shop.every("Infinity"))
        shop.sell("BAD")


@pytest.mark.parametrize("amount", ["1e15", "9e30"])
def test_a_price_beyond_any_price_is_refused(shop: Any, amount: str) -> None:
    shop.offer("BAD", shop.every(amount))
    with pytest.raises(PricingError, match="beyond any price"):
        shop.sell("BAD")


def test_a_quantity_beyond_any_price_is_refused(shop: Any) -> None:
    shop.offer("A", shop.every("99.99"))
    with pytest.raises(PricingError, match="beyond any price"):
        shop.sell(shop.item("A", 10**14))


def test_a_price_without_an_amount_is_refused(shop: Any) -> None:
    price = shop.every("20.00")
    del price["price"]
    shop.offer("BAD", price)
    with pytest.raises(PricingError, match="no amount"):
        shop.sell("BAD")


def test_a_leap_day(shop: Any) -> None:
    shop.offer("PLAN", shop.every("29.00"))
    priced = shop.sell("PLAN")
    bills = project(priced, date(2024, 2, 29), 1, months=13)
    assert bills[1].lines[0].fraction == part_month(date(2024, 2, 29), 1)
    assert gross(bills[1].lines[0].amounts) == "1.00"
    assert monthly(priced, date(2024, 2, 29), 29, 13) == ["29.00"] * 13
    assert [bill.on for bill in project(priced, date(2024, 2, 29), 29, months=13)][-1] == date(2025, 2, 28)


def test_cycle_day_31_falls_on_the_last_day_of_every_month(shop: Any) -> None:
    shop.offer("PLAN", shop.every("29.00"))
    bills = project(shop.sell("PLAN"), date(2026, 1, 31), 31, months=5)[1:]
    assert [bill.on.isoformat() for bill in bills] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
    assert [(line.first_day, line.last_day) for line in bills[1].lines] == [(date(2026, 2, 28), date(2026, 3, 30))]
    assert {gross(bill.total) for bill in bills} == {"29.00"}


def test_a_currency_without_minor_digits(new_shop: Callable[..., Any]) -> None:
    shop = new_shop("JPY")
    shop.offer("PLAN", shop.every("980", rate=10, cuts=(shop.off(33, applicationDuration=1),)))
    priced = shop.sell("PLAN")
    assert [gross(phase.amounts) for phase in priced.totals[0].phases] == ["723", "1078"]
    assert monthly(priced, date(2026, 12, 16), 1, 2) == [str(373 + 723), "1078"]


def test_a_currency_with_three_digits(new_shop: Callable[..., Any]) -> None:
    shop = new_shop("KWD")
    shop.offer("PLAN", shop.every("9.750", rate=5, cuts=(shop.off(15, applicationDuration=1),)))
    assert [gross(phase.amounts) for phase in shop.sell("PLAN").totals[0].phases] == ["8.702", "10.238"]


def test_more_digits_than_the_currency(shop: Any) -> None:
    shop.offer("SMS", shop.once("0.0088", rate=21))
    priced = shop.sell(shop.item("SMS", 16_000))
    assert priced.due_now.duty_free.amount == Decimal("140.80")
    assert priced.items[0].charges[0].unit.duty_free.amount == Decimal("0.0088")


def test_mixed_tax_rates_are_named_none_and_still_add_up(shop: Any) -> None:
    shop.offer("A", shop.once("10.00", rate=19))
    shop.offer("B", shop.once("10.00", rate=7))
    shop.offer("C", shop.once("10.00", rate=0))
    shop.offer("D", shop.once("10.00"))
    priced = shop.sell("A", "B", "C", "D")
    assert priced.due_now.tax_rate is None
    assert (gross(priced.due_now), priced.due_now.tax.amount) == ("42.60", Decimal("2.60"))
    assert [line.charges[0].total.tax_rate for line in priced.items] == [19, 7, 0, None]


def test_both_amounts_given(shop: Any) -> None:
    both = {"dutyFreeAmount": {"unit": "EUR", "value": 29}, "taxIncludedAmount": {"unit": "EUR", "value": Decimal("31.9")}, "taxRate": 10}
    shop.offer("A", shop.every(both))
    odd = {"dutyFreeAmount": {"unit": "EUR", "value": 29}, "taxIncludedAmount": {"unit": "EUR", "value": Decimal("31.95")}, "taxRate": 10}
    shop.offer("B", shop.every(odd, cuts=(shop.off(50),)))
    rounded = {
        "dutyFreeAmount": {"unit": "EUR", "value": Decimal("8.39")},
        "taxIncludedAmount": {"unit": "EUR", "value": Decimal("9.99")},
        "taxRate": 19,
    }
    shop.offer("C", shop.every(rounded))
    assert [gross(shop.sell(code).totals[0].amounts) for code in "ABC"] == ["31.90", "31.95", "9.99"]
    assert [f"{shop.sell(code).totals[0].amounts.duty_free.amount}" for code in "ABC"] == ["29.00", "29.00", "8.39"]
    assert gross(shop.sell("B").totals[0].first) == "15.98"
    assert gross(shop.sell(shop.item("C", 3)).totals[0].amounts) == "29.97"


def test_contradictory_amounts_are_refused(shop: Any) -> None:
    less = {"dutyFreeAmount": {"unit": "EUR", "value": 29}, "taxIncludedAmount": {"unit": "EUR", "value": 19}, "taxRate": 10}
    shop.offer("A", shop.every(less))
    with pytest.raises(PricingError, match="cannot be"):
        shop.sell("A")


def test_two_currencies_never_meet_in_a_total(shop: Any) -> None:
    shop.offer("HOME", shop.every("10.00"))
    shop.offer("ROAM", shop.every("12.00", currency="USD"), name="Roam Pass")
    priced = shop.sell("HOME", "ROAM")
    problem = priced.items[1].problem
    assert problem is not None
    assert "USD" in problem
    assert "EUR" in problem
    assert "Roam Pass" in problem
    assert gross(priced.totals[0].amounts) == "10.00"
    assert not priced.items[1].counted


def test_a_price_that_no_longer_holds_is_not_charged(shop: Any) -> None:
    ended = {"endDateTime": "2026-11-21T23:59:59Z"}
    from_now = {"startDateTime": "2026-11-22T00:00:00Z"}
    shop.offer("A", shop.every("10.00", validFor=ended), shop.every("12.00", validFor=from_now))
    assert gross(shop.sell("A").totals[0].amounts) == "12.00"
    before = shop.sell("A", now=datetime(2026, 11, 21, tzinfo=UTC))
    assert gross(before.totals[0].amounts) == "10.00"
    shop.offer("B", shop.every("10.00", validFor=ended))
    assert "no price that holds on 2026-11-22" in (shop.sell("B").items[0].problem or "")
