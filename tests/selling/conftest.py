"""A small shop for the tests of selling: a shelf that is a dictionary, and the carts built from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from cartdesk.catalog import Catalog, open_catalog
from cartdesk.desk.people import customer_of
from cartdesk.selling import basket
from cartdesk.selling.finding import Finding
from cartdesk.selling.lines import with_seat
from cartdesk.selling.rules import findings
from cartdesk.tmf.cart import ShoppingCart
from cartdesk.tmf.catalog import (
    ProductOffering,
    ProductOfferingPrice,
    ProductSpecification,
    Promotion,
    SpecificationCharacteristic,
)
from cartdesk.tmf.rounding import RoundingPolicy

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def _models(kind: Any, listed: list[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(kind.model_validate(each) for each in listed)


class FakeShelf:
    """A catalog as selling needs it, from dictionaries in TMF620's words."""

    currency = "EUR"
    policy = RoundingPolicy()

    def __init__(
        self,
        offerings: list[dict[str, Any]],
        characteristics: Mapping[str, list[dict[str, Any]]] | None = None,
        prices: Mapping[str, list[dict[str, Any]]] | None = None,
        promotions: list[dict[str, Any]] | None = None,
    ) -> None:
        self._offerings = {each["id"]: ProductOffering.model_validate(each) for each in offerings}
        self._characteristics = {
            own: tuple(SpecificationCharacteristic.model_validate(each) for each in listed)
            for own, listed in (characteristics or {}).items()
        }
        self._prices = {own: tuple(ProductOfferingPrice.model_validate(each) for each in listed) for own, listed in (prices or {}).items()}
        self._promotions = {each["code"].casefold(): Promotion.model_validate(each) for each in promotions or []}

    def offering(self, offering_id: str) -> ProductOffering | None:
        return self._offerings.get(offering_id)

    def prices_of(self, offering: ProductOffering) -> tuple[ProductOfferingPrice, ...]:
        return self._prices.get(offering.id or "", ())

    def price(self, price_id: str) -> ProductOfferingPrice | None:
        return next((each for listed in self._prices.values() for each in listed if each.id == price_id), None)

    def specification(self, specification_id: str) -> ProductSpecification | None:
        return None

    def promotion(self, code: str) -> Promotion | None:
        return self._promotions.get(code.casefold())

    def characteristics_of(self, offering: ProductOffering) -> tuple[SpecificationCharacteristic, ...]:
        return self._characteristics.get(offering.id or "", ())

    def find(self, code: str) -> ProductOffering | None:
        return next((each for own, each in self._offerings.items() if own.casefold() == code.casefold()), None)


class Shop:
    """A shelf, a source of ids, and the moment: what every test adds from."""

    def __init__(self, shelf: FakeShelf) -> None:
        self.shelf = shelf
        self.now = NOW
        self._numbers = count(1)

    def ids(self) -> str:
        return f"i{next(self._numbers)}"

    def empty(self) -> ShoppingCart:
        return basket.new_cart("c1", NOW)

    def add(self, cart: ShoppingCart, code: str, **chosen: Any) -> ShoppingCart:
        offering = self.shelf.offering(code)
        assert offering is not None
        return basket.add_item(cart, offering, self.shelf, ids=self.ids, now=NOW, **chosen)

    def cart(self, *codes: str) -> ShoppingCart:
        cart = self.empty()
        for code in codes:
            cart = self.add(cart, code)
        return cart


def requires(*codes: str, role: str | None = None) -> list[dict[str, Any]]:
    return [{"id": code, "relationshipType": "requires", **({"role": role} if role else {})} for code in codes]


def part(code: str, lower: int | None = None, upper: int | None = None, usual: int | None = None) -> dict[str, Any]:
    limits = {"numberRelOfferLowerLimit": lower, "numberRelOfferUpperLimit": upper, "numberRelOfferDefault": usual}
    return {
        "id": code,
        "name": f"Part {code}",
        "bundledProductOfferingOption": {key: value for key, value in limits.items() if value is not None},
    }


