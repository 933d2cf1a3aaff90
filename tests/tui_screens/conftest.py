"""A desk over the shipped catalog with a stopped clock and counted ids, and the app over it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from cartdesk.catalog import open_catalog
from cartdesk.desk import Desk
from cartdesk.desk.places import cache_dir
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.widgets.shelf import Shelf

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


class Clock:
    """Stands still, until a test moves it on."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment

    def pass_minutes(self, minutes: int) -> None:
        self.moment += timedelta(minutes=minutes)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a developer's shell sets must not change a picture."""
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stories do not wait for the cursor to rest."""
    monkeypatch.setattr(Shelf, "REST", 0.001)


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
def clock() -> Clock:
    """The desk's clock."""
    return Clock()


@pytest.fixture
def open_desk(tmp_path: Path, nordlys: Path, index: Path, clock: Clock) -> Iterator[Callable[..., Desk]]:
    """Opens desks on this test's data folder; each is closed at the end."""
    numbers, opened = itertools.count(1), []
    copytree(index, cache_dir(tmp_path / "data"))

    def opener(catalog: Path = nordlys) -> Desk:
        desk = Desk.open(tmp_path / "data", catalog, now=clock, ids=lambda: f"id{next(numbers):04}", agent="ana")
        opened.append(desk)
        return desk

    yield opener
    for desk in opened:
        desk.close()


@pytest.fixture
def app(open_desk: Callable[..., Desk], tmp_path: Path) -> CartdeskApp:
    """The app over an empty desk with the shipped catalog."""
    return CartdeskApp(open_desk, log_dir=tmp_path)
