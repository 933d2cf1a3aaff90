"""What leaving before the end of the term costs, on any day.

Called by the bill screen for each month, and by ``explanations``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cartdesk.errors import PricingError
from cartdesk.pricing.bills import sum_amounts
from cartdesk.pricing.cycles import add_months, add_periods
from cartdesk.pricing.priced import Amounts, Penalty, PricedCart, PricedCharge, PricedItem
from cartdesk.pricing.rounding import exactly, round_money
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import MONTHLY, Period
from cartdesk.tmf.price import PriceType

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class LeavingLine:
    """One thing that is owed on leaving."""

    item_id: str
    name: str
    """The item's and the penalty's name."""
    rule: str
    """perPeriod, percentage, once, installments."""
    remaining: int
    """How many periods are left: those not begun."""
    of: int
    """Of how many."""
    amounts: Amounts
    penalty: Penalty | None = None
    charge: PricedCharge | None = None


def leaving_cost(priced: PricedCart, start: date, on: date) -> Money:
    """Return what is owed, with tax, for leaving everything in the cart on a day.

    A period that has begun counts as used. On the first day, all of the term is left; at its end and after, nothing is owed but the
    installments that are left.

    Args:
        priced: the cart.
        start: the first day of service, from which terms run.
        on: the day of leaving; before ``start`` it counts as that day.
    """
    lines = leaving_lines(priced, start, on)
    return sum_amounts((line.amounts for line in lines), priced.currency).tax_included


def leaving_lines(priced: PricedCart, start: date, on: date) -> tuple[LeavingLine, ...]:
    """Return what is owed for leaving on a day, line by line: penalties for what is left of a term, and the installments that are left.

    Raises:
        PricingError: a penalty's amount cannot be worked out.
    """
    with exactly():
        day = max(start, on)
        return tuple(line for top in priced.items for item in top.counting() for line in _lines(item, start, day, priced))


def leaving_costs(priced: PricedCart, start: date, months: int) -> list[tuple[date, Money]]:
    """Return what leaving costs on the first day and after each month, as many as asked for."""
    days = [add_months(start, month) for month in range(months + 1)]
    return [(day, leaving_cost(priced, start, day)) for day in days]


def remaining_periods(start: date, on: date, total: int, period: Period) -> int:
    """Return how many of ``total`` periods from ``start`` on have not begun before ``on``."""
    begun = 0
    while begun < total and add_periods(start, period, begun) < on:
        begun += 1
    return total - begun


def _lines(item: PricedItem, start: date, on: date, priced: PricedCart) -> Iterator[LeavingLine]:
    for charge in item.charges:
        if charge.category == "former":
            continue
        name = f"{item.name}: {charge.name}" if charge.name != item.name else item.name
        if charge.installments is not None and charge.kind is PriceType.RECURRING:
            left = remaining_periods(start, on, charge.installments, charge.period or MONTHLY)
            if left:
                amounts = _still_due(charge, charge.installments, left, priced)
                yield LeavingLine(item.item.id, name, "installments", left, charge.installments, amounts, None, charge)
        term = item.term_months
        if not term or add_months(start, term) <= on:
            continue
        for penalty in charge.penalties:
            yield _penalty(item, charge, penalty, start, on, term, priced)


def _penalty(item: PricedItem, charge: PricedCharge, penalty: Penalty, start: date, on: date, term: int, priced: PricedCart) -> LeavingLine:
    name = f"{item.name}: {penalty.name}"
    if penalty.percentage is not None:
        period = charge.period or MONTHLY
        total = _periods_in(term, period)
        left = remaining_periods(start, on, total, period)
        due = _still_due(charge, total, left, priced)
        return LeavingLine(item.item.id, name, "percentage", left, total, _percent(due, penalty.percentage, priced), penalty, charge)
    if penalty.amounts is None:
        raise PricingError(f"The penalty {penalty.name} has neither a percentage nor an amount; mend it in the catalog.")
    if penalty.per is None:
        return LeavingLine(item.item.id, name, "once", 1, 1, _times(penalty.amounts, charge.quantity), penalty, charge)
    total = _periods_in(term, penalty.per)
    left = remaining_periods(start, on, total, penalty.per)
    return LeavingLine(item.item.id, name, "perPeriod", left, total, _times(penalty.amounts, charge.quantity * left), penalty, charge)


def _periods_in(term: int, period: Period) -> int:
    """Return how many periods begin within a term of ``term`` months."""
    if period.months is not None:
        return -(-term // period.months)
    origin = date(2000, 1, 1)
    days = (add_months(origin, term) - origin).days
    return -(-days // (period.days or 1))


def _still_due(charge: PricedCharge, total: int, left: int, priced: PricedCart) -> Amounts:
    """Return what the last ``left`` of ``total`` periods of a charge would have cost."""
    return sum_amounts((charge.in_period(number) for number in range(total - left + 1, total + 1)), priced.currency)


def _percent(amounts: Amounts, percentage: Decimal, priced: PricedCart) -> Amounts:
    currency, mode = priced.currency, priced.policy.mode
    return Amounts(
        Money(round_money(amounts.duty_free.amount * percentage / _HUNDRED, currency, mode), currency),
        Money(round_money(amounts.tax_included.amount * percentage / _HUNDRED, currency, mode), currency),
        amounts.tax_rate,
    )


def _times(amounts: Amounts, count: int) -> Amounts:
    return Amounts(amounts.duty_free * count, amounts.tax_included * count, amounts.tax_rate)
