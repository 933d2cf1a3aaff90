"""Whatever language a test speaks, the next one begins in English; and the desk and the kiosk that the screens' tests have."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest

from cartdesk.catalog import open_catalog
from cartdesk.desk import Desk
from cartdesk.desk.places import cache_dir
from cartdesk.language import ENGLISH, speak
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.kiosk.app import KioskApp
from cartdesk.tui.kiosk.staff import hashed
from cartdesk.tui.widgets.shelf import Shelf
from kiosk.conftest import KEY, PIN
from kiosk.conftest import Clock as KioskClock

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {code}\\n"
"X-Language-Name: {name}\\n"
"Plural-Forms: {plural}\\n"

"""


@pytest.fixture(autouse=True)
def english_after() -> Iterator[None]:
    yield
    speak(ENGLISH)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a developer's shell sets must not change a picture, and stories do not wait for the cursor to rest."""
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Shelf, "REST", 0.001)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    (tmp_path / "languages").mkdir()
    return tmp_path


def _po(path: Path, body: str, *, name: str = "Nederlands", plural: str = "nplurals=2; plural=(n != 1);") -> Path:
    path.write_text(HEAD.format(code=path.stem, name=name, plural=plural) + body, "utf-8")
    return path


@pytest.fixture
def po() -> Callable[..., Path]:
    """Write a language's file with its head."""
    return _po


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
def app(tmp_path: Path, nordlys: Path, index: Path) -> Iterator[CartdeskApp]:
    """The app over an empty desk with the shipped catalog, a stopped clock and counted ids."""
    numbers, data = itertools.count(1), tmp_path / "data"
    copytree(index, cache_dir(data))
    desk = Desk.open(data, nordlys, now=lambda: NOW, ids=lambda: f"id{next(numbers):04}", agent="ana")
    yield CartdeskApp(lambda: desk, log_dir=tmp_path)
    desk.close()


@pytest.fixture
def kiosk(tmp_path: Path, nordlys: Path, index: Path) -> Iterator[KioskApp]:
    """The kiosk over the shipped catalog."""
    numbers, catalog = itertools.count(1), open_catalog(nordlys, cache_dir=index)
    (tmp_path / "kiosk").mkdir()
    settings = {"now": lambda: NOW, "ids": lambda: f"id{next(numbers):04}", "clock": KioskClock()}
    yield KioskApp(lambda: catalog, folder=tmp_path / "kiosk", key=KEY, pin=hashed(PIN), **settings)
    catalog.close()
