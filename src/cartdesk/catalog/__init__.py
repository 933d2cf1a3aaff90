"""The catalog: TMF620 files and folders, checked, indexed, and searched as you type.

Called by everything that sells. Importing this room loads no model; the models come when an offering is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cartdesk.catalog.catalog import Catalog
    from cartdesk.catalog.check import check_catalog
    from cartdesk.catalog.faults import Fault
    from cartdesk.catalog.opening import open_catalog, shipped_catalog
    from cartdesk.catalog.rows import CategoryRow, FilterRow, OfferingRow, OfferingStatus, Query

_HOMES = {
    "Catalog": "catalog",
    "CategoryRow": "rows",
    "Fault": "faults",
    "FilterRow": "rows",
    "OfferingRow": "rows",
    "OfferingStatus": "rows",
    "Query": "rows",
    "check_catalog": "check",
    "open_catalog": "opening",
    "shipped_catalog": "opening",
}

__all__ = [
    "Catalog", "CategoryRow", "Fault", "FilterRow", "OfferingRow", "OfferingStatus", "Query", "check_catalog", "open_catalog",
    "shipped_catalog",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    module = _HOMES.get(name)
    if module is None:
        raise AttributeError(f"module 'cartdesk.catalog' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"cartdesk.catalog.{module}"), name)
    globals()[name] = value
    return value
