"""Training is marked on every page, in a word that does not lean on colour."""

from __future__ import annotations

from pathlib import Path

from cartdesk.desk import Desk
from cartdesk.tui.app import CartdeskApp

from .conftest import NOW
from .story import enter, picture, press, settled


async def test_every_page_over_the_desk_says_that_it_is_training(tmp_path: Path, nordlys: Path) -> None:
    def opened() -> Desk:
        return Desk.open(
            tmp_path / "data", nordlys, now=lambda: NOW, ids=iter(f"id{n}" for n in range(99)).__next__, agent="ana", training=True
        )

    app = CartdeskApp(opened, log_dir=tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await enter(pilot, "14277")
        for entry in ("", "B", "W", "carts", "history", "orders", "accounts", "help", "E"):
            if entry:
                await enter(pilot, entry)
                await settled(pilot)
            assert picture(app).splitlines()[0].startswith(" TRAINING "), entry
            if entry:
                await press(pilot, "escape")
                await settled(pilot)
    app.desk.close()
