"""Listeners come and go; what they ask for is checked when they come."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from cartdesk.server.events.callbacks import CallbackPolicy
from cartdesk.server.events.hub import LISTENERS, listener_states, remove_listener
from cartdesk.server.events.tables import listener
from cartdesk.server.events.wiring import Events
from cartdesk.server.events.wording import Wording
from cartdesk.server.problems import Problem
from cartdesk.server.seams import ADMIN, LOCAL, READ, Caller, Limits

from .conftest import Post

CART = ("shoppingCart", "v4")
BODY = {"callback": "http://93.184.216.34/hook"}
SEAT = Caller("t1", frozenset({READ}), owner="seat-1", team="south")


@pytest.fixture
def events(post: Post) -> Events:
    return Events(post.database, CallbackPolicy(), clock=post.clock)


async def refused(events: Events, body: dict[str, Any], caller: Caller = LOCAL, api: tuple[str, str] = CART) -> Problem:
    with pytest.raises(Problem) as caught:
        await events.hub.register(*api, body, caller)
    return caught.value


async def test_a_listener_is_kept_and_forgotten(events: Events, post: Post) -> None:
    kept = await events.hub.register(*CART, {**BODY, "query": "eventType=ShoppingCartCreateEvent", "unknown": 1}, LOCAL)
    assert kept == {"id": kept["id"], "callback": BODY["callback"], "query": "eventType=ShoppingCartCreateEvent"}
    assert not await events.hub.unregister("shoppingCart", "v2", kept["id"], LOCAL)
    assert await events.hub.unregister(*CART, kept["id"], LOCAL)
    assert not await events.hub.unregister(*CART, kept["id"], LOCAL)
    assert await listener_states(post.database) == []


async def test_the_same_callback_again_is_a_conflict_in_the_same_version_only(events: Events) -> None:
    await events.hub.register(*CART, BODY, LOCAL)
    assert (await refused(events, {**BODY, "query": "id=1"})).status == 409
    await events.hub.register("shoppingCart", "v2", BODY, LOCAL)


async def test_callbacks_inside_are_refused(events: Events) -> None:
    for callback in ("http://169.254.169.254/", "http://localhost:1/", "file:///etc/passwd"):
        assert (await refused(events, {"callback": callback})).status == 403


@pytest.mark.parametrize(
    "query",
    [
        "nonsense=1",
        "cartItem.nonsense=1",
        "id.regex=(",
        "validFor.endDateTime.gt=soon",
        "event.shoppingCart.nonsense=1",
        "&".join(["id=1"] * 99),
    ],
)
async def test_a_query_that_cannot_be_read_is_refused(events: Events, query: str) -> None:
    assert (await refused(events, {**BODY, "query": query})).status == 400


async def test_a_query_as_long_as_a_book_is_refused(events: Events) -> None:
    assert (await refused(events, {**BODY, "query": "id=" + "1" * 5_000})).status == 400


async def test_a_customer_registers_nothing(events: Events) -> None:
    assert (await refused(events, BODY, Caller("t1", frozenset({READ}), owner="C-1", customer=True))).status == 403


async def test_a_listener_is_removed_by_who_registered_it_or_an_admin(events: Events) -> None:
    kept = await events.hub.register(*CART, BODY, SEAT)
    assert not await events.hub.unregister(*CART, kept["id"], Caller("t2", frozenset({READ}), owner="seat-1"))
    assert await events.hub.unregister(*CART, kept["id"], Caller("t3", frozenset({ADMIN})))
    again = await events.hub.register(*CART, BODY, SEAT)
    assert await events.hub.unregister(*CART, again["id"], SEAT)


async def test_a_seats_listener_hears_what_the_seat_may_read(events: Events, post: Post) -> None:
    await events.hub.register(*CART, BODY, SEAT)
    assert [(row.token, row.owner, row.team) for row in await post.rows(listener.select())] == [("t1", "seat-1", "south")]


async def test_there_are_only_so_many_listeners(events: Events, post: Post) -> None:
    for number in range(LISTENERS):
        await post.listen(f"l{number}")
    assert (await refused(events, BODY)).status == 409


async def test_removing_a_listener_removes_what_it_was_to_be_told(events: Events, post: Post) -> None:
    await post.listen("one")
    await post.change("c1", 1)
    assert await remove_listener(post.database, listener.c.id == "one")
    await post.courier().round()
    assert post.town.tried == 0


WORDING = Wording("", Limits())
CART_1 = b'{"id":"c1","cartItem":[{"id":"1","action":"add","quantity":2}],"contactMedium":[]}'


class _Row:
    kind, resource_id, event_id, at, body = "shoppingCart", "c1", "e1", 1_795_000_000_123, CART_1

    def __init__(self, happening: str) -> None:
        self.happening = happening


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (None, True),
        ("eventType=ShoppingCartCreateEvent", True),
        ("eventType=ShoppingCartCreateEvent,ShoppingCartDeleteEvent", True),
        ("eventType=ShoppingCartDeleteEvent", False),
        ("id=c1", True),
        ("id=c2", False),
        ("event.shoppingCart.id=c1", True),
        ("cartItem.quantity.gte=2&eventType=ShoppingCartCreateEvent", True),
        ("cartItem.quantity.gt=2", False),
        (f"id.regex={quote('^c[0-9]+$')}", True),
    ],
)
def test_a_query_chooses_by_event_and_by_resource(query: str | None, told: bool) -> None:
    said = WORDING("shoppingCart", "v4", query, _Row("create"))
    assert (said is not None) is told


def test_a_notification_has_its_versions_shape() -> None:
    told = {version: WORDING("shoppingCart", version, None, _Row("create")) for version in ("v2", "v4", "v5")}
    assert set(told["v2"]) == {"eventId", "eventTime", "eventType", "event"}
    assert told["v2"]["eventType"] == "ShoppingCartCreationNotification"
    assert told["v4"]["eventType"] == told["v5"]["@type"] == "ShoppingCartCreateEvent"
    assert {each["eventId"] for each in told.values()} == {"e1"}
    assert {each["eventTime"] for each in told.values()} == {"2026-11-18T11:06:40.123Z"}
    for version, each in told.items():
        assert each["event"]["shoppingCart"]["href"] == f"/tmf-api/shoppingCart/{version}/shoppingCart/c1"
    assert WORDING("shoppingCart", "v2", None, _Row("delete")) is None


def test_fields_choose_what_of_the_resource_is_told() -> None:
    said = WORDING("shoppingCart", "v4", "fields=contactMedium,eventId", _Row("create"))
    assert set(said["event"]["shoppingCart"]) <= {"id", "href", "@type", "contactMedium"}
