"""The bills to come as a table: what is paid on which day, and what is different on each.

Called by ``cartdesk bill`` and the bill screen's plain form; the bills are pricing's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from rich.cells import cell_len

from cartdesk.documents.layout import NARROWEST, aligned, beside, fit, left, wrap
from cartdesk.documents.money import decimal_point, format_day, format_money
from cartdesk.documents.words import ShowTax, shown, tax_words
from cartdesk.text import safe_text
from cartdesk.tmf.money import Money

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Bill, BillChange

_RULES = {"oneOff": "one-off charges", "partPeriod": "part month", "advance": "in advance", "installment": "installments"}
_CONVENTIONS = {"actual": "actual days", "thirty": "months of 30 days", "none": "full first month"}


def bill_text(
    bills: Sequence[Bill],
    *,
    sums: Sequence[tuple[int, Money]] = (),
    convention: str = "actual",
    width: int = 80,
    locale: str = "en",
    show_tax: ShowTax = "included",
) -> str:
    """Return bills as a table, each line at most ``width`` cells wide.

    Args:
        bills: what pricing projects, the first being what is due today.
        sums: what is paid in so many months altogether, in the order to show.
        convention: how part months are counted, named in the heading.
        width: the widest line in cells.
        locale: the language numbers and dates are written in.
        show_tax: whether amounts are shown with tax or without.
    """
    wide = max(width, NARROWEST)
    if not bills:
        return "\n".join(wrap("There is nothing to bill: the cart is empty.", wide))
    table = [_row(bill, place, bills, locale, show_tax) for place, bill in enumerate(bills)]
    amounts = aligned([amount for _, amount, _ in table], decimal_point(locale))
    day_width = max(cell_len(day) for day, _, _ in table)
    currency = safe_text(bills[0].total.duty_free.currency, 12)
    lines = wrap(f"Bills in {currency}, {tax_words(show_tax)}; part months by {_CONVENTIONS.get(convention, convention)}.", wide)
    for (day, _, what), amount in zip(table, amounts, strict=True):
        lines.extend(beside(f"{left(day, day_width)}  {amount}", what, wide))
    for months, money in sums:
        lines.append(fit(f"{months} months altogether: {format_money(money, locale=locale)}", wide))
    return "\n".join(lines)


def what_is_on(bill: Bill) -> str:
    """Return what a bill is made of and what is different on it, in words: "part month 14/31, in advance, Welcome 1 of 3"."""
    return ", ".join(dict.fromkeys((*_rules(bill), *(_change(change) for change in bill.changes))))


def _row(bill: Bill, place: int, bills: Sequence[Bill], locale: str, show_tax: ShowTax) -> tuple[str, str, str]:
    if bill.is_today:
        day = "today"
    else:
        earlier = bills[place - 1].on.year if place else None
        day = format_day(bill.on, year=bill.on.year != earlier or place <= 1, locale=locale)
    return day, format_money(shown(bill.total, show_tax), currency=False, locale=locale), what_is_on(bill)


def _rules(bill: Bill) -> Iterator[str]:
    for line in bill.lines:
        words = _RULES.get(line.rule, line.rule)
        yield f"{words} {_share(line.fraction)}" if line.rule == "partPeriod" else words


def _share(fraction: Fraction) -> str:
    return f"{fraction.numerator}/{fraction.denominator}"


def _change(change: BillChange) -> str:
    name = safe_text(change.name, 60)
    of = f" of {change.of}" if change.of is not None else ""
    if change.what == "ended":
        return f"{name} has ended"
    if change.what == "last":
        return f"{name} for the last time ({change.number}{of})"
    return f"{name} starts ({change.number}{of})" if of else f"{name} starts"
