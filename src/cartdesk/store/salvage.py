"""What to do about bytes that do not fit: tell a torn last write from damage, keep a copy aside, and say what is missing.

Opening a store runs it. A torn tail was never acknowledged and is dropped; damage is never cut away before a copy of the whole file
is safe.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from cartdesk.store.disk import Disk
from cartdesk.store.frame import CHUNK, PREFIX_SIZE, Frame, Hole, Place, lenient_length
from cartdesk.store.log import UNFINISHED, Log
from cartdesk.text import safe_text

SECTOR = 512
"""What a disk writes whole or not at all."""


@dataclass(slots=True)
class Recovery:
    """What was found when a store was opened, and what was done about it."""

    torn: int = 0
    """Bytes of an unfinished last write that were dropped; it had not been acknowledged."""
    lost: list[str] = field(default_factory=list)
    """What damage took, one sentence each."""
    copy: Path | None = None
    """The copy of the damaged file, as it was found."""
    migrated: tuple[int, Path] | None = None
    """The older format version the file had, and the copy that was kept of it."""

    @property
    def damaged(self) -> bool:
        """True where acknowledged data did not fit its checksum."""
        return bool(self.lost)

    def sentences(self) -> list[str]:
        """Return all of it for a person to read."""
        told = list(self.lost)
        if self.copy:
            told.append(f"The damaged file was kept as {self.copy}; everything else was saved.")
        if self.torn:
            told.append(f"A last change that had not been finished ({self.torn} bytes) was dropped.")
        if self.migrated:
            told.append(f"The store was brought forward from format {self.migrated[0]}; the old file was kept as {self.migrated[1]}.")
        return told


def read_all(log: Log, upto: int | None = None) -> Recovery:
    """Take in every sound frame of ``log`` and report the rest.

    Args:
        log: a log; what it has taken in already is not read again.
        upto: the offset at which to stop: what follows was never acknowledged.
    """
    found = Recovery()
    before = log.sequence
    doubted: Frame | None = None
    for item in log.scan():
        if upto is not None and item.offset >= upto:
            break
        if doubted is not None:
            _take_damaged(log, doubted, found)
            doubted = None
        if isinstance(item, Frame):
            if item.lost:
                doubted = item
                continue
            gap = item.sequence - log.sequence - 1
            if gap and found.lost:
                found.lost[-1] += f" {gap} change{'s' if gap > 1 else ''} cannot be read there."
            elif gap:
                found.lost.append(f"{gap} change{'s' if gap > 1 else ''} before byte {item.offset} are missing.")
            log.take_in(item)
        elif item.last and _is_unfinished(log, item):
            found.torn = item.end - item.offset
        else:
            found.lost.append(f"Bytes {item.offset} to {item.end} of {log.path} are damaged.")
    if doubted is not None:
        if _is_cut_short(log, doubted.offset, doubted.end):
            found.torn = min(doubted.end, log.size) - doubted.offset
        else:
            _take_damaged(log, doubted, found)
    if log.sequence != before:
        log.contents.weigh()
    return found


def _take_damaged(log: Log, frame: Frame, found: Recovery) -> None:
    """Take what is sound in a frame of which some documents are not."""
    log.take_in(frame)
    found.lost += [_sentence(log, place, frame.sequence) for place in frame.lost]


def _sentence(log: Log, place: Place, sequence: int) -> str:
    table, key, offset, _, _ = place
    if key is None:
        name, older = f"Table {table}", table in log.contents.values
    else:
        name, older = f"Document {safe_text(key, 60)} of {table}", key in log.contents.tables.get(table, {})
    rest = "the version before it is kept" if older else "there is no other version of it in the file"
    return f"{name}, as saved in change {sequence}, is damaged at byte {offset}; {rest}."


def _is_unfinished(log: Log, hole: Hole) -> bool:
    """Say whether the last bytes are a write that never ended, rather than a finished one that was damaged since."""
    if hole.end - hole.offset < PREFIX_SIZE:
        return True
    raw = log.raw(log.size - hole.offset, hole.offset)
    length = lenient_length(raw)
    if length is None:
        try:
            length = PREFIX_SIZE + int(raw[9:17], 16)
        except ValueError:
            length = hole.end - hole.offset
    return _is_cut_short(log, hole.offset, hole.offset + length)


def _is_cut_short(log: Log, start: int, end: int) -> bool:
    """Say whether the frame between two offsets was never written in full.

    It reaches past the file's end, or still ends in zeros, or has a whole sector of zeros, which no frame holds.
    """
    if end > log.size or log.raw(1, end - 1) == b"\0":
        return True
    at = start
    while at < end:
        stop = min(end, (at // SECTOR + 1) * SECTOR)
        if not log.raw(stop - at, at).strip(b"\0"):
            return True
        at = stop
    return False


def copy_aside(disk: Disk, path: Path, log: Log, why: str) -> Path:
    """Copy the whole file beside itself, durably, and return the copy's path; a copy that is there already is not made again."""
    kept = [copy for copy in copies(path) if copy.name.startswith(f"{path.name}.{why}-")]
    if kept and _is_copy(kept[-1], log):
        return kept[-1]
    number = int(kept[-1].name.rpartition("-")[2]) + 1 if kept else 1
    target = path.with_name(f"{path.name}.{why}-{number:03d}")
    unfinished = path.with_name(f"{path.name}{UNFINISHED}copy")
    descriptor = disk.create(unfinished)
    try:
        at = 0
        while chunk := log.raw(CHUNK, at):
            disk.write(descriptor, chunk, at)
            at += len(chunk)
        disk.sync(descriptor)
    finally:
        disk.close(descriptor)
    disk.rename(unfinished, target)
    disk.sync_folder(path.parent)
    return target


def _is_copy(copy: Path, log: Log) -> bool:
    with copy.open("rb") as file:
        at = 0
        while chunk := file.read(CHUNK):
            if log.raw(len(chunk), at) != chunk:
                return False
            at += len(chunk)
    return not log.raw(1, at)


def copies(path: Path) -> list[Path]:
    """Return the copies of a store that were kept aside, by name."""
    name = re.compile(re.escape(path.name) + r"\.(damaged|format-\d+|before-restore)-\d+")
    return sorted(other for other in path.parent.iterdir() if name.fullmatch(other.name))
