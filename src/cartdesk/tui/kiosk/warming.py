"""What is loaded before the first visitor comes, on a thread of its own, so that no touch ever waits for it.

``KioskApp`` calls :func:`warm` once the first picture is out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cartdesk.errors import CatalogError
from cartdesk.language import tr
from cartdesk.text import safe_text
from cartdesk.tui.kiosk.letters import Letters
from cartdesk.tui.kiosk.session import Session

if TYPE_CHECKING:
    from cartdesk.catalog import Catalog


def warm(open_catalog: Callable[[], Catalog], folder: Path, now: Callable[[], datetime], ids: Callable[[], str]) -> tuple[Catalog, Letters]:
    """Open the catalog, read its words, and try a first cart that is forgotten at once.

    Raises:
        CatalogError: the catalog cannot be opened, or nothing of it is sold.
        StoreLocked: another kiosk works here.
    """
    catalog = open_catalog()
    catalog.wait_ready()
    letters = Letters.of(catalog)
    sold = next((number for number in range(len(catalog)) if catalog.row(number).status == "sold"), None)
    if sold is None:
        raise CatalogError(tr("Nothing in the catalog {path} is sold just now.", path=safe_text(str(catalog.path))))
    session = Session(catalog, folder=folder, now=now, ids=ids)
    try:
        session.add(session.trial(catalog.row(sold).id))
        session.lines()
    finally:
        session.end()
    import segno  # noqa: F401  # the last page must not wait for it

    return catalog, letters
