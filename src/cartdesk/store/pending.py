"""What a transaction has changed and not yet written: the storage reads through it and writes it as one frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cartdesk.store.frame import Op


@dataclass(slots=True)
class _Table:
    fresh: bool = False
    """True where the table was dropped or replaced: nothing of what is on disk counts any more."""
    exists: bool = True
    value: bytes | None = None
    documents: dict[str, bytes | None] = field(default_factory=dict)
    """By key; None is removed."""


class Pending:
    """Changes laid over what is on disk."""

    def __init__(self) -> None:
        self._tables: dict[str, _Table] = {}

    def copy(self) -> Pending:
        """Return a copy that does not change with this one."""
        twin = Pending()
        twin._tables = {name: _Table(table.fresh, table.exists, table.value, dict(table.documents)) for name, table in self._tables.items()}
        return twin

    def take_in(self, ops: Iterable[Op]) -> None:
        """Add changes."""
        for table, key, body in ops:
            if key is None and not (body == b"" and self._is_open(table)):
                self._tables[table] = _Table(fresh=body != b"", exists=body is not None, value=body or None)
            elif key is not None:
                held = self._tables.setdefault(table, _Table(exists=body is not None or table not in self._tables))
                held.documents[key] = body
                if body is not None:
                    held.exists, held.value = True, None

    def _is_open(self, table: str) -> bool:
        """Say whether an empty table may be made without losing documents; makes it where it was dropped."""
        held = self._tables.get(table)
        if held is None:
            return False
        held.exists, held.value = True, None
        return True

    def touches(self, table: str) -> bool:
        """Say whether anything of this table was changed."""
        return table in self._tables

    def tables(self, names: Iterable[str]) -> list[str]:
        """Return the names of the tables, ``names`` being those on disk."""
        found = [name for name in names if name not in self._tables or self._tables[name].exists or not self._tables[name].fresh]
        return found + [name for name, table in self._tables.items() if table.exists and name not in found]

    def keys(self, table: str, held: Mapping[str, int]) -> list[str]:
        """Return a table's keys, ``held`` being those on disk."""
        mine = self._tables.get(table)
        if mine is None:
            return list(held)
        old = {} if mine.fresh else held
        gone = {key for key, body in mine.documents.items() if body is None}
        return [key for key in old if key not in gone] + [key for key in mine.documents if key not in gone and key not in old]

    def has(self, table: str, key: str) -> bool | None:
        """Say whether there is such a document; None where only the disk knows."""
        mine = self._tables.get(table)
        if mine is None:
            return None
        if key in mine.documents:
            return mine.documents[key] is not None
        return False if mine.fresh else None

    def body(self, table: str, key: str) -> bytes | None:
        """Return a document for which :meth:`has` gave an answer."""
        mine = self._tables.get(table)
        return None if mine is None else mine.documents.get(key)

    def value(self, table: str) -> bytes | None:
        """Return the one value of a table that was changed."""
        return self._tables[table].value

    def ops(self) -> list[Op]:
        """Return all of it as one frame's changes."""
        found: list[Op] = []
        for name, table in self._tables.items():
            if table.fresh:
                found.append(Op(name, None, None))
            if table.value is not None:
                found.append(Op(name, None, table.value))
            elif table.exists and (table.fresh or not table.documents):
                found.append(Op(name, None, b""))
            found += [Op(name, key, body) for key, body in table.documents.items() if body is not None or not table.fresh]
        return found
