"""Who may do what: tokens, scopes, owners, rates."""

from __future__ import annotations

import asyncio
import hashlib

import httpx
import pytest
import sqlalchemy as sa
from starlette.requests import Request

from cartdesk.errors import Refused
from cartdesk.server.access.gate import REMEMBERED, Gate
from cartdesk.server.access.rates import Rates
from cartdesk.server.access.tables import token
from cartdesk.server.access.tokens import add_token, all_tokens, remove_token
from cartdesk.server.database import Database
from cartdesk.server.events.tables import delivery, listener
from cartdesk.server.problems import Problem
from cartdesk.server.seams import LOCAL

from .conftest import Opened, token_of

CARTS = "/tmf-api/shoppingCart/v4/shoppingCart"
ADMIN = {"scopes": ["admin"]}


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


async def new_cart(client: httpx.AsyncClient, **members: object) -> str:
    answer = await client.post(CARTS, json=members)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_token_is_kept_as_a_hash_only(database: Database) -> None:
    secret = await token_of(database)
    [row] = await database.fetch(sa.select(token))
    assert row.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert not any(secret in str(value) for value in row)


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer cdk_wrong", "Basic dXNlcjpwYXNz", "Bearer cdk_" + "x" * 5_000, "Bearer cdk_' OR 1=1 --"],
)
async def test_without_a_token_that_holds_nothing_is_answered(opened: Opened, header: str | None) -> None:
    client = await opened()
    answer = await client.get(CARTS, headers={} if header is None else {"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_two_authorization_headers_are_none(opened: Opened, database: Database) -> None:
    client = await opened()
    secret = await token_of(database, scopes=["admin"])
    answer = await client.get(CARTS, headers=[("Authorization", f"Bearer {secret}"), ("Authorization", "Bearer cdk_x")])
    assert answer.status_code == 401


async def test_scopes_decide_what_may_be_done(opened: Opened) -> None:
    reader, writer, admin = await opened(token={"scopes": ["cart:read"]}), await opened(token={}), await opened(token=ADMIN)
    cart = await new_cart(writer)
    assert (await reader.get(f"{CARTS}/{cart}")).status_code == 200
    assert (await reader.post(CARTS, json={})).status_code == 403
    assert (await reader.patch(f"{CARTS}/{cart}", json={"contactMedium": []})).status_code == 403
    assert (await writer.delete(f"{CARTS}/{cart}")).status_code == 403
    assert (await writer.get("/admin/listeners")).status_code == 403
    assert (await admin.delete(f"{CARTS}/{cart}")).status_code == 204
    assert (await admin.get("/admin/listeners")).json() == []


async def test_writing_includes_reading(opened: Opened) -> None:
    writer = await opened(token={"scopes": ["cart:write"]})
    assert (await writer.get(f"{CARTS}/{await new_cart(writer)}")).status_code == 200


async def test_a_seat_sees_its_own_and_its_teams_carts(opened: Opened) -> None:
    ana, ben = await opened(token={"owner": "seat-a", "team": "south"}), await opened(token={"owner": "seat-b", "team": "south"})
    other, admin = await opened(token={"owner": "seat-c", "team": "north"}), await opened(token=ADMIN)
    cart = await new_cart(ana)
    assert (await ben.get(f"{CARTS}/{cart}")).status_code == 200
    assert (await other.get(f"{CARTS}/{cart}")).status_code == 404
    assert (await other.patch(f"{CARTS}/{cart}", json={"contactMedium": []})).status_code == 404
    assert [len((await each.get(CARTS)).json()) for each in (ana, ben, other, admin)] == [1, 1, 0, 1]
    assert (await other.get(CARTS)).headers["x-total-count"] == "0"


async def test_a_customer_sees_only_their_own(opened: Opened) -> None:
    seat = await opened(token={"owner": "seat-a"})
    ada, bob = [await opened(token={"owner": customer, "customer": True}) for customer in ("C-1", "C-2")]
    mine = await new_cart(ada)
    made_for_bob = await new_cart(seat, relatedParty=[{"id": "C-2", "role": "customer", "@referredType": "Individual"}])
    assert (await bob.get(f"{CARTS}/{mine}")).status_code == 404
    assert (await ada.get(f"{CARTS}/{made_for_bob}")).status_code == 404
    assert [cart["id"] for cart in (await bob.get(CARTS)).json()] == [made_for_bob]
    assert (await ada.delete(f"{CARTS}/{mine}")).status_code == 403


async def test_a_removed_token_is_refused_within_seconds(database: Database) -> None:
    now = 1_000.0
    gate = Gate(database, clock=lambda: now)
    made, secret = await add_token(database, name="x", scopes=["cart:read"], now=now)
    request = _request(secret)
    assert (await gate.authorize(request, "cart:read")).name == made.id
    assert await remove_token(database, made.id)
    now += REMEMBERED + 0.1
    with pytest.raises(Problem) as refused:
        await gate.authorize(request, "cart:read")
    assert refused.value.status == 401
    assert not await remove_token(database, made.id)


async def test_a_token_ends(database: Database) -> None:
    now = 1_000.0
    gate = Gate(database, clock=lambda: now)
    _, secret = await add_token(database, name="x", scopes=["cart:read"], now=now, ends=now + 1)
    await gate.authorize(_request(secret), "cart:read")
    now += 1
    with pytest.raises(Problem):
        await gate.authorize(_request(secret), "cart:read")


async def test_removing_a_token_removes_its_listeners(database: Database) -> None:
    made, _ = await add_token(database, name="x", scopes=["cart:read"], now=0)
    async with database.transaction() as transaction:
        common = {"api": "shoppingCart", "version": "v4", "made": 0, "state": "active", "failures": 0, "not_before": 0, "leased_until": 0}
        await transaction.execute(listener.insert(), {**common, "id": "l", "callback": "http://a.example", "token": made.id})
        row = {"listener": "l", "seq": 1, "kind": "shoppingCart", "resource_id": "c", "due": 0, "attempts": 0, "given_up": False}
        await transaction.execute(delivery.insert(), row)
    await remove_token(database, made.id)
    assert await database.fetch(sa.select(listener)) == await database.fetch(sa.select(delivery)) == []


@pytest.mark.parametrize(
    "values",
    [
        {"scopes": []},
        {"scopes": ["root"]},
        {"scopes": ["cart:read"], "customer": True},
        {"scopes": ["admin"], "customer": True, "owner": "C-1"},
        {"scopes": ["cart:read"], "customer": True, "owner": "C-1", "team": "south"},
        {"scopes": ["cart:read"], "owner": ""},
        {"scopes": ["cart:read"], "owner": "x" * 201},
    ],
)
async def test_a_token_that_makes_no_sense_is_refused(database: Database, values: dict[str, object]) -> None:
    with pytest.raises(Refused):
        await token_of(database, **values)
    assert await all_tokens(database) == []


async def test_without_any_token_this_machine_may_do_everything_until_there_is_one(database: Database) -> None:
    now = 1_000.0
    gate = Gate(database, unguarded=True, clock=lambda: now)
    assert await gate.authorize(_request(None), "admin") is LOCAL
    await token_of(database)
    now += REMEMBERED
    with pytest.raises(Problem) as refused:
        await gate.authorize(_request(None), "cart:read")
    assert refused.value.status == 401


async def test_too_many_requests_are_told_when_to_come_back(opened: Opened) -> None:
    fast, other = await opened(token={}, per_second=1.0), await opened(token={}, per_second=1.0)
    answers = [await fast.get(CARTS) for _ in range(4)]
    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert (await other.get(CARTS)).status_code == 200


async def test_guessing_tokens_is_slowed_down_without_slowing_others(opened: Opened, database: Database) -> None:
    client = await opened()
    answers = [await client.get(CARTS, headers=bearer(f"cdk_guess{number}")) for number in range(40)]
    assert {answer.status_code for answer in answers} == {401, 429}
    assert answers[-1].status_code == 429
    secret = await token_of(database)
    assert (await client.get(CARTS, headers=bearer(secret))).status_code == 200


def test_a_bucket_fills_again() -> None:
    rates = Rates(2, burst=3)
    assert [rates.take("a", 0.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert rates.take("b", 0.0) == 0
    assert rates.take("a", 0.5) == 0
    assert rates.take("a", 0.5) == 0.5
    assert [rates.take("a", 60.0) for _ in range(4)] == [0, 0, 0, 0.5]


def test_buckets_of_the_long_unseen_are_forgotten() -> None:
    rates = Rates(1)
    for number in range(60_000):
        rates.take(str(number), 0.0)
    assert len(rates._buckets) == 50_000


def test_no_rate_is_no_limit() -> None:
    assert {Rates(0).take("a", 0.0) for _ in range(1_000)} == {0.0}


async def test_health_needs_no_token_and_tells_nothing(opened: Opened) -> None:
    client = await opened()
    assert (await client.get("/health/live")).json() == {"status": "live"}
    assert (await client.get("/health/ready")).json() == {"status": "ready"}


async def test_a_server_whose_tables_are_not_there_lives_but_is_not_ready(opened: Opened, database: Database) -> None:
    client = await opened()
    await asyncio.to_thread(_drop_version, database)
    answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert (await client.get("/health/live")).status_code == 200


def _drop_version(database: Database) -> None:
    with database.engine().begin() as connection:
        connection.execute(sa.text("DROP TABLE alembic_version"))


def _request(secret: str | None) -> Request:
    headers = [] if secret is None else [(b"authorization", f"Bearer {secret}".encode())]
    return Request({"type": "http", "headers": headers, "client": ("127.0.0.1", 1)})
