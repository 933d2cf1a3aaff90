"""From a priced cart to its bills: what is due today, the first bill, and every later one with the discounts still running.

Called by the desk for its totals and by the bill screen, ``comparison`` and ``sum_over``. How part months are charged is in ``cycles``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from cartdesk.errors import PricingError
from cartdesk.pricing.cycles import add_months, add_periods, next_cycle_day, part_month, share_of_cycle
from cartdesk.pricing.priced import (
    Amounts,
    Bill,
    BillChange,
    BillLine,
    Convention,
    Phase,
    PricedCart,
    PricedCharge,
    PricedItem,
    RoundingMode,
)  # fmt: skip
from cartdesk.pricing.rounding import exactly, round_fraction, round_money
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import MONTHLY, Period
from cartdesk.tmf.price import PriceType

WHOLE = Fraction(1)
LONGEST = 1200
"""Months a projection may run."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A charge of a line that is charged at all."""

    item_id: str
    name: str
    charge: PricedCharge


def project(priced: PricedCart, start: date, bill_cycle_day: int, convention: Convention = "actual", months: int = 24) -> list[Bill]:
    """Return what is due today and then ``months`` monthly bills, the first on the first cycle day from ``start`` on.

    Monthly prices are charged in advance from cycle day to cycle day. Where ``start`` is not a cycle day, the first bill has the part month
    before it too, at the first period's price; a part month uses up none of a discount's periods, so that "3 months" are three whole
    ones. Other periods (week, quarter, year…) run from ``start`` in their own cycles and are charged whole on the first bill from
    their first day on. Installments are never charged in part.

    Args:
        priced: the cart.
        start: the first day of service.
        bill_cycle_day: 1 to 31; clamps to the end of shorter months.
        convention: how the part month counts; see :func:`~cartdesk.pricing.cycles.part_month`.
        months: how many monthly bills, 0 to 1200.

    Returns:
        First what is due on confirmation (``is_today``, the one-off charges; it may be nothing), then the account's bills in order.

    Raises:
        PricingError: the cycle day, the convention or the number of months is not possible.
    """
    if not 0 <= months <= LONGEST:
        raise PricingError(f"{months} months cannot be projected; ask for 0 to {LONGEST}.")
    with exactly():
        days = bill_days(start, bill_cycle_day, months + 1)
        share = part_month(start, bill_cycle_day, convention) if days[0] != start else Fraction(0)
        slots = [_Slot(on) for on in days[:months]]
        lasts = [on - _ONE_DAY for on in days[1:]]
        today = _Slot(min(priced.moment.date(), start))
        for line in priced.items:
            entries = _entries(line)
            if share and slots:
                slots[0].lines.extend(_part_month(entries, start, days[0] - _ONE_DAY, share, priced.policy.mode))
            for entry in entries:
                charge = entry.charge
                if charge.kind is PriceType.ONE_TIME:
                    today.lines.append(_line(entry, "oneOff", today.on, today.on, charge.total, charge.in_period(1)))
                elif charge.period == MONTHLY:
                    _monthly(entry, slots, lasts)
                else:
                    _own_cycle(entry, charge.period or MONTHLY, slots, start)
        return [today.bill(priced.nothing, is_today=True), *(slot.bill(priced.nothing) for slot in slots)]


def bill_days(start: date, bill_cycle_day: int, months: int) -> list[date]:
    """Return the days of the monthly bills: the cycle days from ``start``, inclusive, on."""
    first = next_cycle_day(start - _ONE_DAY, bill_cycle_day)
    return [add_months(first, count, bill_cycle_day) for count in range(months)]


def sum_over(bills: Sequence[Bill], months: int) -> Amounts:
    """Return what is paid with today's and the first ``months`` monthly bills.

    Raises:
        PricingError: fewer bills are there than asked for.
    """
    monthly = [bill for bill in bills if not bill.is_today]
    if months > len(monthly) or not bills:
        raise PricingError(f"{len(monthly)} monthly bills are there and {months} were asked for; project more months.")
    paid = [bill.total for bill in bills if bill.is_today] + [bill.total for bill in monthly[:months]]
    return sum_amounts(paid, bills[0].total.duty_free.currency)


def contract_months(priced: PricedCart) -> int | None:
    """Return the longest commitment in the cart in months, or None where there is none."""
    terms = [item.term_months for line in priced.items for item in line.counting() if item.term_months]
    return max(terms, default=None)


