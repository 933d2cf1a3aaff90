"""One worker's application, put together from the settings.

uvicorn calls :func:`application` in each worker process; tests call :func:`application_of`.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.middleware import Middleware

from cartdesk.server.access.bounds import Bounds
from cartdesk.server.access.gate import Gate
from cartdesk.server.app import make_app
from cartdesk.server.database import Database
from cartdesk.server.events.callbacks import CallbackPolicy
from cartdesk.server.events.wiring import Events
from cartdesk.server.hosting.logs import AccessLog, set_up
from cartdesk.server.hosting.routes import routes
from cartdesk.server.hosting.settings import VARIABLE, ServerSettings
from cartdesk.server.seams import Limits, ServerConfig

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from cartdesk.catalog import Catalog

_LOOK_SECONDS = 1.0
_GARBAGE = (10_000, 20, 100)
"""How many new objects, then how many collections of these, then of those, lead to a collection."""


def application() -> Starlette:
    """Return this worker's application, from the settings in the environment."""
    set_up()
    return application_of(ServerSettings.load(os.environ[VARIABLE]))


def application_of(settings: ServerSettings) -> Starlette:
    """Return the application for settings."""
    database = Database.open(settings.database)
    limits = Limits()
    gate = Gate(database, unguarded=settings.unguarded, per_second=settings.per_second)
    events = Events(
        database,
        CallbackPolicy.of(settings.callbacks, loopback=settings.callbacks_here),
        public_url=settings.public_url,
        limits=limits,
        seconds=settings.delivery_seconds,
    )
    middleware = [Middleware(Bounds, limits, local_only=settings.unguarded)]
    lifespans = [_settled, events.lifespan]
    if settings.parent:
        lifespans.append(_Orphan(settings.parent).lifespan)
    return make_app(
        ServerConfig(
            database,
            authorize=gate.authorize,
            hook=events.hook,
            hook_hears_all=False,
            hub=events.hub,
            middleware=[Middleware(AccessLog), *middleware] if settings.access_log else middleware,
            routes=routes(database, gate.authorize),
            lifespans=lifespans,
            catalog=_catalog(settings),
            public_url=settings.public_url,
            limits=limits,
        )
    )


def _catalog(settings: ServerSettings) -> Catalog | None:
    if not settings.catalog:
        return None
    from cartdesk.catalog import open_catalog

    return open_catalog(Path(settings.catalog), cache_dir=Path(settings.cache) if settings.cache else None)


@asynccontextmanager
async def _settled(app: Starlette) -> AsyncIterator[None]:
    """Spare the garbage collector what stays as long as the process, the catalog above all.

    Looking through it again and again would hold up a request every few seconds, each time for longer than a hundred requests take.
    """
    gc.collect()
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(*_GARBAGE)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


class _Orphan:
    """Stops a worker whose parent was killed: nobody else would, and it would keep the port."""

    def __init__(self, parent: int) -> None:
        self._parent = parent

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Look after the parent as long as the application runs."""
        task = asyncio.create_task(self._look())
        try:
            yield
        finally:
            task.cancel()

    async def _look(self) -> None:
        while os.getppid() == self._parent:
            await asyncio.sleep(_LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
