"""What is worth knowing about an offering beyond its row: choices, what its bundle holds, discounts and what they ask for, what it needs.

The desk's details pane shows it once the models are loaded; it takes a millisecond or two and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cartdesk.desk.details import details_of
from cartdesk.desk.view import DetailView
from cartdesk.errors import PricingError
from cartdesk.language import message, tr

if TYPE_CHECKING:
    from cartdesk.catalog import OfferingRow
    from cartdesk.desk import Desk
    from cartdesk.tmf import ProductOffering

_RELATIONS = {
    "requires": message("needs"),
    "excludes": message("not together with"),
    "upgrade": message("can become"),
    "crosssell": message("goes well with"),
}
_FIRST = ("alteration", "refused", "usage", "charge")
"""The kinds of details that say most, in this order; the others follow."""


def facts_of(desk: Desk, row: OfferingRow) -> tuple[DetailView, ...]:
    """Return what more there is to say about an offering, the weightiest first."""
    from cartdesk.pricing import price_offering

    catalog = desk.catalog
    offering = catalog.offering(row.id)
    if offering is None:
        return ()
    try:
        priced = price_offering(offering, catalog, desk.now())
    except PricingError as error:
        return (DetailView("problem", str(error)),)
    details = list(details_of(priced, desk.view.show_tax, row.period))
    first = [detail for kind in _FIRST for detail in details if detail.kind == kind]
    rest = [detail for detail in details if detail.kind not in _FIRST]
    return (*first, *_relations(desk, offering), *rest)


def _relations(desk: Desk, offering: ProductOffering) -> Iterator[DetailView]:
    names: dict[str, list[str]] = {}
    for relation in offering.product_offering_relationship:
        word = _RELATIONS.get((relation.relationship_type or "").lower())
        other = desk.catalog.find(relation.id) if relation.id else None
        if word is not None and other is not None:
            names.setdefault(word, []).append(f"{other.name} ({other.id})")
    for word, others in names.items():
        yield DetailView("relation", f"{tr(word)} {', '.join(others)}")
