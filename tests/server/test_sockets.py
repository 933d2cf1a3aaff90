"""The main stories over real sockets: one cart from its making to its end, and fifty clients at one cart."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from cartdesk.server.app import make_app
from cartdesk.server.database import Database
from cartdesk.server.seams import ServerConfig

from .asking import CARTS, JSON_PATCH, MERGE, catalog
from .official import check_answer

CART = f"{CARTS}/v4/shoppingCart"


@asynccontextmanager
async def _listening(url: str, workers: int = 1) -> AsyncIterator[list[str]]:
    """Run servers over one database, each with caches and connections of its own, and give their URLs."""
    databases = [Database.open(url) for _ in range(workers)]
    await databases[0].create_tables()
    servers, tasks, places = [], [], []
    for database in databases:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(200)
        places.append(f"http://127.0.0.1:{listener.getsockname()[1]}")
        app = make_app(ServerConfig(database, catalog=catalog()))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on", timeout_keep_alive=60))
        servers.append(server)
        tasks.append(asyncio.create_task(server.serve(sockets=[listener])))
    try:
        yield places
    finally:
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*tasks)


@asynccontextmanager
async def _client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(
        base_url=url, timeout=60, limits=limits, trust_env=False, verify=False, event_hooks={"response": [check_answer]}
    ) as client:
        yield client


async def test_a_carts_life_over_a_socket(database_url: str) -> None:
    async with _listening(database_url) as (url,), _client(url) as client:
        made = await client.post(CART, json={"cartItem": [{"id": "a", "productOffering": {"id": "14277"}}]})
        assert made.status_code == 201
        place = made.headers["location"]
        assert (await client.get(place)).json() == made.json()
        assert (await client.get(place, headers={"if-none-match": made.headers["etag"]})).status_code == 304
        head = await client.head(place)
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", made.headers["etag"])
        patched = await client.patch(place, json=[{"op": "replace", "path": "/cartItem/0/quantity", "value": 2}], headers=JSON_PATCH)
        assert patched.json()["cartTotalPrice"][0]["price"]["taxIncludedAmount"]["value"] == 63.8
        assert (await client.get(CART, params={"cartItem.quantity": 2})).headers["x-total-count"] == "1"
        assert (await client.put(place, json={})).status_code == 405
        assert (await client.get(f"{CART}/../../../health")).status_code == 404
        assert (await client.delete(place)).status_code == 204
        assert (await client.get(place)).status_code == 404


async def _fifty_at_one_cart(url: str, at_once: int) -> int:
    """Let each add its own item under If-Match until it is in, at two servers that share the database; return how often they tried."""
    room = asyncio.Semaphore(at_once)
    async with _listening(url, 2) as urls, _client(urls[0]) as one, _client(urls[1]) as other:
        made = (await one.post(CART, json={"cartItem": []})).json()

        async def add(number: int) -> int:
            tries, client = 0, (one, other)[number % 2]
            async with room:
                while True:
                    tries += 1
                    now = await client.get(made["href"])
                    items = [*now.json()["cartItem"], {"id": f"item-{number}"}]
                    answer = await client.patch(made["href"], json={"cartItem": items}, headers={**MERGE, "if-match": now.headers["etag"]})
                    if answer.status_code == 200:
                        return tries
                    assert answer.status_code == 412

        tries = await asyncio.gather(*(add(number) for number in range(50)))
        after = await one.get(made["href"])
        assert {item["id"] for item in after.json()["cartItem"]} == {f"item-{number}" for number in range(50)}
        assert after.headers["etag"] == '"51"'
        return sum(tries)


async def test_fifty_clients_at_one_cart_lose_nothing(database_url: str) -> None:
    assert await _fifty_at_one_cart(database_url, 2) > 50, "some came at the same time, were refused, and came again"


@pytest.mark.stress
async def test_fifty_clients_at_one_cart_at_once_lose_nothing(database_url: str) -> None:
    assert await _fifty_at_one_cart(database_url, 50) > 100


async def test_without_if_match_the_last_write_wins_and_other_attributes_stay(database_url: str) -> None:
    async with _listening(database_url, 2) as urls, _client(urls[0]) as one, _client(urls[1]) as other:
        made = (await one.post(CART, json={"cartItem": [{"id": "a", "productOffering": {"id": "14277"}}]})).json()

        async def change(client: httpx.AsyncClient, number: int) -> None:
            body: dict[str, Any] = (
                {"contactMedium": [{"characteristic": {"city": f"C{number}"}}]}
                if number % 2
                else {"cartItem": [{"id": "a", "quantity": number}]}
            )
            assert (await client.patch(made["href"], json=body, headers=MERGE)).status_code == 200

        await asyncio.gather(*(change((one, other)[number // 2 % 2], number) for number in range(1, 21)))
        faces = [(await client.get(made["href"])).json() for client in (one, other)]
        assert faces[0] == faces[1]
        assert "contactMedium" in faces[0] and faces[0]["cartItem"][0]["quantity"] % 2 == 0


async def test_the_same_key_at_the_same_time_makes_one(database_url: str) -> None:
    async with _listening(database_url, 2) as urls, _client(urls[0]) as one, _client(urls[1]) as other:
        body = {"externalId": "x-1", "productOrderItem": [{"id": "1", "action": "add"}]}
        path = "/tmf-api/productOrderingManagement/v4/productOrder"
        orders = await asyncio.gather(*(client.post(path, json=body) for client in (one, other) * 6))
        assert {(order.status_code, order.json()["id"]) for order in orders} == {(201, orders[0].json()["id"])}
        key = {"idempotency-key": "k"}
        carts = await asyncio.gather(*(client.post(CART, json={}, headers=key) for client in (one, other) * 6))
        assert {(cart.status_code, cart.content) for cart in carts} == {(201, carts[0].content)}
        assert (await one.get(CART)).headers["x-total-count"] == (await one.get(path)).headers["x-total-count"] == "1"
