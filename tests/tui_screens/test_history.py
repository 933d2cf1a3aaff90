"""The history: every change, what it did, the cart as it was, what differs, the way back, a copy, and the proof."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.history import HistoryScreen, read_clock
from cartdesk.tui.widgets.grid import Grid

from .acting import NARROW, at
from .conftest import NOW, Clock


async def test_every_change_is_told_with_who_when_and_the_totals(app: CartdeskApp, clock: Clock) -> None:
    async with at(app) as me:
        for entry in ("14277", "2*FIB500", "*3", "U"):
            clock.pass_minutes(7)
            me.do(entry)
        await me.press("f9")
        assert isinstance(me.app.screen, HistoryScreen)
        assert "5 changes" in me.picture()
        row = me.row("*3")
        assert all(word in row for word in ("10:21", "ana", "147.00", "148.90"))
        assert "undone" in me.row("10:28", "U ")
        await me.press("down")
        assert "×2 → ×3" in me.picture()
        assert "98.00 →" in me.picture()


async def test_the_cart_as_it_was_at_a_time_is_shown(app: CartdeskApp, clock: Clock) -> None:
    async with at(app, "14277", size=NARROW) as me:
        clock.pass_minutes(20)
        me.do("NP12; = color White")
        clock.pass_minutes(20)
        me.do("-")
        await me.press("f9", "t")
        await me.fill("10:25")
        assert me.page.query_one("#changes", Grid).current.change.entry == "NP12; = color White"
        assert "Nordphone 12" in me.picture()
        assert "color White" in me.picture()
        await me.press("enter")
        assert len(me.app.desk.view.cart.lines) == 1
        await me.press("w")
        assert "+ Nordphone 12" in me.picture()


async def test_a_point_is_gone_back_to_and_that_is_undone(app: CartdeskApp) -> None:
    async with at(app, "14277", "FIB500", "-1") as me:
        await me.press("f9", "down", "enter")
        assert [line.offering_id for line in me.app.desk.view.cart.lines] == ["14277", "FIB500"]
        assert "5 changes" in me.picture()
        await me.press("ctrl+z")
        assert [line.offering_id for line in me.app.desk.view.cart.lines] == ["FIB500"]


async def test_any_two_points_are_compared(app: CartdeskApp) -> None:
    async with at(app, "14277", "FIB500", "*4", "-1") as me:
        await me.press("f9", "end", "space", "home")
        assert "Against change 1" in me.picture()
        assert "+ Fibre 500" in me.picture()
        assert "Talk Simple 25" not in me.picture().split("Against change 1")[1]
        await me.press("end", "space")
        assert "taken away" in me.said


async def test_a_what_if_copy_is_branched_and_the_first_cart_stays(app: CartdeskApp) -> None:
    async with at(app, "14277", "FIB500") as me:
        await me.press("f9", "down", "b")
        assert me.app.desk.view.area.letter == "B"
        assert [line.offering_id for line in me.app.desk.view.cart.lines] == ["14277"]
        assert me.app.desk.view.areas[0].lines == 2
        await me.press("enter")
        assert me.app.desk.view.areas[0].lines == 2


async def test_the_chain_of_records_is_verified(app: CartdeskApp) -> None:
    async with at(app, "14277", "FIB500") as me:
        await me.press("f9", "v")
        assert "Every record fits" in me.said


async def test_a_new_cart_has_no_history(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.press("f9")
        assert "Nothing has been done to this cart yet" in me.picture()
        await me.press("w", "space", "v", "enter", "b")
        assert isinstance(me.app.screen, HistoryScreen)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("14:32", datetime(2026, 11, 22, 14, 32, 59, tzinfo=UTC)),
        ("2026-11-20 08:05", datetime(2026, 11, 20, 8, 5, 59, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)),
        ("14:", None),
        ("", None),
        ("25:00", None),
    ],
)
def test_a_time_is_read_as_it_is_typed(typed: str, moment: datetime | None) -> None:
    assert read_clock(typed, NOW) == moment
