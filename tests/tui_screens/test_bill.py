"""The bill: month by month, edited in place, explained; what changes, what stays, and what leaving costs."""

from __future__ import annotations

import pytest

from cartdesk.tmf.money import Money
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.bill import BillScreen, steady_from
from cartdesk.tui.screens.why import WhyScreen
from cartdesk.tui.widgets.cells import Bar
from cartdesk.tui.widgets.chart import bars
from cartdesk.tui.widgets.form import Choice, Field
from cartdesk.tui.widgets.grid import Grid

from .acting import NARROW, Actor, at

SALE = "14277; 2*FIB500"


def bill(me: Actor, day: str) -> str:
    """Return the table's row of a day."""
    return next(line for line in me.picture().split("\n") if line.lstrip(" ▸").startswith(f"{day} "))


def eur(text: str) -> Money:
    from decimal import Decimal

    return Money(Decimal(text), "EUR")


async def test_the_reference_offering_is_billed_as_the_reference_says(app: CartdeskApp) -> None:
    async with at(app, "14277; B from 2026-12-01") as me:
        await me.press("f6")
        assert isinstance(me.app.screen, BillScreen)
        amounts = [str(row.amount.amount) for row in me.page.query_one("#months", Grid).rows]
        assert amounts[:6] == ["0", "15.95", "15.95", "15.95", "31.90", "31.90"]
        assert "15.95" in bill(me, "1 Dec 2026")
        assert "First bill, 1 Dec 2026" in me.picture()
        assert "334.95" in me.row("12 months")
        assert "last time (3 of 3)" in me.row("1 Feb", "15.95") or "3 month for half for the l" in me.row("1 Feb", "15.95")
        assert "31.90" in bill(me, "1 Mar")


async def test_start_bill_day_and_convention_are_edited_in_place(app: CartdeskApp) -> None:
    async with at(app, SALE) as me:
        await me.press("f6")
        first = bill(me, "1 Dec 2026").strip(" ▸")
        assert "122.14" in first
        await me.press("d", "end", "backspace")
        await me.type("15")
        await me.press("enter")
        assert me.app.desk.cart.notes.bill_cycle_day == 15
        assert "15 Dec 2026" in me.picture()
        assert isinstance(me.app.focused, Grid)
        await me.press("s", *["backspace"] * 10)
        await me.type("2026-12-15")
        await me.press("enter")
        assert me.app.desk.cart.notes.start == "2026-12-15"
        assert "93.95" in bill(me, "15 Dec 2026")
        await me.press("ctrl+z", "ctrl+z")
        assert me.app.desk.cart.notes.bill_cycle_day is None
        assert bill(me, "1 Dec 2026").strip(" ▸") == first
        await me.press("p")
        assert "(•) 30-day months" in me.picture()
        await me.click_text("( ) full first month")
        assert me.page.query_one(Choice).chosen == 2
        assert bill(me, "1 Dec 2026").strip(" ▸") != first


@pytest.mark.parametrize(("field", "text", "sentence"), [("d", "32", "A day from 1 to 31."), ("s", "2026-02-30", "No such day")])
async def test_a_day_that_cannot_be_is_refused_below_its_field(app: CartdeskApp, field: str, text: str, sentence: str) -> None:
    async with at(app, SALE) as me:
        await me.press("f6", field, *["backspace"] * 10)
        await me.fill(text)
        await me.press("enter")
        assert sentence in me.picture()
        assert any(each.error for each in me.page.query(Field))
        assert me.app.desk.cart.notes.bill_cycle_day is None


async def test_the_day_under_the_cursor_says_what_it_is_made_of_and_why(app: CartdeskApp) -> None:
    async with at(app, SALE) as me:
        await me.press("f6", "down")
        assert "22 Nov – 30 Nov" in me.row("Talk Simple 25 monthly", "4.79")
        assert "15.95" in me.row("Talk Simple 25 monthly", "1 Dec – 31 Dec")
        assert "part month" in me.row("1 Dec 2026  part month")
        assert "800.00" in me.row("1 Mar", "109.90")
        await me.press("f7")
        assert isinstance(me.app.screen, WhyScreen)
        assert "122.14 EUR" in me.picture()
        await me.press("escape")
        await me.click_text("1 Feb  ")
        await me.click_text("1 Feb  ")
        assert isinstance(me.app.screen, WhyScreen)
        assert "93.95 EUR" in me.picture()


async def test_the_narrow_bill_still_says_the_first_bill_loudest(app: CartdeskApp) -> None:
    async with at(app, SALE, size=NARROW) as me:
        await me.press("f6")
        assert "122.14 EUR" in me.row("First bill 1 Dec 2026")
        assert "every month 109.90" in me.picture()


async def test_an_empty_cart_has_nothing_to_bill_and_says_what_helps(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.press("f6")
        assert "There is nothing to bill yet" in me.picture()
        await me.press("down", "enter")
        assert isinstance(me.app.screen, BillScreen | WhyScreen)


def test_all_bars_have_one_scale_and_what_is_off_is_behind() -> None:
    drawn = bars([(eur("50"), eur("50")), (eur("50"), eur("100"))], True)
    assert drawn == [Bar(0.5, 0.5), Bar(0.5, 1.0)]


def test_a_large_amount_today_is_drawn_broken_and_leaves_the_months_their_scale() -> None:
    drawn = bars([(eur("1247"), eur("1247")), (eur("97.20"), eur("97.20")), (eur("48.60"), eur("97.20"))], True)
    assert drawn == [Bar(1.0, 1.0, cut=True), Bar(1.0, 1.0), Bar(0.5, 1.0)]


def test_nothing_to_pay_is_no_bar() -> None:
    assert bars([(eur("0"), eur("0"))], True) == [Bar(0.0, 0.0)]
    assert bars([], False) == []


def test_steady_is_from_where_nothing_changes_any_more() -> None:
    assert steady_from([eur("1"), eur("2"), eur("3"), eur("3"), eur("3")]) == 2
    assert steady_from([eur("3"), eur("3")]) == 0
    assert steady_from([eur("3"), eur("2")]) is None
