"""A queue to deliver from, a clock that is moved by hand, and listeners that note what they are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from cartdesk.server.access import tables as _tokens  # its table is made with the others
from cartdesk.server.database import Database
from cartdesk.server.events.courier import Courier
from cartdesk.server.events.families import notification
from cartdesk.server.events.outbox import tell
from cartdesk.server.events.posting import NotDelivered
from cartdesk.server.events.tables import listener

assert _tokens.token.metadata is listener.metadata


@dataclass
class Clock:
    """A clock moved by hand."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Town:
    """Callbacks and what arrived there, in the order it arrived."""

    arrived: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tried: int = 0
    refuses: Callable[[str, dict[str, Any]], bool] = lambda url, told: False

    async def post(self, url: str, body: bytes) -> None:
        told = orjson.loads(body)
        self.tried += 1
        await asyncio.sleep(0)
        if self.refuses(url, told):
            raise NotDelivered("answered 500")
        self.arrived.append((url, told))

    def at(self, url: str) -> list[dict[str, Any]]:
        return [told for where, told in self.arrived if where == url]


def plain_wording(api: str, version: str, query: str | None, row: Any) -> dict[str, Any] | None:
    """Say an event in its version's family, with the stored document as the resource."""
    if query is not None and query not in str(row.resource_id):
        return None
    return notification(version, row.kind, row.happening, event_id=row.event_id, at=row.at, resource=orjson.loads(row.body))


@dataclass
class Post:
    """The outbox's test bench."""

    database: Database
    clock: Clock
    town: Town

    async def listen(self, listener_id: str, *, version: str = "v4", **values: Any) -> str:
        callback = f"http://{listener_id}.example/"
        row = {"id": listener_id, "api": "shoppingCart", "version": version, "callback": callback, "made": self.clock()}
        row |= {"state": "active", "failures": 0, "not_before": 0.0, "leased_until": 0.0, **values}
        async with self.database.transaction() as transaction:
            await transaction.execute(listener.insert(), row)
        return callback

    async def change(self, cart: str, revision: int, *, happening: str = "change", **values: Any) -> bool:
        body = orjson.dumps({"id": cart, "revision": revision})
        async with self.database.transaction() as transaction:
            return await tell(
                transaction,
                api="shoppingCart",
                kind="shoppingCart",
                resource_id=cart,
                happening=happening,
                at=int(self.clock() * 1000),
                body=body,
                **values,
            )

    def courier(self) -> Courier:
        return Courier(self.database, self.town, plain_wording, clock=self.clock, chance=lambda: 0.5)

    async def rows(self, statement: Any) -> list[Any]:
        return list(await self.database.fetch(statement))


@pytest.fixture
async def post(database_url: str) -> AsyncIterator[Post]:
    database = Database.open(database_url)
    await database.create_tables()
    yield Post(database, Clock(), Town())
    await database.close()
