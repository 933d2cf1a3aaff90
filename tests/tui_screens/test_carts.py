"""The carts: found as you type, taken up, copied, held, discarded; quick with ten thousand."""

from __future__ import annotations

from time import perf_counter

from cartdesk.store import CartRow
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.carts import CartsScreen, when_words
from cartdesk.tui.widgets.grid import Grid

from .acting import at
from .conftest import NOW

THREE = ("14277; label Mrs Berg", "H", "2*FIB500; label Kaya", "H", "TVPLUS")


async def test_a_cart_is_found_by_name_as_it_is_typed_and_taken_up_with_enter(app: CartdeskApp) -> None:
    async with at(app, *THREE) as me:
        await me.press("f3")
        assert isinstance(me.app.screen, CartsScreen)
        assert "3 carts" in me.picture()
        await me.type("kay")
        assert "1 cart" in me.picture()
        await me.press("home", "delete")
        assert all(row.state != "discarded" for row in me.app.desk.store.cart_rows())
        assert "98.00" in me.row("Kaya", "held")
        assert "78.00" in me.row("Kaya", "held")
        await me.press("enter")
        assert me.app.desk.view.cart.label == "Kaya"
        assert me.app.desk.view.cart.state == "open"


async def test_carts_are_narrowed_to_a_state_by_keys_and_by_mouse_and_taken_up_by_clicks(app: CartdeskApp) -> None:
    async with at(app, *THREE) as me:
        await me.press("f3", "tab", "right", "right")
        assert "2 carts" in me.picture()
        await me.click_text("( ) ordered")
        assert "0 carts" in me.picture()
        assert "No cart fits" in me.picture()
        await me.click_text("( ) all")
        assert "3 carts" in me.picture()
        await me.click_text("Mrs Berg  ")
        await me.click_text("Mrs Berg  ")
        assert me.app.desk.view.cart.label == "Mrs Berg"


async def test_a_cart_is_copied_held_and_discarded_and_a_held_one_asks_first(app: CartdeskApp) -> None:
    async with at(app, *THREE) as me:
        await me.press("f3", "tab", "tab", "end", "d")
        assert "4 carts" in me.picture()
        await me.press("home", "f4")
        assert me.app.desk.view.area.state != "held"
        assert sum(row.state == "held" for row in me.app.desk.store.cart_rows()) == 3
        await me.type("/")
        await me.type("kaya")
        await me.press("tab", "tab", "delete")
        assert "Discard" in me.picture()
        await me.press("enter")
        assert [row.state for row in me.app.desk.store.cart_rows(text="kaya")] == ["held"]
        await me.press("delete")
        await me.press("right", "enter")
        assert [row.state for row in me.app.desk.store.cart_rows(text="kaya")] == ["discarded"]


async def test_no_carts_say_what_helps_and_ten_thousand_are_shown_at_once(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.press("f3")
        assert "No carts yet. Esc goes back" in me.picture()
        rows = [
            CartRow(f"c{n:05}", f"Customer {n}", "held" if n % 2 else "open", 1, "1.00", (("monthly", "9.90"),), "EUR", f"+47 {n:08}")
            for n in range(10_000)
        ]
        grid = me.page.query_one(Grid)
        began = perf_counter()
        grid.show(rows)
        grid.action_edge(1)
        drawn = [grid.render_line(y) for y in range(grid.size.height)]
        assert perf_counter() - began < 0.25
        assert any("Customer 9999" in strip.text for strip in drawn)


def test_moments_are_said_as_a_person_says_them() -> None:
    assert when_words("2026-11-22T09:31:00Z", NOW) == "09:31"
    assert when_words("2026-11-20T09:31:00Z", NOW) == "20 Nov"
    assert when_words("2025-11-20T09:31:00Z", NOW) == "Nov 2025"
    assert when_words(None, NOW) == ""
