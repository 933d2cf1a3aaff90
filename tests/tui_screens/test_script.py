"""Read aloud, and papers from the desk: the script in every form, and PDFs where their keys say they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.receipt import ReceiptScreen
from cartdesk.tui.screens.script import ScriptScreen

from .acting import NARROW, WIDE, at


def text_of(file: Path) -> str:
    return "".join(page.extract_text() for page in PdfReader(file).pages)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])
async def test_the_script_is_read_in_another_form_by_keys_and_by_mouse(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, "FIB500", size=size) as me:
        await me.press("ctrl+r")
        assert isinstance(me.app.screen, ScriptScreen)
        assert "not legal advice" in me.picture()
        assert "Neutral form" in me.picture()
        await me.press("f")
        assert "Form for the United Kingdom" in me.picture()
        await me.click_text("( ) us")
        assert "Form for the United States" in me.picture()
        assert any("before taxes" in each.text for each in me.page.statements)
        await me.press("escape", "ctrl+r")
        assert "Form for the United States" in me.picture()
        assert me.app.desk.store.setting("script_form") == "us"


async def test_an_empty_cart_has_nothing_to_read_and_nothing_to_quote(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.open("script eu")
        assert "There is nothing to read aloud" in me.picture()
        await me.press("w")
        assert "There is nothing to quote: this cart is empty." in me.said


async def test_a_quote_is_written_from_the_script_and_from_the_bill(app: CartdeskApp, tmp_path: Path) -> None:
    async with at(app, "FIB500; label Mrs [bold]Berg") as me:
        cart = me.app.desk.view.cart.cart_id
        file = tmp_path / "data" / "papers" / f"quote-{cart}.pdf"
        await me.press("ctrl+r", "w")
        assert f"quote-{cart}.pdf is in" in me.said
        assert "Mrs [bold]Berg" in text_of(file)
        file.unlink()
        await me.press("escape", "f6", "w")
        assert "39.00" in text_of(file)


async def test_a_confirmation_is_written_from_the_receipt(app: CartdeskApp, tmp_path: Path) -> None:
    async with at(app, "FIB500", "E Kari Nes, kari@nes.example") as me:
        (order,) = me.app.desk.store.orders()
        await me.app.push_screen(ReceiptScreen(me.app.desk, order.id))
        await me.settle()
        await me.press("w")
        assert f"confirmation-{order.id}.pdf is in" in me.said
        assert "Right to cancel" in text_of(tmp_path / "data" / "papers" / f"confirmation-{order.id}.pdf")


async def test_a_folder_that_cannot_be_written_is_said(app: CartdeskApp, tmp_path: Path) -> None:
    async with at(app, "FIB500") as me:
        (tmp_path / "data" / "papers").write_text("a file stands where the folder should be")
        await me.press("ctrl+r", "w")
        assert "cannot be made" in me.said
