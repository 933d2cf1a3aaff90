"""A disk that is no disk: the store's files in anonymous memory, overwritten with zeros when their visitor has gone.

Only :class:`~cartdesk.tui.kiosk.session.Session` makes one; the store works on it as on any other.
"""

from __future__ import annotations

import errno
import mmap
import os
from pathlib import Path

from cartdesk.store.disk import Disk

_ROOM = 2 << 20
"""How large a file's memory is at first, in bytes; the system gives it only as it is written."""


class _File:
    """One file's bytes, in memory that belongs to nobody else and can be wiped in place."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _ROOM)
        self.size = 0

    def read(self, length: int, offset: int) -> bytes:
        return self._memory[offset : min(offset + length, self.size)]

    def write(self, data: bytes | memoryview, offset: int) -> None:
        end = offset + len(data)
        if end > len(self._memory):
            self._grow(end)
        self._memory[offset:end] = bytes(data)
        self.size = max(self.size, end)

    def truncate(self, size: int) -> None:
        if size > len(self._memory):
            self._grow(size)
        if size < self.size:
            self._memory[size : self.size] = bytes(self.size - size)
        self.size = size

    def shred(self) -> None:
        """Overwrite everything and give the memory back."""
        if not self._memory.closed:
            self._memory[:] = bytes(len(self._memory))
            self._memory.close()
        self.size = 0

    def _grow(self, size: int) -> None:
        larger = mmap.mmap(-1, max(size, 2 * len(self._memory)))
        larger[: self.size] = self._memory[: self.size]
        old, self._memory = self._memory, larger
        old[:] = bytes(len(old))
        old.close()


class MemoryDisk(Disk):
    """Files in memory. Their descriptors are real ones, of the null device, because the store closes them by itself."""

    def __init__(self) -> None:
        self._named: dict[Path, _File] = {}
        self._open: dict[int, _File] = {}
        self._all: list[_File] = []

    def shred(self) -> None:
        """Overwrite every file there is or was."""
        for file in self._all:
            file.shred()
        self._all.clear()
        self._named.clear()
        self._open.clear()

    def open(self, path: Path, *, write: bool) -> int:
        """Open a file that was created here."""
        file = self._named.get(path)
        if file is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        return self._descriptor(file)

    def create(self, path: Path) -> int:
        """Make an empty file, replacing one of that name."""
        file = self._named[path] = _File()
        self._all.append(file)
        return self._descriptor(file)

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""
        self._open.pop(descriptor, None)
        os.close(descriptor)

    def read(self, descriptor: int, length: int, offset: int) -> bytes:
        """Read up to ``length`` bytes; fewer only at the file's end."""
        return self._open[descriptor].read(length, offset)

    def write(self, descriptor: int, data: bytes | memoryview, offset: int) -> None:
        """Write all of ``data`` at ``offset``."""
        self._open[descriptor].write(data, offset)

    def sync(self, descriptor: int) -> None:
        """Nothing is to be kept."""

    def sync_folder(self, folder: Path) -> None:
        """Nothing is to be kept."""

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut the file to ``size`` bytes."""
        self._open[descriptor].truncate(size)

    def rename(self, source: Path, target: Path) -> None:
        """Give a file another name, replacing what had it."""
        self._named[target] = self._named.pop(source)

    def remove(self, path: Path) -> None:
        """Remove a file; one that is not there is no error."""
        self._named.pop(path, None)

    def size(self, descriptor: int) -> int:
        """Return the file's size in bytes."""
        return self._open[descriptor].size

    def _descriptor(self, file: _File) -> int:
        descriptor = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        self._open[descriptor] = file
        return descriptor
