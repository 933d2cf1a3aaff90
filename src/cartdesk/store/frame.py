"""The bytes of a store's file: its header, and the frames that each hold one change, whole or not at all.

The log writes and scans them; nothing here opens a file. A frame is text that a person can read::

    crc32 length sequence [["carts","C1",7600,2309737967],["outbox","7"]]
    {"id":"C1",...}

The first line lists what the frame does; the documents follow, each with its length and its own crc32 in that list, so that one bad
document is told from the sound ones beside it. The frame's crc32 is over the rest of its first line.
"""

from __future__ import annotations

import json
import json.encoder
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple
from zlib import crc32

from cartdesk.errors import StoreError

FORMAT_VERSION = 1
"""The version of this layout and of the documents' shapes; migrations bring older ones forward."""

HEADER_SIZE = 64
PREFIX_SIZE = 27
MAX_FRAME = 0xFFFFFFFF
NEWLINE = 10
CHUNK = 1 << 17
"""How much is read at once: what fits in a processor's cache is checked there without fetching it again."""

_HEADER = re.compile(rb"cartdesk-store format (\d{4}) generation (\d{10}) +([0-9a-f]{8})\n")
_PREFIX = re.compile(rb"\n([0-9a-f]{8} [0-9a-f]{8} [0-9a-f]{8} \[)")
_read_json = json.JSONDecoder().raw_decode
_quote = json.encoder.encode_basestring_ascii


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a store's file."""

    generation: int
    """How often the file was rewritten."""
    version: int = FORMAT_VERSION
    """The format version."""

    def encode(self) -> bytes:
        """Return the header's bytes."""
        text = (b"cartdesk-store format %04d generation %010d " % (self.version, self.generation)).ljust(HEADER_SIZE - 9)
        return text + b"%08x\n" % crc32(text)

    @classmethod
    def read(cls, raw: bytes) -> Header | None:
        """Return the header, or None where the bytes are none or do not fit their checksum."""
        match = _HEADER.fullmatch(raw)
        if match is None or b"%08x" % crc32(raw[: HEADER_SIZE - 9]) != match[3]:
            return None
        return cls(generation=int(match[2]), version=int(match[1]))


class Op(NamedTuple):
    """One thing a frame does.

    A key and a body put a document, a key alone removes it, neither drops the table. A body without a key makes the whole table one
    JSON value; an empty one makes it an empty table.
    """

    table: str
    key: str | None
    body: bytes | None


Place = tuple[str, "str | None", int, int, int]
"""Where a document lies: table, key, offset (-1 for a removal, which has no document), length and crc32."""


@dataclass(slots=True)
class Frame:
    """One frame that was read."""

    offset: int
    end: int
    sequence: int
    places: list[Place]
    lost: list[Place]
    """Documents of this frame whose bytes do not fit their checksum."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Bytes where a frame should be and none can be read, with sound frames (or nothing more) after them."""

    offset: int
    end: int
    last: bool
    """True where nothing sound follows."""


def encode_frame(sequence: int, ops: Sequence[Op]) -> tuple[bytes, list[Place]]:
    """Return a frame's bytes and its places, with offsets from the frame's start."""
    listed: list[str] = []
    bodies: list[bytes] = []
    places: list[Place] = []
    at = 0
    for table, key, body in ops:
        name = f"[{_quote(table)},{'null' if key is None else _quote(key)}"
        if body is None:
            listed.append(name + "]")
            places.append((table, key, -1, 0, 0))
            continue
        crc = crc32(body)
        listed.append(f"{name},{len(body)},{crc}]")
        places.append((table, key, at, len(body), crc))
        if body:
            bodies += (body, b"\n")
            at += len(body) + 1
    line = f"[{','.join(listed)}]\n".encode()
    if at + len(line) > MAX_FRAME:
        raise StoreError("One change of more than 4 GB cannot be saved; save it in parts.")
    checked = b"%08x %08x " % (len(line) + at, sequence) + line
    start = PREFIX_SIZE + len(line)
    return b"".join((b"%08x " % crc32(checked), checked, *bodies)), [
        (table, key, start + offset if offset >= 0 else -1, length, crc) for table, key, offset, length, crc in places
    ]


