"""A catalog that tries to steer the screen: markup, links, terminal controls, bidirectional overrides and very long names."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cartdesk.desk import Desk
from cartdesk.tui.app import CartdeskApp

from .story import desk_screen, enter, picture, press, settled

NASTY = (
    "[red]not red[/] [/] [@click=app.quit]leave[/]",
    "\x1b]0;title\x07\x1b[2J\x1b[31mcleared",
    "right\u202eto left\u2066 isolated",
    "two\nlines\r\nand\ta tab \x9b31m",
    "wide 光纤五百 and e\u0301 combined " + "long " * 80,
    "$accent {braces} %s \\[escaped]",
)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder whose every text is nasty."""
    folder = tmp_path / "catalog"
    folder.mkdir()
    prices = [
        {
            "id": f"P{number}", "name": text, "priceType": "recurring", "recurringChargePeriodType": "month",
            "recurringChargePeriodLength": 1, "price": {"unit": "EUR", "value": 10 + number}, "priceCondition": text,
        }
        for number, text in enumerate(NASTY)
    ]  # fmt: skip
    offerings = [
        {
            "id": f"N{number}", "name": text, "description": text, "lifecycleStatus": "Active", "isSellable": True,
            "category": [{"id": "C0", "name": NASTY[0]}],
            "productOfferingPrice": [{"id": f"P{number}", "name": text}],
            "productOfferingRelationship": [{"id": f"N{(number + 1) % len(NASTY)}", "name": text, "relationshipType": "requires"}],
        }
        for number, text in enumerate(NASTY)
    ]  # fmt: skip
    (folder / "catalog.json").write_text(json.dumps({"name": NASTY[0], "currency": "EUR"}))
    (folder / "category.json").write_text(json.dumps([{"id": "C0", "name": NASTY[0], "isRoot": True}]))
    (folder / "productOffering.json").write_text(json.dumps(offerings))
    (folder / "productOfferingPrice.json").write_text(json.dumps(prices))
    return folder


async def test_nothing_from_a_catalog_is_markup_or_reaches_the_terminal_as_a_control(
    open_desk: Callable[..., Desk], hostile: Path, tmp_path: Path
) -> None:
    app = CartdeskApp(lambda: open_desk(hostile), log_dir=tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        seen = []
        for keys in (("tab",), ("down",), ("down",), ("down",), ("down",), ("left", "down"), ("f2",)):
            await press(pilot, *keys)
            seen.append(picture(app))
        for number in range(len(NASTY)):
            await enter(pilot, f"N{number}")
            seen.append(picture(app))
        await enter(pilot, "#[/] \x1b[31m")
        await enter(pilot, "[red]NOSUCH[/]")
        await enter(pilot, "?[red]")
        seen.append(picture(app))
        await press(pilot, "escape", "escape", "tab", "tab", "down", "down")
        seen.append(picture(app))
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        seen.append(picture(app))
        assert len(app.desk.view.cart.lines) == len(NASTY)
        assert not (tmp_path / "cartdesk.log").exists()
        screens = "\n".join(seen)
        assert "[red]not red[/] [/] [@click" in screens
        assert "光纤五百" in screens
        assert not [character for character in screens if character != "\n" and (ord(character) < 32 or 0x7F <= ord(character) < 0xA0)]
        assert not set(screens) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


async def test_a_click_on_what_looks_like_a_link_does_nothing_of_its_own(
    open_desk: Callable[..., Desk], hostile: Path, tmp_path: Path
) -> None:
    app = CartdeskApp(lambda: open_desk(hostile), log_dir=tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        offerings = desk_screen(app).offerings
        for x in range(2, 40, 6):
            await pilot.click(offerings, offset=(x, 1))
        await settled(pilot)
        assert app.is_running
        assert not app._exit
