"""A kiosk over the shipped catalog with clocks that a test moves and ids that it knows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cartdesk.catalog import Catalog, open_catalog
from cartdesk.tui.kiosk.app import KioskApp
from cartdesk.tui.kiosk.staff import hashed

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
PIN = "481516"
KEY = bytes(range(32))


class Clock:
    """Goes forward a second with each look, so that no touch is too early, and further when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.step = 0.0

    def __call__(self) -> float:
        self.seconds += self.step
        return self.seconds

    def pass_(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a developer's shell sets must not change a picture."""
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def nordlys(root: Path) -> Path:
    """The shipped catalog."""
    return root / "catalog_fixtures" / "nordlys"


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory, nordlys: Path) -> Path:
    """The shipped catalog's index, made once for all these tests."""
    folder = tmp_path_factory.mktemp("index")
    open_catalog(nordlys, cache_dir=folder).close()
    return folder


@pytest.fixture
def catalog(nordlys: Path, index: Path) -> Iterator[Catalog]:
    """The shipped catalog, open."""
    opened = open_catalog(nordlys, cache_dir=index)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    """The kiosk's clock."""
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The kiosk's data folder."""
    made = tmp_path / "kiosk"
    made.mkdir()
    return made


@pytest.fixture(scope="session")
def pin() -> str:
    """What is kept of the PIN."""
    return hashed(PIN)


@pytest.fixture
def make(catalog: Catalog, clock: Clock, folder: Path, pin: str) -> Callable[..., KioskApp]:
    """Makes kiosks."""
    numbers = itertools.count(1)

    def maker(**options: Any) -> KioskApp:
        settings: dict[str, Any] = {"now": lambda: NOW, "ids": lambda: f"id{next(numbers):04}", "clock": clock, **options}
        return KioskApp(lambda: catalog, folder=folder, key=KEY, pin=pin, **settings)

    return maker


@pytest.fixture
def kiosk(make: Callable[..., KioskApp]) -> KioskApp:
    """The kiosk."""
    return make()
