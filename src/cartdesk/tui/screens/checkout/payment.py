"""Step 4: how what is due now is paid, and what the card terminal or the pay page answered."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from cartdesk.documents.money import every_words, format_day, format_money
from cartdesk.language import message, tr
from cartdesk.selling.checkout_draft import Step
from cartdesk.selling.payment import METHOD_WORDS, RESULT_WORDS, Method, Result, link_code
from cartdesk.tmf.money import Money
from cartdesk.tui.plain import content
from cartdesk.tui.screens.checkout.panel import Note, Panel, set_options
from cartdesk.tui.widgets.form import Choice, Field, label_room

if TYPE_CHECKING:
    from cartdesk.desk.view import CartView
    from cartdesk.selling.checkout_draft import Attempt
    from cartdesk.selling.checkout_look import CheckoutLook

METHODS = tuple(Method)
WAYS = {**METHOD_WORDS, Method.BILL: message("First bill")}
"""The ways to pay, short enough to stand side by side."""
RESULTS = tuple(Result)


class PaymentPanel(Panel):
    """The way to pay, its reference and its result."""

    STEP: ClassVar[Step] = Step.PAYMENT

    def rows(self) -> ComposeResult:
        """What is to be paid, then how, then what came of it."""
        yield Note(id="to-pay")
        room = label_room(10, tr("Paid by"), tr("Reference"), tr("Answer"))
        yield Choice(tr("Paid by"), tuple(map(tr, WAYS.values())), -1, label_width=room, name="method", id="method")
        yield Note(id="pay-link")
        yield Field(tr("Reference"), hint=tr("as the terminal printed it, no card number"), label_width=room, name="reference")
        yield Choice(tr("Answer"), tuple(map(tr, RESULT_WORDS.values())), -1, label_width=room, name="result", id="result")
        yield Note(id="attempts")

    def show(self, look: CheckoutLook, cart: CartView) -> None:
        """Show what is due, and what the chosen way to pay asks for."""
        checkout = look.checkout
        self.query_one("#to-pay", Note).say(content(_due_words(look, cart)))
        method = checkout.get("method")
        pays = bool(look.due.amount)
        choice = self.query_one("#method", Choice)
        set_options(choice, tuple(map(tr, WAYS.values())), METHODS.index(Method(method)) if method in set(METHODS) else -1)
        choice.display = pays
        asks = pays and method in (Method.TERMINAL, Method.LINK)
        self.field("reference").display = asks
        result = self.query_one("#result", Choice)
        told = checkout.get("result")
        set_options(result, tuple(map(tr, RESULT_WORDS.values())), RESULTS.index(Result(told)) if told in set(RESULTS) else -1)
        result.display = asks
        link = self.query_one("#pay-link", Note)
        link.say(
            content(tr("The customer pays with the code {link_code} on the shop's pay page.", link_code=link_code(checkout)), "$quiet")
        )
        link.display = pays and method == Method.LINK
        tries = self.query_one("#attempts", Note)
        tries.say(content(_tries(look), "$quiet"))
        tries.display = len(checkout.attempt) > 0

    def first(self) -> Widget | None:
        """The way to pay has the focus until there is one, then what it asks for."""
        method = self.query_one("#method", Choice)
        if not method.display:
            return self
        if method.chosen < 0 or not self.field("reference").display:
            return method
        return self.field("reference").input

    def choose(self, choice: Choice, index: int) -> None:
        """Take a way to pay, or its result."""
        if choice.name == "result":
            self.post_message(self.Told({"result": RESULTS[index]}, chosen=True))
            return
        method = METHODS[index]
        result = Result.APPROVED if method is Method.CASH else ""
        self.post_message(self.Told({"method": method, "result": result, "reference": ""}, chosen=True))


def _due_words(look: CheckoutLook, cart: CartView) -> str:
    later = tr(" and ").join(f"{format_money(total.steady, currency=False)} {every_words(total.period)}" for total in cart.every)
    first = tr(", first on {day}", day=format_day(cart.first_bill[0], year=True)) if cart.first_bill is not None else ""
    bills = tr(" With the bill: {later}{first}.", later=later, first=first) if later else ""
    if not look.due.amount:
        return tr("Nothing is due now.{bills}", bills=bills)
    return tr("{amount} is due now, paid on confirming.{bills}", amount=format_money(look.due), bills=bills)


def _tries(look: CheckoutLook) -> str:
    return tr("Tried: ") + " · ".join(_try(each) for each in look.checkout.attempt[-3:])


def _try(attempt: Attempt) -> str:
    amount = format_money(Money(Decimal(attempt.amount), attempt.currency))
    said = tr(RESULT_WORDS[Result(attempt.result)].lower())
    return tr(
        "{method}, {amount}, {said} at {at}",
        method=tr(METHOD_WORDS[Method(attempt.method)]),
        amount=amount,
        said=said,
        at=attempt.at[11:16],
    )
