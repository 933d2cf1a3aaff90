"""A prospect's cart taken into the customer's, by keys alone and by the mouse alone, at both sizes."""

from __future__ import annotations

import pytest

from cartdesk.tui.app import CartdeskApp

from .acting import NARROW, WIDE, Actor, at
from .conftest import Clock

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])
PROSPECT = ("3*FIB500; SMART20; TVPLUS; label Prospect", "new; #Berg; FIB500")


def lines(me: Actor) -> list[tuple[str, int]]:
    return [(line.name, line.quantity) for line in me.app.desk.view.cart.lines]


@SIZES
async def test_lines_are_chosen_and_merged_by_keys(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, *PROSPECT, size=size) as me:
        await me.type("merge A")
        await me.press("enter")
        assert "[×] count on" in me.row("Fibre 500 ×3")
        assert "[+] add" in me.row("Smart 20")
        await me.press("down", "space")
        assert "[ ] leave" in me.row("Smart 20")
        assert lines(me) == [("Fibre 500", 1)]
        await me.press("enter")
        assert len(me.app.screen_stack) == 1
        assert lines(me) == [("Fibre 500", 4), ("TV Plus", 1)]
        assert me.app.desk.view.areas[0].lines == 1


@SIZES
async def test_lines_are_chosen_and_merged_by_the_mouse(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, *PROSPECT, size=size) as me:
        await me.type("merge A")
        await me.press("enter")
        await me.click_text("Leave all")
        assert "[ ] leave" in me.row("Fibre 500 ×3")
        await me.click_text("Smart 20")
        await me.click_text("Smart 20")
        assert "[+] add" in me.row("Smart 20")
        await me.click_text("Enter Merge")
        assert lines(me) == [("Fibre 500", 1), ("Smart 20", 1)]


@SIZES
async def test_looking_at_a_merging_changes_nothing(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, *PROSPECT, size=size) as me:
        before = me.app.desk.cart
        await me.type("merge A")
        await me.press("enter", "space", "x", "a", "x")
        await me.press("enter")
        assert "Every line is marked to stay" in me.said
        await me.press("escape")
        assert me.app.desk.cart is before


async def test_a_cart_of_the_list_is_merged(app: CartdeskApp) -> None:
    async with at(app, *PROSPECT) as me:
        await me.press("f3", "tab", "tab", "down", "m")
        assert "Merge A Prospect into B Solveig Berg" in me.picture()
        await me.press("enter")
        assert lines(me) == [("Fibre 500", 4), ("Smart 20", 1), ("TV Plus", 1)]


@SIZES
async def test_carts_count_down_and_an_expired_one_is_restored(app: CartdeskApp, clock: Clock, size: tuple[int, int]) -> None:
    async with at(app, "FIB500; label Old", "new; SIM; label Other", size=size) as me:
        await me.press("f3")
        assert "in 90 days" in me.row("Old")
        await me.press("escape")
        clock.pass_minutes(91 * 24 * 60)
        me.do("+")
        await me.press("f3", "tab", "tab", "down")
        assert "expired" in me.row("Old")
        await me.press("r")
        assert lines(me) == [("Fibre 500", 1)]
        assert me.app.desk.view.cart.label == "Old"
