"""Checks a whole catalog: every fault of every file, and every resource against its model.

Called by ``cartdesk catalog check``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from cartdesk.catalog.builder import index_of, read_catalog
from cartdesk.catalog.coverage import Coverage
from cartdesk.catalog.faults import Fault
from cartdesk.catalog.folder import look_into
from cartdesk.catalog.index import Index
from cartdesk.catalog.models import Models
from cartdesk.catalog.people import People
from cartdesk.text import safe_text

_PORTION = 2000
"""How many resources' models are in memory at once."""


def check_catalog(path: Path, now: datetime | None = None) -> list[Fault]:
    """Return everything that is wrong in the catalog at ``path``; nothing is a sound catalog."""
    try:
        folder = look_into(path)
    except OSError as error:
        what = f"the catalog cannot be opened: {(error.strerror or str(error)).lower()}"
        return [Fault(safe_text(str(path)), "", what, "Name a folder of TMF620 JSON files, or one such file", True)]
    index = Index(index_of(read_catalog(folder, now or datetime.now(UTC))))
    faults = list(index.faults)
    for asked in _in_portions(_questions(index)):
        # Each portion's models are forgotten before the next, so that a large catalog needs no more room than a small one.
        models = Models(index)
        for ask in asked:
            ask(models)
        faults.extend(models.faults)
    for companion in (People, Coverage):
        faults.extend(companion(path, lambda code: index.offerings.number(code) is not None).faults)
    return list(dict.fromkeys(faults))


def _questions(index: Index) -> Iterator[Callable[[Models], object]]:
    """Yield what loads every resource once; what its model refuses is noted by the models."""
    for number in range(index.count):
        yield partial(_load_offering, index.rows.ids[number])
    for identity in index.prices.identities():
        yield partial(_load_price, identity)
    for identity in index.specifications.identities():
        yield partial(_load_specification, identity)
    yield lambda models: models.promotions


def _load_offering(identity: str, models: Models) -> None:
    offering = models.offering(identity)
    if offering is not None:
        models.prices_of(offering)
        models.characteristics_of(offering)


def _load_price(identity: str, models: Models) -> None:
    models.price(identity)


def _load_specification(identity: str, models: Models) -> None:
    models.specification(identity)


def _in_portions(questions: Iterator[Callable[[Models], object]]) -> Iterator[list[Callable[[Models], object]]]:
    while portion := list(islice(questions, _PORTION)):
        yield portion
