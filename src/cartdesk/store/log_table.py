"""``LogTable``: TinyDB's table over a :class:`~cartdesk.store.log_storage.LogStorage`, reading and writing single documents.

Insert, update, search and the rest are TinyDB's own; only how a table is read and how its changes are written is different. With any
other storage it is a stock table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any

from tinydb.storages import Storage
from tinydb.table import Document, Table

from cartdesk.store.codec import read_document, write_document
from cartdesk.store.frame import Op
from cartdesk.store.log_storage import LogStorage


class LogTable(Table):
    """A table whose documents are parsed anew for whoever asks, so no caller's change reaches another, or the store, by itself."""

    def __init__(self, storage: Storage, name: str, cache_size: int | None = None, persist_empty: bool = False) -> None:
        self._seen = -1
        super().__init__(storage, name, self.default_query_cache_capacity if cache_size is None else cache_size, persist_empty)

    def search(self, cond: Any) -> list[Document]:
        """Return the documents that match; a result that was kept is not used once the store changed."""
        if isinstance(self._storage, LogStorage) and self._storage.changes != self._seen:
            self.clear_cache()
            self._seen = self._storage.changes
        return super().search(cond)

    def __len__(self) -> int:
        return self._storage.count(self.name) if isinstance(self._storage, LogStorage) else len(self._read_table())

    def _read_table(self) -> Mapping[str, Any]:  # type: ignore[override]  # TinyDB says dict and only reads it as a mapping
        return _Documents(self._storage, self.name) if isinstance(self._storage, LogStorage) else super()._read_table()

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        storage = self._storage
        if not isinstance(storage, LogStorage):
            super()._update_table(updater)
            return
        storage.check_writable()
        with storage.writing:
            overlay = _Overlay(storage, self.name, self.document_id_class)
            updater(overlay)
            storage.apply(overlay.ops())
        self.clear_cache()


class KeyedTable(LogTable):
    """A table whose document ids are texts: a document's own ``id`` where it has one."""

    document_id_class = str  # type: ignore[assignment]  # TinyDB says int; its own documentation allows any class
    default_query_cache_capacity = 0

    def insert(self, document: Mapping[str, Any]) -> Any:
        """Insert a document under its doc_id or its ``id``."""
        return super().insert(_keyed(document))

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> Any:
        """Insert documents, each under its doc_id or its ``id``."""
        return super().insert_multiple(map(_keyed, documents))


def _keyed(document: Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(document, Document) or not isinstance(document, Mapping):
        return document
    if not isinstance(document.get("id"), str):
        raise ValueError("A document here needs an 'id' that is a text, or comes as a tinydb Document with one.")
    return Document(document, document["id"])


class _Documents(Mapping[str, Any]):
    """A table as TinyDB reads it: keys to documents."""

    def __init__(self, storage: LogStorage, table: str) -> None:
        self._storage = storage
        self._table = table

    def __getitem__(self, key: str) -> Any:
        body = self._storage.body(self._table, key)
        if body is None:
            raise KeyError(key)
        return read_document(body)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._storage.has(self._table, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._storage.keys(self._table))

    def __len__(self) -> int:
        return self._storage.count(self._table)

    def items(self) -> Any:
        """Yield keys and documents; parsed as they are reached."""
        return ((key, read_document(body)) for key, body in self._storage.bodies(self._table))


class _Overlay(MutableMapping[Any, Any]):
    """A table as TinyDB changes it. What was handed out is compared with what is stored once the change is complete."""

    def __init__(self, storage: LogStorage, table: str, make_id: Callable[[str], Any]) -> None:
        self._storage = storage
        self._table = table
        self._make_id = make_id
        self._cleared = False
        self._out: dict[str, tuple[bytes | None, Any]] = {}
        """By key: the bytes that are stored, and the document that was handed out or put."""
        self._gone: set[str] = set()

    def _stored(self, key: str) -> bool:
        return not self._cleared and key not in self._gone and self._storage.has(self._table, key)

    def __getitem__(self, document_id: Any) -> Any:
        key = str(document_id)
        if key not in self._out:
            body = self._storage.body(self._table, key) if self._stored(key) else None
            if body is None:
                raise KeyError(document_id)
            self._out[key] = (body, read_document(body))
        return self._out[key][1]

    def __setitem__(self, document_id: Any, document: Any) -> None:
        key = str(document_id)
        before = self._out[key][0] if key in self._out else None
        self._out[key] = (before, document)

    def __delitem__(self, document_id: Any) -> None:
        key = str(document_id)
        if key not in self:
            raise KeyError(document_id)
        self._out.pop(key, None)
        self._gone.add(key)

    def __contains__(self, document_id: object) -> bool:
        key = str(document_id)
        return key in self._out or self._stored(key)

    def __iter__(self) -> Iterator[Any]:
        return map(self._make_id, self._keys())

    def __len__(self) -> int:
        return len(self._keys())

    def _keys(self) -> list[str]:
        held = [] if self._cleared else [key for key in self._storage.keys(self._table) if key not in self._gone or key in self._out]
        known = set(held)
        return held + [key for key in self._out if key not in known]

    def clear(self) -> None:
        """Remove every document."""
        self._cleared = True
        self._out.clear()
        self._gone.clear()

    def ops(self) -> list[Op]:
        """Return what changed. Everything is serialised here, so what has no JSON form raises before anything is written."""
        ops: list[Op] = []
        if not self._storage.has_table(self._table):
            ops.append(Op(self._table, None, b""))
        elif self._cleared and self._storage.count(self._table):
            ops += [Op(self._table, None, None), Op(self._table, None, b"")]
        if not self._cleared:
            ops += [Op(self._table, key, None) for key in self._gone if key not in self._out and self._storage.has(self._table, key)]
        for key, (before, document) in self._out.items():
            body = write_document(document)
            if body != before:
                ops.append(Op(self._table, key, body))
        return ops
