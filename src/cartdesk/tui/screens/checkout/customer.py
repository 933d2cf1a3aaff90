"""Step 1: who buys; a new customer's name and how to reach them, or one who is known here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from cartdesk.desk.people import in_one_line
from cartdesk.language import tr
from cartdesk.selling.checkout_draft import Step
from cartdesk.selling.checkout_steps import KINDS, ORGANIZATION
from cartdesk.tui.screens.checkout.panel import Panel, Radios, set_options
from cartdesk.tui.widgets.form import Choice, Field
from cartdesk.tui.widgets.radio import Radio

if TYPE_CHECKING:
    from cartdesk.desk.view import CartView
    from cartdesk.selling.checkout_look import CheckoutLook


APART = "apart"
"""The row that says it is none of them."""


class CustomerPanel(Panel):
    """A person or an organization, new or known."""

    STEP: ClassVar[Step] = Step.CUSTOMER

    def rows(self) -> ComposeResult:
        """The lines first, since a name is what is typed at once; then what kind, and who is known like this one."""
        yield Field(tr("Name"), hint=tr("given name and family name"), name="name")
        yield Field(tr("E-mail"), hint="name@example.com", name="email")
        phone = Field(tr("Phone"), hint="+47 22 33 44 55", name="phone")
        phone.input.takes_phone = True
        yield phone
        yield Choice(tr("Buys as"), tuple(map(tr, KINDS.values())), name="kind")
        yield Radios(tr("Known here"), id="customer")

    def show(self, look: CheckoutLook, cart: CartView) -> None:
        """Show what kind, and the known customers like the one that is typed."""
        checkout = look.checkout
        organization = look.known.is_organization if look.known is not None else checkout.get("kind") == ORGANIZATION
        kind = next(row for row in self.query(Choice) if row.name == "kind")
        set_options(kind, tuple(map(tr, KINDS.values())), int(organization))
        kind.display = look.known is None
        known = self.query_one(Radios)
        if look.known is not None:
            known.show([(look.known.id or "", in_one_line(look.known)), (APART, tr("somebody else"))], look.known.id or "")
        else:
            apart = all(each.customer.id in checkout.apart for each in look.likely)
            people = [(each.customer.id or "", in_one_line(each.customer)) for each in look.likely]
            known.show([*people, (APART, tr("somebody else"))] if people else [], APART if apart else "")
        known.display = look.known is not None or bool(look.likely)

    def pick(self, radio: Radio) -> None:
        """Take a known customer, or say that it is none of them."""
        if self.look is None:
            return
        if radio.value != APART or self.look.known is not None:
            chosen = "" if radio.value == APART else radio.value
            self.post_message(self.Told({"customer": chosen}, chosen=True))
            return
        self.post_message(self.Did("; ".join(f"E apart={each.customer.id}" for each in self.look.likely)))

    def choose(self, choice: Choice, index: int) -> None:
        """Take a kind."""
        self.post_message(self.Told({"kind": tuple(KINDS)[index]}, chosen=True))
