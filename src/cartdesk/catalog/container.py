"""The index's form: named sections of bytes behind a small header, the same in a file as in memory.

Written by ``builder``, read by ``index`` through a memory map, so that opening a large catalog reads next to nothing. Every section but the
documents is checked against its checksum when the container is opened; a document is checked when it is used.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
from array import array
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal
from zlib import crc32

from cartdesk import __version__

FORMAT = 5
"""Counts up whenever anything about the index's content changes; an older one is made anew."""

DOCUMENTS = "documents"
"""The one section that is not read when a container is opened."""

Code = Literal["B", "H", "I", "i", "Q", "q"]
"""The types of numbers in a column, as ``array`` calls them."""

_MADE_BY = [FORMAT, __version__, sys.byteorder]
_MAGIC = b"cartdesk catalog index\n"
_HEAD = len(_MAGIC) + 16


class Unfit(Exception):
    """A container that is damaged, cut off, from another version, or not one at all."""


class Container:
    """Sections by name, and the facts beside them."""

    def __init__(
        self, facts: dict[str, Any], sections: Mapping[str, bytes | bytearray | memoryview], mapped: mmap.mmap | None = None
    ) -> None:
        self.facts = facts
        self._sections = {name: memoryview(section) for name, section in sections.items()}
        self._views: list[memoryview] = []
        self._mapped = mapped

    @classmethod
    def open(cls, path: Path) -> Container:
        """Map a container into memory.

        Raises:
            OSError: the file cannot be opened.
            Unfit: it is not a whole container of this version.
        """
        with path.open("rb") as file:
            try:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise Unfit(str(error)) from None
        whole = memoryview(mapped)
        try:
            facts, sections = _parse(whole)
        except Unfit as error:
            why = str(error)
        else:
            return cls(facts, sections, mapped)
        # Only now has the error let go of the sections that were looked at.
        whole.release()
        mapped.close()
        raise Unfit(why)

    def section(self, name: str) -> memoryview:
        """Return a section."""
        return self._sections[name]

    def column(self, name: str, code: Code) -> memoryview:
        """Return a section as numbers of an array type code."""
        view = self._sections[name].cast(code)
        self._views.append(view)
        return view

    def save(self, path: Path) -> None:
        """Write the container beside ``path`` and move it there in one step.

        Raises:
            OSError: it cannot be written.
        """
        temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            with temporary.open("wb") as file:
                for piece in self._pieces():
                    file.write(piece)
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise

    def close(self) -> None:
        """Let go of the file, where there is one. Rows cannot be asked for any more."""
        for view in (*self._views, *self._sections.values()):
            view.release()
        self._views.clear()
        self._sections.clear()
        if self._mapped is not None:
            with suppress(BufferError):
                self._mapped.close()

    def _pieces(self) -> list[bytes | memoryview]:
        table = {}
        body: list[bytes | memoryview] = []
        at = 0
        for name, section in self._sections.items():
            gap = -at % 8
            if gap:
                body.append(bytes(gap))
            at += gap
            table[name] = [at, section.nbytes, 0 if name == DOCUMENTS else crc32(section)]
            body.append(section)
            at += section.nbytes
        header = json.dumps({"made_by": _MADE_BY, "facts": self.facts, "sections": table, "size": at}).encode()
        header += b" " * (-(_HEAD + len(header)) % 8)
        return [_MAGIC, len(header).to_bytes(8, "little"), crc32(header).to_bytes(8, "little"), header, *body]


def _parse(whole: memoryview) -> tuple[dict[str, Any], dict[str, memoryview]]:
    if bytes(whole[: len(_MAGIC)]) != _MAGIC:
        raise Unfit("not an index")
    length = int.from_bytes(whole[len(_MAGIC) : len(_MAGIC) + 8], "little")
    start = _HEAD + length
    header = bytes(whole[_HEAD:start])
    if len(header) != length or crc32(header) != int.from_bytes(whole[len(_MAGIC) + 8 : _HEAD], "little"):
        raise Unfit("the header is damaged")
    read = json.loads(header)
    if read.get("made_by") != _MADE_BY or read["size"] != len(whole) - start:
        raise Unfit("another version, or cut off")
    sections = {}
    for name, (at, size, check) in read["sections"].items():
        section = whole[start + at : start + at + size]
        if name != DOCUMENTS and crc32(section) != check:
            raise Unfit(f"the section {name} is damaged")
        sections[name] = section
    return read["facts"], sections


class Texts:
    """Many short texts in one section, by number."""

    def __init__(self, container: Container, name: str) -> None:
        self._text = container.section(name)
        self._ends = container.column(f"{name}.ends", "I")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> str:
        start = self._ends[number - 1] if number else 0
        return str(self._text[start : self._ends[number]], "utf-8")

    def first_from(self, text: str, low: int = 0) -> int:
        """Return the number of the first text that is not smaller than ``text``; the texts must be sorted."""
        high = len(self)
        wanted = text.encode("utf-8", "replace")
        while low < high:
            middle = (low + high) // 2
            start = self._ends[middle - 1] if middle else 0
            if bytes(self._text[start : self._ends[middle]]) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def prefix_range(self, prefix: str) -> range:
        """Return the numbers of the texts that begin with ``prefix``; the texts must be sorted."""
        first = self.first_from(prefix)
        # No text holds a character past the last one there is, so this stands behind everything that begins with the prefix.
        return range(first, self.first_from(prefix + "\U0010ffff", first))

    def all(self) -> list[str]:
        """Return all of them as one list."""
        found = []
        start = 0
        for end in self._ends:
            found.append(str(self._text[start:end], "utf-8"))
            start = end
        return found


def text_sections(name: str, texts: Sequence[str]) -> dict[str, bytes]:
    """Return the sections that :class:`Texts` reads."""
    encoded = [text.encode("utf-8", "replace") for text in texts]
    ends = array("I", bytes(4 * len(encoded)))
    end = 0
    for number, each in enumerate(encoded):
        end += len(each)
        ends[number] = end
    return {name: b"".join(encoded), f"{name}.ends": ends.tobytes()}
