"""The server's tables and the one way to them: point statements on the event loop, scans in a thread.

The handlers, the events and the access rooms call it; every write of one request, the outbox's included, is in one transaction.
"""

from __future__ import annotations

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from cartdesk.errors import StoreError, StoreLocked
from cartdesk.server.points import Connections, Point, Row, refused

metadata = sa.MetaData()
"""Every table of the server; other rooms add theirs here."""

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

resource = sa.Table(
    "resource",
    metadata,
    sa.Column("seq", _BIG, sa.Identity(), primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("id", sa.String(200), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("state", sa.String(60)),
    sa.Column("unique_key", sa.String(200)),
    sa.Column("owner", sa.String(200)),
    sa.Column("team", sa.String(200)),
    sa.Column("expires", sa.BigInteger),
    sa.Column("changed", sa.BigInteger, nullable=False),
    sa.Column("as_is", sa.Boolean, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("kind", "id", name="resource_id"),
    sa.UniqueConstraint("kind", "unique_key", name="resource_unique_key"),
    sa.Index("resource_order", "kind", "seq"),
    sa.Index("resource_owner", "kind", "owner"),
    sa.Index("resource_team", "kind", "team"),
    sa.Index("resource_state", "kind", "state"),
    sa.Index("resource_expires", "kind", "expires"),
    sqlite_autoincrement=True,
)
"""Every resource of every API: ``body`` is the version-neutral document as JSON, ``id`` first; where ``as_is``
is true it is also what the resource's first version shows, but for ``href``. ``expires`` and ``changed`` are in epoch milliseconds."""

resource_key = sa.Table(
    "resource_key",
    metadata,
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("value", sa.String(200), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Index("resource_key_seq", "seq"),
)
"""What resources are found by beside their own columns: the ids of related parties and accounts, one row a value."""

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("key", sa.String(300), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("id", sa.String(200), nullable=False),
    sa.Column("answer", sa.LargeBinary, nullable=False),
    sa.Column("made", sa.BigInteger, nullable=False),
    sa.Index("idempotency_made", "made"),
)
"""The answers to POSTs that came with an ``Idempotency-Key``; ``key`` starts with who sent it and where."""

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
_Answer = TypeVar("_Answer")

_BUSY_SECONDS = 15.0
"""How long a write waits for another process's, on SQLite."""


class Transaction(ABC):
    """One open transaction: all of it is stored when its context ends, or nothing."""

    @abstractmethod
    async def execute(self, statement: sa.Executable, parameters: Parameters = None) -> sa.CursorResult[Any]:
        """Run one statement; its rows are buffered."""


class Database(ABC):
    """One database. ``Database.open(url)`` chooses: ``sqlite:///file`` or ``postgresql+psycopg://…``."""

    @staticmethod
    def open(url: str) -> Database:
        """Return the database at ``url``; nothing is connected yet.

        Raises:
            StoreError: the URL names no database that is known here.
        """
        try:
            parsed = make_url(url)
        except sa.exc.ArgumentError:
            raise StoreError("The database URL cannot be read; write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME.") from None
        if parsed.get_backend_name() == "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise StoreError("The server's SQLite database must be a file: sqlite:///FILE.")
            return SqliteDatabase(parsed.set(drivername="sqlite+pysqlite"))
        if parsed.get_backend_name() in ("postgresql", "cockroachdb"):
            return PostgresDatabase(parsed if parsed.drivername != "postgresql" else parsed.set(drivername="postgresql+psycopg"))
        raise StoreError(f"The database {parsed.get_backend_name()!r} is not known here; use sqlite or postgresql.")

    @abstractmethod
    def engine(self) -> sa.Engine:
        """Return the synchronous engine, for scans in threads, migrations and tests."""

    @abstractmethod
    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction that writes; it commits when the context ends and rolls back on an error."""

    @abstractmethod
    async def fetch(self, statement: sa.Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[sa.Row[Any]]:
        """Return the rows of one quick read (by an index), outside any transaction."""

    @abstractmethod
    async def read(self, point: Point, parameters: Mapping[str, Any]) -> Sequence[Row]:
        """Return the plain rows of one of the statements that stand behind almost every request."""

    @abstractmethod
    async def write(self, point: Point, parameters: Mapping[str, Any]) -> Sequence[Row]:
        """Run one such statement as a transaction of its own and return its rows."""

    async def scan(self, read: Callable[[sa.Connection], _Answer]) -> _Answer:
        """Run ``read`` with a connection in a thread: for reads that take a while."""
        return await asyncio.to_thread(partial(_scanned, self.engine(), read))

    async def create_tables(self) -> None:
        """Make the tables that are missing (tests; ``cartdesk serve`` migrates instead)."""
        await asyncio.to_thread(metadata.create_all, self.engine())

    @abstractmethod
    async def close(self) -> None:
        """Close every connection."""


def _scanned(engine: sa.Engine, read: Callable[[sa.Connection], _Answer]) -> _Answer:
    with engine.connect() as connection:
        return read(connection)


class _SqliteTransaction(Transaction):
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    async def execute(self, statement: sa.Executable, parameters: Parameters = None) -> sa.CursorResult[Any]:
        return self._connection.execute(statement, parameters)


class SqliteDatabase(Database):
    """A file. Point statements run on the event loop itself (a thread's hop costs more than they do); one writer at a time."""

    def __init__(self, url: URL) -> None:
        self._engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True, connect_args={"timeout": 5})
        sa.event.listen(self._engine, "connect", _prepare_sqlite)
        self._reader: sa.Connection | None = None
        self._writer: sa.Connection | None = None
        self._reads: Any = None
        self._writes: Any = None
        self._turn = asyncio.Lock()
        if url.database is not None:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)

    def engine(self) -> sa.Engine:
        """Return the engine; its connections commit each statement unless told ``BEGIN``."""
        return self._engine

    async def fetch(self, statement: sa.Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[sa.Row[Any]]:
        """Return the rows of one quick read."""
        return self._reading().execute(statement, parameters).fetchall()

    def _reading(self) -> sa.Connection:
        if self._reader is None:
            self._reader = self._engine.connect()
            self._reads = self._reader.connection.driver_connection
        return self._reader

    def _writing(self) -> sa.Connection:
        if self._writer is None:
            self._writer = self._engine.connect()
            self._writes = self._writer.connection.driver_connection
            self._writes.execute("PRAGMA busy_timeout=0")
        return self._writer

    async def read(self, point: Point, parameters: Mapping[str, Any]) -> Sequence[Row]:
        """Return the rows of one of the statements that stand behind almost every request."""
        self._reading()
        text = point.on(self._engine.dialect)
        try:
            rows: list[Row] = self._reads.execute(text.text, text.bound(parameters)).fetchall()
        except sqlite3.Error as error:
            raise refused(text, error, self._engine.dialect) from error
        return rows

    async def write(self, point: Point, parameters: Mapping[str, Any]) -> Sequence[Row]:
        """Run one such statement as a transaction of its own and return its rows."""
        text = point.on(self._engine.dialect)
        values = text.bound(parameters)
        async with self._turn:
            self._writing()
            try:
                rows: list[Row] = await _patiently(lambda: self._writes.execute(text.text, values).fetchall())
            except sqlite3.Error as error:
                raise refused(text, error, self._engine.dialect) from error
        return rows

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open the one writing transaction; others of this process wait their turn without holding the loop up."""
        async with self._turn:
            connection = self._writing()
            try:
                await _patiently(lambda: self._writes.execute("BEGIN IMMEDIATE"))
                yield _SqliteTransaction(connection)
                self._writes.execute("COMMIT")
            except sqlite3.Error as error:
                self._undo()
                raise StoreError("The server's database cannot be written.") from error
            except BaseException:
                self._undo()
                raise

    def _undo(self) -> None:
        if self._writes.in_transaction:
            self._writes.execute("ROLLBACK")

    async def close(self) -> None:
        """Close every connection."""
        for connection in (self._reader, self._writer):
            if connection is not None:
                connection.close()
        self._reader = self._writer = self._reads = self._writes = None
        self._engine.dispose()


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute("PRAGMA foreign_keys=ON")


async def _patiently(run: Callable[[], _Answer]) -> _Answer:
    """Run what writes; while another process writes, wait without blocking the loop."""
    pause, waited = 0.001, 0.0
    while True:
        try:
            return run()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            if waited > _BUSY_SECONDS:
                raise StoreLocked("Another process has been writing to the server's database for too long.") from error
        await asyncio.sleep(pause)
        waited += pause
        pause = min(pause * 2, 0.05)


class _PostgresTransaction(Transaction):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def execute(self, statement: sa.Executable, parameters: Parameters = None) -> sa.CursorResult[Any]:
        return await self._connection.execute(statement, parameters)


class PostgresDatabase(Database):
    """PostgreSQL, or what speaks like it. Reads commit by themselves (one round trip); writes have a pool of their own."""

    def __init__(self, url: URL, *, pool: int = 10) -> None:
        self._url = url
        self._pool = pool
        self._reads: AsyncEngine | None = None
        self._writes: AsyncEngine | None = None
        self._scans: sa.Engine | None = None
        self._direct: Connections | None = None

    def engine(self) -> sa.Engine:
        """Return the synchronous engine."""
        if self._scans is None:
            self._scans = sa.create_engine(self._url, pool_size=4, max_overflow=4)
        return self._scans

    async def fetch(self, statement: sa.Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[sa.Row[Any]]:
        """Return the rows of one quick read."""
        if self._reads is None:
            self._reads = create_async_engine(
                self._url, pool_size=self._pool, max_overflow=0, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True
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
