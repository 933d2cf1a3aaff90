"""What a customer pays for what they have: owned products as a priced cart, at what each is known to cost now.

Called by the desk for the accounts of a customer. It is the other side of ``former``: what a modified line has taken off, a product has on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cartdesk.pricing.items import price_item
from cartdesk.pricing.priced import Amounts, Phase, PriceBook, PricedCart, PricedCharge, PricedItem
from cartdesk.pricing.totals import totals_of
from cartdesk.tmf.cart import Action, CartItem, Product, ShoppingCart
from cartdesk.tmf.customer import OwnedProduct
from cartdesk.tmf.resource import Reference

_PAID = "former"


def price_owned(products: Iterable[OwnedProduct], book: PriceBook, now: datetime) -> PricedCart:
    """Return what some owned products cost every period: their own prices where they have any, else the list prices of their offerings.

    Installments are charged as often as they were from the start. Discounts that were once given are not known of, and what was paid once
    is past. A product of which nobody knows what it costs is there without a charge.

    Args:
        products: what a customer has, parts of bundles below them.
        book: the catalog.
        now: the moment whose prices hold.

    Raises:
        PricingError: a price of the catalog's cannot be used.
    """
    items = tuple(_paid(_priced(product, Action.MODIFY, book, now), _priced(product, Action.ADD, book, now)) for product in products)
    cart = ShoppingCart(id="owned", cart_item=tuple(item.item for item in items))
    return PricedCart(cart, book.currency, book.policy, now, items, totals_of(items, book.currency))


def _priced(product: OwnedProduct, action: Action, book: PriceBook, now: datetime) -> PricedItem:
    return price_item(_line(product, action), book, now)


def _line(product: OwnedProduct, action: Action) -> CartItem:
    """Return a product as a line that modifies it into itself, so that pricing works out what is paid for it; or as one that adds it."""
    paid = {"id": product.id, "productOffering": product.product_offering, "productPrice": [each.wire() for each in product.product_price]}
    return CartItem(
        id=product.id or product.name or "product",
        action=action,
        quantity=product.quantity,
        product_offering=product.product_offering,
        product=Product.model_validate(
            {
                "characteristic": product.product_characteristic,
                "place": product.place,
                **{name: value.wire() if isinstance(value, Reference) else value for name, value in paid.items() if value},
            }
        ),
        cart_term=product.product_term,
        cart_item=tuple(_line(part, action) for part in product.parts),
    )


def _paid(item: PricedItem, added: PricedItem) -> PricedItem:
    charges = [_charged(charge) for charge in item.charges if charge.category == _PAID]
    charges += [_listed(charge, charge.total) for charge in added.charges if charge.installments is not None]
    children = tuple(_paid(child, new) for child, new in zip(item.children, added.children, strict=True))
    return item._replace(charges=tuple(charges), children=children, counted=True, problem=None)


def _charged(charge: PricedCharge) -> PricedCharge:
    """Return what is taken off for a product as what is charged for it."""
    return _listed(charge._replace(name=charge.name.removesuffix(", paid now"), unit=-charge.unit, category="charge"), -charge.total)


def _listed(charge: PricedCharge, total: Amounts) -> PricedCharge:
    """Return a charge at its list price, for as long as it is charged."""
    last = charge.installments
    phases = (Phase(1, None, total),) if last is None else (Phase(1, last, total), Phase(last + 1, None, total - total))
    return charge._replace(total=total, alterations=(), phases=phases)
