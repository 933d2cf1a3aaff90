"""Older stores come forward, one step a version, with the old file kept; there is no way to half a migration."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cartdesk.errors import StoreError, StoreForeign
from cartdesk.store import CartStore, LogStorage
from cartdesk.store.backup import restore
from cartdesk.store.formats import LATEST, Format
from cartdesk.store.frame import Op

from .carts import change, make_cart
from .disks import FULL, FailingDisk


def _titles(table: str, key: str, body: bytes) -> list[Op]:
    """Version 1 to 2: what was a label in settings is a title."""
    value = json.loads(body)
    return [Op(table, key, json.dumps({"title": value["value"]}).encode())] if table == "meta" else [Op(table, key, body)]


def _split(table: str, key: str, body: bytes) -> list[Op]:
    """Version 2 to 3: settings move to a table of their own, and one that is not used any more goes."""
    if table != "meta":
        return [Op(table, key, body)]
    return [] if key == "old" else [Op("settings", key, body), Op("settings_seen", key, b"{}")]


THIRD = Format(3, {1: _titles, 2: _split})


def _old(path: Path) -> dict[str, list[tuple[str, bytes]]]:
    with CartStore(path) as store:
        store.record(make_cart("C1", 4), change("new", "create"))
        store.set_setting("theme", "dark")
        store.set_setting("old", 1)
        store.table("empty", persist_empty=True)
        return {table: list(store.log_storage.bodies(table)) for table in store.tables()}


def test_a_store_comes_forward_over_every_version(tmp_path: Path) -> None:
    held = _old(tmp_path / "store")
    raw = (tmp_path / "store").read_bytes()
    storage = LogStorage(tmp_path / "store", layout=THIRD)
    assert storage.recovery.migrated is not None
    version, copy = storage.recovery.migrated
    assert (version, copy.read_bytes()) == (1, raw)
    assert storage.recovery.sentences() == [f"The store was brought forward from format 1; the old file was kept as {copy}."]
    assert set(storage.tables()) == {*held, "settings", "settings_seen"} - {"meta"}
    assert list(storage.bodies("settings")) == [("theme", b'{"title": "dark"}')]
    for table in ("carts", "cart_index", "history", "history_states", "empty"):
        assert list(storage.bodies(table)) == held[table]
    storage.close()
    storage = LogStorage(tmp_path / "store", layout=THIRD)
    assert storage.recovery.sentences() == []
    storage.close()
    with pytest.raises(StoreForeign, match=r"newer cartdesk \(store format 3, this one knows 1\)"):
        LogStorage(tmp_path / "store")
    with LogStorageClosing(copy) as before:
        assert {table: list(before.bodies(table)) for table in before.tables()} == held


class LogStorageClosing:
    def __init__(self, path: Path) -> None:
        self.storage = LogStorage(path)

    def __enter__(self) -> LogStorage:
        return self.storage

    def __exit__(self, *error: object) -> None:
        self.storage.close()


def test_a_migration_that_is_refused_leaves_the_old_store(tmp_path: Path) -> None:
    _old(tmp_path / "store")
    raw = (tmp_path / "store").read_bytes()
    count = FailingDisk()
    LogStorage(tmp_path / "store", disk=count, layout=Format(2, {1: _titles})).close()
    for number in range(1, len(count.calls) + 1):
        if count.calls[number - 1] in ("read", "sync_folder", "truncate", "remove") or (number > 1 and count.calls[number - 1] == "open"):
            continue  # these are not needed, such as a shortcut's file
        for old in tmp_path.iterdir():
            old.unlink()
        (tmp_path / "store").write_bytes(raw)
        disk = FailingDisk(lambda kind, at, number=number: FULL if at == number else None)
        with pytest.raises(StoreError, match="could not be opened"):
            LogStorage(tmp_path / "store", disk=disk, layout=Format(2, {1: _titles}))
        assert (tmp_path / "store").read_bytes() == raw
        storage = LogStorage(tmp_path / "store", layout=Format(2, {1: _titles}))
        assert storage.body("meta", "theme") == b'{"title": "dark"}'
        storage.close()


def test_the_same_old_file_is_kept_once(tmp_path: Path) -> None:
    _old(tmp_path / "store")
    raw = (tmp_path / "store").read_bytes()
    for _ in range(3):
        (tmp_path / "store").write_bytes(raw)
        LogStorage(tmp_path / "store", layout=THIRD).close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store", "store.format-1-001", "store.lock"]


def test_a_damaged_old_store_is_salvaged_and_brought_forward(tmp_path: Path) -> None:
    _old(tmp_path / "store")
    raw = (tmp_path / "store").read_bytes().replace(b'{"value":1}', b'{"value":?}')
    (tmp_path / "store").write_bytes(raw)
    storage = LogStorage(tmp_path / "store", layout=THIRD)
    assert storage.recovery.damaged
    assert storage.recovery.migrated is not None
    assert storage.body("settings", "theme") == b'{"title": "dark"}'
    storage.close()


def test_a_reader_does_not_migrate(tmp_path: Path) -> None:
    _old(tmp_path / "store")
    raw = (tmp_path / "store").read_bytes()
    with pytest.raises(StoreForeign, match="has an older format; open it for writing once"):
        LogStorage(tmp_path / "store", layout=THIRD, read_only=True)
    assert (tmp_path / "store").read_bytes() == raw


def test_an_old_backup_is_restored_and_brought_forward(tmp_path: Path) -> None:
    _old(tmp_path / "store")
    with CartStore(tmp_path / "store") as store:
        store.backup(tmp_path / "backup.json")
    restore(tmp_path / "backup.json", tmp_path / "other")
    storage = LogStorage(tmp_path / "other", layout=THIRD)
    assert storage.body("settings", "theme") == b'{"title": "dark"}'
    storage.close()


def test_every_format_that_was_ever_written_has_a_way_forward() -> None:
    assert sorted(LATEST.steps) == list(range(1, LATEST.version))