OFFERINGS: list[dict[str, Any]] = [
    {"id": "TALK", "name": "Talk Simple 25", "productOfferingRelationship": requires("SIM", "ESIM", role="sim")},
    {"id": "SIM", "name": "SIM card", "productOfferingRelationship": [{"id": "POST", "relationshipType": "Shipping"}]},
    {"id": "ESIM", "name": "eSIM"},
    {
        "id": "FIB500",
        "name": "Fibre 500",
        "productOfferingTerm": [
            {"name": "24 months", "duration": {"amount": 24, "units": "month"}},
            {"name": "No contract"},
        ],
        "productOfferingRelationship": [{"id": "FIB1000", "relationshipType": "Excludes"}],
    },
    {"id": "FIB1000", "name": "Fibre 1000", "productOfferingRelationship": [{"id": "FIB500", "relationshipType": "excludes"}]},
    {
        "id": "PHONE",
        "name": "Pixel 12",
        "productOfferingRelationship": [
            {"id": "POST", "relationshipType": "shipping"},
            {"id": "COURIER", "relationshipType": "shipping"},
        ],
    },
    {"id": "POST", "name": "Parcel"},
    {"id": "COURIER", "name": "Courier"},
    {
        "id": "OLD",
        "name": "Fibre 50",
        "lifecycleStatus": "Retired",
        "productOfferingRelationship": [{"id": "FIB500", "relationshipType": "upgrade"}],
    },
    {"id": "SOON", "name": "Fibre 8000", "validFor": {"startDateTime": "2027-01-01T00:00:00Z"}},
    {"id": "ENDED", "name": "Summer 10", "validFor": {"endDateTime": "2026-08-31T00:00:00Z"}},
    {"id": "DESIGN", "name": "Fibre 9000", "lifecycleStatus": "In Design"},
    {"id": "INNER", "name": "Router", "isSellable": False},
    {"id": "NEEDSBOTH", "name": "Alarm", "productOfferingRelationship": [*requires("FIB500"), *requires("SIM")]},
    {"id": "DOLLAR", "name": "Roam America"},
    {
        "id": "HOME",
        "name": "Home bundle",
        "isBundle": True,
        "bundledProductOffering": [
            part("FIB500"),
            part("INNER", 1, 1),
            part("SPORT", 0, 2),
            part("BOX", 1, 3, 2),
            {
                "name": "Choose your phone",
                "options": [{"id": "PHONE", "name": "Pixel 12"}, {"id": "FOLD", "name": "Pixel Fold"}],
                "default": "PHONE",
                "numberRelOfferLowerLimit": 1,
                "numberRelOfferUpperLimit": 1,
            },
        ],
    },
    {"id": "SPORT", "name": "Sports pass"},
    {"id": "BOX", "name": "TV box"},
    {"id": "FOLD", "name": "Pixel Fold"},
    {
        "id": "PICK",
        "name": "Pick your channels",
        "bundledProductOffering": [
            {
                "name": "Channels",
                "options": [{"id": "NEWS", "name": "News"}, {"id": "FILM", "name": "Film"}, {"id": "KIDS", "name": "Kids"}],
                "numberRelOfferLowerLimit": 1,
                "numberRelOfferUpperLimit": 2,
            }
        ],
    },
    {"id": "NEWS", "name": "News"},
    {"id": "FILM", "name": "Film"},
    {"id": "KIDS", "name": "Kids"},
    {"id": "NEST1", "name": "Outer", "bundledProductOffering": [part("NEST2", 1, 1)]},
    {"id": "NEST2", "name": "Middle", "bundledProductOffering": [part("NEST3", 2, 4)]},
    {"id": "NEST3", "name": "Innermost", "bundledProductOffering": [part("PHONE", 1, 1)]},
    {"id": "LOOP", "name": "Loop", "bundledProductOffering": [part("LOOP2", 1, 1)]},
    {"id": "LOOP2", "name": "Loop back", "bundledProductOffering": [part("LOOP", 1, 1)]},
    {"id": "HOLE", "name": "Hollow", "bundledProductOffering": [part("NOWHERE", 1, 1)]},
    {"id": "SETUP", "name": "Set-up"},
    *({"id": f"DEEP{n}", "name": f"Deep {n}", "bundledProductOffering": [part(f"DEEP{n + 1}", 1, 1)]} for n in range(25)),
    {"id": "DEEP25", "name": "Deep 25"},
]
OFFERINGS += [
    {"id": f"W{depth}{branch}", "name": "Branch", "bundledProductOffering": [part(f"W{depth + 1}{each}", 1, 1) for each in range(6)]}
    for depth in range(4)
    for branch in range(6)
]
OFFERINGS += [{"id": f"W4{branch}", "name": "Leaf"} for branch in range(6)]

