"""One writer at a time: an exclusive lock on a file of its own beside the store, holding the writer's process id.

The storage takes it before it opens a store for writing; the system lets go of it when the process ends, however it ends.
"""

from __future__ import annotations

import errno
import fcntl
import os
import weakref
from pathlib import Path

from cartdesk.errors import StoreLocked
from cartdesk.store.disk import PRIVATE, explain


class Lock:
    """A lock that is held."""

    def __init__(self, path: Path) -> None:
        """Take the lock of the store at ``path``.

        Raises:
            StoreLocked: another process, or another part of this one, has it.
            StoreFull: the folder may not be written.
            StoreError: the system refused.
        """
        self.path = lock_path(path)
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
        except OSError as error:
            raise explain(error, path, "opened for writing") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        except OSError as error:
            holder = os.pread(descriptor, 20, 0).strip()
            os.close(descriptor)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise StoreLocked(_sentence(path, holder)) from None
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise explain(error, self.path, "locked") from error
            raise explain(error, path, "opened for writing") from error
        self.release = weakref.finalize(self, os.close, descriptor)
        """Lets go; once is enough, twice does nothing, and a store that is dropped unclosed lets go by itself."""


def lock_path(path: Path) -> Path:
    """Return where the lock of the store at ``path`` is."""
    return path.with_name(path.name + ".lock")


def _sentence(path: Path, holder: bytes) -> str:
    if holder == b"%d" % os.getpid():
        return f"{path} is already open in this process; close it first, or open it for reading only."
    who = f"process {holder.decode()}" if holder.isdigit() else "another process"
    return f"{path} is in use by {who}; close cartdesk there first, or open it for reading only."
