"""Forgetting a visitor: every memo of ours, of Textual and of Rich is emptied, and then it is looked whether anything of a cart is left.

``KioskApp`` calls it after the session was ended and its pages were taken away. Memos are found by looking through the living objects,
so that one that is added tomorrow is emptied too.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
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


def living() -> list[object]:
    """Return the objects of the kinds that a visitor leaves that are alive."""
    return [each for each in gc.get_objects() if _name(type(each)) in _CARTS]


def leftovers(before: Sequence[object]) -> list[str]:
    """Return which kinds of a visitor's objects still live, each with how many; nothing after a good wipe.

    Args:
        before: what was alive in this process before the kiosk opened.
    """
    strangers = {id(each) for each in before}
    counts: dict[str, int] = {}
    for each in living():
        if id(each) not in strangers:
            name = _name(type(each))
            counts[name] = counts.get(name, 0) + 1
    return [f"{name} {count}" for name, count in sorted(counts.items())]


def _name(kind: type[Any]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
