"""TinyDB's table over the log: nobody's document is another's, and what raises changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from tinydb import Query, TinyDB, where
from tinydb.middlewares import CachingMiddleware
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from cartdesk.store import CartStore, KeyedTable, LogStorage, LogTable


class LogDB(TinyDB):
    table_class = LogTable
    default_storage_class = LogStorage


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LogDB]:
    with LogDB(tmp_path / "db") as opened:
        opened.insert_multiple({"n": n, "tags": ["a"]} for n in range(5))
        yield opened


def test_what_one_caller_changes_another_never_sees(db: LogDB) -> None:
    first = db.get(where("n") == 1)
    assert isinstance(first, Document)
    first["tags"].append("mine")
    first["n"] = 99
    for document in db.search(where("n") == 1):
        document["tags"].append("mine too")
    again = db.get(doc_id=2)
    assert again == {"n": 1, "tags": ["a"]}


def test_what_was_given_is_not_what_is_kept(db: LogDB) -> None:
    tags = ["x"]
    number = db.insert({"tags": tags})
    tags.append("y")
    assert db.get(doc_id=number) == {"tags": ["x"]}


def test_an_update_that_raises_changes_nothing(db: LogDB) -> None:
    before = db.all()

    def sometimes(document: dict[str, int]) -> None:
        document["n"] += 100
        if document["n"] == 103:
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        db.update(sometimes)
    with pytest.raises(TypeError):
        db.update({"n": object()})
    with pytest.raises(ValueError, match="already exists"):
        db.insert_multiple([{"n": 9}, Document({"n": 8}, doc_id=1)])
    assert db.all() == before


def test_a_nested_change_in_place_is_kept(db: LogDB) -> None:
    db.update(lambda document: document["tags"].append("b"), where("n") == 3)
    assert db.get(where("n") == 3) == {"n": 3, "tags": ["a", "b"]}


def test_only_what_changed_is_written(db: LogDB, tmp_path: Path) -> None:
    size = (tmp_path / "db").read_bytes().rstrip(b"\0")
    db.update({"n": 2}, where("n") == 2)
    assert (tmp_path / "db").read_bytes().rstrip(b"\0") == size
    db.update({"m": 1}, where("n") == 2)
    added = (tmp_path / "db").read_bytes().rstrip(b"\0")[len(size) :]
    assert added.count(b"\n") == 2


def test_documents_by_id_leave_the_others_unread(db: LogDB, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []
    body = LogStorage.body
    monkeypatch.setattr(LogStorage, "body", lambda storage, table, key: reads.append(key) or body(storage, table, key))
    db.get(doc_id=3)
    db.update({"n": 1}, doc_ids=[3])
    db.upsert(Document({"n": 2}, doc_id=3))
    assert set(reads) == {"3"}


def test_clear_delete_and_truncate(db: LogDB) -> None:
    assert db.remove(doc_ids=[1, 2, 77]) == [1, 2]
    assert len(db) == 3
    db.truncate()
    assert len(db) == 0
    assert "_default" in db.tables()
    assert db.insert({}) == 1
    db.drop_table("_default")
    assert db.tables() == set()


def test_with_another_storage_it_is_a_stock_table() -> None:
    class Elsewhere(TinyDB):
        table_class = LogTable

    for storage in (MemoryStorage, CachingMiddleware(MemoryStorage)):
        db = Elsewhere(storage=storage)
        db.insert({"a": 1})
        db.update({"b": 2})
        assert db.search(Query().a == 1) == [{"a": 1, "b": 2}]
        assert len(db) == 1


def test_a_query_s_kept_result_is_dropped_when_the_store_changed_elsewhere(tmp_path: Path) -> None:
    with LogDB(tmp_path / "db") as db:
        assert db.search(where("a") == 1) == []
        assert isinstance(db.storage, LogStorage)
        db.storage.commit({("_default", "1"): b'{"a":1}'})
        assert db.search(where("a") == 1) == [{"a": 1}]


def test_a_middleware_over_the_log(tmp_path: Path) -> None:
    with TinyDB(tmp_path / "db", storage=CachingMiddleware(LogStorage)) as db:
        db.insert({"a": Decimal("1.1")})
    with TinyDB(tmp_path / "db", storage=LogStorage) as db:
        assert db.all() == [{"a": 1.1}]


def test_keyed_tables_take_a_document_s_own_id(tmp_path: Path) -> None:
    with CartStore(tmp_path / "store") as store:
        table = store.table("things")
        assert isinstance(table, KeyedTable)
        assert table.insert({"id": "a/1", "x": 1}) == "a/1"
        assert table.insert_multiple([{"id": "b"}, Document({"x": 3}, doc_id="c")]) == ["b", "c"]  # type: ignore[arg-type]
        assert [document.doc_id for document in table.all()] == ["a/1", "b", "c"]
        assert table.get(doc_id="a/1") == {"id": "a/1", "x": 1}  # type: ignore[call-overload]
        with pytest.raises(ValueError, match="needs an 'id' that is a text"):
            table.insert({"x": 1})
        with pytest.raises(ValueError, match="not a Mapping"):
            table.insert(7)  # type: ignore[arg-type]


def test_a_transaction_holds_tinydb_s_changes_too(tmp_path: Path) -> None:
    with CartStore(tmp_path / "store") as store:
        table = store.table("things")
        with pytest.raises(KeyError), store.transaction():
            table.insert({"id": "a"})
            assert table.get(doc_id="a") == {"id": "a"}  # type: ignore[call-overload]
            assert len(table) == 1
            table.truncate()
            table.insert({"id": "b"})
            store.drop_table("things")
            assert "things" not in store.tables()
            raise KeyError
        assert store.tables() == set()
        with store.transaction():
            table.insert({"id": "a"})
            table.insert({"id": "b"})
            table.truncate()
            table.insert({"id": "c"})
        assert [document.doc_id for document in table.all()] == ["c"]
        with store.transaction():
            store.storage.write({"other": {"1": {"n": 1}}, "value": [1]})
            assert store.storage.read() == {"other": {"1": {"n": 1}}, "value": [1]}
        assert store.tables() == {"other", "value"}


def test_an_inner_transaction_undone_leaves_the_outer_one(tmp_path: Path) -> None:
    with CartStore(tmp_path / "store") as store:
        with store.transaction():
            store.set_setting("a", 1)
            with pytest.raises(KeyError), store.transaction():
                store.set_setting("a", 2)
                store.set_setting("b", 2)
                raise KeyError
            assert (store.setting("a"), store.setting("b")) == (1, None)
            with store.transaction():
                store.set_setting("c", 3)
        assert (store.setting("a"), store.setting("b"), store.setting("c")) == (1, None, 3)


def test_another_thread_reads_what_was_committed_and_waits_to_write(tmp_path: Path) -> None:
    with CartStore(tmp_path / "store") as store:
        store.set_setting("a", 1)
        seen: list[int] = []
        written = threading.Event()

        def elsewhere() -> None:
            seen.append(store.setting("a"))
            store.set_setting("b", 2)
            written.set()

        thread = threading.Thread(target=elsewhere)
        with store.transaction():
            store.set_setting("a", 2)
            thread.start()
            while not seen:
                pass
            assert not written.is_set()
        thread.join()
        assert (seen, store.setting("a"), store.setting("b")) == ([1], 2, 2)