CHARACTERISTICS: dict[str, list[dict[str, Any]]] = {
    "PHONE": [
        {
            "name": "color",
            "configurable": True,
            "minCardinality": 1,
            "productSpecCharacteristicValue": [{"value": "Black", "isDefault": True}, {"value": "Fjord Blue"}],
        },
        {"name": "screen", "configurable": False, "productSpecCharacteristicValue": [{"value": 6.1, "unitOfMeasure": "inch"}]},
    ],
    "FOLD": [{"name": "color", "productSpecCharacteristicValue": [{"value": "Black"}, {"value": "Gold"}]}],
    "SETUP": [
        {
            "name": "speed",
            "valueType": "number",
            "productSpecCharacteristicValue": [{"value": 100, "unitOfMeasure": "Mbit/s"}, {"value": 500}],
        },
        {
            "name": "guests",
            "valueType": "integer",
            "configurable": True,
            "productSpecCharacteristicValue": [{"valueFrom": 1, "valueTo": 20, "unitOfMeasure": "people"}],
        },
        {
            "name": "gain",
            "valueType": "number",
            "configurable": True,
            "productSpecCharacteristicValue": [{"valueFrom": 0, "valueTo": 1, "rangeInterval": "open"}],
        },
        {"name": "serial", "configurable": True, "regex": "[A-Z]{2}[0-9]{6,14}"},
        {"name": "wireless", "valueType": "boolean", "configurable": True},
        {"name": "nickname", "configurable": True},
        {"name": "weight", "valueType": "number", "configurable": True},
    ],
}

PRICES: dict[str, list[dict[str, Any]]] = {
    "DOLLAR": [{"id": "d1", "priceType": "recurring", "price": {"unit": "USD", "value": 9}}],
    "FIB500": [
        {
            "id": "f1",
            "name": "Monthly",
            "priceType": "recurring",
            "recurringChargePeriodType": "month",
            "price": {"unit": "EUR", "value": 39},
        },
        {"id": "f2", "name": "Installation", "priceType": "oneTime", "price": {"unit": "EUR", "value": 49}},
    ],
}

PROMOTIONS = [{"id": "p1", "code": "SPRING", "percentage": 10}, {"id": "p2", "code": "Welcome", "percentage": 5}]


@pytest.fixture(scope="session")
def moment() -> datetime:
    """The moment of the shops that are opened once."""
    return NOW


@pytest.fixture(scope="session")
def shop() -> Shop:
    """The shop most tests sell from."""
    return Shop(FakeShelf(OFFERINGS, CHARACTERISTICS, PRICES, PROMOTIONS))


@pytest.fixture(scope="session")
def open_shop() -> Callable[..., Shop]:
    """Open another shop, with its own offerings."""

    def opened(offerings: list[dict[str, Any]], **rest: Any) -> Shop:
        return Shop(FakeShelf(offerings, **rest))

    return opened


class Nordlys:
    """The shipped shop with its customers, entered as an agent would."""

    def __init__(self, catalog: Catalog) -> None:
        self.shelf = catalog
        self.now = NOW
        self._numbers = count(1)

    def ids(self) -> str:
        return f"n{next(self._numbers)}"

    def cart(self, *codes: str, customer: str | None = None, **notes: Any) -> ShoppingCart:
        """A cart with these offerings, for a customer of the shop, with these of the seat's notes."""
        cart = basket.new_cart("c1", NOW)
        if customer is not None:
            known = self.shelf.customer(customer)
            assert known is not None
            cart = basket.name_customer(cart, customer_of(known), known=True)
        cart = with_seat(cart, **notes)
        for code in codes:
            cart = self.add(cart, code)
        return cart

    def add(self, cart: ShoppingCart, code: str, **chosen: Any) -> ShoppingCart:
        offering = self.shelf.offering(code)
        assert offering is not None, code
        return basket.add_item(cart, offering, self.shelf, ids=self.ids, now=NOW, **chosen)

    def found(self, cart: ShoppingCart, *codes: str) -> list[Finding]:
        """What is amiss in a cart, of these kinds."""
        return [each for each in findings(cart, self.shelf, NOW) if not codes or each.code in codes]


@pytest.fixture(scope="session")
def nordlys(root: Path) -> Iterator[Nordlys]:
    """The shipped shop, opened once."""
    catalog = open_catalog(root / "catalog_fixtures" / "nordlys", cache_dir=None)
    yield Nordlys(catalog)
    catalog.close()
