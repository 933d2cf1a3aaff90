"""The events as the application is given them: its hook, its hub and its lifespan.

``cartdesk serve`` makes one :class:`Events` for each worker's application.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from cartdesk.server.database import Database, Transaction
from cartdesk.server.events.callbacks import CallbackPolicy
from cartdesk.server.events.courier import Courier
from cartdesk.server.events.hub import SqlHub
from cartdesk.server.events.outbox import tell
from cartdesk.server.events.posting import SECONDS, Poster
from cartdesk.server.events.wording import Wording
from cartdesk.server.seams import Change, Limits

if TYPE_CHECKING:
    from starlette.applications import Starlette


class Events:
    """One worker's events.

    Args:
        database: where the resources and the outbox are.
        policy: which callbacks are allowed.
        public_url: what every ``href`` in a notification starts with.
        limits: how many parts a listener's query may have.
        seconds: how long a listener may take to answer.
        clock: epoch seconds.
    """

    def __init__(
        self,
        database: Database,
        policy: CallbackPolicy,
        *,
        public_url: str = "",
        limits: Limits | None = None,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._policy = policy
        self._seconds = seconds
        self._clock = clock
        self._wording = Wording(public_url, limits or Limits())
        self._courier: Courier | None = None
        self.hub = SqlHub(database, policy, check_query=self._wording.check_query, now=clock, ids=lambda: uuid4().hex)

    async def hook(self, transaction: Transaction, change: Change) -> None:
        """Queue one change; called in its own transaction."""
        if not change.listened:
            return
        queued = await tell(
            transaction,
            api=change.api,
            kind=change.resource,
            resource_id=change.id,
            happening=change.kind,
            at=int(change.at.timestamp() * 1000),
            body=change.body,
            owner=change.owner,
            team=change.team,
        )
        if queued and self._courier is not None:
            self._courier.nudge()

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Deliver as long as the application runs."""
        poster = Poster(self._policy, seconds=self._seconds)
        self._courier = Courier(self._database, poster, self._wording, clock=self._clock, seconds=self._seconds)
        try:
            async with self._courier.running():
                yield
        finally:
            self._courier = None
            await poster.close()
