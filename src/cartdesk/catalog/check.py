"""Checks a whole catalog: every fault of every file, and every resource against its model.

Called by ``cartdesk catalog check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cartdesk.catalog.builder import index_of, read_catalog
from cartdesk.catalog.faults import Fault
from cartdesk.catalog.folder import look_into
from cartdesk.catalog.index import Index
from cartdesk.catalog.models import Models
from cartdesk.text import safe_text


def check_catalog(path: Path, now: datetime | None = None) -> list[Fault]:
    """Return everything that is wrong in the catalog at ``path``; nothing is a sound catalog."""
    try:
        folder = look_into(path)
    except OSError as error:
        what = f"the catalog cannot be opened: {(error.strerror or str(error)).lower()}"
        return [Fault(safe_text(str(path)), "", what, "Name a folder of TMF620 JSON files, or one such file", True)]
    index = Index(index_of(read_catalog(folder, now or datetime.now(UTC))))
    models = Models(index)
    for _ in _every_model(index, models):
        pass
    return [*index.faults, *models.faults]


def _every_model(index: Index, models: Models) -> Iterator[object]:
    """Load every resource once; what its model refuses is noted by the models."""
    for number in range(index.count):
        offering = models.offering(index.rows.ids[number])
        if offering is not None:
            yield models.prices_of(offering)
            yield models.characteristics_of(offering)
    for identity in index.prices.identities():
        yield models.price(identity)
    for identity in index.specifications.identities():
        yield models.specification(identity)
    yield models.promotions
