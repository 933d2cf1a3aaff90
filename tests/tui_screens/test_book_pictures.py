"""The accounts and the script as pictures, at both sizes, with a stopped clock and counted ids."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input

from cartdesk.desk.command import Show
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.widgets.grid import Grid

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
async def test_accounts_and_script_are_as_they_were_drawn(
    app: CartdeskApp, size: tuple[int, int], picture: Callable[[Actor, str], None]
) -> None:
    async with at(app, "14277; 2*FIB500; #C-1001", size=size) as me:
        await me.app.show(Show("accounts", {"customer_id": "C-1001"}))
        await me.settle()
        await me.press("tab", "tab")
        book = me.page.query_one("#book", Grid)
        bill = next(number for number, row in enumerate(book.rows) if row.kind == "bill")
        await me.press(*["down"] * bill, "enter")
        await still(me)
        picture(me, "accounts")
        await me.press("escape", "ctrl+r", "f", "f")
        await still(me)
        picture(me, "script")
