"""A desk without a screen, on the catalog that comes with cartdesk, with a clock and ids that are the same each time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cartdesk.desk import Desk


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def later(self, **units: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**units)


@pytest.fixture
def clock(now: datetime) -> Clock:
    """The desk's clock."""
    return Clock(now)


@pytest.fixture(scope="session")
def nordlys(root: Path) -> Path:
    """The shipped catalog."""
    return root / "catalog_fixtures" / "nordlys"


@pytest.fixture
def open_desk(
    tmp_path: Path, nordlys: Path, clock: Clock, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Desk]]:
    """Open the desk in this test's folder; those still open at the end are closed. The catalog's index is made once for all tests."""
    cache = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setattr("cartdesk.desk.desk.cache_dir", lambda data_dir: cache)
    counter = itertools.count(1)
    opened: list[Desk] = []

    def open_it(**options: object) -> Desk:
        folder = options.pop("data_dir", tmp_path / "seat")
        assert isinstance(folder, Path)
        catalog = options.pop("catalog", nordlys)
        assert isinstance(catalog, Path)
        desk = Desk.open(folder, catalog, now=clock, ids=lambda: f"id{next(counter):04d}", agent="ana", **options)  # type: ignore[arg-type]
        opened.append(desk)
        return desk

    yield open_it
    for desk in opened:
        desk.close()


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """A desk with its catalog open."""
    made = open_desk()
    assert made.catalog.name
    return made
