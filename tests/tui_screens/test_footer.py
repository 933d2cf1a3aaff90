"""Every key that a sheet's footer shows does something that can be seen, and so does a click on it."""

from __future__ import annotations

import pytest

from cartdesk.desk.command import Show
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.keys import key_label
from cartdesk.tui.screens.receipt import ReceiptScreen
from cartdesk.tui.widgets.keybar import KeyBar

from .acting import NARROW, WIDE, Actor, at

ENTRIES = ("14277; label Mrs Berg", "C B", "2*FIB500; NP12", "*2", "U", "C A", "FIB500")

PLACES: dict[str, tuple[Show, tuple[str, ...]]] = {
    "carts": (Show("carts"), ("tab", "tab")),
    "carts, searching": (Show("carts"), ("down",)),
    "bill": (Show("bill"), ("down",)),
    "why": (Show("why", {"what": "total"}), ()),
    "history": (Show("history"), ("down",)),
    "help": (Show("help"), ("down",)),
    "offering": (Show("offering", {"offering_id": "NP12"}), ()),
    "checkout": (Show("checkout"), ()),
    "settings": (Show("settings"), ()),
    "compare": (Show("compare"), ("down",)),
    "accounts": (Show("accounts", {"customer_id": "C-1001"}), ("tab", "tab")),
    "script": (Show("script"), ()),
}


async def go(me: Actor, place: str) -> None:
    """Go to the place from wherever we are, with the desk as it was."""
    while len(me.app.screen_stack) > 1:
        await me.app.pop_screen()
    desk = me.app.desk
    if desk.view.area.letter != "A":
        me.do("C A")
    show, keys = PLACES[place]
    args = dict(show.args)
    if place == "compare":
        args = {"cart_ids": tuple(area.cart_id for area in desk.view.areas if area.cart_id)}
    await me.app.show(Show(show.screen, args))
    await me.settle()
    await me.press(*keys)


def state(me: Actor) -> tuple[object, ...]:
    return me.picture(), me.app.desk.view.revision, me.app.focused, me.app.screen, me.app.clipboard


def shown(me: Actor) -> list[str]:
    return [hint.key for hint in me.app.screen.query_one(KeyBar).shown]


def pressed(me: Actor, *, every: bool) -> list[str]:
    """Return the keys to press here: the page's own, and those of the whole desk once a visit; elsewhere these mean something."""
    page = me.page
    hints = page.query_one(KeyBar).shown
    assert all(hint.local or page.command_for(hint.key) is not None or hint.key in page.active_bindings for hint in hints)
    return [hint.key for hint in hints if hint.local or every]


SAME = {("f1", "help"), ("f3", "carts"), ("f6", "bill"), ("f7", "why")}
"""Keys that open what is open already."""


@pytest.mark.parametrize(
    "places",
    [
        ("carts", "carts, searching", "help", "settings"),
        ("bill", "why", "history"),
        ("offering", "checkout", "compare"),
        ("accounts", "script"),
    ],
)
async def test_every_key_shown_has_an_effect(app: CartdeskApp, places: tuple[str, ...]) -> None:
    async with at(app, *ENTRIES, size=NARROW) as me:
        for place in places:
            await go(me, place)
            assert {"f1", "escape"} <= set(shown(me))
            for key in pressed(me, every=place == places[0]):
                page, focused, before = me.app.screen, me.app.focused, state(me)
                await me.press(key)
                assert state(me) != before or (key, PLACES[place][0].screen) in SAME, f"{key} on {place} did nothing"
                if page in me.app.screen_stack and me.app.desk.view.area.letter == "A":
                    while me.app.screen is not page:
                        await me.app.pop_screen()
                    page.set_focus(focused)
                    await me.settle()
                if me.picture() != before[0]:
                    await go(me, place)


async def test_every_key_of_the_receipt_has_an_effect(app: CartdeskApp) -> None:
    async with at(app, "14277", "E Ingrid Berg, ingrid@berg.example", size=NARROW) as me:
        (order,) = me.app.desk.store.orders()
        await me.app.push_screen(ReceiptScreen(me.app.desk, order.id))
        await me.settle()
        for key in shown(me):
            before = state(me)
            await me.press(key)
            assert state(me) != before, f"{key} on the receipt did nothing"
            while len(me.app.screen_stack) > 1:
                await me.app.pop_screen()
            await me.app.push_screen(ReceiptScreen(me.app.desk, order.id))
            await me.settle()


async def test_keys_in_the_footer_can_be_clicked(app: CartdeskApp) -> None:
    async with at(app, *ENTRIES, size=WIDE) as me:
        await go(me, "history")
        await me.click_text(f"{key_label('v')} Verify")
        assert "Every record fits" in me.said
        await me.click_text("Esc Back")
        assert len(me.app.screen_stack) == 1
