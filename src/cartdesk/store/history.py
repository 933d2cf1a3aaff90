"""The journal: every change of every cart as a hash-chained record, and the cart as it was after each.

The cart store appends to it in the same frame as the cart itself. A record's hash covers who, when, what kind and the totals, plus a
salted hash of what was entered and of the cart; so personal data can be taken out of a record without breaking the chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from cartdesk.errors import StoreDamaged, StoreError
from cartdesk.store.codec import write_plain
from cartdesk.store.delta import Parted, apply, difference
from cartdesk.store.frame import Op
from cartdesk.store.log_storage import LogStorage
from cartdesk.store.records import Change, HistoryRecord
from cartdesk.store.tables import HISTORY, STATES

NO_STATE = b'{"delta":[]}'
"""Stands for a cart of the past that is lost: it makes no cart, and fits no record's hash."""

LONGEST_CHAIN = 200
"""After so many deltas in a row a whole cart is written."""

_COVERED = ("after", "at", "before", "cart", "content", "kind", "previous", "seq", "to", "who")


@dataclass(slots=True)
class Head:
    """Where a cart's journal stands."""

    seq: int = 0
    hash: str = ""
    version: Parted = field(default_factory=lambda: Parted(b""))
    """The cart after the last record."""
    chain: int = 0
    """How many deltas since the last whole cart."""
    weight: int = 0
    """How many bytes they take."""
    current: int | None = None
    """The record whose cart is in use: not the last one after an undo."""
    undo: list[int] = field(default_factory=list)
    redo: list[int] = field(default_factory=list)

    def walk(self, seq: int, kind: str, to: int | None) -> None:
        """Take in a record: what can be undone and redone after it."""
        if kind == "undo" and to in self.undo:
            _move(self, self.undo, self.redo, to)
        elif kind == "redo" and to in self.redo:
            _move(self, self.redo, self.undo, to)
        else:
            if kind == "erase":
                self.undo.clear()
            elif self.current is not None:
                self.undo.append(self.current)
            self.redo.clear()
            self.current = seq


def _move(head: Head, source: list[int], target: list[int], to: int | None) -> None:
    while head.current != to and source:
        if head.current is not None:
            target.append(head.current)
        head.current = source.pop()


