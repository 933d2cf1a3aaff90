"""A shortcut to what a store holds: where its documents lie and what is made of whole tables, so that thousands of carts open at once.

The storage writes it when it closes and reads it when it opens. It is derived and never needed: whatever does not fit the store's file
to the byte is thrown away, and the file is read from its beginning.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from cartdesk.store.disk import Disk
from cartdesk.store.frame import HEADER_SIZE
from cartdesk.store.log import UNFINISHED, Contents, Log

WORTHWHILE = 500
"""Documents from which on a shortcut is written; fewer are read as quickly without one."""
GROWN = 2 << 20
"""Bytes that may be added to a store before its shortcut is written anew."""

_TITLE = b"cartdesk shortcut 1 "
_HEAD = len(_TITLE) + 9
_TAIL = 4096
"""How many bytes at the end of what it covers must be the very same."""
_LOW = (1 << 64) - 1


class Shortcut(NamedTuple):
    """What one covers, and what came with it."""

    generation: int
    end: int
    """Where the frames that it does not know begin."""
    made: Mapping[str, tuple[Mapping[str, object], bytes]]
    """By table: the documents' versions, and what was made of them."""

    def is_fresh(self, log: Log) -> bool:
        """Say whether it need not be written anew for this log."""
        return self.generation == log.header.generation and log.end - self.end < GROWN


def shortcut_path(path: Path) -> Path:
    """Return where a store's shortcut is."""
    return path.with_name(path.name + ".shortcut")


def write_shortcut(disk: Disk, log: Log, contents: Contents, upto: tuple[int, int], made: Mapping[str, bytes]) -> Shortcut | None:
    """Write the shortcut of a store; None where it could not be, or is not worth it, which is no error.

    Args:
        disk: the way to the system.
        log: the store's file.
        contents: what it held at some moment.
        upto: where its frames ended then, and the number of the last one.
        made: by table, what was made of its documents then or since, to be had again.
    """
    if sum(len(documents) for documents in contents.tables.values()) < WORTHWHILE or log.header.generation == 0:
        return None
    places = list(chain.from_iterable(documents.values() for documents in contents.tables.values()))
    end, sequence = upto
    start = max(HEADER_SIZE, end - _TAIL)
    facts: dict[str, Any] = {
        "generation": log.header.generation,
        "end": end,
        "sequence": sequence,
        "tail": crc32(log.raw(end - start, start)),
        "order": sys.byteorder,
        "live": contents.live,
        "values": {table: [place >> 64, place & _LOW] for table, place in contents.values.items()},
        "keys": {table: list(documents) for table, documents in contents.tables.items()},
        "made": {table: len(data) for table, data in made.items() if table in contents.tables},
    }
    body = b"".join(
        (
            json.dumps(facts, separators=(",", ":")).encode("utf-8", "surrogatepass"),
            b"\n",
            array("Q", [place >> 64 for place in places]).tobytes(),
            array("Q", [place & _LOW for place in places]).tobytes(),
            *(made[table] for table in facts["made"]),
        )
    )
    target = shortcut_path(log.path)
    unfinished = log.path.with_name(f"{log.path.name}{UNFINISHED}shortcut")
    try:
        descriptor = disk.create(unfinished)
        try:
            disk.write(descriptor, _head(body) + body, 0)
        finally:
            disk.close(descriptor)
        disk.rename(unfinished, target)
    except OSError:
        with suppress(OSError):
            disk.remove(unfinished)
        return None
    return Shortcut(log.header.generation, end, {})


def take_shortcut(disk: Disk, log: Log) -> Shortcut | None:
    """Let a log that was just opened hold what its shortcut says; None, and nothing is changed, where there is none that fits."""
    try:
        raw = _read(disk, shortcut_path(log.path))
        if raw[:_HEAD] != _head(memoryview(raw)[_HEAD:]):
            return None
        line_end = raw.index(b"\n", _HEAD)
        facts = json.loads(raw[_HEAD:line_end].decode("utf-8", "surrogatepass"))
        end = facts["end"]
        start = max(HEADER_SIZE, end - _TAIL)
        if (facts["generation"], facts["order"]) != (log.header.generation, sys.byteorder) or end > log.size:
            return None
        if crc32(log.raw(end - start, start)) != facts["tail"]:
            return None
        contents, at = _contents(facts, raw, line_end + 1)
        made = {}
        for table, length in facts["made"].items():
            made[table] = (dict(contents.tables[table]), raw[at : at + length])
            at += length
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    log.contents, log.end, log.sequence = contents, end, facts["sequence"]
    return Shortcut(log.header.generation, end, made)


def drop_shortcut(disk: Disk, path: Path) -> None:
    """Remove a store's shortcut; one that is not there, or cannot be removed, is no error."""
    with suppress(OSError):
        disk.remove(shortcut_path(path))


def _head(body: bytes | memoryview) -> bytes:
    return _TITLE + b"%08x\n" % crc32(body)


def _read(disk: Disk, path: Path) -> bytes:
    descriptor = disk.open(path, write=False)
    try:
        return disk.read(descriptor, disk.size(descriptor), 0)
    finally:
        disk.close(descriptor)


def _contents(facts: dict[str, Any], raw: bytes, at: int) -> tuple[Contents, int]:
    """Return what the shortcut says is in the store, and where in ``raw`` it ends."""
    contents = Contents()
    count = sum(map(len, facts["keys"].values()))
    offsets, rests = array("Q"), array("Q")
    offsets.frombytes(raw[at : at + 8 * count])
    rests.frombytes(raw[at + 8 * count : at + 16 * count])
    places = [offset << 64 | rest for offset, rest in zip(offsets, rests, strict=True)]
    begin = 0
    for table, keys in facts["keys"].items():
        contents.tables[table] = dict(zip(keys, places[begin : begin + len(keys)], strict=True))
        begin += len(keys)
    for table, (offset, rest) in facts["values"].items():
        contents.values[table] = int(offset) << 64 | int(rest)
    contents.live = int(facts["live"])
    return contents, at + 16 * count
