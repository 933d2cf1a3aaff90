"""The help is made from the commands themselves; the settings hold at once and are kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cartdesk.desk import Desk
from cartdesk.desk.commands import registry
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.desk import DeskScreen
from cartdesk.tui.screens.help import HelpScreen, found, topics

from .acting import at


async def test_the_help_tells_what_works_where_it_was_asked_and_is_searched(app: CartdeskApp) -> None:
    async with at(app, "14277") as me:
        await me.press("f9", "f1")
        assert isinstance(me.app.screen, HelpScreen)
        assert "copy from 17" in me.row("b", "Copy the cart as it was")
        assert "Check that no record was changed" in me.picture()
        await me.type("discard")
        assert "Discard the cart" in me.picture()
        assert "Show the bill" not in me.picture()
        await me.fill(" nosuchword")
        assert "No help has these words" in me.picture()


async def test_an_entry_of_the_help_goes_to_the_entry_line(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.press("f1")
        await me.fill("*2")
        await me.press("enter")
        assert isinstance(me.app.screen, DeskScreen)
        assert me.app.screen.field.value.startswith("*")


def test_every_command_and_every_entry_is_in_the_help() -> None:
    rows = topics({}, registry(), (), ())
    told = {row.words for row in rows}
    assert {kind.help() for kind in registry()} <= told
    assert {kind.entry for kind in registry() if kind.entry} <= {row.entry for row in rows}


def test_a_search_needs_all_words_in_any_order_and_keeps_the_groups() -> None:
    rows = found(topics({}, registry(), (), ()), "bill DAY")
    assert rows
    assert all(row.heading or ("bill" in str(row).casefold() and "day" in str(row).casefold()) for row in rows)
    assert rows[0].heading


async def test_amounts_change_their_side_at_once_and_the_choice_is_kept(
    app: CartdeskApp, open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    async with at(app, "14277") as me:
        await me.open("settings")
        await me.press("right")
        assert me.app.desk.view.show_tax == "excluded"
        await me.click_text("( ) with tax")
        assert me.app.desk.view.show_tax == "included"
        await me.press("right", "tab", "tab", "tab", "tab", "down")
        assert me.app.theme == "cartdesk-light"
        await me.press("escape")
        assert "29.00" in me.row("Every month")
    app.desk.close()
    again = CartdeskApp(open_desk, log_dir=tmp_path)
    assert again.theme == "cartdesk-light"
    assert again.desk.view.show_tax == "excluded"


async def test_every_setting_by_key_by_mouse_and_by_entry(app: CartdeskApp) -> None:
    async with at(app, "14277") as me:
        kept = me.app.desk.store.setting
        await me.open("settings")
        await me.press("down", "right")
        assert kept("currency") == "sign"
        await me.press("down", "right")
        assert (kept("bandwidth"), me.app.is_thin) == ("low", True)
        assert "entry bandwidth low" in me.said
        await me.click_text("( ) none")
        assert kept("scanner")["how"] == me.app.scanner.how == "off"
        await me.click_text("( ) supervisor")
        assert me.app.desk.view.role == "supervisor"
        await me.press("escape")
        assert "0.00 €" in me.row("Due now")
        await me.open("role agent", "bandwidth usual", "currency code", "scanner speed", "theme light", "key cart.hold f12")
        assert (me.app.desk.view.role, me.app.is_thin, me.app.scanner.how, me.app.theme) == ("agent", False, "speed", "cartdesk-light")
        assert "F12 Hold" in me.picture()
        await me.press("f12")
        assert me.app.desk.view.areas[0].state == "held"
        await me.open("key cart.hold f1")
        assert "F1" in me.said and "cart.hold" in me.said
        await me.open("agent Zoe")
        assert me.app.desk.view.agent == "ana", "whoever opened this desk has said who works here"
