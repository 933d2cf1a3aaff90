"""The kiosk's pages as pictures: at its three sizes, without colours, in high contrast and with larger buttons."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from cartdesk.tui.kiosk.app import KioskApp
from cartdesk.tui.kiosk.staff import SEQUENCE

from .conftest import Clock
from .visiting import answered, kiosk_of, opened, touch

Compare = Callable[..., bool]
SIZES = [(60, 20), (80, 24), (120, 40)]
CART = ("begin", "INTERNET", "FIBRE", "offer FIB500", "turn 0", "add", "back", "search", *(f"key {key}" for key in "667374"))

TWO_LINES = (
    "begin",
    "INTERNET",
    "FIBRE",
    "offer FIB500",
    "add",
    "back",
    "search",
    *(f"key {key}" for key in "34273"),
    "show",
    "offer FIB1000",
    "add",
)


def played(*words: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    async def play(pilot: Pilot[int]) -> None:
        await opened(pilot)
        await touch(pilot, *words)

    return play


@pytest.mark.parametrize("size", SIZES)
def test_waiting_for_a_visitor(snap_compare: Compare, kiosk: KioskApp, size: tuple[int, int]) -> None:
    assert snap_compare(kiosk, terminal_size=size, run_before=played())


@pytest.mark.parametrize("size", SIZES)
def test_the_shelves(snap_compare: Compare, kiosk: KioskApp, size: tuple[int, int]) -> None:
    assert snap_compare(kiosk, terminal_size=size, run_before=played("begin"))


@pytest.mark.parametrize("size", SIZES)
def test_offers_on_a_shelf(snap_compare: Compare, kiosk: KioskApp, size: tuple[int, int]) -> None:
    assert snap_compare(kiosk, terminal_size=size, run_before=played("begin", "BUNDLES"))


@pytest.mark.parametrize("size", SIZES)
def test_an_offering(snap_compare: Compare, kiosk: KioskApp, size: tuple[int, int]) -> None:
    assert snap_compare(kiosk, terminal_size=size, run_before=played("begin", "BUNDLES", "offer HOMEMAX"))


@pytest.mark.parametrize("size", SIZES)
def test_a_search(snap_compare: Compare, kiosk: KioskApp, size: tuple[int, int]) -> None:
    assert snap_compare(kiosk, terminal_size=size, run_before=played(*CART))


@pytest.mark.parametrize("size", SIZES)
def test_a_cart_that_needs_something(snap_compare: Compare, kiosk: KioskApp, size: tuple[int, int]) -> None:
    assert snap_compare(kiosk, terminal_size=size, run_before=played(*TWO_LINES))


@pytest.mark.parametrize("size", SIZES)
def test_the_code(snap_compare: Compare, kiosk: KioskApp, size: tuple[int, int]) -> None:
    assert snap_compare(kiosk, terminal_size=size, run_before=played(*CART[:6], "hand"))


def test_the_cart_without_colours(snap_compare: Compare, make: Callable[..., KioskApp], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(make(), terminal_size=(60, 20), run_before=played(*CART[:6]))


def test_the_code_without_colours(snap_compare: Compare, make: Callable[..., KioskApp], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(make(), terminal_size=(80, 24), run_before=played(*CART[:6], "hand"))


def test_offers_in_high_contrast_with_large_buttons(snap_compare: Compare, kiosk: KioskApp) -> None:
    assert snap_compare(kiosk, terminal_size=(60, 20), run_before=played("large", "contrast", "begin", "MOBILE", "PHONE PLANS"))


def test_the_question_whether_anybody_is_there(snap_compare: Compare, kiosk: KioskApp, clock: Clock) -> None:
    async def wait(pilot: Pilot[int]) -> None:
        await played("begin")(pilot)
        clock.pass_(65)
        kiosk_of(pilot).tick()
        await answered(pilot)

    assert snap_compare(kiosk, terminal_size=(60, 20), run_before=wait)


def test_the_staffs_pin(snap_compare: Compare, kiosk: KioskApp) -> None:
    async def knock(pilot: Pilot[int]) -> None:
        await opened(pilot)
        await pilot.press(*SEQUENCE, "4", "8")
        await answered(pilot)

    assert snap_compare(kiosk, terminal_size=(60, 20), run_before=knock)


def test_a_screen_of_40_by_10(snap_compare: Compare, kiosk: KioskApp) -> None:
    assert snap_compare(kiosk, terminal_size=(40, 10), run_before=played())
