"""How what was sold reaches the customer: the ways that fit a cart, choosing one, and the place it goes to.

The checkout's step "Delivery" calls it; a delivery is a line of the cart like any other, related to what it ships.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cartdesk.selling.basket import add_item, remove_item
from cartdesk.selling.bundles import Ids
from cartdesk.selling.lines import is_active, offering_id
from cartdesk.selling.relations import shipping_offerings
from cartdesk.selling.shelf import Shelf, why_not_sold
from cartdesk.text import safe_text
from cartdesk.tmf.cart import Action, CartItem, Place, Product, ShoppingCart
from cartdesk.tmf.order import OrderItem, ProductOrder

DELIVERY = "delivery"
PICK_UP = "pickup"
INSTALLATION = "installation"
PICK_UPS = "pickup"
"""The member of the catalog's terms that says which deliveries are a pick-up, and in which shops."""


@dataclass(frozen=True, slots=True)
class Shop:
    """Where something can be picked up."""

    id: str
    name: str
    street: str = ""
    post_code: str = ""
    city: str = ""

    @property
    def in_words(self) -> str:
        """The shop and where it is."""
        return ", ".join(part for part in (self.name, self.street, self.city) if part)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to deliver what is in a cart."""

    offering_id: str
    name: str
    shops: tuple[Shop, ...] = ()
    """For a pick-up: where. Empty for what is brought."""

    @property
    def is_pick_up(self) -> bool:
        """Say whether the customer fetches it."""
        return bool(self.shops)


def to_deliver(cart: ShoppingCart, shelf: Shelf) -> tuple[CartItem, ...]:
    """Return the lines that something has to be brought for."""
    return tuple(item for item in cart.cart_item if is_active(item) and item.action is Action.ADD and shipping_offerings(item, shelf))


def ways_for(cart: ShoppingCart, shelf: Shelf, terms: Mapping[str, Any], now: datetime) -> tuple[Way, ...]:
    """Return the ways that deliver every line that needs it; where none does, those that deliver some.

    Args:
        cart: the cart.
        shelf: the catalog.
        terms: the catalog's terms, with the shops of each pick-up.
        now: the moment; what is not sold then is left out.
    """
    each = [shipping_offerings(item, shelf) for item in to_deliver(cart, shelf)]
    together = list(dict.fromkeys(way for ways in each for way in ways))
    for_all = [way for way in together if all(way in ways for ways in each)]
    found = []
    for way in for_all or together:
        offering = shelf.offering(way)
        if offering is None or why_not_sold(offering, now) is not None:
            continue
        found.append(Way(way, safe_text(offering.name or way, 60), shops_of(way, terms)))
    return tuple(found)


def shops_of(way: str, terms: Mapping[str, Any]) -> tuple[Shop, ...]:
    """Return the shops that a way of delivery is a pick-up in; none where it is no pick-up."""
    pick_ups = terms.get(PICK_UPS)
    listed = pick_ups.get(way) if isinstance(pick_ups, Mapping) else None
    if not isinstance(listed, list):
        return ()
    return tuple(_shop(each) for each in listed if isinstance(each, Mapping) and each.get("id"))


def _shop(given: Mapping[str, Any]) -> Shop:
    def text(member: str) -> str:
        return safe_text(str(given.get(member) or ""), 60)

    return Shop(text("id"), text("name") or text("id"), text("street"), text("postCode"), text("city"))


def way_of(cart: ShoppingCart, shelf: Shelf) -> str | None:
    """Return the offering that delivers now, or None."""
    ways = {way for item in to_deliver(cart, shelf) for way in shipping_offerings(item, shelf)}
    return next((offering_id(item) for item in cart.cart_item if is_active(item) and offering_id(item) in ways), None)


def deliver_by(cart: ShoppingCart, way: Way, shelf: Shelf, *, ids: Ids, now: datetime) -> ShoppingCart:
    """Return the cart delivered in one way; other deliveries of its lines are taken out.

    Raises:
        Refused: it is not sold.
    """
    ways = {each for item in to_deliver(cart, shelf) for each in shipping_offerings(item, shelf)}
    others = [item.id for item in cart.cart_item if offering_id(item) in ways - {way.offering_id}]
    there = any(offering_id(item) == way.offering_id and is_active(item) for item in cart.cart_item)
    if there and not others:
        return cart
    for item_id in others:
        cart = remove_item(cart, item_id)
    offering = shelf.offering(way.offering_id)
    if there or offering is None:
        return cart
    return add_item(cart, offering, shelf, ids=ids, now=now)


def address_place(street: str, post_code: str, city: str, country: str | None, role: str) -> Place:
    """Return an address as a place (TMF673 names), said in one line as its name."""
    name = f"{street}, {post_code} {city}" + (f", {country}" if country else "")
    return Place.model_validate(
        {"role": role, "name": name, "@referredType": "GeographicAddress", "street1": street, "postCode": post_code, "city": city}
        | ({"country": country} if country else {})
    )


def shop_place(shop: Shop) -> Place:
    """Return a shop as the place where something is picked up."""
    return Place(id=shop.id, role=PICK_UP, name=shop.in_words, referred_type="GeographicSite")


def with_places(order: ProductOrder, cart: ShoppingCart, place: Place | None, address: Place | None) -> ProductOrder:
    """Return the order with its places written in.

    Args:
        order: the order.
        cart: the cart it was made from, which says what is shipped.
        place: where what is shipped goes: an address, or the shop it is picked up in.
        address: where all the rest is used or installed, where that is known.
    """
    shipped = {ref.id for item in cart.cart_item for relation in item.cart_item_relationship for ref in relation.cart_item}
    carriers = {item.id for item in cart.cart_item if item.cart_item_relationship}
    at_home = address.model_copy(update={"role": INSTALLATION}) if address is not None else None
    items = tuple(_placed(item, place if item.id in shipped | carriers else at_home) for item in order.product_order_item)
    return order.model_copy(update={"product_order_item": items})


def _placed(item: OrderItem, place: Place | None) -> OrderItem:
    if place is None or (item.product is not None and item.product.place):
        return item
    product = (item.product or Product()).model_copy(update={"place": (place,)})
    return item.model_copy(update={"product": product})
