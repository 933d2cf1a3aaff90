"""The server's tables in PostgreSQL, or in what speaks like it.

``Database.open`` makes one for ``postgresql+psycopg://…``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from cartdesk.server.database import Database, Parameters, Transaction
from cartdesk.server.points import Connections, Point, Row

_READS = 3
_SCANS = 4


class _PostgresTransaction(Transaction):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def execute(self, statement: sa.Executable, parameters: Parameters = None) -> sa.CursorResult[Any]:
        return await self._connection.execute(statement, parameters)


class PostgresDatabase(Database):
    """PostgreSQL, or what speaks like it. Reads commit by themselves (one round trip); transactions have connections of their own.

    A server of four workers stays below the hundred connections that PostgreSQL allows unless told otherwise.
    """

    def __init__(self, url: URL, *, pool: int = 8) -> None:
        self._url = url
        self._pool = pool
        self._reads: AsyncEngine | None = None
        self._writes: AsyncEngine | None = None
        self._scans: sa.Engine | None = None
        self._direct: Connections | None = None

    def engine(self) -> sa.Engine:
        """Return the synchronous engine."""
        if self._scans is None:
            self._scans = sa.create_engine(self._url, pool_size=_SCANS, max_overflow=0)
        return self._scans

    async def fetch(self, statement: sa.Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[sa.Row[Any]]:
        """Return the rows of one quick read."""
        if self._reads is None:
            self._reads = create_async_engine(
                self._url, pool_size=_READS, max_overflow=0, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True
            )
        async with self._reads.connect() as connection:
            return (await connection.execute(statement, parameters)).fetchall()

    async def read(self, point: Point, parameters: Mapping[str, Any]) -> Sequence[Row]:
        """Return the rows of one of the statements that stand behind almost every request."""
        return await self._points().read(point, parameters)

    async def write(self, point: Point, parameters: Mapping[str, Any]) -> Sequence[Row]:
        """Run one such statement as a transaction of its own and return its rows."""
        return await self._points().write(point, parameters)

    def _points(self) -> Connections:
        if self._direct is None:
            self._direct = Connections(self._url, self.engine().dialect, self._pool)
        return self._direct

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a transaction on a connection of its own."""
        if self._writes is None:
            self._writes = create_async_engine(self._url, pool_size=self._pool, max_overflow=0)
        async with self._writes.begin() as connection:
            yield _PostgresTransaction(connection)

    async def close(self) -> None:
        """Close every connection."""
        for engine in (self._reads, self._writes):
            if engine is not None:
                await engine.dispose()
        if self._scans is not None:
            self._scans.dispose()
        if self._direct is not None:
            await self._direct.close()
        self._reads = self._writes = None
        self._scans = self._direct = None
