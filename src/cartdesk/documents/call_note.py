"""What a call came to, as text for another system's notes: when, who, for whom, the cart and its totals.

The desk shows and copies it, and the plain prompt reads it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from cartdesk.documents.cart_text import cart_text
from cartdesk.documents.money import format_day
from cartdesk.language import tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.documents.words import ShowTax
    from cartdesk.pricing.priced import PricedCart


def call_note(priced: PricedCart | None, *, shop: str, agent: str, now: datetime, width: int = 72, show_tax: ShowTax = "included") -> str:
    """Return the note.

    Args:
        priced: the cart with its prices; None where nothing was put into one.
        shop: the shop's name.
        agent: who served.
        now: the moment.
        width: the widest line in cells.
        show_tax: whether amounts are shown with tax or without.
    """
    head = f"{format_day(now.date(), year=True)} {now:%H:%M} · {safe_text(shop, 40)} · {safe_text(agent, 40)}"
    if priced is None:
        return f"{head}\n{tr('Nothing was put into the cart.')}"
    notes = priced.cart.notes
    order = f"\n{tr('Order {order_id}', order_id=safe_text(notes.order_id, 60))}" if notes.order_id else ""
    return f"{head} · {tr(notes.state.value)}{order}\n{cart_text(priced, width=width, show_tax=show_tax)}"
