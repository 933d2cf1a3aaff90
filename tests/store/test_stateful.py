"""The store against a plain dictionary, step by step, with crashes, restarts and refusals between."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tinydb.table import Document

from cartdesk.errors import StoreError
from cartdesk.store import CartStore, compaction, log, shortcut
from cartdesk.tmf import ShoppingCart

from .carts import change, make_cart, with_quantity
from .conftest import light_folder
from .disks import BROKEN, Recording, RecordingDisk, crash_state

IDS = st.sampled_from(["C1", "C2", "é/1"])
QUANTITIES = st.integers(1, 5)


class _Disk(RecordingDisk):
    """Records, and refuses one call after so many more."""

    def __init__(self, recording: Recording) -> None:
        super().__init__(recording)
        self.patience = -1

    def write(self, descriptor: int, data: bytes | memoryview, offset: int) -> None:
        self._grow_tired()
        super().write(descriptor, data, offset)

    def sync(self, descriptor: int) -> None:
        self._grow_tired()
        super().sync(descriptor)

    def _grow_tired(self) -> None:
        self.patience -= 1
        if self.patience == 0:
            raise OSError(BROKEN, "tired")


class StoreMachine(RuleBasedStateMachine):
    """Carts, their histories, settings and a TinyDB table, each beside what it should be."""

    @initialize()
    def start(self) -> None:
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(log, "LAID_AHEAD", 4 << 10)
        self.patch.setattr(compaction, "SMALLEST", 8 << 10)
        self.patch.setattr(shortcut, "WORTHWHILE", 1)
        self.patch.setattr(shortcut, "GROWN", 1)
        self.folder = light_folder()
        self.carts: dict[str, ShoppingCart] = {}
        self.pasts: dict[str, list[ShoppingCart]] = {}
        self.values: dict[str, int] = {}
        self.things: dict[str, dict[str, int]] = {}
        self.lives = 0
        self._open(self.folder / "0")

    def _open(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.disk = _Disk(Recording())
        self.store = CartStore(folder / "store", disk=self.disk)
        self.store.compact()  # so that all of the file is in the recording

    @rule(cart_id=IDS, quantity=QUANTITIES, items=st.integers(1, 3))
    def put(self, cart_id: str, quantity: int, items: int) -> None:
        cart = make_cart(cart_id, items, quantity)
        self.store.put_cart(cart)
        self.carts[cart_id] = cart

    @rule(cart_id=IDS, quantity=QUANTITIES)
    def record(self, cart_id: str, quantity: int) -> None:
        cart = with_quantity(self.carts.get(cart_id) or make_cart(cart_id), quantity)
        record = self.store.record(cart, change(f"{quantity}"))
        self.carts[cart_id] = cart
        self.pasts.setdefault(cart_id, []).append(cart)
        assert record.seq == len(self.pasts[cart_id])

    @rule(cart_id=IDS)
    def remove(self, cart_id: str) -> None:
        self.store.remove_cart(cart_id)
        self.carts.pop(cart_id, None)

    @rule(key=IDS, value=st.integers(), cart_id=IDS, kept=st.booleans())
    def together(self, key: str, value: int, cart_id: str, kept: bool) -> None:
        try:
            with self.store.transaction():
                self.store.set_setting(key, value)
                self.store.remove_cart(cart_id)
                self.store.table("things").upsert(Document({"value": value}, doc_id=key))  # type: ignore[arg-type]
                if not kept:
                    raise KeyError
        except KeyError:
            return
        self.values[key] = value
        self.carts.pop(cart_id, None)
        self.things[key] = {"value": value}

    @rule(key=IDS)
    def take_out(self, key: str) -> None:
        self.store.table("things").remove(doc_ids=[key])  # type: ignore[list-item]
        self.things.pop(key, None)

    @rule(cart_id=IDS, patience=st.integers(1, 4))
    def refused(self, cart_id: str, patience: int) -> None:
        cart = make_cart(cart_id, 2, 9)
        self.disk.patience = patience
        try:
            self.store.put_cart(cart)
            self.carts[cart_id] = cart
        except StoreError:
            pass
        self.disk.patience = -1

    @rule()
    def compact(self) -> None:
        self.store.compact()

    @rule()
    def reopen(self) -> None:
        folder = self.store.path.parent
        self.store.close()
        self._open(folder)

    @rule(seed=st.integers(0, 1_000))
    def lose_power(self, seed: int) -> None:
        storage = self.store.log_storage
        storage.compactor.wait()
        storage.snapshot()[0].settle()
        if storage.snapshot()[0].doubtful:
            return  # what was refused may be there all the same; test_faults looks at that
        files = crash_state(self.disk.recording.steps, random.Random(seed))
        self.store.close()
        self.lives += 1
        folder = self.folder / str(self.lives)
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        self._open(folder)
        assert not self.store.recovery.damaged

    @invariant()
    def holds_what_it_should(self) -> None:
        store = self.store
        assert {cart_id: store.get_cart(cart_id) for cart_id in store.cart_ids()} == self.carts
        assert {row.id for row in store.cart_rows()} == set(self.carts)
        assert {key: store.setting(key) for key in self.values} == self.values
        assert {document.doc_id: dict(document) for document in store.table("things").all()} == self.things
        for cart_id, past in self.pasts.items():
            assert len(store.history(cart_id)) == len(past)
            assert store.cart_at(cart_id, len(past)) == past[-1]

    def teardown(self) -> None:
        for cart_id, past in self.pasts.items():
            assert [self.store.cart_at(cart_id, seq) for seq in range(1, len(past) + 1)] == past
        assert self.store.verify() == []
        self.store.close()
        self.patch.undo()
        shutil.rmtree(self.folder)


QUICK = settings(max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))


def test_the_store_is_a_dictionary_that_survives() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(StoreMachine, settings=QUICK)


@pytest.mark.stress
@pytest.mark.timeout(900)
def test_the_store_is_a_dictionary_that_survives_long() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(StoreMachine, settings=settings(QUICK, max_examples=300, stateful_step_count=50))
