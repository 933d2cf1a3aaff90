"""The catalog's resources as bytes, one after the other: in memory, or for a large catalog in a file.

Filled by ``stock`` while a catalog is read; becomes the index's largest section, which :class:`Kept` reads.
"""

from __future__ import annotations

import mmap
from array import array
from pathlib import Path
from typing import IO
from zlib import crc32

from cartdesk.catalog.container import DOCUMENTS, Container, Unfit


class Documents:
    """Bytes that are added to at the end and read anywhere."""

    def __init__(self, path: Path | None = None) -> None:
        self._memory = bytearray()
        self._file: IO[bytes] | None = path.open("w+b") if path is not None else None
        self._ends = array("Q")
        self._checks = array("I")

    def add(self, text: str) -> int:
        """Add the text of a resource; returns its number."""
        raw = text.encode("utf-8", "surrogatepass")
        self._ends.append((self._ends[-1] if self._ends else 0) + len(raw))
        self._checks.append(crc32(raw))
        if self._file is not None:
            self._file.write(raw)
        else:
            self._memory += raw
        return len(self._ends) - 1

    def get(self, number: int) -> bytes:
        """Return the bytes of a resource."""
        start, end = self._ends[number - 1] if number else 0, self._ends[number]
        if self._file is None:
            return bytes(self._memory[start:end])
        self._file.seek(start)
        raw = self._file.read(end - start)
        self._file.seek(0, 2)
        return raw

    def sections(self) -> dict[str, bytes | bytearray | memoryview]:
        """Return the sections that :class:`Kept` reads; nothing may be added afterwards."""
        whole = memoryview(self._memory)
        if self._file is not None and self._ends:
            self._file.flush()
            whole = memoryview(mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ))
        return {DOCUMENTS: whole, "documents.ends": self._ends.tobytes(), "documents.checks": self._checks.tobytes()}


class Kept:
    """The documents of an index, each checked when it is used."""

    def __init__(self, container: Container) -> None:
        self._whole = container.section(DOCUMENTS)
        self._ends = container.column("documents.ends", "Q")
        self._checks = container.column("documents.checks", "I")

    def get(self, number: int) -> bytes:
        """Return the bytes of a resource.

        Raises:
            Unfit: they are not what they were when the index was made.
        """
        raw = bytes(self._whole[self._ends[number - 1] if number else 0 : self._ends[number]])
        if crc32(raw) != self._checks[number]:
            raise Unfit("a document is damaged")
        return raw
