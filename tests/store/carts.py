"""Carts for the store's tests."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from cartdesk.store import Change
from cartdesk.tmf import ShoppingCart
from cartdesk.tmf.wire import dumps, loads


def price(amount: str, price_type: str = "recurring") -> dict[str, Any]:
    found: dict[str, Any] = {
        "priceType": price_type,
        "price": {"taxIncludedAmount": {"unit": "EUR", "value": Decimal(amount)}, "taxRate": 24},
    }
    return found | ({"recurringChargePeriod": "monthly"} if price_type == "recurring" else {})


def item(number: int, quantity: int = 1) -> dict[str, Any]:
    return {
        "id": f"item-{number:04d}",
        "action": "add",
        "quantity": quantity,
        "status": "Active",
        "note": [{"text": f"Näin № {number}", "author": "ann", "date": "2026-11-22T10:00:00Z"}],
        "itemPrice": [price("29.90"), price("5", "oneTime")],
        "itemTotalPrice": [price(str(Decimal("29.90") * quantity)), price(str(5 * quantity), "oneTime")],
        "product": {"characteristic": [{"name": "color", "value": "black"}, {"name": "speed", "value": Decimal("1.50")}]},
        "productOffering": {"id": "FIB500", "name": "Fibre 500", "href": "/catalog/FIB500"},
    }


def cart_json(cart_id: str = "C1", items: int = 3, quantity: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": cart_id,
        "cartTotalPrice": [price(str(Decimal("29.90") * (items - 1 + quantity))), price(str(5 * (items - 1 + quantity)), "oneTime")],
        "cartItem": [item(number, quantity if number == items // 2 else 1) for number in range(items)],
        "cartdesk": {"state": "open", "label": f"Caller {cart_id}", "created": "2026-11-22T10:00:00Z", "changed": "2026-11-22T10:05:00Z"},
        **more,
    }


def make_cart(cart_id: str = "C1", items: int = 3, quantity: int = 1, **more: Any) -> ShoppingCart:
    return _made(cart_id, items, quantity) if not more else _validated(cart_id, items, quantity, **more)


@cache
def _made(cart_id: str, items: int, quantity: int) -> ShoppingCart:
    """Carts are frozen, so tests may share them."""
    return _validated(cart_id, items, quantity)


def _validated(cart_id: str, items: int, quantity: int, **more: Any) -> ShoppingCart:
    return ShoppingCart.model_validate(loads(dumps(cart_json(cart_id, items, quantity, **more))))


def with_quantity(cart: ShoppingCart, quantity: int) -> ShoppingCart:
    """Return the cart with its first item's quantity changed, every other part the very same object."""
    first, *others = cart.cart_item
    return cart.model_copy(update={"cart_item": (first.model_copy(update={"quantity": quantity}), *others)})


def change(entry: str = "FIB500", kind: Any = "change", to_seq: int | None = None, at: str = "2026-11-22T10:00:00Z", **more: Any) -> Change:
    return Change("ann", entry, at, kind, to_seq, more.get("before", {}), more.get("after", {}))
