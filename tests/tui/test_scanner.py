"""A scanner told from hands: on lists, on the entry line with another entry half typed, and in other lines; by speed and by a prefix."""

from __future__ import annotations

from collections import deque

import pytest
from textual import events
from textual.keys import _character_to_key

from cartdesk.catalog.barcodes import gtin
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.scanner import HOLD, Place, Scan, Scanner
from cartdesk.tui.screens.carts import CartsScreen

from .story import desk_screen, enter, picture, press, settled, type_text

PHONE = "2000000000121"
KNOWN = {"FIB500", "TVPLUS", PHONE}


def scanner() -> Scanner:
    return Scanner(KNOWN.__contains__, lambda code: gtin(code) is not None)


def typed(text: str, *, gap: float = 0.005, at: float = 100.0) -> deque[events.Key | events.Paste]:
    keys: deque[events.Key | events.Paste] = deque()
    for character in text:
        key = events.Key("enter" if character == "\r" else _character_to_key(character), character)
        key.time = at
        at += gap
        keys.append(key)
    return keys


def play(
    listener: Scanner, keys: deque[events.Key | events.Paste], place: Place, *, acts: bool = False, whole: bool
) -> tuple[str, list[str]]:
    """Give keys to the scanner, all that wait at once or each as it comes; return what went on as keys, and what was scanned."""
    went, scanned = "", []
    waiting: deque[events.Key | events.Paste] = deque()
    coming = deque(keys)
    while coming or waiting:
        if coming:
            waiting.append(coming.popleft())
        if whole and coming:
            continue
        now = waiting[-1].time + (0 if coming else 1)
        while waiting:
            found = listener.sift(waiting, place, acts, now)
            if isinstance(found, Scan):
                scanned.append(found.code)
            elif found is None:
                event = waiting.popleft()
                went += event.character or "" if isinstance(event, events.Key) else ""
            elif found:
                break
    return went, scanned


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(
    ("text", "place", "scanned"),
    [
        ("FIB500\r", "list", True),
        (PHONE + "\r", "list", True),
        ("NOSUCH99\r", "list", True),
        ("TVPLUS\r", "list", True),
        ("dddd\r", "list", False),
        ("hold\r", "list", False),
        ("B15\r", "list", False),
        ("FIB500\r", "entry", False),
        ("FIB500\r", "half", True),
        ("Berg\r", "half", False),
        (PHONE + "\r", "field", True),
        ("4006381333931\r", "field", False),
        ("FIB500\r", "field", False),
        ("0155\r", "field", False),
        (PHONE + "\r", "closed", False),
        ("CDH1.ABCDEF\r", "field", True),
    ],
)
def test_what_is_a_scan_where(text: str, place: Place, scanned: bool, whole: bool) -> None:
    went, found = play(scanner(), typed(text), place, acts=place == "list", whole=whole)
    assert found == ([text[:-1]] if scanned else [])
    if not scanned:
        assert went == text, "what is no scan goes on as it was typed"


def test_hands_are_slower_and_their_keys_wait_no_longer_than_they_must() -> None:
    went, found = play(scanner(), typed("FIB500\r", gap=0.12), "list", acts=True, whole=False)
    assert (went, found) == ("FIB500\r", [])
    one = typed("c")
    assert scanner().sift(one, "list", True, one[0].time) == HOLD
    assert scanner().sift(one, "list", True, one[0].time + HOLD) is None
    assert scanner().sift(one, "list", False, one[0].time) is None, "what does nothing at once need not wait"


def test_what_is_typed_ahead_of_other_keys_is_typed() -> None:
    went, found = play(scanner(), typed("?FIB500\r"), "half", whole=True)
    assert (went, found) == ("?FIB500\r", [])
    listener = scanner()
    play(listener, typed("+"), "list", whole=True)
    went, found = play(listener, typed("FIB500\r", at=100.05), "list", whole=True)
    assert (went, found) == ("FIB500\r", [])


def test_behind_a_prefix_everything_is_a_scan() -> None:
    listener = scanner()
    listener.set({"how": "prefix", "prefix": "tilde", "suffix": ""})
    assert play(listener, typed("~Any thing\r"), "field", whole=True) == ("", ["Any thing"])
    assert play(listener, typed("~FIB500\rx"), "entry", whole=True) == ("x", ["FIB500"])
    assert play(listener, typed("FIB500\r"), "list", acts=True, whole=True) == ("FIB500\r", [])
    assert play(listener, typed("~FIB", at=1.0), "list", whole=True) == ("FIB", []), "a prefix alone means nothing"
    listener.set({"how": "off"})
    assert play(listener, typed(PHONE + "\r"), "list", whole=True) == (PHONE + "\r", [])
    listener.set("nonsense")
    assert listener.how == "speed"


async def test_scans_on_the_pages_of_the_desk(app: CartdeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await enter(pilot, "14277")
        await type_text(pilot, "#Ber")
        app.scanner._last = 0.0  # a while later
        await press(pilot, *PHONE, "enter")
        names = [line.name for line in app.desk.view.cart.lines]
        assert names == ["Talk Simple 25", "Nordphone 12"]
        assert desk_screen(app).field.value == "#Ber", "what was half typed stays"
        await press(pilot, "escape", "f3", "tab", "tab")
        assert isinstance(app.screen, CartsScreen)
        app.scanner._last = 0.0
        await press(pilot, *"FIB500", "enter")
        assert len(app.desk.view.cart.lines) == 3
        assert isinstance(app.screen, CartsScreen)
        app.scanner._last = 0.0
        await press(pilot, *"4006381333931", "enter")
        assert "4006381333931 is not in this catalog" in picture(app)
        assert len(app.desk.view.cart.lines) == 3
