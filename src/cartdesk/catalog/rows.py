"""What the catalog answers without loading a single model: rows of its list, shelves, filters, and the question itself.

Made by ``index`` and ``catalog``; shown by the screens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period

OfferingStatus = Literal["sold", "not yet", "no longer", "not sellable"]


class Listing(NamedTuple):
    """What an offering costs in a list."""

    one_off: Money | None = None
    recurring: Money | None = None
    period: Period | None = None
    from_price: bool = False
    usage: bool = False


@dataclass(frozen=True, slots=True)
class OfferingRow:
    """One line of the offerings' list. Amounts are list prices with tax for one, as its default choices make them."""

    number: int
    """Its place in the catalog, from 0; the same until the catalog is read anew."""
    id: str
    name: str
    one_off: Money | None
    """What is due now; None where there is no such price."""
    recurring: Money | None
    """What is charged every ``period``, before discounts."""
    period: Period | None
    from_price: bool
    """True where the amount is the lowest of several, and a choice decides."""
    usage: bool
    """True where something is charged by use."""
    bundle: bool
    term_months: int | None
    """How long it binds as it is offered first; None is not at all."""
    status: OfferingStatus
    """At the moment it was asked for."""
    detail: str
    """Its description, cut to one line."""
    category: str
    """The name of its first category, or nothing."""


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One shelf in the tree of categories, in the order it is shown."""

    id: str | None
    """None is all of them."""
    name: str
    parent: str | None
    depth: int
    """0 is the outermost."""
    count: int
    """How many offerings stand on it and on the shelves below it."""


@dataclass(frozen=True, slots=True)
class FilterRow:
    """One filter that can be switched on."""

    key: str
    label: str
    count: int
    """How many offerings of the whole catalog it lets through."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which offerings, in which order: those that match the text best come first."""

    text: str = ""
    category: str | None = None
    """A category's id; offerings below it count too."""
    filters: frozenset[str] = frozenset()
    """Keys of filters; all of them must hold."""
