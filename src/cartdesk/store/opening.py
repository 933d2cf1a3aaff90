"""Opening a store's file: make it, check it, mend it, bring it forward; called by the storage and by nobody else."""

from __future__ import annotations

from pathlib import Path

from cartdesk.errors import StoreDamaged, StoreForeign
from cartdesk.store.bulk import without_collecting
from cartdesk.store.compaction import create, rewrite, temporaries
from cartdesk.store.disk import Disk
from cartdesk.store.formats import LATEST, Format
from cartdesk.store.log import Log
from cartdesk.store.salvage import Recovery, copy_aside, read_all
from cartdesk.store.shortcut import Shortcut, drop_shortcut, take_shortcut

__all__ = ["LATEST", "Format", "Recovery", "open_log", "renew", "reread"]


def open_log(disk: Disk, path: Path, layout: Format, *, writable: bool) -> tuple[Log, Recovery, Shortcut | None]:
    """Open the store's file, or make it where it is missing and may be written; with the shortcut that was taken, if one was.

    What a shortcut covers is checked when it is read, or by :meth:`LogStorage.check`, and not here.

    Raises:
        StoreForeign: not a store, or from a newer version, or, to be read only, from an older one.
        OSError: the system refused.
    """
    if writable:
        for unfinished in temporaries(path):
            disk.remove(unfinished)
        if not path.exists() or (path.is_file() and not path.stat().st_size):
            drop_shortcut(disk, path)
            return create(disk, path, layout.version), Recovery(), None
    log = Log.open(disk, path, writable=writable, newest=layout.version)
    try:
        with without_collecting():
            shortcut = take_shortcut(disk, log)
            found = read_all(log)
        if shortcut is not None and found.damaged:
            drop_shortcut(disk, path)
            log.close()
            return open_log(disk, path, layout, writable=writable)
        if log.header.generation == 0:
            found.lost.append(f"The first line of {path} was damaged.")
        if not writable:
            if log.header.version < layout.version:
                raise StoreForeign(f"{path} has an older format; open it for writing once, and it is brought forward.")
            return log, found, shortcut
        if found.damaged:
            found.copy = copy_aside(disk, path, log, "damaged")
            log = rewrite(disk, path, log)
        elif found.torn:
            log.cut()
            log.sync()
        if log.header.version < layout.version:
            from cartdesk.store.migrations import migrate

            before = log.header.version
            log, kept = migrate(disk, path, log, layout)
            found.migrated = (before, kept)
        return log, found, shortcut
    except BaseException:
        log.close()
        raise


def reread(log: Log) -> None:
    """Take in what another process added; what it has not finished yet is left for the next time."""
    read_all(log)


def renew(disk: Disk, path: Path, doubtful: Log) -> Log:
    """After a failed write: reread the file from the medium and write what was acknowledged into a new one, synced from the start.

    Raises:
        StoreDamaged: something that was acknowledged cannot be read any more.
        OSError: the system refused again.
    """
    log = Log.open(disk, path, writable=True, newest=doubtful.header.version)
    try:
        found = read_all(log, upto=doubtful.end)
        if found.damaged or log.end != doubtful.end:
            raise StoreDamaged(
                f"{path} could not be read again after a write failed; nothing more is saved there. "
                "Close cartdesk, check the disk, and open it again."
            )
        return rewrite(disk, path, log)
    finally:
        log.close()
