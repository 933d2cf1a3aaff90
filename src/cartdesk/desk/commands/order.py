"""The end of a sale: the checkout, and the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from cartdesk.desk.checkout import place_order, refuse_blocked
from cartdesk.desk.command import Command, Outcome, Show

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft
    from cartdesk.desk.view import DeskView

_CHECKOUT = "Check out"


@dataclass(frozen=True)
class ShowCheckout(Command):
    """Check out: customer, review, confirm."""

    name: ClassVar[str] = "show.checkout"
    label: ClassVar[str] = "Check out"
    group: ClassVar[str] = _CHECKOUT
    keys: ClassVar[tuple[str, ...]] = ("f8",)
    where: ClassVar[frozenset[str]] = frozenset({"desk", "bill"})
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "E"
    pattern: ClassVar[str | None] = "E|checkout"

    def run(self, draft: Draft) -> Outcome:
        """Open the checkout where nothing stands in its way; else say what does, and what mends it."""
        refuse_blocked(draft)
        return Outcome("", Show("checkout"))

    def written(self) -> str | None:
        """Return ``E``."""
        return "E"


@dataclass(frozen=True)
class PlaceOrder(Command):
    """Place the order: a name and at least one way to reach the customer."""

    name: ClassVar[str] = "order.place"
    label: ClassVar[str] = "Confirm the order"
    group: ClassVar[str] = _CHECKOUT
    confirm: ClassVar[bool] = True
    entry: ClassVar[str | None] = "E Ingrid Berg, ingrid@berg.example, +47 22 33 44 55"
    opener: ClassVar[str | None] = r"E\s+\S.*,"
    pattern: ClassVar[str | None] = r"E\s+(?P<customer>[^,;\s][^,;]*),\s*(?P<email>[^\s,;@]+@[^\s,;]+)?\s*,?\s*(?P<phone>\+?[\d ()/.-]*\d)?"
    alone: ClassVar[bool] = False

    customer: str
    """The customer's full name."""
    email: str = ""
    phone: str = ""
    street: str = ""
    post_code: str = ""
    city: str = ""
    country: str = ""

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Read name, email and phone; raises ValueError where there is neither of the two."""
        if not values.get("email") and not values.get("phone"):
            raise ValueError("An order needs an email address or a phone number after the name.")
        return cls(**values)

    def question(self, view: DeskView) -> str | None:
        """Ask always: an order cannot be undone."""
        return "Place the order? One-off charges are due now, recurring ones with the bill."

    def run(self, draft: Draft) -> Outcome:
        """Make the order, and the cart read-only history."""
        order_id = place_order(draft, asdict(self))
        return Outcome(f"Order {order_id} is placed.", Show("receipt", {"order_id": order_id}))

    def written(self) -> str | None:
        """Return ``E NAME, EMAIL, PHONE``; None where an address was given too, or a part cannot be typed."""
        if self.street or self.post_code or self.city or self.country or not (self.email or self.phone):
            return None
        return "E " + ", ".join(each for each in (self.customer, self.email, self.phone) if each)
