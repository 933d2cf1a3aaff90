"""A cart, an order, a payment, a bill item or a row without anything personal: what may stay is listed, all else goes.

Erasure and retention write these in place of the originals. Offerings, quantities, prices and dates stay, so that totals still add up;
names, contacts, addresses, notes, labels, configuration values and free text do not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cartdesk.store.codec import write_document

Shape = Mapping[str, "Shape | None"]
"""Which members stay: None keeps the whole member, a shape keeps what it lists of it."""

ERASED = "(erased)"

_ITEM: dict[str, Any] = dict.fromkeys(
    ("@type", "id", "action", "quantity", "status", "cartTerm", "itemPrice", "itemTotalPrice", "productOffering", "cartItemRelationship")
)
_ITEM["product"] = {"productSpecification": None}
_ITEM["cartItem"] = _ITEM

_OVERRIDE: Shape = dict.fromkeys(("itemId", "percentage", "amount", "priceType", "periods"))

_CART: Shape = {
    **dict.fromkeys(("@type", "id", "validFor", "cartTotalPrice")),
    "cartItem": _ITEM,
    "cartdesk": {
        **dict.fromkeys(("state", "billCycleDay", "start", "promotionCode", "customerKnown", "orderId", "created", "changed")),
        "override": _OVERRIDE,
    },
}

_ORDER_ITEM: dict[str, Any] = dict.fromkeys(
    ("@type", "id", "action", "quantity", "state", "itemPrice", "itemTotalPrice", "itemTerm", "productOffering")
)
_ORDER_ITEM["product"] = {"productSpecification": None}
_ORDER_ITEM["productOrderItem"] = _ORDER_ITEM

_ORDER: Shape = {
    **dict.fromkeys(
        ("@type", "id", "externalId", "state", "category", "orderDate", "requestedStartDate", "orderTotalPrice", "shoppingCart", "erased")
    ),
    "productOrderItem": _ORDER_ITEM,
}

_PAYMENT: Shape = dict.fromkeys(
    ("@type", "id", "status", "statusDate", "paymentDate", "amount", "taxAmount", "totalAmount", "paymentMethod", "paymentItem", "erased")
)

_BILL_ITEM: Shape = {
    **dict.fromkeys(
        ("@type", "id", "type", "date", "isBilled", "periodCoverage", "taxExcludedAmount", "taxIncludedAmount", "appliedTax", "erased")
    ),
    "productOrder": {"id": None},
}

_ROW: Shape = dict.fromkeys(("id", "state", "lines", "due_now", "every", "currency", "created", "changed", "order_id", "erased"))


def redact_cart(body: bytes) -> bytes:
    """Return a cart's JSON without anything personal; doing it again changes nothing."""
    cart = _keep(read_exactly(body), _CART)
    for override in cart.get("cartdesk", {}).get("override", ()):
        override.update(who=ERASED, role=ERASED, why=ERASED)
    return write_document(cart)


def redact_order(body: bytes, at: str) -> bytes:
    """Return an order's JSON without anything personal, marked with when that was."""
    return write_document(_keep({**read_exactly(body), "erased": at}, _ORDER))


def redact_payment(body: bytes, at: str) -> bytes:
    """Return a payment's JSON with what was paid when and how, marked with when the rest went."""
    return write_document(_keep({**read_exactly(body), "erased": at}, _PAYMENT))


def redact_bill_item(body: bytes, at: str) -> bytes:
    """Return a bill item's JSON with its amounts and dates, marked with when the rest went."""
    return write_document(_keep({**read_exactly(body), "erased": at}, _BILL_ITEM))


def redact_row(body: bytes, at: str) -> bytes:
    """Return an index row's JSON without label and contact, marked with when that was."""
    return write_document(_keep({**read_exactly(body), "erased": at}, _ROW))


def read_exactly(body: bytes) -> Any:
    """Return JSON with every fraction as the Decimal that it is."""
    return json.loads(body.decode("utf-8", "surrogatepass"), parse_float=Decimal)


def _keep(value: Any, shape: Shape | None) -> Any:
    if shape is None:
        return value
    if isinstance(value, list):
        return [_keep(each, shape) for each in value]
    if not isinstance(value, dict):
        return None
    return {name: _keep(member, shape[name]) for name, member in value.items() if name in shape}
