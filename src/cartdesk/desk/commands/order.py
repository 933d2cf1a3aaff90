"""The end of a sale: the checkout's steps, what was read aloud, and the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from cartdesk.desk.command import Command, Outcome, Show, quoted
from cartdesk.language import message, ntr, tr

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft
    from cartdesk.desk.view import DeskView

CHECKOUT = message("Check out")
_STEPS = "customer|delivery|billing|payment|read"


@dataclass(frozen=True)
class ShowCheckout(Command):
    """Check out: customer, delivery, billing, payment, read aloud, confirm."""

    name: ClassVar[str] = "show.checkout"
    label: ClassVar[str] = message("Check out")
    group: ClassVar[str] = CHECKOUT
    keys: ClassVar[tuple[str, ...]] = ("f8",)
    where: ClassVar[frozenset[str]] = frozenset({"desk", "bill"})
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "E"
    pattern: ClassVar[str | None] = "E|checkout"

    def run(self, draft: Draft) -> Outcome:
        """Open the checkout where it was left; where something stands in its way say what does, and what mends it."""
        from cartdesk.desk.checkout import Till

        till = Till(draft)
        till.refuse_blocked()
        if till.begun is None:
            till.put(till.checkout)
        return Outcome("", Show("checkout"))

    def written(self) -> str | None:
        """Return ``E``."""
        return "E"


@dataclass(frozen=True)
class FillCheckout(Command):
    """Tell the checkout something: name, email, phone, street, option, account, bill day, pay and more."""

    name: ClassVar[str] = "checkout.fill"
    label: ClassVar[str] = message("Fill in the checkout")
    group: ClassVar[str] = CHECKOUT
    entry: ClassVar[str | None] = "E name=Ingrid Berg, E email=…, E bill day=15, E account @2=A-4712, E pay=terminal AB-12"
    pattern: ClassVar[str | None] = r"E\s+(?P<field>[a-z][a-z -]*?)\s*(?:@\s*(?P<line>\d+)\s*)?=\s*(?P<value>.*)"

    field: str
    value: str = ""
    line: int | None = None

    def run(self, draft: Draft) -> Outcome:
        """Keep it, and refuse what cannot be right."""
        from cartdesk.desk.filling import fill_in

        return Outcome(fill_in(draft, self.field, self.value, self.line))

    def written(self) -> str | None:
        """Return ``E name=Ingrid Berg``."""
        at = "" if self.line is None else f" @{self.line}"
        return f"E {self.field}{at}={quoted(self.value)}"


@dataclass(frozen=True)
class HearStatements(Command):
    """Say that the statements were read to the customer: all of them, or one by its name."""

    name: ClassVar[str] = "checkout.heard"
    label: ClassVar[str] = message("All were read")
    group: ClassVar[str] = CHECKOUT
    entry: ClassVar[str | None] = "E heard"
    pattern: ClassVar[str | None] = r"E\s+heard(?:\s+(?P<key>[^;\s]+))?"

    key: str | None = None

    def run(self, draft: Draft) -> Outcome:
        """Stamp them with the time and the agent."""
        from cartdesk.desk.checkout import Till

        count = Till(draft).hear(None if self.key is None else (self.key,))
        return Outcome(
            ntr("{n} statement read aloud.", "{n} statements read aloud.", count) if count else tr("There is nothing to be read aloud.")
        )

    def written(self) -> str | None:
        """Return ``E heard``."""
        return "E heard" if self.key is None else f"E heard {self.key}"


@dataclass(frozen=True)
class CompleteStep(Command):
    """Go on to the checkout's next step, once this one is right."""

    name: ClassVar[str] = "checkout.done"
    label: ClassVar[str] = message("Next step")
    group: ClassVar[str] = CHECKOUT
    entry: ClassVar[str | None] = "E done billing"
    pattern: ClassVar[str | None] = rf"E\s+done\s+(?P<step>{_STEPS})"

    step: str

    def run(self, draft: Draft) -> Outcome:
        """Apply the step to the cart."""
        from cartdesk.desk.checkout import Till
        from cartdesk.selling.checkout_draft import Step

        till = Till(draft)
        till.refuse_blocked()
        till.complete(Step(self.step.lower()))
        return Outcome("")

    def written(self) -> str | None:
        """Return ``E done billing``."""
        return f"E done {self.step}"


