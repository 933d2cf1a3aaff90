"""The open file of a store: what it holds, where each document lies, and how a frame is added so that it stays.

A :class:`Log` is one generation of the file; the storage swaps it for the next one after a compaction. Documents stay on disk and are
read, checksum and all, when they are asked for.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from zlib import crc32

from cartdesk.errors import StoreDamaged, StoreError, StoreForeign
from cartdesk.store.disk import Disk
from cartdesk.store.frame import FORMAT_VERSION, HEADER_SIZE, PREFIX_SIZE, Frame, Header, Hole, Op, Place, encode_frame, scan

LAID_AHEAD = 1 << 20
"""How many zeros are laid ahead of the frames: overwriting them is faster than growing the file."""

NEAR = 1 << 14
TOGETHER = 1 << 17
"""Documents at most so far apart are read with one call of so many bytes."""

UNFINISHED = ".new-"
"""Stands in the name of files that are being written beside the store; opening it removes them."""

_OVERHEAD = 64
"""What a document takes in a file beside its body, roughly."""


class Contents:
    """Which documents there are, and where: offset, length and checksum packed in one whole number to keep them small."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, int]] = {}
        self.values: dict[str, int] = {}
        """Tables that are one JSON value of another kind than documents by key."""
        self.live = HEADER_SIZE
        """How long a file with nothing superseded in it would be, in bytes, roughly."""

    def apply(self, places: Iterable[Place], shift: int = 0) -> None:
        """Take in what a frame says; ``shift`` is added to its offsets."""
        for table, key, offset, length, crc in places:
            if key is None:
                self._apply_to_table(table, offset + shift if offset >= 0 else -1, length, crc)
                continue
            documents = self.tables.setdefault(table, {})
            if offset < 0:
                before = documents.pop(key, None)
            else:
                before = documents.get(key)
                documents[key] = (offset + shift) << 64 | length << 32 | crc
                self.live += length + _OVERHEAD
            if before is not None:
                self.live -= (before >> 32 & 0xFFFFFFFF) + _OVERHEAD

    def load(self, places: Iterable[Place]) -> None:
        """Take in what a frame says, sooner, without weighing it: :meth:`weigh` does that for all of them."""
        tables = self.tables
        for place in places:
            table, key, offset, length, crc = place
            if key is None or offset < 0 or table not in tables:
                self.apply((place,))
            else:
                tables[table][key] = offset << 64 | length << 32 | crc

    def weigh(self) -> None:
        """Work out ``live`` again."""
        places = chain(self.values.values(), *[documents.values() for documents in self.tables.values()])
        lengths = [(place >> 32 & 0xFFFFFFFF) + _OVERHEAD for place in places]
        self.live = HEADER_SIZE + sum(lengths)

    def _apply_to_table(self, table: str, offset: int, length: int, crc: int) -> None:
        gone = self.tables.pop(table, {}) if offset < 0 or length else {}
        self.live -= sum((place >> 32 & 0xFFFFFFFF) + _OVERHEAD for place in gone.values())
        value = self.values.pop(table, None)
        if value is not None:
            self.live -= (value >> 32 & 0xFFFFFFFF) + _OVERHEAD
        if offset >= 0 and length:
            self.values[table] = offset << 64 | length << 32 | crc
            self.live += length + _OVERHEAD
        elif offset >= 0:
            self.tables.setdefault(table, {})

    def copy(self) -> Contents:
        """Return a copy that does not change with this one."""
        twin = Contents()
        twin.tables = {name: dict(documents) for name, documents in self.tables.items()}
        twin.values = dict(self.values)
        twin.live = self.live
        return twin


