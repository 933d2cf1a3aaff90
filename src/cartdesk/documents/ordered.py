"""What an order sold, as a priced cart again, so that its documents tell the prices it was placed at and no later ones.

Called by the desk for every document of an order and for the bills to come.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.pricing.kept import read_kept
from cartdesk.text import safe_text
from cartdesk.tmf.cart import CartItem, CartTerm, ShoppingCart

if TYPE_CHECKING:
    from cartdesk.pricing.priced import PricedCart
    from cartdesk.tmf.order import OrderItem, ProductOrder


def priced_order(order: ProductOrder) -> PricedCart:
    """Return what an order sold with its prices.

    Raises:
        Refused: the order says nothing of it: it comes from elsewhere, or was erased.
        PricingError: what it says cannot be read.
    """
    sold = order.seat.sold if order.seat is not None else None
    if sold is None:
        raise Refused(tr("Order {id} does not say what was sold at which prices; its receipt is all there is.", id=safe_text(order.id, 60)))
    cart_id = order.shopping_cart.id if order.shopping_cart is not None else None
    cart = ShoppingCart(
        id=cart_id or order.id,
        cart_item=tuple(_items(order.product_order_item)),
        related_party=order.related_party,
        contact_medium=order.contact_medium,
    )
    return read_kept(sold, cart)


def _items(items: Iterable[OrderItem]) -> Iterable[CartItem]:
    for item in items:
        yield CartItem(
            id=item.id,
            quantity=item.quantity,
            cart_term=tuple(CartTerm(name=term.name, description=term.description, duration=term.duration) for term in item.item_term),
            cart_item=tuple(_items(item.product_order_item)),
            product=item.product,
            product_offering=item.product_offering,
        )
