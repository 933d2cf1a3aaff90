"""A catalog and a customer that try to steer the terminal, driven through every sheet."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cartdesk.desk import Desk
from cartdesk.desk.command import Show
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.receipt import ReceiptScreen

from .acting import WIDE, Actor, at

NASTY = (
    "[red]not red[/] [/] [@click=app.quit]leave[/]",
    "\x1b]0;title\x07\x1b[2J\x1b[31mcleared",
    "right\u202eto left\u2066 isolated",
    "two\nlines\r\nand\ta tab \x9b31m",
    "wide 光纤五百 and e\u0301 combined " + "long " * 60,
)
NAME = "[bold]Ingrid[/] \u202eBerg [@click=app.quit]x[/]"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder whose every text is nasty: names, descriptions, prices, discounts, choices, parts and relations."""
    folder = tmp_path / "catalog"
    folder.mkdir()
    money = {"unit": "EUR", "value": 10}
    prices = [
        {
            "id": f"P{n}", "name": text, "priceType": "recurring", "recurringChargePeriodType": "month", "recurringChargePeriodLength": 1,
            "price": money, "tax": [{"taxCategory": text, "taxRate": 20}],
            "popRelationship": [{"id": f"A{n}", "relationshipType": "alteration"}],
        }
        for n, text in enumerate(NASTY)
    ]  # fmt: skip
    discounts = [
        {
            "id": f"A{n}", "@type": "ProductOfferingPriceAlteration", "name": text, "priceType": "recurring", "percentage": 50,
            "priority": 1, "applicationDuration": 3, "priceCondition": "new customer" if n % 2 else text,
        }
        for n, text in enumerate(NASTY)
    ]  # fmt: skip
    offerings = [
        {
            "id": f"N{n}", "name": text, "description": text, "lifecycleStatus": "Active", "isSellable": True,
            "category": [{"id": "C0", "name": NASTY[0]}], "productOfferingPrice": [{"id": f"P{n}", "name": text}],
            "productOfferingTerm": [{"name": text, "duration": {"amount": 24, "units": "month"}}, {"name": "free"}],
            "prodSpecCharValueUse": [
                {"name": text, "productSpecCharacteristicValue": [{"value": each, "isDefault": not m} for m, each in enumerate(NASTY)]}
            ],
            "productOfferingRelationship": [
                {"id": f"N{(n + 1) % len(NASTY)}", "name": text, "relationshipType": "crossSell"},
                {"id": "N0" if n else "N1", "name": text, "relationshipType": "excludes"},
            ],
        }
        for n, text in enumerate(NASTY)
    ]  # fmt: skip
    (folder / "catalog.json").write_text(json.dumps({"name": NASTY[0], "currency": "EUR"}))
    (folder / "category.json").write_text(json.dumps([{"id": "C0", "name": NASTY[0], "isRoot": True}]))
    (folder / "productOffering.json").write_text(json.dumps(offerings))
    (folder / "productOfferingPrice.json").write_text(json.dumps(prices + discounts))
    return folder


def safe(picture: str) -> bool:
    controls = [character for character in picture if character != "\n" and (ord(character) < 32 or 0x7F <= ord(character) < 0xA0)]
    return not controls and not set(picture) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


async def visit(me: Actor, seen: list[str]) -> None:
    """Open every sheet on the cart in hand, and look at it from its first row to its last."""
    cart_id = me.app.desk.view.cart.cart_id
    sheets = [
        Show("carts"), Show("bill"), Show("why", {"what": "total"}), Show("history"), Show("help"), Show("settings"), Show("checkout"),
        Show("compare", {"cart_ids": (cart_id,), "offering_ids": ("N1", "N4")}),
        *(Show("offering", {"offering_id": f"N{n}", "item_id": None}) for n in (0, 1, 3)),
    ]  # fmt: skip
    for show in sheets:
        await me.app.show(show)
        await me.settle()
        seen.append(me.picture())
        await me.press("down", "down", "right", "end")
        seen.append(me.picture())
        while len(me.app.screen_stack) > 1:
            await me.app.pop_screen()


@pytest.mark.parametrize("size", [WIDE, (60, 20)], ids=["wide", "tiny"])
async def test_nothing_from_outside_is_markup_or_reaches_the_terminal_as_a_control(
    open_desk: Callable[..., Desk], hostile: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    app = CartdeskApp(lambda: open_desk(hostile), log_dir=tmp_path)
    seen: list[str] = []
    async with at(app, *(f"N{n}" for n in range(len(NASTY))), "label [bold]Ingrid[/] [@click=app.quit]x[/]", size=size) as me:
        if size == WIDE:
            await visit(me, seen)
        await me.app.show(Show("checkout"))
        await me.settle()
        await me.fill(NAME)
        await me.press("enter", "escape")
        seen.append(me.picture())
        await me.app.show(Show("bill"))
        await me.settle()
        seen.append(me.picture())
        await me.press("escape")
        await me.app.show(Show("why", {"what": "total"}))
        await me.settle()
        seen.append(me.picture())
        await me.press("tab", "end")
        seen.append(me.picture())
        await me.press("escape")
        await me.app.show(Show("history"))
        await me.settle()
        for key in ("down", "w", "space", "end", "v"):
            await me.press(key)
            seen.append(me.picture())
        await me.press("escape")
        me.do("U to 2")
        me.app.desk.enter("E Ingrid Berg, ingrid@berg.example")
        (order,) = me.app.desk.store.orders()
        await me.app.push_screen(ReceiptScreen(me.app.desk, order.id))
        await me.settle()
        seen.append(me.picture())
        assert me.app.is_running
    assert len(seen) > 8
    for picture in seen:
        assert safe(picture), picture
    assert any("[red]not red[/] [/]" in picture for picture in seen) or size != WIDE
