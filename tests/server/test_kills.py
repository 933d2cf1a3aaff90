"""Workers killed under a load of creates: what was acknowledged is stored, and a request sent again makes nothing twice."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from cartdesk.server.database import Database, resource

from .served import Served, is_running, serving

CARTS = "/tmf-api/shoppingCart/v4/shoppingCart"
PATIENCE = 60
CLIENTS = 6


def creating(server: Served, stop: threading.Event, acknowledged: dict[str, str], again: list[str]) -> None:
    """Create carts one after the other, each until it is acknowledged; note in ``again`` what had to be sent again."""
    with httpx.Client(base_url=server.url, timeout=PATIENCE, trust_env=False) as client:
        while not stop.is_set():
            key = str(uuid4())
            body = {"cartItem": [{"id": "1", "action": "add", "quantity": 1, "productOffering": {"id": "FIB500"}}]}
            while key not in acknowledged:
                try:
                    answer = client.post(CARTS, json=body, headers={"Idempotency-Key": key})
                except httpx.TransportError:
                    again.append(key)
                    continue
                assert answer.status_code == 201, answer.text
                acknowledged[key] = answer.json()["id"]


def open_files(pid: int) -> int:
    """Return how many files and connections a process has open."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def kill_one(server: Served, acknowledged: dict[str, str], workers: int) -> None:
    """Kill the worker with the most connections in the middle of its work, and wait until it is replaced and the load goes on."""
    turn = threading.Event()
    victim = max(server.workers(), key=open_files)
    os.kill(victim, signal.SIGKILL)
    for _ in range(PATIENCE * 50):
        running = [pid for pid in server.workers() if is_running(pid)]
        if victim not in running and len(running) == workers:
            break
        turn.wait(0.02)
    before = len(acknowledged)
    for _ in range(PATIENCE * 50):
        if len(acknowledged) > before + 20:
            return
        turn.wait(0.02)
    raise AssertionError("the load did not go on after a kill")


def killed_under_load(url: str, folder: Path, kills: int, workers: int) -> None:
    acknowledged: dict[str, str] = {}
    again: list[str] = []
    stop = threading.Event()
    with serving(url, folder, "--workers", str(workers), "--no-access-log") as server:
        with ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(creating, server, stop, acknowledged, again) for _ in range(CLIENTS)]
            try:
                done = 0
                while done < kills or (not again and done < kills + 5):
                    kill_one(server, acknowledged, workers)
                    done += 1
            finally:
                stop.set()
            for client in clients:
                client.result(PATIENCE)
        assert again, "no kill hit a request"
        server.kill()
    engine = Database.open(url).engine()
    with engine.connect() as connection:
        stored = connection.execute(sa.select(resource.c.id).where(resource.c.kind == "shoppingCart")).scalars().all()
    engine.dispose()
    assert len(stored) == len(set(stored)) == len(acknowledged)
    assert set(stored) == set(acknowledged.values())


def test_a_kill_loses_nothing_and_doubles_nothing(postgres_url: str, tmp_path: Path) -> None:
    killed_under_load(postgres_url, tmp_path / "data", kills=1, workers=2)


@pytest.mark.stress
@pytest.mark.timeout(900)
def test_twenty_kills_lose_nothing_and_double_nothing(database_url: str, tmp_path: Path) -> None:
    killed_under_load(database_url, tmp_path / "data", kills=20, workers=3)
