"""Bills: what is due today, part months, other periods, installments, what changes when; leaving early; comparing."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from cartdesk.errors import CurrencyMismatch, PricingError
from cartdesk.pricing import (
    Bill,
    compare,
    contract_months,
    explain,
    leaving_cost,
    leaving_costs,
    leaving_lines,
    part_month,
    project,
    replay,
    sum_over,
)
from cartdesk.pricing.cycles import add_months, cycle_start, next_cycle_day


def paid(bills: list[Bill]) -> list[str]:
    return [f"{bill.total.tax_included.amount}" for bill in bills]


def rules(bill: Bill) -> list[tuple[str, str, str]]:
    return [(line.rule, f"{line.first_day}", f"{line.last_day}") for line in bill.lines]


def changes(bills: list[Bill]) -> list[tuple[str, str, str, int, int | None]]:
    return [(f"{bill.on}", change.what, change.name, change.number, change.of) for bill in bills for change in bill.changes]


def test_one_off_charges_are_today_and_recurring_ones_with_the_bill(shop: Any) -> None:
    shop.offer("A", shop.every(20), shop.once(49))
    bills = project(shop.sell("A"), date(2026, 12, 1), 15, months=2)
    assert [(bill.on.isoformat(), bill.is_today) for bill in bills] == [("2026-11-22", True), ("2026-12-15", False), ("2027-01-15", False)]
    assert rules(bills[0]) == [("oneOff", "2026-11-22", "2026-11-22")]
    assert rules(bills[1]) == [("partPeriod", "2026-12-01", "2026-12-14"), ("advance", "2026-12-15", "2027-01-14")]
    assert bills[1].lines[0].fraction == Fraction(14, 30)
    assert paid(bills) == ["49.00", "29.33", "20.00"]


def test_service_that_starts_before_today_is_due_on_its_start(shop: Any) -> None:
    shop.offer("A", shop.every(20))
    assert project(shop.sell("A"), date(2020, 1, 1), 1, months=1)[0].on == date(2020, 1, 1)


@pytest.mark.parametrize(("convention", "expected"), [("actual", "38.67"), ("thirty", "38.67"), ("none", "40.00")])
def test_conventions(shop: Any, convention: Any, expected: str) -> None:
    shop.offer("A", shop.every(20))
    assert paid(project(shop.sell("A"), date(2026, 6, 3), 1, convention, 1))[1] == expected


def test_conventions_differ_in_long_and_short_months() -> None:
    assert part_month(date(2026, 1, 16), 1) == Fraction(16, 31)
    assert part_month(date(2026, 1, 16), 1, "thirty") == Fraction(15, 30)
    assert part_month(date(2026, 1, 16), 1, "none") == 1
    assert part_month(date(2026, 2, 27), 31, "thirty") == Fraction(3, 30)
    assert part_month(date(2026, 1, 31), 30, "thirty") == 1


@pytest.mark.parametrize("day", [0, 32, -1])
def test_a_cycle_day_that_does_not_exist(shop: Any, day: int) -> None:
    shop.offer("A", shop.every(20))
    for ask in (lambda: part_month(date(2026, 1, 1), day), lambda: project(shop.sell("A"), date(2026, 1, 1), day, months=1)):
        with pytest.raises(PricingError, match="1 to 31"):
            ask()


def test_a_convention_nobody_knows() -> None:
    with pytest.raises(PricingError, match="actual, thirty or none"):
        part_month(date(2026, 1, 16), 1, "guess")  # type: ignore[arg-type]


def test_too_many_months(shop: Any) -> None:
    with pytest.raises(PricingError, match="0 to 1200"):
        project(shop.sell(), date(2026, 1, 1), 1, months=1201)
    assert paid(project(shop.sell(), date(2026, 1, 1), 1, months=0)) == ["0"]


def test_other_periods_run_in_their_own_cycles(shop: Any) -> None:
    shop.offer("Y", shop.every(120, "year"))
    shop.offer("Q", shop.every(30, "quarter", cuts=(shop.off(50, applicationDuration=1),)))
    shop.offer("W", shop.every(7, "week"))
    start = date(2026, 12, 10)
    year = project(shop.sell("Y"), start, 1, months=14)
    assert [bill.on.isoformat() for bill in year if bill.total.tax_included.amount] == ["2027-01-01", "2028-01-01"]
    assert rules(year[1]) == [("advance", "2026-12-10", "2027-12-09")]
    quarter = project(shop.sell("Q"), start, 1, months=8)
    assert paid(quarter)[1:] == ["15.00", "0", "0", "30.00", "0", "0", "30.00", "0"]
    assert changes(quarter) == [
        ("2027-01-01", "starts", "Discount", 1, 1), ("2027-01-01", "last", "Discount", 1, 1), ("2027-04-01", "ended", "Discount", 2, 1),
    ]  # fmt: skip
    week = project(shop.sell("W"), start, 1, months=2)
    assert [line.first_day.isoformat() for line in week[1].lines] == ["2026-12-10", "2026-12-17", "2026-12-24", "2026-12-31"]


def test_a_yearly_price_from_a_leap_day(shop: Any) -> None:
    shop.offer("Y", shop.every(120, "year"))
    bills = project(shop.sell("Y"), date(2024, 2, 29), 29, months=61)
    firsts = [line.first_day.isoformat() for bill in bills for line in bill.lines]
    assert firsts == ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]


def test_installments_are_never_charged_in_part_and_end(shop: Any) -> None:
    shop.offer("PHONE", shop.every(25, applicationDuration=3, name="Installment"))
    shop.offer("PLAN", shop.every(20))
    bills = project(shop.sell("PHONE", "PLAN"), date(2026, 12, 10), 1, months=5)
    assert paid(bills)[1:] == [f"{45 + 14.19:.2f}", "45.00", "45.00", "20.00", "20.00"]
    assert [line.rule for line in bills[1].lines] == ["installment", "partPeriod", "advance"]
    assert changes(bills) == [
        ("2027-01-01", "starts", "PHONE: Installment", 1, 3),
        ("2027-03-01", "last", "PHONE: Installment", 3, 3),
        ("2027-04-01", "ended", "PHONE: Installment", 4, 3),
    ]


def test_the_steady_state_has_neither_discounts_nor_installments(shop: Any) -> None:
    shop.offer("PHONE", shop.every(25, applicationDuration=24))
    shop.offer("PLAN", shop.every(20, cuts=(shop.off(50, applicationDuration=6),)))
    (total,) = shop.sell("PHONE", "PLAN").totals
    assert [(phase.first, phase.last, f"{phase.amounts.tax_included.amount}") for phase in total.phases] == [
        (1, 6, "35.00"), (7, 24, "45.00"), (25, None, "20.00"),
    ]  # fmt: skip
    assert f"{total.steady.tax_included.amount}" == "20.00"


def test_sums_over_months(shop: Any) -> None:
    shop.offer("A", shop.every(20, cuts=(shop.off(50, applicationDuration=3),)), shop.once(49))
    bills = project(shop.sell(shop.item("A", months=24)), date(2026, 12, 1), 1, months=36)
    assert [f"{sum_over(bills, months).tax_included.amount}" for months in (0, 12, 24, 36)] == ["49.00", "259.00", "499.00", "739.00"]
    with pytest.raises(PricingError, match="36 monthly bills"):
        sum_over(bills, 37)


def test_the_contract_is_the_longest_term(shop: Any) -> None:
    shop.offer("A", shop.every(20))
    assert contract_months(shop.sell(shop.item("A", months=12), shop.item("A", months=24))) == 24
    assert contract_months(shop.sell("A", shop.item("A", months=24, status="SavedForLater"))) is None


def test_a_discount_that_needs_an_installment_takes_nothing_off_a_part_month(shop: Any) -> None:
    shop.offer("PHONE", shop.every(25, applicationDuration=24))
    shop.offer("B", shop.every(-10), isBundle=True)
    priced = shop.sell(shop.item("B", 1, shop.item("PHONE")))
    bills = project(priced, date(2026, 12, 10), 1, months=2)
    assert paid(bills)[1:] == ["15.00", "15.00"]
    assert replay(explain(priced, what="first_bill", start=date(2026, 12, 10))) == 15


def test_leaving_costs_what_is_left(shop: Any) -> None:
    shop.offer("NET", shop.every(39, penalties=(shop.penalty(amount=20, unitOfMeasure={"amount": 1, "units": "month"}),)))
    priced = shop.sell(shop.item("NET", months=24))
    start = date(2026, 12, 1)
    days = [start, date(2026, 11, 1), date(2026, 12, 2), date(2027, 12, 1), date(2028, 11, 30), date(2028, 12, 1), date(2030, 1, 1)]
    assert [int(leaving_cost(priced, start, day).amount) for day in days] == [480, 480, 460, 240, 0, 0, 0]
    assert [int(money.amount) for _, money in leaving_costs(priced, start, 24)] == [480 - 20 * month for month in range(25)]


def test_leaving_costs_a_share_of_what_would_have_been_paid(shop: Any) -> None:
    half = shop.off(50, applicationDuration=6)
    shop.offer("TV", shop.every(10, rate=19, gross=True, cuts=(half,), penalties=(shop.penalty(50),)))
    priced = shop.sell(shop.item("TV", 2, months=12))
    start = date(2026, 12, 1)
    assert [f"{leaving_cost(priced, start, add_months(start, month)).amount}" for month in (0, 3, 6, 11, 12)] == [
        "90.00", "75.00", "60.00", "10.00", "0",
    ]  # fmt: skip
    assert replay(explain(priced, what="leaving", start=start, on=add_months(start, 3))) == 75
    assert (
        replay(explain(priced, what="leaving", start=start, on=add_months(start, 3), shown="tax"))
        == leaving_lines(priced, start, add_months(start, 3))[0].amounts.tax.amount
    )


def test_leaving_may_cost_a_sum_once_and_what_is_left_of_a_phone(shop: Any) -> None:
    shop.offer("PHONE", shop.every(25, applicationDuration=24))
    shop.offer("PLAN", shop.every(20, penalties=(shop.penalty(amount=99),)))
    priced = shop.sell("PHONE", shop.item("PLAN", 2, months=24))
    start = date(2026, 12, 1)
    lines = leaving_lines(priced, start, date(2027, 6, 1))
    assert [(line.rule, line.remaining, f"{line.amounts.tax_included.amount}") for line in lines] == [
        ("installments", 18, "450.00"),
        ("once", 1, "198.00"),
    ]
    assert replay(explain(priced, what="leaving", start=start, on=date(2027, 6, 1))) == 648
    assert leaving_cost(shop.sell("PLAN"), start, start).amount == 0


def test_comparing_month_by_month(shop: Any) -> None:
    shop.offer("CHEAP", shop.every(20))
    shop.offer("INTRO", shop.every(30, cuts=(shop.off(100, applicationDuration=3),)), shop.once(10))
    start = date(2026, 12, 1)
    found = compare(shop.sell("CHEAP"), shop.sell("INTRO"), start=start, bill_cycle_day=1, months=24)
    assert [f"{bill.difference.amount}" for bill in found.bills[:6]] == ["10.00", "-20.00", "-20.00", "-20.00", "10.00", "10.00"]
    assert [(each.months, f"{each.difference.amount}", each.cheapest) for each in found.sums] == [(12, "40.00", (0,)), (24, "160.00", (0,))]
    assert found.turns == 1
    assert len(found.differing) == 25
    same = compare(shop.sell("CHEAP"), shop.sell("CHEAP"), shop.sell("CHEAP"), start=start)
    assert (same.differing, same.turns, same.sums[0].cheapest) == ((), None, (0, 1, 2))


def test_comparing_bills_that_cannot_be_compared(shop: Any, new_shop: Any) -> None:
    yen = new_shop("JPY")
    with pytest.raises(CurrencyMismatch):
        compare(shop.sell(), yen.sell())
    start = date(2026, 12, 1)
    with pytest.raises(PricingError, match="same months"):
        compare(project(shop.sell(), start, 1, months=2), project(shop.sell(), start, 1, months=3))
    with pytest.raises(PricingError, match="no bills"):
        compare([], [])


def test_cycle_days_around_a_date() -> None:
    assert (cycle_start(date(2026, 3, 30), 31), next_cycle_day(date(2026, 3, 30), 31)) == (date(2026, 2, 28), date(2026, 3, 31))
    assert (cycle_start(date(2026, 1, 1), 2), next_cycle_day(date(2026, 12, 31), 31)) == (date(2025, 12, 2), date(2027, 1, 31))
