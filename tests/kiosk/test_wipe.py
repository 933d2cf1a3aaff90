"""What is left of a visitor: nothing in memory, on the disk, on the screen, in the log or in the clipboard."""

from __future__ import annotations

import itertools
import mmap
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest
from textual.pilot import Pilot

from cartdesk.catalog import Catalog
from cartdesk.documents.money import format_money
from cartdesk.errors import StoreError
from cartdesk.tui.kiosk.app import RENEW, KioskApp
from cartdesk.tui.kiosk.memory_disk import MemoryDisk
from cartdesk.tui.kiosk.pages.cart import HandOver
from cartdesk.tui.kiosk.session import Session
from cartdesk.tui.kiosk.staff import SEQUENCE
from cartdesk.tui.kiosk.wipe import forget_everything, leftovers

from .conftest import NOW, Clock
from .remains import texts_alive
from .visiting import buttons, kiosk_of, opened, picture, touch

KEYS = ("6", "6", "7", "3", "7", "4", "6", "6")
"""What the visitor types: the keys of NORDPHON."""


def _made(make: Callable[..., KioskApp]) -> KioskApp:
    numbers = itertools.count(1)
    return make(ids=lambda: f"canary-{next(numbers)}")


async def _shop(pilot: Pilot[int]) -> None:
    """Search, take three phones and a line, look at everything, and take the code."""
    await opened(pilot)
    await touch(pilot, "begin", "INTERNET", "FIBRE", "offer FIB500", "turn 1", "add", "one more", "one more", "back")
    await touch(pilot, "search", *(f"key {key}" for key in KEYS), "show", "offer NP12", "add", "hand")


def _canaries(app: KioskApp) -> str:
    """Return a pattern for everything that only this visitor brought: ids, what was typed, what it costs, and the codes.

    The pattern is written so that it does not match itself.
    """
    page = app.page
    assert isinstance(page, HandOver)
    assert page.short is not None
    due = app.visit.view.due_now
    words = [f"{due.amount}", format_money(due), page.short, *page.texts]
    return "|".join(
        ("^" + "".join(f"[{key}]" for key in KEYS) + "$", "canary-[0-9]", *(f"[{word[0]}]{re.escape(word[1:])}" for word in words))
    )


async def _gone(pilot: Pilot[int], clock: Clock) -> None:
    """Wait until the goodbye has been seen and the kiosk waits again."""
    await pilot.pause()
    clock.pass_(6)
    kiosk_of(pilot).tick()
    await pilot.pause()
    await pilot.pause()


async def test_nothing_of_a_visitor_is_left(make: Callable[..., KioskApp], folder: Path, clock: Clock) -> None:
    app = _made(make)
    async with app.run_test(size=(80, 24)) as pilot:
        await _shop(pilot)
        canaries = _canaries(app)
        alive = texts_alive(canaries)
        for each in canaries.split("|"):
            assert any(re.search(each, text) for text, _ in alive), "what is there must be found, or the rest of this test says nothing"
        del alive, each
        assert leftovers(app.strangers) != []

        await touch(pilot, "done")
        assert "forgotten" in picture(app)
        await _gone(pilot, clock)

        assert "TOUCH HERE TO BEGIN" in picture(app)
        assert not re.search(canaries, picture(app))
        assert app.is_running
        assert app.clipboard == ""
        assert leftovers(app.strangers) == []
        assert texts_alive(canaries) == []
        on_disk = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        assert set(on_disk) == {"kiosk.cartdesk.lock"}
        assert not re.search(canaries, b"".join(on_disk.values()).decode("latin-1"))


async def test_a_visitor_who_walks_away_is_forgotten_too(make: Callable[..., KioskApp], clock: Clock) -> None:
    app = _made(make)
    async with app.run_test(size=(60, 20)) as pilot:
        await _shop(pilot)
        clock.pass_(61)
        app.tick()
        await pilot.pause()
        assert "ARE YOU STILL THERE?" in picture(app)
        clock.pass_(20)
        app.tick()
        await _gone(pilot, clock)
        assert "TOUCH HERE TO BEGIN" in picture(app)
        assert leftovers(app.strangers) == []


