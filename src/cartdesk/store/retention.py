"""How long things are kept: closed carts move to an archive file, and personal data goes, each after a number of days that is set.

The desk calls it once a day, through the cart store. An archive is a store like any other, beside the first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cartdesk.errors import SettingsError
from cartdesk.store import tables
from cartdesk.store.erasure import Eraser, Erasure, finish
from cartdesk.store.frame import Op
from cartdesk.store.history import key
from cartdesk.store.redaction import read_exactly
from cartdesk.tmf.period import read_time, write_time

if TYPE_CHECKING:
    from cartdesk.store.cart_store import CartStore

ARCHIVE_AFTER = "retention.archive_after_days"
"""The setting: after how many days a closed cart is archived; absent is never."""
ERASE_AFTER = "retention.erase_after_days"
"""The setting: after how many days personal data of closed carts and of orders is erased; absent is never."""

_CLOSED = frozenset({"ordered", "discarded"})
_BATCH = 50


@dataclass(slots=True)
class Retained:
    """What was moved and erased."""

    archived: list[str] = field(default_factory=list)
    """Cart ids."""
    erased: list[str] = field(default_factory=list)
    """Ids of carts, orders and customers."""


def archive_path(path: Path) -> Path:
    """Return where a store's archive is."""
    return path.with_name(path.name + ".archive")


def retain(store: CartStore, now: datetime) -> Retained:
    """Archive and erase what is old enough by the settings; killed at any moment, the next run goes on.

    Raises:
        SettingsError: a setting is no number of days.
        StoreError: something could not be written.
    """
    done = Retained()
    erase_after, archive_after = _days(store, ERASE_AFTER), _days(store, ARCHIVE_AFTER)
    if erase_after is not None:
        limit = now - timedelta(days=erase_after)
        done.erased += _erase(store, limit, now)
        if archive_path(store.path).exists():
            with store.open_archive() as archive:
                done.erased += _erase(archive, limit, now)
    if archive_after is not None:
        done.archived = _archive(store, now - timedelta(days=archive_after))
    return done


def erase_customer(store: CartStore, customer_id: str, at: str) -> Erasure:
    """Erase a customer from the archive and from the store; done again, it does what is still to be done."""
    earlier = Erasure()
    if archive_path(store.path).exists():
        with store.open_archive() as archive:
            earlier = _erase_one(archive, customer_id, at)
    done = _erase_one(store, customer_id, at)
    done.carts += earlier.carts
    done.copies += earlier.copies
    return done


def _erase_one(store: CartStore, customer_id: str, at: str) -> Erasure:
    with store.transaction():
        eraser = Eraser(store.log_storage, store.journal, at)
        eraser.customer(customer_id)
        done = eraser.write()
    store.forget()
    finish(store.log_storage, done)
    return done


def _days(store: CartStore, name: str) -> int | None:
    value = store.setting(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise SettingsError(f"{name} is {value!r}; it must be a whole number of days, 0 or more.")
    return value


def _closed_before(store: CartStore, limit: datetime) -> Iterator[tuple[str, bool]]:
    """Yield the id of each closed cart last changed before ``limit``, and whether its personal data is gone already."""
    for cart_id, body in store.log_storage.bodies(tables.ROWS):
        row = json.loads(body)
        changed = row.get("changed") or row.get("created")
        if row.get("state") in _CLOSED and changed and read_time(changed) < limit:
            yield cart_id, "erased" in row


def _archive(store: CartStore, limit: datetime) -> list[str]:
    """Move closed carts to the archive: written and synced there first, removed here after."""
    old = [cart_id for cart_id, _ in _closed_before(store, limit)]
    if not old:
        return []
    with store.open_archive() as archive:
        for start in range(0, len(old), _BATCH):
            puts: list[Op] = []
            removes: list[Op] = []
            for cart_id in old[start : start + _BATCH]:
                for table, name in _documents(store, cart_id):
                    puts.append(Op(table, name, store.log_storage.body(table, name)))
                    removes.append(Op(table, name, None))
            archive.log_storage.apply(puts)
            store.log_storage.apply(removes)
    store.journal.forget()
    return old


def _documents(store: CartStore, cart_id: str) -> Iterator[tuple[str, str]]:
    """Yield where everything of one cart is."""
    for table in (tables.CARTS, tables.ROWS):
        if store.log_storage.has(table, cart_id):
            yield table, cart_id
    for seq in range(1, store.journal.length(cart_id) + 1):
        yield tables.HISTORY, key(cart_id, seq)
        yield tables.STATES, key(cart_id, seq)


def _erase(store: CartStore, limit: datetime, now: datetime) -> list[str]:
    """Erase the personal data of old closed carts and orders, and customers whom nothing younger names."""
    storage = store.log_storage
    eraser = Eraser(storage, store.journal, write_time(now))
    carts = [cart_id for cart_id, erased in _closed_before(store, limit) if not erased]
    orders = [order_id for order_id, body in storage.bodies(tables.ORDERS) if _is_old(read_exactly(body), limit)]
    customers = _unneeded(store, set(carts), set(orders))
    if not (carts or orders):
        return []
    with storage.transaction():
        for cart_id in carts:
            eraser.cart(cart_id)
        for order_id in orders:
            eraser.order(order_id)
        eraser.accounts(set(customers))
        for customer_id in customers:
            eraser.customer_alone(customer_id)
        done = eraser.write()
    store.forget()
    finish(storage, done)
    return [*carts, *orders, *customers]


def _is_old(order: dict[str, object], limit: datetime) -> bool:
    date = order.get("orderDate")
    return "erased" not in order and isinstance(date, str) and read_time(date) < limit


def _unneeded(store: CartStore, carts: set[str], orders: set[str]) -> list[str]:
    """Return the customers whom an old cart or order names, and no other one."""
    old: set[str] = set()
    young: set[str] = set()
    for table, gone in ((tables.CARTS, carts), (tables.ORDERS, orders)):
        for name, body in store.log_storage.bodies(table):
            named = {party.get("id") for party in read_exactly(body).get("relatedParty") or [] if isinstance(party, dict)}
            (old if name in gone else young).update(name for name in named if isinstance(name, str))
    return [customer_id for customer_id in store.log_storage.keys(tables.CUSTOMERS) if customer_id in old - young]
