"""What is made of answers: an echo says what a full reading would, and a change is held against what was just read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartdesk.sync.api import Api
from cartdesk.sync.carts import CartApi, NewerThere
from cartdesk.sync.echo import Sent, is_echo
from cartdesk.sync.facts import JSON_PATCH, MERGE_PATCH, Facts
from cartdesk.sync.marker import Marker
from cartdesk.sync.merge import contains
from cartdesk.sync.messages import Answer, Request
from cartdesk.sync.tree import Node, fingerprint, members_of, tree_of
from cartdesk.tmf import dialects

from .scripted import Scripted, answer
from .shapes import carts
from .world.server import BASE, Server, Traits

CART = {"cartItem": [{"id": "k1", "action": "add", "quantity": 2, "status": "Active", "productOffering": {"id": "FIB500"}}]}


def talking_to(server: Server | None, facts: Facts, requests: list[Request] | None = None, *, refuses: str = "") -> CartApi:
    def handle(request: Request) -> Answer:
        if requests is not None:
            requests.append(request)
        if request.headers.get("Content-Type") == refuses:
            return answer(409, {"reason": "it always fails"})
        assert server is not None
        return server.handle(request)

    return CartApi(Api("shopping cart", BASE, Scripted(handle)), facts, lambda _: None)


def sent(api: CartApi, members: dict[str, Any], tree: Node, revision: str = "aaaaaaaa") -> Sent:
    mark = Marker("urn:uuid:1", revision, (), fingerprint(tree))
    return Sent(api.written(members, mark), tree, mark)


@settings(max_examples=40, deadline=None)
@given(carts(), st.sampled_from(["v2", "v4", "v5"]))
def test_an_echo_says_what_reading_it_would_say(tree: Node, dialect: Any) -> None:
    what = sent(talking_to(None, Facts(dialect=dialect)), members_of(tree), tree)
    shown = {"id": "7", "@type": "ShoppingCart", "cartTotalPrice": [{"name": "One-off"}], **json.loads(json.dumps(what.members))}
    for item in shown.get("cartItem", ()):
        item["itemPrice"] = [{"priceType": "oneTime"}]
    assert is_echo(shown, what)
    read = tree_of(dialects.read({**shown, "cartTotalPrice": []}).wire())
    assert contains(read, tree)
    assert contains(tree, read)


@settings(max_examples=40, deadline=None)
@given(carts(), carts())
def test_what_is_no_echo_is_told_from_one(tree: Node, other: Node) -> None:
    api = talking_to(None, Facts(dialect="v4"))
    shown = {"id": "7", **sent(api, members_of(other), other).members}
    assert is_echo(shown, sent(api, members_of(tree), tree)) == (tree == other and list(tree["cartItem"]) == list(other["cartItem"]))


async def test_where_there_are_no_versions_json_patch_holds_a_change_against_what_was_read() -> None:
    server, requests = Server(Traits(json_patch=True)), list[Request]()
    api = talking_to(server, Facts(dialect="v4", json_patch=True), requests)
    what = sent(api, CART, tree_of(CART))
    there = await api.create(json.dumps(what.members), "urn:uuid:1", what)
    assert there is not None
    await api.read(there.id)
    server.carts[there.id]["cartItem"][0]["quantity"] = 9  # somebody who knows nothing of marks
    with pytest.raises(NewerThere):
        await api.patch(there.id, {"cartItem": []}, None)
    assert server.carts[there.id]["cartItem"][0]["quantity"] == 9
    await api.read(there.id)
    assert await api.patch(there.id, {"cartItem": []}, None) is not None
    assert server.carts[there.id]["cartItem"] == []
    assert requests[-1].headers["Content-Type"] == JSON_PATCH
    assert api.facts.json_patch is True


async def test_a_server_that_refuses_every_json_patch_is_asked_by_merge_patch_from_then_on() -> None:
    server, requests = Server(Traits()), list[Request]()
    api = talking_to(server, Facts(dialect="v4", json_patch=True), requests, refuses=JSON_PATCH)
    what = sent(api, CART, tree_of(CART))
    there = await api.create(json.dumps(what.members), "urn:uuid:1", what)
    assert there is not None
    await api.read(there.id)
    assert await api.patch(there.id, {"cartItem": []}, None) is not None
    assert requests[-1].headers["Content-Type"] == MERGE_PATCH
    assert api.facts.json_patch is False


async def test_what_was_seen_before_is_not_read_again() -> None:
    server = Server(Traits())
    api = talking_to(server, Facts(dialect="v4"))
    what = sent(api, CART, tree_of(CART))
    there = await api.create(json.dumps(what.members), "urn:uuid:1", what)
    assert there is not None
    assert await api.read(there.id, None, there.seen) is None
    server.carts[there.id]["description"] = "a gift"
    again = await api.read(there.id, None, there.seen)
    assert again is not None
    assert again.tree["description"] == "a gift"
