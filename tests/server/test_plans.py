"""The hot paths go by an index: no request reads a whole table, however many carts there are."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from cartdesk.server.access.tokens import add_token
from cartdesk.server.database import Database, resource
from cartdesk.server.events.courier import Courier
from cartdesk.server.events.tables import listener
from cartdesk.server.hosting.settings import ServerSettings
from cartdesk.server.hosting.worker import application_of
from cartdesk.server.migrations import bring_forward

CARTS = "/tmf-api/shoppingCart/v4/shoppingCart"
MANY = 3_000
PARTY = {"id": "C-1", "role": "customer", "@referredType": "Individual"}
SMALL = ("listener", "token", "alembic_version")
"""Tables with a row for each listener or token: reading one whole is reading little."""


async def _asked(url: str, root: Path) -> list[str]:
    """Return every statement, its values in it, that a seat's usual requests and a delivery lead to."""
    database = Database.open(url)
    await asyncio.to_thread(bring_forward, database.engine())
    _, secret = await add_token(database, name="x", scopes=["admin"], owner="seat-1", team="south", now=0)
    _, seats = await add_token(database, name="y", scopes=["cart:write"], owner="seat-1", team="south", now=0)
    async with database.transaction() as transaction:
        row = {"id": "l", "api": "shoppingCart", "version": "v4", "callback": "http://a.example", "made": 0.0, "state": "active"}
        await transaction.execute(listener.insert(), {**row, "failures": 0, "not_before": 0.0, "leased_until": 0.0})
        common = {"kind": "shoppingCart", "revision": 1, "changed": 1, "as_is": True, "expires": 9_000_000_000_000, "body": b'{"id":"x"}'}
        rows = [{**common, "id": f"c{number}", "owner": f"seat-{number % 97}", "team": f"team-{number % 31}"} for number in range(MANY)]
        await transaction.execute(resource.insert(), rows)
    await database.close()

    app = application_of(ServerSettings(url, catalog=str(root / "catalog_fixtures" / "nordlys"), access_log=False))
    statements: list[str] = []

    def trace(connection: Any, _: Any) -> None:
        connection.set_trace_callback(statements.append)

    sa.event.listen(app.state.config.database.engine(), "connect", trace)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost") as client,
    ):
        client.headers["Authorization"] = f"Bearer {seats}"
        made = await client.post(CARTS, json={"relatedParty": [PARTY]}, headers={"Idempotency-Key": "k"})
        place = f"{CARTS}/{made.json()['id']}"
        assert (await client.get(place)).status_code == 200
        assert (await client.patch(place, json={"contactMedium": []})).status_code == 200
        assert (await client.patch(place, json={"relatedParty": []})).status_code == 200
        for query in ("limit=10", "relatedParty.id=C-1&limit=10", f"id={made.json()['id']}"):
            assert (await client.get(f"{CARTS}?{query}")).status_code in (200, 206)
        assert (await client.delete(place, headers={"Authorization": f"Bearer {secret}"})).status_code == 204
        courier = Courier(app.state.config.database, _Nowhere(), lambda *_: None, clock=lambda: time.time() + 3_600)
        assert await courier.round() == 1
    return statements


class _Nowhere:
    async def post(self, url: str, body: bytes) -> None:
        raise AssertionError("nothing is told here")


async def test_no_hot_path_reads_a_whole_table(sqlite_url: str, root: Path) -> None:
    statements = await _asked(sqlite_url, root)
    assert len(statements) > 15
    engine = Database.open(sqlite_url).engine()
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        for statement in statements:
            if statement.lstrip().upper().startswith(("PRAGMA", "SELECT 1", "BEGIN", "COMMIT")):
                continue
            if "UNION ALL" in statement:
                continue  # the courier's tidying, once a minute, looks through what is queued
            for *_, step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").fetchall():
                whole = step.startswith("SCAN ") and "INDEX" not in step and "CONSTANT ROW" not in step and "SUBQUERY" not in step
                assert not whole or step.split()[1] in SMALL, (statement, step)
    engine.dispose()


@pytest.mark.parametrize(
    ("what", "index"),
    [
        ("kind = 'shoppingCart' AND id = 'c7'", "resource_id"),
        ("kind = 'shoppingCart' AND owner = 'seat-7'", "resource_owner"),
        ("kind = 'shoppingCart' AND team = 'team-7'", "resource_team"),
        ("kind = 'shoppingCart' AND expires < 5", "resource_expires"),
    ],
)
async def test_postgresql_takes_the_index_too(postgres_url: str, what: str, index: str) -> None:
    database = Database.open(postgres_url)
    engine = database.engine()
    await asyncio.to_thread(bring_forward, engine)
    common = {"kind": "shoppingCart", "revision": 1, "changed": 1, "as_is": True, "expires": 9_000_000_000_000, "body": b"x" * 500}
    with engine.begin() as connection:
        rows = [{**common, "id": f"c{number}", "owner": f"seat-{number % 997}", "team": f"team-{number % 311}"} for number in range(MANY)]
        connection.execute(resource.insert(), rows)
    with engine.connect() as connection:
        connection.execute(sa.text("ANALYZE resource"))
        plan = "\n".join(connection.execute(sa.text(f"EXPLAIN SELECT body FROM resource WHERE {what}")).scalars())
    await database.close()
    assert index in plan
    assert "Seq Scan" not in plan
