"""Step 1: who buys; a new customer's name and how to reach them, or one who is known here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from cartdesk.desk.people import in_one_line
from cartdesk.selling.checkout_draft import Step
from cartdesk.selling.checkout_steps import KINDS, ORGANIZATION
from cartdesk.tui.screens.checkout.panel import Panel, set_options
from cartdesk.tui.widgets.form import Choice, Field

if TYPE_CHECKING:
    from cartdesk.desk.view import CartView
    from cartdesk.selling.checkout_look import CheckoutLook


class CustomerPanel(Panel):
    """A person or an organization, new or known."""

    STEP: ClassVar[Step] = Step.CUSTOMER

    def rows(self) -> ComposeResult:
        """The lines first, since a name is what is typed at once; then what kind, and who is known like this one."""
        yield Field("Name", hint="given name and family name", name="name")
        yield Field("E-mail", hint="name@example.com", name="email")
        phone = Field("Phone", hint="+47 22 33 44 55", name="phone")
        phone.input.takes_phone = True
        yield phone
        yield Choice("Buys as", tuple(KINDS.values()), name="kind")
        yield Choice("Known here", ("nobody",), name="customer", id="known")

    def show(self, look: CheckoutLook, cart: CartView) -> None:
        """Show what kind, and the known customers like the one that is typed."""
        checkout = look.checkout
        organization = look.known.is_organization if look.known is not None else checkout.get("kind") == ORGANIZATION
        kind = next(row for row in self.query(Choice) if row.name == "kind")
        set_options(kind, tuple(KINDS.values()), int(organization))
        kind.display = look.known is None
        known = self.query_one("#known", Choice)
        if look.known is not None:
            set_options(known, (in_one_line(look.known), "somebody else"), 0)
        else:
            apart = all(each.customer.id in checkout.apart for each in look.likely)
            people = tuple(in_one_line(each.customer) for each in look.likely)
            set_options(known, (*people, "somebody else"), len(people) if apart else -1)
        known.display = look.known is not None or bool(look.likely)

    def choose(self, choice: Choice, index: int) -> None:
        """Take a kind, or a known customer, or say that it is none of them."""
        if self.look is None:
            return
        if choice.name == "kind":
            self.post_message(self.Told({"kind": tuple(KINDS)[index]}, chosen=True))
        elif self.look.known is not None:
            if index == 1:
                self.post_message(self.Told({"customer": ""}, chosen=True))
        elif index < len(self.look.likely):
            self.post_message(self.Told({"customer": self.look.likely[index].customer.id or ""}, chosen=True))
        else:
            others = "; ".join(f"E apart={each.customer.id}" for each in self.look.likely)
            self.post_message(self.Did(others))
