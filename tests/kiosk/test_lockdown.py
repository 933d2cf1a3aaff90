"""The kiosk attacked: every key and mouse event that Textual knows, pastes, actions, and a terminal that shrinks."""

from __future__ import annotations

import random

import pytest
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.actions import SkipAction
from textual.geometry import Size
from textual.keys import Keys, key_to_character
from textual.pilot import Pilot

from cartdesk.tui.kiosk.app import KioskApp
from cartdesk.tui.kiosk.staff import SEQUENCE
from cartdesk.tui.kiosk.stage import Stage

from .conftest import Clock
from .visiting import answered, button, mouse, opened, picture, touch

_MODIFIERS = ("", "ctrl+", "shift+", "alt+", "super+", "ctrl+shift+", "ctrl+alt+", "alt+shift+", "hyper+", "meta+")


def every_key() -> list[str]:
    """Return the name of every key that Textual has a name for, plain and with every modifier."""
    named = {key.value for key in Keys}
    named |= {key.value for keys in ANSI_SEQUENCES_KEYS.values() if isinstance(keys, tuple) for key in keys}
    named |= {chr(code) for code in range(32, 127)}
    bare = sorted({name.rpartition("+")[2] or name for name in named})
    return sorted(named | {modifier + name for modifier in _MODIFIERS for name in bare})


def state(app: KioskApp) -> tuple[object, ...]:
    """Return what must not change."""
    return (
        app.page, picture(app), len(app.screen_stack), app.focused, app.clipboard, app.theme, app.visit.pieces if app.has_visitor else None,
        app.is_running, app.return_code, app._exit,
    )  # fmt: skip


@pytest.mark.parametrize("where", ["attract", "cart"])
async def test_no_key_does_anything(kiosk: KioskApp, where: str) -> None:
    async with kiosk.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        if where == "cart":
            await touch(pilot, "begin", "INTERNET", "FIBRE", "offer FIB500", "add")
        before = state(kiosk)
        keys = every_key()
        assert len(keys) > 1_000
        for key in keys:
            kiosk.post_message(events.Key(key, key_to_character(key)))
        for text in ("\x1b[2J", "a\nb\n", "x" * 10_000, "\x03\x1a\x11"):
            kiosk.post_message(events.Paste(text))
        await answered(pilot)
        assert state(kiosk) == before


async def test_no_key_does_anything_through_the_screen(kiosk: KioskApp) -> None:
    async with kiosk.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        before = state(kiosk)
        for node in (kiosk, kiosk.screen, kiosk.stage):
            assert list(node._bindings) == []
        for key in every_key()[::7]:
            kiosk.screen.post_message(events.Key(key, key_to_character(key)))
            kiosk.stage.post_message(events.Key(key, key_to_character(key)))
        await answered(pilot)
        assert state(kiosk) == before


async def test_no_action_exists(kiosk: KioskApp) -> None:
    async with kiosk.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        before = state(kiosk)
        actions = [
            name.removeprefix("action_") for node in (kiosk, kiosk.screen, kiosk.stage) for name in dir(node) if name.startswith("action_")
        ]
        assert {"quit", "command_palette", "suspend_process", "copy_text"} <= set(actions)
        for action in actions:
            try:
                assert not await kiosk.run_action(action)
            except SkipAction:
                pytest.fail(f"{action} was begun")
        await answered(pilot)
        assert state(kiosk) == before


async def test_nothing_is_copied_opened_or_suspended(kiosk: KioskApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webbrowser.open", lambda *_, **__: pytest.fail("a browser was opened"))
    async with kiosk.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        kiosk.copy_to_clipboard("secret")
        kiosk.open_url("https://example.com")
        with kiosk.suspend():
            assert kiosk.is_running
        assert kiosk.clipboard == ""
        assert not kiosk.ENABLE_COMMAND_PALETTE
        assert kiosk.screen.get_selected_text() is None


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.stress) for seed in range(1, 40))])
async def test_a_storm_of_mice_never_gets_out(kiosk: KioskApp, clock: Clock, seed: int) -> None:
    """Every kind of mouse event, every button, everywhere: whatever it reaches is a page of the kiosk, and buttons stay large."""
    chance = random.Random(seed)
    kinds = [events.MouseDown, events.MouseUp, events.MouseMove, events.MouseScrollDown, events.MouseScrollUp, events.MouseScrollLeft]
    async with kiosk.run_test(size=(60, 20)) as pilot:
        await opened(pilot)
        for _ in range(6):
            for _ in range(15):
                clock.pass_(0.5)
                x, y = chance.randrange(60), chance.randrange(20)
                kind = chance.choice(kinds)
                mouse(kiosk, kind, x, y, chance.choice((0, 1, 1, 2, 3, 8)), shift=chance.random() < 0.2, ctrl=chance.random() < 0.2)
                mouse(kiosk, events.MouseDown, x, y)
                mouse(kiosk, events.MouseUp, x, y)
            await answered(pilot)
            assert kiosk.is_running
            assert kiosk.return_code is None
            assert len(kiosk.screen_stack) == 1
            for each in kiosk.stage.placed:
                if each.cell.what is not None:
                    assert (each.width >= 14, each.height >= 5) == (True, True), picture(kiosk)
            if not kiosk.has_visitor:
                clock.pass_(10)
                kiosk.tick()


