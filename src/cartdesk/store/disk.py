"""The store's only way to the operating system, one small method a call, so that tests can record, refuse or lose each of them.

The log, compaction, migrations and backups go through a :class:`Disk`; :func:`explain` turns what the system refuses into one sentence.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

from cartdesk.errors import StoreError, StoreFull

PRIVATE = 0o600
"""The mode of every file the store makes: its owner's alone."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class Disk:
    """The real disk."""

    def open(self, path: Path, *, write: bool) -> int:
        """Open an existing file and return its descriptor; one that is written is made private."""
        descriptor = os.open(path, (os.O_RDWR if write else os.O_RDONLY) | os.O_CLOEXEC)
        if write:
            with suppress(OSError):
                os.fchmod(descriptor, PRIVATE)
        return descriptor

    def create(self, path: Path) -> int:
        """Make an empty private file, replacing one of that name, and return its descriptor."""
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE)
        os.fchmod(descriptor, PRIVATE)
        return descriptor

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""
        os.close(descriptor)

    def read(self, descriptor: int, length: int, offset: int) -> bytes:
        """Read up to ``length`` bytes; fewer only at the file's end."""
        data = os.pread(descriptor, length, offset)
        if len(data) == length or not data:
            return data
        parts = [data]
        missing = length - len(data)
        while missing:
            more = os.pread(descriptor, missing, offset + length - missing)
            if not more:
                break
            parts.append(more)
            missing -= len(more)
        return b"".join(parts)

    def write(self, descriptor: int, data: bytes | memoryview, offset: int) -> None:
        """Write all of ``data`` at ``offset``."""
        done = os.pwrite(descriptor, data, offset)
        while done < len(data):
            done += os.pwrite(descriptor, data[done:], offset + done)

    def sync(self, descriptor: int) -> None:
        """Return when the file's data is on the medium."""
        if sys.platform == "darwin":
            import fcntl

            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        else:
            os.fdatasync(descriptor)

    def sync_folder(self, folder: Path) -> None:
        """Return when the folder's names are on the medium."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut the file to ``size`` bytes."""
        os.ftruncate(descriptor, size)

    def rename(self, source: Path, target: Path) -> None:
        """Give ``source`` the name ``target`` in one step, replacing what had it."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """Remove a file; one that is not there is no error."""
        path.unlink(missing_ok=True)

    def size(self, descriptor: int) -> int:
        """Return the file's size in bytes."""
        return os.fstat(descriptor).st_size


def explain(error: OSError, path: Path, doing: str) -> StoreError:
    """Return the store's error for what the system refused.

    Args:
        error: what the system said.
        path: the file it was about.
        doing: what was tried, as in "saved": the sentence reads "... could not be <doing>".
    """
    if error.errno in _FULL:
        return StoreFull(f"{path} could not be {doing}: the disk is full; free some room and try again. What was saved before is safe.")
    if error.errno in _FORBIDDEN:
        return StoreFull(f"{path} could not be {doing}: writing there is not allowed; change the permissions or use another data folder.")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return StoreError(f"{path} could not be {doing}: there is no such file or folder.")
    if error.errno == errno.EISDIR:
        return StoreError(f"{path} could not be {doing}: it is a folder, not a file.")
    reason = os.strerror(error.errno) if error.errno else str(error)
    return StoreError(f"{path} could not be {doing}: {reason}. What was saved before is kept; check the disk and try again.")
