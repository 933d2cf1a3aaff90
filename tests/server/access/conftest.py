"""An application with its gate and its bounds, called in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from cartdesk.server.access.tokens import add_token
from cartdesk.server.database import Database
from cartdesk.server.hosting.settings import ServerSettings
from cartdesk.server.hosting.worker import application_of
from cartdesk.server.migrations import bring_forward

Client = httpx.AsyncClient
Opened = Callable[..., Awaitable[Client]]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database.open(database_url)
    await asyncio.to_thread(bring_forward, opened.engine())
    yield opened
    await opened.close()


@pytest.fixture
async def opened(database_url: str, database: Database, root: Path) -> AsyncIterator[Opened]:
    """Open an application on this test's database and a client to it, with a token of the given scopes."""
    async with AsyncExitStack() as stack:

        async def open_client(*, token: dict[str, Any] | None = None, base: str = "http://localhost", **settings: Any) -> Client:
            catalog = str(root / "catalog_fixtures" / "nordlys")
            app = application_of(ServerSettings(database_url, catalog=catalog, access_log=False, **settings))
            await stack.enter_async_context(app.router.lifespan_context(app))
            client = Client(transport=httpx.ASGITransport(app=app), base_url=base)
            if token is not None:
                client.headers["Authorization"] = f"Bearer {await token_of(database, **token)}"
            return await stack.enter_async_context(client)

        yield open_client


async def token_of(database: Database, **values: Any) -> str:
    """Make a token and return its secret."""
    given = {"name": "test", "scopes": ["cart:read", "cart:write"], "now": 0.0, **values}
    return (await add_token(database, **given))[1]
