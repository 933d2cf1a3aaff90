"""Taking a person's data out of the store for good: carts, orders, history, everything derived from them, and the file itself.

The cart store calls it for ``cartdesk customers erase`` and for retention. What a journal record says about a person goes, its hash
stays: the chain is verified as before, and a record of the erasure seals what now stands in the erased ones.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartdesk.store import tables
from cartdesk.store.codec import write_plain
from cartdesk.store.disk import explain
from cartdesk.store.frame import Op
from cartdesk.store.history import NO_STATE, Journal, content_hash, digest, key, record_hash
from cartdesk.store.redaction import read_exactly, redact_bill_item, redact_cart, redact_order, redact_payment, redact_row
from cartdesk.store.salvage import copies

if TYPE_CHECKING:
    from cartdesk.store.log_storage import LogStorage

UNFINISHED = "erasure.unfinished"
"""The setting that is there from the erasure's frame until the superseded bytes are gone too."""


@dataclass(slots=True)
class Erasure:
    """What was erased."""

    customer_id: str | None = None
    carts: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    others: int = 0
    """Other documents removed: the customer, accounts, unsent messages, remembered views."""
    copies: list[Path] = field(default_factory=list)
    """Copies beside the store that held the data and were removed; backups elsewhere are their keeper's to remove."""


class Eraser:
    """Collects what an erasure changes, so that it is one frame."""

    def __init__(self, storage: LogStorage, journal: Journal, at: str) -> None:
        """Start an erasure.

        Args:
            storage: the storage.
            journal: the journals in it.
            at: now, RFC 3339.
        """
        self._storage = storage
        self._journal = journal
        self._at = at
        self._ops: list[Op] = []
        self.done = Erasure()
        self._words: set[bytes] = set()
        """Texts that point at the person: wherever else one stands, the document goes."""

    def customer(self, customer_id: str) -> None:
        """Erase a customer, and every cart, order and account that names them."""
        body = self._storage.body(tables.CUSTOMERS, customer_id)
        marks = {customer_id} | (set(_contacts(read_exactly(body))) if body else set())
        self.done.customer_id = customer_id
        self._words |= {_word(mark) for mark in marks}
        for cart_id in self._carts():
            if any(_names(read_exactly(state), marks) for state in self._states(cart_id)):
                self.cart(cart_id)
        for order_id, order in self._storage.bodies(tables.ORDERS):
            if _names(read_exactly(order), marks):
                self.order(order_id)
        self.accounts(marks)
        self.customer_alone(customer_id)

    def customer_alone(self, customer_id: str) -> None:
        """Erase a customer whose carts and orders are erased by themselves; a tombstone stays."""
        if self._storage.has(tables.CUSTOMERS, customer_id):
            self._remove(tables.CUSTOMERS, customer_id)
        personal_id = any(sign in customer_id for sign in "@+ ")
        name = "sha256:" + digest(customer_id.encode()) if personal_id else customer_id
        self._ops.append(Op(tables.ERASED, name, write_plain({"id": name, "erased": self._at})))

    def cart(self, cart_id: str) -> None:
        """Erase what is personal in a cart, its row and its history; what it held and cost stays."""
        self.done.carts.append(cart_id)
        self._words.add(_word(cart_id))
        body = self._storage.body(tables.CARTS, cart_id)
        if body is not None:
            self._ops.append(Op(tables.CARTS, cart_id, redact_cart(body)))
        row = self._storage.body(tables.ROWS, cart_id)
        if row is not None:
            label = json.loads(row).get("label")
            self._words |= {_word(label)} if label else set()
            self._ops.append(Op(tables.ROWS, cart_id, redact_row(row, self._at)))
        self._history(cart_id)

    def accounts(self, marks: set[str]) -> None:
        """Remove every account that names one of ``marks``; of what is billed to it, dates and amounts stay."""
        gone = {account_id for account_id, account in self._storage.bodies(tables.ACCOUNTS) if _names(read_exactly(account), marks)}
        for account_id in sorted(gone):
            self._remove(tables.ACCOUNTS, account_id)
        billed = [name for name in self._storage.keys(tables.BILL_ITEMS) if name.partition("/")[0] in gone]
        for name, body in self._storage.some(tables.BILL_ITEMS, billed):
            self._ops.append(Op(tables.BILL_ITEMS, name, redact_bill_item(body, self._at)))

    def order(self, order_id: str) -> None:
        """Erase what is personal in an order."""
        body = self._storage.body(tables.ORDERS, order_id)
        if body is not None:
            self.done.orders.append(order_id)
            self._words.add(_word(order_id))
            self._ops.append(Op(tables.ORDERS, order_id, redact_order(body, self._at)))
            for name, payment in self._storage.bodies(tables.PAYMENTS):
                if _word(order_id) in payment:
                    self._ops.append(Op(tables.PAYMENTS, name, redact_payment(payment, self._at)))

    def write(self) -> Erasure:
        """Write it all in one frame, with what else mentions the person removed, and say what was done."""
        for table in (tables.CHECKOUTS, tables.OUTBOX, tables.SYNC, tables.META):
            for name, body in self._storage.bodies(table):
                if any(word in body or word.strip(b'"') == name.encode() for word in self._words):
                    self._remove(table, name)
        self._ops.append(Op(tables.META, UNFINISHED, write_plain({"value": self._at})))
        self._storage.apply(self._ops)
        self._journal.forget()
        return self.done

    def _remove(self, table: str, name: str) -> None:
        self.done.others += 1
        self._ops.append(Op(table, name, None))

    def _carts(self) -> Iterable[str]:
        """Return every cart that is here or has a history here."""
        known = dict.fromkeys(self._storage.keys(tables.CARTS))
        return known | dict.fromkeys(name.rpartition("/")[0] for name in self._storage.keys(tables.HISTORY))

    def _states(self, cart_id: str) -> Iterable[bytes]:
        """Yield the cart as it is and as it was, where that can be read."""
        body = self._storage.body(tables.CARTS, cart_id)
        return filter(None, chain([body], (state for _, state in self._journal.past(cart_id))))

    def _history(self, cart_id: str) -> None:
        """Erase a cart's records, and add one that seals what is in them now."""
        seal = hashlib.sha256()
        previous, state = "", b""
        records = list(self._journal.past(cart_id))
        for record, before in records:
            place = key(cart_id, record["seq"])
            state = redact_cart(before) if before else b""
            if record["kind"] != "erase":
                record.update(erased=record.get("erased", self._at), state=digest(state) if state else "")
                for member in ("salt", "entry"):
                    record.pop(member, None)
                self._ops.append(Op(tables.HISTORY, place, write_plain(record)))
                seal.update(record["state"].encode())
            self._ops.append(Op(tables.STATES, place, state or NO_STATE))
            previous = record["hash"]
        if not records:
            return
        last: dict[str, Any] = {
            "seq": len(records) + 1, "cart": cart_id, "at": self._at, "kind": "erase", "to": None, "who": "cartdesk", "before": {},
            "after": {"erased": seal.hexdigest()}, "previous": previous, "salt": "", "entry": "personal data erased",
            "state": digest(state),
        }  # fmt: skip
        last["content"] = content_hash(last)
        last["hash"] = record_hash(last)
        place = key(cart_id, last["seq"])
        self._ops += [Op(tables.HISTORY, place, write_plain(last)), Op(tables.STATES, place, state or NO_STATE)]


