"""Why: the steps behind any amount, with and without tax, and the discounts refused, each with its mend."""

from __future__ import annotations

from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.why import WhyScreen
from cartdesk.tui.widgets.grid import Grid

from .acting import NARROW, at


async def test_every_amount_of_the_cart_can_be_walked_through(app: CartdeskApp) -> None:
    async with at(app, "14277; FIB500") as me:
        await me.press("f7")
        assert isinstance(me.app.screen, WhyScreen)
        assert "70.90 EUR" in me.row("Every month", "with tax")
        assert "10 % tax on 29.00" in me.picture()
        await me.press("down")
        assert "54.95 EUR" in me.picture()
        assert "50 % of 29.00: 3 month for half" in me.picture()
        await me.press("down")
        assert "71.44 EUR" in me.row("First bill 1 Dec", "with tax")
        await me.press("end")
        assert "49.00 EUR" in me.row("once, now", "with tax")


async def test_the_line_asked_for_is_explained_first_and_a_refusal_is_mended(app: CartdeskApp) -> None:
    async with at(app, "14277; FIB500") as me:
        await me.open("W 2")
        assert "▸ TVPLUS  5.00 off with TV Plus" in me.row("refused")
        grid = me.page.query_one("#amounts", Grid)
        assert grid.current.asks["item_id"] == me.app.desk.view.cart.lines[1].item_id
        await me.press("tab", "end")
        assert "5.00 off with TV Plus: TV Plus is not in this cart" in me.picture()
        await me.press("enter")
        assert [line.offering_id for line in me.app.desk.view.cart.lines] == ["14277", "FIB500", "TVPLUS"]
        assert "TV Plus is not in this cart" not in me.picture()


async def test_the_same_amount_is_explained_without_tax_and_as_tax_alone(app: CartdeskApp) -> None:
    async with at(app, "14277", size=NARROW) as me:
        await me.press("f7")
        assert "31.90 EUR" in me.row("with tax")
        await me.press("t")
        assert "29.00 EUR" in me.row("without tax")
        await me.press("t")
        assert "2.90 EUR" in me.row("tax alone")


async def test_a_clicked_total_is_explained(app: CartdeskApp) -> None:
    async with at(app, "14277; FIB500") as me:
        await me.click_text("Due now  ")
        assert isinstance(me.app.screen, WhyScreen)
        assert "49.00 EUR" in me.row("Due now", "with tax")


async def test_an_empty_cart_has_no_amount_to_explain(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.press("f7")
        assert "There is no amount to explain yet" in me.picture()
        await me.press("tab", "enter", "t")
        assert isinstance(me.app.screen, WhyScreen)
