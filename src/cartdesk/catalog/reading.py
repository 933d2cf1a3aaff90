"""Reads a catalog's files into a :class:`~cartdesk.catalog.stock.Stock`, one resource after the other, whatever is wrong with the others.

Called by ``builder``. Prices and specifications come first, so that each offering's list price is known as soon as it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Any

from cartdesk.catalog.faults import Fault, Issue, as_faults, shown
from cartdesk.catalog.folder import Folder, Source, content_sum, read
from cartdesk.catalog.offerings import read_offering
from cartdesk.catalog.scan import Element, ScanError, Unusable, elements, is_clean, scrub
from cartdesk.catalog.shelving import read_category, read_price, read_promotion, read_settings, read_specification
from cartdesk.catalog.stock import Json, Place, Stock

ORDER = ("settings", "price", "specification", "category", "promotion", "any", "offering")
"""In which order files are read: what an offering points to comes before it."""

Progress = Callable[[int], None]
"""Is told how many bytes have been read so far."""

_TASTE = {"offering": 1000}
_TASTE_OTHERS = 3000
"""How many resources of a kind are read for a first look."""

_TAKERS = {
    "offering": read_offering,
    "price": read_price,
    "specification": read_specification,
    "category": read_category,
    "promotion": read_promotion,
    "settings": read_settings,
}


def read_folder(folder: Folder, stock: Stock, progress: Progress = lambda done: None, *, tasting: bool = False) -> None:
    """Read every file of ``folder`` into ``stock``, or, ``tasting``, the beginning of the first file of each kind."""
    stock.faults.extend(folder.faults)
    done = 0
    tasted = set()
    for source in sorted(folder.sources, key=lambda each: ORDER.index(each.kind)):
        if tasting and source.kind in tasted:
            continue
        tasted.add(source.kind)
        _Reader(source, stock, partial(_further, progress, done)).read(_TASTE.get(source.kind, _TASTE_OTHERS) if tasting else None)
        done += source.stamp.size
    progress(done)
    if not stock.goods and not stock.left_out:
        what = "there is no offering in it" if folder.sources else "there is no catalog file in it"
        stock.faults.append(Fault(".", "", what, "Put files named productOffering….json into it", True))


def _further(progress: Progress, before: int, characters: int) -> None:
    progress(before + characters)


class _Reader:
    """Reads one file."""

    def __init__(self, source: Source, stock: Stock, progress: Progress) -> None:
        self._source = source
        self._stock = stock
        self._progress = progress
        self._held: list[tuple[Json, str, Place, list[Issue]]] = []
        """Offerings that wait until the file's prices are read, in a catalog of one file."""
        self._clean = False
        self._made = 0

    def read(self, at_most: int | None = None) -> None:
        """Read it all, or so many resources."""
        text = self._text()
        if text is None:
            return
        self._clean = is_clean(text)
        self._made = Unusable.made
        issues: list[Issue] = []
        try:
            for number, element in enumerate(islice(elements(text, issues), at_most)):
                self._take(element, text)
                if not number % 500:
                    self._progress(element.end)
        except ScanError as error:
            self._fault(error.path, error.what, error.mend)
        self._stock.faults.extend(as_faults(self._source.name, "", issues))
        for value, part, place, wrong in self._held:
            read_offering(value, part, place, self._stock, wrong)

    def _text(self) -> str | None:
        try:
            raw = read(self._source)
        except OSError as error:
            self._fault("", f"the file cannot be read: {error.strerror or error}", "Put a readable file in its place")
            return None
        self._stock.sums[self._source.stamp.name] = content_sum(raw)
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self._fault("", f"the file is not UTF-8 text: byte {error.start} cannot be read", "Save it as UTF-8", left_out=False)
        return raw.decode("utf-8-sig", "replace")

    def _take(self, element: Element, text: str) -> None:
        value: Any = element.value
        kind = self._source.kind if self._source.kind != "any" else element.kind or guessed_kind(value)
        if not isinstance(value, dict):
            what = f"{shown(value)!r} stands where an object should be"
            self._fault(element.path, what, "Write {…} with at least an id and a name")
            return
        part = text[element.start : element.end]
        made, self._made = self._made, Unusable.made
        issues: list[Issue] = []
        if made != self._made or not (self._clean or is_clean(part)):
            value = scrub(value, issues)
        place = Place(self._source.name, element.path)
        if kind == "offering" and self._source.kind == "any":
            self._held.append((value, part, place, issues))
        else:
            _TAKERS[kind](value, part, place, self._stock, issues)

    def _fault(self, path: str, what: str, mend: str, *, left_out: bool = True) -> None:
        self._stock.faults.append(Fault(self._source.name, path, what, mend, left_out))


def guessed_kind(value: Any) -> str:
    """Return what a resource in a catalog of one file is, by its type or by the members that only one kind has."""
    if not isinstance(value, dict):
        return "offering"
    named = str(value.get("@type", ""))
    if "OfferingPrice" in named or ("priceType" in value and "productOfferingPrice" not in value):
        return "price"
    if named.endswith("Specification") or "productSpecCharacteristic" in value:
        return "specification"
    if named == "Category" or value.keys() & {"isRoot", "parentId", "subCategory"}:
        return "category"
    if named == "Promotion" or ("code" in value and "productOfferingPrice" not in value):
        return "promotion"
    return "offering"
