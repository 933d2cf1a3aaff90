"""Screens in other languages: no word forgotten, nothing out of place, a whole sale, and how the desk looks in each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.widgets import Input

from cartdesk.language import current, speak
from cartdesk.language.shelf import load
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.kiosk.app import KioskApp
from cartdesk.tui.screens.receipt import ReceiptScreen
from kiosk.visiting import opened, touch
from kiosk.visiting import picture as kiosk_picture
from tui_screens.acting import NARROW, WIDE, Actor, at

from .pseudo import data_words, plain_words, pseudo

PICTURES = Path(__file__).parent / "pictures"
TYPED = frozenset(
    {"ana", "Ingrid", "Berg", "ingrid", "berg", "example", "Storgata", "Oslo", "name", "com", "Nordlys", "neutral", "uk", "eu", "us", "id"}
)
SALE = ("FIB500; SIM", "#Ingrid Berg")
PAGES = ("f6", "f7", "f3", "f9", "ctrl+t", "ctrl+l", "ctrl+r")
"""Bill, why, carts, history, orders, accounts, script."""


def _forgotten(me: Actor, known: frozenset[str]) -> list[str]:
    lines = me.picture().split("\n")
    assert all(len(line) <= me.app.size.width for line in lines)
    return plain_words("\n".join(lines), known)


async def test_no_word_of_the_desk_and_its_pages_is_forgotten(app: CartdeskApp, nordlys: Path) -> None:
    known = data_words(nordlys) | TYPED
    speak(pseudo())
    async with at(app, *SALE, size=NARROW) as me:
        left = {"desk": _forgotten(me, known)}
        await me.press("tab")
        left["cart"] = _forgotten(me, known)
        for key in PAGES:
            await me.press(key)
            left[key] = _forgotten(me, known)
            await me.press("escape")
        await me.open("hold")
        left["held"] = _forgotten(me, known)
    assert {where: words for where, words in left.items() if words} == {}


async def test_no_word_of_the_checkout_is_forgotten(app: CartdeskApp, nordlys: Path) -> None:
    known = data_words(nordlys) | TYPED
    speak(pseudo())
    left: dict[str, list[str]] = {}
    async with at(app, *SALE, "E email=ingrid@berg.example", "E street=Storgata 5; E post code=0155; E city=Oslo", size=NARROW) as me:
        await me.press("f8")
        for step in ("customer", "delivery", "billing", "payment", "read", "confirm"):
            left[step] = _forgotten(me, known)
            me.do(*{"customer": ("E option=COURIER",), "payment": ("E pay=bill",), "read": ("E heard",)}.get(step, ()))
            await me.press("enter")
    assert {where: words for where, words in left.items() if words} == {}


async def test_no_word_of_the_kiosk_is_forgotten(kiosk: KioskApp, nordlys: Path) -> None:
    known = data_words(nordlys) | TYPED | frozenset(word.upper() for word in data_words(nordlys)) | {"NORDLYS", "ABC", "DEF", "GHI", "JKL"}
    known |= {"MNO", "PQRS", "TUV", "WXYZ"}
    speak(pseudo())
    left: dict[str, list[str]] = {}
    async with kiosk.run_test(size=NARROW) as pilot:
        await opened(pilot)
        for what in ("begin", "search", "back", "INTERNET", "FIBRE", "offer FIB500", "add", "hand"):
            if what != "add":  # the offering's page has its description, which is the catalog's
                left[f"before {what}"] = plain_words(kiosk_picture(kiosk), known)
            await touch(pilot, what)
        left["hand"] = plain_words(kiosk_picture(kiosk).split("\n")[0], known)
    assert {where: words for where, words in left.items() if words} == {}


async def test_a_whole_sale_in_german(app: CartdeskApp) -> None:
    speak(load("de"))
    async with at(app, size=WIDE) as me:
        await me.open("FIB500; SIM")
        assert "SIM card ist Position" in me.said
        assert me.row("Jetzt fällig", "58,99 EUR")
        await me.press("f8")
        await me.fill("Ingrid Berg")
        await me.press("enter")
        assert "muss erreichbar sein" in me.said
        await me.fill("ingrid@berg.example")
        await me.press("enter", "down", "down", "down", "space", "down", "down")
        for text in ("Storgata 5", "0155", "Oslo"):
            await me.fill(text)
            await me.press("down")
        await me.press("enter", "down")
        await me.fill("15")
        await me.press("enter")
        assert "4 Zahlung" in me.row("Zahlung")
        me.do("E pay=bill")
        await me.press("enter")
        assert "Heute ist nichts zu zahlen" in me.picture()
        await me.press("a", "enter")
        await me.press("enter")
        assert "Stimmt der Kunde zu" in me.picture()
        assert "Kunde stimmt zu: bestellen" in me.picture()
        await me.press("tab", "enter")
        assert isinstance(me.app.screen, ReceiptScreen), me.picture()
        assert "Mit der Rechnung" in me.picture()
        order = me.app.desk.store.orders()[0]
    assert order.state == "acknowledged"


@pytest.mark.parametrize("size", [NARROW, pytest.param(WIDE, marks=pytest.mark.stress)], ids=["80x24", "120x40"])
async def test_the_desk_in_four_languages(app: CartdeskApp, size: tuple[int, int]) -> None:
    """Each is chosen by an entry, and drawn at once; ``CARTDESK_DRAW=1`` draws the pictures anew."""
    async with at(app, "FIB500; TVPLUS; 3*NP12", size=size) as me:
        for code in ("de", "fr", "es", "en"):
            await me.open(f"language {code}")
            assert current().code == code
            for line in me.app.screen.query(Input):
                line.cursor_blink = False
            path = PICTURES / f"{code}-{size[0]}x{size[1]}.txt"
            if os.environ.get("CARTDESK_DRAW"):
                path.parent.mkdir(exist_ok=True)
                path.write_text(me.picture(), "utf-8")
            assert me.picture() == path.read_text("utf-8")
