"""A priced cart as plain text: its lines, what is due now and every period, and what is amiss.

Called by ``cartdesk do`` and ``cartdesk carts show``, for people who read a terminal line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from cartdesk.documents.layout import BLANK, RULE, Row, lay_out
from cartdesk.documents.money import decimal_point, every_words, format_money, period_suffix
from cartdesk.documents.words import ShowTax, alteration_words, chosen_words, is_for_good, per_words, phase_words, shown, tax_words
from cartdesk.errors import Mend
from cartdesk.language import capital, tr
from cartdesk.text import safe_lines, safe_text
from cartdesk.tmf.cart import CartState, ItemStatus
from cartdesk.tmf.price_type import PriceType

if TYPE_CHECKING:
    from cartdesk.pricing.priced import PricedCart, PricedCharge, PricedItem, Total


class Amiss(Protocol):
    """A finding of ``cartdesk.selling.rules``, as far as it is told."""

    @property
    def sentence(self) -> str:
        """What is amiss."""
        ...

    @property
    def mends(self) -> tuple[Mend, ...]:
        """What mends it."""
        ...


def cart_text(
    priced: PricedCart, *, findings: Sequence[Amiss] = (), width: int = 80, locale: str = "en", show_tax: ShowTax = "included"
) -> str:
    """Return a cart as text, each line at most ``width`` cells wide.

    Args:
        priced: the cart with its prices.
        findings: what is amiss in it.
        width: the widest line in cells.
        locale: the language numbers are written in.
        show_tax: whether amounts are shown with tax or without.
    """
    rows = [Row(_title(priced)), *cart_rows(priced, locale, show_tax), *total_rows(priced, locale, show_tax), *_amiss(findings)]
    return "\n".join(lay_out(rows, width, decimal_point(locale)))


def cart_rows(priced: PricedCart, locale: str, show_tax: ShowTax) -> Iterator[Row]:
    """Yield the rows of the lines: each item with its charges, what is taken off them, its parts and its notes."""
    if not priced.items:
        yield Row(tr("The cart is empty."))
    for number, item in enumerate(priced.items, start=1):
        yield from _item_rows(item, f"{number}. ", 0, locale, show_tax)
    for note in priced.cart.notes.note:
        yield from _note_rows(note.text, 0)


def total_rows(priced: PricedCart, locale: str, show_tax: ShowTax) -> Iterator[Row]:
    """Yield the rows of the totals: due now, then every period with what changes in it."""
    if not priced.items:
        return
    yield RULE
    currency = f" {safe_text(priced.currency, 12)}"
    yield Row(
        tr("Due now, {tax}", tax=tax_words(show_tax)),
        format_money(shown(priced.due_now, show_tax), currency=False, locale=locale),
        currency,
    )
    for total in priced.totals:
        if total.period is not None:
            yield from recurring_rows(total, currency, locale, show_tax)
    for refused in priced.refused:
        yield Row(tr("{name} does not hold: {reason}", name=safe_text(refused.name, 60), reason=safe_text(refused.reason, 160)))


def recurring_rows(total: Total, currency: str, locale: str, show_tax: ShowTax) -> Iterator[Row]:
    """Yield the rows of one recurring total: for good in one, otherwise one for each run of periods."""
    if total.period is None:
        return
    if is_for_good(total.phases):
        amount = format_money(shown(total.steady, show_tax), currency=False, locale=locale)
        yield Row(f"{capital(every_words(total.period))}, {tax_words(show_tax)}", amount, currency)
        return
    yield Row(f"{capital(every_words(total.period))}, {tax_words(show_tax)}")
    for phase in total.phases:
        amount = format_money(shown(phase.amounts, show_tax), currency=False, locale=locale)
        yield Row(phase_words(phase.first, phase.last, total.period), amount, currency, indent=2)


def charge_row(charge: PricedCharge, text: str, indent: int, locale: str, show_tax: ShowTax) -> Row:
    """Return the row of one charge's list price for the whole quantity; for usage, the price of one unit."""
    if charge.kind is PriceType.USAGE:
        return Row(text + per_words(charge.per), format_money(shown(charge.unit, show_tax), currency=False, locale=locale), indent=indent)
    suffix = period_suffix(charge.period) if charge.period is not None else ""
    times = tr(", {installments} times", installments=charge.installments) if charge.installments is not None else ""
    return Row(text + times, format_money(shown(charge.total, show_tax), currency=False, locale=locale), suffix, indent)


def alteration_rows(charge: PricedCharge, indent: int, locale: str, show_tax: ShowTax) -> Iterator[Row]:
    """Yield a row for each thing taken off a charge, with its end."""
    suffix = period_suffix(charge.period) if charge.period is not None else ""
    for each in charge.alterations:
        amount = format_money(shown(each.effect, show_tax), currency=False, locale=locale)
        yield Row(alteration_words(each, charge.period, locale), amount, suffix, indent)


def _item_rows(item: PricedItem, lead: str, indent: int, locale: str, show_tax: ShowTax) -> Iterator[Row]:
    name = lead + item_words(item)
    inner = indent + len(lead) if lead else indent + 2
    charges = item.charges
    alone = len(charges) == 1 and charges[0].kind is not PriceType.USAGE
    if alone:
        yield charge_row(charges[0], name, indent, locale, show_tax)
        yield from alteration_rows(charges[0], inner, locale, show_tax)
    else:
        yield Row(name, indent=indent)
        for charge in charges:
            yield charge_row(charge, safe_text(charge.name, 80), inner, locale, show_tax)
            yield from alteration_rows(charge, inner + 2, locale, show_tax)
    chosen = chosen_words(item.item)
    if chosen:
        yield Row(chosen, indent=inner)
    for remark in (item.problem, item.remark):
        if remark:
            yield Row(safe_text(remark, 240), indent=inner)
    for child in item.children:
        yield from _item_rows(child, "", inner, locale, show_tax)
    for note in item.item.note:
        yield from _note_rows(note.text, inner)


def item_words(item: PricedItem) -> str:
    """Return an item's name with its quantity and whether it counts: "Pixel 12 ×2 (saved for later)"."""
    times = f" ×{item.quantity:,}" if item.quantity != 1 else ""
    aside = tr(" (saved for later)") if item.item.status is ItemStatus.SAVED_FOR_LATER else ""
    return f"{safe_text(item.name, 80)}{times}{aside}"


def _note_rows(text: str | None, indent: int) -> Iterator[Row]:
    for line in safe_lines(text or ""):
        if line.strip():
            yield Row(f"» {line}", indent=indent)


def _title(priced: PricedCart) -> str:
    cart = priced.cart
    notes = cart.notes
    state = {
        CartState.HELD: "held",
        CartState.DISCARDED: "discarded",
        CartState.ORDERED: tr("order {order_id}", order_id=notes.order_id or "").strip(),
    }
    parts = [tr("Cart {id}", id=cart.id), notes.label or "", state.get(notes.state, "")]
    return " · ".join(safe_text(part, 60) for part in parts if part)


def _amiss(findings: Iterable[Amiss]) -> Iterator[Row]:
    first = True
    for finding in findings:
        if first:
            yield BLANK
            first = False
        ways = tr(" or ").join(safe_text(mend.entry, 80) for mend in finding.mends[:4])
        yield Row(f"! {safe_text(finding.sentence, 400)}" + (tr(" Enter {ways}.", ways=ways) if ways else ""))
