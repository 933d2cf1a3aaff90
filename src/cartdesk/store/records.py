"""What the store's users hold in their hands: a cart's row in the index, a change, and the record a change becomes.

Desk, command line and screens make and read them; the journal and the cart store write them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Kind = Literal["change", "create", "undo", "redo", "branch", "erase"]
"""What a record is: a change, a cart's first one, a step back or forward, a copy of another cart's past, an erasure."""


class CartRow(NamedTuple):
    """What the carts screen shows of a cart; small, so that thousands are read at once."""

    id: str
    label: str | None = None
    """What the agent calls it."""
    state: str = "open"
    """open, held, ordered or discarded."""
    lines: int = 0
    """How many items it has at the top level."""
    due_now: str | None = None
    """The one-off total with tax, a decimal as text."""
    every: tuple[tuple[str, str], ...] = ()
    """The recurring totals with tax: period ("monthly") and amount, a decimal as text."""
    currency: str | None = None
    contact: str | None = None
    """How to reach the customer: the first email or phone number, or a name."""
    created: str | None = None
    changed: str | None = None
    """RFC 3339."""
    order_id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values; what is absent is left out."""
        return {name: value for name, value in zip(self._fields, self, strict=True) if value is not None and value != ()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> CartRow:
        """Read what :meth:`to_json` wrote; members this version does not know are left out."""
        get = values.get
        return cls(
            values["id"], get("label"), get("state", "open"), get("lines", 0), get("due_now"), _pairs(get("every")), get("currency"),
            get("contact"), get("created"), get("changed"), get("order_id"),
        )  # fmt: skip


def _pairs(every: list[list[str]] | None) -> tuple[tuple[str, str], ...]:
    return tuple([(period, amount) for period, amount in every]) if every else ()


@dataclass(frozen=True, slots=True)
class Change:
    """Who did what to a cart, when, and what it did to the totals."""

    who: str
    entry: str
    """What was entered, or the command's name."""
    at: str
    """RFC 3339."""
    kind: Kind = "change"
    to_seq: int | None = None
    """For an undo, a redo or a branch: the record whose cart this one is again."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """Totals before, as JSON values."""
    after: Mapping[str, Any] = field(default_factory=dict)
    """Totals after, as JSON values."""


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """A change as the journal holds it."""

    seq: int
    """1 for a cart's first record."""
    cart_id: str
    change: Change
    hash: str
    """SHA-256 over this record and ``previous``, hexadecimal."""
    previous: str
    """The hash of the record before it; empty for the first."""
    erased: str | None = None
    """When what was entered and the cart's personal data were erased from this record, RFC 3339; None if they were not."""