async def test_other_buttons_drags_and_double_touches_do_nothing(kiosk: KioskApp, clock: Clock) -> None:
    async with kiosk.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await touch(pilot, "begin")
        before = state(kiosk)
        place = button(kiosk, "INTERNET")
        x, y = place.x + 3, place.y + 2
        for other in (0, 2, 3, 4, 8):
            mouse(kiosk, events.MouseDown, x, y, other)
            mouse(kiosk, events.MouseUp, x, y, other)
        mouse(kiosk, events.MouseDown, x, y)
        mouse(kiosk, events.MouseMove, 40, 0)
        mouse(kiosk, events.MouseUp, 40, 0)
        await answered(pilot)
        assert state(kiosk) == before
        clock.pass_(1)
        for _ in range(3):  # a nervous finger: only the first touch counts
            mouse(kiosk, events.MouseDown, x, y)
            mouse(kiosk, events.MouseUp, x, y)
        await answered(pilot)
        assert "Internet" in picture(kiosk).splitlines()[0]


async def test_a_terminal_that_shrinks_and_grows(kiosk: KioskApp) -> None:
    async with kiosk.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await touch(pilot, "begin")
        for width, height in ((59, 20), (60, 19), (10, 3), (1, 1)):
            await pilot.resize_terminal(width, height)
            await answered(pilot)
            assert [each for each in kiosk.stage.placed if each.cell.what is not None] == []
        await pilot.resize_terminal(60, 20)
        await answered(pilot)
        assert "MOBILE" in picture(kiosk)
        assert kiosk.stage.size == Size(60, 20)


async def test_the_row_of_keys_alone_leads_to_the_pin_and_the_pin_alone_out(kiosk: KioskApp, clock: Clock) -> None:
    async with kiosk.run_test(size=(60, 20)) as pilot:
        await opened(pilot)
        await _type(pilot, *SEQUENCE[:-1], "x", SEQUENCE[-1])
        assert "PIN" not in picture(kiosk)
        for key in SEQUENCE:
            clock.pass_(2)
            await _type(pilot, key)
        assert "PIN" not in picture(kiosk), "too slow"
        await _type(pilot, *SEQUENCE)
        assert "type your PIN" in picture(kiosk)
        for key in every_key():
            if key not in ("backspace", "enter", "escape") and not key.isdigit():
                kiosk.post_message(events.Key(key, key_to_character(key)))
        await answered(pilot)
        assert "type your PIN" in picture(kiosk)
        await _type(pilot, *"123456", "enter")
        assert "That is not the PIN." in picture(kiosk)
        for _ in range(4):
            await _type(pilot, *"123456", "enter")
        assert "locked for 60 s" in picture(kiosk)
        await _type(pilot, *"481516", "enter")
        assert kiosk.return_code is None, "the right PIN opens nothing while it is locked"
        clock.pass_(20)
        await _type(pilot, "escape")
        assert "TOUCH HERE" in picture(kiosk)
        clock.pass_(60)
        await _type(pilot, *SEQUENCE)
        await touch(pilot, *(f"digit {digit}" for digit in "48151"), "digit 7", "DELETE", "digit 6", "LEAVE")
    assert kiosk.return_code == 0


async def test_an_unfinished_pin_is_forgotten(kiosk: KioskApp, clock: Clock) -> None:
    async with kiosk.run_test(size=(60, 20)) as pilot:
        await opened(pilot)
        await touch(pilot, "begin")
        await _type(pilot, *SEQUENCE, *"4815")
        clock.pass_(31)
        kiosk.tick()
        await answered(pilot)
        assert "MOBILE" in picture(kiosk)


async def _type(pilot: Pilot[int], *keys: str) -> None:
    for key in keys:
        pilot.app.post_message(events.Key(key, key_to_character(key)))
    await answered(pilot)


def test_the_stage_has_no_keys() -> None:
    assert not Stage.can_focus
    assert Stage().allow_select is False
