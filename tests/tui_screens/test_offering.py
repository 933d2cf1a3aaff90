"""The offering: configured by keys and by mouse, priced live, added, changed, explained; what it needs and excludes."""

from __future__ import annotations

from cartdesk.desk.command import Show
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.compare import CompareScreen
from cartdesk.tui.screens.desk import DeskScreen
from cartdesk.tui.screens.offering import OfferingScreen
from cartdesk.tui.screens.why import WhyScreen
from cartdesk.tui.widgets.form import Choice, Counter, Field, FormRow

from .acting import NARROW, Actor, at


def chosen(me: Actor, name: str) -> str:
    line = me.app.desk.cart.cart_item[-1]
    items = [line, *line.cart_item]
    found = [each.value for item in items if item.product for each in item.product.characteristic if each.name == name]
    assert found, [item.product for item in items]
    return str(found[0])


def row(me: Actor, label: str) -> FormRow:
    return next(each for each in me.page.query(FormRow) if each.label.strip() == label)


async def test_a_phone_is_configured_by_keys_and_added_as_chosen(app: CartdeskApp) -> None:
    async with at(app, "NP12") as me:
        await me.open("info NP12")
        assert isinstance(me.app.screen, OfferingScreen)
        price = me.row("Nordphone 12 128 GB")
        await me.press("plus", "down", "right", "down", "right")
        assert me.row("Nordphone 12 256 GB") != price
        before = me.app.desk.view.cart
        assert len(before.lines) == 1
        await me.press("enter")
        assert isinstance(me.app.screen, DeskScreen)
        after = me.app.desk.view.cart
        assert [line.quantity for line in after.lines] == [1, 2]
        assert chosen(me, "color") == "White"
        assert chosen(me, "storage").startswith("256")
        assert "= color White" in me.said
        record = me.app.desk.store.history(after.cart_id)[-1]
        assert record.change.entry == "2*NP12; = color White; = storage 256 GB"
        await me.press("ctrl+z")
        assert me.app.desk.view.cart.lines == before.lines


async def test_a_bundle_is_configured_by_mouse(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.open("info PHONESTART")
        choice = row(me, "Choose a phone")
        assert isinstance(choice, Choice)
        assert "Smart 20  included" in me.picture()
        await me.click_text("▸  1 of")
        assert "2 of 4" in me.picture()
        assert "Hal" in me.row("Choose a phone")
        await me.click_text("( ) SIM card")
        cover = next(each for each in me.page.query(Counter) if each.label.startswith("Device cover"))
        assert isinstance(cover, Counter)
        await me.click(cover, x=29)
        assert cover.value == 1
        await me.click(cover, x=29)
        assert "At most 1" in me.picture()
        await me.click_text("Add to the cart")
        line = me.app.desk.cart.cart_item[0]
        parts = {child.product_offering.id for child in line.cart_item}
        assert {"HALX1", "SIM", "SMART20"} <= parts
        assert len(parts) == 4


async def test_a_line_of_the_cart_is_changed_in_place(app: CartdeskApp) -> None:
    async with at(app, "14277; NP12; *3", size=NARROW) as me:
        line = me.app.desk.view.cart.lines[1]
        await me.open("info @2")
        assert "Change the line" in me.picture()
        await me.press("down", "right", "enter")
        changed = me.app.desk.view.cart.lines[1]
        assert (changed.item_id, changed.quantity) == (line.item_id, 3)
        assert chosen(me, "color") == "White"


async def test_a_value_typed_is_checked_in_place(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.open("info 14277")
        await me.press("down")
        await me.fill("not a number")
        await me.press("enter")
        field = me.page.query_one(Field)
        assert field.error
        assert isinstance(me.app.screen, OfferingScreen)
        await me.press("escape")
        assert me.app.desk.view.cart.empty


async def test_what_is_no_longer_sold_says_so_and_what_replaces_it_is_added(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.open("info SMART3")
        assert "Smart 3 is no longer sold." in me.picture()
        assert "Add to the cart" not in me.picture()
        await me.press("enter")
        assert "no longer sold" in me.said
        await me.click_text("▸ add")
        assert [line.offering_id for line in me.app.desk.view.cart.lines] == ["SMART5"]
        assert "✓ in the cart" in me.picture()


async def test_the_price_as_chosen_is_explained_before_it_is_in_the_cart_and_compared(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.open("info 14277")
        await me.press("f7")
        assert isinstance(me.app.screen, WhyScreen)
        assert "15.95" in me.picture()
        assert "50 % of 29.00" in me.picture()
        await me.press("escape", "f5")
        assert isinstance(me.app.screen, CompareScreen)
        await me.press("escape")
        assert isinstance(me.app.screen, OfferingScreen)
        assert me.app.desk.view.cart.empty


async def test_an_offering_that_is_not_there_is_said_to_be_so(app: CartdeskApp) -> None:
    async with at(app) as me:
        await me.app.show(Show("offering", {"offering_id": "NOSUCH", "item_id": None}))
        await me.settle()
        assert "NOSUCH" in me.picture()
        assert "not in this catalog" in me.picture()
