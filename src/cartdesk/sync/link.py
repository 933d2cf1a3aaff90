"""What the seat knows of one cart's counterpart on the server, as it stands in the store beside the cart.

``ledger`` reads and writes it, ``engine`` works with it. Contents are kept apart, by revision, so that a change writes little.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cartdesk.sync.merge import Clash

MAX_HELD = 32
"""How many revisions' contents are kept to merge from."""
_MAX_REMOVED = 500


class Status(StrEnum):
    """How a cart stands."""

    WAITING = "waiting"
    """Something is still to be sent."""
    SENT = "sent"
    """The server has all of it."""
    PARKED = "parked"
    """The server refused it; it is not tried again by itself."""
    GONE = "gone"
    """The server no longer has it; it is kept here."""
    REMOVED = "removed"
    """It was discarded here and removed there."""


@dataclass(slots=True)
class Creation:
    """A POST that was or will be made: sent again, it is the same to the byte."""

    body: str
    revision: str
    media: str = "application/json"


@dataclass(slots=True)
class Link:
    """One cart's counterpart."""

    cart_id: str
    ref: str
    """Our own ``urn:uuid:`` for it."""
    remote_id: str | None = None
    etag: str | None = None
    base: str | None = None
    """The revision the server had last, in the contents held under that name."""
    rendering: str | None = None
    """The hash of its contents as the server shows them."""
    seen: str | None = None
    """What its JSON there shares with the same JSON only, as it was read or written last."""
    lineage: tuple[str, ...] = ()
    """The revisions whose changes are in this seat's contents, the newest first."""
    held: tuple[str, ...] = ()
    """The revisions whose contents we hold, the one we came to know last first."""
    creation: Creation | None = None
    """Set from before the POST until its outcome is known."""
    doubt: bool = False
    """True while a PATCH or DELETE may or may not have arrived."""
    clashes: tuple[Clash, ...] = ()
    removed: dict[str, str] = field(default_factory=dict)
    """Items that were removed, with the revision that lacks them first."""
    status: Status = Status.WAITING
    error: str | None = None
    """Why it is not sent yet, in a sentence."""
    tries: int = 0
    due: float = 0.0
    """When it may be tried again, in seconds since the epoch."""
    total: str | None = None
    """The server's totals where they differ from ours."""
    foreign: int = 0
    """How often somebody else's program wrote it past our mark."""
    parked: int = 0
    """How many changes the outbox counted when it was parked: one more, and it is tried again."""

    def hold(self, revision: str) -> list[str]:
        """Remember that a revision's contents are held; return those that no longer are."""
        names = list(self.held) if revision in self.held else [revision, *self.held]
        dropped = [name for name in names[MAX_HELD:] if name != self.base]
        self.held = tuple(name for name in names if name not in dropped)
        return dropped

    def bury(self, items: set[str], revision: str) -> None:
        """Remember items as removed since ``revision``."""
        for item in items:
            self.removed[item] = revision
        while len(self.removed) > _MAX_REMOVED:
            del self.removed[next(iter(self.removed))]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        creation = self.creation
        values = {
            "cart": self.cart_id,
            "ref": self.ref,
            "remote": self.remote_id,
            "etag": self.etag,
            "base": self.base,
            "rendering": self.rendering,
            "seen": self.seen,
            "lineage": list(self.lineage),
            "held": list(self.held),
            "creation": None if creation is None else [creation.body, creation.revision, creation.media],
            "doubt": self.doubt,
            "clashes": [clash.to_json() for clash in self.clashes],
            "removed": self.removed,
            "status": self.status.value,
            "error": self.error,
            "tries": self.tries,
            "due": self.due,
            "total": self.total,
            "foreign": self.foreign,
            "parked": self.parked,
        }
        return {name: value for name, value in values.items() if value is not None}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Link:
        """Read what :meth:`to_json` wrote."""
        creation = value.get("creation")
        return cls(
            cart_id=value["cart"],
            ref=value["ref"],
            remote_id=value.get("remote"),
            etag=value.get("etag"),
            base=value.get("base"),
            rendering=value.get("rendering"),
            seen=value.get("seen"),
            lineage=tuple(value["lineage"]),
            held=tuple(value["held"]),
            creation=None if creation is None else Creation(*creation),
            doubt=value["doubt"],
            clashes=tuple(Clash.from_json(clash) for clash in value["clashes"]),
            removed=dict(value["removed"]),
            status=Status(value["status"]),
            error=value.get("error"),
            tries=value["tries"],
            due=float(value["due"]),
            total=value.get("total"),
            foreign=value["foreign"],
            parked=value["parked"],
        )
