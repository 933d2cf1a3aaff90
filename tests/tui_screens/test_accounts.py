"""Accounts: found as you type, with their bill days, bills, products and orders; by keys and by mouse, at both sizes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from cartdesk.desk.command import Show
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.accounts import AccountsScreen
from cartdesk.tui.screens.receipt import ReceiptScreen
from cartdesk.tui.widgets.grid import Grid

from .acting import NARROW, WIDE, Actor, at

ORDERED = ("14277; #C-1001", "E Solveig Berg, solveig.berg@example.com", "new")


def rows_of(me: Actor) -> list[str]:
    return [row.text for row in me.page.query_one("#book", Grid).rows]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])
async def test_a_customer_is_found_and_a_bill_opened_by_keys(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, size=size) as me:
        await me.press("ctrl+l")
        assert isinstance(me.app.screen, AccountsScreen)
        assert "10 customers" in me.picture()
        await me.type("solv")
        assert "1 of 10 customers" in me.picture()
        assert "Solveig Berg  C-1001" in me.picture()
        assert "15th: last 15 Nov 2026, next 15 Dec, 15 Jan 2027" in me.row("Bill day")
        await me.press("tab", "enter")
        first = next(n for n, row in enumerate(me.page.query_one("#book", Grid).rows) if row.kind == "bill")
        await me.press(*["down"] * first, "enter")
        assert "foreseen" in me.row("Smart 20 monthly, 24 months")
        opened = len(rows_of(me))
        await me.press("enter")
        assert len(rows_of(me)) < opened
        await me.press("tab")
        assert me.app.focused is not None
        await me.press("escape")
        assert not isinstance(me.app.screen, AccountsScreen)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])
async def test_a_customer_is_found_and_a_bill_opened_by_mouse(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, size=size) as me:
        await me.app.show(Show("accounts"))
        await me.settle()
        await me.click_text("Emre Kaya")
        assert "Emre Kaya  C-1002" in me.picture()
        await me.click_text("28 Nov 2026")
        await me.click_text("28 Nov 2026")
        assert "11.90" in me.row("Talk Classic monthly, price of 2012")


async def test_the_carts_customer_comes_first_and_an_order_leads_to_its_receipt(app: CartdeskApp) -> None:
    async with at(app, *ORDERED, "#C-1001; FIB500") as me:
        await me.press("ctrl+l")
        assert me.page.query_one("#people", Grid).current.customer.id == "C-1001"
        assert "Orders" in rows_of(me)
        book = me.page.query_one("#book", Grid)
        number = next(n for n, row in enumerate(book.rows) if row.kind == "order")
        await me.press("tab", "tab", *["down"] * number, "enter")
        assert isinstance(me.app.screen, ReceiptScreen)


async def test_bills_that_were_made_stand_before_those_to_come(app: CartdeskApp, clock) -> None:
    async with at(app, *ORDERED) as me:
        clock.pass_minutes(60 * 24 * 40)
        await me.press("ctrl+l")
        await me.type("C-1001")
        rows = rows_of(me)
        assert rows.index("Bills until today") < rows.index("Bills to come")


async def test_an_entry_finds_by_account_and_another_reading_of_the_shift_moves_the_days(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.open("shift offset", "accounts A-4720")
        assert "Emre Kaya  C-1002" in me.picture()
        assert "29th: last 29 Oct 2026, next 29 Nov" in me.row("Bill day")
        await me.press("escape")
        await me.open("shift day", "accounts A-4720")
        assert "28th: last 28 Oct 2026, next 28 Nov" in me.row("Bill day")


async def test_the_accounts_are_written_as_a_pdf(app: CartdeskApp, tmp_path: Path) -> None:
    async with at(app) as me:
        await me.app.show(Show("accounts", {"customer_id": "C-2002"}))
        await me.settle()
        await me.press("tab", "w")
        assert "accounts-C-2002.pdf is in" in me.said
        text = "".join(page.extract_text() for page in PdfReader(tmp_path / "data" / "papers" / "accounts-C-2002.pdf").pages)
        assert "Commission SA-2002, settlement" in text


async def test_nobody_says_what_helps_and_strange_searches_find_nobody(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.press("ctrl+l")
        for text in ("zzz", "\x1b[31m", "😀" * 50, "x" * 10_000, "[/]", "(((", "שלום"):
            await me.fill(text)
            assert "Nobody fits" in me.picture()
            await me.press("ctrl+u", "ctrl+k")
        assert "10 customers" in me.picture()
        await me.fill("wang")
        assert "There is no account yet" in me.picture()
        assert "They have no products yet." in me.picture()
