"""``LogStorage``: a TinyDB storage that never loses what it acknowledged.

``TinyDB(path, storage=LogStorage)`` works as with any storage; :class:`~cartdesk.store.log_table.LogTable` and the cart store use its
quicker ways: documents by key, and changes as one frame and one sync.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from cartdesk.errors import StoreDamaged, StoreError, StoreReadOnly
from cartdesk.store.codec import read_document, write_document
from cartdesk.store.compactor import Compactor
from cartdesk.store.disk import Disk, explain
from cartdesk.store.frame import HEADER_SIZE, Frame, Op, scan
from cartdesk.store.lock import Lock
from cartdesk.store.log import Contents, Log
from cartdesk.store.opening import LATEST, Format, Recovery, open_log, renew, reread
from cartdesk.store.pending import Pending
from cartdesk.store.shortcut import drop_shortcut, write_shortcut


class LogStorage(Storage):
    """A store's file: an append-only log with one checksummed frame for each change.

    One thread writes at a time (others wait); reads never wait for a write.
    """

    def __init__(self, path: str | Path, *, read_only: bool = False, disk: Disk | None = None, layout: Format = LATEST) -> None:
        """Open the store at ``path``, making it where there is none.

        Args:
            path: the file.
            read_only: take no lock and write nothing; what another process writes appears as it is written.
            disk: the way to the system; tests bring their own.
            layout: the format version to read and write, and how older ones come forward.

        Raises:
            StoreLocked: another process has it open for writing.
            StoreForeign: not a store, or from a newer version.
            StoreFull: no room, or the folder may not be written.
            StoreError: the system refused otherwise.
        """
        self.path = Path(path).resolve()
        self.disk = disk or Disk()
        self.layout = layout
        self.read_only = read_only
        self.changes = 0
        """Counts changes, so that a cache knows when it is out of date."""
        self.writing = threading.RLock()
        """Held by whoever changes the store."""
        self._lock = None if read_only else Lock(self.path)
        self._pending: Pending | None = None
        self._writer: int | None = None
        try:
            self._log, self.recovery, self._shortcut = open_log(self.disk, self.path, layout, writable=not read_only)
        except BaseException as error:
            if self._lock is not None:
                self._lock.release()
            if isinstance(error, OSError):
                raise explain(error, self.path, "opened") from error
            raise

        self.made: dict[str, Callable[[], bytes]] = {}
        """By table: what makes of its documents what a shortcut keeps for the next opening."""
        self.compactor = Compactor(self)
        """Rewrites the file in the background when most of it is superseded."""

    recovery: Recovery
    """What was found and mended when the store was opened."""

    # TinyDB's two methods

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return everything, parsed anew; None for a store in which nothing was ever written."""
        found: dict[str, Any] = {}
        for table in self.tables():
            value = self.value(table)
            found[table] = read_document(value) if value is not None else {key: read_document(body) for key, body in self.bodies(table)}
        return found or None

    def write(self, data: Mapping[str, Any]) -> None:
        """Make ``data`` everything there is; only what differs is written, in one frame."""
        with self.transaction():
            wanted = {str(name): value for name, value in data.items()}
            ops = [Op(table, None, None) for table in self.tables() if table not in wanted]
            for table, value in wanted.items():
                ops += self._difference(table, value)
            if ops:
                self.apply(ops)

    def _difference(self, table: str, value: Any) -> list[Op]:
        if not isinstance(value, Mapping):
            body = write_document(value)
            return [] if self.value(table) == body else [Op(table, None, body)]
        wanted = {str(key): write_document(document) for key, document in value.items()}
        ops = [] if self.has_table(table) and self.value(table) is None else [Op(table, None, b"")]
        held = self.keys(table)
        kept = [key for key in held if key in wanted]
        if kept != list(wanted)[: len(kept)]:
            ops, held = [Op(table, None, None), Op(table, None, b"")], []
        ops += [Op(table, key, None) for key in held if key not in wanted]
        known = set(held)
        ops += [Op(table, key, body) for key, body in wanted.items() if key not in known or self.body(table, key) != body]
        return ops

    def close(self) -> None:
        """Close the store: the file is cut to its length and the lock let go. Closing twice does nothing."""
        if self._mine():
            raise StoreError("The store cannot be closed inside a transaction; end it first.")
        self.compactor.stop()
        with self.writing:
            if self._log.closed:
                return
            try:
                if self._log.writable:
                    self._log.cut()
                    self.write_shortcut()
            except OSError as error:
                if not self._log.doubtful:  # else the change that was refused may be found again, whole; that was told when it was refused
                    raise explain(error, self.path, "closed") from error
            finally:
                self._log.close()
                if self._lock is not None:
                    self._lock.release()

    # Documents by key

    def tables(self) -> list[str]:
        """Return the names of the tables, in no meaningful order."""
        contents = self._current().contents
        names = dict.fromkeys([*contents.tables, *contents.values])
        pending = self._mine()
        return pending.tables(names) if pending else list(names)

    def has_table(self, table: str) -> bool:
        """Say whether there is a table of this name, empty or not."""
        return table in self.tables()

    def keys(self, table: str) -> list[str]:
        """Return the keys of a table's documents, in the order in which they were first put."""
        held = self._current().contents.tables.get(table, {})
        pending = self._mine()
        return pending.keys(table, held) if pending else list(held)

    def count(self, table: str) -> int:
        """Return how many documents a table has."""
        if self._mine():
            return len(self.keys(table))
        return len(self._current().contents.tables.get(table, ()))

    def has(self, table: str, key: str) -> bool:
        """Say whether a table has a document under ``key``."""
        pending = self._mine()
        if pending:
            known = pending.has(table, key)
            if known is not None:
                return known
        return key in self._current().contents.tables.get(table, ())

    def body(self, table: str, key: str) -> bytes | None:
        """Return a document's JSON, or None.

        Raises:
            StoreDamaged: its bytes do not fit their checksum.
        """
        pending = self._mine()
        if pending and pending.has(table, key) is not None:
            return pending.body(table, key)
        log = self._current()
        place = log.contents.tables.get(table, {}).get(key)
        return None if place is None else self._fetch(log, place)

    def value(self, table: str) -> bytes | None:
        """Return the JSON of a table that is one value and no documents; None for any other."""
        pending = self._mine()
        if pending and pending.touches(table):
            return pending.value(table)
        log = self._current()
        place = log.contents.values.get(table)
        return None if place is None else self._fetch(log, place)

    def bodies(self, table: str) -> Iterator[tuple[str, bytes]]:
        """Yield every document's key and JSON, in the order of :meth:`keys`."""
        return self.some(table, self.keys(table))

    def versions(self, table: str) -> dict[str, object]:
        """Return every document's key with a mark that is another one when the document may be another one."""
        if self._mine():
            return {key: object() for key in self.keys(table)}
        return dict(self._current().contents.tables.get(table, {}))

    def some(self, table: str, keys: list[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the key and JSON of those of ``keys`` that are there, in their order."""
        if self._mine():
            for key in keys:
                body = self.body(table, key)
                if body is not None:
                    yield key, body
            return
        log = self._current()
        held = log.contents.tables.get(table, {})
        places = {key: held[key] for key in keys if key in held}
        try:
            yield from zip(places, log.bodies(list(places.values())), strict=True)
        except OSError as error:
            raise explain(error, self.path, "read") from error
        except StoreDamaged:
            drop_shortcut(self.disk, self.path)
            raise

    def snapshot(self) -> tuple[Log, Contents]:
        """Return the file and what it holds at this moment, for reading it all while others go on writing."""
        with self.writing:
            log = self._current()
            return log, log.contents.copy()

    # Changes

    def commit(self, puts: Mapping[tuple[str, str], bytes], removes: Iterable[tuple[str, str]] = ()) -> None:
        """Put and remove documents, all or none, and return when that is durable.

        Args:
            puts: JSON by (table, key).
            removes: the (table, key) of documents to remove.

        Raises:
            StoreError: nothing was changed; the sentence says why.
        """
        ops = [Op(table, key, None) for table, key in removes]
        ops += [Op(table, key, body) for (table, key), body in puts.items()]
        self.apply(ops)

    def apply(self, ops: list[Op]) -> None:
        """Carry out ``ops`` in their order, all or none; inside a transaction with all of it, else at once."""
        self.check_writable()
        with self.writing:
            if self._pending is not None:
                self._pending.take_in(ops)
            elif ops:
                self._append(ops)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all changes inside one frame: durable when the block ends, undone when it raises.

        A transaction inside another joins it; what the inner one did is undone alone where its error is caught. Other threads'
        changes wait, so nothing is awaited inside.
        """
        self.check_writable()
        with self.writing:
            outer = self._pending
            self._pending = Pending() if outer is None else outer.copy()
            self._writer = threading.get_ident()
            try:
                yield
                done = self._pending
            finally:
                self._pending = outer
                if outer is None:
                    self._writer = None
            if outer is not None:
                self._pending = done
            else:
                ops = done.ops()
                if ops:
                    self._append(ops)

    def compact(self) -> None:
        """Rewrite the file with only what counts, now, and return when that is durable. Nothing superseded is left in it.

        Raises:
            StoreError: it could not be rewritten, or a transaction is open; the store is as it was.
        """
        self.check_writable()
        if self._mine():
            raise StoreError("The store cannot be compacted inside a transaction; end it first.")
        self.compactor.wait()
        with self.writing:
            old = self._current()
            try:
                if old.doubtful:
                    self._log = renew(self.disk, self.path, old)
                else:
                    self.compactor.run()
            except OSError as error:
                raise explain(error, self.path, "compacted") from error
            if self._log is old or self._log.doubtful:
                raise StoreError(f"{self.path} could not be compacted: the disk does not confirm what is written.")

    def swap(self, old: Log, finish: Callable[[], Log]) -> None:
        """Go on with another file, made by ``finish`` while nobody writes, unless ``old`` is not the one in use any more."""
        with self.writing:
            if old is self._log and not old.doubtful and not old.closed:
                self._log = finish()

    def check_writable(self) -> None:
        """Raise StoreReadOnly where the store is open for reading only."""
        if self.read_only:
            raise StoreReadOnly(f"{self.path} is open for reading only; nothing was changed.")

    def refresh(self) -> None:
        """Take in what another process wrote since (a read-only store does so before each read by itself)."""
        if not self.read_only:
            return
        with self.writing:
            try:
                if self._log.closed:
                    return
                if not self._log.is_still(self.path):
                    self._log, self.recovery, self._shortcut = open_log(self.disk, self.path, self.layout, writable=False)
                    self.changes += 1
                elif self._log.has_more():
                    reread(self._log)
                    self.changes += 1
            except OSError as error:
                raise explain(error, self.path, "read") from error

    # The shortcut

    def made_before(self, table: str) -> tuple[Mapping[str, object], bytes] | None:
        """Return what was made of a table's documents when the shortcut was written, with their versions then; None without one."""
        return None if self._shortcut is None else self._shortcut.made.get(table)

    def write_shortcut(self) -> None:
        """Write the shortcut where the one there is does not cover most of the store."""
        log = self._log
        if log.doubtful or (self._shortcut is not None and self._shortcut.is_fresh(log)):
            return
        with suppress(StoreError, OSError):
            with self.writing:
                log, contents = self.snapshot()
                end, sequence = log.end, log.sequence
            made = {table: make() for table, make in self.made.items()}
            self._shortcut = write_shortcut(self.disk, log, contents, (end, sequence), made) or self._shortcut

    def check(self) -> None:
        """Check what a shortcut left unread when the store was opened.

        Raises:
            StoreDamaged: some of it does not fit its checksum any more; the next opening saves what is sound.
        """
        shortcut = self._shortcut
        log, _ = self.snapshot()
        if shortcut is None or shortcut.generation != log.header.generation:
            return
        at = HEADER_SIZE
        for item in scan(log.raw, HEADER_SIZE, shortcut.end):
            if not isinstance(item, Frame) or item.lost:
                break
            at = item.end
        if at != shortcut.end:
            drop_shortcut(self.disk, self.path)
            raise StoreDamaged(f"{self.path} is damaged after byte {at}. Close cartdesk and open it again to save what is sound.")

    # Inside

    def _append(self, ops: list[Op]) -> None:
        log = self._current()
        try:
            if log.doubtful:
                log = self._log = renew(self.disk, self.path, log)
            if log.doubtful:
                raise StoreError(f"{self.path} could not be saved: the disk does not confirm what is written. Check it and try again.")
            log.append(ops)
        except OSError as error:
            raise explain(error, self.path, "saved") from error
        self.changes += 1
        self.compactor.consider(log)

    def _mine(self) -> Pending | None:
        """Return the pending changes where it is this thread that makes them."""
        return self._pending if self._pending is not None and self._writer == threading.get_ident() else None

    def _current(self) -> Log:
        if self.read_only:
            self.refresh()
        log = self._log
        if log.closed:
            raise StoreError(f"{self.path} is closed; open it again to use it.")
        return log

    def _fetch(self, log: Log, place: int) -> bytes:
        try:
            return log.body(place)
        except OSError as error:
            raise explain(error, self.path, "read") from error
        except StoreDamaged:
            drop_shortcut(self.disk, self.path)
            raise
