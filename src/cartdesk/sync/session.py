"""Everything that syncing one seat with one remote takes, put together; and the thread it runs on beside the screen.

The command line makes a :class:`Session` for one round, the full screen a :class:`Background` for as long as it is open.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Protocol

from cartdesk.errors import CartdeskError, SettingsError
from cartdesk.sync.api import Api, Log, silent
from cartdesk.sync.carts import CartApi
from cartdesk.sync.engine import Engine
from cartdesk.sync.ledger import Ledger
from cartdesk.sync.messages import Credentials, Transport
from cartdesk.sync.outbox import REMOTE, Documents
from cartdesk.sync.parcels import Parcels
from cartdesk.sync.rounds import Rounds
from cartdesk.sync.seat import Seat
from cartdesk.sync.secrets import SERVICE, Ring
from cartdesk.sync.settings import APIS, Remote
from cartdesk.sync.signing import Bearer, ClientCredentials
from cartdesk.sync.worker import Pace, Standing, Worker

SECRET = "remote"
"""The name the token or client secret is kept under."""


class Closable(Transport, Protocol):
    """A transport that is closed at the end."""

    async def close(self) -> None:
        """Close all connections."""
        ...


def remote_of(documents: Documents) -> Remote | None:
    """Return the server this seat talks to; None where there is none."""
    value = Ledger(documents).setting(REMOTE)
    return None if value is None else Remote.from_json(value)


def credentials_for(remote: Remote, ring: Ring, transport: Transport) -> Credentials | None:
    """Return how we say who we are.

    Raises:
        SettingsError: the secret is not where it was put.
    """
    if remote.auth == "none":
        return None
    secret = ring.get_password(SERVICE, SECRET)
    if not secret:
        raise SettingsError("The remote's token is gone from where it was kept; add the remote again.")
    if remote.auth == "token":
        return Bearer(secret)
    return ClientCredentials(transport, remote.token_url or "", remote.client_id or "", secret, remote.scope, clock=time.monotonic)


class Session:
    """One seat, one remote."""

    def __init__(
        self,
        seat: Seat,
        documents: Documents,
        remote: Remote,
        transport: Closable,
        credentials: Credentials | None,
        *,
        ids: Callable[[], str],
        clock: Callable[[], float] = time.time,
        rng: random.Random | None = None,
        log: Log = silent,
        parallel: int = 12,
    ) -> None:
        """Put it together; nothing is sent yet.

        Args:
            seat: the carts here.
            documents: the store's storage.
            remote: the server.
            transport: carries requests.
            credentials: who we are.
            ids: makes texts that are never made twice.
            clock: seconds since the epoch.
            rng: the source of chance for pauses.
            log: takes what happens, without contents.
            parallel: how many carts at once: more than connections, so that there is always one ready to be sent.
        """
        self.remote = remote
        self.transport = transport
        self.ledger = Ledger(documents)
        self.apis = {name: Api(APIS[name], base, transport, credentials, log=log) for name, base in remote.apis.items() if name in APIS}
        facts = self.ledger.facts("carts")
        if remote.dialect is not None or facts.dialect is None:
            facts = facts.learned(dialect=remote.likely_dialect or facts.dialect)
        self.carts = CartApi(self.apis["carts"], facts, lambda found: seat.write(lambda: self.ledger.learn("carts", found)))
        self.engine = Engine(seat, self.carts, self.ledger, ids=ids)
        self._clock, self._rng = clock, rng or random.Random()
        self.rounds = Rounds(seat, self.engine, clock=clock, rng=self._rng, follow=remote.follow, parallel=parallel)
        self.parcels = Parcels(seat, self.ledger, self.apis, ids=ids, clock=clock, rng=self._rng)

    def worker(self, at_hand: Callable[[], Iterable[str]], told: Callable[[Standing], None], pace: Pace | None = None) -> Worker:
        """Return a worker that makes rounds of this session."""
        return Worker(self.rounds, self.parcels, self.ledger, clock=self._clock, rng=self._rng, at_hand=at_hand, told=told, pace=pace)


class Background:
    """A worker on a thread of its own, with an event loop of its own."""

    def __init__(self, make: Callable[[], tuple[Session, Worker]], failed: Callable[[BaseException], None]) -> None:
        """Make it.

        Args:
            make: puts session and worker together, on the thread.
            failed: takes the fault that ended it, if one did.
        """
        self._make = make
        self._failed = failed
        self._loop: asyncio.AbstractEventLoop | None = None
        self._worker: Worker | None = None
        self._stopped: asyncio.Event | None = None
        self._ready = threading.Event()
        self._is_ending = False
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Start."""
        self._thread.start()

    def wake(self) -> None:
        """Look now; from any thread."""
        if self._loop is not None and self._worker is not None and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._worker.wake)

    def stop(self, patience: float = 2.0) -> None:
        """Stop between two steps; what is under way is found again next time."""
        self._is_ending = True
        self._ready.wait(patience)
        if self._loop is not None and self._stopped is not None and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(patience)

    def _run(self) -> None:
        try:
            asyncio.run(self._work())
        except (CartdeskError, OSError) as error:
            if not self._is_ending:  # by then the store may be closed under a last write, which is made again next time
                self._failed(error)
        finally:
            self._ready.set()

    async def _work(self) -> None:
        session, worker = self._make()
        self._loop, self._worker, self._stopped = asyncio.get_running_loop(), worker, asyncio.Event()
        self._ready.set()
        try:
            await first_of(worker.run(), self._stopped.wait())
        finally:
            await session.transport.close()


async def first_of(*works: Coroutine[Any, Any, Any]) -> None:
    """Run several works until the first ends, end the others, and raise what it raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
