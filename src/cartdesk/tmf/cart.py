"""The shopping cart and its parts (TMF663 R18, "Shopping Cart resource").

The inner shape is the document's own v2 JSON with its ambiguities settled; ``dialects`` turns it into v4 and v5 and back.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from cartdesk.tmf.price import CartPrice
from cartdesk.tmf.resource import Listed, Note, Quantity, Reference, RelatedParty, Resource, TimePeriod


class Action(StrEnum):
    """What the order is to do with an item's product."""

    ADD = "add"
    MODIFY = "modify"
    DELETE = "delete"
    NO_CHANGE = "no_change"

    @classmethod
    def read(cls, value: Any) -> Any:
        """Read any version's spelling ("noChange", "No_Change")."""
        return _ACTIONS.get(_fold(value), value) if isinstance(value, str) else value


class ItemStatus(StrEnum):
    """Whether an item counts now or was put aside."""

    ACTIVE = "Active"
    SAVED_FOR_LATER = "SavedForLater"

    @classmethod
    def read(cls, value: Any) -> Any:
        """Read any version's spelling ("active", "saveForLater")."""
        return _STATUSES.get(_fold(value), value) if isinstance(value, str) else value


def _fold(text: str) -> str:
    return text.replace("_", "").replace("-", "").replace(" ", "").lower()


_ACTIONS = {_fold(action.value): action for action in Action}
_STATUSES = {"active": ItemStatus.ACTIVE, "savedforlater": ItemStatus.SAVED_FOR_LATER, "saveforlater": ItemStatus.SAVED_FOR_LATER}


class CartTerm(Resource):
    """How long the customer commits to an item."""

    id: str | None = None
    name: str | None = None
    description: str | None = None
    duration: Quantity | None = None


class Characteristic(Resource):
    """A chosen property of a product: color = black."""

    id: str | None = None
    name: str | None = None
    value: Any = None
    """A string in v2; later versions allow any JSON value."""


class Place(Reference):
    """Where something is delivered, installed or picked up."""

    role: str | None = None


class ProductSpecificationRef(Reference):
    """The specification a product is made to."""

    version: str | None = None


class ProductRelationship(Resource):
    """A link to another product: bundled, reliesOn, targets."""

    type: str | None = None
    product: Product | None = None


class Product(Reference):
    """The configured product of an item, or the existing one that is modified or deleted."""

    characteristic: Annotated[tuple[Characteristic, ...], Listed] = ()
    place: Annotated[tuple[Place, ...], Listed] = ()
    product_relationship: Annotated[tuple[ProductRelationship, ...], Listed] = ()
    related_party: Annotated[tuple[RelatedParty, ...], Listed] = ()
    product_specification: ProductSpecificationRef | None = None


class CartItemRef(Resource):
    """A pointer to another item of the same cart."""

    id: str | None = None
    referred_type: str | None = Field(default=None, alias="@referredType")


class CartItemRelationship(Resource):
    """A relation that is not parent and child: RelyOn, DependentOn, Shipping."""

    id: str | None = None
    type: str | None = None
    cart_item: Annotated[tuple[CartItemRef, ...], Listed] = ()


class CartItem(Resource):
    """One line of a cart: an offering, how many, how configured, and what it costs."""

    id: str
    """Made by the seat and unique in the cart for good; never 1, 2, 3."""
    action: Annotated[Action, BeforeValidator(Action.read)] = Action.ADD
    quantity: int = Field(default=1, ge=0)
    status: Annotated[ItemStatus, BeforeValidator(ItemStatus.read)] = ItemStatus.ACTIVE
    cart_term: Annotated[tuple[CartTerm, ...], Listed] = ()
    cart_item: Annotated[tuple[CartItem, ...], Listed] = ()
    """The children of a bundle; a child's quantity is per one of its parent."""
    note: Annotated[tuple[Note, ...], Listed] = ()
    item_price: Annotated[tuple[CartPrice, ...], Listed] = ()
    """For one."""
    item_total_price: Annotated[tuple[CartPrice, ...], Listed] = ()
    """For the quantity, children included."""
    product: Product | None = None
    product_offering: Reference | None = None
    cart_item_relationship: Annotated[tuple[CartItemRelationship, ...], Listed] = ()


