"""What offerings cost whose price is worked out when it is asked for: prices that hold from or to some day, and bundles of several.

Held by ``shop`` for the rows of the list.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from cartdesk.catalog.index import Index
from cartdesk.catalog.listing import (
    Charge,
    Choices,
    add,
    charge_of,
    choices_from,
    choices_of,
    covered_by,
    for_quantity,
    is_priced_as_a_whole,
    list_price,
)
from cartdesk.catalog.normal import normal_offering, normal_specification, price_inside
from cartdesk.catalog.parts import Part, parts_of
from cartdesk.catalog.rows import Listing
from cartdesk.catalog.scan import decode
from cartdesk.tmf.rounding import RoundingPolicy

_DEEPEST = 20
"""How deep bundles may nest before their list price is taken as it was read."""


class _Priced(NamedTuple):
    """What an offering whose price is worked out when it is asked for is made of."""

    charges: list[Charge]
    choices: Choices
    parts: tuple[Part, ...]


class TimedPrices:
    """Works out list prices for a moment."""

    def __init__(self, index: Index, policy: RoundingPolicy) -> None:
        self._index = index
        self._policy = policy
        self._known: dict[int, _Priced] = {}

    def listing(self, number: int, moment: datetime) -> Listing:
        """Return what an offering costs in the list at ``moment``."""
        return self._listing(number, moment, 1, frozenset())

    def _listing(self, number: int, moment: datetime, quantity: int, covered: frozenset[str], depth: int = 0) -> Listing:
        """Return what a quantity of an offering costs at ``moment``, worked out from its prices but those a bundle's price covers."""
        if depth > _DEEPEST or (not covered and quantity == 1 and self._index.is_listed_at(number, moment)):
            return self._index.rows.listing(number)
        priced = self._known.get(number)
        if priced is None:
            priced = self._known.setdefault(number, self._priced(number))
        charges = [for_quantity(each, quantity, self._policy) for each in priced.charges if each.id not in covered]
        total = list_price(charges, priced.choices, moment)
        whole = is_priced_as_a_whole(priced.charges)
        covered |= covered_by(each for each in charges if each.holds(moment))
        for part in priced.parts:
            child = self._index.offerings.number(part.taken) if part.taken is not None else None
            if child is not None:
                charged = part.usual - (part.lower if whole else 0)
                listing = self._listing(child, moment, max(charged, 1) * quantity, covered, depth + 1)
                total = add(total, listing if charged else Listing(usage=listing.usage))
            elif part.usual and not whole:
                total = total._replace(from_price=True)
        return total

    def _priced(self, number: int) -> _Priced:
        offering = normal_offering(decode(self._index.offerings.get(number).raw)[0]).value
        pointers = [each["id"] for each in offering.get("productOfferingPrice", ())]
        identity = (offering.get("productSpecification") or {}).get("id")
        place = self._index.specifications.number(identity) if identity else None
        specification = {} if place is None else normal_specification(decode(self._index.specifications.get(place).raw)[0])[0]
        return _Priced(
            list(self._charges(pointers)),
            choices_of(offering, choices_from(specification.get("productSpecCharacteristic", ()))),
            tuple(parts_of(offering)),
        )

    def _charges(self, ids: list[str]) -> Iterator[Charge]:
        seen: set[str] = set()
        waiting = list(reversed(ids))
        while waiting:
            identity = waiting.pop()
            number = self._index.prices.number(identity)
            if number is None or identity in seen:
                continue
            seen.add(identity)
            value = price_inside(*self._index.prices.get(number))
            charge = charge_of(value, self._policy.mode, for_more=True) if value is not None else None
            if charge is not None and charge.parts and charge.amount is None:
                waiting.extend(reversed(charge.parts))
            elif charge is not None:
                yield charge
