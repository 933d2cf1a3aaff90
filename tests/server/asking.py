"""A server to ask: the application over a database of the test's own, every answer held against the official definitions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

import httpx
from starlette.requests import Request

from cartdesk.catalog import Catalog, open_catalog, shipped_catalog
from cartdesk.server.app import make_app
from cartdesk.server.database import Database, Transaction
from cartdesk.server.seams import LOCAL, Caller, Change, ServerConfig

from .official import check_answer

CARTS = "/tmf-api/shoppingCart"
ORDERS = "/tmf-api/productOrderingManagement/v4/productOrder"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
MERGE = {"content-type": "application/merge-patch+json"}
JSON_PATCH = {"content-type": "application/json-patch+json"}


@cache
def catalog() -> Catalog:
    """Return the shipped catalog, opened once."""
    return open_catalog(shipped_catalog(), cache_dir=None)


@dataclass
class Shop:
    """One server, who asks it, and what its hook was told."""

    client: httpx.AsyncClient
    database: Database
    caller: Caller = LOCAL
    now: datetime = NOW
    told: list[Change] = field(default_factory=list)

    async def authorize(self, request: Request, scope: str) -> Caller:
        """Let whoever asks be the one the test says."""
        return self.caller

    async def hook(self, transaction: Transaction, change: Change) -> None:
        """Note what was told."""
        self.told.append(change)

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)

    async def cart(self, *offerings: str, version: str = "v4", **members: Any) -> dict[str, Any]:
        """Make a cart with one of each offering."""
        items = [{"id": f"i{number}", "action": "add", "productOffering": {"id": code}} for number, code in enumerate(offerings, 1)]
        response = await self.client.post(f"{CARTS}/{version}/shoppingCart", json={"cartItem": items, **members})
        assert response.status_code == 201, response.text
        made: dict[str, Any] = response.json()
        return made


@asynccontextmanager
async def shop_at(url: str, **config: Any) -> AsyncIterator[Shop]:
    """Run a server without a socket."""
    database = Database.open(url)
    await database.create_tables()
    numbers = count(1)
    shop = Shop(None, database)  # type: ignore[arg-type]  # the client needs the server that needs the shop
    settings: dict[str, Any] = {"catalog": catalog(), "ids": lambda: f"id-{next(numbers)}", "hook": shop.hook}
    app = make_app(ServerConfig(database, authorize=shop.authorize, now=lambda: shop.now, **settings | config))
    try:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://shop", event_hooks={"response": [check_answer]}
        ) as shop.client:
            yield shop
    finally:
        await database.close()
