"""The catalog as TMF620 resources: read-only, made once from the catalog that carts are priced by.

``operations`` answers ``productCatalogManagement`` from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from cartdesk.server.faces import face_of
from cartdesk.server.seams import Document
from cartdesk.server.table import RESOURCES, ResourceType
from cartdesk.tmf.period import write_time

_API = "productCatalogManagement"
_VERSION = "v4"


class Shop:
    """A catalog's resources by name and id.

    Args:
        catalog: a catalog, or any price book that can list its offerings.
        public_url: what ``href`` starts with.
        changed: when the catalog was changed last; ``lastUpdate`` where a resource does not say it.
    """

    def __init__(self, catalog: Any, public_url: str, changed: datetime) -> None:
        self._catalog = catalog
        self._public_url = public_url
        self._changed = write_time(changed)

    def of(self, row: ResourceType) -> Mapping[str, Document]:
        """Return the resources of one kind, by id."""
        return self._all[row.name]

    @cached_property
    def _all(self) -> Mapping[str, Mapping[str, Document]]:
        offerings = list(self._offerings())
        prices: dict[str, Document] = {}
        specifications: dict[str, Document] = {}
        for offering in offerings:
            self._take_prices(offering, prices)
            self._take_specification(offering, specifications)
        categories = list(self._categories(offerings))
        catalog = {
            "id": _slug(self._name),
            "name": self._name,
            "catalogType": "ProductCatalog",
            "category": [{"id": each["id"], "name": each["name"]} for each in categories if each.get("isRoot")],
        }
        return {
            "catalog": self._faces("catalog", [catalog]),
            "category": self._faces("category", categories),
            "productOffering": self._faces("productOffering", [offering.wire() for offering in offerings]),
            "productOfferingPrice": self._faces("productOfferingPrice", prices.values()),
            "productSpecification": self._faces("productSpecification", specifications.values()),
        }

    @property
    def _name(self) -> str:
        return str(getattr(self._catalog, "name", "Catalog"))

    def _offerings(self) -> Iterable[Any]:
        if hasattr(self._catalog, "offerings"):
            yield from self._catalog.offerings()
            return
        for number in range(len(self._catalog)):
            offering = self._catalog.offering(self._catalog.row(number).id)
            if offering is not None:
                yield offering

    def _take_prices(self, offering: Any, prices: dict[str, Document]) -> None:
        ahead = list(self._catalog.prices_of(offering))
        while ahead:
            price = ahead.pop()
            if price.id in prices:
                continue
            prices[price.id] = _with_money(price.wire())
            related = (self._catalog.price(each.id) for each in price.pop_relationship if each.id)
            ahead.extend(each for each in related if each is not None)

    def _take_specification(self, offering: Any, specifications: dict[str, Document]) -> None:
        reference = offering.product_specification
        read = getattr(self._catalog, "specification", None)
        if reference is None or reference.id is None or reference.id in specifications or read is None:
            return
        found = read(reference.id)
        if found is not None:
            specifications[reference.id] = found.wire()

    def _categories(self, offerings: list[Any]) -> Iterable[Document]:
        sold: dict[str, list[Document]] = {}
        for offering in offerings:
            for reference in offering.category:
                sold.setdefault(str(reference.id), []).append({"id": offering.id, "name": offering.name})
        rows = [row for row in getattr(self._catalog, "categories", ()) if row.id is not None]
        for each in rows:
            below = [{"id": child.id, "name": child.name} for child in rows if child.parent == each.id]
            category: Document = {"id": each.id, "name": each.name, "isRoot": each.parent is None}
            if each.parent is not None:
                category["parentId"] = each.parent
            if below:
                category["subCategory"] = below
            if each.id in sold:
                category["productOffering"] = sold[each.id]
            yield category

    def _faces(self, name: str, documents: Iterable[Document]) -> Mapping[str, Document]:
        row = RESOURCES[(_API, name)]
        return {document["id"]: self._face(row, document) for document in documents}

    def _face(self, row: ResourceType, document: Document) -> Document:
        told = {"lastUpdate": self._changed, "lifecycleStatus": "Active", "version": "1.0", **document}
        return _with_references(face_of(row, _VERSION, told, self._public_url), self._public_url)


_REFERENCES = {
    "category": "category",
    "subCategory": "category",
    "productOffering": "productOffering",
    "productOfferingPrice": "productOfferingPrice",
    "productSpecification": "productSpecification",
    "popRelationship": "productOfferingPrice",
    "productOfferingRelationship": "productOffering",
}
"""Member → the kind it refers to: its references get their ``href``."""


def _with_money(price: Document) -> Document:
    """Return a price with TMF620 v4's bare Money: without tax, or with it where that is all it has."""
    amounts = price.get("price")
    if not amounts:
        return price
    bare = {name: value for name, value in price.items() if name != "price"}
    side = next((name for name in ("dutyFreeAmount", "taxIncludedAmount") if name in amounts), None)
    if side is not None:
        bare["price"] = amounts[side]
        if side == "taxIncludedAmount":
            bare["taxIncluded"] = True
        if "taxRate" in amounts and not price.get("tax"):
            bare["tax"] = [{"taxRate": amounts["taxRate"]}]
    if "percentage" in amounts and "percentage" not in bare:
        bare["percentage"] = amounts["percentage"]
    return bare


def _with_references(document: Document, public_url: str) -> Document:
    for member, name in _REFERENCES.items():
        value = document.get(member)
        place = public_url + RESOURCES[(_API, name)].path(_VERSION)
        if isinstance(value, list):
            document[member] = [_referred(each, place) for each in value]
        elif isinstance(value, dict):
            document[member] = _referred(value, place)
    return document


def _referred(reference: Any, place: str) -> Any:
    if isinstance(reference, dict) and reference.get("id") and not reference.get("href"):
        return {**reference, "href": f"{place}/{reference['id']}"}
    return reference


def _slug(name: str) -> str:
    return "".join(character if character.isalnum() else "-" for character in name.lower()).strip("-") or "catalog"
