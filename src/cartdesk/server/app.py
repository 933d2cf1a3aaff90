"""The server as one ASGI application: ``make_app`` puts the rooms together; ``cartdesk serve`` and the tests run it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette

from cartdesk.server.dispatch import Dispatch
from cartdesk.server.seams import ServerConfig


def make_app(config: ServerConfig) -> Starlette:
    """Return the application; it keeps ``config`` in ``app.state.config`` and closes the database when it stops."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(config.database.close)
            for each in config.lifespans:
                await stack.enter_async_context(each(app))
            yield

    app = Starlette(routes=list(config.routes), middleware=list(config.middleware), lifespan=lifespan)
    app.router.default = Dispatch(config)
    app.state.config = config
    return app
