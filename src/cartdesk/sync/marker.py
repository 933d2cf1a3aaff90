"""Our mark in a cart on the server: who made it, which revision it is, what it has grown from, and a hash of what it held.

It travels as one related party with the role ``cartSync``, which every server of TMF663 keeps; ``engine`` reads and writes it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cartdesk.sync.tree import SYNC_ROLE

REVISION_LENGTH = 8
MAX_ANCESTORS = 24
TWIN = "twin"
"""The name in the mark of a copy that was emptied since it could not be deleted."""

_NAME = re.compile(r"1:([a-z0-9]{8}):([0-9a-f]{16}):((?:[a-z0-9]{8})*)")


@dataclass(frozen=True, slots=True)
class Marker:
    """What stands in the mark."""

    ref: str
    """The cart's own ``urn:uuid:``, the same wherever it travels."""
    revision: str | None = None
    """The revision of the contents; None where the mark was cut short by the server."""
    ancestors: tuple[str, ...] = ()
    """The revisions whose changes are in it, the newest first, at most 24."""
    fingerprint: str = ""
    twin: bool = False
    """True on an emptied copy, which is no cart any more."""

    @property
    def lineage(self) -> tuple[str, ...]:
        """The revision and all it has grown from, the newest first."""
        return () if self.revision is None else (self.revision, *self.ancestors)

    def party(self) -> dict[str, Any]:
        """Return the related party that carries it: at most 230 characters in its name, so that it fits a column of 255."""
        if self.twin:
            return {"id": self.ref, "name": TWIN, "role": SYNC_ROLE, "@referredType": "CartSync"}
        name = f"1:{self.revision}:{self.fingerprint}:{''.join(self.ancestors[:MAX_ANCESTORS])}"
        return {"id": self.ref, "name": name, "role": SYNC_ROLE, "@referredType": "CartSync"}


def marker_of(members: Mapping[str, Any]) -> Marker | None:
    """Return the mark of a cart's inner JSON values; None where it has none."""
    parties = members.get("relatedParty")
    for party in parties if isinstance(parties, (list, tuple)) else ():
        if isinstance(party, dict) and party.get("role") == SYNC_ROLE and isinstance(party.get("id"), str):
            return _read(party["id"], party.get("name"))
    return None


def _read(ref: str, name: Any) -> Marker:
    if name == TWIN:
        return Marker(ref, twin=True)
    match = _NAME.fullmatch(name) if isinstance(name, str) else None
    if match is None:
        return Marker(ref)
    listed = match[3]
    ancestors = tuple(listed[start : start + REVISION_LENGTH] for start in range(0, len(listed), REVISION_LENGTH))
    return Marker(ref, match[1], ancestors[:MAX_ANCESTORS], match[2])


def braid(*lines: Iterable[str]) -> tuple[str, ...]:
    """Return several lineages as one, each still newest first, without repeats and no longer than a mark can hold."""
    queues = [list(line) for line in lines]
    found: dict[str, None] = {}
    for row in range(max((len(queue) for queue in queues), default=0)):
        for queue in queues:
            if row < len(queue):
                found.setdefault(queue[row])
    return tuple(found)[:MAX_ANCESTORS]


def new_revision(ids: Callable[[], str]) -> str:
    """Return a name for a new revision."""
    digest = hashlib.sha256(ids().encode()).digest()
    return base64.b32encode(digest).decode().lower()[:REVISION_LENGTH]
