"""The products and the merging as pictures, at both sizes, with a stopped clock and counted ids."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input

from cartdesk.tui.app import CartdeskApp

from .acting import NARROW, WIDE, Actor, at


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> Callable[[Actor, str], None]:
    """Compares what is on the screen with the stored picture of that name."""
    stored = snapshot.use_extension(SVGImageExtension)

    def compare(me: Actor, name: str) -> None:
        assert me.app.export_screenshot(title="cartdesk") == stored(name=name)

    return compare


async def still(me: Actor) -> None:
    """Hold the text cursor still."""
    for line in me.app.screen.query(Input):
        line.cursor_blink = False
    await me.settle()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])
async def test_products_and_merging_are_as_they_were_drawn(
    app: CartdeskApp, size: tuple[int, int], picture: Callable[[Actor, str], None]
) -> None:
    async with at(app, "#Berg; P1 FIB1000; P2 -; P4 keep", size=size) as me:
        await me.type("P")
        await me.press("enter", "down")
        await still(me)
        picture(me, "products")
        await me.press("escape")
        await me.press("tab", "tab", "down") if size == WIDE else await me.press("tab", "down")
        await still(me)
        picture(me, "cart")
        me.do("new; 3*FIB500; SMART20; CHSPORT; label Prospect", "new; #Kaya; FIB500")
        await me.settle()
        await me.press("f2")
        await me.type("merge B")
        await me.press("enter", "down", "space")
        await still(me)
        picture(me, "merge")