def part_of(amounts: Amounts, share: Fraction, mode: RoundingMode = "HALF_UP") -> Amounts:
    """Return a share of an amount: the share rounded to nine digits, each side of the product to the currency's."""
    factor = round_fraction(share)
    currency = amounts.duty_free.currency
    return Amounts(
        Money(round_money(amounts.duty_free.amount * factor, currency, mode), currency),
        Money(round_money(amounts.tax_included.amount * factor, currency, mode), currency),
        amounts.tax_rate,
    )


def parts_of_cycle(
    amounts: Amounts, days: Sequence[date], bill_cycle_day: int, convention: Convention = "actual", mode: RoundingMode = "HALF_UP"
) -> list[Amounts]:
    """Return what each stretch of one whole cycle costs, where it is cut at ``days``: the parts always make the full price.

    All but the last are shares like any part month; the last is what is left.

    Args:
        amounts: the price of the whole cycle.
        days: the first days of the stretches after the first one, in order, within one cycle.
        bill_cycle_day: 1 to 31.
        convention: ``actual`` or ``thirty``.
        mode: how money is rounded.
    """
    with exactly():
        if not days:
            return [amounts]
        begins = cycle_begin(days[0], bill_cycle_day)
        parts: list[Amounts] = []
        left = amounts
        for first, until in zip([begins, *days], days, strict=False):
            part = part_of(amounts, share_of_cycle(first, until, bill_cycle_day, convention), mode)
            parts.append(part)
            left = left - part
        return [*parts, left]


def cycle_begin(within: date, bill_cycle_day: int) -> date:
    """Return the first day of the cycle that ``within`` lies in, the day before it included where it is a cycle day itself."""
    return add_months(next_cycle_day(within - _ONE_DAY, bill_cycle_day), -1, bill_cycle_day)


def change_within_cycle(old: Amounts, new: Amounts, share: Fraction, mode: RoundingMode = "HALF_UP") -> tuple[Amounts, Amounts]:
    """Return the credit for the rest of a cycle paid in advance and the charge for the same days at the new price.

    The credit is exactly the negative of what the same share of the old price is charged at.
    """
    with exactly():
        return -part_of(old, share, mode), part_of(new, share, mode)


def sum_amounts(amounts: Iterable[Amounts], currency: str) -> Amounts:
    """Return the sum of some amounts; nothing in ``currency`` where there are none."""
    net = gross = Decimal(0)
    rate, several, first = None, False, True
    for each in amounts:
        net += each.duty_free.amount
        gross += each.tax_included.amount
        if first:
            rate, first = each.tax_rate, False
        elif each.tax_rate is not rate and each.tax_rate != rate:
            several = True
    return Amounts(Money(net, currency), Money(gross, currency), None if several else rate)


class _Slot:
    """A bill in the making."""

    __slots__ = ("changes", "lines", "on")

    def __init__(self, on: date) -> None:
        self.on = on
        self.lines: list[BillLine] = []
        self.changes: list[BillChange] = []

    def bill(self, nothing: Amounts, *, is_today: bool = False) -> Bill:
        currency = nothing.duty_free.currency
        list_price = sum_amounts([line.list_price for line in self.lines], currency)
        total = sum_amounts([line.amounts for line in self.lines], currency)
        return Bill(self.on, is_today, tuple(self.lines), list_price, total, tuple(self.changes))


def _entries(line: PricedItem) -> list[_Entry]:
    """Return the charges of a line that are charged, in order."""
    return [
        _Entry(item.item.id, f"{item.name}: {charge.name}" if charge.name and charge.name != item.name else item.name, charge)
        for item in line.counting()
        for charge in item.charges
        if charge.kind is not PriceType.USAGE
    ]


def _line(
    entry: _Entry, rule: str, first: date, last: date, list_price: Amounts, amounts: Amounts, number: int = 1, share: Fraction = WHOLE
) -> BillLine:
    return BillLine(entry.item_id, entry.name, rule, first, last, share, list_price, amounts, entry.charge, number)


