"""What selling needs of a catalog, and what it asks an offering: is it sold, what does it go with.

Called by every other file of this room; ``cartdesk.catalog.Catalog`` is a :class:`Shelf`, and so is a small fake in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from cartdesk.errors import Mend, Refused
from cartdesk.language import message, tr
from cartdesk.pricing.priced import PriceBook
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.tmf.catalog import OfferingRelationship, ProductOffering, ProductSpecification, SpecificationCharacteristic

REQUIRES = "requires"
EXCLUDES = "excludes"
SHIPPING = "shipping"
UPGRADE = "upgrade"

_NOT_YET = frozenset({"instudy", "indesign", "intest", "planned"})
_NO_LONGER = frozenset({"retired", "obsolete", "rejected", "inactive", "withdrawn"})
_PLAIN_CODE = re.compile(r"\w[\w.]*(?:-[\w.]+)*")
_LETTER_AND_NUMBER = re.compile(r"[^\W\d]\d*")
_ENTRY_WORDS = frozenset(
    {
        "bill", "carts", "checkout", "compare", "copy", "discard", "help", "history", "hold", "info", "label", "mend", "merge", "new",
        "open", "order", "orders", "products", "quit", "receipt", "redo", "restore", "settings", "tax", "themes", "undo", "why", "yes",
    }
)  # fmt: skip


class Shelved(Protocol):
    """A row of the catalog's list, as far as selling looks."""

    @property
    def id(self) -> str:
        """The offering's id, which is its entry."""
        ...

    @property
    def name(self) -> str:
        """The offering's name."""
        ...


class Shelf(PriceBook, Protocol):
    """What selling needs of a catalog beyond its prices."""

    def find(self, code: str) -> Shelved | None:
        """Return the offering an entry means, whatever its case."""
        ...

    def specification(self, specification_id: str) -> ProductSpecification | None:
        """Return a specification by its id."""
        ...

    def characteristics_of(self, offering: ProductOffering) -> tuple[SpecificationCharacteristic, ...]:
        """Return what can be set on the offering: its specification's characteristics, narrowed by its own."""
        ...


def name_of(offering: ProductOffering) -> str:
    """Return the offering's name, safe to show; its id where it has none."""
    return safe_text(offering.name or offering.id or tr("an offering without a name"), 120)


def add_entry(offering_id: str) -> str | None:
    """Return the entry that adds an offering and can mean nothing else; None for an id that cannot be typed.

    A code that could be read as another entry (``U``, ``B15``, ``copy``) is written as ``1*U``.
    """
    if not _PLAIN_CODE.fullmatch(offering_id):
        return None
    return f"1*{offering_id}" if _LETTER_AND_NUMBER.fullmatch(offering_id) or offering_id.lower() in _ENTRY_WORDS else offering_id


ADD = message("Add {name}")


def add_mends(offerings: Iterable[ProductOffering], words: str = ADD) -> tuple[Mend, ...]:
    """Return the ways out that add one of these offerings, in words that hold its ``{name}``."""
    entries = ((each, add_entry(each.id or "")) for each in offerings)
    return tuple(Mend(tr(words, name=name_of(each)), entry) for each, entry in entries if entry is not None)


def why_not_sold(offering: ProductOffering, now: datetime, *, alone: bool = True) -> str | None:
    """Return why the offering cannot be sold at ``now``, as the end of a sentence; None when it can.

    Args:
        offering: which one.
        now: the moment.
        alone: whether it is sold by itself, rather than as a part of a bundle.
    """
    if alone and offering.is_sellable is False:
        return tr("is not sold on its own")
    return validity_reason(offering, now) or status_reason(offering)


def validity_reason(offering: ProductOffering, now: datetime) -> str | None:
    """Return how ``now`` lies outside the time an offering is sold in; None where it lies within."""
    period = offering.valid_for
    if period is not None and period.start_date_time is not None and now < period.start_date_time:
        return tr("is not sold before {day}", day=period.start_date_time.date().isoformat())
    if period is not None and period.end_date_time is not None and period.end_date_time < now:
        return tr("is no longer sold since {day}", day=period.end_date_time.date().isoformat())
    return None


def status_reason(offering: ProductOffering) -> str | None:
    """Return why an offering's status keeps it from being sold; None where it does not, or says nothing known."""
    status = "".join(character for character in (offering.lifecycle_status or "").lower() if character.isalpha())
    if status in _NOT_YET:
        return tr("is not sold yet")
    return tr("is no longer sold") if status in _NO_LONGER else None


def refuse_not_sold(offering: ProductOffering, shelf: Shelf, now: datetime) -> None:
    """Refuse an offering that is not sold at ``now``; what replaces it is offered.

    Raises:
        Refused: not yet, no longer, or never sold on its own.
    """
    why = why_not_sold(offering, now)
    if why is not None:
        raise Refused(f"{name_of(offering)} {why}.", *replacements(offering, shelf, now))


def replacements(offering: ProductOffering, shelf: Shelf, now: datetime) -> tuple[Mend, ...]:
    """Return what can be sold at ``now`` in the offering's place, by its ``upgrade`` relations."""
    found = (shelf.offering(relation.id) for relation in relations(offering, UPGRADE) if relation.id)
    return add_mends(each for each in found if each is not None and why_not_sold(each, now) is None)


def relations(offering: ProductOffering, kind: str) -> Iterator[OfferingRelationship]:
    """Yield the offering's relations of one kind, whatever the case of its name."""
    for relation in offering.product_offering_relationship:
        if (relation.relationship_type or "").strip().lower() == kind and relation.id:
            yield relation


def refuse_other_currency(offering: ProductOffering, shelf: Shelf) -> None:
    """Refuse an offering priced in another currency than the cart's, which is the catalog's.

    Raises:
        Refused: names both currencies.
    """
    other = other_currency(offering, shelf)
    if other is not None:
        raise Refused(
            tr(
                "{name} is priced in {other}; this cart is in {currency}, and a cart has one currency.",
                name=name_of(offering),
                other=other,
                currency=shelf.currency,
            )
        )


def other_currency(offering: ProductOffering, shelf: Shelf) -> str | None:
    """Return the foreign currency among the offering's prices, or None."""
    for price in shelf.prices_of(offering):
        if price.price is None:
            continue
        for money in (price.price.duty_free_amount, price.price.tax_included_amount):
            if money is not None and money.currency != shelf.currency:
                return safe_text(money.currency, 12)
    return None
