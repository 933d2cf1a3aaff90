"""The checkout's six steps for a prospect and for a customer: by keys alone, by mouse alone, with nothing typed ever lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cartdesk.desk import Desk
from cartdesk.selling.checkout_draft import Step
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.checkout import CheckoutScreen
from cartdesk.tui.screens.confirm import ConfirmScreen
from cartdesk.tui.screens.desk import DeskScreen
from cartdesk.tui.screens.orders import OrdersScreen
from cartdesk.tui.screens.receipt import ReceiptScreen
from cartdesk.tui.widgets.form import Field

from .acting import NARROW, WIDE, Actor, at

SALE = ("FIB500; SIM",)
MORE = pytest.mark.stress
WIDE_FIRST = pytest.mark.parametrize("size", [WIDE, pytest.param(NARROW, marks=MORE)], ids=["wide", "narrow"])
NARROW_FIRST = pytest.mark.parametrize("size", [pytest.param(WIDE, marks=MORE), NARROW], ids=["wide", "narrow"])
"""Each use case by keys and by mouse at one size by default, and at the other under stress."""


def field(me: Actor, name: str) -> Field:
    return next(each for each in me.page.query(Field) if each.name == name)


def step(me: Actor) -> Step:
    page = me.app.screen
    assert isinstance(page, CheckoutScreen)
    return page._step


async def to_payment(me: Actor, *, day: str = "15") -> None:
    """Fill in the first three steps with keys alone."""
    await me.press("f8")
    await me.fill("Ingrid Berg")
    await me.press("down")
    await me.fill("ingrid@berg.example")
    await me.press("enter", "down", "down", "down", "space", "down", "down")
    for text in ("Storgata 5", "0155", "Oslo"):
        await me.fill(text)
        await me.press("down")
    await me.press("enter", "down")
    await me.fill(day)
    await me.press("enter")
    assert step(me) is Step.PAYMENT


@WIDE_FIRST
async def test_a_prospect_becomes_a_customer_by_keys_alone(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, *SALE, size=size) as me:
        write = me.type if size == WIDE else me.fill
        await me.press("f8")
        assert isinstance(me.app.screen, CheckoutScreen)
        await write("Ingrid Berg")
        await me.press("enter")
        assert "needs a way to be reached" in me.said
        await write("ingrid@berg.example")
        await me.press("enter")
        await me.press("down", "down", "down", "space")
        assert "Courier" in me.row("2 Delivery")
        await me.press("down", "down")
        await write("Storgata 5")
        await me.press("enter")
        assert "needs a post code" in me.said
        await write("0155")
        await me.press("enter")
        await write("Oslo")
        await me.press("enter")
        assert step(me) is Step.BILLING
        await me.press("down")
        await write("15")
        await me.press("enter")
        assert "First bill 15 Dec" in me.picture() or size == NARROW
        await me.press("space", "down")
        await write("AB-1234")
        await me.press("enter")
        assert "73.94 EUR paid" in me.row("4 Payment")
        assert "Today you pay 73.94 EUR" in me.picture()
        for _ in range(9):
            assert step(me) is Step.READ
            await me.press("enter")
        assert step(me) is Step.CONFIRM
        assert "73.94" in me.row("Due now, on confirming")
        assert "39.00/mo" in me.row("Every month, with the bill")
        await me.press("enter")
        assert isinstance(me.app.screen, ConfirmScreen)
        await me.press("right", "enter")
        assert isinstance(me.app.screen, ReceiptScreen)
        store = me.app.desk.store
        (order,), (payment,), (customer,) = store.orders(), store.payments(), store.customers()
        assert order.id == order.external_id
        assert f"Order {order.id}" in me.picture()
        assert [ref.id for ref in order.payment] == [payment.id]
        assert payment.authorization_code == "AB-1234"
        assert order.seat is not None
        assert order.seat.consent is not None
        assert (order.seat.consent.who, order.seat.consent.at, len(order.seat.heard)) == ("ana", "2026-11-22T10:00:00Z", 9)
        (account,) = [each for each in store.accounts(customer.id) if each.kind == "BillingAccount"]
        assert {item.billing_account.id for item in store.bill_items(account.id) if item.billing_account} == {account.id}
        assert me.app.desk.view.cart.read_only
        assert store.checkouts() == []
        await me.press("escape")
        assert isinstance(me.app.screen, DeskScreen)
        await me.press("ctrl+t")
        assert isinstance(me.app.screen, OrdersScreen)
        await me.press("ctrl+r", "right", "enter")
        assert "in progress" in me.row(order.id, "Ingrid Berg")
        await me.press("ctrl+b")
        await write("It came a day early")
        await me.press("enter", "ctrl+g", "left", "enter")
        after = store.get_order(order.id)
        assert after is not None
        assert after.seat is not None
        assert (after.state, after.seat.rating, after.note[-1].text) == ("inProgress", 5, "It came a day early")


@NARROW_FIRST
async def test_a_prospect_becomes_a_customer_by_mouse_alone_once_it_is_typed(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, *SALE, size=size) as me:
        await me.click_text("Check out")
        await me.fill("Berg Bygg AS")
        await me.click_text("( ) Organization")
        await me.click(field(me, "phone").input)
        await me.fill("+47 22 33 44 99")
        await me.click_text("Next: delivery")
        await me.click_text("( ) Pick-up in a shop")
        await me.click(me.page.query_one("#shop"), x=20)
        await me.click_text("Next: billing")
        await me.click_text("Itemised") if size == WIDE else await me.click(me.page.query_one("#bill-format"), x=24)
        await me.click_text("Next: payment")
        await me.click_text("( ) Card terminal")
        await me.click(field(me, "reference").input)
        await me.fill("77AB")
        await me.click_text("Next: read aloud")
        assert step(me) is Step.READ
        await me.click_text("All were read")
        await me.click_text("Next: confirm")
        await me.click_text("Confirm the order")
        assert isinstance(me.app.screen, ConfirmScreen)
        await me.click("#yes")
        assert isinstance(me.app.screen, ReceiptScreen)
        (order,), (customer,) = me.app.desk.store.orders(), me.app.desk.store.customers()
        assert customer.wire()["@type"] == "Organization"
        places = {place.role for item in order.product_order_item if item.product for place in item.product.place}
        assert "pickup" in places
        await me.click_text("Next customer")
        assert isinstance(me.app.screen, DeskScreen)
        assert me.app.desk.view.cart.empty


@NARROW_FIRST
async def test_a_customer_buys_on_their_own_account_by_keys_alone(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, "14277; SIM", size=size) as me:
        await me.press("f8")
        await me.fill("Solveig Berg")
        assert "Solveig Berg, solveig.berg@example.com" in me.picture()
        await me.press("down", "down", "down", "down", "space")
        assert "customer since 2019" in me.row("1 Customer")
        await me.press("enter")
        assert step(me) is Step.DELIVERY
        assert "Storgata 5, 0155 Oslo" in me.row("2 Delivery")
        await me.press("space", "enter")
        assert step(me) is Step.BILLING
        assert "(•) Home A-4711 · 15th · E-mail" in me.picture()
        await me.press("down", "space", "enter")
        assert "Children A-4712" in me.row("3 Billing")
        await me.press("left", "enter")
        assert "On the first bill" in me.row("4 Payment")
        await me.press("a", "enter")
        await me.press("enter")
        await me.press("right", "enter")
        store = me.app.desk.store
        (order,) = store.orders()
        assert order.billing_account is not None
        assert order.billing_account.id == "A-4712"
        assert store.payments() == []
        once = [item for item in store.bill_items("A-4712") if item.type == "oneTime"]
        assert sum(item.tax_included_amount.amount for item in once if item.tax_included_amount) > 0
        assert store.customers() == []
        assert me.app.desk.view.cart.read_only


@WIDE_FIRST
async def test_a_customer_buys_on_two_accounts_by_mouse_alone(app: CartdeskApp, size: tuple[int, int]) -> None:
    async with at(app, "14277; FIB500; #C-1001", size=size) as me:
        await me.click_text("Check out")
        assert "customer since 2019" in me.row("1 Customer")
        await me.click_text("Next: delivery")
        await me.click_text("Next: billing")
        line = next(row for row in me.page.query("#line-accounts > *") if "Fibre" in str(getattr(row, "label", "")))
        line.scroll_visible(animate=False)
        await me.settle()
        await me.click(line, x=34)
        await me.click(line, x=34)
        assert "1 more account" in me.row("3 Billing")
        await me.click_text("Next: payment")
        await me.click_text("( ) First bill")
        await me.click_text("Next: read aloud")
        assert step(me) is Step.READ
        await me.click_text("All were read")
        await me.click_text("Next: confirm")
        await me.click_text("Confirm the order")
        await me.click("#yes")
        store = me.app.desk.store
        assert {name for name in ("A-4711", "A-4712") if store.bill_items(name)} == {"A-4711", "A-4712"}
        (order,) = store.orders()
        assert [item.billing_account.id for item in order.product_order_item if item.billing_account] == ["A-4712"]


async def test_somebody_who_is_known_is_not_kept_twice(app: CartdeskApp) -> None:
    async with at(app, "14277") as me:
        await me.press("f8")
        await me.fill("S. Berg")
        await me.press("down")
        await me.fill("solveig.berg@example.com")
        await me.press("enter")
        assert "is a customer already" in me.said
        assert step(me) is Step.CUSTOMER
        await me.press("down", "space", "enter")
        assert step(me) is Step.DELIVERY
        assert "S. Berg · new customer" in me.row("1 Customer")


async def check_fault(me: Actor, name: str, text: str, words: str) -> None:
    """Type something wrong into a line of the step in hand, and see it said there."""
    line = field(me, name)
    line.input.focus()
    line.value = ""
    await me.fill(text)
    await me.press("enter")
    assert words in line.error, (name, text, line.error)
    line.value = ""
    await me.settle()


async def test_what_is_wrong_is_said_under_its_field(app: CartdeskApp) -> None:
    async with at(app, *SALE) as me:
        await me.press("f8")
        await check_fault(me, "name", "\u202eIngrid", "control characters")
        await check_fault(me, "name", "I" * 400, "400 characters long")
        await me.fill("ليلى حداد")
        await check_fault(me, "email", "ingrid at berg", "no @")
        await check_fault(me, "phone", "22 33 44 ab", "something other than digits")
        field(me, "email").input.focus()
        await me.fill("leila@example.com")
        await me.press("enter", "down", "space")
        assert step(me) is Step.DELIVERY
        await check_fault(me, "post_code", "0155", "")
        assert "needs a street" in field(me, "street").error
        for name, text in (("street", "Storgata 5"), ("post_code", "0155"), ("city", "Oslo")):
            field(me, name).value = text
        await me.settle()
        await me.press("enter")
        assert step(me) is Step.BILLING
        for day in ("0", "32", "1.5", "٣", "-1"):
            await check_fault(me, "bill_day", day, "from 1 to 31")
        await check_fault(me, "account_name", "\U0001f600", "no letter")
        field(me, "account_name").input.focus()
        await me.press("enter", "space")
        assert step(me) is Step.PAYMENT
        await check_fault(me, "reference", "<1>", "something other than letters")
        assert not me.app.desk.store.orders()


async def test_a_name_of_ten_thousand_characters_is_not_kept(app: CartdeskApp) -> None:
    async with at(app, *SALE) as me:
        await me.press("f8")
        await me.fill("I" * 10_000)
        assert "10,000 characters long" in me.said
        kept = me.app.desk.store.get_checkout(me.app.desk.view.cart.cart_id or "")
        assert kept is not None
        assert not kept["typed"]


CARDS = ("4111 1111 1111 1111", "5500-0000-0000-0004", "3782/822463/10005", "٤١١١١١١١١١١١١١١١", "4222222222222")


async def test_no_card_number_can_be_typed_in_any_field(app: CartdeskApp) -> None:
    async with at(app, *SALE) as me:
        await to_payment(me)
        await me.press("space")
        for wanted in reversed(Step):
            if wanted.number > Step.PAYMENT.number:
                continue
            assert step(me) is wanted
            for line in list(me.page.query_one(f"#panel-{wanted}").query(Field)):
                before = line.value
                line.input.focus()
                for card in CARDS:
                    line.value = ""
                    await me.fill(card)
                    assert line.value == "", (line.name, card)
                    assert "payment card" in me.said
                line.value = before
            await me.press("escape")
        data = me.app.desk.store.path.read_bytes()
        for card in CARDS:
            assert card.encode() not in data
            assert "".join(each for each in card if each.isdigit()).encode() not in data


async def test_a_card_number_typed_key_by_key_is_gone_with_its_last_digit(app: CartdeskApp) -> None:
    async with at(app, *SALE) as me:
        await me.press("f8")
        await me.type("4111111111111111")
        assert field(me, "name").value == ""
        assert b"41111111111" not in me.app.desk.store.path.read_bytes()


async def test_going_back_loses_nothing_typed_and_neither_does_a_kill(
    app: CartdeskApp, open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    async with at(app, *SALE) as me:
        await to_payment(me)
        number = me.app.desk.store.get_checkout(me.app.desk.view.cart.cart_id or "")
        await me.press("escape", "escape", "escape", "escape")
        assert isinstance(me.app.screen, DeskScreen)
        await me.press("f8")
        assert step(me) is Step.CUSTOMER
        assert field(me, "name").value == "Ingrid Berg"
        await me.press("enter", "enter", "enter")
        assert step(me) is Step.PAYMENT
    app.desk.close()
    again = CartdeskApp(open_desk, log_dir=tmp_path)
    async with at(again) as me:
        await me.press("f8")
        assert step(me) is Step.PAYMENT
        assert [field(me, name).value for name in ("name", "email", "street", "bill_day")] == [
            "Ingrid Berg",
            "ingrid@berg.example",
            "Storgata 5",
            "15",
        ]
        after = me.app.desk.store.get_checkout(me.app.desk.view.cart.cart_id or "")
        assert number is not None
        assert after is not None
        assert after["orderId"] == number["orderId"]


async def test_a_declined_payment_leaves_the_checkout_to_go_on_from(app: CartdeskApp) -> None:
    async with at(app, *SALE) as me:
        await to_payment(me)
        await me.press("space", "down")
        await me.fill("AB-1")
        await me.press("down", "right", "right", "enter")
        assert "declined" in me.said
        assert step(me) is Step.PAYMENT
        assert "declined" in me.row("4 Payment")
        field(me, "reference").input.focus()
        await me.fill("2")
        await me.press("down", "left", "enter")
        assert step(me) is Step.READ
        assert "73.94 EUR paid" in me.row("4 Payment")
        assert not me.app.desk.store.orders()


async def test_what_was_paid_is_not_forgotten_by_choosing_another_way(app: CartdeskApp) -> None:
    async with at(app, *SALE) as me:
        await to_payment(me)
        await me.press("space", "down")
        await me.fill("AB-1234")
        await me.press("enter", "escape")
        assert step(me) is Step.PAYMENT
        me.page.query_one("#method").focus()
        await me.press("right")
        assert "is paid already" in me.said
        assert "AB-1234" in me.row("4 Payment")


async def test_what_stands_in_the_way_is_said_with_the_key_that_mends_it(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.press("f8")
        assert isinstance(me.app.screen, DeskScreen)
        assert "empty" in me.said
        me.do("NP12")
        await me.press("f8")
        assert isinstance(me.app.screen, DeskScreen)
        assert "SIM" in me.said
        await me.press("ctrl+o")
        assert len(me.app.desk.view.cart.lines) == 2
        assert not me.app.desk.store.orders()


async def test_a_line_that_comes_while_checking_out_has_to_be_read_again(app: CartdeskApp) -> None:
    async with at(app, *SALE) as me:
        await to_payment(me)
        await me.press("left", "enter", "a", "enter")
        assert step(me) is Step.CONFIRM
        me.do("TVPLUS")
        await me.press("enter")
        assert step(me) is Step.READ
        assert "still to be read aloud" in me.said
        assert not me.app.desk.store.orders()


async def test_the_safe_answer_keeps_the_cart_and_keys_typed_ahead_do_not_answer(app: CartdeskApp) -> None:
    async with at(app, *SALE) as me:
        await to_payment(me)
        await me.press("left", "enter", "a")
        await me.press("enter", "enter", "right", "enter")
        assert isinstance(me.app.screen, ConfirmScreen)
        assert not me.app.desk.store.orders()
        await me.press("enter")
        assert isinstance(me.app.screen, CheckoutScreen)
        assert not me.app.desk.store.orders()


async def test_steps_are_gone_to_with_a_click(app: CartdeskApp) -> None:
    async with at(app, *SALE) as me:
        await to_payment(me)
        await me.click_text("1 Customer")
        assert step(me) is Step.CUSTOMER
        await me.click_text("5 Read aloud")
        assert step(me) is Step.PAYMENT
        assert "how it is paid" in me.said


async def test_the_receipt_is_copied_and_wraps_for_a_narrow_screen(app: CartdeskApp) -> None:
    async with at(app, "FIB500", "E Ingrid Berg, ingrid@berg.example", size=(60, 20)) as me:
        (order,) = me.app.desk.store.orders()
        await me.app.push_screen(ReceiptScreen(me.app.desk, order.id))
        await me.settle()
        assert all(len(line) <= 60 for line in me.picture().split("\n"))
        await me.press("y")
        assert order.id in me.app.clipboard
