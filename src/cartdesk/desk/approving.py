"""What needs somebody else's PIN, and how a PIN that was given is looked at: a few tries, then longer and longer waits.

Commands ask :func:`approval_for`; faces catch ``ApprovalNeeded``, ask for the PIN out of everybody's sight, and have
:class:`Approvals` check it. A PIN is never kept, logged or shown; how often a wrong one was given is kept in the store, so that
beginning anew does not help.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cartdesk.errors import ApprovalNeeded, BeyondLimit, Refused
from cartdesk.language import ntr, tr

if TYPE_CHECKING:
    from cartdesk.desk.command import Outcome
    from cartdesk.desk.desk import Desk
    from cartdesk.desk.draft import Draft
    from cartdesk.desk.roles import Approver, RolesFile
    from cartdesk.store import CartStore

TRIES = 3
"""Wrong PINs in a row until one has to wait."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
_KEPT = "pin tries"


@dataclass(frozen=True, slots=True)
class Approval:
    """Leave given by somebody, for one entry or command."""

    name: str
    role: str

    @property
    def said(self) -> str:
        """Who gave it, for the history."""
        return f"{self.name} ({self.role})"


class WrongPin(Refused):
    """The PIN was not right, or it is too early for another try."""

    def __init__(self, sentence: str, *, wait: int = 0) -> None:
        super().__init__(sentence)
        self.wait = wait
        """For how many seconds nobody may try; 0 where another try is possible at once."""


class Approvals:
    """Checks PINs at one desk."""

    def __init__(self, store: CartStore, file: RolesFile, now: Callable[[], datetime]) -> None:
        self._store, self._file, self._now = store, file, now

    def check(self, pin: str, needed: ApprovalNeeded) -> Approval:
        """Return the leave that a PIN gives.

        A try is counted before it is looked at, so that nothing is won by ending the program in between.

        Raises:
            WrongPin: it is nobody's who may allow this, or it is too early for another try.
            StoreError: the try cannot be counted.
        """
        wrong, wait = self._standing()
        if wait:
            raise WrongPin(tr("Too many wrong PINs; wait {time}.", time=_in_words(wait)), wait=wait)
        self._count(wrong + 1)
        found = self._whose(pin, needed)
        if found is None:
            left, wait = TRIES - wrong - 1, self._standing()[1]
            if wait:
                raise WrongPin(tr("That is not the PIN of anybody who may allow this. Wait {time}.", time=_in_words(wait)), wait=wait)
            raise WrongPin(
                ntr(
                    "That is not the PIN of anybody who may allow this; {n} try is left.",
                    "That is not the PIN of anybody who may allow this; {n} tries are left.",
                    left,
                )
            )
        self._store.remove_setting(_KEPT)
        return Approval(found.name, found.role)

    def refuse_early(self) -> None:
        """Raise WrongPin where it is too early for another try."""
        wait = self._standing()[1]
        if wait:
            raise WrongPin(tr("Too many wrong PINs; wait {time}.", time=_in_words(wait)), wait=wait)

    def _whose(self, pin: str, needed: ApprovalNeeded) -> Approver | None:
        from cartdesk.desk.pins import fits, is_pin

        people = self._file.roles().approvers(needed.percent)
        if needed.role is not None:
            people = tuple(each for each in people if each.role == needed.role)
        return next((each for each in people if fits(pin, each.pin)), None) if is_pin(pin) else None

    def _standing(self) -> tuple[int, int]:
        """Return how many wrong PINs there were in a row, and for how many seconds one has to wait."""
        kept = self._store.setting(_KEPT)
        try:
            wrong, until = int(kept["wrong"]), datetime.fromisoformat(kept["until"])
            wait = min(until - self._now(), LONGEST_WAIT)  # a clock that was set back must not lock for good
        except (TypeError, KeyError, ValueError):
            return 0, 0
        return max(wrong, 0), max(int(wait.total_seconds() + 0.999), 0)

    def _count(self, wrong: int) -> None:
        wait = min(FIRST_WAIT * 2 ** min(wrong - TRIES, 10), LONGEST_WAIT) if wrong >= TRIES else timedelta()
        self._store.set_setting(_KEPT, {"wrong": wrong, "until": (self._now() + wait).isoformat()})


def approval_for(draft: Draft, beyond: BeyondLimit, *, at: int = 0) -> Approval:
    """Return the leave that this piece of work has been given for so much.

    Raises:
        ApprovalNeeded: somebody's PIN would allow it.
        BeyondLimit: nobody here may allow so much.
    """
    given = draft.approval
    if given is not None and draft.roles.limit(given.role) >= beyond.percent:
        draft.approved = given
        return given
    approvers = draft.roles.approvers(beyond.percent)
    if not approvers:
        raise beyond
    roles = tr(" or ").join(dict.fromkeys(each.role for each in approvers))
    sentence = str(beyond).split(";", maxsplit=1)[0]
    raise ApprovalNeeded(tr("{sentence}; the PIN of {a} allows it.", sentence=sentence, a=_a(roles)), beyond.percent, at=at)


def with_leave(desk: Desk, job: Callable[[Approval | None], Outcome], ask: Callable[[str], str | None] | None) -> Outcome:
    """Do something at a plain terminal; where it takes somebody's leave, ask for their PIN until it is right or given up.

    Args:
        desk: the desk.
        job: does it, with the leave given.
        ask: asks for a PIN with a sentence before it; answers None where nobody gives one. None where nobody can be asked.

    Raises:
        ApprovalNeeded: nobody gave leave.
        WrongPin: too many wrong PINs.
        CartdeskError: as the job does.
    """
    try:
        return job(None)
    except ApprovalNeeded as needed:
        if ask is None:
            sentence = tr("{needed} It is only asked for at a terminal.", needed=str(needed))
            raise ApprovalNeeded(sentence, needed.percent, role=needed.role, at=needed.at) from None
        desk.approvals.refuse_early()
        sentence = str(needed)
        while pin := ask(sentence):
            try:
                approval = desk.approvals.check(pin, needed)
            except WrongPin as wrong:
                if wrong.wait:
                    raise
                sentence = str(wrong)
            else:
                return job(approval)
        raise


def _a(role: str) -> str:
    return tr("an {role}", role=role) if role[:1] in "aeiou" else tr("a {role}", role=role)


def _in_words(seconds: int) -> str:
    return tr("{seconds} seconds", seconds=seconds) if seconds < 120 else tr("{value} minutes", value=-(-seconds // 60))
