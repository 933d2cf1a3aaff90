"""Step 6: the review, with one-off and recurring charges apart, and what still stands in the way; then the customer's consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Static

from cartdesk.language import message, tr
from cartdesk.selling.checkout_draft import Step
from cartdesk.tui.plain import content
from cartdesk.tui.screens.checkout.panel import Panel
from cartdesk.tui.widgets.review import Review

if TYPE_CHECKING:
    from cartdesk.desk.view import CartView
    from cartdesk.selling.checkout_look import CheckoutLook

ASK = message("Ask the customer whether they agree to this order. Enter asks once more, then records the consent and places it.")


class ConfirmPanel(Panel):
    """The review."""

    STEP: ClassVar[Step] = Step.CONFIRM

    def rows(self) -> ComposeResult:
        """What to ask, and what is ordered."""
        yield Static(content(tr(ASK), "$quiet"), id="ask")
        yield Review(id="review")

    def show(self, look: CheckoutLook, cart: CartView) -> None:
        """Show the cart."""
        self.query_one(Review).load(cart)

    def first(self) -> Widget | None:
        """The review has the focus."""
        return self.query_one(Review)
