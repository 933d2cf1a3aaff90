"""The server's tables in an SQLite file: reads on the event loop itself, one writer, and what comes at the same time committed together.

``Database.open`` makes one for ``sqlite:///FILE``.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL

from cartdesk.errors import StoreError, StoreLocked
from cartdesk.server.database import Database, Parameters, Transaction
from cartdesk.server.points import Point, Row, Text, refused

_Answered = TypeVar("_Answered")

_BUSY_SECONDS = 15.0
"""How long a write waits for another process's."""

_Waiting = tuple[Text, Mapping[str, Any] | list[Any], "asyncio.Future[Sequence[Row]]"]
"""A statement, its parameters, and who waits for its rows."""


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
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: list[_Waiting] = []
        self._committing: asyncio.Task[None] | None = None
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
        """Run one such statement, commit it, and return its rows; those that come at the same time are committed together."""
        text = point.on(self._engine.dialect)
        done: asyncio.Future[Sequence[Row]] = asyncio.get_running_loop().create_future()
        self._waiting.append((text, text.bound(parameters), done))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_waiting())
        return await done

    async def _commit_waiting(self) -> None:
        """Commit what waits, and what came meanwhile, until nothing does: who waits for the disk waits for one sync, not for each."""
        try:
            while self._waiting:
                async with self._turn:
                    together, self._waiting = self._waiting, []
                    await self._commit(together)
        finally:
            self._committing = None

    async def _commit(self, together: Sequence[_Waiting]) -> None:
        answers: list[Sequence[Row] | BaseException] = []
        try:
            self._writing()
            await _patiently(lambda: self._writes.execute("BEGIN IMMEDIATE"))
            for text, values, _ in together:
                try:
                    answers.append(self._writes.execute(text.text, values).fetchall())
                except sqlite3.Error as error:
                    if not self._writes.in_transaction:
                        raise
                    answers.append(refused(text, error, self._engine.dialect))
                except (TypeError, ValueError, OverflowError) as error:
                    answers.append(error)  # a value that SQLite does not know
            await self._synced()
        except BaseException as error:
            self._undo()
            failed = StoreError("The server's database cannot be written.") if isinstance(error, sqlite3.Error) else error
            _answer(together, [failed] * len(together))
            if not isinstance(error, (sqlite3.Error, sa.exc.SQLAlchemyError, StoreError)):
                raise
        else:
            _answer(together, answers)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open the one writing transaction; others of this process wait their turn without holding the loop up."""
        async with self._turn:
            connection = self._writing()
            try:
                await _patiently(lambda: self._writes.execute("BEGIN IMMEDIATE"))
                yield _SqliteTransaction(connection)
                await self._synced()
            except sqlite3.Error as error:
                self._undo()
                raise StoreError("The server's database cannot be written.") from error
            except BaseException:
                self._undo()
                raise

    async def _synced(self) -> None:
        """Commit in a thread: whoever only reads, or prepares the next change, need not wait for the disk."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "sqlite-commit")
        commit = asyncio.get_running_loop().run_in_executor(self._thread, self._writes.execute, "COMMIT")
        try:
            await asyncio.shield(commit)
        except asyncio.CancelledError:
            await asyncio.wait([commit])  # it cannot be called back
            raise

    def _undo(self) -> None:
        if self._writes is not None and self._writes.in_transaction:
            self._writes.execute("ROLLBACK")

    async def close(self) -> None:
        """Close every connection."""
        if self._committing is not None:
            await self._committing
        if self._thread is not None:
            self._thread.shutdown()
        for connection in (self._reader, self._writer):
            if connection is not None:
                connection.close()
        self._reader = self._writer = self._reads = self._writes = self._thread = None
        self._engine.dispose()


def _answer(together: Sequence[_Waiting], answers: Sequence[Sequence[Row] | BaseException]) -> None:
    for (_, _, done), answer in zip(together, answers, strict=True):
        if done.done():
            continue  # nobody waits for it any more
        if isinstance(answer, BaseException):
            done.set_exception(answer)
        else:
            done.set_result(answer)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute("PRAGMA foreign_keys=ON")


async def _patiently(run: Callable[[], _Answered]) -> _Answered:
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
