"""What the rules ask of an offering and of an item again and again, worked out once for each.

Called by ``rules`` and ``relations``. Offerings and items are frozen, so what was found out about one holds for as long as it is that very
object; a changed item is another object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.selling.bundles import Slot, slots_of
from cartdesk.selling.configuration import problems_of
from cartdesk.selling.shelf import EXCLUDES, REQUIRES, SHIPPING, Shelf, other_currency, relations, status_reason, validity_reason
from cartdesk.selling.terms import term_name
from cartdesk.text import safe_text
from cartdesk.tmf.cart import CartItem

if TYPE_CHECKING:
    from cartdesk.tmf.catalog import OfferingRelationship, ProductOffering, SpecificationCharacteristic
    from cartdesk.tmf.resource import Reference

K = TypeVar("K")
V = TypeVar("V")

Problem = tuple["SpecificationCharacteristic", Refused | None]


@dataclass(frozen=True, slots=True)
class OfferingFacts:
    """What the rules need of one offering."""

    offering: ProductOffering
    requirements: tuple[tuple[OfferingRelationship, ...], ...]
    """What it requires: of each group one is enough."""
    excludes: tuple[str, ...]
    shipping: tuple[str, ...]
    """The ids of the offerings that can deliver it."""
    slots: tuple[Slot, ...]
    terms: frozenset[str]
    """The names of its terms, in lower case."""
    currency: str | None
    """A currency of its prices that is not the catalog's."""
    status: str | None
    """Why it is not sold as a part, whatever the moment."""
    segments: tuple[tuple[str, str], ...] = ()
    """The market segments it is for, each as its folded id and its name; none is everybody."""
    channels: tuple[tuple[str, str], ...] = ()
    """The channels it is sold through, likewise; none is all of them."""
    most: int | None = None
    """How many of it one customer may have."""

    def why_not_sold(self, now: datetime, *, alone: bool) -> str | None:
        """Return why it cannot be sold at ``now``; see :func:`~cartdesk.selling.shelf.why_not_sold`."""
        if alone and self.offering.is_sellable is False:
            return tr("is not sold on its own")
        return (validity_reason(self.offering, now) if self.offering.valid_for is not None else None) or self.status


def facts_of(offering: ProductOffering, shelf: Shelf) -> OfferingFacts:
    """Return what the rules need of an offering of this catalog."""
    return _OFFERINGS.get(offering, lambda: _facts(offering, shelf))


def open_choices(item: CartItem, offering: ProductOffering, shelf: Shelf) -> tuple[Problem, ...]:
    """Return what an order cannot do with in an item's choices: see :func:`~cartdesk.selling.configuration.problems_of`."""
    of, problems = _ITEMS.get(item, lambda: (offering, tuple(problems_of(item, offering, shelf))))
    return problems if of is offering else tuple(problems_of(item, offering, shelf))


def _facts(offering: ProductOffering, shelf: Shelf) -> OfferingFacts:
    return OfferingFacts(
        offering=offering,
        requirements=_requirements(offering),
        excludes=tuple(relation.id or "" for relation in relations(offering, EXCLUDES)),
        shipping=tuple(dict.fromkeys(relation.id or "" for relation in relations(offering, SHIPPING))),
        slots=slots_of(offering),
        terms=frozenset(term_name(term).casefold() for term in offering.product_offering_term),
        currency=other_currency(offering, shelf),
        status=status_reason(offering),
        segments=_named(offering.market_segment),
        channels=_named(offering.channel),
        most=offering.maximum_per_customer if (offering.maximum_per_customer or 0) > 0 else None,
    )


def _named(references: Iterable[Reference]) -> tuple[tuple[str, str], ...]:
    """Return the folded id and the name of each reference, safe to show."""
    pairs = ((each.id or each.name or "", each.name or each.id or "") for each in references)
    return tuple((safe_text(key, 40).casefold(), safe_text(name, 40)) for key, name in pairs if key)


def _requirements(offering: ProductOffering) -> tuple[tuple[OfferingRelationship, ...], ...]:
    """Return what the offering requires: each relation for itself, except that those with one role are alternatives."""
    groups: dict[str, list[OfferingRelationship]] = {}
    for place, relation in enumerate(relations(offering, REQUIRES)):
        role = (relation.role or "").strip().casefold()
        groups.setdefault(role or f"\0{place}", []).append(relation)
    return tuple(map(tuple, groups.values()))


class ByIdentity(Generic[K, V]):
    """What was worked out for objects, by which object it is; forgotten all at once when it grows large."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: dict[int, tuple[K, V]] = {}

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return what is known of this very object, or make it."""
        found = self._kept.get(id(key))
        if found is not None and found[0] is key:
            return found[1]
        if len(self._kept) >= self._limit:
            self._kept.clear()
        value = make()
        self._kept[id(key)] = (key, value)
        return value

    def forget(self) -> None:
        """Forget everything now: whose it was has left."""
        self._kept.clear()


_OFFERINGS: ByIdentity[ProductOffering, OfferingFacts] = ByIdentity(4_096)
_ITEMS: ByIdentity[CartItem, tuple[ProductOffering, tuple[Problem, ...]]] = ByIdentity(8_192)
