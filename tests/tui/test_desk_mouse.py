"""What a person does on the desk by mouse: everything the keys do, and each click says which entry would have done it."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widget import Widget

from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.widgets.browse import Switch
from cartdesk.tui.widgets.keybar import KeyBar
from cartdesk.tui.widgets.topbar import TopBar

from .story import desk_screen, enter, picture, settled

WIDE = (120, 40)


async def click_text(pilot: Pilot[None], widget: Widget, text: str, *, times: int = 1) -> None:
    """Click the first cell of ``text`` where the widget shows it."""
    for y in range(widget.region.y, widget.region.bottom):
        line = picture_line(pilot, y)
        x = line.find(text, widget.region.x, widget.region.right)
        if x >= 0:
            await pilot.click(offset=(x, y), times=times)
            await settled(pilot)
            return
    raise AssertionError(f"{text!r} is not in {widget}\n{picture(pilot.app)}")  # type: ignore[arg-type]


def picture_line(pilot: Pilot[None], y: int) -> str:
    return picture(pilot.app).splitlines()[y]  # type: ignore[arg-type]


async def test_a_click_selects_an_offering_and_a_second_one_adds_it(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        screen = desk_screen(app)
        await click_text(pilot, screen.offerings, "SIM card")
        assert screen.offerings.offering is not None
        assert screen.offerings.offering.id == "SIM"
        assert app.desk.view.cart.empty
        await click_text(pilot, screen.offerings, "SIM card")
        assert [line.offering_id for line in app.desk.view.cart.lines] == ["SIM"]
        assert "entry SIM" in picture(app)


async def test_the_wheel_turns_the_list_and_leaves_the_cursor(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        screen = desk_screen(app)
        for _ in range(5):
            await pilot._post_mouse_events([_scroll_down()], screen.offerings, offset=(5, 5))
        await settled(pilot)
        assert screen.offerings.scroll_offset.y > 0
        assert screen.offerings.cursor == 0


async def test_clicks_choose_a_category_and_switch_a_filter(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        screen = desk_screen(app)
        await click_text(pilot, screen.browse, "Internet")
        assert screen.browse.category_name == "Internet"
        assert len(screen.offerings.rows) == 33
        await click_text(pilot, screen.browse, "No contract")
        assert any(isinstance(row, Switch) and row.on for row in screen.browse.rows)
        assert 0 < len(screen.offerings.rows) < 33


async def test_a_click_on_a_work_area_goes_there(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await enter(pilot, "14277")
        await click_text(pilot, app.screen.query_one(TopBar), "C —")
        assert app.desk.view.area.letter == "C"
        await click_text(pilot, app.screen.query_one(TopBar), "A 1 line")
        assert app.desk.view.area.letter == "A"


async def test_a_click_on_the_footer_presses_the_key(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await enter(pilot, "14277")
        screen = desk_screen(app)
        await click_text(pilot, screen.cart, "Talk Simple 25")
        await click_text(pilot, screen.query_one(KeyBar), "One more")
        assert app.desk.view.cart.lines[0].quantity == 2
        await click_text(pilot, screen.query_one(KeyBar), "Del")
        assert app.desk.view.cart.empty


async def test_a_click_on_the_mend_under_a_line_mends_it(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await enter(pilot, "HOMEINTL")
        screen = desk_screen(app)
        await click_text(pilot, screen.cart, "Add Home Telephone")
        assert [line.offering_id for line in app.desk.view.cart.lines] == ["HOMEINTL", "HOMETEL"]
        assert "entry HOMETEL" in picture(app)


def _scroll_down() -> type:
    from textual.events import MouseScrollDown

    return MouseScrollDown