class MediumCharacteristic(Resource):
    """Where a contact medium reaches someone."""

    city: str | None = None
    country: str | None = None
    email_address: str | None = None
    fax_number: str | None = None
    phone_number: str | None = None
    post_code: str | None = None
    state_or_province: str | None = None
    street1: str | None = None
    street2: str | None = None
    type: str | None = None


class ContactMedium(Resource):
    """A way to reach the customer: email, phone, postal address."""

    id: str | None = None
    type: str | None = None
    preferred: bool | None = None
    valid_for: TimePeriod | None = None
    characteristic: MediumCharacteristic | None = None


class PriceOverride(Resource):
    """A price set by hand: kept with who set it and why, and priced as the last alteration of its item."""

    item_id: str
    percentage: str | None = None
    """In percent, a decimal as text, how much is taken off; or else ``amount``."""
    amount: str | None = None
    """In money with tax for one, a decimal as text, how much is taken off."""
    price_type: str = "recurring"
    """Which of the item's prices it changes: recurring or oneTime."""
    periods: int | None = None
    """For how many charge periods; None is always."""
    who: str
    role: str
    """The role whose limit it is within."""
    why: str
    approved_by: str | None = None
    """Who of that role allowed it; None where who set it may do so."""


class CartState(StrEnum):
    """Where a cart is in its life at this seat."""

    OPEN = "open"
    HELD = "held"
    ORDERED = "ordered"
    DISCARDED = "discarded"


class SeatNotes(Resource):
    """What the seat alone knows of a cart; never sent to a server."""

    state: CartState = CartState.OPEN
    label: str | None = None
    """What the agent calls it: the caller's name."""
    start: str | None = None
    """The day service starts, ISO; None is the day of asking."""
    bill_cycle_day: int | None = Field(default=None, ge=1, le=31)
    promotion_code: tuple[str, ...] = ()
    """The codes given, in order."""
    customer_known: bool = False
    """True when an existing customer was named: new-customer discounts no longer hold."""
    override: tuple[PriceOverride, ...] = ()
    channel: str | None = None
    """Through which channel it is sold: agent, kiosk, field; None is agent."""
    segment: str | None = None
    """The market segment the agent was told: residential, business, youth…; None is the customer's own."""
    post_code: str | None = None
    """Where it is to be delivered, before an address is known; None is the customer's own."""
    quoted: dict[str, str] = Field(default_factory=dict)
    """What each line cost when it was last agreed to, by its id, so that a later rise is not passed on in silence."""
    note: tuple[Note, ...] = ()
    """Notes on the cart as a whole; R18 has notes on items only."""
    order_id: str | None = None
    """The order it became."""
    created: str | None = None
    changed: str | None = None
    """RFC 3339 times, set by the desk."""


class ShoppingCart(Resource):
    """A cart (TMF663 R18)."""

    id: str
    href: str | None = None
    valid_for: TimePeriod | None = None
    contact_medium: Annotated[tuple[ContactMedium, ...], Listed] = ()
    cart_total_price: Annotated[tuple[CartPrice, ...], Listed] = ()
    """Totals over active items, one for each (priceType, period, currency)."""
    cart_item: Annotated[tuple[CartItem, ...], Listed] = ()
    related_party: Annotated[tuple[RelatedParty, ...], Listed] = ()
    seat: SeatNotes | None = Field(default=None, alias="cartdesk")
    """What only this seat knows; the dialects leave it out."""

    @property
    def notes(self) -> SeatNotes:
        """The seat's notes, empty where there are none."""
        return self.seat or SeatNotes()

    def item(self, item_id: str) -> CartItem | None:
        """Return the top-level item with this id."""
        return next((item for item in self.cart_item if item.id == item_id), None)
