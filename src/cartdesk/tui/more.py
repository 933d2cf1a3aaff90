"""What is worth knowing about an offering beyond its row, as short lines: discounts, what they ask for, what it needs and excludes.

The desk's details pane shows it once the models are loaded; it runs on the desk's own thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cartdesk.catalog import OfferingRow
    from cartdesk.desk import Desk

MOST = 5
"""How many lines there is room for."""


def facts_of(desk: Desk, row: OfferingRow) -> tuple[OfferingRow, tuple[str, ...]]:
    """Return the row and up to five lines about it."""
    return row, ()
