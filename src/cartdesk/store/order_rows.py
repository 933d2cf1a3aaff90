"""A small row for each order, so that a list of thousands is there at once: read from the order's JSON, and kept while that stays the same.

The orders screen and ``cartdesk orders list`` ask the store for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cartdesk.store.tables import ORDERS

if TYPE_CHECKING:
    from cartdesk.store.log_storage import LogStorage


@dataclass(frozen=True, slots=True)
class OrderRow:
    """What a list shows of an order."""

    id: str
    state: str
    placed: str | None = None
    """RFC 3339."""
    customer: str = ""
    contact: str = ""
    """The first e-mail address or phone number."""
    lines: int = 0
    due_now: str | None = None
    """What was due at once, with tax, a decimal as text."""
    currency: str | None = None
    rating: int | None = None
    comments: int = 0

    def shows(self, wanted: str) -> bool:
        """Say whether every word of a search, case folded, stands somewhere in the row."""
        text = " ".join((self.id, self.state, self.customer, self.contact)).casefold()
        digits = "".join(each for each in self.contact if each.isdigit())
        return all(word in text or (word.isdigit() and len(word) > 3 and word in digits) for word in wanted.split())


class OrderIndex:
    """The rows of one store's orders."""

    def __init__(self, storage: LogStorage) -> None:
        self._storage = storage
        self._known: dict[str, tuple[object, OrderRow]] = {}

    def rows(self) -> list[OrderRow]:
        """Return a row for each order, the last placed first."""
        versions = self._storage.versions(ORDERS)
        stale = [key for key, mark in versions.items() if self._known.get(key, (None,))[0] != mark]
        fresh = {key: (versions[key], row_of(key, body)) for key, body in self._storage.some(ORDERS, stale)}
        self._known = {key: fresh.get(key) or self._known[key] for key in versions if key in fresh or key in self._known}
        return sorted((row for _, row in self._known.values()), key=lambda row: (row.placed or "", row.id), reverse=True)


def row_of(order_id: str, body: bytes) -> OrderRow:
    """Return an order's row."""
    order = json.loads(body.decode("utf-8", "surrogatepass"), parse_float=Decimal)
    notes = _object(order.get("cartdesk"))
    charged = _list(notes.get("charged"))
    due: Any = next((each for each in charged if _object(each).get("recurringChargePeriod") is None), {})
    amount = _object(_object(_object(due).get("price")).get("taxIncludedAmount"))
    parties = _list(order.get("relatedParty"))
    customer: Any = next((each for each in parties if str(_object(each).get("role") or "").lower() == "customer"), {})
    return OrderRow(
        id=order_id,
        state=str(order.get("state") or ""),
        placed=order.get("orderDate"),
        customer=str(_object(customer).get("name") or _object(customer).get("id") or ""),
        contact=_contact(_list(order.get("contactMedium"))),
        lines=len(_list(order.get("productOrderItem"))),
        due_now=str(amount["value"]) if "value" in amount else None,
        currency=amount.get("unit"),
        rating=notes.get("rating"),
        comments=sum(_object(each).get("@type") == "CustomerComment" for each in _list(order.get("note"))),
    )


def _contact(media: Iterable[Any]) -> str:
    for medium in media:
        there = _object(_object(medium).get("characteristic"))
        for member in ("emailAddress", "phoneNumber"):
            if there.get(member):
                return str(there[member])
    return ""


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []
