"""What is to be sent and what collided: stories by keys and by mouse, and pictures at both sizes.

And the desk never waits for the network.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input, Static

from cartdesk.desk import Desk
from cartdesk.desk.command import Show
from cartdesk.errors import NoAnswer
from cartdesk.sync.ledger import Ledger
from cartdesk.sync.messages import Answer, Request
from cartdesk.sync.queue import queue_of
from cartdesk.sync.session import Session
from cartdesk.sync.settings import Remote
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.widgets.grid import Grid

from .acting import NARROW, WIDE, Actor, at

BASE = "https://shop.example/tmf-api/shoppingCart/v4"


class Line:
    """A line to a plain server of carts, which refuses those that are called so; it can be cut."""

    def __init__(self) -> None:
        self.carts: dict[str, dict[str, Any]] = {}
        self.up = True

    async def send(self, request: Request) -> Answer:
        if not self.up:
            raise NoAnswer("shop.example cannot be reached.")
        body = json.loads(request.body or b"{}")
        cart_id = urlsplit(request.url).path.removeprefix(urlsplit(BASE).path).removeprefix("/shoppingCart").strip("/")
        if request.method == "POST":
            if "14277" in str(body):
                return Answer(422, {}, b'{"reason": "no shop of ours sells 14277"}')
            cart_id = str(len(self.carts) + 1)
            self.carts[cart_id] = {"id": cart_id, **body}
        elif not cart_id:
            return Answer(200, {}, json.dumps(list(self.carts.values())).encode())
        elif cart_id not in self.carts:
            return Answer(404)
        elif request.method == "PATCH":
            self.carts[cart_id].update(body)
        return Answer(200, {}, json.dumps(self.carts[cart_id]).encode())

    async def close(self) -> None:
        return


def session_of(desk: Desk, line: Line) -> Session:
    from cartdesk.desk.syncing import DeskSeat

    remote = Remote({"carts": BASE}, dialect="v4", follow={})
    return Session(
        DeskSeat(desk), desk.store.log_storage, remote, line, None, ids=desk.ids, clock=lambda: 1.0, rng=random.Random(1), parallel=1
    )


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> Callable[[Actor, str], None]:
    """Compares what is on the screen with the stored picture of that name."""
    stored = snapshot.use_extension(SVGImageExtension)

    def compare(me: Actor, name: str) -> None:
        assert me.app.export_screenshot(title="cartdesk") == stored(name=name)

    return compare


async def trouble(me: Actor) -> Line:
    """Bring the desk into every kind of trouble: a conflict, a refusal, a cart that is gone there, one that waits."""
    desk, line = me.app.desk, Line()
    desk.store.set_setting("remote", Remote({"carts": BASE}, dialect="v4", follow={}).to_json())
    session = session_of(desk, line)
    me.do("2*FIB500; TVPLUS; label Berg family")
    await session.rounds.push()
    (there,) = line.carts.values()
    there["cartItem"][0]["quantity"], there["cartItem"][1]["quantity"] = 5, 2
    there["relatedParty"] = [_marked(each, "bbbbbbbb") for each in there["relatedParty"]]
    me.do("*3 @1; *4 @2")
    await session.rounds.push()
    me.do("new; SMART10; label Gone there")
    await session.rounds.push()
    line.carts.pop("2")
    me.do("*2 @1")
    await session.rounds.push()
    me.do("new; 14277; label Refused there")
    await session.rounds.push()
    line.up = False
    me.do("new; SMART20; label Waits for the line")
    await session.rounds.push()
    assert sorted(row.status for row in queue_of(session.ledger)) == ["conflict", "gone", "parked", "waiting"]
    await me.settle()
    return line


def _marked(party: dict[str, str], revision: str) -> dict[str, str]:
    """Return our mark as another seat leaves it that had seen what we sent."""
    if party.get("role") != "cartSync":
        return party
    version, last, fingerprint, ancestors = party["name"].split(":")
    return {**party, "name": f"{version}:{revision}:{fingerprint}:{last}{ancestors}"}


async def opened(me: Actor, show: Show) -> None:
    await me.app.show(show)
    await me.settle()
    for field in me.app.screen.query(Input):
        field.cursor_blink = False
    await me.settle()


def statuses(me: Actor) -> dict[str, str]:
    store = me.app.desk.store
    rows = {row.id: row for row in store.cart_rows()}
    return {rows[row.id].label or row.id: row.status for row in queue_of(Ledger(store.log_storage))}


def disputed(me: Actor) -> str:
    return next(row.id for row in queue_of(Ledger(me.app.desk.store.log_storage)) if row.status == "conflict")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])
async def test_the_queue_and_both_sides_are_as_they_were_drawn(
    app: CartdeskApp, size: tuple[int, int], picture: Callable[[Actor, str], None]
) -> None:
    async with at(app, size=size) as me:
        await trouble(me)
        await me.press("f10")
        picture(me, "queue")
        await me.press("down", "down", "x")
        await me.type("we do not sell that")
        for field in me.app.screen.query(Input):
            field.cursor_blink = False
        await me.settle()
        picture(me, "reason")
        await me.press("escape", "home", "enter")
        picture(me, "conflict")
        await me.press("down", "right")
        picture(me, "conflict-marked")


async def test_by_keys_every_trouble_is_ended(app: CartdeskApp) -> None:
    async with at(app) as me:
        line = await trouble(me)
        await me.press("f10")
        assert "conflict" in me.row("Berg family")
        assert "refuses what was sent" in me.row("Refused there")
        await me.press("enter")
        assert me.page.WHERE == "conflict"
        await me.press("down", "right", "enter")
        assert me.page.WHERE == "sync"
        assert statuses(me)["Berg family"] == "waiting"
        carts = {row.label: row.id for row in me.app.desk.store.cart_rows()}
        assert [item.quantity for item in me.app.desk.load(carts["Berg family"]).cart_item] == [3, 2]
        await _stand_on(me, "Gone there")
        await me.press("n")
        assert statuses(me)["Gone there"] == "waiting"
        await _stand_on(me, "Refused there")
        await me.press("n")
        assert "no longer has" in me.said
        await me.press("x")
        await me.type("we do not sell that")
        await me.press("enter")
        assert "Refused there" not in statuses(me)
        await _stand_on(me, "Waits for the line")
        await me.press("t")
        line.up = True
        session = session_of(me.app.desk, line)
        await session.rounds.push()
        await me.settle()
        assert statuses(me) == {}
        assert len(line.carts) == 3


async def _stand_on(me: Actor, label: str) -> None:
    await me.press("home")
    for _ in range(10):
        row = me.app.screen.query_one("#queue", Grid).current
        found = me.app.desk.store.cart_row(row.id) if row is not None else None
        if found is not None and found.label == label:
            return
        await me.press("down")
    raise AssertionError(f"{label} is not in the queue:\n{me.picture()}")


async def test_by_mouse_a_side_is_chosen(app: CartdeskApp) -> None:
    async with at(app) as me:
        await trouble(me)
        await me.press("f10")
        await me.click_text("Refused there")
        assert "no shop of ours sells" in str(me.app.screen.query_one("#why", Static).render())
        await me.click_text("Berg family")
        if me.page.WHERE == "sync":
            await me.click_text("Berg family")
        assert me.page.WHERE == "conflict"
        cart_id = disputed(me)
        await me.click_text("All there")
        await me.click_text("Keep the marked")
        assert me.page.WHERE == "sync"
        assert [item.quantity for item in me.app.desk.load(cart_id).cart_item] == [5, 2]


async def test_leaving_with_escape_decides_nothing(app: CartdeskApp) -> None:
    async with at(app) as me:
        await trouble(me)
        cart_id = disputed(me)
        before = me.app.desk.load(cart_id)
        await me.press("f10", "enter", "t", "escape")
        assert me.page.WHERE == "sync"
        await me.press("x", "o", "escape", "x", "enter")
        assert "reason" in me.said
        assert statuses(me)["Berg family"] == "conflict"
        assert me.app.desk.load(cart_id) == before


# The desk never waits


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes every connection and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield int(server.getsockname()[1])


async def test_no_key_waits_for_a_server_that_never_answers(
    open_desk: Callable[..., Desk], tmp_path: Path, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    app = CartdeskApp(open_desk, log_dir=tmp_path)
    remote = Remote({"carts": f"http://127.0.0.1:{silent_port}/tmf-api/shoppingCart/v4"}, dialect="v4", timeout=600)
    async with at(app) as me:
        app.desk.store.set_setting("remote", remote.to_json())
        from cartdesk.tui.syncing import start

        await me.open("FIB500")
        app.background = start(app.desk, tmp_path)
        await _until(lambda: any(link.creation is not None for link in Ledger(app.desk.store.log_storage).links()))
        loop = asyncio.get_running_loop()
        began = loop.time()
        await me.open("2*TVPLUS", "SMART10", "*3")
        await me.press("f10")
        assert "1 waiting" in me.picture()
        await me.press("t", "escape")
        assert loop.time() - began < 30, "a key waited for the network, whose time limit is 600 seconds"
        assert app.desk.view.cart is not None
        assert [line.name for line in app.desk.view.cart.lines] == ["Fibre 500", "TV Plus", "Smart 10"]
        assert app.background is not None
        app.background.stop(0.5)
        app.background = None


async def _until(holds: Callable[[], bool]) -> None:
    """Give the other thread its turn until something holds."""
    for _ in range(20_000):
        if holds():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never came to hold")
