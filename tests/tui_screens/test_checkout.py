"""The checkout: customer, review, order, receipt; by keys alone, by mouse alone, and with nothing typed ever lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cartdesk.desk import Desk
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.checkout import CheckoutScreen
from cartdesk.tui.screens.confirm import ConfirmScreen
from cartdesk.tui.screens.desk import DeskScreen
from cartdesk.tui.screens.receipt import ReceiptScreen
from cartdesk.tui.widgets.form import Field

from .acting import NARROW, WIDE, Actor, at

SALE = ("14277; 2*FIB500",)


def field(me: Actor, name: str) -> Field:
    return next(each for each in me.page.query(Field) if each.name == name)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_a_sale_is_ordered_by_keys_alone(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, *SALE, size=size) as me:
        write = me.type if size == WIDE else me.fill
        await me.press("f8")
        assert isinstance(me.app.screen, CheckoutScreen)
        await write("Ingrid Berg")
        await me.press("enter")
        await write("ingrid@berg.example")
        await me.press("enter")
        assert "One-off charges are due now; recurring charges come with" in me.picture()
        assert "98.00" in me.row("Due now, on confirming")
        assert "109.90/mo" in me.row("Every month, with the bill")
        await me.press("enter")
        assert isinstance(me.app.screen, ConfirmScreen)
        await me.press("right", "enter")
        assert isinstance(me.app.screen, ReceiptScreen)
        (order,) = me.app.desk.store.orders()
        assert f"Order {order.id}" in me.picture()
        assert "98.00 EUR" in me.app.screen.text
        assert me.app.desk.view.cart.read_only
        await me.press("escape")
        assert isinstance(me.app.screen, DeskScreen)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_a_sale_is_ordered_by_mouse_alone_once_it_is_typed(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, *SALE, size=size) as me:
        await me.click_text("Check out")
        await me.fill("Ingrid Berg")
        await me.click(field(me, "phone").input)
        await me.fill("+47 22 33 44 55")
        await me.click_text("Next: review")
        await me.click_text("Confirm the order")
        assert isinstance(me.app.screen, ConfirmScreen)
        await me.click("#yes")
        assert isinstance(me.app.screen, ReceiptScreen)
        await me.click_text("Next customer")
        assert isinstance(me.app.screen, DeskScreen)
        assert me.app.desk.view.cart.empty
        assert len(me.app.desk.store.orders()) == 1


async def test_what_is_wrong_is_said_under_the_field(app: CartdeskApp) -> None:
    async with at(app, *SALE, "#Mrs Berg") as me:
        await me.press("f8")
        assert field(me, "customer").value == "Mrs Berg"
        field(me, "customer").value = ""
        await me.press("enter")
        assert "The customer's name" in field(me, "customer").error
        await me.fill("Ingrid")
        assert not field(me, "customer").error
        await me.press("enter")
        assert "needs a way to be reached" in field(me, "email").error
        await me.fill("ingrid at berg")
        await me.press("enter")
        assert "no @" in field(me, "email").error
        assert "no @" in me.picture()
        assert isinstance(me.app.screen, CheckoutScreen)
        assert not me.app.desk.store.orders()


async def test_going_back_loses_nothing_typed_and_neither_does_a_kill(
    app: CartdeskApp, open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    async with at(app, *SALE) as me:
        await me.press("f8")
        await me.fill("Ingrid Berg")
        await me.press("down")
        await me.fill("ingrid@berg.example")
        await me.press("enter", "escape", "escape")
        assert isinstance(me.app.screen, DeskScreen)
        await me.press("f8")
        assert field(me, "customer").value == "Ingrid Berg"
        await me.press("down", "down")
        await me.fill("22334455")
    app.desk.close()
    again = CartdeskApp(open_desk, log_dir=tmp_path)
    async with at(again) as me:
        await me.press("f8")
        assert [field(me, name).value for name in ("customer", "email", "phone")] == ["Ingrid Berg", "ingrid@berg.example", "22334455"]


async def test_what_stands_in_the_way_is_said_with_the_key_that_mends_it(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.press("f8")
        assert isinstance(me.app.screen, DeskScreen)
        assert "empty" in me.said
        me.do("NP12CASE")
        blocking = [finding for finding in me.app.desk.view.cart.findings if finding.mends]
        await me.press("f8")
        assert isinstance(me.app.screen, DeskScreen)
        assert blocking[0].mends[0][0] in me.said
        await me.press("ctrl+o")
        assert len(me.app.desk.view.cart.lines) == 2
        assert not me.app.desk.store.orders()


async def test_a_blocker_that_comes_while_checking_out_is_mended_in_the_review(app: CartdeskApp) -> None:
    async with at(app, *SALE) as me:
        await me.press("f8")
        await me.fill("Ingrid Berg")
        await me.press("enter")
        await me.fill("ingrid@berg.example")
        me.do("NP12CASE")
        await me.press("enter")
        before = len(me.app.desk.view.cart.lines)
        assert me.app.desk.view.cart.findings[0].sentence[:30] in me.picture()
        await me.press("enter")
        assert len(me.app.desk.view.cart.lines) == before + 1
        assert isinstance(me.app.screen, CheckoutScreen)


async def test_the_safe_answer_keeps_the_cart_and_keys_typed_ahead_do_not_answer(app: CartdeskApp) -> None:
    async with at(app, *SALE) as me:
        await me.press("f8")
        await me.fill("Ingrid Berg")
        await me.press("down")
        await me.fill("ingrid@berg.example")
        await me.press("enter", "enter", "right", "enter")
        assert isinstance(me.app.screen, ConfirmScreen)
        assert not me.app.desk.store.orders()
        await me.press("enter")
        assert isinstance(me.app.screen, CheckoutScreen)
        assert not me.app.desk.store.orders()


async def test_the_receipt_is_copied_and_wraps_for_a_narrow_screen(app: CartdeskApp) -> None:
    async with at(app, *SALE, "E Ingrid Berg, ingrid@berg.example", size=(60, 20)) as me:
        (order,) = me.app.desk.store.orders()
        await me.app.push_screen(ReceiptScreen(me.app.desk, order.id))
        await me.settle()
        assert all(len(line) <= 60 for line in me.picture().split("\n"))
        await me.press("y")
        assert order.id in me.app.clipboard
