"""The index as it is asked: rows, shelves, filters, and sets of offerings as bits.

Read by ``search`` and ``catalog``; made by ``builder``. Nothing in it changes, so any thread may read it.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from cartdesk.catalog.columns import BUNDLE, FREE, ONCE, USAGE, Rows, ticks
from cartdesk.catalog.container import Container
from cartdesk.catalog.documents import Kept
from cartdesk.catalog.faults import Fault
from cartdesk.catalog.postings import Postings, Prefixes, as_bits
from cartdesk.catalog.records import Records
from cartdesk.catalog.rows import CategoryRow, FilterRow, Listing, OfferingRow, OfferingStatus
from cartdesk.language import message, tr

STATUSES: tuple[OfferingStatus, ...] = ("sold", "not yet", "no longer", "not sellable")
"""What the numbers mean that ``offerings.lifecycle`` gives."""

_SOLD, _NOT_YET, _NO_LONGER = range(3)
_DAY, _NEW, _SOON = timedelta(days=1), timedelta(days=60), timedelta(days=30)
_MARKED = {"no-contract": FREE, "bundle": BUNDLE, "once": ONCE, "usage": USAGE}
_LABELS = {
    "available": message("Available now"),
    "no-contract": message("No contract"),
    "bundle": message("Bundles"),
    "once": message("Paid once"),
    "usage": message("Charged by use"),
    "new": message("New"),
    "ending": message("Ends soon"),
}


class _Times(NamedTuple):
    """Sets that depend on the moment, and between which moments they hold."""

    since: int
    until: int
    sold: int
    new: int
    ending: int


class Index:
    """Everything about a catalog but the resources themselves, which are in it as bytes."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self.facts: dict[str, Any] = container.facts
        self.count: int = container.facts["count"]
        self.rows = Rows(container)
        kept = Kept(container)
        self.offerings = Records(container, "offering", kept)
        self.prices = Records(container, "price", kept)
        self.specifications = Records(container, "specification", kept)
        self.promotions = Records(container, "promotion", kept)
        self.first = Prefixes(container, "first", self.count)
        self.names = Prefixes(container, "names", self.count)
        self.details = Prefixes(container, "details", self.count)
        self.ids = Prefixes(container, "ids", self.count)
        self.lengths = Postings(container, "lengths", self.count)
        self._standing = Postings(container, "shelf", self.count)
        self.shelves: list[tuple[str, str, str | None]] = [tuple(each) for each in container.facts["shelves"]]
        """The id, name and parent of each category, in the catalog's order."""
        self._times: _Times | None = None

    @cached_property
    def everything(self) -> int:
        """All offerings."""
        return (1 << self.count) - 1

    @cached_property
    def all_ids(self) -> list[str]:
        """Every offering's id as search compares it."""
        return self.ids.whole.words.all()

    def spelling(self) -> list[str]:
        """Return the words of names that typing mistakes are looked for in: those of letters only."""
        return str(self._container.section("spelling"), "utf-8").split("\n")

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong in the catalog."""
        return tuple(Fault(*each) for each in json.loads(bytes(self._container.section("faults"))))

    def row(self, number: int, moment: datetime, listing: Listing | None = None) -> OfferingRow:
        """Return one row as it is at ``moment``.

        Args:
            number: the offering's number.
            moment: for its status.
            listing: what it costs then, where that depends on the moment.
        """
        rows = self.rows
        costs = listing or rows.listing(number)
        shelf = rows.shelves[number]
        return OfferingRow(
            number=number,
            id=rows.ids[number],
            name=rows.names[number],
            one_off=costs.one_off,
            recurring=costs.recurring,
            period=costs.period,
            from_price=costs.from_price,
            usage=costs.usage,
            bundle=bool(rows.marks[number] & BUNDLE),
            term_months=rows.terms[number] or None,
            status=self._status(number, ticks(moment)),
            detail=rows.details[number],
            category=self.shelves[shelf - 1][1] if shelf else "",
        )

    def is_listed_at(self, number: int, moment: datetime) -> bool:
        """Say whether what the list says an offering costs is right at ``moment``."""
        return self.rows.is_listed_at(number, ticks(moment))

    def _status(self, number: int, now: int) -> OfferingStatus:
        status = self.rows.status[number]
        if status == _SOLD:
            if now < self.rows.starts[number]:
                status = _NOT_YET
            elif self.rows.ends[number] < now:
                status = _NO_LONGER
        return STATUSES[status]

    def on_shelf(self, category: str) -> int:
        """Return the offerings of a category and of those below it."""
        return self._standing.exact(category)

    @cached_property
    def categories(self) -> tuple[CategoryRow, ...]:
        """The tree of categories as it is shown, "All" first."""
        rows = [CategoryRow(None, "All", None, 0, self.count)]
        below: dict[str | None, list[tuple[str, str]]] = {}
        for identity, name, parent in self.shelves:
            below.setdefault(parent, []).append((identity, name))
        waiting: list[tuple[str, str, str | None, int]] = [(*each, None, 0) for each in reversed(below.get(None, ()))]
        while waiting:
            identity, name, parent, depth = waiting.pop()
            rows.append(CategoryRow(identity, name, parent, depth, self.on_shelf(identity).bit_count()))
            waiting.extend((*each, identity, depth + 1) for each in reversed(below.get(identity, ())))
        return tuple(rows)

    def filter_rows(self, moment: datetime) -> tuple[FilterRow, ...]:
        """Return the filters that let something through."""
        counted = ((key, self.filtered(key, moment).bit_count()) for key in _LABELS)
        return tuple(FilterRow(key, tr(_LABELS[key]), count) for key, count in counted if count)

    def filtered(self, key: str, moment: datetime) -> int:
        """Return the offerings that a filter lets through; one that is not known lets all through."""
        mark = _MARKED.get(key)
        if mark is not None:
            return self._marked[mark]
        times = self.times(moment)
        return {"available": times.sold, "new": times.new, "ending": times.ending}.get(key, self.everything)

    @cached_property
    def _marked(self) -> dict[int, int]:
        return {mark: _flags(self.rows.marks, (byte for byte in range(256) if byte & mark)) for mark in _MARKED.values()}

    def times(self, moment: datetime) -> _Times:
        """Return the sets that depend on the moment; they are worked out again only when one of them changes."""
        now = ticks(moment)
        times = self._times
        if times is None or not times.since <= now < times.until:
            times = self._times = self._times_at(moment)
        return times

    def _times_at(self, moment: datetime) -> _Times:
        now = ticks(moment)
        midnight = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
        starts, starting = self.rows.by_start
        ends, ending = self.rows.by_end
        begun, over = bisect_right(starts, now), bisect_left(ends, now)
        out = as_bits(starting[begun:], self.count) | as_bits(ending[:over], self.count)
        sold = _flags(self.rows.status, (_SOLD,)) & ~out
        new, soon = bisect_left(starts, ticks(midnight - _NEW)), bisect_right(ends, ticks(midnight + _SOON))
        edges = [ticks(midnight + _DAY), *starts[begun : begun + 1], *(end + 1 for end in ends[over : over + 1])]
        return _Times(
            since=now,
            until=min(edges),
            sold=sold,
            new=as_bits(starting[new:begun], self.count) & sold,
            ending=as_bits(ending[over:soon], self.count) & sold,
        )

    def close(self) -> None:
        """Let go of the file behind it."""
        self._container.close()


def _flags(column: memoryview, wanted: Iterable[int]) -> int:
    """Return which bytes of a column are among ``wanted``, one bit each."""
    chosen = set(wanted)
    table = bytes(49 if byte in chosen else 48 for byte in range(256))
    digits = bytes(column).translate(table)[::-1]
    return int(digits, 2) if digits else 0
