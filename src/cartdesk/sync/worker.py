"""The worker: rounds again and again, as long as the program runs, on a thread of its own.

The full screen and ``cartdesk sync --watch`` start it; the desk never waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cartdesk.errors import Declined, NoAnswer
from cartdesk.sync.ledger import Ledger
from cartdesk.sync.parcels import Parcels
from cartdesk.sync.rounds import Rounds, Tally


@dataclass(frozen=True, slots=True)
class Pace:
    """How often it looks, in seconds; each time a little more or less, so that seats do not march in step."""

    push: float = 1.0
    at_hand: float = 8.0
    sweep: float = 60.0
    states: float = 120.0
    longest: float = 300.0
    """The longest pause while the server cannot be reached."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the seat stands with the server."""

    online: bool
    waiting: int
    to_choose: int
    trouble: str = ""
    """Why it is not online, or what was refused last, in a sentence."""


class Worker:
    """Makes rounds until it is stopped."""

    def __init__(
        self,
        rounds: Rounds,
        parcels: Parcels,
        ledger: Ledger,
        *,
        clock: Callable[[], float],
        rng: random.Random,
        at_hand: Callable[[], Iterable[str]],
        told: Callable[[Standing], None],
        pace: Pace | None = None,
    ) -> None:
        """Make it.

        Args:
            rounds: the carts' rounds.
            parcels: everything else.
            ledger: the books.
            clock: seconds since the epoch.
            rng: the source of chance.
            at_hand: the carts that somebody works on now.
            told: takes how the seat stands whenever that may have changed.
            pace: how often it looks.
        """
        self._rounds = rounds
        self._parcels = parcels
        self._ledger = ledger
        self._clock = clock
        self._rng = rng
        self._at_hand = at_hand
        self._told = told
        self._pace = pace or Pace()
        self._woken = asyncio.Event()
        self._failures = 0
        self._trouble = ""
        self._next = {"at_hand": 0.0, "sweep": 0.0, "states": 0.0}

    def wake(self) -> None:
        """Look now. From another thread: ``loop.call_soon_threadsafe(worker.wake)``."""
        self._woken.set()

    def hint(self) -> None:
        """Somebody says that something changed on the server: look at the list now."""
        self._next["sweep"] = 0.0
        self._woken.set()

    async def run(self) -> None:
        """Make rounds until cancelled."""
        self.tell()
        while True:
            await self.once()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._pause())
            self._woken.clear()

    async def once(self) -> None:
        """Do what is due."""
        try:
            await self._due()
        except (NoAnswer, Declined) as trouble:
            self._failures += 1
            self._trouble = str(trouble)
        self.tell()

    async def _due(self) -> None:
        self._took(await self._rounds.push())
        self._took(await self._parcels.push())
        if self._failures:
            await self._rounds.reach()
            self._failures, self._trouble = 0, ""
        if self._is_time("at_hand"):
            self._took(await self._rounds.look_after(self._at_hand()))
        if self._is_time("sweep"):
            self._took(await self._rounds.sweep())
        if self._is_time("states"):
            await self._parcels.fetch_states()

    def _took(self, tally: Tally) -> None:
        if tally.sentences:
            self._trouble = tally.sentences[-1]
        if tally.put_off and not tally.sent:
            raise NoAnswer(tally.sentences[-1])

    def _is_time(self, what: str) -> bool:
        now = self._clock()
        if now < self._next[what]:
            return False
        every: float = getattr(self._pace, what)
        self._next[what] = now + every * self._rng.uniform(0.8, 1.2)
        return True

    def _pause(self) -> float:
        if not self._failures:
            return self._pace.push * self._rng.uniform(0.8, 1.2)
        return min(self._pace.push * 2.0 ** min(self._failures, 12), self._pace.longest) * self._rng.uniform(0.5, 1.0)

    def tell(self) -> None:
        """Say how the seat stands."""
        to_choose = sum(len(link.clashes) for link in self._ledger.links())
        self._told(Standing(not self._failures, len(self._ledger.waiting()), to_choose, self._trouble))
