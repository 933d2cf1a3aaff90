"""What the stories of the desk are told with: press, enter, wait until all is answered, and look at the screen."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.keys import _character_to_key, key_to_character
from textual.pilot import Pilot

from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.faults import FaultPage
from cartdesk.tui.screens.desk import DeskScreen
from resting import rest

LIMIT = 2_000
"""Rounds of the event loop that anything here may take; more means that it will never be done."""


def desk_screen(app: CartdeskApp) -> DeskScreen:
    """Return the desk's own screen, which lies under all others."""
    screen = app.screen_stack[0]
    assert isinstance(screen, DeskScreen)
    return screen


async def settled(pilot: Pilot[None]) -> None:
    """Wait until no key waits, no command runs, and nothing is searched, previewed or described any more."""
    app = pilot.app
    assert isinstance(app, CartdeskApp)
    await rest(app, lambda: (app.is_warm and app.is_quiet and desk_screen(app).is_quiet) or isinstance(app.screen, FaultPage))
    if isinstance(app.screen, FaultPage):
        raise AssertionError(f"something went wrong: {app.screen.log_path.read_text()}")


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, all in one chunk as a fast hand or a slow line sends them, and wait until all of them are answered."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key_to_character(key)))
    await settled(pilot)


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Type text, all in one chunk."""
    await press(pilot, *(_character_to_key(character) for character in text))


async def enter(pilot: Pilot[None], text: str) -> None:
    """Type an entry on the entry line and press Enter."""
    await press(pilot, "f2", *(_character_to_key(character) for character in text), "enter")


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    for _ in range(LIMIT):
        if holds():
            return
        await pilot.pause()
    raise AssertionError("it never came to that")


def picture(app: CartdeskApp) -> str:
    """Return what is on the screen, as text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)
