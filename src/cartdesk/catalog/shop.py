"""One index with everything made from it: the search, the models used so far, and prices that depend on the moment.

Held by ``catalog``, which puts another in its place when a better index is there. Any thread may use it.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from cartdesk.catalog.index import Index
from cartdesk.catalog.rows import OfferingRow
from cartdesk.tmf.rounding import RoundingLevel, RoundingPolicy

if TYPE_CHECKING:
    from cartdesk.catalog.barcodes import Barcodes
    from cartdesk.catalog.faults import Fault
    from cartdesk.catalog.models import Models
    from cartdesk.catalog.search import Search
    from cartdesk.catalog.timed import TimedPrices


class Shop:
    """An index and what is made from it. Each part is loaded when it is first needed: a first screen needs none of them."""

    def __init__(self, index: Index) -> None:
        self.index = index

    @cached_property
    def policy(self) -> RoundingPolicy:
        """How the catalog rounds."""
        mode, level = self.index.facts["rounding"]
        return RoundingPolicy(mode, RoundingLevel(level))

    @cached_property
    def search(self) -> Search:
        """Finds offerings by what is typed."""
        from cartdesk.catalog.search import Search

        return Search(self.index)

    @cached_property
    def barcodes(self) -> Barcodes:
        """Finds offerings by the number in their barcode."""
        from cartdesk.catalog.barcodes import Barcodes

        return Barcodes(self.index)

    @cached_property
    def models(self) -> Models:
        """The resources as models."""
        from cartdesk.catalog.models import Models

        return Models(self.index)

    @cached_property
    def _timed(self) -> TimedPrices:
        from cartdesk.catalog.timed import TimedPrices

        return TimedPrices(self.index, self.policy)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong, as far as it is known."""
        found = self.index.faults
        return (*found, *self.models.faults) if "models" in self.__dict__ else found

    def row(self, number: int, moment: datetime) -> OfferingRow:
        """Return one row as it is at ``moment``."""
        listing = None if self.index.is_listed_at(number, moment) else self._timed.listing(number, moment)
        return self.index.row(number, moment, listing)
