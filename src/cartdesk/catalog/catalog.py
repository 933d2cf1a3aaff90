"""The open catalog: what the desk, the rules and the prices ask of it.

Made by ``opening``. It answers lists and searches from its index, and loads a model only when a resource is first used. It is a
``pricing.PriceBook`` and may be read by any thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cartdesk.catalog.container import Unfit
from cartdesk.catalog.faults import Fault, shown
from cartdesk.catalog.hits import Hits
from cartdesk.catalog.index import Index
from cartdesk.catalog.rows import CategoryRow, FilterRow, OfferingRow, Query
from cartdesk.catalog.shop import Shop
from cartdesk.language import locale_of, tr
from cartdesk.tmf.rounding import RoundingPolicy

if TYPE_CHECKING:
    from cartdesk.catalog.coverage import Coverage
    from cartdesk.catalog.people import People
    from cartdesk.tmf.catalog import ProductOffering, ProductOfferingPrice, ProductSpecification, Promotion, SpecificationCharacteristic
    from cartdesk.tmf.customer import KnownCustomer

_Answer = TypeVar("_Answer")

HERE = "here:"
"""How the key of a filter begins that lets through what can be delivered to the post code behind it."""

_BARCODE = frozenset({8, 12, 13, 14})
"""How many digits a barcode's number has."""
_CLOSEST = 55
"""How alike, in percent, an id must be to be suggested."""


