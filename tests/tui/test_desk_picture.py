"""The desk as a picture: at its two sizes, without colours, in the light, and in its empty and its wrong moments."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from cartdesk.desk import Desk
from cartdesk.tui.app import CartdeskApp

from .story import enter, press, settled

Compare = Callable[..., bool]


def sale(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Make a sale in progress: two plans, a phone that needs something, a line for later, then press ``keys``."""

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await enter(pilot, "14277; 2*FIB500; TVPLUS; HOMEINTL; L3; #+Berg")
        await press(pilot, *keys)
        field = pilot.app.screen.query_one("EntryInput")
        field.cursor_blink = False  # type: ignore[attr-defined]
        await settled(pilot)

    return play


def test_the_desk_at_120_by_40(snap_compare: Compare, app: CartdeskApp) -> None:
    assert snap_compare(app, terminal_size=(120, 40), run_before=sale("tab", "down"))


def test_the_desk_at_80_by_24(snap_compare: Compare, app: CartdeskApp) -> None:
    assert snap_compare(app, terminal_size=(80, 24), run_before=sale("tab", "tab", "down", "down"))


def test_the_cart_at_80_by_24(snap_compare: Compare, app: CartdeskApp) -> None:
    assert snap_compare(app, terminal_size=(80, 24), run_before=sale("tab"))


def test_the_desk_without_colours(
    snap_compare: Compare, open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = CartdeskApp(open_desk, log_dir=tmp_path)
    assert snap_compare(app, terminal_size=(120, 40), run_before=sale("tab", "tab"))


def test_an_entry_being_typed_in_the_light(snap_compare: Compare, app: CartdeskApp) -> None:
    app.theme = "cartdesk-light"
    assert snap_compare(app, terminal_size=(120, 40), run_before=sale("f2", "3", "asterisk", "S", "I", "M"))


def test_an_empty_desk_in_high_contrast(snap_compare: Compare, app: CartdeskApp) -> None:
    app.theme = "cartdesk-contrast"

    async def wait(pilot: Pilot[None]) -> None:
        await settled(pilot)
        pilot.app.screen.query_one("EntryInput").cursor_blink = False  # type: ignore[attr-defined]

    assert snap_compare(app, terminal_size=(120, 40), run_before=wait)


def test_a_refused_entry_at_60_by_20(snap_compare: Compare, app: CartdeskApp) -> None:
    async def refuse(pilot: Pilot[None]) -> None:
        await sale()(pilot)
        await enter(pilot, "14277; TVPLU")

    assert snap_compare(app, terminal_size=(60, 20), run_before=refuse)


def test_a_terminal_of_40_by_10(snap_compare: Compare, app: CartdeskApp) -> None:
    assert snap_compare(app, terminal_size=(40, 10), run_before=settled)
