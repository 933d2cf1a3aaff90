"""The server as one ASGI application: ``make_app`` puts the rooms together; ``cartdesk serve`` and the tests run it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

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

    dispatch = Dispatch(config)
    middleware = [*config.middleware, Middleware(_Front, dispatch)]
    app = Starlette(routes=list(config.routes), middleware=middleware, lifespan=lifespan)
    app.router.default = dispatch
    app.state.config = config
    return app


class _Front:
    """Hands the APIs' requests over at once: no route stands under their path, so none need be tried."""

    def __init__(self, app: ASGIApp, dispatch: Dispatch) -> None:
        self._app = app
        self._dispatch = dispatch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        there = scope["type"] == "http" and scope["path"].startswith("/tmf-api/")
        await (self._dispatch if there else self._app)(scope, receive, send)
