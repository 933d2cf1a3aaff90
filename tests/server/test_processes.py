"""``cartdesk serve`` as it is run: real processes, started, asked, stopped and killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from cartdesk.server.database import Database, resource

from .served import Served, is_running, serving, start

CARTS = "/tmf-api/shoppingCart/v4/shoppingCart"
PATIENCE = 60


def client_of(server: Served) -> httpx.Client:
    return httpx.Client(base_url=server.url, timeout=PATIENCE, trust_env=False)


def asked(server: Served, path: str) -> httpx.Response:
    return httpx.get(server.url + path, timeout=PATIENCE, trust_env=False)


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that is about to hold."""
    turn = threading.Event()
    for _ in range(int(PATIENCE / 0.02)):
        if holds():
            return
        turn.wait(0.02)
    raise AssertionError("it never came to hold")


class Ears(ThreadingHTTPServer):
    """A listener of the test's own, which notes what it hears."""

    daemon_threads = True

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.deaf = False
        super().__init__(("127.0.0.1", 0), _Ear)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"

    def revisions(self, cart: str) -> list[int]:
        """Return the quantities a cart was heard with, each event once, as they came."""
        seen: dict[str, int] = {}
        for told in list(self.heard):
            resource = told["event"]["shoppingCart"]
            if resource["id"] == cart:
                seen.setdefault(told["eventId"], resource["cartItem"][0]["quantity"])
        return list(seen.values())


class _Ear(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Ears

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.server.deaf:
            self.server.heard.append(json.loads(body))
        self.send_response(503 if self.server.deaf else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def item(quantity: int) -> dict[str, Any]:
    return {"cartItem": [{"id": "1", "action": "add", "quantity": quantity, "productOffering": {"id": "FIB500"}}]}


def test_it_says_where_it_is_and_that_nobody_else_gets_in(sqlite_url: str, tmp_path: Path) -> None:
    with serving(sqlite_url, tmp_path / "data") as server:
        assert server.process.stdout is not None
        assert "no token yet" in server.process.stdout.readline()
        assert asked(server, CARTS).json() == []
        assert server.stop() == 0
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert [line["status"] for line in lines if line.get("route") == CARTS] == [200]


def stopped_under_load(url: str, folder: Path, workers: int) -> None:
    with serving(url, folder, "--workers", str(workers), "--no-access-log") as server:
        acknowledged: list[str] = []
        stopping = threading.Event()

        def create(number: int) -> None:
            with client_of(server) as client:
                while True:
                    try:
                        answer = client.post(CARTS, json=item(number + 1))
                    except httpx.TransportError:
                        assert stopping.is_set()
                        return
                    assert answer.status_code == 201
                    acknowledged.append(answer.json()["id"])

        with ThreadPoolExecutor(4) as pool:
            running = [pool.submit(create, number) for number in range(4)]
            until(lambda: len(acknowledged) > 20)
            stopping.set()
            assert server.stop() == 0
            for each in running:
                each.result(PATIENCE)
    engine = Database.open(url).engine()
    with engine.connect() as connection:
        stored = set(connection.execute(sa.select(resource.c.id)).scalars())
    engine.dispose()
    assert stored >= set(acknowledged)


def test_requests_under_way_are_finished_when_it_is_told_to_stop(sqlite_url: str, tmp_path: Path) -> None:
    stopped_under_load(sqlite_url, tmp_path / "data", 1)


@pytest.mark.stress
def test_workers_finish_requests_under_way_when_they_are_told_to_stop(database_url: str, tmp_path: Path) -> None:
    stopped_under_load(database_url, tmp_path / "data", 3)


def test_logs_say_nothing_of_anybody(sqlite_url: str, tmp_path: Path) -> None:
    with serving(sqlite_url, tmp_path / "data") as server, client_of(server) as client:
        person = {"name": "Ada Lovelace", "role": "customer", "id": "C-1815", "@referredType": "Individual"}
        made = client.post(CARTS, json={**item(1), "relatedParty": [person]})
        client.get(f"{CARTS}/{made.json()['id']}", params={"relatedParty.name": "Ada Lovelace"})
        client.get("/Ada Lovelace", headers={"User-Agent": "Ada", "Referer": "http://Ada"})
        client.post(CARTS, content=b'{"Lovelace": ')
        server.stop()
        log = server.log.read_text()
    for word in ("Ada", "Lovelace", "C-1815", made.json()["id"], "127.0.0.1"):
        assert word not in log
    assert '"route":"/tmf-api/shoppingCart/v4/shoppingCart/{id}"' in log
    assert all(json.loads(line)["level"] in ("info", "warning") for line in log.splitlines())


def killed_before_delivery(url: str, folder: Path, workers: int) -> None:
    ears, options = Ears(), ("--workers", str(workers), "--delivery-seconds", "1", "--no-access-log")
    ears.deaf = True
    with serving(url, folder, *options) as server, client_of(server) as client:
        hub = client.post(
            "/tmf-api/shoppingCart/v4/hub", json={"callback": ears.url, "query": "eventType.eq=ShoppingCartAttributeValueChangeEvent"}
        )
        assert hub.status_code == 201
        carts = [client.post(CARTS, json=item(1)).json()["id"] for _ in range(3)]
        for quantity in range(2, 7):
            for cart in carts:
                assert client.patch(f"{CARTS}/{cart}", json=item(quantity)).status_code == 200
        server.kill()
    ears.deaf = False
    with serving(url, folder, *options) as server, client_of(server) as client:
        client.patch(f"{CARTS}/{carts[0]}", json=item(7))
        until(lambda: [len(ears.revisions(cart)) for cart in carts] == [6, 5, 5])
        assert [ears.revisions(cart) for cart in carts] == [[2, 3, 4, 5, 6, 7], [2, 3, 4, 5, 6], [2, 3, 4, 5, 6]]
        until(lambda: [(each["state"], each["waiting"]) for each in client.get("/admin/listeners").json()] == [("active", 0)])
    ears.shutdown()
    ears.server_close()


def test_what_was_queued_is_delivered_though_the_server_is_killed(sqlite_url: str, tmp_path: Path) -> None:
    killed_before_delivery(sqlite_url, tmp_path / "data", 1)


@pytest.mark.stress
def test_what_was_queued_is_delivered_by_others_though_workers_are_killed(database_url: str, tmp_path: Path) -> None:
    killed_before_delivery(database_url, tmp_path / "data", 3)


def test_workers_stop_when_the_process_that_looks_after_them_is_killed(sqlite_url: str, tmp_path: Path) -> None:
    with serving(sqlite_url, tmp_path / "data", "--workers", "2") as server:
        workers = server.workers()
        assert len(workers) == 2
        os.kill(server.process.pid, signal.SIGKILL)
        until(lambda: not any(is_running(pid) for pid in workers))


def test_a_restart_finds_its_port_free(sqlite_url: str, tmp_path: Path) -> None:
    first = start(sqlite_url, tmp_path / "data")
    asked(first, CARTS)
    assert first.stop() == 0
    port = first.url.rpartition(":")[2]
    again = subprocess.Popen(
        [sys.executable, "-m", "cartdesk", "serve", "--port", port, "--database", sqlite_url, "--data-dir", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert again.stdout is not None
    assert again.stdout.readline().startswith("cartdesk serves on ")
    assert asked(first, "/health/live").status_code == 200
    again.terminate()
    assert again.wait(PATIENCE) == 0
    again.stdout.close()
    assert first.process.stdout is not None
    first.process.stdout.close()
