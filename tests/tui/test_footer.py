"""Every key the footer shows does something that can be seen, wherever the focus is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from cartdesk.desk import Desk
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.widgets.keybar import KeyBar

from .story import desk_screen, enter, picture, press, settled

PLACES = {
    "entry": ("f2",),
    "offerings": ("tab",),
    "cart": ("tab", "tab", "end"),
    "browse": ("tab", "left"),
}


@pytest.mark.parametrize("place", PLACES)
async def test_every_key_shown_has_an_effect(place: str, open_desk: Callable[..., Desk], tmp_path: Path) -> None:
    app = CartdeskApp(open_desk, log_dir=tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await enter(pilot, "14277; 2*FIB500; TVPLUS")
        await press(pilot, *PLACES[place])
        hints = app.screen.query_one(KeyBar).shown
        assert {"f1", "f3", "f8"} <= {hint.key for hint in hints}
        keys = [hint.key for hint in hints if hint.local or place == "entry"]
        for key in keys:
            before = (picture(app), app.desk.view.revision, app.focused)
            await press(pilot, key)
            after = (picture(app), app.desk.view.revision, app.focused)
            if key != "f2" or place != "entry":
                assert after != before, f"{key} in {place} did nothing\n{after[0]}"
            await _return(app, pilot, place)
        assert not (tmp_path / "cartdesk.log").exists()


async def test_an_empty_cart_offers_nothing_to_change(app: CartdeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await enter(pilot, "14277")
        await press(pilot, "tab", "tab")
        assert "cart.more" in {hint.name for hint in desk_screen(app).hints()}
        await press(pilot, "delete")
        assert "cart.more" not in {hint.name for hint in desk_screen(app).hints()}


async def _return(app: CartdeskApp, pilot: Pilot[None], place: str) -> None:
    """Go back to the desk and to the place, with the cart as it was."""
    while len(app.screen_stack) > 1:
        await app.pop_screen()
    if app.desk.view.area.letter != "A":
        await enter(pilot, "C A")
    if len(app.desk.view.cart.lines) < 3 or any(line.saved for line in app.desk.view.cart.lines):
        await enter(pilot, "U")
    await press(pilot, "f2", "escape", "escape", "f2", *PLACES[place])