class Journal:
    """The journals of all carts of a store."""

    def __init__(self, storage: LogStorage, salt: Callable[[], str]) -> None:
        self._storage = storage
        self._salt = salt
        self._heads: dict[str, Head] = {}

    def forget(self) -> None:
        """Drop what is remembered; after a transaction that was undone, or another process's change."""
        self._heads.clear()

    def append(self, cart_id: str, body: bytes, change: Change) -> tuple[HistoryRecord, list[Op]]:
        """Return the next record, and what to write for it."""
        head = self.head(cart_id)
        seq = head.seq + 1
        record = {
            "seq": seq, "cart": cart_id, "at": change.at, "kind": change.kind, "to": change.to_seq, "who": change.who,
            "before": plain(change.before), "after": plain(change.after), "previous": head.hash,
            "salt": self._salt(), "entry": change.entry, "state": digest(body),
        }  # fmt: skip
        record["content"] = content_hash(record)
        record["hash"] = record_hash(record)
        state = body
        chain, weight = 0, 0
        version = Parted(body)
        if head.version.body:
            delta = write_plain({"delta": difference(head.version, version)})
            if head.chain < LONGEST_CHAIN and head.weight + len(delta) < len(body):
                state, chain, weight = delta, head.chain + 1, head.weight + len(delta)
        ops = [Op(HISTORY, key(cart_id, seq), write_plain(record)), Op(STATES, key(cart_id, seq), state)]
        fresh = Head(seq, str(record["hash"]), version, chain, weight, head.current, list(head.undo), list(head.redo))
        fresh.walk(seq, change.kind, change.to_seq)
        self._keep(cart_id, fresh)
        return _record(record), ops

    def head(self, cart_id: str) -> Head:
        """Return where a cart's journal stands, reading it where it is not remembered."""
        with self._storage.writing:
            known = self._heads.get(cart_id)
            if known is None or not self._is_last(cart_id, known.seq):
                known = self._read_head(cart_id)
                if not self._storage.read_only:
                    self._keep(cart_id, known)
            return known

    def _is_last(self, cart_id: str, seq: int) -> bool:
        has = self._storage.has
        return (not seq or has(HISTORY, key(cart_id, seq))) and not has(HISTORY, key(cart_id, seq + 1))

    def _read_head(self, cart_id: str) -> Head:
        head = Head()
        state = ""
        for record in self.raw(cart_id):
            head.seq, head.hash = record["seq"], record["hash"]
            head.walk(record["seq"], record["kind"], record["to"])
            state = record["state"]
        if head.seq:
            body, head.chain, head.weight = self._replay(cart_id, head.seq)
            head.version = Parted(body if digest(body) == state else b"")
        return head

    def _keep(self, cart_id: str, head: Head) -> None:
        self._heads.pop(cart_id, None)
        self._heads[cart_id] = head
        if len(self._heads) > 32:
            del self._heads[next(iter(self._heads))]

    def length(self, cart_id: str) -> int:
        """Return how many records a cart has: they are numbered from 1 without a gap."""
        has = self._storage.has
        low, high = 0, 1
        while has(HISTORY, key(cart_id, high)):
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            if has(HISTORY, key(cart_id, middle)):
                low = middle
            else:
                high = middle
        return low

    def raw(self, cart_id: str) -> list[dict[str, Any]]:
        """Return a cart's records as they are stored, oldest first."""
        keys = [key(cart_id, seq) for seq in range(1, self.length(cart_id) + 1)]
        return [json.loads(body) for _, body in self._storage.some(HISTORY, keys)]

    def records(self, cart_id: str) -> list[HistoryRecord]:
        """Return a cart's records, oldest first."""
        return [_record(record) for record in self.raw(cart_id)]

    def state(self, cart_id: str, seq: int) -> bytes:
        """Return the cart's JSON after a record, byte for byte as it was.

        Raises:
            StoreDamaged: the record or the cart it stands for was damaged.
            StoreError: there is no such record.
        """
        body = self._replay(cart_id, seq)[0]
        record = self._storage.body(HISTORY, key(cart_id, seq))
        if record is None or json.loads(record)["state"] != digest(body):
            raise StoreDamaged(f"Cart {cart_id} as of record {seq} cannot be shown: that part of its history was damaged.")
        return body

    def past(self, cart_id: str) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Yield each record as it is stored, oldest first, with the cart's JSON after it; ``b""`` where that does not fit the record."""
        state = b""
        for record in self.raw(cart_id):
            stored = self._storage.body(STATES, key(cart_id, record["seq"])) or NO_STATE
            try:
                state = apply(json.loads(stored)["delta"], state) if stored.startswith(b'{"delta":') else stored
            except (StoreDamaged, ValueError, KeyError):
                state = b""
            yield record, state if digest(state) == record.get("state") else b""

    def _replay(self, cart_id: str, seq: int) -> tuple[bytes, int, int]:
        deltas: list[bytes] = []
        at = seq
        while True:
            state = self._storage.body(STATES, key(cart_id, at))
            if state is None:
                raise StoreError(f"Cart {cart_id} has no record {seq}; its history goes to {self.length(cart_id)}.")
            if not state.startswith(b'{"delta":'):
                break
            deltas.append(state)
            at -= 1
        weight = sum(map(len, deltas))
        for delta in reversed(deltas):
            state = apply(json.loads(delta)["delta"], state)
        return state, len(deltas), weight

    def verify(self, cart_id: str) -> int | None:
        """Return the number of the first record that does not fit the one before it or the cart it stands for; None if all fit."""
        previous, seal = "", hashlib.sha256()
        for seq, (record, state) in enumerate(self.past(cart_id), 1):
            if not _fits(record, cart_id, seq, previous, state, seal):
                return seq
            previous = record["hash"]
        return None


def _fits(record: Mapping[str, Any], cart_id: str, seq: int, previous: str, state: bytes, seal: Any) -> bool:
    try:
        if (record["cart"], record["seq"], record["previous"]) != (cart_id, seq, previous) or record["hash"] != record_hash(record):
            return False
        if not state:
            return False
        if record["kind"] == "erase" and record["after"].get("erased") != seal.hexdigest():
            return False
        if "erased" not in record and content_hash(record) != record["content"]:
            return False
    except (KeyError, TypeError, AttributeError):
        return False
    seal.update(record["state"].encode() if "erased" in record else b"")
    return True


def key(cart_id: str, seq: int) -> str:
    """Return the key of a record and of its state."""
    return f"{cart_id}/{seq}"


def digest(body: bytes) -> str:
    """Return the SHA-256 of a cart's JSON, hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def content_hash(record: Mapping[str, Any]) -> str:
    """Return the salted hash of what may be personal in a record."""
    return digest(_canonical({"entry": record["entry"], "salt": record["salt"], "state": record["state"]}))


def record_hash(record: Mapping[str, Any]) -> str:
    """Return the hash that the next record takes up."""
    return digest(_canonical({name: record[name] for name in _COVERED}))


def plain(values: Mapping[str, Any]) -> Any:
    """Return JSON values as they are read back, so that a hash over them is the same then."""
    return json.loads(write_plain(values))


def _canonical(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()


def _record(record: Mapping[str, Any]) -> HistoryRecord:
    change = Change(record["who"], record.get("entry", ""), record["at"], record["kind"], record["to"], record["before"], record["after"])
    return HistoryRecord(record["seq"], record["cart"], change, record["hash"], record["previous"], record.get("erased"))


def to_json(record: HistoryRecord) -> dict[str, Any]:
    """Return a record as JSON values, for a command's output."""
    return asdict(record)
