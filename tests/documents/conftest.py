"""A small shop on the disk, a cart priced from it, and the order it becomes: what the documents are written from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from cartdesk.catalog import open_catalog
from cartdesk.pricing import price_cart
from cartdesk.selling import basket, checkout
from cartdesk.tmf import ShoppingCart

TERM_24 = {"name": "24 months", "duration": {"amount": 24, "units": "month"}}
COLORS = [{"value": "Black", "isDefault": True}, {"value": "Fjord Blue"}]
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def monthly(price_id: str, name: str, value: float, **rest: Any) -> dict[str, Any]:
    return {
        "id": price_id,
        "name": name,
        "priceType": "recurring",
        "recurringChargePeriodType": "month",
        "recurringChargePeriodLength": 1,
        "price": {"unit": "EUR", "value": value},
        **rest,
    }


def once(price_id: str, name: str, value: float, **rest: Any) -> dict[str, Any]:
    return {"id": price_id, "name": name, "priceType": "oneTime", "price": {"unit": "EUR", "value": value}, **rest}


def offering(code: str, name: str, *prices: str, **rest: Any) -> dict[str, Any]:
    return {"id": code, "name": name, "lifecycleStatus": "Active", "productOfferingPrice": [{"id": each} for each in prices], **rest}


def part(code: str, lower: int, upper: int, usual: int) -> dict[str, Any]:
    limits = {"numberRelOfferLowerLimit": lower, "numberRelOfferUpperLimit": upper, "numberRelOfferDefault": usual}
    return {"id": code, "bundledProductOfferingOption": limits}


TAX_10 = {"tax": [{"taxCategory": "VAT", "taxRate": 10}]}
GROSS = {"tax": [{"taxCategory": "VAT", "taxRate": 25}], "taxIncluded": True}

FILES: dict[str, Any] = {
    "catalog.json": {"name": "Corner Shop", "currency": "EUR"},
    "productOffering.json": [
        offering("14277", "Talk Simple 25", "talk", "talk-sms"),
        offering(
            "FIB500", "Fibre 500", "fib", "fib-setup", productOfferingTerm=[TERM_24]
        ),
        offering("YEAR", "Domain name", "year"),
        offering("PHONE", "Pixel 12", "phone", productSpecification={"id": "phone-spec"}),
        offering(
            "HOME", "Home bundle", "home", isBundle=True, bundledProductOffering=[
                part("FIB500", 1, 1, 1),
                part("BOX", 1, 3, 2),
            ],
        ),
        offering("BOX", "TV box", "box"),
        offering("SIM", "SIM card"),
    ],
    "productSpecification.json": [
        {
            "id": "phone-spec",
            "name": "Pixel 12",
            "productSpecCharacteristic": [
                {"name": "color", "configurable": True, "productSpecCharacteristicValue": COLORS}
            ],
        }
    ],
    "productOfferingPrice.json": [
        monthly("talk", "Talk Simple 25 monthly", 29, popRelationship=[{"id": "talk-half", "relationshipType": "alteration"}], **TAX_10),
        {
            "id": "talk-half", "@type": "ProductOfferingPriceAlteration", "name": "Half price", "priceType": "recurring", "percentage": 50,
            "applicationDuration": 3, "priceCondition": "new customer", "priority": 1,
        },
        {
            "id": "talk-sms", "name": "Text messages", "priceType": "usage", "price": {"unit": "EUR", "value": 0.035},
            "unitOfMeasure": {"amount": 1, "units": "message"}, **TAX_10,
        },
        monthly("fib", "Fibre 500 monthly", 39, popRelationship=[{"id": "fib-tv", "relationshipType": "alteration"}], **GROSS),
        {
            "id": "fib-tv", "@type": "ProductOfferingPriceAlteration", "name": "5.00 off", "priceType": "recurring",
            "price": {"unit": "EUR", "value": 5}, "applicationDuration": 12, "priority": 1,
        },
        once("fib-setup", "Installation", 49, **GROSS),
        {
            "id": "year", "name": "Domain name yearly", "priceType": "recurring", "recurringChargePeriodType": "year",
            "recurringChargePeriodLength": 1, "price": {"unit": "EUR", "value": 12.5}, **GROSS,
        },
        once("phone", "Pixel 12", 1198, popRelationship=[{"id": "phone-off", "relationshipType": "alteration"}], **GROSS),
        {
            "id": "phone-off", "@type": "ProductOfferingPriceAlteration", "name": "Launch offer", "priceType": "oneTime",
            "price": {"unit": "EUR", "value": 100}, "priority": 1,
        },
        monthly("home", "Bundle discount", -10, **GROSS),
        monthly("box", "TV box monthly", 4.99, **GROSS),
    ],
    "promotion.json": [
        {"id": "promo", "code": "SPRING", "name": "Spring", "percentage": 10, "validFor": {"endDateTime": "2026-06-01T00:00:00Z"}}
    ],
}  # fmt: skip


class Corner:
    """The corner shop and what was sold in it."""

    def __init__(self, folder: Path) -> None:
        self.catalog = open_catalog(folder, cache_dir=None)
        numbers = count(1)
        self.ids = lambda: f"i{next(numbers)}"

    def cart(self, *codes: str) -> ShoppingCart:
        cart = basket.new_cart("4f2a", NOW)
        for code in codes:
            bought = self.catalog.offering(code)
            assert bought is not None
            cart = basket.add_item(cart, bought, self.catalog, ids=self.ids, now=NOW)
        return cart

    def full_cart(self) -> ShoppingCart:
        cart = self.cart("14277", "FIB500", "YEAR", "PHONE", "HOME", "SIM")
        cart = basket.set_quantity(cart, cart.cart_item[1].id, 2)
        cart = basket.add_note(cart, cart.cart_item[3].id, "call before delivery", "ana", NOW)
        return basket.set_bill_day(basket.set_label(cart, "Mrs Berg"), 15)

    def price(self, cart: ShoppingCart):
        return price_cart(cart, self.catalog, NOW)

    def order(self, cart: ShoppingCart):
        customer = checkout.check_customer(
            "Ingrid Berg", "ingrid@berg.example", "+47 22 33 44 55", street="Storgata 5", post_code="0155", city="Oslo"
        )
        named = basket.name_customer(cart, customer)
        return checkout.place_order(named, self.price(named), customer, order_id="261122-4F2A1B", now=NOW, who="ana")[1]


@pytest.fixture(scope="session")
def corner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corner]:
    """The corner shop, opened from files."""
    folder = tmp_path_factory.mktemp("corner")
    for name, content in FILES.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    shop = Corner(folder)
    assert not shop.catalog.faults
    yield shop
    shop.catalog.close()


@pytest.fixture(scope="session")
def golden() -> Path:
    """The folder of texts as they should be."""
    return Path(__file__).parent / "golden"