def finish(storage: LogStorage, done: Erasure) -> None:
    """Make the erased bytes go: rewrite the file without them and remove the copies kept beside it; safe to do again."""
    storage.compact()
    try:
        for copy in copies(storage.path):
            storage.disk.remove(copy)
            done.copies.append(copy)
        storage.disk.sync_folder(storage.path.parent)
    except OSError as error:
        raise explain(error, storage.path, "rid of its copies") from error
    storage.apply([Op(tables.META, UNFINISHED, None)])


def is_unfinished(storage: LogStorage) -> bool:
    """Say whether an erasure was interrupted before the superseded bytes were gone."""
    return storage.has(tables.META, UNFINISHED)


def _word(text: str) -> bytes:
    return write_plain(text)


def _names(resource: Any, marks: set[str]) -> bool:
    """Say whether a cart, order or account names one of ``marks``, by a related party or a contact."""
    if not isinstance(resource, dict):
        return False
    parties = resource.get("relatedParty") or []
    return any(isinstance(party, dict) and party.get("id") in marks for party in parties) or not marks.isdisjoint(_contacts(resource))


def _contacts(resource: Any) -> Iterable[str]:
    """Yield the email addresses and phone numbers of a resource."""
    for medium in resource.get("contactMedium") or []:
        where = medium.get("characteristic") if isinstance(medium, dict) else None
        for member in ("emailAddress", "phoneNumber"):
            if isinstance(where, dict) and isinstance(where.get(member), str):
                yield where[member]