def _part_month(entries: Sequence[_Entry], start: date, last: date, share: Fraction, mode: RoundingMode) -> list[BillLine]:
    """Return the part month of a line's monthly charges; its discounts take off no more than the rest of the part month costs."""
    found: list[BillLine] = []
    for entry in entries:
        charge = entry.charge
        if charge.period == MONTHLY and charge.installments is None:
            listed = part_of(charge.total, share, mode)
            part = listed if charge.in_period(1) is charge.total else part_of(charge.in_period(1), share, mode)
            found.append(_line(entry, "partPeriod", start, last, listed, part, 1, share))
    if not any(_takes_off(line) for line in found):
        return found
    kept = [line for line in found if not _takes_off(line)]
    currency = found[0].amounts.duty_free.currency
    paid, listed = sum_amounts((line.amounts for line in kept), currency), sum_amounts((line.list_price for line in kept), currency)
    for place, line in enumerate(found):
        if _takes_off(line):
            amounts, list_price = _no_more_off(line.amounts, paid), _no_more_off(line.list_price, listed)
            paid, listed = paid + amounts, listed + list_price
            found[place] = line._replace(amounts=amounts, list_price=list_price)
    return found


def _takes_off(line: BillLine) -> bool:
    charge = line.charge
    return charge is not None and charge.category != "former" and line.amounts.tax_included.amount < 0


def _no_more_off(amounts: Amounts, there: Amounts) -> Amounts:
    """Return a discount, but no more of it than there is to take it off."""
    net = max(amounts.duty_free.amount, min(-there.duty_free.amount, Decimal(0)))
    gross = max(amounts.tax_included.amount, min(-there.tax_included.amount, Decimal(0)))
    currency = amounts.duty_free.currency
    return Amounts(Money(net, currency), Money(gross, currency), amounts.tax_rate)


def _monthly(entry: _Entry, slots: list[_Slot], lasts: Sequence[date]) -> None:
    """Put a monthly charge on its bills, each month in advance."""
    charge = entry.charge
    rule = "installment" if charge.installments is not None else "advance"
    each_period = _amounts_by_period(charge, len(slots))
    for number, (slot, amounts) in enumerate(zip(slots, each_period, strict=True), start=1):
        if amounts is None:
            break
        slot.lines.append(
            BillLine(entry.item_id, entry.name, rule, slot.on, lasts[number - 1], WHOLE, charge.total, amounts, charge, number)
        )
    _note_changes(entry, slots)


def _own_cycle(entry: _Entry, period: Period, slots: list[_Slot], start: date) -> None:
    """Put a charge with its own cycle on the first bill from each of its periods' first day on."""
    charge = entry.charge
    rule = "installment" if charge.installments is not None else "advance"
    number, place = 1, 0
    placed: list[_Slot] = []
    first = start
    while place < len(slots):
        after = add_periods(start, period, number)
        while place < len(slots) and slots[place].on < first:
            place += 1
        if place == len(slots) or (charge.installments is not None and number > charge.installments):
            break
        slots[place].lines.append(_line(entry, rule, first, after - _ONE_DAY, charge.total, charge.in_period(number), number))
        placed.append(slots[place])
        number, first = number + 1, after
    if charge.installments is not None and number > charge.installments and place + 1 < len(slots):
        placed.append(slots[place + 1])
    _note_changes(entry, placed)


def _amounts_by_period(charge: PricedCharge, count: int) -> list[Amounts | None]:
    """Return what each of the first ``count`` periods costs; None once an installment plan has ended."""
    found: list[Amounts | None] = []
    phases = charge.phases or (Phase(1, None, charge.total),)
    for phase in phases:
        last = count if phase.last is None else min(phase.last, count)
        ended = charge.installments is not None and phase.first > charge.installments
        found.extend([None if ended else phase.amounts] * (last - len(found)))
    return found


def _note_changes(entry: _Entry, slots: Sequence[_Slot]) -> None:
    """Note on the bills of a charge's periods where a discount or an installment plan starts, runs for the last time, and has ended."""
    charge = entry.charge
    for alteration in charge.alterations:
        if charge.installments is not None and alteration.periods is not None and alteration.periods >= charge.installments:
            continue
        _note(slots, entry.item_id, alteration.name, alteration.periods)
    if charge.installments is not None:
        _note(slots, entry.item_id, entry.name, charge.installments)


def _note(slots: Sequence[_Slot], item_id: str, name: str, periods: int | None) -> None:
    if slots:
        slots[0].changes.append(BillChange(item_id, name, "starts", 1, periods))
    if periods is None:
        return
    if periods <= len(slots):
        slots[periods - 1].changes.append(BillChange(item_id, name, "last", periods, periods))
    if periods < len(slots):
        slots[periods].changes.append(BillChange(item_id, name, "ended", periods + 1, periods))
