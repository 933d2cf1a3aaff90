"""The plain prompt at a desk of the test's own, on the shipped catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest

from cartdesk.desk import Desk
from cartdesk.documents.checkout_text import read_aloud
from cartdesk.line.session import Session


@pytest.fixture(scope="session")
def nordlys(root: Path) -> Path:
    """The shipped catalog."""
    return root / "catalog_fixtures" / "nordlys"


@pytest.fixture
def desk(
    tmp_path: Path, nordlys: Path, now: datetime, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """A desk that begins empty; its ids and its clock are the test's."""
    cache = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setattr("cartdesk.desk.desk.cache_dir", lambda data_dir: cache)
    numbers = count(1)
    opened = Desk.open(tmp_path, nordlys, now=lambda: now, ids=lambda: f"id{next(numbers):04}", agent="ana")
    opened.script = read_aloud
    opened.catalog.wait_ready(30)
    yield opened
    opened.close()


Said = Callable[[str], str]


@pytest.fixture
def say(desk: Desk) -> Said:
    """Enter something by script and return all that is read."""
    session = Session(desk)

    def enter(text: str) -> str:
        answer = session.answer(text)
        return "" if answer is None else "\n".join(answer.sentences())

    return enter


@pytest.fixture
def talk(desk: Desk) -> Said:
    """The same for somebody at a terminal, who is asked."""
    session = Session(desk, asking=True)

    def enter(text: str) -> str:
        answer = session.answer(text)
        return "" if answer is None else "\n".join(answer.sentences())

    return enter
