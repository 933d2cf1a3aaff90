"""What is still to be sent: one entry for each cart, order, customer or account, written in the transaction that changed it.

The desk calls :func:`note` inside its own transaction; the ledger reads the entries and strikes them off.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from cartdesk.store.codec import write_plain
from cartdesk.store.frame import Op
from cartdesk.store.tables import META, OUTBOX

REMOTE = "remote"
"""The setting that says which server this seat talks to; nothing is noted where there is none."""


class Documents(Protocol):
    """The part of a store's storage that syncing needs: documents by table and key, and changes that count together or not at all."""

    def body(self, table: str, key: str) -> bytes | None:
        """Return a document's JSON, or None."""
        ...

    def keys(self, table: str) -> list[str]:
        """Return a table's keys in the order in which they were first put."""
        ...

    def bodies(self, table: str) -> Iterator[tuple[str, bytes]]:
        """Yield every document's key and JSON."""
        ...

    def apply(self, ops: list[Op]) -> None:
        """Carry out changes, all or none."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Make all changes inside one."""
        ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that is still to be sent."""

    kind: str
    """cart, order, customer or account."""
    id: str
    since: str
    """When its first unsent change was made, RFC 3339."""
    changes: int
    """How many changes it holds; another number is another change."""

    @property
    def key(self) -> str:
        """Its key in the outbox."""
        return f"{self.kind}/{self.id}"


def is_on(documents: Documents) -> bool:
    """Say whether this seat talks to a server at all."""
    return documents.body(META, REMOTE) is not None


def note(documents: Documents, kind: str, resource_id: str, moment: str) -> None:
    """Note that a change is to be sent; call it inside the transaction that makes the change.

    Args:
        documents: the store's storage.
        kind: cart, order, customer or account.
        resource_id: its id here.
        moment: now, RFC 3339.
    """
    key = f"{kind}/{resource_id}"
    body = documents.body(OUTBOX, key)
    since, changes = moment, 0
    if body is not None:
        before = json.loads(body)
        since, changes = before["since"], before["changes"]
    documents.apply([Op(OUTBOX, key, write_plain({"since": since, "changes": changes + 1}))])


def waiting(documents: Documents) -> list[Waiting]:
    """Return what is still to be sent, the longest waiting first."""
    found = []
    for key, body in documents.bodies(OUTBOX):
        kind, _, resource_id = key.partition("/")
        entry = json.loads(body)
        found.append(Waiting(kind, resource_id, entry["since"], entry["changes"]))
    return found


def one(documents: Documents, kind: str, resource_id: str) -> Waiting | None:
    """Return what is still to be sent of one resource, or None."""
    body = documents.body(OUTBOX, f"{kind}/{resource_id}")
    if body is None:
        return None
    entry = json.loads(body)
    return Waiting(kind, resource_id, entry["since"], entry["changes"])


def strike(documents: Documents, sent: Waiting | None) -> bool:
    """Take off what was sent, unless it was changed again since; say whether it is off."""
    if sent is None:
        return True
    now = one(documents, sent.kind, sent.id)
    if now is not None and now.changes != sent.changes:
        return False
    documents.apply([Op(OUTBOX, sent.key, None)])
    return True
