"""The index kept from one start to the next, and whether it may still be believed.

Called by ``opening`` and ``worker``. A kept index is used only if every file of the catalog is what it was; whenever there is any doubt
it is made anew, and one that cannot be kept is simply not kept.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from cartdesk.catalog.container import Container, Unfit
from cartdesk.catalog.folder import Folder, Source, content_sum, read
from cartdesk.catalog.index import Index

_KEPT = 8
"""How many catalogs' indexes are kept; the one used longest ago goes first."""

_UNSURE = 2_000_000_000
"""In nanoseconds: a file changed so shortly before it was read may have been changed once more without its time telling."""


def place_of(folder: Folder, cache_dir: Path) -> Path:
    """Return where the index of a catalog is kept."""
    name = sha256(os.fsencode(folder.root)).hexdigest()[:24]
    return cache_dir / "catalogs" / f"{name}.index"


def load(folder: Folder, path: Path) -> Index | None:
    """Return the kept index, or None where there is none that can be believed."""
    try:
        made = path.stat().st_mtime_ns
        index = opened(path)
    except OSError:
        return None
    if index is None or _is_current(index.facts, folder, path, made):
        return index
    index.close()
    return None


def opened(path: Path) -> Index | None:
    """Return the index in a file, or None where it is damaged, from another version, or none at all."""
    try:
        container = Container.open(path)
    except (OSError, Unfit):
        return None
    try:
        return Index(container)
    except (KeyError, ValueError, TypeError):
        return None


def save(container: Container, folder: Folder, path: Path, began: int, sums: dict[str, str]) -> None:
    """Keep an index.

    Args:
        container: the index.
        folder: the catalog it was made from, as it was before it was read.
        path: where to keep it.
        began: when reading began, in nanoseconds since 1970.
        sums: what :func:`content_sum` said of each file as it was read.

    Raises:
        OSError: it cannot be written.
    """
    container.facts["stamps"] = [list(stamp) for stamp in folder.stamps]
    container.facts["passed_over"] = [list(fault) for fault in folder.faults]
    container.facts["sums"] = sums
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    container.save(path)
    # The file's time says up to when the catalog's files are known to be as they were read.
    os.utime(path, ns=(time.time_ns(), began))
    _make_room(path.parent)


def _is_current(facts: dict[str, Any], folder: Folder, path: Path, made: int) -> bool:
    if facts.get("stamps") != [list(stamp) for stamp in folder.stamps]:
        return False
    if facts.get("passed_over") != [list(fault) for fault in folder.faults]:
        return False
    unsure = [source for source in folder.sources if max(source.stamp.modified, source.stamp.changed) > made - _UNSURE]
    now = time.time_ns()
    if not all(_is_same(source, facts.get("sums", {})) for source in unsure):
        return False
    if unsure:
        with suppress(OSError):
            os.utime(path, ns=(now, now))
    return True


def _is_same(source: Source, sums: dict[str, str]) -> bool:
    try:
        return sums.get(source.stamp.name) == content_sum(read(source))
    except OSError:
        return False


def _make_room(folder: Path) -> None:
    """Throw away the indexes that were used longest ago, and what a writer that was killed has left."""
    with suppress(OSError):
        kept = sorted(folder.glob("*.index"), key=lambda path: path.stat().st_atime_ns, reverse=True)
        hour_ago = time.time() - 3600
        left = [path for path in folder.glob("*.new") if path.stat().st_mtime < hour_ago]
        for path in (*kept[_KEPT:], *left):
            path.unlink()
