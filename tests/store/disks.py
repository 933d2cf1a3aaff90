"""Disks for the store's tests: one that writes down what it is asked for, one that refuses, and one that is in a hurry."""

from __future__ import annotations

import errno
import os
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cartdesk.store.disk import Disk

SECTOR = 512


class HastyDisk(Disk):
    """Waits for no medium, for tests that look at what is in the files only."""

    def sync(self, descriptor: int) -> None:
        return None

    def sync_folder(self, folder: Path) -> None:
        return None


@dataclass
class Step:
    """One thing that happened: a call, or a state that was acknowledged (kind "state")."""

    kind: str
    file: int = 0
    offset: int = 0
    data: bytes = b""
    name: str = ""
    target: str = ""
    state: Any = None


@dataclass
class Recording:
    steps: list[Step] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)

    def add(self, step: Step) -> None:
        with self.lock:
            self.steps.append(step)


class RecordingDisk(HastyDisk):
    """Does what it is asked for, and writes it down: what a power loss would leave is worked out from that.

    Args:
        forget: kinds of calls to leave out, as if the store never made them.
    """

    def __init__(self, recording: Recording, forget: frozenset[str] = frozenset()) -> None:
        self.recording = recording
        self.forget = forget

    def create(self, path: Path) -> int:
        path.unlink(missing_ok=True)
        descriptor = super().create(path)
        self.recording.add(Step("create", _file(descriptor), name=path.name))
        return descriptor

    def write(self, descriptor: int, data: bytes | memoryview, offset: int) -> None:
        self.recording.add(Step("write", _file(descriptor), offset, bytes(data)))
        super().write(descriptor, data, offset)

    def truncate(self, descriptor: int, size: int) -> None:
        self.recording.add(Step("truncate", _file(descriptor), size))
        super().truncate(descriptor, size)

    def sync(self, descriptor: int) -> None:
        if "sync" not in self.forget:
            self.recording.add(Step("sync", _file(descriptor)))

    def sync_folder(self, folder: Path) -> None:
        if "sync_folder" not in self.forget:
            self.recording.add(Step("sync_folder"))

    def rename(self, source: Path, target: Path) -> None:
        self.recording.add(Step("rename", name=source.name, target=target.name))
        super().rename(source, target)

    def remove(self, path: Path) -> None:
        if path.exists():
            self.recording.add(Step("remove", name=path.name))
        super().remove(path)


def _file(descriptor: int) -> int:
    return os.fstat(descriptor).st_ino


class Medium:
    """What a power loss may leave, moment after moment.

    What was synced is there. Of what was not, each sector of each write may or may not be, a file may have its new length without
    its new bytes, and of the names that were changed since the folder was synced the first few have. Files that were there before the
    recording began are not part of it.
    """

    def __init__(self) -> None:
        self._names: list[tuple[str, str, int]] = []
        self._named = 0
        self._synced: dict[int, bytearray] = {}
        self._loose: dict[int, list[Step]] = {}

    def take(self, step: Step) -> None:
        """Go one step on."""
        if step.kind in ("create", "rename", "remove"):
            self._names.append((step.kind, f"{step.name}\0{step.target}", step.file))
        if step.kind == "create":
            self._synced[step.file] = bytearray()
            self._loose[step.file] = []
        elif step.file in self._loose and step.kind in ("write", "truncate"):
            self._loose[step.file].append(step)
        elif step.file in self._loose and step.kind == "sync":
            for held in self._loose[step.file]:
                _carry_out(self._synced[step.file], held, None)
            self._loose[step.file] = []
        elif step.kind == "sync_folder":
            self._named = len(self._names)

    def lose_power(self, chance: random.Random) -> dict[str, bytes]:
        """Return the files that a power loss now may leave."""
        mood = chance.random()
        folder: dict[str, int] = {}
        for kind, name, file in self._names[: chance.randint(self._named, len(self._names))]:
            source, target = name.split("\0")
            if kind == "create":
                folder[source] = file
            elif kind == "rename":
                folder[target] = folder.pop(source)
            else:
                folder.pop(source, None)
        return {name: self._left(file, chance, mood) for name, file in folder.items()}

    def _left(self, file: int, chance: random.Random, mood: float) -> bytes:
        if not self._loose[file]:
            return bytes(self._synced[file])
        content = bytearray(self._synced[file])
        for step in self._loose[file]:
            _carry_out(content, step, (chance, mood))
        return bytes(content)


def crash_state(steps: list[Step], chance: random.Random) -> dict[str, bytes]:
    """Return the files that a power loss after ``steps`` may leave."""
    medium = Medium()
    for step in steps:
        medium.take(step)
    return medium.lose_power(chance)


def _carry_out(content: bytearray, step: Step, luck: tuple[random.Random, float] | None) -> None:
    """Carry out a write or truncation: all of it, or the sectors that luck would have it."""
    if step.kind == "truncate":
        if luck is None or luck[0].random() < 0.5:
            if len(content) < step.offset:
                content.extend(bytes(step.offset - len(content)))
            del content[step.offset :]
        return
    end = step.offset + len(step.data)
    at = step.offset
    while at < end:
        stop = min(end, (at // SECTOR + 1) * SECTOR)
        if luck is None or luck[0].random() < luck[1]:
            if len(content) < stop:
                content.extend(bytes(stop - len(content)))
            content[at:stop] = step.data[at - step.offset : stop - step.offset]
        at = stop
    if luck is not None and luck[0].random() < 0.2 and len(content) < end:
        content.extend(bytes(end - len(content)))


class FailingDisk(HastyDisk):
    """Refuses calls: ``refuse(kind, number)`` says which, counting from 1."""

    def __init__(self, refuse: Callable[[str, int], int | None] = lambda kind, number: None, *, partly: bool = True) -> None:
        self.refuse = refuse
        self.partly = partly
        """A write that is refused leaves half of itself, as a full disk does."""
        self.calls: list[str] = []
        self._lock = threading.Lock()

    def _ask(self, kind: str) -> int | None:
        with self._lock:
            self.calls.append(kind)
            return self.refuse(kind, len(self.calls))

    def _check(self, kind: str) -> None:
        code = self._ask(kind)
        if code is not None:
            raise OSError(code, os.strerror(code))

    def open(self, path: Path, *, write: bool) -> int:
        self._check("open")
        return super().open(path, write=write)

    def create(self, path: Path) -> int:
        self._check("create")
        return super().create(path)

    def read(self, descriptor: int, length: int, offset: int) -> bytes:
        self._check("read")
        return super().read(descriptor, length, offset)

    def write(self, descriptor: int, data: bytes | memoryview, offset: int) -> None:
        code = self._ask("write")
        if code is not None:
            if self.partly:
                super().write(descriptor, data[: len(data) // 2], offset)
            raise OSError(code, os.strerror(code))
        super().write(descriptor, data, offset)

    def sync(self, descriptor: int) -> None:
        self._check("sync")

    def sync_folder(self, folder: Path) -> None:
        self._check("sync_folder")

    def truncate(self, descriptor: int, size: int) -> None:
        self._check("truncate")
        super().truncate(descriptor, size)

    def rename(self, source: Path, target: Path) -> None:
        self._check("rename")
        super().rename(source, target)

    def remove(self, path: Path) -> None:
        self._check("remove")
        super().remove(path)


FULL = errno.ENOSPC
BROKEN = errno.EIO
