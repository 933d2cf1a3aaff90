"""What a person does on the desk by keys: one story each, on a real desk over the shipped catalog."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from cartdesk.desk import Desk
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.widgets.browse import Shelf as Category

from .story import desk_screen, enter, picture, press, settled, type_text, until

WIDE = (120, 40)
NARROW = (80, 24)


async def test_a_code_and_enter_add_an_offering_and_change_the_totals(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await enter(pilot, "14277")
        screen = picture(app)
        assert "1  Talk Simple 25" in screen
        assert re.search(r"Every month +31\.90", screen)
        assert "until 28 Feb" in screen
        assert "Ctrl+Z undoes" in screen


async def test_an_entry_is_previewed_before_enter(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await type_text(pilot, "2*FIB500")
        assert "+98.00 now" in picture(app)
        assert "+78.00/mo" in picture(app)
        assert app.desk.view.cart.empty


async def test_a_wrong_entry_stays_with_its_reason_and_the_next_one_replaces_it(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await enter(pilot, "14277; NOSUCH")
        field = desk_screen(app).field
        assert "NOSUCH is not in this catalog" in picture(app)
        assert field.value == "14277; NOSUCH"
        assert field.cursor_position == 7
        assert app.desk.view.cart.empty
        await type_text(pilot, "FIB500")
        assert field.value == "FIB500"
        await press(pilot, "enter")
        assert [line.offering_id for line in app.desk.view.cart.lines] == ["FIB500"]
        await press(pilot, "up", "up")
        assert field.value == "14277; NOSUCH"


async def test_entries_are_remembered_and_escape_empties_the_line(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await enter(pilot, "14277")
        await enter(pilot, "FIB500")
        field = desk_screen(app).field
        await press(pilot, "up", "up")
        assert field.value == "14277"
        await press(pilot, "down")
        assert field.value == "FIB500"
        await press(pilot, "escape")
        assert field.value == ""


async def test_a_search_narrows_the_list_while_it_is_typed(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        screen = desk_screen(app)
        await press(pilot, "tab", "slash")
        await type_text(pilot, "unlimted famly")
        assert screen.offerings.offering is not None
        assert screen.offerings.offering.name == "Unlimited Family"
        await press(pilot, "enter")
        assert screen.focused is screen.offerings
        await press(pilot, "plus")
        assert [line.name for line in app.desk.view.cart.lines] == ["Unlimited Family"]
        await press(pilot, "escape")
        assert len(screen.offerings.rows) == len(app.desk.catalog)


async def test_a_search_that_finds_nothing_says_so_and_escape_clears_it(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await type_text(pilot, "?zzzzqqqq")
        assert "Nothing here is called that" in picture(app)
        await press(pilot, "escape", "escape")
        assert len(desk_screen(app).offerings.rows) == len(app.desk.catalog)


async def test_categories_and_filters_narrow_the_list(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        screen = desk_screen(app)
        await press(pilot, "tab", "left", "down", "down")
        category = screen.browse.current
        assert isinstance(category, Category)
        assert len(screen.offerings.rows) == category.size
        assert category.name == "Internet"
        assert "Internet · 33 of 309" in picture(app)
        await press(pilot, "right")
        assert any(isinstance(row, Category) and row.depth == 1 for row in screen.browse.rows)
        await press(pilot, "end", "space")
        assert screen.browse.filters
        assert len(screen.offerings.rows) < category.size
        await press(pilot, "space", "home")
        assert len(screen.offerings.rows) == len(app.desk.catalog)


async def test_details_follow_the_cursor(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await press(pilot, "tab")
        first = picture(app)
        assert "14277 · Phone plans" in first
        assert "3 month for half" in first
        await press(pilot, "pagedown", "end", "home", "down")
        assert "TALK5 · Phone plans" in picture(app)


async def test_quantity_removal_and_undo_on_the_cart(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await enter(pilot, "14277; FIB500")
        screen = desk_screen(app)
        await press(pilot, "tab", "tab")
        assert screen.focused is screen.cart
        await press(pilot, "end", "plus", "plus", "minus")
        assert app.desk.view.cart.lines[1].quantity == 2
        await press(pilot, "delete")
        assert [line.name for line in app.desk.view.cart.lines] == ["Talk Simple 25"]
        await press(pilot, "ctrl+z", "ctrl+z")
        assert app.desk.view.cart.lines[1].quantity == 3
        await press(pilot, "ctrl+y")
        assert app.desk.view.cart.lines[1].quantity == 2


async def test_a_line_is_saved_for_later_taken_back_and_noted(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await enter(pilot, "14277")
        await press(pilot, "tab", "tab", "l")
        assert app.desk.view.cart.lines[0].saved
        assert "for later" in picture(app)
        await press(pilot, "b")
        assert not app.desk.view.cart.lines[0].saved
        await press(pilot, "n")
        field = desk_screen(app).field
        assert desk_screen(app).focused is field
        assert field.value
        await type_text(pilot, "calls back on Monday")
        await press(pilot, "enter")
        assert "calls back on Monday" in picture(app)


async def test_what_is_missing_stands_under_its_line_and_enter_mends_it(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await enter(pilot, "HOMEINTL")
        assert "▸ Add Home Telephone" in picture(app)
        await press(pilot, "tab", "tab", "end")
        while desk_screen(app).cart.mend != ("Add Home Telephone", "HOMETEL"):
            await press(pilot, "up")
        await press(pilot, "enter")
        assert [line.offering_id for line in app.desk.view.cart.lines] == ["HOMEINTL", "HOMETEL"]
        assert "▸ Add Home Telephone" not in picture(app)


async def test_the_message_line_offers_a_mend_and_its_key_does_it(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await enter(pilot, "TVPLU")
        assert "Ctrl+O" in picture(app)
        await press(pilot, "ctrl+o")
        assert len(app.desk.view.cart.lines) == 1


async def test_carts_are_held_and_areas_changed(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await enter(pilot, "14277")
        await press(pilot, "f4")
        assert app.desk.view.cart.empty
        assert "held" in picture(app).splitlines()[0]
        await enter(pilot, "C A")
        assert app.desk.view.cart.lines[0].name == "Talk Simple 25"
        await press(pilot, "ctrl+pagedown")
        assert app.desk.view.area.letter == "B"
        await press(pilot, "ctrl+pageup")
        assert app.desk.view.area.letter == "A"


async def test_two_panes_take_turns_on_a_small_screen_and_the_totals_stay(app: CartdeskApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await settled(pilot)
        await enter(pilot, "14277")
        assert "due now 0.00 EUR · every month 31.90" in picture(app)
        assert "14277" in picture(app)
        await press(pilot, "tab")
        assert desk_screen(app).focused is desk_screen(app).cart
        assert "Cart A ▸ 1 line" in picture(app)
        assert "due now 0.00 EUR" in picture(app)
        await press(pilot, "tab")
        assert desk_screen(app).focused is desk_screen(app).offerings
        await press(pilot, "left", "down", "enter", "right")
        assert picture(app).splitlines()[1].startswith(" Mobile ▸ 74 of 309")


async def test_a_terminal_that_is_too_small_says_so_and_loses_nothing(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await enter(pilot, "14277")
        await pilot.resize_terminal(40, 10)
        await settled(pilot)
        assert "too small" in picture(app)
        assert "Talk Simple" not in picture(app)
        await type_text(pilot, "FIB500")
        await press(pilot, "enter")
        await pilot.resize_terminal(60, 20)
        await settled(pilot)
        assert "Cart A: 2 lines" in picture(app)
        await pilot.resize_terminal(*WIDE)
        await settled(pilot)
        assert "2  Fibre 500" in picture(app)


async def test_the_palette_offers_commands_and_offerings(app: CartdeskApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+p", "T", "a", "l", "k", "space", "S", "i", "m", "p", "l", "e", "space", "2", "5")
        await until(pilot, lambda: "Add Talk Simple 25" in picture(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: len(app.desk.view.cart.lines) == 1)
        await settled(pilot)


async def test_the_next_start_is_where_the_last_one_stopped(open_desk: Callable[..., Desk], tmp_path: Path) -> None:
    app = CartdeskApp(open_desk, log_dir=tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await enter(pilot, "14277; 2*FIB500")
        before = app.desk.view.cart
        await pilot.press("ctrl+q")
    app.desk.close()
    again = CartdeskApp(open_desk, log_dir=tmp_path)
    async with again.run_test(size=WIDE) as pilot:
        assert again.desk.view.cart.lines == before.lines
        await settled(pilot)
        assert "2  Fibre 500 ×2" in picture(again)
        assert again.desk.view.cart.every == before.every


async def test_damage_to_the_store_is_told_when_the_shop_opens(open_desk: Callable[..., Desk], tmp_path: Path) -> None:
    desk = open_desk()
    desk.enter("14277")
    store = desk.store.path
    desk.close()
    raw = bytearray(store.read_bytes())
    raw[raw.index(b"Talk Simple")] ^= 1
    store.write_bytes(raw)
    async with (app := CartdeskApp(open_desk, log_dir=tmp_path)).run_test(size=WIDE) as pilot:
        await settled(pilot)
        screen = picture(app)
        assert "was damaged; what is sound was saved" in screen
        assert "was kept as" in screen
        await press(pilot, "enter")
        assert "was damaged" not in picture(app)
