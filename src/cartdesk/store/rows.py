"""A cart's row in the index, made from the cart; and the index as it is read.

The cart store writes a row with every cart, so that the carts screen reads thousands of rows and not one cart.
"""

from __future__ import annotations

import json
import json.encoder
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cartdesk.store.bulk import without_collecting
from cartdesk.store.log_storage import LogStorage
from cartdesk.store.records import CartRow
from cartdesk.store.tables import ROWS

if TYPE_CHECKING:
    from cartdesk.tmf import ShoppingCart


def row_of(cart: ShoppingCart) -> CartRow:
    """Return the row of a cart, with the totals that are filled in in it."""
    notes = cart.notes
    due_now, every, currency = _totals(cart)
    return CartRow(
        cart.id,
        notes.label,
        notes.state.value,
        len(cart.cart_item),
        due_now,
        every,
        currency,
        _contact(cart),
        notes.created,
        notes.changed,
        notes.order_id,
    )


def _totals(cart: ShoppingCart) -> tuple[str | None, tuple[tuple[str, str], ...], str | None]:
    """Return what is due now, what is due every period, and the currency, with tax, from the totals in the cart."""
    currency: str | None = None
    now: Decimal | None = None
    every: dict[str, Decimal] = {}
    for total in cart.cart_total_price:
        amount = total.price and (total.price.tax_included_amount or total.price.duty_free_amount)
        if not amount:
            continue
        currency = currency or amount.currency
        kind = _kind(total.price_type)
        if kind == "oneTime":
            now = (now or Decimal(0)) + amount.amount
        elif kind == "recurring":
            period = total.recurring_charge_period or "monthly"
            every[period] = every.get(period, Decimal(0)) + amount.amount
    return None if now is None else str(now), tuple((period, str(amount)) for period, amount in every.items()), currency


@lru_cache(64)
def _kind(price_type: str | None) -> str | None:
    from cartdesk.tmf.price import PriceType

    return PriceType.read(price_type)


def _contact(cart: ShoppingCart) -> str | None:
    for medium in cart.contact_medium:
        found = medium.characteristic and (medium.characteristic.email_address or medium.characteristic.phone_number)
        if found:
            return found
    return next((party.name for party in cart.related_party if party.name and party.role in (None, "customer", "Customer")), None)


def write_row(row: CartRow) -> bytes:
    """Return a row's JSON in UTF-8: what ``row.to_json()`` says, written out at once as it goes with every cart."""
    members = [f'"id":{_quote(row.id)},"state":{_quote(row.state)},"lines":{row.lines}']
    for name in _TEXTS:
        text = getattr(row, name)
        if text is not None:
            members.append(f'"{name}":{_quote(text)}')
    if row.every:
        members.append('"every":[' + ",".join([f"[{_quote(period)},{_quote(amount)}]" for period, amount in row.every]) + "]")
    return ("{" + ",".join(members) + "}").encode("utf-8", "surrogatepass")


_quote = json.encoder.encode_basestring
_TEXTS = ("label", "due_now", "currency", "contact", "created", "changed", "order_id")


_EVERY = CartRow._fields.index("every")


class RowIndex:
    """The rows of all carts, kept parsed as long as they do not change."""

    def __init__(self, storage: LogStorage) -> None:
        self._storage = storage
        self._versions: dict[str, object] = {}
        self._rows: dict[str, CartRow] = {}
        self._sorted: list[CartRow] = []
        storage.made[ROWS] = self.packed

    def rows(self) -> list[CartRow]:
        """Return every row, last changed first."""
        with without_collecting():
            if not self._versions:
                self._unpack()
            versions = self._storage.versions(ROWS)
            if versions != self._versions:
                self._read(versions)
        return self._sorted.copy()

    def packed(self) -> bytes:
        """Return all rows as JSON, last changed first, for :meth:`rows` of another day: column by column, which is read sooner."""
        rows = self.rows()
        kinds = list(dict.fromkeys(row.every for row in rows))
        numbers = {every: number for number, every in enumerate(kinds)}
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(CartRow._fields)
        columns[_EVERY] = [numbers[row.every] for row in rows]
        return json.dumps([kinds, columns], ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")

    def _unpack(self) -> None:
        made = self._storage.made_before(ROWS)
        if made is None:
            return
        versions, packed = made
        kinds, columns = json.loads(packed.decode("utf-8", "surrogatepass"))
        every = [tuple([(period, amount) for period, amount in kind]) for kind in kinds]
        columns[_EVERY] = [every[number] for number in columns[_EVERY]]
        self._sorted = list(map(CartRow._make, zip(*columns, strict=True)))
        self._rows = {row.id: row for row in self._sorted}
        self._versions = dict(versions) if self._rows.keys() == versions.keys() else {}

    def _read(self, versions: dict[str, object]) -> None:
        known, before = self._rows, self._versions
        changed = [key for key, version in versions.items() if before.get(key) != version]
        read = dict(self._storage.some(ROWS, changed))
        values = json.loads((b"[" + b",".join(read.values()) + b"]").decode("utf-8", "surrogatepass"))
        fresh = dict(zip(read, map(CartRow.from_json, values), strict=True))
        self._rows = {key: row for key in versions if (row := fresh.get(key) or known.get(key)) is not None}
        self._sorted = sorted(self._rows.values(), key=_newest, reverse=True)
        self._versions = versions


def _newest(row: CartRow) -> tuple[str, str]:
    return (row.changed or row.created or "", row.id)


def matches(row: CartRow, state: str | None, text: str) -> bool:
    """Say whether a row has this state and shows ``text`` (case-folded) somewhere."""
    if state is not None and row.state != state:
        return False
    return not text or any(text in shown.casefold() for shown in (row.id, row.label, row.contact, row.order_id) if shown)
