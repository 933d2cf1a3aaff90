"""Offerings, prices, specifications and promotions as models, each made when it is first used.

Held by ``shop``. Importing it loads no model yet; asking it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from cartdesk.catalog.faults import Fault
from cartdesk.catalog.index import Index
from cartdesk.catalog.normal import normal_offering, normal_promotion, normal_specification, price_inside
from cartdesk.catalog.records import Records
from cartdesk.catalog.scan import decode

if TYPE_CHECKING:
    from cartdesk.tmf.catalog import ProductOffering, ProductOfferingPrice, ProductSpecification, Promotion, SpecificationCharacteristic
    from cartdesk.tmf.resource import Resource

_Model = TypeVar("_Model", bound="Resource")


class Models:
    """The models of one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.faults: list[Fault] = []
        """What was found wrong only when a resource was first used."""
        self._offerings: dict[str, ProductOffering | None] = {}
        self._prices: dict[str, ProductOfferingPrice | None] = {}
        self._prices_of: dict[str, tuple[ProductOffering, tuple[ProductOfferingPrice, ...]]] = {}
        self._specifications: dict[str, ProductSpecification | None] = {}

    def _read(self, records: Records, identity: str) -> Any:
        number = records.number(identity)
        return None if number is None else decode(records.get(number).raw)[0]

    def offering(self, identity: str) -> ProductOffering | None:
        """Return an offering by its id."""
        if identity in self._offerings:
            return self._offerings[identity]
        value = self._read(self._index.offerings, identity)
        if value is None:
            return None
        from cartdesk.tmf.catalog import ProductOffering

        return self._offerings.setdefault(identity, self._model(ProductOffering, normal_offering(value).value, identity))

    def price(self, identity: str) -> ProductOfferingPrice | None:
        """Return a price or an alteration by its id."""
        if identity in self._prices:
            return self._prices[identity]
        number = self._index.prices.number(identity)
        value = None if number is None else price_inside(*self._index.prices.get(number))
        if value is None:
            return None
        from cartdesk.tmf.catalog import ProductOfferingPrice

        return self._prices.setdefault(identity, self._model(ProductOfferingPrice, value, identity))

    def specification(self, identity: str) -> ProductSpecification | None:
        """Return a specification by its id."""
        if identity in self._specifications:
            return self._specifications[identity]
        value = self._read(self._index.specifications, identity)
        if value is None:
            return None
        from cartdesk.tmf.catalog import ProductSpecification

        model = self._model(ProductSpecification, normal_specification(value)[0], identity)
        return self._specifications.setdefault(identity, model)

    @cached_property
    def promotions(self) -> dict[str, Promotion]:
        """The promotions by their codes in lower case; the first of two with one code."""
        from cartdesk.tmf.catalog import Promotion

        found: dict[str, Promotion] = {}
        for number in range(len(self._index.promotions)):
            value, _ = normal_promotion(decode(self._index.promotions.get(number).raw)[0])
            code = str(value.get("code") or value.get("id"))
            model = self._model(Promotion, {**value, "code": code, "id": value.get("id", code)}, code)
            if model is not None:
                found.setdefault(code.casefold(), model)
        return found

    def _model(self, model: type[_Model], value: Any, identity: str) -> _Model | None:
        """Return a resource as its model; one that the model refuses is told and not sold."""
        from pydantic import ValidationError

        try:
            return model.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in first["loc"])
            self.faults.append(Fault(".", f"{identity}{path}", first["msg"], "Mend it in the catalog's file", True))
        return None

    def prices_of(self, offering: ProductOffering) -> tuple[ProductOfferingPrice, ...]:
        """Return the offering's own prices, in its order; alterations are not among them but linked from those they are for."""
        known = self._prices_of.get(offering.id or "")
        if known is not None and known[0] is offering:
            return known[1]
        prices: list[ProductOfferingPrice] = []
        discounts: list[ProductOfferingPrice] = []
        waiting = [each.id for each in reversed(offering.product_offering_price) if each.id]
        seen: set[str] = set()
        while waiting:
            identity = waiting.pop()
            price = self.price(identity)
            if price is None or identity in seen:
                continue
            seen.add(identity)
            if "Alteration" in (price.type_ or ""):
                discounts.append(price)
            elif price.price is None and price.bundled_pop_relationship:
                waiting.extend(each.id for each in reversed(price.bundled_pop_relationship) if each.id)
            else:
                prices.append(price)
        if discounts:
            kinds = [price.price_type for price in prices]
            prices = [_with_discounts(price, discounts, kinds.index(price.price_type) == place) for place, price in enumerate(prices)]
        found = tuple(prices)
        self._prices_of[offering.id or ""] = (offering, found)
        return found

    def characteristics_of(self, offering: ProductOffering) -> tuple[SpecificationCharacteristic, ...]:
        """Return what an offering has and can be set on it: its specification's characteristics, narrowed by its own use of them."""
        pointer = offering.product_specification
        specification = self.specification(pointer.id) if pointer is not None and pointer.id else None
        given = specification.product_spec_characteristic if specification is not None else ()
        uses = {(use.name or "").casefold(): use for use in offering.prod_spec_char_value_use if use.name}
        if not uses:
            return given
        from cartdesk.tmf.catalog import SpecificationCharacteristic

        found = []
        for each in given:
            use = uses.pop((each.name or "").casefold(), None)
            narrowed = {name: value for name, value in _narrowing(use) if value not in (None, ())} if use is not None else {}
            found.append(each.model_copy(update=narrowed) if narrowed else each)
        found.extend(SpecificationCharacteristic.model_validate(use.wire()) for use in uses.values())
        return tuple(found)


def _narrowing(use: Any) -> Iterator[tuple[str, Any]]:
    for name in ("product_spec_characteristic_value", "min_cardinality", "max_cardinality", "value_type"):
        yield name, getattr(use, name)


def _with_discounts(price: ProductOfferingPrice, discounts: list[ProductOfferingPrice], first: bool) -> ProductOfferingPrice:
    """Link the discounts that stand in an offering's own list of prices from the prices they are for: an amount only from the first."""
    from cartdesk.tmf.catalog import PriceRelationship

    linked = {each.id for each in price.pop_relationship}
    links = [
        PriceRelationship(id=each.id, name=each.name, relationship_type="alteration")
        for each in discounts
        if each.id not in linked and each.price_type in (None, price.price_type) and (first or each.percentage is not None)
    ]
    return price.model_copy(update={"pop_relationship": (*price.pop_relationship, *links)}) if links else price
