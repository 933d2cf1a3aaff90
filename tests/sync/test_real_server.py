"""Two seats and our own server as real processes over real sockets: faults in between, and seats that are killed at every write."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cartdesk.desk import Desk, new_id
from cartdesk.sync.ledger import Ledger
from cartdesk.sync.merge import outgoing
from cartdesk.sync.settings import Remote
from cartdesk.sync.tree import tree_of

from .proxy import Proxy, running

SEAT = Path(__file__).with_name("seat_process.py")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Our own server as a process; yields its port."""
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "cartdesk", "--data-dir", str(folder), "serve", "--port", str(port), "--no-access-log", "--rate", "0"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    _until_up(port)
    yield port
    process.send_signal(signal.SIGTERM)
    process.wait(30)


def _until_up(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError("the server never listened")


class Seats:
    """Data folders of seats, each synced by a process of its own."""

    def __init__(self, folder: Path, catalog: Path, base: str) -> None:
        self._folder, self._catalog, self._base = folder, catalog, base

    def desk(self, name: str) -> Desk:
        return Desk.open(self._folder / name, self._catalog, now=lambda: datetime.now(UTC), ids=new_id, agent=name, apart=True)

    def begin(self, name: str) -> None:
        """Let a seat talk to the server."""
        desk = self.desk(name)
        remote = Remote({"carts": f"{self._base}/tmf-api/shoppingCart/v4"}, follow={})
        desk.store.set_setting("remote", remote.to_json())
        desk.close()

    def enter(self, name: str, entry: str, cart_id: str | None = None) -> str:
        """Do an entry at a seat and return the cart's id."""
        desk = self.desk(name)
        if cart_id is not None:
            desk.work_on(cart_id)
        desk.enter(entry)
        found = desk.view.area.cart_id
        desk.close()
        assert found is not None
        return found

    def sync(self, name: str, kill_at: int | None = None) -> int:
        """Sync a seat once; return how its process ended."""
        command = [sys.executable, str(SEAT), str(self._folder / name), str(self._catalog), name]
        environment = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
        return subprocess.run(
            command + ([str(kill_at)] if kill_at else []), check=False, env=environment, timeout=120, stdout=subprocess.DEVNULL
        ).returncode

    def state(self, name: str) -> dict[str, tuple[Any, int, int]]:
        """Return, by mark: what the seat thinks the server has, its open conflicts, and what is still to be sent."""
        desk = self.desk(name)
        ledger = Ledger(desk.store.log_storage)
        waiting = len(ledger.waiting())
        found = {
            link.ref: (outgoing(tree_of(desk.load(link.cart_id).wire()), link.clashes), len(link.clashes), waiting)
            for link in ledger.links()
        }
        desk.close()
        return found


def _there(port: int) -> list[dict[str, Any]]:
    address = f"http://127.0.0.1:{port}/tmf-api/shoppingCart/v4/shoppingCart?limit=100"
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=60) as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return found


def _refs(carts: list[dict[str, Any]]) -> list[str]:
    return [party["id"] for cart in carts for party in cart.get("relatedParty", []) if party.get("role") == "cartSync"]


@pytest.fixture
def seats(tmp_path: Path, root: Path, served: int) -> Iterator[tuple[Seats, Proxy, int]]:
    """Seats behind a proxy that can be bad."""
    with running(served, 5) as proxy:
        yield Seats(tmp_path, root / "catalog_fixtures" / "nordlys", proxy.url), proxy, served


def test_faults_on_the_line_neither_lose_nor_double_anything(seats: tuple[Seats, Proxy, int]) -> None:
    room, proxy, port = seats
    before = len(_there(port))
    room.begin("ana")
    room.begin("kaya")
    carts = [room.enter("ana", entry) for entry in ("2*FIB500", "TVPLUS")]
    proxy.bad = 0.5
    for turn in range(2):
        room.sync("ana")
        room.sync("kaya")
        room.enter("ana", f"*{turn + 3} @1", carts[0])
    proxy.bad = 0.0
    for name in ("ana", "kaya", "ana", "kaya"):
        assert room.sync(name) == 0
    there = _there(port)
    assert proxy.mishaps > 0
    assert len(there) - before == 2
    assert len(set(_refs(there))) == len(_refs(there))
    ana, kaya = room.state("ana"), room.state("kaya")
    mine = {ref: state for ref, state in kaya.items() if ref in ana}
    assert len(mine) == 2
    assert {ref: state[0] for ref, state in ana.items()} == {ref: state[0] for ref, state in mine.items()}
    assert all(state[2] == 0 for state in ana.values())
    assert 4 in [item["quantity"] for cart in there for item in cart["cartItem"]]


def test_a_seat_killed_at_every_write_creates_and_changes_once(seats: tuple[Seats, Proxy, int]) -> None:
    room, _, port = seats
    before = len(_there(port))
    room.begin("bea")
    made = 0
    for write in itertools.count(1):
        room.enter("bea", f"{made + 1}*FIB500")
        made += 1
        ended = room.sync("bea", kill_at=write)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        assert write < 40, "it never got through"
    assert room.sync("bea") == 0
    there = _there(port)
    assert made > 3
    assert len(there) - before == made
    assert len(set(_refs(there))) == len(_refs(there))
    assert {state[2] for state in room.state("bea").values()} == {0}
