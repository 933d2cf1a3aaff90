"""The review before an order: the customer, what is due now and what comes with the bill, apart, and what to read aloud.

Called by the checkout, on screen and in the plain prompt.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cartdesk.documents.cart_text import alteration_rows, charge_row, item_words, recurring_rows
from cartdesk.documents.layout import BLANK, RULE, Row, lay_out
from cartdesk.documents.money import decimal_point, format_money
from cartdesk.documents.words import DUE_WHEN, ShowTax, chosen_words, contact_words, shown, tax_words
from cartdesk.language import tr
from cartdesk.text import safe_text
from cartdesk.tmf.price_type import PriceType

if TYPE_CHECKING:
    from cartdesk.pricing.priced import PricedCart, PricedItem


def review_text(priced: PricedCart, *, width: int = 80, locale: str = "en", show_tax: ShowTax = "included") -> str:
    """Return what is to be ordered, each line at most ``width`` cells wide; one-off and recurring charges apart.

    Args:
        priced: the cart with its prices; what is saved for later is left out.
        width: the widest line in cells.
        locale: the language numbers are written in.
        show_tax: whether amounts are shown with tax or without.
    """
    rows = [
        *_customer(priced),
        *_due_now(priced, locale, show_tax),
        BLANK,
        *_with_the_bill(priced, locale, show_tax),
        RULE,
        Row(tr(DUE_WHEN)),
    ]
    return "\n".join(lay_out(rows, width, decimal_point(locale)))


def _customer(priced: PricedCart) -> Iterator[Row]:
    cart = priced.cart
    party = next((each for each in cart.related_party if (each.role or "").lower() == "customer"), None)
    if party is not None:
        yield Row(tr("Customer: {name}", name=safe_text(party.name or party.id or "", 120)))
    for line in contact_words(cart.contact_medium):
        yield Row(line, indent=2)
    if party is not None or cart.contact_medium:
        yield RULE


def _due_now(priced: PricedCart, locale: str, show_tax: ShowTax) -> Iterator[Row]:
    yield Row(tr("Due now ({tax})", tax=tax_words(show_tax)))
    yield from _charges(priced, PriceType.ONE_TIME, locale, show_tax)
    amount = format_money(shown(priced.due_now, show_tax), currency=False, locale=locale)
    yield Row(tr("Total due now"), amount, f" {safe_text(priced.currency, 12)}")


def _with_the_bill(priced: PricedCart, locale: str, show_tax: ShowTax) -> Iterator[Row]:
    yield Row(tr("With the bill ({tax})", tax=tax_words(show_tax)))
    yield from _charges(priced, PriceType.RECURRING, locale, show_tax)
    recurring = [total for total in priced.totals if total.period is not None]
    if not recurring:
        yield Row(tr("Nothing"), indent=2)
    for total in recurring:
        yield from recurring_rows(total, f" {safe_text(priced.currency, 12)}", locale, show_tax)
    free = [item for top in priced.items for item in top.counting() if not item.charges and not item.children]
    if free:
        yield BLANK
        yield Row(tr("Without a charge of its own"))
        yield from (Row(_words(item, "", False), indent=2) for item in free)
    used = list(_charges(priced, PriceType.USAGE, locale, show_tax))
    if used:
        yield BLANK
        yield Row(tr("As used ({tax})", tax=tax_words(show_tax)))
        yield from used


def _charges(priced: PricedCart, kind: PriceType, locale: str, show_tax: ShowTax) -> Iterator[Row]:
    for top in priced.items:
        for item in top.counting():
            charges = [charge for charge in item.charges if charge.kind is kind]
            for charge in charges:
                yield charge_row(charge, _words(item, charge.name, len(charges) > 1 or kind is PriceType.USAGE), 2, locale, show_tax)
                yield from alteration_rows(charge, 4, locale, show_tax)


def _words(item: PricedItem, charge: str, several: bool) -> str:
    chosen = chosen_words(item.item)
    parts = [item_words(item), chosen, safe_text(charge, 60) if several else ""]
    return ", ".join(part for part in parts if part)
