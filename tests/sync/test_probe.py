"""``remote check``: what is found out about each kind of server, and that nothing is left behind."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from cartdesk.errors import NoAnswer
from cartdesk.sync.api import Api
from cartdesk.sync.carts import CartApi
from cartdesk.sync.facts import MERGE_PATCH, PLAIN_JSON, Facts
from cartdesk.sync.messages import Answer, Request
from cartdesk.sync.probe import probe

from .scripted import Scripted, answer
from .world.server import BASE, Server, Traits

GOOD = {
    "keeps our mark": True,
    "PATCH": True,
    "ETag and If-Match": False,
    "JSON Patch with test": False,
    "filter by our mark": True,
    "paging": True,
    "DELETE": True,
    "hub": False,
}


async def probed(traits: Traits, facts: Facts | None = None) -> tuple[dict[str, bool | None], Facts, Server]:
    server, numbers = Server(traits), itertools.count(1)

    def handle(request: Request) -> Answer:
        return answer(404) if "/hub" in request.url else server.handle(request)

    carts = CartApi(Api("shopping cart", BASE, Scripted(handle)), facts or Facts(dialect=traits.dialect), lambda _: None)  # type: ignore[arg-type]
    findings = await probe(carts, ids=lambda: f"id{next(numbers):08}")
    return {each.what: each.found for each in findings if each.what != "dialect"}, carts.facts, server


@pytest.mark.parametrize(
    ("traits", "otherwise"),
    [
        (Traits(), {}),
        (Traits(dialect="v5", etag=True, idempotent=True), {"ETag and If-Match": True}),
        (Traits(dialect="v2", refuses_null=True), {}),
        (Traits(json_patch=True), {"JSON Patch with test": True}),
        (Traits(keeps_marker=False), {"keeps our mark": False, "filter by our mark": False}),
        (Traits(broken_filter=True), {"filter by our mark": False}),
        (Traits(has_delete=False), {"DELETE": False}),
        (Traits(ignores_limit=True), {}),
        (Traits(one_in_a_list=True), {}),
        (Traits(quiet=True, etag=True), {"ETag and If-Match": True}),
    ],
    ids=lambda each: each.dialect if isinstance(each, Traits) else ",".join(each) or "good",
)
async def test_each_kind_of_server_is_told_apart(traits: Traits, otherwise: dict[str, bool]) -> None:
    found, facts, server = await probed(traits)
    assert found == {**GOOD, **otherwise}
    assert (facts.markers, facts.etag, facts.json_patch, facts.filters, facts.delete) == tuple(
        found[what] for what in ("keeps our mark", "ETag and If-Match", "JSON Patch with test", "filter by our mark", "DELETE")
    )
    assert len(server.carts) == (0 if traits.has_delete else 1)


async def test_a_list_that_comes_whole_is_seen_where_there_is_more_than_one() -> None:
    server, numbers = Server(Traits(ignores_limit=True)), itertools.count(1)
    for _ in range(2):
        server.handle(Request("POST", f"{BASE}/shoppingCart", {}, b'{"cartItem": []}'))
    carts = CartApi(Api("shopping cart", BASE, Scripted(server.handle)), Facts(dialect="v4"), lambda _: None)
    findings = await probe(carts, ids=lambda: f"id{next(numbers):08}")
    assert {each.what: each.found for each in findings}["paging"] is False
    assert len(server.carts) == 2


async def test_a_merge_patch_that_does_nothing_is_seen_and_plain_json_remembered() -> None:
    found, facts, _ = await probed(Traits(ignores_merge_patch=True))
    assert (found["PATCH"], facts.media) == (True, PLAIN_JSON)
    assert (await probed(Traits()))[1].media == MERGE_PATCH


async def test_what_was_known_is_asked_anew() -> None:
    found, facts, server = await probed(Traits(), Facts(dialect="v4", delete=False, patch=False, markers=False, filters=False))
    assert found == GOOD
    assert facts.delete is True
    assert server.carts == {}


async def test_a_server_with_a_hub_is_asked_to_forget_us_again() -> None:
    server, numbers, hub = Server(Traits()), itertools.count(1), []

    def handle(request: Request) -> Answer:
        if "/hub" not in request.url:
            return server.handle(request)
        hub.append((request.method, request.url.rsplit("/", 1)[-1]))
        return answer(201, {"id": "h1"}) if request.method == "POST" else answer(204)

    carts = CartApi(Api("shopping cart", BASE, Scripted(handle)), Facts(dialect="v4"), lambda _: None)
    findings = await probe(carts, ids=lambda: f"id{next(numbers):08}")
    assert findings[-1].found is True
    assert hub == [("POST", "hub"), ("DELETE", "h1")]
    assert carts.facts.hub is True


async def test_a_server_that_is_lost_midway_loses_no_word_and_leaves_no_cart_where_it_can() -> None:
    server, numbers = Server(Traits()), itertools.count(1)

    def handle(request: Request) -> Any:
        if request.method == "PATCH":
            raise NoAnswer("shop.example did not answer within 15 seconds.")
        return server.handle(request)

    carts = CartApi(Api("shopping cart", BASE, Scripted(handle)), Facts(dialect="v4"), lambda _: None)
    with pytest.raises(NoAnswer, match="15 seconds"):
        await probe(carts, ids=lambda: f"id{next(numbers):08}")
    assert server.carts == {}
