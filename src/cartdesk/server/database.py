"""The server's tables and the one way to them, whatever database they are in: quick statements, transactions, and scans in a thread.

``sqlite_database`` and ``postgres_database`` are what there is. The handlers, the events and the access rooms call it; every write of one
request, the outbox's included, is in one transaction.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from cartdesk.errors import StoreError
from cartdesk.server.points import Point, Row

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
_Answered = TypeVar("_Answered")


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
            from cartdesk.server.sqlite_database import SqliteDatabase

            return SqliteDatabase(parsed.set(drivername="sqlite+pysqlite"))
        if parsed.get_backend_name() in ("postgresql", "cockroachdb"):
            from cartdesk.server.postgres_database import PostgresDatabase

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

    async def scan(self, read: Callable[[sa.Connection], _Answered]) -> _Answered:
        """Run ``read`` with a connection in a thread: for reads that take a while."""
        return await asyncio.to_thread(partial(_scanned, self.engine(), read))

    async def create_tables(self) -> None:
        """Make the tables that are missing (tests; ``cartdesk serve`` migrates instead)."""
        await asyncio.to_thread(metadata.create_all, self.engine())

    @abstractmethod
    async def close(self) -> None:
        """Close every connection."""


def _scanned(engine: sa.Engine, read: Callable[[sa.Connection], _Answered]) -> _Answered:
    with engine.connect() as connection:
        return read(connection)
