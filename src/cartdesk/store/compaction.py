"""Writing a store's file anew with only what counts: a temporary file, synced, renamed over the old one, and its folder synced.

The storage compacts in a thread of its own when most of the file is superseded; migration, salvage and erasure rewrite at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from cartdesk.store.disk import Disk
from cartdesk.store.frame import Frame, Header, Op, scan
from cartdesk.store.log import Contents, Log

SMALLEST = 4 << 20
"""A file up to this size is left as it is."""

PACK = 1 << 16
"""About how many bytes of documents one frame of a rewritten file holds."""


def is_due(log: Log) -> bool:
    """Say whether more than half of the file is superseded, and the file worth the work."""
    return log.end > SMALLEST and log.end > 2 * log.contents.live


def temporary_path(path: Path) -> Path:
    """Return where a store's next generation is written before it takes the store's name."""
    return path.with_name(path.name + ".new")


class Rewriter:
    """A store's next generation being written. Leaving its block without :meth:`finish` removes it again."""

    def __init__(self, disk: Disk, path: Path, old: Log | None, *, version: int | None = None) -> None:
        """Start the next generation of ``old``, or the first one."""
        self.disk = disk
        self.path = path
        self._temporary = temporary_path(path)
        previous = old.header if old else Header(generation=0)
        header = Header(generation=previous.generation + 1, version=previous.version if version is None else version)
        descriptor = disk.create(self._temporary)
        try:
            disk.write(descriptor, header.encode(), 0)
            self.log = Log(disk, path, descriptor, header, writable=True)
        except BaseException:
            disk.close(descriptor)
            raise
        self._pack: list[Op] = []
        self._packed = 0
        self._finished = False

    def __enter__(self) -> Rewriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not self._finished:
            self.log.close()
            with suppress(OSError):
                self.disk.remove(self._temporary)

    def put(self, ops: Iterable[Op]) -> None:
        """Add documents; they are packed into frames of a good size."""
        for op in ops:
            self._pack.append(op)
            self._packed += len(op.body or b"")
        if self._packed >= PACK:
            self.flush()

    def flush(self) -> None:
        """Write what is packed."""
        if self._pack:
            self.log.append(self._pack, durable=False)
            self._pack, self._packed = [], 0

    def finish(self) -> Log:
        """Make it the store: sync, rename, sync the folder. Returns the log to go on with.

        Where the folder's sync is refused the new file is in use all the same, and doubtful: which of the two a power loss would
        leave is not known, so nothing more is acknowledged until it was written anew.
        """
        self.flush()
        self.log.sync()
        self.disk.rename(self._temporary, self.path)
        self._finished = True
        self.log.doubtful = True
        with suppress(OSError):
            self.disk.sync_folder(self.path.parent)
            self.log.doubtful = False
        return self.log


def rewrite(disk: Disk, path: Path, old: Log) -> Log:
    """Write a store anew, with what ``old`` holds."""
    with Rewriter(disk, path, old) as rewriter:
        copy_live(old, old.contents, rewriter)
        return rewriter.finish()


def copy_live(old: Log, contents: Contents, rewriter: Rewriter, stop: Callable[[], bool] = lambda: False) -> None:
    """Copy every document that counts, in its order, until ``stop()`` says so."""
    for table, documents in contents.tables.items():
        if not documents:
            rewriter.put([Op(table, None, b"")])
        for key, place in documents.items():
            rewriter.put([Op(table, key, old.body(place))])
            if stop():
                return
    for table, place in contents.values.items():
        rewriter.put([Op(table, None, old.body(place))])


def catch_up(old: Log, start: int, sequence: int, end: int, rewriter: Rewriter) -> tuple[int, int]:
    """Copy the frames that ``old`` took between ``start`` and ``end``; return the end and the sequence reached."""
    rewriter.flush()
    for frame in scan(old.raw, start, end, sequence):
        if not isinstance(frame, Frame):
            break
        ops = []
        for table, key, offset, length, _ in frame.places:
            ops.append(Op(table, key, None if offset < 0 else old.raw(length, offset)))
        rewriter.log.append(ops, durable=False)
        start, sequence = frame.end, frame.sequence
    return start, sequence


def create(disk: Disk, path: Path, version: int) -> Log:
    """Make a new store with nothing in it."""
    with Rewriter(disk, path, None, version=version) as rewriter:
        return rewriter.finish()
