"""What the store's users hold in their hands: a cart's row in the index, a change, and the record a change becomes.

Desk, command line and screens make and read them; the journal and the cart store write them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Literal

Kind = Literal["change", "create", "undo", "redo", "branch", "erase"]
"""What a record is: a change, a cart's first one, a step back or forward, a copy of another cart's past, an erasure."""


@dataclass(frozen=True, slots=True)
class CartRow:
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
        return {name: value for name in _ROW_NAMES if (value := getattr(self, name)) is not None and value != ()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> CartRow:
        """Read what :meth:`to_json` wrote; members this version does not know are left out."""
        row = object.__new__(cls)
        get = values.get
        for name, put, absent in _ROW_SLOTS:
            put(row, get(name, absent))
        every = row.every
        if every:
            _put_every(row, tuple([(period, amount) for period, amount in every]))
        return row


_ROW_NAMES = tuple(each.name for each in fields(CartRow))
_ROW_SLOTS = tuple(
    (each.name, vars(CartRow)[each.name].__set__, None if each.default is MISSING else each.default) for each in fields(CartRow)
)
"""How to fill a row past its guard against change, which takes longer than all the rest where thousands are read at once."""
_put_every = vars(CartRow)["every"].__set__


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
