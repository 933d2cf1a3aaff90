"""Everything a catalog's files hold, read once: prices, shelves and offerings as small records, their JSON kept as bytes.

Filled by ``reading``, joined up by ``links``, and turned into an index by ``builder``; it is gone once the index is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from cartdesk.catalog.columns import ALWAYS, Window
from cartdesk.catalog.documents import Documents
from cartdesk.catalog.faults import Fault
from cartdesk.catalog.listing import Charge, Choices
from cartdesk.catalog.parts import Part
from cartdesk.catalog.rows import Listing
from cartdesk.tmf.rounding import RoundingPolicy

Json = dict[str, Any]


class Place(NamedTuple):
    """Where a resource stands in the catalog's files."""

    file: str
    path: str


@dataclass(slots=True)
class PriceRecord:
    """One price or discount."""

    place: Place
    document: int
    """The number of its bytes among the stock's documents."""
    inside: int
    """Which of the prices in these bytes it is, as ``normal.price_inside`` counts."""
    charge: Charge | None
    """None for a price that cannot be used."""


@dataclass(slots=True, eq=False)
class Goods:
    """One offering as the index needs it."""

    place: Place
    document: int
    id: str
    name: str
    detail: str
    status: int
    """Its place in ``index.STATUSES``, as far as it does not depend on the moment."""
    starts: datetime | None
    ends: datetime | None
    term_months: int | None
    shortest_term: int
    """The months of its shortest term; 0 where it binds nobody."""
    shelves: tuple[str, ...]
    """The ids of its categories."""
    parts: tuple[Part, ...]
    relations: tuple[tuple[int, str, str], ...]
    """Its links to other offerings: the place in the list, the kind, the id."""
    bundle: bool
    sound: bool
    listing: Listing = field(default_factory=Listing)
    window: Window = ALWAYS
    """When ``listing`` is right."""
    whole: bool = False
    """Whether a bundle's price has its mandatory children in it."""


@dataclass(slots=True)
class Shelf:
    """One category."""

    place: Place
    id: str
    name: str
    parent: str | None
    below: tuple[str, ...]
    offerings: tuple[str, ...]


@dataclass(slots=True)
class Specification:
    """A product specification."""

    place: Place
    document: int
    id: str
    choices: Choices
    """What its characteristics leave to choose."""


@dataclass(slots=True)
class PromotionRecord:
    """A promotion."""

    place: Place
    document: int
    id: str
    value: Json


@dataclass(slots=True)
class Settings:
    """What ``catalog.json`` says, or what stands in for it."""

    name: str
    currency: str | None = None
    policy: RoundingPolicy = field(default_factory=RoundingPolicy)
    locale: str = "en"
    terms: Json = field(default_factory=dict)


@dataclass(slots=True)
class Stock:
    """All of a catalog."""

    settings: Settings
    moment: datetime
    """The moment that list prices are worked out for."""
    documents: Documents = field(default_factory=Documents)
    goods: list[Goods] = field(default_factory=list)
    by_id: dict[str, int] = field(default_factory=dict)
    """Offering id to its place in ``goods``."""
    prices: dict[str, PriceRecord] = field(default_factory=dict)
    shelves: dict[str, Shelf] = field(default_factory=dict)
    specifications: dict[str, Specification] = field(default_factory=dict)
    promotions: dict[str, PromotionRecord] = field(default_factory=dict)
    shelf_names: dict[str, str] = field(default_factory=dict)
    """What offerings call their categories, for a catalog that has no category file."""
    sums: dict[str, str] = field(default_factory=dict)
    """What tells the content of each file that was read, by its name."""
    faults: list[Fault] = field(default_factory=list)
    left_out: int = 0
    """How many offerings are not in the shop because of a fault."""

    def fault(self, place: Place, what: str, mend: str, *, left_out: bool = False, at: str = "") -> None:
        """Note a fault."""
        self.faults.append(Fault(place.file, place.path + at, what, mend, left_out))
