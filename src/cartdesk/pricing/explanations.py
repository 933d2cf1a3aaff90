"""Why a number is what it is: the steps behind any amount on the desk, the bill or the receipt, and the discounts that were refused.

Called by the why screen and ``cartdesk why``. Every step's result follows from its inputs; ``trail.replay`` does the arithmetic again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from cartdesk.errors import PricingError
from cartdesk.pricing.bills import project
from cartdesk.pricing.leaving import LeavingLine, leaving_lines
from cartdesk.pricing.priced import Bill, BillLine, Convention, PricedCart, PricedCharge, PricedItem, Step
from cartdesk.pricing.rounding import FRACTION_DIGITS, exactly
from cartdesk.pricing.trail import Shown, Trail, replay
from cartdesk.tmf.period import Period
from cartdesk.tmf.price import PriceType

__all__ = ["What", "explain", "explain_bill", "replay"]

What = Literal["line", "total", "due_now", "first_bill", "bill", "sum", "leaving"]

WHOLE = 1
NINE_DIGITS = "nine digits"


def explain(
    priced: PricedCart,
    *,
    item_id: str | None = None,
    period: Period | None = None,
    what: What = "line",
    number: int = 1,
    listed: bool = False,
    shown: Shown = "gross",
    start: date | None = None,
    bill_cycle_day: int = 1,
    convention: Convention = "actual",
    bill: int = 1,
    months: int = 24,
    on: date | None = None,
) -> list[Step]:
    """Return the steps that make an amount, refusals among them; the last that is not a refusal comes to it exactly.

    Args:
        priced: the cart.
        item_id: for ``line``, which item, at any depth; its children's prices are included.
        period: which recurring price; None is the one-off price, and for a line that has none its first recurring one.
        what: ``line`` and ``total`` are prices; ``due_now`` is what is paid on confirmation; ``first_bill`` and ``bill`` are bills of
            a projection; ``sum`` is what is paid in ``months`` months; ``leaving`` is what leaving costs on a day.
        number: for ``line`` and ``total``, in which charge period.
        listed: for ``line`` and ``total``, the list price, without alterations.
        shown: with tax, without, or the tax.
        start: for bills and leaving, the first day of service; None is the moment's day.
        bill_cycle_day: for bills, 1 to 31.
        convention: for bills, how a part month counts.
        bill: for ``bill``, which one: 0 is today's, 1 the first of the account.
        months: for ``sum``, how many monthly bills.
        on: for ``leaving``, the day; None is the first.

    Raises:
        PricingError: the cart has no such item or bill.
    """
    with exactly():
        trail = Trail(priced.policy, priced.currency)
        begins = start or priced.moment.date()
        if what == "line":
            line = _find(priced, item_id)
            wanted = period if period is not None or _has(line, None) else _first_period(line)
            _price_of([line], wanted, trail, number, shown, listed, line.name, alone=True)
        elif what in ("total", "due_now"):
            wanted = period if what == "total" else None
            _price_of(list(priced.items), wanted, trail, number, shown, listed, "Total")
            for refused in priced.refused:
                trail.refuse(refused)
        elif what == "leaving":
            lines = leaving_lines(priced, begins, on or begins)
            trail.total("sum", "Leaving", [(line.name, _leaving(line, trail, shown)) for line in lines])
        else:
            count = 1 if what == "first_bill" else (bill if what == "bill" else months)
            bills = project(priced, begins, bill_cycle_day, convention, months=max(count, 1))
            if what == "sum":
                parts = [(each.on.isoformat(), _bill(each, trail, shown)) for each in bills]
                trail.total("sum", f"{months} months", parts)
            elif 0 <= count < len(bills):
                _bill(bills[count], trail, shown)
            else:
                raise PricingError(f"There is no bill {count} to explain.")
        return trail.steps


def explain_bill(priced: PricedCart, bill: Bill, shown: Shown = "gross") -> list[Step]:
    """Return the steps that make one bill of a projection of this cart."""
    with exactly():
        trail = Trail(priced.policy, priced.currency)
        _bill(bill, trail, shown)
        return trail.steps


def _price_of(
    lines: list[PricedItem],
    period: Period | None,
    trail: Trail,
    number: int,
    shown: Shown,
    listed: bool,
    subject: str,
    *,
    alone: bool = False,
) -> None:
    """Add the steps of everything in some lines that is charged in one kind of period."""
    parts = []
    kind = PriceType.ONE_TIME if period is None else PriceType.RECURRING
    for line in lines:
        for item, charge in _charges(line, alone=alone):
            if charge.kind is kind and charge.period == period:
                parts.append((f"{item.name}: {charge.name}", trail.charge(charge, number, shown, listed=listed)))
    trail.total("sum", subject, parts)
    for line in lines:
        for refused in line.refused:
            trail.refuse(refused)


def _charges(line: PricedItem, *, alone: bool) -> Iterator[tuple[PricedItem, PricedCharge]]:
    """Yield the charges of a line that count; for a line asked about alone that does not count, what it would cost."""
    counting = line.counting()
    if not counting and alone:
        counting = tuple(_all(line))
    for item in counting:
        for charge in item.charges:
            yield item, charge


def _bill(bill: Bill, trail: Trail, shown: Shown) -> int:
    parts = [(line.name, _bill_line(line, trail, shown)) for line in bill.lines]
    return trail.total("sum", f"Bill of {bill.on.isoformat()}", parts)


def _bill_line(line: BillLine, trail: Trail, shown: Shown) -> int:
    charge = line.charge
    if charge is None:
        raise PricingError(f"Nothing says what the bill's line {line.name} is for.")
    if line.rule != "partPeriod":
        return trail.charge(charge, line.number, shown)
    if shown == "tax":
        gross, net = _bill_line(line, trail, "gross"), _bill_line(line, trail, "net")
        return trail.add("tax", line.name, "subtract", ("with tax", 0), ("without tax", 0), carried=[gross, net])
    place = _part(line, trail.charge(charge, line.number, shown), trail)
    held = (line.amounts.tax_included if shown == "gross" else line.amounts.duty_free).amount - trail.result(place)
    if held:
        place = trail.add("no-more-than-the-rest", line.name, "add", ("discount", 0), ("held back", held), carried=[place])
    return place


def _part(line: BillLine, whole: int, trail: Trail) -> int:
    """Add the share of a whole month that a part month is."""
    if line.fraction == WHOLE:
        return whole
    numerator, denominator = line.fraction.numerator, line.fraction.denominator
    days = (("days", numerator), ("of", denominator), ("digits", FRACTION_DIGITS))
    share = trail.add("part-month", line.name, "round", *days, source=NINE_DIGITS)
    part = trail.add("part-month", line.name, "multiply", ("whole month", 0), ("share", 0), carried=[whole, share])
    return trail.round(line.name, part)


def _leaving(line: LeavingLine, trail: Trail, shown: Shown) -> int:
    """Add the steps of one thing that is owed on leaving."""
    charge, penalty = line.charge, line.penalty
    if penalty is not None and penalty.amounts is not None and charge is not None:
        amounts = penalty.amounts
        one = {"gross": amounts.tax_included, "net": amounts.duty_free, "tax": amounts.tax}[shown].amount
        taken = trail.add("list-price", penalty.name, "take", ("for one", one), source=penalty.source)
        return trail.add(
            "remaining", line.name, "multiply", ("for one", 0), ("quantity", charge.quantity), ("left", line.remaining), carried=[taken]
        )
    if charge is None:
        raise PricingError(f"Nothing says what is owed for {line.name}.")
    if shown == "tax":
        gross, net = _leaving(line, trail, "gross"), _leaving(line, trail, "net")
        return trail.add("tax", line.name, "subtract", ("with tax", 0), ("without tax", 0), carried=[gross, net])
    numbers = range(line.of - line.remaining + 1, line.of + 1)
    parts: list[tuple[str, int]] = []
    for first, count in _runs(charge, numbers):
        each = trail.charge(charge, first, shown)
        parts.append((charge.name, trail.add("remaining", line.name, "multiply", ("each", 0), ("left", count), carried=[each])))
    due = trail.total("sum", line.name, parts)
    if penalty is None or penalty.percentage is None:
        return due
    percentage = trail.add(
        "remaining", penalty.name, "percent", ("still due", 0), ("percent", penalty.percentage), source=penalty.source, carried=[due]
    )
    return trail.round(penalty.name, percentage)


def _runs(charge: PricedCharge, numbers: range) -> Iterator[tuple[int, int]]:
    """Yield runs of periods that cost the same: the first one's number and how many."""
    first, count = None, 0
    for number in numbers:
        if first is not None and charge.in_period(number) == charge.in_period(first):
            count += 1
            continue
        if first is not None:
            yield first, count
        first, count = number, 1
    if first is not None:
        yield first, count


def _find(priced: PricedCart, item_id: str | None) -> PricedItem:
    for line in priced.items:
        for item in _all(line):
            if item.item.id == item_id:
                return item
    raise PricingError("That line is not in the cart that was priced; price the cart again.")


def _all(item: PricedItem) -> Iterator[PricedItem]:
    yield item
    for child in item.children:
        yield from _all(child)


def _has(line: PricedItem, period: Period | None) -> bool:
    kind = PriceType.ONE_TIME if period is None else PriceType.RECURRING
    return any(charge.kind is kind and charge.period == period for _, charge in _charges(line, alone=True))


def _first_period(line: PricedItem) -> Period | None:
    return next((charge.period for _, charge in _charges(line, alone=True) if charge.kind is PriceType.RECURRING), None)
