"""Opens a catalog, from the index kept beside the data directory where there is a good one.

Called by ``desk`` and the command line.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cartdesk.catalog import cache
from cartdesk.catalog.catalog import Catalog
from cartdesk.catalog.folder import Folder, look_into
from cartdesk.catalog.index import Index
from cartdesk.errors import CatalogError
from cartdesk.text import safe_text

SMALL = 1_500_000
"""Up to how many bytes a catalog is read at once, in this process."""


def shipped_catalog() -> Path:
    """Return the folder of the catalog that comes with cartdesk."""
    inside = Path(__file__).parent.parent / "catalog_fixtures"
    beside = Path(__file__).parents[3] / "catalog_fixtures"
    return (inside if inside.is_dir() else beside) / "nordlys"


def open_catalog(path: Path, *, cache_dir: Path | None, wait: bool = True, now: Callable[[], datetime] | None = None) -> Catalog:
    """Open the catalog at ``path``: a folder of TMF620 JSON files, or one file.

    Args:
        path: where it is.
        cache_dir: where its index may be kept; None keeps none.
        wait: whether to return only when everything is read. A small catalog always is.
        now: the clock that says what is sold; the computer's, where it is left out.

    Raises:
        CatalogError: nothing can be opened there.
    """
    folder = _folder(path)
    place = cache.place_of(folder, cache_dir) if cache_dir is not None else None
    clock = now or _clock
    rebuild = partial(_build, path, place, clock)
    kept = cache.load(folder, place) if place is not None else None
    if kept is not None:
        return Catalog(path, kept, clock, rebuild)
    if folder.bytes <= SMALL:
        return Catalog(path, rebuild(), clock, rebuild)
    from cartdesk.catalog.background import Background
    from cartdesk.catalog.builder import nothing

    background = Background(path, place, rebuild)
    catalog = Catalog(path, Index(nothing(folder, clock())), clock, rebuild, ready=False)
    catalog.on_close(background.close)
    if wait:
        background.run(catalog)
    else:
        background.start(catalog)
    return catalog


def _build(path: Path, place: Path | None, clock: Callable[[], datetime]) -> Index:
    """Make the index in this process, and keep it where that is possible."""
    from cartdesk.catalog.builder import index_of, read_catalog

    began = time.time_ns()
    folder = _folder(path)
    stock = read_catalog(folder, clock())
    container = index_of(stock)
    if place is not None:
        with suppress(OSError):
            cache.save(container, folder, place, began, stock.sums)
    return Index(container)


def _folder(path: Path) -> Folder:
    try:
        folder = look_into(path)
    except OSError as error:
        raise CatalogError(f"The catalog {safe_text(str(path))} cannot be opened: {(error.strerror or str(error)).lower()}.") from None
    if not folder.sources:
        why = f"{folder.faults[0].what}" if folder.faults else "there is no productOffering….json in it"
        raise CatalogError(f"The catalog {safe_text(str(path))} cannot be opened: {why}.")
    return folder


def _clock() -> datetime:
    return datetime.now(UTC)
