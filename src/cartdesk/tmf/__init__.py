"""The nouns: TM Forum resources as frozen models, money, periods and the wire.

Importing this package loads nothing but money; the models come with pydantic, when they are first named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartdesk.tmf.money import Money, minor_digits
from cartdesk.tmf.period import MONTHLY, Period, PeriodUnit

if TYPE_CHECKING:
    from cartdesk.tmf.account import (
        Account,
        AccountBalance,
        AccountContact,
        AccountRef,
        AccountRelationship,
        BillFormat,
        BillingAccount,
        BillingCycleSpecification,
        BillPresentationMedia,
        BillStructure,
        CreditProfile,
        FinancialAccount,
        FinancialAccountRef,
        PartyAccount,
        PaymentPlan,
        SettlementAccount,
        TaxExemption,
    )
    from cartdesk.tmf.bill import AppliedTax, BillItem
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
    from cartdesk.tmf.party import Organization, Party
    from cartdesk.tmf.payment import Payment, PaymentItem, PaymentMethod
    from cartdesk.tmf.price import CartPrice, Price, PriceAlteration, PriceType
    from cartdesk.tmf.resource import Note, Quantity, Reference, RelatedParty, Resource, TimePeriod

_HOMES = {
    "account": (
        "Account AccountBalance AccountContact AccountRef AccountRelationship BillFormat BillPresentationMedia BillStructure "
        "BillingAccount "
        "BillingCycleSpecification CreditProfile FinancialAccount FinancialAccountRef PartyAccount PaymentPlan SettlementAccount "
        "TaxExemption"
    ),
    "bill": "AppliedTax BillItem",
    "party": "Organization Party",
    "payment": "Payment PaymentItem PaymentMethod",
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
    "MONTHLY", "Account", "AccountBalance", "AccountContact", "AccountRef", "AccountRelationship", "Action", "AppliedTax", "BillFormat",
    "BillItem", "BillPresentationMedia", "BillStructure", "BillingAccount", "BillingCycleSpecification", "CartItem",
    "CartItemRelationship", "CartPrice", "CartState", "CartTerm", "Category", "Characteristic", "ContactMedium", "CreditProfile",
    "FinancialAccount", "FinancialAccountRef", "Individual", "ItemStatus", "MediumCharacteristic", "Money", "Note", "OrderItem",
    "Organization", "Party", "PartyAccount", "Payment", "PaymentItem", "PaymentMethod", "PaymentPlan", "Period", "PeriodUnit", "Place",
    "Price", "PriceAlteration", "PriceOverride", "PriceType", "Product", "ProductOffering", "ProductOfferingPrice", "ProductOrder",
    "ProductSpecification", "Promotion", "Quantity", "Reference", "RelatedParty", "Resource", "SeatNotes", "SettlementAccount",
    "ShoppingCart", "TaxExemption", "TimePeriod", "minor_digits",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'cartdesk.tmf' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"cartdesk.tmf.{module}"), name)
    globals()[name] = value
    return value
