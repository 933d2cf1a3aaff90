"""Every state a power loss can leave is a store with all that was acknowledged, and nothing half done."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cartdesk.errors import StoreError
from cartdesk.store import CartStore, LogStorage, backup, compaction, log, shortcut
from cartdesk.store.formats import Format
from cartdesk.store.frame import Op
from cartdesk.tmf import Individual

from .carts import change, make_cart, with_quantity
from .disks import HastyDisk, Medium, Recording, RecordingDisk, Step

AT = "2026-11-23T10:00:00Z"
NEXT = Format(2, {1: lambda table, key, body: [Op(table, key, body.replace(b"Fibre 500", b"Fibre five hundred"))]})


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bring what happens after megabytes to kilobytes."""
    monkeypatch.setattr(log, "LAID_AHEAD", 8 << 10)
    monkeypatch.setattr(compaction, "SMALLEST", 24 << 10)
    monkeypatch.setattr(compaction, "PACK", 2 << 10)
    monkeypatch.setattr(compaction, "TAIL", 1 << 10)
    monkeypatch.setattr(shortcut, "WORTHWHILE", 1)
    monkeypatch.setattr(shortcut, "GROWN", 2 << 10)


def _held(storage: LogStorage) -> dict[tuple[str, str], bytes]:
    return {(table, key): body for table in storage.tables() for key, body in storage.bodies(table)}


@pytest.fixture
def recording(monkeypatch: pytest.MonkeyPatch) -> Recording:
    """A recording that also takes down each state as soon as it is acknowledged."""
    recording = Recording()
    append = LogStorage._append

    def acknowledged(storage: LogStorage, ops: list[Op]) -> None:
        append(storage, ops)
        recording.add(Step("state", state=_held(storage)))

    monkeypatch.setattr(LogStorage, "_append", acknowledged)
    return recording


def _work(folder: Path, recording: Recording, forget: frozenset[str], rounds: int) -> None:
    """A seat's life: changes, transactions, undo, compaction, backup, erasure, migration, with the store closed in between."""
    disk = RecordingDisk(recording, forget)
    chance = random.Random(7)
    for life in range(rounds):
        with CartStore(folder / "store", disk=disk, salt=lambda: "salt") as store:
            recording.add(Step("state", state=_held(store.log_storage)))
            _live(store, chance, life)
    with CartStore(folder / "store", disk=disk, layout=NEXT) as store:
        recording.add(Step("state", state=_held(store.log_storage)))
        store.set_setting("theme", "dark")


def _live(store: CartStore, chance: random.Random, life: int) -> None:
    customer = Individual.model_validate({"id": f"cust-{life}", "fullName": "Ann Ek"})
    party = [{"id": customer.id, "role": "customer", "name": "Ann Ek"}]
    store.put_customer(customer)
    for number in range(3):
        cart = make_cart(f"C{life}-{number}", 2, relatedParty=party if number == 1 else [])
        store.record(cart, change("new", "create"))
        for quantity in range(2, 5):
            cart = with_quantity(cart, chance.randint(1, 9) + quantity)
            with store.transaction():
                store.record(cart, change(f"quantity {quantity}"))
                store.set_setting("view", {"cart": cart.id, "quantity": quantity})
    store.backup(store.path.with_name("backup.json"))
    store.remove_cart(f"C{life}-2")
    store.erase_customer(customer.id, at=AT)
    store.compact()


def _moments(steps: list[Step], states: int) -> Iterator[tuple[int, Medium, list[Any]]]:
    """Yield so many moments, evenly spread: which one, the medium then, and the states that may be found.

    Those are the last one acknowledged and the one in the making.
    """
    coming = [step.state for step in steps if step.kind == "state"]
    medium, before, at = Medium(), {}, 0
    for number in range(states):
        cut = number * len(steps) // states + 1
        for step in steps[at:cut]:
            medium.take(step)
            if step.kind == "state":
                before = coming.pop(0)
        at = cut
        yield cut, medium, [before, *coming[:1]]


def _failures(folder: Path, steps: list[Step], states: int, seed: int) -> Iterator[str]:
    """Yield what is wrong in so many states."""
    chance = random.Random(seed)
    disk = HastyDisk()
    backups: set[bytes] = set()
    for cut, medium, allowed in _moments(steps, states):
        files = medium.lose_power(chance)
        for old in folder.iterdir():
            if old.suffix != ".lock":
                old.unlink()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        try:
            with closing(LogStorage(folder / "store", disk=disk, layout=_layout(folder))) as storage:
                if storage.recovery.damaged:
                    yield f"cut {cut}: reported as damaged: {storage.recovery.sentences()}"
                elif _held(storage) not in allowed:
                    yield f"cut {cut}: not what was acknowledged"
            if (raw := files.get("backup.json")) is not None and raw not in backups:
                backups.add(raw)
                backup._read_source(disk, folder / "backup.json")
        except StoreError as error:
            yield f"cut {cut}: {error}"


def _layout(folder: Path) -> Format:
    """Return the format that the store there has, so that opening it does not migrate it."""
    raw = (folder / "store").read_bytes()[:64] if (folder / "store").exists() else b""
    return NEXT if b"format 0002" in raw else Format(1)


def _check(light_path: Path, recording: Recording, states: int, seed: int = 1, rounds: int = 2) -> None:
    work, states_folder = light_path / "work", light_path / "states"
    work.mkdir()
    states_folder.mkdir()
    _work(work, recording, frozenset(), rounds)
    failures = list(_failures(states_folder, recording.steps, states, seed))
    assert failures == []


def test_a_power_loss_at_any_moment_loses_nothing(light_path: Path, recording: Recording) -> None:
    _check(light_path, recording, 2_000)
    kinds = [step.kind for step in recording.steps]
    assert kinds.count("rename") >= 6, "compaction, backup and migration must be among what was recorded"


@pytest.mark.stress
@pytest.mark.timeout(900)
def test_a_power_loss_at_any_moment_loses_nothing_in_many_states(light_path: Path, recording: Recording) -> None:
    _check(light_path, recording, 16_000, seed=2, rounds=3)


@pytest.mark.parametrize("forgotten", ["sync", "sync_folder"])
def test_the_same_check_finds_a_store_that_forgets_to_sync(light_path: Path, recording: Recording, forgotten: str) -> None:
    work, states = light_path / "work", light_path / "states"
    work.mkdir()
    states.mkdir()
    _work(work, recording, frozenset({forgotten}), 1)
    assert next(_failures(states, recording.steps, 400, 1), None) is not None
