"""A store in memory that is durable across kills, and can be killed at any write, before it or just after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cartdesk.store.frame import Op


class Killed(BaseException):
    """The process is no more."""


class Disk:
    """What survives a kill."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, bytes]] = {}


class Memory:
    """One process's view of the disk; nothing can be written once it was killed."""

    def __init__(self, disk: Disk, fate: Callable[[], str | None]) -> None:
        """Make it.

        Args:
            disk: what survives.
            fate: asked at each write: None goes well, ``before`` and ``after`` kill the process there.
        """
        self._disk = disk
        self._fate = fate
        self._open: list[Op] | None = None
        self.dead = False
        self.writes = 0

    def body(self, table: str, key: str) -> bytes | None:
        for op in reversed(self._open or []):
            if op.table == table and op.key == key:
                return op.body
        return self._disk.tables.get(table, {}).get(key)

    def keys(self, table: str) -> list[str]:
        return list(self._disk.tables.get(table, {}))

    def bodies(self, table: str) -> Iterator[tuple[str, bytes]]:
        return iter(list(self._disk.tables.get(table, {}).items()))

    def apply(self, ops: list[Op]) -> None:
        if self._open is not None:
            self._open += ops
        else:
            self._commit(ops)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._open is not None:
            yield
            return
        self._open = []
        try:
            yield
            ops = self._open
        finally:
            self._open = None
        if ops:
            self._commit(ops)

    def _commit(self, ops: list[Op]) -> None:
        fate = "before" if self.dead else self._fate()
        self.writes += 1
        if fate == "before":
            self.dead = True
            raise Killed
        for table, key, body in ops:
            rows = self._disk.tables.setdefault(table, {})
            assert key is not None
            if body is None:
                rows.pop(key, None)
            else:
                rows[key] = body
        if fate == "after":
            self.dead = True
            raise Killed
