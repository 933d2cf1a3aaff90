"""Statements that stand behind almost every request: worded by SQLAlchemy once, then given to the driver as text.

``shelf`` words them and :class:`~cartdesk.server.database.Database` runs them. By an index each takes the database some tens of
microseconds; by way of SQLAlchemy's cursors the program would spend several times that on each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import URL

if TYPE_CHECKING:
    from psycopg import AsyncConnection

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A statement as one driver takes it."""

    text: str
    names: tuple[str, ...] | None
    """The parameters in their order; None where the driver takes them by name."""
    fixed: Mapping[str, Any]
    """The parameters whose values are the statement's own."""

    def bound(self, parameters: Mapping[str, Any]) -> Mapping[str, Any] | list[Any]:
        """Return the parameters as the driver takes them."""
        values = {**self.fixed, **parameters}
        return values if self.names is None else [values[name] for name in self.names]


class Point:
    """One such statement. Its parameters are plain ones: a list of values has no place in it."""

    def __init__(self, statement: sa.Executable) -> None:
        self._statement = statement
        self._texts: dict[str, Text] = {}

    def on(self, dialect: sa.Dialect) -> Text:
        """Return it as one dialect's driver takes it."""
        text = self._texts.get(dialect.name)
        if text is None:
            compiled: Any = self._statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # what is executable is compiled so
            fixed = {name: value for name, value in compiled.params.items() if value is not None}
            text = Text(_with_raw_bytes(compiled), tuple(compiled.positiontup) if compiled.positional else None, fixed)
            self._texts[dialect.name] = text
        return text


def _with_raw_bytes(compiled: Any) -> str:
    """Return a statement's text; psycopg, which takes parameters by name, sends bytes as they are and not as twice as many digits."""
    text: str = compiled.string
    for name, parameter in compiled.binds.items():
        if isinstance(parameter.type, sa.LargeBinary):
            text = text.replace(f"%({name})s", f"%({name})b")
    return text


def refused(text: Text, error: Exception, dialect: Any, *, lost: bool = False) -> BaseException:
    """Return a driver's error as SQLAlchemy's, as it is for every other statement."""
    base: type[Exception] = dialect.loaded_dbapi.Error
    return sa.exc.DBAPIError.instance(text.text, None, error, base, hide_parameters=True, connection_invalidated=lost, dialect=dialect)


class Connections:
    """A few connections of psycopg's own, on which every statement is a transaction and one round trip.

    Args:
        url: the database's.
        dialect: SQLAlchemy's for it.
        most: how many there are at most.
    """

    def __init__(self, url: URL, dialect: Any, most: int) -> None:
        self._url = url
        self._dialect = dialect
        self._room = asyncio.Semaphore(most)
        self._free: list[AsyncConnection[Row]] = []

    async def read(self, point: Point, parameters: Mapping[str, Any]) -> Sequence[Row]:
        """Return the rows of a statement that reads; where the connection turns out to be lost, by another one."""
        try:
            return await self.write(point, parameters)
        except sa.exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return await self.write(point, parameters)

    async def write(self, point: Point, parameters: Mapping[str, Any]) -> Sequence[Row]:
        """Run a statement that writes, commit it, and return its rows."""
        text = point.on(self._dialect)
        async with self._room:
            connection: AsyncConnection[Row] | None = None
            sound = False
            try:
                connection = self._free.pop() if self._free else await self._opened()
                cursor = await connection.execute(text.text, text.bound(parameters), binary=True)
                rows = await cursor.fetchall()
                sound = True
            except self._dialect.loaded_dbapi.Error as error:
                lost = connection is not None and connection.closed
                if lost:
                    await self.close()
                raise refused(text, error, self._dialect, lost=lost) from error
            finally:
                if connection is not None and sound:
                    self._free.append(connection)
                elif connection is not None:
                    await connection.close()
            return rows

    async def _opened(self) -> AsyncConnection[Row]:
        from psycopg import AsyncConnection

        positional, named = self._dialect.create_connect_args(self._url)
        return await AsyncConnection.connect(*positional, **named, autocommit=True)

    async def close(self) -> None:
        """Close those that are free."""
        while self._free:
            await self._free.pop().close()
