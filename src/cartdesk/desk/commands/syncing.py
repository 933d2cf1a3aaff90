"""Commands for a seat that talks to a server: the queue, another try, giving up with a reason, and choosing between here and there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from cartdesk.desk.command import Command, Outcome, Show
from cartdesk.errors import Refused
from cartdesk.language import message, tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartdesk.desk.choosing import Side
    from cartdesk.desk.draft import Draft
    from cartdesk.store import CartStore
    from cartdesk.sync.ledger import Ledger

_SYNC = message("Sync")
_ONLY_SYNC = frozenset({"sync"})
_LONGEST_REASON = 200
_WHICH = r"(?P<kind>cart|order|customer|account)\s+(?P<id>\S+)"


def _later(draft: Draft, work: Callable[[Ledger], None]) -> None:
    """Do something to the books when the draft is kept, in its transaction."""

    def write(store: CartStore) -> None:
        from cartdesk.sync.ledger import Ledger

        work(Ledger(store.log_storage))

    draft.writes.append(write)


def _require_remote(draft: Draft) -> None:
    if draft.store.setting("remote") is None:
        raise Refused(tr("This seat talks to no server; `cartdesk remote add` sets one."))


def _require_queued(draft: Draft, kind: str, name: str) -> str:
    """Return how something stands that is not through."""
    from cartdesk.sync.ledger import Ledger
    from cartdesk.sync.queue import queue_of

    _require_remote(draft)
    for row in queue_of(Ledger(draft.store.log_storage)):
        if (row.kind, row.id) == (kind, name):
            return row.status
    raise Refused(tr("Nothing waits or is refused under that name; `sync` shows what is."))


@dataclass(frozen=True)
class ShowSync(Command):
    """Show what is still to be sent, what the server refused, and what is to be chosen."""

    name: ClassVar[str] = "show.sync"
    label: ClassVar[str] = message("Sync")
    group: ClassVar[str] = _SYNC
    keys: ClassVar[tuple[str, ...]] = ("f10",)
    entry: ClassVar[str | None] = "sync"
    pattern: ClassVar[str | None] = "sync"

    def run(self, draft: Draft) -> Outcome:
        """Open the queue."""
        _require_remote(draft)
        return Outcome("", Show("sync"))

    def written(self) -> str | None:
        """Return ``sync``."""
        return "sync"


@dataclass(frozen=True)
class ShowConflict(Command):
    """Show both sides of what collided with the server, and choose."""

    name: ClassVar[str] = "show.conflict"
    label: ClassVar[str] = message("Choose")
    group: ClassVar[str] = _SYNC
    keys: ClassVar[tuple[str, ...]] = ("enter",)
    where: ClassVar[frozenset[str]] = _ONLY_SYNC
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "conflict"
    pattern: ClassVar[str | None] = "conflict"

    cart_id: str | None = None

    def run(self, draft: Draft) -> Outcome:
        """Open it."""
        from cartdesk.sync.ledger import Ledger

        _require_remote(draft)
        cart_id = self.cart_id or draft.cart_id
        link = None if cart_id is None else Ledger(draft.store.log_storage).link(cart_id)
        if link is None or not link.clashes:
            raise Refused(tr("Nothing is to be chosen in this cart."))
        return Outcome("", Show("conflict", {"cart_id": cart_id}))

    def written(self) -> str | None:
        """Return ``conflict``."""
        return None if self.cart_id else "conflict"


@dataclass(frozen=True)
class TryAgain(Command):
    """Try again now to send something that was put off or refused."""

    name: ClassVar[str] = "sync.retry"
    label: ClassVar[str] = message("Try again")
    group: ClassVar[str] = _SYNC
    entry: ClassVar[str | None] = "sync again cart ID"
    pattern: ClassVar[str | None] = rf"sync\s+again\s+{_WHICH}"

    kind: str
    id: str

    def run(self, draft: Draft) -> Outcome:
        """Let it be tried again."""
        from cartdesk.sync.queue import retry

        _require_queued(draft, self.kind, self.id)
        _later(draft, lambda ledger: retry(ledger, self.kind, self.id))
        return Outcome(tr("It is tried again now."))

    def written(self) -> str | None:
        """Return ``sync again cart ID``."""
        return f"sync again {self.kind} {self.id}"


@dataclass(frozen=True)
class GiveUp(Command):
    """Send something no more, with a reason that is kept; what is here stays here."""

    name: ClassVar[str] = "sync.discard"
    label: ClassVar[str] = message("Give up")
    group: ClassVar[str] = _SYNC
    entry: ClassVar[str | None] = "sync drop cart ID WHY"
    pattern: ClassVar[str | None] = rf"sync\s+drop\s+{_WHICH}\s+(?P<why>.+)"

    kind: str
    id: str
    why: str

    def run(self, draft: Draft) -> Outcome:
        """Strike it off, and keep who did so and why."""
        from cartdesk.sync.queue import give_up
        from cartdesk.tmf.period import write_time

        why = self.why.strip()
        if not why or len(why) > _LONGEST_REASON:
            raise Refused(tr("Giving up needs a reason, in at most {longest_reason} characters.", longest_reason=_LONGEST_REASON))
        _require_queued(draft, self.kind, self.id)
        moment = write_time(draft.now())
        _later(draft, lambda ledger: give_up(ledger, self.kind, self.id, why, draft.agent, moment))
        return Outcome(tr("It is not sent; it stays here."))

    def written(self) -> str | None:
        """Return ``sync drop cart ID "WHY"``."""
        return None if '"' in self.why else f'sync drop {self.kind} {self.id} "{self.why}"'


@dataclass(frozen=True)
class SendAsNew(Command):
    """Send a cart that the server no longer has as a new one."""

    name: ClassVar[str] = "sync.anew"
    label: ClassVar[str] = message("Send as new")
    group: ClassVar[str] = _SYNC
    entry: ClassVar[str | None] = "sync new ID"
    pattern: ClassVar[str | None] = r"sync\s+new\s+(?P<cart_id>\S+)"

    cart_id: str

    def run(self, draft: Draft) -> Outcome:
        """Forget the old counterpart."""
        from cartdesk.sync.queue import send_as_new
        from cartdesk.tmf.period import write_time

        if _require_queued(draft, "cart", self.cart_id) != "gone":
            raise Refused(tr("Only what the server no longer has can be sent as new."))
        moment = write_time(draft.now())
        _later(draft, lambda ledger: send_as_new(ledger, self.cart_id, moment))
        return Outcome(tr("It is sent as a new cart."))

    def written(self) -> str | None:
        """Return ``sync new ID``."""
        return f"sync new {self.cart_id}"


@dataclass(frozen=True)
class Choose(Command):
    """Keep the marked side of everything that collided in a cart."""

    name: ClassVar[str] = "sync.choose"
    label: ClassVar[str] = message("Keep the marked")
    group: ClassVar[str] = _SYNC

    cart_id: str
    seen: tuple[str, ...]
    """The paths that were shown, so that nothing is chosen that was not."""
    sides: tuple[str, ...]
    """here or there, for each."""

    def run(self, draft: Draft) -> Outcome:
        """Make the cart what was chosen; it is sent with the next round."""
        from cartdesk.desk.choosing import chosen
        from cartdesk.sync.ledger import Ledger
        from cartdesk.tmf.period import write_time

        link = Ledger(draft.store.log_storage).link(self.cart_id)
        if link is None or tuple("/".join(clash.path) for clash in link.clashes) != self.seen:
            raise Refused(tr("The server changed the cart again meanwhile; look once more."))
        sides: list[Side] = ["there" if side == "there" else "here" for side in self.sides]
        cart = draft.load(self.cart_id)
        draft.put_other(chosen(cart, link.clashes, sides))
        moment, settled = write_time(draft.now()), link.clashes

        def write(ledger: Ledger) -> None:
            now = ledger.link(self.cart_id)
            if now is None or now.clashes != settled:
                raise Refused(tr("The server changed the cart again meanwhile; look once more."))
            now.clashes = ()
            ledger.save(now)
            ledger.note("cart", self.cart_id, moment)

        _later(draft, write)
        return Outcome(tr("The marked side is kept; both stay in the history."))


@dataclass(frozen=True)
class KeepSides(Command):
    """Keep one side of everything that collided in the current cart, or a side for each line: h is here, t is there."""

    name: ClassVar[str] = "sync.keep"
    label: ClassVar[str] = message("Keep here or there")
    group: ClassVar[str] = _SYNC
    entry: ClassVar[str | None] = "conflict here · conflict hth"
    pattern: ClassVar[str | None] = r"conflict\s+(?P<marks>here|there|[ht]+)"

    marks: str

    def run(self, draft: Draft) -> Outcome:
        """Choose as the page does."""
        from cartdesk.sync.ledger import Ledger

        _require_remote(draft)
        cart_id = draft.cart_id
        link = None if cart_id is None else Ledger(draft.store.log_storage).link(cart_id)
        if cart_id is None or link is None or not link.clashes:
            raise Refused(tr("Nothing is to be chosen in this cart."))
        marks = self.marks.lower()
        letters = marks[0] * len(link.clashes) if marks in ("here", "there") else marks
        if len(letters) != len(link.clashes):
            raise Refused(tr("{count} to choose; write h or t for each.", count=len(link.clashes)))
        sides = tuple("there" if letter == "t" else "here" for letter in letters)
        return Choose(cart_id, tuple("/".join(clash.path) for clash in link.clashes), sides).run(draft)

    def written(self) -> str | None:
        """Return ``conflict hth``."""
        return f"conflict {self.marks}"
