"""Every step of the checkout, and the orders, as pictures at both sizes, with a stopped clock and counted ids."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input

from cartdesk.desk.command import Show
from cartdesk.tui.app import CartdeskApp

from .acting import NARROW, WIDE, Actor, at

STEPS = (
    ("delivery", "E email=solveig.b@example.com; E done customer"),
    ("billing", "E option=COURIER; E street=Storgata 5; E post code=0155; E city=Oslo; E done delivery"),
    ("payment", "E account name=Family; E bill day=15; E done billing; E pay=terminal AB-1234"),
    ("read", "E done payment; E heard what; E heard due"),
    ("confirm", "E heard; E done read"),
)
"""What a step is called, and the entries that lead to it."""


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> Callable[[Actor, str], None]:
    """Compares what is on the screen with the stored picture of that name."""
    stored = snapshot.use_extension(SVGImageExtension)

    def compare(me: Actor, name: str) -> None:
        assert me.app.export_screenshot(title="cartdesk") == stored(name=name)

    return compare


async def look(me: Actor, show: Show, *keys: str) -> None:
    """Open a page, press keys, and hold the text cursor still."""
    while len(me.app.screen_stack) > 1:
        await me.app.pop_screen()
    await me.app.show(show)
    await me.settle()
    await me.press(*keys)
    for line in me.app.screen.query(Input):
        line.cursor_blink = False
    await me.settle()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])
async def test_every_step_is_as_it_was_drawn(app: CartdeskApp, size: tuple[int, int], picture: Callable[[Actor, str], None]) -> None:
    async with at(app, "FIB500; SIM; E; E name=Solveig Berg", size=size) as me:
        await look(me, Show("checkout"), "enter")
        picture(me, "customer")
        for name, entries in STEPS:
            me.do(entries)
            await look(me, Show("checkout"))
            picture(me, name)
        await me.press("enter")
        picture(me, "consent")
        await me.press("escape")
        me.do("E confirm")
        (order,) = me.app.desk.store.orders()
        me.do(f"track {order.id} inProgress engineer booked; comment {order.id} It came a day early; rate {order.id} 5")
        me.do("new; 14277; E Kari Nes, kari@nes.example", "new; 14277; #C-1001; E")
        await look(me, Show("orders"), "down")
        picture(me, "orders")
        await look(me, Show("checkout"))
        picture(me, "known-customer")
        me.do("E done customer; E done delivery; E account name=Boat")
        await look(me, Show("checkout"))
        picture(me, "known-accounts")