async def test_the_next_visitor_finds_an_empty_cart_and_the_usual_colours(make: Callable[..., KioskApp], clock: Clock) -> None:
    app = _made(make)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await touch(pilot, "large", "contrast")
        assert (app.large, app.contrast, app.theme) == (True, True, "cartdesk-contrast")
        await touch(pilot, "begin", "search", "key 6", "show")
        await touch(pilot, buttons(app)[0].cell.what or "", "add", "finish", "forget")
        await _gone(pilot, clock)
        assert (app.large, app.contrast, app.theme) == (False, False, "cartdesk-dark")
        await touch(pilot, "begin", "cart")
        assert "Your cart is empty." in picture(app)


async def test_leaving_by_the_pin_forgets_the_visitor(make: Callable[..., KioskApp]) -> None:
    app = _made(make)
    async with app.run_test(size=(80, 24)) as pilot:
        await _shop(pilot)
        visit = app.visit
        await pilot.press(*SEQUENCE, *"481516", "enter")
        await pilot.pause()
    assert app.return_code == 0
    assert not app.has_visitor
    with pytest.raises(StoreError):
        visit.desk.store.settings()


async def test_a_kiosk_that_cannot_forget_asks_for_a_new_process(make: Callable[..., KioskApp], clock: Clock) -> None:
    app = _made(make)
    async with app.run_test(size=(80, 24)) as pilot:
        await _shop(pilot)
        held = app.visit.desk.cart  # what a leak would do
        await touch(pilot, "done")
        await _gone(pilot, clock)
        assert held is not None
    assert app.return_code == RENEW


async def test_a_kiosk_for_one_visitor_ends_after_them(make: Callable[..., KioskApp], clock: Clock) -> None:
    app = make(one_visitor=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await touch(pilot, "begin", "finish")
        await _gone(pilot, clock)
    assert app.return_code == RENEW


async def test_a_fault_shows_nothing_and_logs_nothing_of_the_visitor(make: Callable[..., KioskApp], folder: Path) -> None:
    app = _made(make)
    with pytest.raises(ZeroDivisionError):
        async with app.run_test(size=(80, 24)) as pilot:
            await _shop(pilot)
            canaries = _canaries(app)
            app.call_next(lambda: [1 / 0, app.visit])
            await pilot.pause()
    assert app.return_code == 70
    assert not app.has_visitor
    assert app._exit_renderables == []
    log = (folder / "cartdesk.log").read_text()
    assert "ZeroDivisionError" in log
    assert not re.search(canaries, log)


def test_a_session_leaves_zeros(catalog: Catalog, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bytes] = []

    class Watched(mmap.mmap):
        def close(self) -> None:
            held.append(self[:].strip(b"\0"))
            super().close()

    monkeypatch.setattr(mmap, "mmap", Watched)
    numbers = itertools.count(1)
    session = Session(catalog, folder=folder, now=lambda: NOW, ids=lambda: f"canary-{next(numbers)}")
    session.add(session.trial("FIB500"))
    disk = session.desk.store.log_storage.disk
    assert isinstance(disk, MemoryDisk)
    assert any(b"canary-" in file.read(file.size, 0) for file in disk._all)
    session.end()
    assert held == [b""]
    assert [path.name for path in folder.iterdir()] == ["kiosk.cartdesk.lock"]


def test_every_memo_is_emptied() -> None:
    from textual.cache import LRUCache

    from cartdesk.documents.money import _written
    from cartdesk.selling.facts import ByIdentity

    kept: ByIdentity[object, str] = ByIdentity(8)
    key = object()
    kept.get(key, lambda: "before")
    cache: LRUCache[str, str] = LRUCache(8)
    cache["a"] = "b"
    format_money(_money())
    assert _written.cache_info().currsize

    @lru_cache
    def of_somebody_else(text: str) -> str:
        return text

    of_somebody_else("x")
    forget_everything()
    assert kept.get(key, lambda: "after") == "after"
    assert "a" not in cache
    assert _written.cache_info().currsize == 0
    assert of_somebody_else.cache_info().currsize == 1


def _money() -> object:
    from decimal import Decimal

    from cartdesk.tmf.money import Money

    return Money(Decimal("77.77"), "EUR")
