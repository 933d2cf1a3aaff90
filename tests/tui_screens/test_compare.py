"""Compare: two to four carts or offerings, what differs on the bill marked, and who pays least."""

from __future__ import annotations

from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.compare import CompareScreen
from cartdesk.tui.screens.desk import DeskScreen
from cartdesk.tui.screens.offering import OfferingScreen

from .acting import at

TWO = ("14277; label Mrs Berg", "C B", "FIB500; label Kaya", "C A")


async def test_the_carts_at_hand_are_laid_side_by_side_and_what_differs_is_marked(app: CartdeskApp) -> None:
    async with at(app, *TWO) as me:
        await me.press("f5")
        assert isinstance(me.app.screen, CompareScreen)
        assert "▸ Cart A · Mrs Berg" in me.picture()
        assert "Cart B · Kaya" in me.picture()
        due = me.row("Due now")
        assert "≠" in due
        assert due.index("0.00") < due.index("49.00")
        assert "✓" in me.row("in 12 months")
        assert me.row("in 12 months").count("✓") == 1
        assert "✓" not in due


async def test_a_side_is_added_by_its_code_and_taken_out_again(app: CartdeskApp) -> None:
    async with at(app, *TWO) as me:
        await me.press("f5", "slash")
        await me.fill("TVPLUS")
        await me.press("enter")
        assert "TV Plus" in me.picture()
        await me.fill("NOSUCH")
        await me.press("enter")
        assert "neither a cart nor an offering" in me.said
        await me.press("tab", "right", "right", "delete")
        assert "TV Plus" not in me.picture()
        await me.press("left", "enter")
        assert isinstance(me.app.screen, DeskScreen)


async def test_two_that_are_the_same_do_not_differ_and_the_filter_shows_only_what_does(app: CartdeskApp) -> None:
    async with at(app, "FIB500", "C B", "FIB500", "C A") as me:
        await me.press("f5")
        assert "Every bill is the same." in me.picture()
        assert "≠" not in me.picture()
        await me.press("x")
        assert "1 Feb" not in me.picture()
        await me.press("x")
        assert "1 Feb" in me.picture()


async def test_an_empty_comparison_says_how_to_begin_and_offerings_alone_are_compared(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.press("f5")
        assert "Nothing to compare yet" in me.picture()
        for code in ("FIB500", "FIB1000"):
            await me.fill(code)
            await me.press("enter")
        assert "Fibre 500" in me.picture()
        assert "39.00" in me.row("Every month")
        await me.press("tab", "enter")
        assert isinstance(me.app.screen, OfferingScreen)
