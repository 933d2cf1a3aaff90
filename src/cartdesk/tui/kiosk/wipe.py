"""Forgetting a visitor: every memo of ours, of Textual and of Rich is emptied, and then it is looked whether anything of a cart is left.

``KioskApp`` calls it after the session was ended and its pages were taken away. Memos are found by looking through the living objects,
so that one that is added tomorrow is emptied too.
"""

from __future__ import annotations

import gc
from functools import _lru_cache_wrapper
from typing import Any

from textual.cache import FIFOCache, LRUCache

from cartdesk.selling.facts import ByIdentity

_OURS = ("cartdesk.", "textual.", "rich.")
_CARTS = frozenset(
    {
        "cartdesk.tmf.cart.ShoppingCart", "cartdesk.tmf.cart.CartItem", "cartdesk.pricing.priced.PricedCart",
        "cartdesk.pricing.priced.PricedItem", "cartdesk.desk.view.LineView", "cartdesk.desk.view.CartView", "cartdesk.desk.desk.Desk",
        "cartdesk.store.records.HistoryRecord", "cartdesk.store.cart_store.CartStore", "cartdesk.tui.kiosk.session.Session",
    }
)  # fmt: skip
"""Kinds of which nothing may live while there is no visitor."""


def forget_everything() -> None:
    """Empty all memos and drop what nothing refers to any more."""
    for each in gc.get_objects():
        kind = type(each)
        if kind is _lru_cache_wrapper:
            if (getattr(each, "__module__", None) or "").startswith(_OURS):
                each.cache_clear()
        elif kind in (LRUCache, FIFOCache):
            each.clear()
        elif kind is ByIdentity:
            each.forget()
    gc.collect()


def leftovers() -> list[str]:
    """Return which kinds of a visitor's objects still live, each with how many; nothing after a good wipe."""
    counts: dict[str, int] = {}
    for each in gc.get_objects():
        name = _name(type(each))
        if name in _CARTS:
            counts[name] = counts.get(name, 0) + 1
    return [f"{name} {count}" for name, count in sorted(counts.items())]


def _name(kind: type[Any]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
