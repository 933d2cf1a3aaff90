"""The order a cart becomes, and the customer who places it (TMF622 v4 and TMF632 v4 names)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cartdesk.tmf.cart import Characteristic, ContactMedium, Product
from cartdesk.tmf.price import CartPrice
from cartdesk.tmf.resource import Listed, Note, Quantity, Reference, RelatedParty, Resource, Time


class OrderItem(Resource):
    """One line of an order."""

    id: str
    action: str = "add"
    quantity: int = 1
    state: str | None = None
    item_price: Annotated[tuple[CartPrice, ...], Listed] = ()
    item_total_price: Annotated[tuple[CartPrice, ...], Listed] = ()
    item_term: Annotated[tuple[OrderTerm, ...], Listed] = ()
    note: Annotated[tuple[Note, ...], Listed] = ()
    product: Product | None = None
    product_offering: Reference | None = None
    product_order_item: Annotated[tuple[OrderItem, ...], Listed] = ()


class OrderTerm(Resource):
    """The commitment of an order's line."""

    name: str | None = None
    description: str | None = None
    duration: Quantity | None = None


class ProductOrder(Resource):
    """An order (TMF622 v4). ``external_id`` is the checkout's own id, so that it is never placed twice."""

    id: str
    href: str | None = None
    external_id: str | None = None
    state: str = "acknowledged"
    category: str | None = None
    description: str | None = None
    order_date: Time | None = None
    requested_start_date: Time | None = None
    order_total_price: Annotated[tuple[CartPrice, ...], Listed] = ()
    product_order_item: Annotated[tuple[OrderItem, ...], Listed] = ()
    related_party: Annotated[tuple[RelatedParty, ...], Listed] = ()
    contact_medium: Annotated[tuple[ContactMedium, ...], Listed] = ()
    note: Annotated[tuple[Note, ...], Listed] = ()
    shopping_cart: Reference | None = None
    """The cart it was made from."""


class Individual(Resource):
    """A person (TMF632 v4)."""

    id: str
    href: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    full_name: str | None = None
    status: str | None = None
    contact_medium: Annotated[tuple[ContactMedium, ...], Listed] = ()
    party_characteristic: Annotated[tuple[Characteristic, ...], Listed] = Field(default=())
    related_party: Annotated[tuple[RelatedParty, ...], Listed] = ()
