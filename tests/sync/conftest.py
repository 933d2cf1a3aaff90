"""A desk over the shipped catalog beside a server in memory, and what makes their sessions."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest

from cartdesk.catalog import open_catalog
from cartdesk.desk import Desk
from cartdesk.desk.places import cache_dir
from cartdesk.desk.syncing import DeskSeat
from cartdesk.sync.messages import Answer, Request
from cartdesk.sync.session import Session
from cartdesk.sync.settings import Remote

from .world.server import BASE, Server, Traits


class Line:
    """A line to a server in memory that can be cut."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.sent: list[Request] = []
        self.up = True

    async def send(self, request: Request) -> Answer:
        from cartdesk.errors import NoAnswer

        self.sent.append(request)
        if not self.up:
            raise NoAnswer("shop.example cannot be reached.")
        return self.server.handle(request)

    async def close(self) -> None:
        return


@pytest.fixture
def server() -> Server:
    return Server(Traits())


@pytest.fixture
def line(server: Server) -> Line:
    return Line(server)


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """The shipped catalog's index, made once for all these tests."""
    folder = tmp_path_factory.mktemp("index")
    open_catalog(root / "catalog_fixtures" / "nordlys", cache_dir=folder).close()
    return folder


@pytest.fixture
def open_desk(tmp_path: Path, root: Path, index: Path) -> Iterator[Callable[..., Desk]]:
    """Opens desks, each in a folder of its name and with a remote set."""
    opened = []

    def opener(name: str = "ana", *, remote: bool = True) -> Desk:
        numbers = itertools.count(1)
        catalog = root / "catalog_fixtures" / "nordlys"
        moment = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
        if not cache_dir(tmp_path / name).exists():
            copytree(index, cache_dir(tmp_path / name))
        desk = Desk.open(
            tmp_path / name,
            catalog,
            now=lambda: moment,
            ids=lambda: f"{name}{next(numbers):08}",
            agent=name,
        )
        if remote:
            desk.store.set_setting("remote", Remote({"carts": BASE}, dialect="v4", follow={}).to_json())
        opened.append(desk)
        return desk

    yield opener
    for desk in opened:
        desk.close()


@pytest.fixture
def session_of(line: Line) -> Callable[[Desk], Session]:
    """Makes a desk's session with the server in memory."""

    def make(desk: Desk) -> Session:
        remote = Remote({"carts": BASE}, dialect="v4", follow={})
        return Session(
            DeskSeat(desk), desk.store.log_storage, remote, line, None, ids=desk.ids, clock=lambda: 1.0, rng=random.Random(1), parallel=2
        )

    return make
