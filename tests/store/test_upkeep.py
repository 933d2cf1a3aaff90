"""Backup, restore, export, compaction, verify and info."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB, where

from cartdesk.errors import StoreDamaged, StoreError, StoreForeign, StoreLocked
from cartdesk.store import CartStore, LogStorage, compaction
from cartdesk.store.backup import restore
from cartdesk.store.frame import Header
from cartdesk.store.tables import ALL
from cartdesk.tmf import Individual

from .carts import change, make_cart, with_quantity


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CartStore]:
    with CartStore(tmp_path / "store") as opened:
        for number in range(3):
            cart = make_cart(f"C{number}", vendorExact="1.10")
            opened.record(cart, change("new", "create"))
            opened.record(with_quantity(cart, 4), change("4"))
        opened.put_customer(Individual.model_validate({"id": "P1", "fullName": "Ann \u2028 Ek"}))
        opened.set_setting("theme", "dark")
        yield opened


def _held(store: CartStore) -> dict[str, list[tuple[str, bytes]]]:
    return {table: list(store.log_storage.bodies(table)) for table in sorted(store.tables())}


def test_a_backup_comes_back_byte_for_byte(store: CartStore, tmp_path: Path) -> None:
    held = _held(store)
    assert store.backup(tmp_path / "backup.json") == sum(map(len, held.values()))
    assert (tmp_path / "backup.json").stat().st_mode & 0o777 == 0o600
    store.close()
    kept = restore(tmp_path / "backup.json", tmp_path / "other")
    assert kept is None
    with CartStore(tmp_path / "other") as other:
        assert _held(other) == held
        assert other.verify() == []


def test_any_tinydb_opens_a_backup_and_an_export(store: CartStore, tmp_path: Path) -> None:
    store.backup(tmp_path / "backup.json")
    assert store.export(tmp_path / "export.json") > 0
    with TinyDB(tmp_path / "backup.json") as db:
        assert db.tables() >= {"carts", "cart_index", "history", "customers", "meta", "_cartdesk"}
        assert [cart["id"] for cart in db.table("carts").search(where("cartItem").exists())] == ["C0", "C1", "C2"]
        for table in db.tables():
            assert db.table(table).all()
    with TinyDB(tmp_path / "export.json") as db:
        assert db.tables() == {"carts", "cart_index", "history", "customers"}
        assert db.table("carts").get(doc_id=1)["cartItem"][0]["quantity"] == 4


def test_restoring_keeps_the_store_before(store: CartStore, tmp_path: Path) -> None:
    store.backup(tmp_path / "backup.json")
    with pytest.raises(StoreLocked):
        restore(tmp_path / "backup.json", store.path)
    store.set_setting("theme", "light")
    store.close()
    kept = restore(tmp_path / "backup.json", store.path)
    assert kept is not None
    with CartStore(store.path) as again, CartStore(kept) as before:
        assert (again.setting("theme"), before.setting("theme")) == ("dark", "light")
        assert again.info().copies == (kept,)
        assert again.info().generation == 2


def test_a_store_s_file_can_be_restored_too(store: CartStore, tmp_path: Path) -> None:
    held = _held(store)
    store.close()
    (tmp_path / "copy").write_bytes(store.path.read_bytes())
    restore(tmp_path / "copy", tmp_path / "other")
    with CartStore(tmp_path / "other") as other:
        assert _held(other) == held
    damaged = store.path.read_bytes().replace(b'"dark"', b'"d?rk"')
    (tmp_path / "copy").write_bytes(damaged)
    with pytest.raises(StoreDamaged, match="is damaged and was not restored: Document theme of meta"):
        restore(tmp_path / "copy", tmp_path / "other")


def test_a_plain_tinydb_file_can_be_restored(tmp_path: Path) -> None:
    with TinyDB(tmp_path / "plain.json") as db:
        db.table("carts").insert({"id": "C1", "n": 0.1234567890123456})
        db.insert({"x": 1})
        db.table("history").insert({"cart": "C1", "seq": 1})
        db.table("none", persist_empty=True)
    restore(tmp_path / "plain.json", tmp_path / "store")
    with CartStore(tmp_path / "store") as store:
        assert store.tables() == {"carts", "_default", "none"}
        assert store.log_storage.body("carts", "C1") == b'{"id":"C1","n":0.1234567890123456}'
        assert store.log_storage.body("_default", "1") == b'{"x":1}'


@pytest.mark.parametrize(
    ("content", "error", "sentence"),
    [
        (b"hello", StoreForeign, "neither a backup nor a TinyDB file"),
        (b"[1]", StoreForeign, "neither a backup nor a TinyDB file"),
        (b'{"a": 1}', StoreForeign, "neither a backup nor a TinyDB file"),
        (b'{"a": {"1": {"x": NaN}}}', StoreForeign, "(neither a backup|a number that is none)"),
        (Header(generation=1, version=9).encode(), StoreForeign, "written by a newer cartdesk"),
    ],
)
def test_what_is_no_backup_changes_nothing(
    store: CartStore, tmp_path: Path, content: bytes, error: type[StoreError], sentence: str
) -> None:
    store.close()
    before = store.path.read_bytes()
    (tmp_path / "source").write_bytes(content)
    with pytest.raises(error, match=sentence):
        restore(tmp_path / "source", store.path)
    assert store.path.read_bytes() == before
    with pytest.raises(StoreError, match="there is no such file"):
        restore(tmp_path / "nowhere", store.path)


def test_a_damaged_backup_is_never_restored(store: CartStore, tmp_path: Path) -> None:
    store.backup(tmp_path / "backup.json")
    store.close()
    raw = (tmp_path / "backup.json").read_bytes()
    source = tmp_path / "damaged.json"
    wrong = []
    for at in range(0, len(raw), max(1, len(raw) // 150)):
        source.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        try:
            restore(source, tmp_path / "other")
            wrong.append(at)
        except (StoreDamaged, StoreForeign):
            pass
    assert wrong == []
    source.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(StoreDamaged):
        restore(source, tmp_path / "other")
    source.write_bytes(raw.replace(b'"format":1', b'"format":7'))
    with pytest.raises((StoreDamaged, StoreForeign)):
        restore(source, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_restoring_over_what_is_no_store_is_refused(store: CartStore, tmp_path: Path) -> None:
    store.backup(tmp_path / "backup.json")
    (tmp_path / "letter.txt").write_text("Dear Ann")
    with pytest.raises(StoreForeign):
        restore(tmp_path / "backup.json", tmp_path / "letter.txt")
    assert (tmp_path / "letter.txt").read_text() == "Dear Ann"


@pytest.mark.parametrize("name", ["store", "store.lock", "store.archive", "store.damaged-001"])
def test_a_backup_never_takes_a_name_of_the_store_s_own(store: CartStore, name: str) -> None:
    for write in (store.backup, store.export):
        with pytest.raises(StoreError, match="a name that the store itself uses; choose another one"):
            write(store.path.with_name(name))
    assert store.verify() == []


def test_json_nested_without_end_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_bytes(b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
    with pytest.raises(StoreForeign, match="neither a backup nor a TinyDB file"):
        restore(tmp_path / "deep.json", tmp_path / "store")


def test_an_empty_store_can_be_backed_up(tmp_path: Path) -> None:
    with CartStore(tmp_path / "store") as store:
        assert store.backup(tmp_path / "backup.json") == 0
        assert store.export(tmp_path / "export.json") == 0
    assert json.loads((tmp_path / "export.json").read_text()) == {}
    restore(tmp_path / "backup.json", tmp_path / "other")
    with CartStore(tmp_path / "other") as other:
        assert other.tables() == set()


def test_info_counts(store: CartStore) -> None:
    info = store.info()
    assert (info.path, info.format, info.generation, info.read_only, info.found) == (store.path, 1, 1, False, ())
    assert info.documents == dict.fromkeys(ALL, 0) | {
        "carts": 3, "cart_index": 3, "history": 6, "history_states": 6, "customers": 1, "meta": 1
    }  # fmt: skip
    assert 0 < info.live <= info.used <= info.size


def test_verify_finds_what_does_not_belong_together(store: CartStore) -> None:
    assert store.verify() == []
    store.log_storage.commit({("carts", "X"): b'{"id":"X"}', ("cart_index", "Y"): b'{"id":"Y"}', ("meta", "bad"): b'{"value":'})
    assert store.verify() == [
        store.verify()[0],
        "Cart X is missing in the index.",
        "The index has a row for cart Y, which is not there.",
    ]
    assert store.verify()[0].startswith("Document bad of meta cannot be read")


def test_compaction_leaves_only_what_counts(store: CartStore) -> None:
    for quantity in range(5, 60):
        store.put_cart(make_cart("C1", quantity // 5))
    held = _held(store)
    used = store.info().used
    store.compact()
    assert store.info().used < used / 2
    assert _held(store) == held
    store.set_setting("after", 1)
    store.close()
    assert b'"theme"' in store.path.read_bytes()
    with CartStore(store.path) as again:
        assert _held(again)["carts"] == held["carts"]
        assert again.setting("after") == 1
        assert again.verify() == []


def test_a_big_file_compacts_itself_while_others_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "SMALLEST", 32 << 10)
    storage = LogStorage(tmp_path / "store")

    def fill(name: str) -> None:
        for number in range(150):
            storage.commit({("carts", f"{name}{number % 5}"): b'{"id":"%s","n":%d}' % (name.encode() * 400, number)})

    threads = [threading.Thread(target=fill, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert storage.snapshot()[0].header.generation >= 2
    assert storage.compactor.failure is None
    for name in "abc":
        for number in range(5):
            assert (storage.body("carts", f"{name}{number}") or b"").endswith(b'"n":%d}' % (145 + number))
    storage.close()
    assert [path.name for path in tmp_path.iterdir() if ".new-" in path.name] == []
    with CartStore(tmp_path / "store") as store:
        assert not store.recovery.damaged


def test_compaction_does_not_hold_up_the_event_loop(tmp_path: Path) -> None:
    """10 MB are rewritten in a thread while a loop ticks; the ticks tell how long it was held up."""
    storage = LogStorage(tmp_path / "store")
    body = b'{"id":"%s"}' % (b"x" * 7_600)
    with storage.transaction():
        storage.commit({("carts", str(number)): body for number in range(1_300)})

    async def ticks() -> list[float]:
        found: list[float] = []
        task: Any = asyncio.get_running_loop().run_in_executor(None, storage.compact)
        while not task.done():
            begin = time.perf_counter()
            await asyncio.sleep(0.001)
            found.append(time.perf_counter() - begin)
        await task
        return found

    held_up = asyncio.run(ticks())
    storage.close()
    held_up.sort()
    assert held_up[-1] < 0.5, "far above what is wanted, so that a busy machine does not fail it: benchmarks/store.py measures it"
    assert held_up[len(held_up) // 2] < 0.05


def test_a_compaction_that_fails_is_told_and_tried_again_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from .disks import FULL, FailingDisk

    monkeypatch.setattr(compaction, "SMALLEST", 16 << 10)
    full = {"now": True}
    disk = FailingDisk(lambda kind, number: FULL if kind == "create" and full["now"] and number > 8 else None)
    with CartStore(tmp_path / "store", disk=disk) as store:
        for number in range(60):
            store.set_setting("big", "x" * 1_000 + str(number))
        storage = store.log_storage
        storage.compactor.wait()
        (found,) = store.info().found
        assert found.startswith(f"{store.path} could not be compacted: the disk is full; free some room and try again.")
        full["now"] = False
        store.compact()
        assert store.setting("big") == "x" * 1_000 + "59"
