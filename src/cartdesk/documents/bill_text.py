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
from cartdesk.language import message, tr
from cartdesk.text import safe_text
from cartdesk.tmf.money import Money

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Bill, BillChange

_RULES = {
    "oneOff": message("one-off charges"),
    "partPeriod": message("part month"),
    "advance": message("in advance"),
    "installment": message("installments"),
}
_CONVENTIONS = {"actual": message("actual days"), "thirty": message("months of 30 days"), "none": message("full first month")}


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
        return "\n".join(wrap(tr("There is nothing to bill: the cart is empty."), wide))
    table = [_row(bill, place, bills, locale, show_tax) for place, bill in enumerate(bills)]
    amounts = aligned([amount for _, amount, _ in table], decimal_point(locale))
    day_width = max(cell_len(day) for day, _, _ in table)
    currency = safe_text(bills[0].total.duty_free.currency, 12)
    lines = wrap(
        tr(
            "Bills in {currency}, {tax}; part months by {convention}.",
            currency=currency,
            tax=tax_words(show_tax),
            convention=tr(_CONVENTIONS.get(convention, convention)),
        ),
        wide,
    )
    for (day, _, what), amount in zip(table, amounts, strict=True):
        lines.extend(beside(f"{left(day, day_width)}  {amount}", what, wide))
    for months, money in sums:
        lines.append(fit(tr("{months} months altogether: {amount}", months=months, amount=format_money(money, locale=locale)), wide))
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
        words = tr(_RULES.get(line.rule, line.rule))
        yield f"{words} {_share(line.fraction)}" if line.rule == "partPeriod" else words


def _share(fraction: Fraction) -> str:
    return f"{fraction.numerator}/{fraction.denominator}"


def _change(change: BillChange) -> str:
    name = safe_text(change.name, 60)
    of = tr(" of {of}", of=change.of) if change.of is not None else ""
    if change.what == "ended":
        return tr("{name} has ended", name=name)
    if change.what == "last":
        return tr("{name} for the last time ({number}{of})", name=name, number=change.number, of=of)
    return tr("{name} starts ({number}{of})", name=name, number=change.number, of=of) if of else tr("{name} starts", name=name)
