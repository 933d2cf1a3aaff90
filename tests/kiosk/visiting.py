"""What the stories of visitors are told with: touch a button by its words, wait until it was answered, look at the screen."""

from __future__ import annotations

import asyncio

from textual import events
from textual.pilot import Pilot

from cartdesk.tui.kiosk.app import SETTLED, KioskApp
from cartdesk.tui.kiosk.sheet import Placed
from resting import rest

LIMIT = 2_000
"""Rounds of the event loop that opening may take."""


def kiosk_of(pilot: Pilot[int]) -> KioskApp:
    app = pilot.app
    assert isinstance(app, KioskApp)
    return app


async def opened(pilot: Pilot[int]) -> None:
    """Wait until visitors can come."""
    app = kiosk_of(pilot)
    await asyncio.wait_for(app.ready.wait(), 60)
    await pilot.pause()


def buttons(app: KioskApp) -> list[Placed]:
    return [each for each in app.stage.placed if each.cell.what is not None]


def button(app: KioskApp, words: str) -> Placed:
    """Return the button with these words, or that means this."""
    for each in buttons(app):
        text = " ".join(line.text for line in each.cell.lines)
        if words in text or words == each.cell.what:
            return each
    raise AssertionError(f"there is no button {words!r} on\n{picture(app)}")


async def touch(pilot: Pilot[int], *words: str) -> None:
    """Touch buttons, one after another, as an unhurried finger does: with the mouse alone."""
    app = kiosk_of(pilot)
    for each in words:
        app._clock.pass_(2 * SETTLED)  # type: ignore[attr-defined]
        place = button(app, each)
        mouse(app, events.MouseDown, place.x + place.width // 2, place.y + place.height // 2)
        mouse(app, events.MouseUp, place.x + place.width // 2, place.y + place.height // 2)
        await answered(pilot)


def mouse(
    app: KioskApp, kind: type[events.MouseEvent], x: int, y: int, button: int = 1, *, shift: bool = False, ctrl: bool = False
) -> None:
    """Send what a terminal sends for a mouse or a finger."""
    app.post_message(kind(None, x, y, 0, 0, button, shift, False, ctrl, x, y))


async def answered(pilot: Pilot[int]) -> None:
    """Wait until what was sent has been answered and drawn."""
    await rest(kiosk_of(pilot), lambda: True)


def picture(app: KioskApp) -> str:
    """Return what is on the screen, as text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)
