"""The palette: commands with their keys, offerings, carts and customers; and no payment card's number stays in it."""

from __future__ import annotations

from textual.widgets import Input

from cartdesk.tui.app import CartdeskApp

from .story import enter, picture, press, settled, type_text, until

CARD = "4111111111111111"


async def test_the_palette_finds_carts_and_customers_and_keeps_no_card(app: CartdeskApp) -> None:
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await enter(pilot, "14277; label Mrs Zyx; H")
        await press(pilot, "ctrl+p")
        assert "🔎" not in picture(app)
        await type_text(pilot, CARD)
        await until(pilot, lambda: not app.screen.query_one(Input).value)
        assert CARD not in picture(app)
        await type_text(pilot, "Mrs Zyx")
        await until(pilot, lambda: "Cart Mrs Zyx" in picture(app))
        await press(pilot, "escape", "escape", "ctrl+p")
        await type_text(pilot, "Solveig")
        await until(pilot, lambda: "Customer Solveig Berg" in picture(app))
        await press(pilot, "down", "enter")
        await until(pilot, lambda: app.desk.view.area.label == "Solveig Berg")
