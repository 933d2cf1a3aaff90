"""Opens a catalog, from the index kept beside the data directory where there is a good one.

Called by ``desk`` and the command line.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cartdesk.catalog.catalog import Catalog
from cartdesk.catalog.folder import Folder, look_into
from cartdesk.catalog.index import Index
from cartdesk.errors import CatalogError
from cartdesk.text import safe_text


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

    def build() -> Index:
        from cartdesk.catalog.builder import index_of, read_catalog

        return Index(index_of(read_catalog(folder)))

    return Catalog(path, build(), now or _clock, build)


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
