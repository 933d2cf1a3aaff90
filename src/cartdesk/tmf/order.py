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
    billing_account: Reference | None = None
    """Where it is charged, where that is not the order's own account."""
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


class StateChange(Resource):
    """That an order came into a state."""

    state: str
    at: str
    """RFC 3339."""
    who: str | None = None
    why: str | None = None


class SaidAloud(Resource):
    """That a statement was read to the customer, or that they agreed to the order."""

    key: str
    at: str
    """RFC 3339."""
    who: str
    of: str | None = None
    """A digest of the text."""


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
    history: tuple[StateChange, ...] = ()
    """Every state it was in, the first one first."""
    heard: tuple[SaidAloud, ...] = ()
    """What was read aloud before it was placed."""
    consent: SaidAloud | None = None
    """That the customer agreed."""
    payment_method: str | None = None
    """How the one-off charges are paid: terminal, cash, link, or bill for the first bill; None where nothing was due."""
    appointment: str | None = None
    """When the customer would like somebody to come; the operator makes the appointment."""
    rating: int | None = None
    """What the customer thinks of it, 1 to 5."""


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
    billing_account: Reference | None = None
    """Where its lines are charged that name no account of their own."""
    payment: Annotated[tuple[Reference, ...], Listed] = ()
    """What was paid of it."""
    completion_date: Time | None = None
    cancellation_date: Time | None = None
    cancellation_reason: str | None = None
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
