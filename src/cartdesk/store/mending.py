"""Putting a cart store's tables together again after damage: carts from their history, rows from their carts.

The cart store runs it once, right after damage was salvaged.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cartdesk.errors import StoreError
from cartdesk.store import tables
from cartdesk.store.codec import write_plain
from cartdesk.store.frame import Op
from cartdesk.store.history import NO_STATE, key
from cartdesk.store.rows import row_of, write_row
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.store.cart_store import CartStore


def mend(store: CartStore) -> list[str]:
    """Restore what can be worked out from the rest; return what was done, one sentence each."""
    told: list[str] = []
    with store.transaction():
        for cart_id in store.log_storage.keys(tables.ROWS):
            if not store.log_storage.has(tables.CARTS, cart_id):
                told.append(_cart_again(store, cart_id))
        for cart_id in store.log_storage.keys(tables.CARTS):
            cart = store.get_cart(cart_id)
            if cart is not None and not store.log_storage.has(tables.ROWS, cart_id):
                store.log_storage.apply([Op(tables.ROWS, cart_id, write_row(row_of(cart)))])
        told += _fill_histories(store)
    return told


def _cart_again(store: CartStore, cart_id: str) -> str:
    last = store.journal.length(cart_id)
    for seq in range(last, 0, -1):
        try:
            body = store.journal.state(cart_id, seq)
        except StoreError:
            continue
        store.log_storage.apply([Op(tables.CARTS, cart_id, body)])
        return f"Cart {safe_text(cart_id, 60)} was taken from its history, as of record {seq} of {last}."
    store.log_storage.apply([Op(tables.ROWS, cart_id, None)])
    return f"Cart {safe_text(cart_id, 60)} is missing and could not be restored."


def _fill_histories(store: CartStore) -> list[str]:
    """Put a mark in place of each record or cart that was lost, so that the others keep their numbers; verifying names it."""
    told = []
    numbers: dict[str, dict[str, set[int]]] = {}
    for table in (tables.HISTORY, tables.STATES):
        for name in store.log_storage.keys(table):
            cart_id, _, seq = name.rpartition("/")
            numbers.setdefault(cart_id, {tables.HISTORY: set(), tables.STATES: set()})[table].add(int(seq))
    for cart_id, held in numbers.items():
        every = range(1, max(held[tables.HISTORY] | held[tables.STATES]) + 1)
        lost = [number for number in every if number not in held[tables.HISTORY] or number not in held[tables.STATES]]
        for number in lost:
            if number not in held[tables.STATES]:
                store.log_storage.apply([Op(tables.STATES, key(cart_id, number), NO_STATE)])
            if number not in held[tables.HISTORY]:
                store.log_storage.apply([Op(tables.HISTORY, key(cart_id, number), write_plain(_lost_record(store, cart_id, number)))])
        if lost:
            told.append(f"In the history of cart {safe_text(cart_id, 60)}, of record {', '.join(map(str, lost))} something is lost.")
    return told


def _lost_record(store: CartStore, cart_id: str, seq: int) -> dict[str, Any]:
    """Return what stands for a record that is lost; its neighbours say what its hash was."""
    before, after = (store.log_storage.body(tables.HISTORY, key(cart_id, number)) for number in (seq - 1, seq + 1))
    previous = json.loads(before) if before else {"hash": "", "at": ""}
    return {
        "seq": seq, "cart": cart_id, "at": previous["at"], "kind": "change", "to": None, "who": "", "before": {}, "after": {},
        "previous": previous["hash"], "hash": json.loads(after)["previous"] if after else "", "salt": "", "entry": "(lost)",
        "state": "", "content": "",
    }  # fmt: skip
