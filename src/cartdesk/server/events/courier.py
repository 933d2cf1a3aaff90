"""The courier: takes what is queued to the listeners, at least once, each resource's events in order.

Every worker runs one (``cartdesk serve`` starts it with the application); they share the work by leasing listeners.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol
from uuid import uuid4

import orjson
import sqlalchemy as sa
import structlog

from cartdesk.errors import CartdeskError
from cartdesk.server.database import Database
from cartdesk.server.events.mailbox import Mailbox, Outcome
from cartdesk.server.events.posting import SECONDS, NotDelivered

POLL_SECONDS = 1.0
TIDY_SECONDS = 60.0
COMMIT_SECONDS = 0.02
"""How long after a nudge the queue is looked at: the nudge comes from inside the transaction that queues."""

_BATCH = 100
_AT_ONCE = 16
"""How many resources' events one listener is told at the same time."""
_LISTENERS_AT_ONCE = 8

Wording = Callable[[str, str, str | None, sa.Row[Any]], "dict[str, Any] | None"]


class Post(Protocol):
    """What takes one notification to its callback."""

    async def post(self, url: str, body: bytes) -> None:
        """Deliver it, or raise NotDelivered."""


class Courier:
    """Delivers for one worker.

    Args:
        database: where the outbox is.
        poster: what posts.
        wording: from a listener's API, version and query and an event to the notification; None where the listener is not to be told.
        clock: epoch seconds.
        chance: a random number from 0 to 1.
        seconds: how long the poster takes at most. A listener is one worker's alone for three times as long, and after a worker died its
            listeners wait no longer than that.
    """

    def __init__(
        self,
        database: Database,
        poster: Post,
        wording: Wording,
        *,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
        seconds: float = SECONDS,
    ) -> None:
        self._mailbox = Mailbox(database, str(uuid4()))
        self._poster = poster
        self._wording = wording
        self._clock = clock
        self._chance = chance
        self._seconds = seconds
        self._lease = 3 * seconds
        self._nudged = asyncio.Event()
        self._tidied = 0.0
        self._log = structlog.get_logger("cartdesk.server.events")

    def nudge(self) -> None:
        """Say that something is being queued, so that it is taken soon and not at the next look."""
        self._nudged.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver while the context is open; at its end what is under way is finished or left to the next worker."""
        task = asyncio.create_task(self.run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def run(self) -> None:
        """Deliver until cancelled."""
        serving: set[asyncio.Task[None]] = set()
        try:
            while True:
                self._nudged.clear()
                try:
                    if self._clock() - self._tidied >= TIDY_SECONDS:
                        await self.tidy()
                    while len(serving) < _LISTENERS_AT_ONCE and (claimed := await self._claim()) is not None:
                        serving.add(asyncio.create_task(self._serve(claimed)))
                except (sa.exc.SQLAlchemyError, CartdeskError, OSError) as error:
                    self._log.error("events.database", error=type(error).__name__)
                serving = await self._wait(serving)
        finally:
            for task in serving:
                task.cancel()
            await asyncio.gather(*serving, return_exceptions=True)

    async def round(self) -> int:
        """Serve every listener that has something due, and return how many there were."""
        served = 0
        while (claimed := await self._claim()) is not None:
            await self._serve(claimed)
            served += 1
        return served

    async def tidy(self) -> None:
        """Park listeners whose token has ended, and drop what nobody waits for any more."""
        self._tidied = self._clock()
        await self._mailbox.tidy(self._tidied)

    async def _wait(self, serving: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
        nudged = asyncio.create_task(self._nudged.wait())
        try:
            await asyncio.wait({nudged, *serving}, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if nudged.done():
                await asyncio.sleep(COMMIT_SECONDS)
        finally:
            nudged.cancel()
        return {task for task in serving if not task.done()}

    async def _claim(self) -> sa.Row[Any] | None:
        now = self._clock()
        return await self._mailbox.claim(now, now + self._lease)

    async def _serve(self, listener: sa.Row[Any]) -> None:
        """Tell one listener everything that is due, as long as it takes it."""
        until = listener.leased_until
        try:
            failing = listener.failures > 0
            while rows := await self._mailbox.batch(listener.id, self._clock(), 1 if failing else _BATCH):
                if not await self._tell(listener, rows, until):
                    break
                failing = False
                now = self._clock()
                until = now + self._lease
                if not await self._mailbox.renew(listener.id, now, until):
                    return
            await self._mailbox.release(listener.id)
        except (sa.exc.SQLAlchemyError, CartdeskError, OSError) as error:
            self._log.error("events.database", error=type(error).__name__, listener=listener.id)

    async def _tell(self, listener: sa.Row[Any], rows: Sequence[sa.Row[Any]], until: float) -> bool:
        """Tell a batch, resources beside one another and each one's events in turn; return False where the listener needs a rest."""
        turns: dict[tuple[str, str], list[sa.Row[Any]]] = defaultdict(list)
        for row in rows:
            turns[row.kind, row.resource_id].append(row)
        waiting = list(turns.values())
        running: set[asyncio.Task[list[Outcome]]] = set()
        well = True
        try:
            while waiting or running:
                while waiting and well and len(running) < _AT_ONCE:
                    running.add(asyncio.create_task(self._take_turn(listener, waiting.pop(0), until)))
                if not running:
                    break
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                outcomes = [outcome for task in done for outcome in task.result()]
                if outcomes:
                    well = await self._mailbox.settle(listener.id, outcomes, self._clock(), self._chance()) and well
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        return well

    async def _take_turn(self, listener: sa.Row[Any], rows: Sequence[sa.Row[Any]], until: float) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for row in rows:
            if self._clock() + self._seconds > until:
                break  # another worker may have the listener by the time this one would be told
            outcome = await self._deliver(listener, row)
            outcomes.append(outcome)
            if outcome.problem is not None and not outcome.hopeless:
                break
        return outcomes

    async def _deliver(self, listener: sa.Row[Any], row: sa.Row[Any]) -> Outcome:
        if not _may_read(listener, row):
            return Outcome(row)
        try:
            told = self._wording(listener.api, listener.version, listener.query, row)
        except CartdeskError as error:
            return Outcome(row, f"cannot be said in {listener.version}: {type(error).__name__}", hopeless=True)
        if told is None:
            return Outcome(row)
        try:
            await self._poster.post(listener.callback, orjson.dumps(told, default=str))
        except NotDelivered as reason:
            self._log.warning(
                "events.not_delivered", listener=listener.id, event_id=row.event_id, attempts=row.attempts + 1, reason=str(reason)
            )
            return Outcome(row, str(reason)[:300])
        return Outcome(row)


def _may_read(listener: sa.Row[Any], row: sa.Row[Any]) -> bool:
    """Return True where whoever registered the listener may read the resource."""
    if listener.owner is None and listener.team is None:
        return True
    return (listener.owner is not None and row.owner == listener.owner) or (listener.team is not None and row.team == listener.team)