class Log:
    """One generation of a store's file, open."""

    def __init__(self, disk: Disk, path: Path, descriptor: int, header: Header, *, writable: bool) -> None:
        self.disk = disk
        self.path = path
        self.header = header
        self.writable = writable
        self.contents = Contents()
        self.end = HEADER_SIZE
        """Where the next frame goes."""
        self.sequence = 0
        """The number of the last frame."""
        self.doubtful = False
        """True after a write or sync failed: what the medium holds past ``end`` is unknown."""
        self.size = disk.size(descriptor)
        """How far the file reaches, zeros laid ahead included."""
        self._descriptor = descriptor
        self._closer = weakref.finalize(self, _close, descriptor)
        self._layer: threading.Thread | None = None
        self._room = True
        """False once the disk had no room for zeros."""

    @classmethod
    def open(cls, disk: Disk, path: Path, *, writable: bool, newest: int = FORMAT_VERSION) -> Log:
        """Open the file and check its header; nothing after it is read yet.

        Raises:
            StoreForeign: the file is not a store, or is from a newer version. It is left as it is.
            OSError: the system refused.
        """
        descriptor = disk.open(path, write=writable)
        try:
            raw = disk.read(descriptor, HEADER_SIZE, 0)
            header = Header.read(raw)
            if header is None:
                header = _header_of_damaged(disk, descriptor, raw)
            if header is None:
                raise StoreForeign(f"{path} is not a cartdesk store; it was left as it is. Use another data folder, or move the file away.")
            if header.version > newest:
                raise StoreForeign(
                    f"{path} was written by a newer cartdesk (store format {header.version}, this one knows {newest}); "
                    "it was left as it is. Update cartdesk to open it."
                )
            return cls(disk, path, descriptor, header, writable=writable)
        except BaseException:
            disk.close(descriptor)
            raise

    def close(self) -> None:
        """Close the file. A reader that still holds this log is refused from now on."""
        self.settle()
        self._closer()

    @property
    def closed(self) -> bool:
        """True when the file was closed."""
        return not self._closer.alive

    def scan(self) -> Iterator[Frame | Hole]:
        """Read the frames after the last one that was taken in, without taking them in."""
        self.size = self.disk.size(self._descriptor)
        return scan(self.raw, self.end, self.size, self.sequence)

    def take_in(self, frame: Frame) -> None:
        """Make a frame that was read part of what this log holds; the contents are to be weighed when all are in."""
        self.contents.load(frame.places)
        self.end, self.sequence = frame.end, frame.sequence

    def append(self, ops: Sequence[Op], *, durable: bool = True) -> None:
        """Write one frame and return when it is on the medium and taken in.

        Args:
            ops: what the frame does.
            durable: False leaves the sync to the caller, for many frames in a row.

        Raises:
            OSError: it could not be written; this log is doubtful now and must be reread before it is written again.
        """
        data, places = encode_frame(self.sequence + 1, ops)
        if self.end + len(data) > self.size:
            self.settle()
        self.doubtful = True
        self.disk.write(self._descriptor, data, self.end)
        if durable:
            self.disk.sync(self._descriptor)
        self.doubtful = False
        self.contents.apply(places, self.end)
        self.end += len(data)
        self.sequence += 1
        if self.end > self.size:
            self.size = self.end
        if durable and self.size - self.end < LAID_AHEAD // 4 and self._room and (self._layer is None or not self._layer.is_alive()):
            self._layer = threading.Thread(target=self._lay_ahead, args=(self.size,), name="cartdesk-store-room", daemon=True)
            self._layer.start()

    def body(self, place: int) -> bytes:
        """Return a document's bytes.

        Raises:
            StoreDamaged: they do not fit their checksum any more.
        """
        length = place >> 32 & 0xFFFFFFFF
        if self.closed:
            raise StoreError(f"{self.path} is closed; open it again to read from it.")
        raw = self.raw(length, place >> 64)
        if len(raw) != length or crc32(raw) != place & 0xFFFFFFFF:
            raise StoreDamaged(
                f"{self.path} is damaged: a document at byte {place >> 64} does not fit its checksum any more. "
                "Close cartdesk and open it again to save what is sound."
            )
        return raw

    def bodies(self, places: Sequence[int]) -> Iterator[bytes]:
        """Yield many documents' bytes, in the order of ``places``; those that lie close together are read together.

        Raises:
            StoreDamaged: one does not fit its checksum any more.
        """
        base, buffer = 0, b""
        for number, place in enumerate(places):
            offset, length = place >> 64, place >> 32 & 0xFFFFFFFF
            begin = offset - base
            if begin < 0 or begin + length > len(buffer):
                following = (places[number + 1] >> 64) - offset - length if number + 1 < len(places) else -1
                if not 0 <= following < NEAR:
                    yield self.body(place)
                    continue
                base, begin, buffer = offset, 0, self.raw(max(length, TOGETHER), offset)
            raw = buffer[begin : begin + length]
            yield raw if crc32(raw) == place & 0xFFFFFFFF else self.body(place)

    def settle(self) -> None:
        """Wait until no zeros are being laid any more."""
        if self._layer is not None:
            self._layer.join()
            self._layer = None

    def cut(self) -> None:
        """Cut off what follows the last frame: the zeros, or what a torn write left."""
        self.settle()
        self.disk.truncate(self._descriptor, self.end)
        self.size = self.end

    def sync(self) -> None:
        """Return when all that was written is on the medium."""
        self.disk.sync(self._descriptor)

    def is_still(self, path: Path) -> bool:
        """Say whether the file at ``path`` is still this one."""
        try:
            there = path.stat()
        except FileNotFoundError:
            return False
        here = os.fstat(self._descriptor)
        return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)

    def has_more(self) -> bool:
        """Say whether another process added a frame."""
        return self.raw(PREFIX_SIZE, self.end).strip(b"\0") != b""

    def raw(self, length: int, offset: int) -> bytes:
        """Return up to ``length`` bytes of the file from ``offset``."""
        return self.disk.read(self._descriptor, length, offset)

    def _lay_ahead(self, start: int) -> None:
        """Write zeros past the file's end; no room for them is no error, frames grow the file themselves then."""
        try:
            self.disk.write(self._descriptor, bytes(LAID_AHEAD), start)
            self.disk.sync(self._descriptor)
            self.size = start + LAID_AHEAD
        except OSError:
            self._room = False


def _close(descriptor: int) -> None:
    with suppress(OSError):
        os.close(descriptor)


def _header_of_damaged(disk: Disk, descriptor: int, raw: bytes) -> Header | None:
    """Return a header to go on with where the first line is damaged and sound frames follow it all the same."""
    if len(raw) < HEADER_SIZE:
        return None
    found = scan(lambda length, offset: disk.read(descriptor, length, offset), HEADER_SIZE, disk.size(descriptor))
    return Header(generation=0) if any(isinstance(item, Frame) for item in found) else None
