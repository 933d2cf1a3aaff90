"""Step 2: where it goes and how; an address and a delivery, or a shop to fetch it from; an appointment is the operator's to make."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from cartdesk.documents.money import format_money
from cartdesk.language import tr
from cartdesk.selling.checkout_draft import Step
from cartdesk.tui.plain import content
from cartdesk.tui.screens.checkout.panel import Note, Panel, Radios, set_options
from cartdesk.tui.widgets.form import Choice, Field

if TYPE_CHECKING:
    from cartdesk.desk.view import CartView
    from cartdesk.selling.checkout_look import CheckoutLook
    from cartdesk.selling.delivery import Way

ADDRESS = ("street", "post_code", "city", "country")


class DeliveryPanel(Panel):
    """The address, the delivery, and a wish for an appointment."""

    STEP: ClassVar[Step] = Step.DELIVERY

    def rows(self) -> ComposeResult:
        """How it comes, then where to."""
        yield Note(id="nothing-to-bring")
        yield Radios(tr("Delivery"), id="option")
        yield Choice(tr("Shop"), (tr("none"),), -1, name="shop", id="shop")
        yield Field(tr("Street"), hint=tr("street and number"), name="street")
        yield Field(tr("Post code"), name="post_code")
        yield Field(tr("City"), name="city")
        yield Field(tr("Country"), name="country")
        yield Field(tr("Appointment"), hint=tr("when it would suit; the operator makes it"), name="appointment")

    def show(self, look: CheckoutLook, cart: CartView) -> None:
        """Show the ways that fit what is in the cart, and the shops of a pick-up."""
        words = "" if look.needed else tr("Nothing has to be brought. An address is kept with the order where it is used.")
        note = self.query_one("#nothing-to-bring", Note)
        note.say(content(words, "$quiet"))
        note.display = bool(words)
        ways, shop = self.query_one(Radios), self.query_one("#shop", Choice)
        ways.show([(way.offering_id, _words(way, look)) for way in look.ways], look.way.offering_id if look.way is not None else "")
        ways.display = bool(look.ways)
        shops = look.way.shops if look.way is not None else ()
        wanted = look.checkout.get("shop")
        at = next((place for place, each in enumerate(shops) if each.id == wanted), 0 if len(shops) == 1 else -1)
        set_options(shop, tuple(each.in_words for each in shops), at)
        shop.display = bool(shops)
        own = look.customer
        if own is not None and own.has_address and not any(look.checkout.get(name) for name in ADDRESS):
            self.field("street").input.placeholder = tr(
                "{street}, {post_code} {city}, their own address", street=own.street, post_code=own.post_code, city=own.city
            )

    def first(self) -> Widget | None:
        """The ways have the focus until one is chosen, then the address."""
        ways = self.query_one(Radios)
        return ways.row if self.look is not None and self.look.ways and self.look.way is None else super().first()

    def choose(self, choice: Choice, index: int) -> None:
        """Take a shop."""
        if self.look is not None and self.look.way is not None:
            self.post_message(self.Told({"shop": self.look.way.shops[index].id}, chosen=True))


def _words(way: Way, look: CheckoutLook) -> str:
    cost = look.costs.get(way.offering_id)
    return f"{way.name} {format_money(cost, currency=False)}" if cost is not None and cost.amount else way.name
