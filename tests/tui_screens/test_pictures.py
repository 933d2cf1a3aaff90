"""Every sheet as a picture, at both sizes, and the bill without colours: one visit each, with a stopped clock and counted ids."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input

from cartdesk.desk import Desk
from cartdesk.desk.command import Show
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.receipt import ReceiptScreen

from .acting import NARROW, WIDE, Actor, at
from .conftest import Clock

BERG = ("14277", "2*FIB500", "NP12PRO; = color Titanium", "*2", "U", "#Ingrid Berg")


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> Callable[[Actor, str], None]:
    """Compares what is on the screen with the stored picture of that name."""
    stored = snapshot.use_extension(SVGImageExtension)

    def compare(me: Actor, name: str) -> None:
        assert me.app.export_screenshot(title="cartdesk") == stored(name=name)

    return compare


async def look(me: Actor, show: Show, *keys: str) -> None:
    """Open a sheet, press keys, and hold the text cursor still."""
    while len(me.app.screen_stack) > 1:
        await me.app.pop_screen()
    await me.app.show(show)
    await me.settle()
    await me.press(*keys)
    for line in me.app.screen.query(Input):
        line.cursor_blink = False
    await me.settle()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])
async def test_every_sheet_is_as_it_was_drawn(
    app: CartdeskApp, clock: Clock, size: tuple[int, int], picture: Callable[[Actor, str], None]
) -> None:
    async with at(
        app, "FIB1000; label The couple from Oslo", "E Kari Nes, kari@nes.example", "new", "TVPLUS; label Kaya", "H", size=size
    ) as me:
        for entry in BERG:
            clock.pass_minutes(3)
            me.do(entry)
        view = me.app.desk.view
        ids = tuple(area.cart_id for area in view.areas if area.cart_id and area.state == "open")
        (order,) = me.app.desk.store.orders()
        sheets = {
            "carts": (Show("carts"), ("down",)),
            "bill": (Show("bill"), ("down",)),
            "why": (Show("why", {"what": "first_bill"}), ()),
            "history": (Show("history"), ("down", "down")),
            "help": (Show("help"), ("down",)),
            "settings": (Show("settings"), ()),
            "compare": (Show("compare", {"cart_ids": ids, "offering_ids": ("HOMEMAX", "SURFDUO")}), ("right",)),
            "offering": (Show("offering", {"offering_id": "PHONESTART", "item_id": None}), ("down",)),
        }
        for name, (show, keys) in sheets.items():
            await look(me, show, *keys)
            picture(me, name)
        await me.app.push_screen(ReceiptScreen(me.app.desk, order.id))
        await me.settle()
        picture(me, "receipt")


async def test_the_bill_reads_without_colours(
    open_desk: Callable[..., Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, picture: Callable[[Actor, str], None]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with at(CartdeskApp(open_desk, log_dir=tmp_path), *BERG) as me:
        await look(me, Show("bill"), "down")
        picture(me, "bill")
        assert "█" in me.row("1 Jan 2027", "93.95")
        assert "░" in me.row("1 Jan 2027", "93.95")
