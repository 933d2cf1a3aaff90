"""Writing a store's file anew with only what counts: a temporary file, synced, renamed over the old one, and its folder synced.

The storage compacts in a thread of its own when most of the file is superseded; migration, salvage and erasure rewrite at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import TracebackType

from cartdesk.errors import StoreDamaged
from cartdesk.store.disk import Disk
from cartdesk.store.frame import Frame, Header, Op, scan
from cartdesk.store.log import UNFINISHED, Contents, Log
from cartdesk.store.shortcut import drop_shortcut

SMALLEST = 4 << 20
"""A file up to this size is left as it is."""

PACK = 1 << 15
"""About how many bytes of documents one frame of a rewritten file holds."""


SYNC_EVERY = 4 << 20

_numbers = count(1)
"""Tells the temporary files of one process apart; the lock keeps other processes away."""

TAIL = 1 << 16
"""What a compaction still copies while writers wait: no more bytes than this, if they leave it a chance."""


def is_due(log: Log) -> bool:
    """Say whether more than half of the file is superseded, and the file worth the work."""
    return log.end > SMALLEST and log.end > 2 * log.contents.live


def temporaries(path: Path) -> list[Path]:
    """Return files beside a store that were never finished."""
    return [other for other in path.parent.iterdir() if other.name.startswith(path.name + UNFINISHED)]


class Rewriter:
    """A store's next generation being written. Leaving its block without :meth:`finish` removes it again."""

    def __init__(self, disk: Disk, path: Path, old: Log | None, *, version: int | None = None) -> None:
        """Start the next generation of ``old``, or the first one."""
        self.disk = disk
        self.path = path
        self._temporary = path.with_name(f"{path.name}{UNFINISHED}{next(_numbers)}")
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
        self._synced = 0
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
        if self.log.end - self._synced > SYNC_EVERY:
            self.sync()

    def sync(self) -> None:
        """Bring what is written to the medium, a little at a time, so that nobody else's sync waits for all of it."""
        self.log.sync()
        self._synced = self.log.end

    def finish(self) -> Log:
        """Make it the store: sync, rename, sync the folder. Returns the log to go on with.

        Where the folder's sync is refused the new file is in use all the same, and doubtful: which of the two a power loss would
        leave is not known, so nothing more is acknowledged until it was written anew.
        """
        self.flush()
        self.log.sync()
        drop_shortcut(self.disk, self.path)
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


class Follower:
    """Copies what a log takes in while it is being rewritten."""

    def __init__(self, old: Log) -> None:
        """Start from where ``old`` is now."""
        self._old = old
        self._at = old.end
        self._sequence = old.sequence

    @property
    def behind(self) -> int:
        """How many bytes there are still to copy."""
        return self._old.end - self._at

    def catch_up(self, rewriter: Rewriter) -> None:
        """Copy the frames that were added since."""
        rewriter.flush()
        for frame in scan(self._old.raw, self._at, self._old.end, self._sequence):
            if not isinstance(frame, Frame) or frame.lost:
                raise StoreDamaged(f"{self._old.path} is damaged at byte {self._at}; it was not compacted.")
            rewriter.log.append(
                [Op(table, key, None if at < 0 else self._old.raw(length, at)) for table, key, at, length, _ in frame.places],
                durable=False,
            )
            self._at, self._sequence = frame.end, frame.sequence


def create(disk: Disk, path: Path, version: int) -> Log:
    """Make a new store with nothing in it."""
    with Rewriter(disk, path, None, version=version) as rewriter:
        return rewriter.finish()