class Catalog:
    """A shop's offerings.

    While a large catalog is being read for the first time, ``ready`` is false: what has been read so far can be browsed and sold, and the
    numbers of rows change when the rest is there.
    """

    def __init__(self, path: Path, index: Index, now: Callable[[], datetime], rebuild: Callable[[], Index], *, ready: bool = True) -> None:
        self.path = path
        """The folder or file it was opened from."""
        self._now = now
        self._rebuild = rebuild
        self._shop = Shop(index)
        self._lock = threading.Lock()
        self._finished = threading.Event()
        self._progress = 0.0
        self._fault: Fault | None = None
        self._waiting: list[Callable[[], None]] = []
        self._closing: list[Callable[[], None]] = []
        if ready:
            self._finished.set()

    # What it is

    @property
    def name(self) -> str:
        """The shop's name."""
        return str(self._shop.index.facts["name"])

    @property
    def currency(self) -> str:
        """The ISO 4217 code of the catalog's prices; single offerings may be in another."""
        return str(self._shop.index.facts["currency"])

    @property
    def policy(self) -> RoundingPolicy:
        """How the catalog rounds."""
        return self._shop.policy

    @property
    def locale(self) -> str:
        """How numbers and dates are written, as a CLDR locale: the spoken language's, or in English the one that ``catalog.json`` names."""
        return locale_of(str(self._shop.index.facts["locale"]))

    @property
    def terms(self) -> dict[str, Any]:
        """The texts that ``catalog.json`` has under ``terms``."""
        return dict(self._shop.index.facts["terms"])

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong in the catalog's files."""
        return self._shop.faults if self._fault is None else (*self._shop.faults, self._fault)

    @property
    def left_out(self) -> int:
        """How many offerings are not in the shop because of a fault."""
        return int(self._shop.index.facts["left_out"])

    def __len__(self) -> int:
        return self._shop.index.count

    # Lists

    def row(self, number: int) -> OfferingRow:
        """Return the row of an offering by its number, from 0.

        Raises:
            IndexError: there are not so many.
        """
        if not 0 <= number < len(self):
            raise IndexError(f"there is no offering number {number}")
        return self._whole(lambda shop: shop.row(number, self._now()))

    def number(self, offering_id: str) -> int | None:
        """Return the number of the offering with exactly this id."""
        return self._shop.index.offerings.number(offering_id)

    def find(self, code: str) -> OfferingRow | None:
        """Return the offering an entry means: by its id in any case, else by its barcode's number or its name where only one has it."""
        wanted = code.strip()
        index = self._shop.index
        exact = index.offerings.number(wanted)
        numbers = [exact] if exact is not None else index.offerings.numbers_like(wanted)
        if not numbers and len(wanted) in _BARCODE and wanted.isdigit():
            numbers = self._whole(lambda shop: shop.barcodes.numbers(wanted))
        if not numbers and wanted:
            numbers = self._shop.search.named(wanted)
        return self.row(numbers[0]) if len(numbers) == 1 else None

    def suggest(self, code: str, limit: int = 5) -> list[OfferingRow]:
        """Return offerings that may have been meant by an entry that none is found for, the likeliest first."""
        from rapidfuzz.fuzz import ratio
        from rapidfuzz.process import extract

        from cartdesk.catalog.words import fold

        index = self._shop.index
        wanted = fold(code).replace(" ", "")
        numbers: list[int] = []
        for identity, _, _ in extract(wanted, index.all_ids, scorer=ratio, score_cutoff=_CLOSEST, limit=limit):
            numbers.extend(Hits([index.ids.exact(identity)], index.count))
        numbers.extend(self.rows(Query(code))[:limit])
        return [self.row(number) for number in list(dict.fromkeys(numbers))[:limit]]

    def rows(self, query: Query) -> Sequence[int]:
        """Return the numbers of the offerings a question finds: the best first, or in the catalog's order where nothing is typed."""
        shop = self._shop
        index = shop.index
        moment = self._now()
        text = query.text.strip()
        if not text and query.category is None and not query.filters:
            return range(index.count)
        within = index.everything if query.category is None else index.on_shelf(query.category)
        for key in query.filters:
            within &= self._deliverable(key) if key.startswith(HERE) else index.filtered(key, moment)
        return Hits(shop.search.find(text, within, moment) if text else [within], index.count)

    @property
    def categories(self) -> tuple[CategoryRow, ...]:
        """The tree of categories in the order it is shown, "All" first."""
        return self._shop.index.categories

    @property
    def filters(self) -> tuple[FilterRow, ...]:
        """The filters that let something through."""
        return self._shop.index.filter_rows(self._now())

    # Resources

    def offering(self, offering_id: str) -> ProductOffering | None:
        """Return an offering by its id."""
        return self._whole(lambda shop: shop.models.offering(offering_id))

    def prices_of(self, offering: ProductOffering) -> tuple[ProductOfferingPrice, ...]:
        """Return the offering's own prices, in its order; alterations are not among them."""
        return self._whole(lambda shop: shop.models.prices_of(offering))

    def price(self, price_id: str) -> ProductOfferingPrice | None:
        """Return a price or an alteration by its id."""
        return self._whole(lambda shop: shop.models.price(price_id))

    def specification(self, specification_id: str) -> ProductSpecification | None:
        """Return a specification by its id."""
        return self._whole(lambda shop: shop.models.specification(specification_id))

    def characteristics_of(self, offering: ProductOffering) -> tuple[SpecificationCharacteristic, ...]:
        """Return what can be set on the offering: its specification's characteristics, narrowed by its own use of them."""
        return self._whole(lambda shop: shop.models.characteristics_of(offering))

    def promotion(self, code: str) -> Promotion | None:
        """Return the promotion with this code, whatever its case."""
        return self._whole(lambda shop: shop.models.promotions).get(code.strip().casefold())

    def promotions(self) -> tuple[Promotion, ...]:
        """Return all promotions."""
        return tuple(self._whole(lambda shop: shop.models.promotions).values())

    # Who buys

    def customers(self) -> tuple[KnownCustomer, ...]:
        """Return the customers that come with the catalog, with what they own and their accounts; none where it has no such file."""
        return self._people.customers

    def customer(self, customer_id: str) -> KnownCustomer | None:
        """Return one of them by their id."""
        return next((each for each in self.customers() if each.id == customer_id), None)

    @cached_property
    def _people(self) -> People:
        from cartdesk.catalog.people import People

        return People(self.path, lambda code: self.number(code) is not None)

    @cached_property
    def coverage(self) -> Coverage:
        """What can be delivered where; says yes to everything where the catalog has no such file."""
        from cartdesk.catalog.coverage import Coverage

        return Coverage(self.path, lambda code: self.number(code) is not None)

    def here(self, post_code: str) -> FilterRow | None:
        """Return the filter for what can be delivered to a post code; None where nothing is known of it."""
        if self.coverage.area(post_code) is None:
            return None
        key = f"{HERE}{post_code}"
        return FilterRow(key, tr("Here ({post_code})", post_code=shown(post_code, 12)), self._deliverable(key).bit_count())

    def _deliverable(self, key: str) -> int:
        index = self._shop.index
        out = 0
        for code in self.coverage.undeliverable(key.removeprefix(HERE)):
            number = index.offerings.number(code)
            if number is not None:
                out |= 1 << number
        return index.everything & ~out

    def _whole(self, ask: Callable[[Shop], _Answer]) -> _Answer:
        """Ask the shop; where the kept index turns out to be damaged, make it anew from the files and ask again."""
        shop = self._shop
        try:
            return ask(shop)
        except Unfit:
            with self._lock:
                if self._shop is shop:
                    self._shop = Shop(self._rebuild())
        return ask(self._shop)

    # While it is being read

    @property
    def ready(self) -> bool:
        """False while a large catalog is still being read."""
        return self._finished.is_set()

    @property
    def progress(self) -> float:
        """How much has been read, from 0 to 1."""
        return 1.0 if self.ready else self._progress

    def wait_ready(self, timeout: float | None = None) -> bool:
        """Wait until everything is read; returns whether it is."""
        return self._finished.wait(timeout)

    def on_ready(self, callback: Callable[[], None]) -> None:
        """Call back once everything is read, from another thread; at once where it already is."""
        with self._lock:
            if not self._finished.is_set():
                self._waiting.append(callback)
                return
        callback()

    def read_so_far(self, progress: float, index: Index | None = None) -> None:
        """Take note of how much is read, and show what there is; called by whoever reads the catalog."""
        with self._lock:
            self._progress = progress
            if index is not None:
                self._shop = Shop(index)

    def finish(self, index: Index | None, fault: Fault | None = None) -> None:
        """Show the whole catalog from now on, or what there is where the rest cannot be read. Called by whoever reads the catalog."""
        with self._lock:
            self._fault = fault
            if index is not None:
                self._shop = Shop(index)
            self._finished.set()
            waiting, self._waiting = self._waiting, []
        for callback in waiting:
            callback()

    def on_close(self, callback: Callable[[], None]) -> None:
        """Call back when the catalog is closed."""
        self._closing.append(callback)

    def close(self) -> None:
        """Stop reading and let go of the files; nothing may be asked of it afterwards."""
        for callback in self._closing:
            callback()
        self._closing.clear()
        self._shop.index.close()
