"""A process killed at any moment leaves a store that opens, with every change that it acknowledged."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cartdesk.store import CartStore, backup
from cartdesk.store.formats import Format
from cartdesk.store.tables import CARTS, ROWS

WRITER = Path(__file__).with_name("writer.py")
WORK = ("change", "change", "compact", "backup", "erase", "change")


@pytest.fixture
def writer() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([sys.executable, str(WRITER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def _round(writer: subprocess.Popen[str], folder: Path, carts: int, seed: int, what: str, patience: float) -> None:
    """Let a process work, and kill it after so many seconds from its first change."""
    assert writer.stdin is not None
    assert writer.stdout is not None
    writer.stdin.write(f"{folder} {carts} {seed} {what}\n")
    writer.stdin.flush()
    child = int(writer.stdout.readline())
    select.select([], [], [], patience)
    os.kill(child, signal.SIGKILL)
    assert writer.stdout.readline() == "gone\n"


def _versions(folder: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Return each cart's version that was acknowledged last, and the one that was tried last."""
    tried: dict[str, int] = {}
    done: dict[str, int] = {}
    path = folder / "acknowledged"
    for line in path.read_text().splitlines() if path.exists() else []:
        word, number, version = line.split()
        (done if word == "done" else tried)[f"C{number}"] = int(version)
    return done, tried


def _is_migrated(folder: Path) -> bool:
    store = folder / "store"
    return store.exists() and b"format 0002" in store.read_bytes()[:64]


def _check(folder: Path, *, thorough: bool) -> int:
    """Check that a store holds what was acknowledged; return how many carts it has."""
    done, tried = _versions(folder)
    with CartStore(folder / "store", layout=Format(2 if _is_migrated(folder) else 1)) as store:
        assert not store.recovery.damaged, store.recovery.sentences()
        storage = store.log_storage
        assert set(done) <= set(storage.keys(CARTS)) <= set(tried)
        for cart_id, body in storage.bodies(CARTS):
            version = json.loads(body)["cartItem"][0]["quantity"]
            assert done.get(cart_id, 1) <= version <= tried[cart_id]
            row = json.loads(storage.body(ROWS, cart_id) or b"")
            assert row.get("label", f"v{version}") == f"v{version}", "a cart and its row are one change"
        if thorough:
            assert store.verify() == []
        if (folder / "backup.json").exists():
            assert backup._read_json((folder / "backup.json").read_bytes(), folder)[1] is not None, "whole, by its checksum"
        return len(storage.keys(CARTS))


def _run(writer: subprocess.Popen[str], tmp_path: Path, rounds: int) -> None:
    chance = random.Random(3)
    folders = {carts: tmp_path / str(carts) for carts in (5, 50, 500)}
    for folder in folders.values():
        folder.mkdir()
    for number in range(rounds):
        carts = chance.choice(list(folders))
        what = "migrate" if number > rounds * 0.8 and number % 4 == 0 else WORK[number % len(WORK)]
        _round(writer, folders[carts], carts, number, what, chance.random() ** 2 * (0.2 if what == "migrate" else 0.06))
        _check(folders[carts], thorough=number % 25 == 0)
    assert sum(_check(folder, thorough=True) for folder in folders.values()) > 3, "too few writes came between kills to prove anything"
    patience = 0.1
    while not _is_migrated(folders[50]) and patience < 30:
        _round(writer, folders[50], 50, rounds, "migrate", patience)
        _check(folders[50], thorough=True)
        patience *= 2
    assert _is_migrated(folders[50])


def test_a_kill_at_any_moment_loses_nothing(writer: subprocess.Popen[str], tmp_path: Path) -> None:
    _run(writer, tmp_path, 200)


@pytest.mark.stress
@pytest.mark.timeout(1200)
def test_a_kill_at_any_moment_loses_nothing_in_many_rounds(writer: subprocess.Popen[str], tmp_path: Path) -> None:
    _run(writer, tmp_path, 2_000)
