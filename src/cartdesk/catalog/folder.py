"""The files of a catalog: which there are, what each holds, and whether one may be read at all.

Called by ``builder`` before it reads and by ``cache`` to see whether anything has changed. Nothing is read past the size limit, and no link
leads out of the folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from cartdesk.catalog.faults import Fault, shown

MAX_FILE_BYTES = 256 * 1024 * 1024
"""The largest file that is read; more than a million offerings."""

KINDS = {
    "productofferingprice": "price",
    "productoffering": "offering",
    "productspecification": "specification",
    "category": "category",
    "promotion": "promotion",
}
"""How a file's name begins, in lower case, and what it holds; the longest beginning comes first."""

SETTINGS = "catalog.json"


class Stamp(NamedTuple):
    """What tells that a file has changed."""

    name: str
    size: int
    modified: int
    """In nanoseconds."""
    changed: int
    """When its entry in the folder was changed, in nanoseconds; cannot be set back as ``modified`` can."""
    inode: int


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read."""

    path: Path
    kind: str
    """offering, price, specification, category, promotion, settings, or any (a catalog in one file)."""
    stamp: Stamp

    @property
    def name(self) -> str:
        """The file's name relative to the catalog, safe to show."""
        return shown(self.stamp.name, 200)


@dataclass(frozen=True, slots=True)
class Folder:
    """What a path holds."""

    root: Path
    sources: tuple[Source, ...]
    faults: tuple[Fault, ...]
    """Files that are not read, and why."""

    @property
    def bytes(self) -> int:
        """How much there is to read."""
        return sum(source.stamp.size for source in self.sources)

    @property
    def stamps(self) -> list[Stamp]:
        """What tells that anything has changed."""
        return [source.stamp for source in self.sources]


def look_into(path: Path) -> Folder:
    """Return the files of the catalog at ``path``, a folder or one JSON file.

    Raises:
        OSError: the path is missing or may not be read.
    """
    root = path.resolve(strict=True)
    if not root.is_dir():
        faults: list[Fault] = []
        source = _source(root, root.name, "any", faults)
        return Folder(root, (source,) if source else (), tuple(faults))
    faults = []
    sources = []
    for file, name in _files(root, faults):
        kind = kind_of(file.name)
        if kind is None:
            continue
        if file.is_symlink() and not _stays_inside(file, root):
            faults.append(Fault(shown(name, 200), "", "the link leads out of the catalog's folder", "Copy the file into the folder", True))
            continue
        source = _source(file, name, kind, faults)
        if source is not None:
            sources.append(source)
    return Folder(root, tuple(sources), tuple(faults))


def kind_of(file_name: str) -> str | None:
    """Return what a file of this name holds, or None where a catalog has no use for it."""
    lowered = file_name.lower()
    if not lowered.endswith(".json"):
        return None
    if lowered == SETTINGS:
        return "settings"
    return next((kind for beginning, kind in KINDS.items() if lowered.startswith(beginning)), None)


def companions(path: Path, beginning: str, faults: list[Fault]) -> list[Source]:
    """Return the JSON files whose names begin so and that stand beside a catalog's own, in the order of names.

    They belong to the shop without being a part of its offerings: a catalog in one file has none.
    """
    try:
        root = path.resolve(strict=True)
        files = sorted(root.iterdir()) if root.is_dir() else []
    except OSError as error:
        faults.append(Fault(".", "", f"the folder cannot be read: {error.strerror}", "Give yourself the right to read it", True))
        return []
    found = []
    for file in files:
        name = file.name
        if not name.lower().startswith(beginning) or not name.lower().endswith(".json"):
            continue
        if file.is_symlink() and not _stays_inside(file, root):
            faults.append(Fault(shown(name, 200), "", "the link leads out of the catalog's folder", "Copy the file into the folder", True))
            continue
        source = _source(file, name, beginning, faults)
        if source is not None:
            found.append(source)
    return found


def _files(root: Path, faults: list[Fault]) -> Iterator[tuple[Path, str]]:
    """Yield every file below ``root`` and its name relative to it, in the order of names."""

    def unreadable(error: OSError) -> None:
        name = os.path.relpath(error.filename, root) if error.filename else "."
        faults.append(
            Fault(shown(name, 200), "", f"the folder cannot be read: {error.strerror}", "Give yourself the right to read it", True)
        )

    for folder, folders, files in os.walk(root, onerror=unreadable):
        folders.sort()
        for name in folders:
            if Path(folder, name).is_symlink():
                link = os.path.relpath(Path(folder, name), root)
                faults.append(
                    Fault(shown(link, 200), "", "a link to a folder is not followed", "Copy the folder here, or open it by itself", True)
                )
        for name in sorted(files):
            file = Path(folder, name)
            yield file, file.relative_to(root).as_posix()


def _stays_inside(file: Path, root: Path) -> bool:
    try:
        return file.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        # A link to nothing, or in a circle: reading it says so.
        return True


def _source(file: Path, name: str, kind: str, faults: list[Fault]) -> Source | None:
    try:
        status = file.stat()
    except OSError as error:
        faults.append(Fault(shown(name, 200), "", f"the file cannot be read: {error.strerror}", "Mend the link, or remove it", True))
        return None
    if not stat.S_ISREG(status.st_mode):
        faults.append(Fault(shown(name, 200), "", "this is not a file but a device or a pipe", "Remove it", True))
        return None
    if status.st_size > MAX_FILE_BYTES:
        size = f"{status.st_size / 1024 / 1024:,.0f} MB"
        limit = f"{MAX_FILE_BYTES // 1024 // 1024} MB"
        faults.append(
            Fault(shown(name, 200), "", f"the file has {size}, more than the {limit} that are read", "Split it into several files", True)
        )
        return None
    return Source(file, kind, Stamp(name, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))


def read(source: Source) -> bytes:
    """Return a file's bytes, never more than there were when it was looked at.

    Raises:
        OSError: the file cannot be read, or has grown since it was looked at.
    """
    with source.path.open("rb") as file:
        raw = file.read(source.stamp.size + 1)
    if len(raw) > source.stamp.size:
        raise OSError("it was written to while it was read")
    return raw


def content_sum(raw: bytes) -> str:
    """Return what tells a file's content from any other."""
    return blake2b(raw, digest_size=16).hexdigest()
