"""The words several documents share: what a discount is and until when, which months a total is for, who the customer is.

Called by the documents of this room; amounts come priced and are only written here.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from cartdesk.documents.money import MINUS, count_words, every_words, format_money, format_percent
from cartdesk.language import capital, message, tr
from cartdesk.text import safe_text
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import MONTHLY, Period

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Amounts, AppliedAlteration, Phase
    from cartdesk.tmf.cart import CartItem, CartTerm, ContactMedium, Product
    from cartdesk.tmf.order import OrderTerm

ShowTax = Literal["included", "excluded"]
"""Whether amounts are shown with tax or without."""

DUE_WHEN = message("One-off charges are due now; recurring charges come with the bill.")
DUE_WITH_BILL = message("One-off charges come with the first bill; recurring charges come with every bill.")
"""What a customer is told before and after ordering."""


def shown(amounts: Amounts, show_tax: ShowTax = "included") -> Money:
    """Return the side of an amount that is shown."""
    return amounts.tax_included if show_tax == "included" else amounts.duty_free


def tax_words(show_tax: ShowTax) -> str:
    """Return which side is shown: "with tax" or "without tax"."""
    return tr("with tax") if show_tax == "included" else tr("without tax")


def reduction_words(percentage: Decimal | None, amount: Money | None, locale: str) -> str:
    """Return what is taken off: "−50 %" or "−5.00"."""
    if percentage is not None:
        return MINUS + format_percent(percentage, locale=locale)
    return MINUS + format_money(amount, currency=False, locale=locale).lstrip(MINUS) if amount is not None else ""


def lasting_words(periods: int | None, period: Period | None) -> str:
    """Return how long a discount lasts: " for 3 months"; nothing for a one-off price or for good."""
    if period is None or periods is None:
        return ""
    return tr(" for {count}", count=count_words(period, periods))


def alteration_words(alteration: AppliedAlteration, period: Period | None, locale: str) -> str:
    """Return a discount in words: "Half price: −50 % for 3 months"."""
    what = reduction_words(alteration.percentage, alteration.amount, locale) + lasting_words(alteration.periods, period)
    name = safe_text(alteration.name, 60)
    note = f" ({safe_text(alteration.note, 120)})" if alteration.note else ""
    return (f"{name}: {what}" if name else what) + note


def phase_words(first: int, last: int | None, period: Period) -> str:
    """Return which charge periods a total is for: "Every month", "for the first 3 months", "months 4 to 12", "from month 13 on"."""
    if first == 1 and last is None:
        return capital(every_words(period))
    if period == MONTHLY:
        return _months_words(first, last)
    unit = tr(period.unit.value if period.length == 1 else message("period"))
    if first == 1:
        return tr("for the first {unit}", unit=unit) if last == 1 else tr("for the first {last} {unit}s", last=last, unit=unit)
    if last is None:
        return tr("from {unit} {first} on", unit=unit, first=first)
    return f"{unit} {first}" if first == last else tr("{unit}s {first} to {last}", unit=unit, first=first, last=last)


def _months_words(first: int, last: int | None) -> str:
    if last is None:
        return tr("from month {first} on", first=first)
    if first == 1:
        return tr("for the first month") if last == 1 else tr("for the first {last} months", last=last)
    return tr("month {first}", first=first) if first == last else tr("months {first} to {last}", first=first, last=last)


def is_for_good(phases: Iterable[Phase]) -> bool:
    """Say whether a total is the same from the first period on."""
    return all(phase.first == 1 and phase.last is None for phase in phases)


def per_words(unit: str | None) -> str:
    """Return what a usage price is for: " per message", " per 10 MB"; nothing where it does not say."""
    return tr(" per {unit}", unit=safe_text(unit.removeprefix("1 "), 30)) if unit else ""


def chosen_words(item: CartItem) -> str:
    """Return what was chosen on an item: "color Black, storage 128 GB, 24 months"; nothing where there was no choice."""
    return ", ".join(choices_of(item.product, item.cart_term))


def choices_of(product: Product | None, terms: Iterable[CartTerm | OrderTerm]) -> list[str]:
    """Return what was chosen on a line of a cart or an order, one by one."""
    chosen = [
        f"{safe_text(each.name or '', 40)} {safe_text(str(each.value), 40)}".strip()
        for each in (product.characteristic if product else ())
        if isinstance(each.value, (str, int, Decimal))
    ]
    return [*chosen, *(safe_text(term.name, 40) for term in terms if term.name)]


def contact_words(media: Iterable[ContactMedium]) -> list[str]:
    """Return the ways to reach a customer, one a line."""
    lines: list[str] = []
    for medium in media:
        reached = medium.characteristic
        if reached is None:
            continue
        place = " ".join(part for part in (reached.post_code, reached.city) if part)
        address = ", ".join(part for part in (reached.street1, reached.street2, place, reached.country) if part)
        lines.extend(safe_text(line, 160) for line in (reached.email_address, reached.phone_number, reached.fax_number, address) if line)
    return lines
