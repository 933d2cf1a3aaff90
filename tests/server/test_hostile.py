"""What a server must not be led to: too much, too deep, elsewhere, or anywhere near its database."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from cartdesk.server import exact
from cartdesk.server.database import resource
from cartdesk.server.problems import Problem
from cartdesk.server.seams import ADMIN, READ, WRITE, Caller, Limits

from .asking import CARTS, JSON_PATCH, MERGE, ORDERS, Shop, shop_at

CART = f"{CARTS}/v4/shoppingCart"
JSON = {"content-type": "application/json"}


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    async with shop_at(sqlite_url) as shop:
        yield shop


def _nested(depth: int) -> bytes:
    return b'{"x":' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (_nested(31), 201),
        (_nested(32), 400),
        (_nested(100_000), 400),
        (b'{"x":"' + b"[" * 400 + b'"}', 201),
        (b'{"x":"\\"' + b"{" * 400 + b'\\\\"}', 201),
        (b"{" * 500, 400),
        (b"", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"text"', 400),
        (b'{"x": NaN}', 400),
        (b'{"x": 1e999999}', 400),
        (b'{"x": ' + b"9" * 5_000 + b"}", 400),
        (b'{"x": "\\ud800"}', 400),
        (b'{"x": "\xff"}', 400),
        (b'{"cartItem": [{"id": "a", "quantity": 1e40}]}', 400),
        (b"{}" + b" " * 1_000_000, 413),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_bodies_of_every_kind(shop: Shop, body: bytes, status: int) -> None:
    answer = await shop.client.post(CART, content=body, headers=JSON)
    assert answer.status_code == status, answer.text[:300]


async def test_a_body_without_a_length_is_bounded_too(shop: Shop) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(2_000):
            yield b" " * 1_000

    assert (await shop.client.post(CART, content=endless(), headers=JSON)).status_code == 413


def test_depth_is_told_from_text() -> None:
    assert exact.is_deeper(b'{"a":[{"b":[[]]}]}' + b"[]" * 9, 5) is False
    assert exact.is_deeper(b'{"a":[{"b":[[]]}]}' + b"[]" * 9, 4) is True
    assert exact.is_deeper(b'["[[[[[[", "\\"]]]]", {}, {}, {}]', 2) is False
    assert exact.is_deeper(b"]" * 9 + b"[" * 9, 3) is False, "what is unbalanced is left to the parser"


async def test_a_cart_has_1000_items_at_most_children_counted(shop: Shop) -> None:
    def items(parents: int, children: int) -> list[dict[str, Any]]:
        below = [{"id": f"c{number}"} for number in range(children)]
        return [{"id": f"p{number}", "cartItem": below} for number in range(parents)]

    assert (await shop.client.post(CART, json={"cartItem": items(10, 99)})).status_code == 201
    refused = await shop.client.post(CART, json={"cartItem": items(10, 100)})
    assert (refused.status_code, "'cartItem'" in refused.json()["reason"]) == (400, True)
    made = await shop.cart()
    refused = await shop.client.patch(f"{CART}/{made['id']}", json={"cartItem": items(1_001, 0)}, headers=MERGE)
    assert refused.status_code == 400
    steps = [{"op": "add", "path": "/cartItem/-", "value": {"id": f"p{number}"}} for number in range(1_000)]
    steps += [{"op": "copy", "from": "/cartItem", "path": "/cartItem"}]
    assert (await shop.client.patch(f"{CART}/{made['id']}", json=steps, headers=JSON_PATCH)).status_code == 400


async def test_a_patch_cannot_grow_by_copying_itself(shop: Shop) -> None:
    made = (await shop.client.post(CART, json={"x": {"y": ["z"] * 100}})).json()
    steps = [{"op": "copy", "from": "/x", "path": f"/x/{number}"} for number in range(40)]
    refused = await shop.client.patch(f"{CART}/{made['id']}", json=steps, headers=JSON_PATCH)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalidPatch")


@pytest.mark.parametrize(
    "path",
    [
        "/tmf-api/shoppingCart/v4/shoppingCart/..%2f..%2fhub",
        "/tmf-api/shoppingCart/v4/shoppingCart/%2e%2e",
        "/tmf-api/shoppingCart/v4/shoppingCart/..",
        "/tmf-api/shoppingCart/v4/shoppingCart/a%00b",
        "/tmf-api/shoppingCart/v4/shoppingCart/a%0d%0aSet-Cookie:x=1",
        "/tmf-api/shoppingCart/v4/shoppingCart/" + "a" * 201,
        "/tmf-api/shoppingCart/v4/shoppingCart/%5c..%5cetc",
        "/tmf-api/shoppingCart/v3/shoppingCart",
        "/tmf-api/shoppingCart/v4/billingAccount",
        "/tmf-api/shoppingCart/v4/shoppingCart/a/b",
        "/tmf-api/",
        "/tmf-api/shoppingCart",
        "/etc/passwd",
        "/tmf-api/shoppingCart/v4/shoppingCart/%f0%28%8c%28",
    ],
)
async def test_paths_that_lead_elsewhere_lead_nowhere(shop: Shop, path: str) -> None:
    answer = await shop.client.get(path)
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "value", ["' OR '1'='1", "1; DROP TABLE resource; --", "%", "_", "x' UNION SELECT * FROM token --", "\\", '"', "\x00", "ä" * 300]
)
async def test_sql_in_filters_is_only_text(database_url: str, value: str) -> None:
    async with shop_at(database_url) as shop:
        mine = await shop.cart("14277", relatedParty=[{"id": value, "name": value}])
        await shop.cart("SIM", relatedParty=[{"id": "other"}])
        for name in ("id", "relatedParty.id", "relatedParty.name", "cartItem.note.text", "href", "contactMedium.mediumType"):
            answer = await shop.client.get(CART, params={name: value})
            assert answer.status_code == 200
            wanted = [mine["id"]] if name in ("relatedParty.id", "relatedParty.name") else []
            assert [cart["id"] for cart in answer.json()] == wanted
        order = {"externalId": value, "productOrderItem": [{"id": "1", "action": "add"}]}
        placed = (await shop.client.post(ORDERS, json=order)).json()
        assert [each["id"] for each in (await shop.client.get(ORDERS, params={"externalId": value})).json()] == [placed["id"]]
        assert (await shop.client.get(ORDERS, params={"state": value})).json() == []
        assert await shop.database.scan(lambda connection: connection.scalar(sa.select(sa.func.count()).select_from(resource))) == 3


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)*x", "(a{1,50}){1,20}b"])
async def test_no_pattern_takes_longer_than_its_text(shop: Shop, pattern: str) -> None:
    await shop.client.post(CART, json={"relatedParty": [{"id": "1", "name": "a" * 20_000 + "!"}]})
    started = time.perf_counter()
    answer = await shop.client.get(CART, params={"relatedParty.name.regex": pattern})
    assert answer.status_code in (200, 400)
    assert time.perf_counter() - started < 5


async def test_patterns_are_bounded(shop: Shop) -> None:
    for pattern in ("a" * 201, "(?=a)", "a{1,1000}{1,1000}", "(" * 150 + ")" * 150 + "[", "\\C" * 2 + "("):
        assert (await shop.client.get(CART, params={"id.regex": pattern})).status_code == 400
    many = "&".join(f"id.regex=a{number}" for number in range(31))
    assert (await shop.client.get(f"{CART}?{many}")).status_code == 400
    assert (await shop.client.get(CART, params={"id": ",".join("a" * 101)})).status_code == 400


async def test_headers_are_not_made_of_what_is_sent(shop: Shop) -> None:
    for _ in range(3):
        await shop.cart(relatedParty=[{"id": "x\r\nSet-Cookie: a=b"}])
    answer = await shop.client.get(CART, params={"relatedParty.id": "x\r\nSet-Cookie: a=b", "limit": "1"})
    assert (answer.status_code, answer.headers["x-total-count"]) == (206, "3")
    assert "set-cookie" not in answer.headers
    assert "\r" not in answer.headers["link"] and "%0D%0ASet-Cookie" in answer.headers["link"]
    spoofed = await shop.client.post(CART, json={}, headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
    assert "evil" not in spoofed.headers["location"] + spoofed.json()["href"]


async def test_a_seat_sees_its_own_and_its_teams_and_a_customer_only_theirs(database_url: str) -> None:
    async with shop_at(database_url) as shop:
        scopes = frozenset({READ, WRITE})
        north = Caller("north", scopes, owner="seat-1", team="north")
        mate = Caller("mate", scopes, owner="seat-2", team="north")
        south = Caller("south", scopes, owner="seat-3", team="south")
        ada = Caller("ada", scopes, owner="ada", customer=True)
        eve = Caller("eve", scopes, owner="eve", customer=True)
        admin = Caller("root", frozenset({READ, WRITE, ADMIN}), owner="root")
        shop.caller = north
        made = await shop.cart("14277", relatedParty=[{"id": "ada", "role": "customer"}])
        one = f"{CART}/{made['id']}"
        for caller, sees in ((north, True), (mate, True), (south, False), (ada, True), (eve, False), (admin, True)):
            shop.caller = caller
            assert (await shop.client.get(one)).status_code == (200 if sees else 404), caller.name
            assert len((await shop.client.get(CART)).json()) == (1 if sees else 0)
            assert len((await shop.client.get(f"{CART}?cartItem.id=i1&sort=id")).json()) == (1 if sees else 0)
            note = {"contactMedium": [{"characteristic": {"city": caller.name}}]}
            changed = await shop.client.patch(one, json=note, headers=MERGE)
            assert changed.status_code == (200 if sees else 404)
            if not sees:
                assert (await shop.client.delete(one)).status_code == 404
        shop.caller = eve
        own = await shop.cart(relatedParty=[{"id": "ada"}], owner="ada", team="north")
        shop.caller = north
        assert (await shop.client.get(f"{CART}/{own['id']}")).status_code == 404
        key = {"idempotency-key": "the-same"}
        first = await shop.client.post(CART, json={}, headers=key)
        shop.caller = south
        assert (await shop.client.post(CART, json={}, headers=key)).json()["id"] != first.json()["id"]


async def test_a_hook_that_fails_undoes_the_change(database_url: str) -> None:
    async def refuse(transaction: Any, change: Any) -> None:
        raise Problem(409, "not now")

    async with shop_at(database_url) as shop:
        made = await shop.cart("14277")
    async with shop_at(database_url, hook=refuse, ids=lambda: "fixed") as shop:
        one = f"{CART}/{made['id']}"
        assert (await shop.client.patch(one, json={"cartItem": []}, headers=MERGE)).status_code == 409
        assert (await shop.client.delete(one)).status_code == 409
        assert (await shop.client.post(CART, json={})).status_code == 409
        assert (await shop.client.get(CART)).json() == [made]


async def test_limits_are_settings(sqlite_url: str) -> None:
    async with shop_at(sqlite_url, limits=Limits(body_bytes=100, depth=3, cart_items=1, filters=2)) as shop:
        assert (await shop.client.post(CART, json={"x": "y" * 100})).status_code == 413
        assert (await shop.client.post(CART, json={"x": [[[]]]})).status_code == 400
        assert (await shop.client.post(CART, json={"cartItem": [{"id": "1"}, {"id": "2"}]})).status_code == 400
        assert (await shop.client.get(f"{CART}?id=1&id=2&id=3")).status_code == 400