def _places(line: bytes, at: int) -> list[Place]:
    """Return what a frame's first line lists, its documents starting at ``at``.

    Raises:
        ValueError, TypeError: it is no such list.
    """
    places: list[Place] = []
    for entry in _read_json(line.decode())[0]:
        if len(entry) == 2:
            places.append((entry[0], entry[1], -1, 0, 0))
            continue
        table, key, length, crc = entry
        places.append((table, key, at, length, crc))
        if length:
            at += length + 1
    return places


def scan(read: Callable[[int, int], bytes], start: int, size: int, sequence: int = 0) -> Iterator[Frame | Hole]:
    """Read frames from ``start`` on: every sound one in order, and a hole wherever something else stands.

    Args:
        read: returns up to so many bytes (first argument) from an offset (second).
        start: the offset of the first frame.
        size: the file's size.
        sequence: the number of the frame before ``start``; frames that do not count on from it are leftovers and no part of the log.
    """
    at, base, buffer = start, start, b""
    while at < size:
        if at - base + PREFIX_SIZE > len(buffer):
            base, buffer = at, read(CHUNK, at)
        head = at - base
        length = _length(buffer, head)
        if length is not None and head + PREFIX_SIZE + length > len(buffer):
            base, head, buffer = at, 0, read(min(max(CHUNK, PREFIX_SIZE + length), size - at), at)
        frame = None if length is None else _read_frame(buffer, head, length, at)
        if frame is not None and frame.sequence > sequence:
            yield frame
            at, sequence = frame.end, frame.sequence
            continue
        hole = _hole(read, at, size, sequence)
        if hole is None:
            return
        yield hole
        at = hole.end


def _length(buffer: bytes, head: int) -> int | None:
    """Return a frame's length after its prefix, or None where no prefix stands."""
    try:
        return int(buffer[head + 9 : head + 17], 16)
    except ValueError:
        return None


def _read_frame(buffer: bytes, head: int, length: int, at: int) -> Frame | None:
    """Return the frame at ``buffer[head:]``, which lies at ``at`` in the file; None where its first line is not sound."""
    line_end = buffer.find(b"\n", head + PREFIX_SIZE, head + PREFIX_SIZE + length) + 1
    if not line_end or b"%08x " % crc32(buffer[head + 9 : line_end]) != buffer[head : head + 9]:
        return None
    places: list[Place] = []
    lost: list[Place] = []
    view = memoryview(buffer)
    begin, base, size = line_end, at - head, len(buffer)
    try:
        for entry in _read_json(buffer[head + PREFIX_SIZE : line_end].decode())[0]:
            if len(entry) == 2:
                places.append((entry[0], entry[1], -1, 0, 0))
                continue
            table, key, count, crc = entry
            if not count:
                places.append((table, key, begin + base, 0, crc))
                continue
            end = begin + count
            sound = end < size and buffer[end] == NEWLINE and crc32(view[begin:end]) == crc
            (places if sound else lost).append((table, key, begin + base, count, crc))
            begin = end + 1
    except (ValueError, TypeError):
        return None
    return Frame(at, at + PREFIX_SIZE + length, int(buffer[head + 18 : head + 26], 16), places, lost)


def lenient_length(raw: bytes) -> int | None:
    """Return how long the frame at the start of ``raw`` is where all but its prefix is sound; None where it is not."""
    end = raw.find(b"\n", PREFIX_SIZE) + 1
    try:
        places = _places(raw[PREFIX_SIZE:end], end)
    except (ValueError, TypeError):
        return None
    for _, _, offset, length, crc in places:
        if offset >= 0 and crc32(raw[offset : offset + length]) != crc:
            return None
        if length:
            end = offset + length + 1
    return end


def _hole(read: Callable[[int, int], bytes], at: int, size: int, sequence: int) -> Hole | None:
    """Return what stands at ``at`` instead of a frame; None where only the zeros that were laid ahead follow."""
    rest = read(size - at, at)
    used = len(rest.rstrip(b"\0"))
    if not used:
        return None
    claimed = _length(rest, 0)
    candidates = [] if claimed is None else [PREFIX_SIZE + claimed]
    for begin in chain(candidates, (match.start(1) for match in _PREFIX.finditer(rest))):
        length = _length(rest, begin)
        frame = None if length is None else _read_frame(rest, begin, length, at + begin)
        if frame is not None and frame.sequence > sequence:
            return Hole(at, at + begin, last=False)
    return Hole(at, at + used, last=True)
