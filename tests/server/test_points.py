"""Statements that go to the driver itself: together on SQLite, over connections of their own on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import sqlalchemy as sa

from cartdesk.server.database import Database, resource
from cartdesk.server.events.tables import delivery
from cartdesk.server.hosting.settings import ServerSettings
from cartdesk.server.hosting.worker import application_of
from cartdesk.server.migrations import bring_forward
from cartdesk.server.points import Point

CARTS = "/tmf-api/shoppingCart/v4/shoppingCart"
ROW = {
    "kind": "k", "revision": 1, "state": None, "unique_key": None, "owner": None, "team": None, "expires": None, "changed": 1,
    "as_is": True, "body": b"{}",
}  # fmt: skip
INSERT = Point(resource.insert().values({name: sa.bindparam(name) for name in (*ROW, "id")}).returning(resource.c.seq))
IDS = Point(sa.select(resource.c.id).where(resource.c.kind == sa.bindparam("kind")).order_by(resource.c.id))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database.open(database_url)
    await database.create_tables()
    yield database
    await database.close()


async def test_what_comes_together_is_stored_together_but_for_what_cannot_be(database: Database) -> None:
    await database.write(INSERT, {**ROW, "id": "there"})
    told = await asyncio.gather(*(database.write(INSERT, {**ROW, "id": name}) for name in ("a", "there", "b", "c")), return_exceptions=True)
    assert [type(each) is sa.exc.IntegrityError for each in told] == [False, True, False, False]
    assert [row[0] for row in await database.read(IDS, {"kind": "k"})] == ["a", "b", "c", "there"]


async def test_it_waits_its_turn_beside_transactions(database: Database) -> None:
    async def in_a_transaction(name: str) -> None:
        async with database.transaction() as transaction:
            await transaction.execute(resource.insert(), {**ROW, "id": name})

    alone = (database.write(INSERT, {**ROW, "id": f"a{number}"}) for number in range(8))
    await asyncio.gather(*alone, *(in_a_transaction(f"t{number}") for number in range(8)))
    assert len(await database.read(IDS, {"kind": "k"})) == 16


async def test_nobody_waits_for_ever_for_what_cannot_be_asked(database: Database) -> None:
    with pytest.raises((sa.exc.DBAPIError, ValueError)):
        await asyncio.wait_for(database.write(INSERT, {**ROW, "id": "\ud800"}), 60)
    with pytest.raises((sa.exc.DBAPIError, OverflowError)):
        await asyncio.wait_for(database.write(INSERT, {**ROW, "id": "x", "changed": 1 << 70}), 60)
    await database.write(INSERT, {**ROW, "id": "x"})
    assert [row[0] for row in await database.read(IDS, {"kind": "k"})] == ["x"]


async def test_a_connection_that_was_lost_is_replaced(postgres_url: str) -> None:
    database = Database.open(postgres_url)
    await database.create_tables()
    await database.write(INSERT, {**ROW, "id": "x"})
    ended = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    with database.engine().connect() as connection:
        connection.execute(ended)
    assert [row[0] for row in await database.read(IDS, {"kind": "k"})] == ["x"]
    await database.close()


async def test_the_first_listener_is_told_by_a_worker_that_knew_of_none(database_url: str) -> None:
    engine = Database.open(database_url).engine()
    await asyncio.to_thread(bring_forward, engine)
    engine.dispose()
    settings = ServerSettings(database_url, unguarded=True, access_log=False, callbacks_here=True)
    one, other = application_of(settings), application_of(settings)
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(one), base_url="http://localhost") as here,
        httpx.AsyncClient(transport=httpx.ASGITransport(other), base_url="http://localhost") as there,
    ):
        place = (await here.post(CARTS, json={})).json()["href"]
        assert (await here.patch(place, json={"@baseType": "A"})).json()["@baseType"] == "A"
        hub = await there.post("/tmf-api/shoppingCart/v4/hub", json={"callback": "http://127.0.0.1:1/hook"})
        assert hub.status_code == 201
        for name in ("B", "C"):
            assert (await here.patch(place, json={"@baseType": name})).json()["@baseType"] == name
        queued = await one.state.config.database.fetch(sa.select(delivery.c.seq))
        assert len(queued) == 2
        await there.delete(hub.headers["location"])
        assert (await here.patch(place, json={"@baseType": "D"})).headers["etag"] == '"5"'
        assert (await here.patch(place, json={"@baseType": "E"})).headers["etag"] == '"6"'
        for app in (one, other):
            await app.state.config.database.close()
