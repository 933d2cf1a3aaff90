"""The order a cart becomes, and the customer who places it (TMF622 v4 and TMF632 v4 names)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from cartdesk.tmf.cart import Characteristic, ContactMedium, Product
from cartdesk.tmf.price import CartPrice, Price
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


class ChargedTotal(Resource):
    """What one total of an order really costs in a run of charge periods, discounts taken off."""

    price_type: str | None = None
    recurring_charge_period: str | None = None
    """How often it is charged; None for what is paid once, now."""
    first: int = 1
    """The number of the first charge period it holds for, from 1."""
    last: int | None = None
    """The number of the last one; None is for good."""
    until: str | None = None
    """The last day of the last one, ISO."""
    price: Price | None = None


class OrderNotes(Resource):
    """What the seat alone knows of an order, so that its receipt can be written again; never sent to a server."""

    charged: tuple[ChargedTotal, ...] = ()
    """What is paid now, then what each recurring total costs, run by run."""
    who: str | None = None
    """The agent who placed it."""
    start: str | None = None
    """The day service starts, ISO."""
    bill_cycle_day: int | None = None
    promotion_code: tuple[str, ...] = ()
    sold: dict[str, Any] | None = None
    """What was sold at which prices, as ``pricing.kept`` keeps it: every charge, discount and cost of leaving, for good."""


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
    seat: OrderNotes | None = Field(default=None, alias="cartdesk")
    """What only this seat knows."""


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