@dataclass(frozen=True)
class DropCheckout(Command):
    """Forget what the checkout was told; the cart stays as it is."""

    name: ClassVar[str] = "checkout.drop"
    label: ClassVar[str] = message("Begin the checkout anew")
    group: ClassVar[str] = CHECKOUT
    entry: ClassVar[str | None] = "E drop"
    pattern: ClassVar[str | None] = r"E\s+drop"

    def run(self, draft: Draft) -> Outcome:
        """Remove the checkout's document."""
        from cartdesk.desk.checkout import Till

        till = Till(draft)
        till.refuse_paid()
        till.drop()
        return Outcome(tr("What the checkout was told is forgotten."))

    def written(self) -> str | None:
        """Return ``E drop``."""
        return "E drop"


@dataclass(frozen=True)
class ConfirmOrder(Command):
    """Confirm the order: the customer agrees, every step is right, and the order is submitted."""

    name: ClassVar[str] = "order.confirm"
    label: ClassVar[str] = message("The customer agrees: order")
    group: ClassVar[str] = CHECKOUT
    confirm: ClassVar[bool] = True
    entry: ClassVar[str | None] = "E confirm"
    pattern: ClassVar[str | None] = r"E\s+confirm"

    def question(self, view: DeskView) -> str | None:
        """Ask always: an order cannot be undone."""
        return tr("Does the customer agree, and is the order to be placed? One-off charges are due now, recurring ones with the bill.")

    def run(self, draft: Draft) -> Outcome:
        """Record the consent, make the order, and the cart read-only history."""
        from cartdesk.desk.checkout import Till
        from cartdesk.desk.placing import place

        placed = place(Till(draft))
        return Outcome(tr("Order {id} is placed.", id=placed.order.id), Show("receipt", {"order_id": placed.order.id}))

    def written(self) -> str | None:
        """Return ``E confirm``."""
        return "E confirm"


@dataclass(frozen=True)
class PlaceOrder(Command):
    """Place the order in one entry: a name and a way to reach the customer; what is due now comes with the first bill."""

    name: ClassVar[str] = "order.place"
    label: ClassVar[str] = message("Confirm the order")
    group: ClassVar[str] = CHECKOUT
    confirm: ClassVar[bool] = True
    entry: ClassVar[str | None] = "E Ingrid Berg, ingrid@berg.example, +47 22 33 44 55"
    opener: ClassVar[str | None] = r"E\s+\S.*,"
    pattern: ClassVar[str | None] = (
        r"E\s+(?P<customer>[^,;=\s][^,;=]*),\s*(?P<email>[^\s,;@]+@[^\s,;]+)?\s*,?\s*(?P<phone>\+?[\d ()/.-]*\d)?"
    )

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
        return tr("Place the order? One-off charges are due now, recurring ones with the bill.")

    def run(self, draft: Draft) -> Outcome:
        """Fill in the checkout with the usual where nothing was said, and place it."""
        from cartdesk.desk.checkout import Till
        from cartdesk.desk.placing import place

        till = Till(draft)
        till.take_name(self.customer, self.email, self.phone)
        till.fill({"street": self.street, "post_code": self.post_code, "city": self.city, "country": self.country})
        placed = place(till, strict=False)
        later = placed.payment is None and placed.order.seat is not None and placed.order.seat.payment_method is not None
        said = (
            tr("Order {id} is placed; what is due now comes with the first bill.", id=placed.order.id)
            if later
            else tr("Order {id} is placed.", id=placed.order.id)
        )
        return Outcome(said, Show("receipt", {"order_id": placed.order.id}))

    def written(self) -> str | None:
        """Return ``E NAME, EMAIL, PHONE``; None where there is nothing after the name."""
        if self.street or self.post_code or self.city or self.country or not (self.email or self.phone):
            return None
        return "E " + ", ".join(each for each in (self.customer, self.email, self.phone) if each)
