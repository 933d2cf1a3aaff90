"""The nouns: TM Forum resources as frozen models, money, periods and the wire.

Importing this package loads nothing but money; the models come with pydantic, when they are first named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartdesk.tmf.money import Money, minor_digits
from cartdesk.tmf.period import MONTHLY, Period, PeriodUnit

if TYPE_CHECKING:
    from cartdesk.tmf.cart import (
        Action,
        CartItem,
        CartItemRelationship,
        CartState,
        CartTerm,
        Characteristic,
        ContactMedium,
        ItemStatus,
        MediumCharacteristic,
        Place,
        PriceOverride,
        Product,
        SeatNotes,
        ShoppingCart,
    )  # fmt: skip
    from cartdesk.tmf.catalog import Category, ProductOffering, ProductOfferingPrice, ProductSpecification, Promotion
    from cartdesk.tmf.order import Individual, OrderItem, ProductOrder
    from cartdesk.tmf.price import CartPrice, Price, PriceAlteration, PriceType
    from cartdesk.tmf.resource import Note, Quantity, Reference, RelatedParty, Resource, TimePeriod

_HOMES = {
    "cart": (
        "Action CartItem CartItemRelationship CartState CartTerm Characteristic ContactMedium ItemStatus MediumCharacteristic Place "
        "PriceOverride Product SeatNotes ShoppingCart"
    ),
    "catalog": "Category ProductOffering ProductOfferingPrice ProductSpecification Promotion",
    "order": "Individual OrderItem ProductOrder",
    "price": "CartPrice Price PriceAlteration PriceType",
    "resource": "Note Quantity Reference RelatedParty Resource TimePeriod",
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [
    "MONTHLY", "Action", "CartItem", "CartItemRelationship", "CartPrice", "CartState", "CartTerm", "Category", "Characteristic",
    "ContactMedium", "Individual", "ItemStatus", "MediumCharacteristic", "Money", "Note", "OrderItem", "Period", "PeriodUnit", "Place",
    "Price", "PriceAlteration", "PriceOverride", "PriceType", "Product", "ProductOffering", "ProductOfferingPrice", "ProductOrder",
    "ProductSpecification", "Promotion", "Quantity", "Reference", "RelatedParty", "Resource", "SeatNotes", "ShoppingCart", "TimePeriod",
    "minor_digits",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'cartdesk.tmf' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"cartdesk.tmf.{module}"), name)
    globals()[name] = value
    return value
