"""What the customer has, changed by keys alone and by the mouse alone, at both sizes."""

from __future__ import annotations

import pytest

from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.products import NOBODY

from .acting import NARROW, WIDE, Actor, at

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])


def names(me: Actor) -> list[str]:
    return [line.name for line in me.app.desk.view.cart.lines]


@SIZES
async def test_a_product_is_changed_cancelled_and_kept_by_keys(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, "#Berg", size=size) as me:
        await me.type("P")
        await me.press("enter")
        assert "4 products" in me.picture()
        await me.press("u", "down", "delete", "down", "down", "k")
        assert names(me) == ["Change to Fibre 1000", "Cancel Smart 20", "Keep TV box rental"]
        assert "stays" in me.row("TV box rental", "9.98")
        await me.press("up", "up")
        assert "ends" in me.row("Smart 20", "24.99")
        assert "174.93" in me.picture()
        await me.press("home")
        assert "+10.00" in me.row("Difference")
        await me.press("down", "down", "enter")
        assert "TV Plus" in me.picture()
        assert names(me)[-1] == "Change TV Plus"
        await me.press("escape", "escape")
        assert len(me.app.screen_stack) == 1


@SIZES
async def test_a_product_is_changed_by_the_mouse(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, "#Berg", size=size) as me:
        await me.type("P")
        await me.press("enter")
        await me.click_text("TV Plus")
        assert "Leaving today" not in me.row("TV Plus")
        await me.click_text("Cancel it")
        assert names(me) == ["Cancel TV Plus"]
        await me.click_text("Fibre 500")
        await me.click_text("Upgrade")
        assert names(me) == ["Cancel TV Plus", "Change to Fibre 1000"]
        await me.click_text("TV Plus")
        await me.click_text("Keep it")
        assert names(me) == ["Keep TV Plus", "Change to Fibre 1000"]
        await me.click_text("Back")
        assert len(me.app.screen_stack) == 1


@SIZES
async def test_nobody_s_products_say_how_to_get_on(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, size=size) as me:
        await me.type("P")
        await me.press("enter")
        assert NOBODY[:40] in me.picture()
        await me.press("delete", "k", "u", "enter", "escape")
        assert me.app.desk.view.cart.empty


async def test_what_cannot_be_upgraded_is_said_on_the_page(app: CartdeskApp) -> None:
    async with at(app, "#Berg") as me:
        await me.type("P")
        await me.press("enter", "end", "u")
        assert "has no upgrade of TV box rental" in me.said


@SIZES
async def test_one_key_mends_the_line_under_the_cursor(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, "at 3850; SMART20; FIB500", size=size) as me:
        await me.press("tab", "tab") if size == WIDE else await me.press("tab")
        await me.press("end")
        assert "Fibre 500 cannot be delivered to 3850" in " ".join(finding.sentence for finding in me.app.desk.view.cart.findings)
        await me.press("m")
        assert names(me) == ["Smart 20", "DSL 50"]


@SIZES
async def test_a_click_mends_too(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, "at 3850; FIB500", size=size) as me:
        if size == NARROW:
            await me.press("tab")
        await me.click_text("Take DSL 50")
        assert names(me) == ["DSL 50"]


async def test_what_is_available_here_is_one_of_the_filters(app: CartdeskApp) -> None:
    async with at(app, "#Kaya", size=WIDE) as me:
        assert "Here (5003)" in me.picture()
        await me.click_text("Here (5003)")
        await me.settle()
        assert "[x] Here (5003)" in me.picture()
        await me.type("?fibre")
        await me.settle()
        assert "Fibre 500" in me.picture()
        assert "Fibre 1000 " not in me.picture()
        await me.press("escape", "escape")
        me.do("at none; #+Somebody")
        await me.settle()
        assert "Here (" not in me.picture()
