"""Calls that come in at the screen: at once where nobody is served, offered where somebody is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cartdesk.desk import Desk
from cartdesk.desk.calls import Call
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.calling import CallWatch

from .story import enter, picture, press, settled


async def test_who_called_before_the_shop_was_open_is_served_at_once(open_desk: Callable[..., Desk], tmp_path: Path) -> None:
    app = CartdeskApp(open_desk, log_dir=tmp_path)
    app.first_call = Call("Solveig Berg")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert "Solveig Berg is calling" in picture(app) and "[A Solveig Berg]" in picture(app)


async def test_a_file_rings_and_waits_for_the_agent(open_desk: Callable[..., Desk], tmp_path: Path) -> None:
    app = CartdeskApp(open_desk, log_dir=tmp_path)
    path = tmp_path / "call.txt"
    watch = CallWatch(app, path)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await enter(pilot, "14277")
        path.write_text("Solveig Berg, +47 22 41 50 60", encoding="utf-8")
        watch.start()
        while path.exists():
            await pilot.pause(0.05)
        await settled(pilot)
        assert "Solveig Berg is calling." in picture(app) and "Take the call" in picture(app)
        assert app.desk.view.area.letter == "A"
        await press(pilot, "ctrl+o")
        await settled(pilot)
        assert app.desk.view.area.letter == "B" and "[B Solveig Berg]" in picture(app)
        watch.stop()
