"""What is said in each place beside the prices: the neutral form, and forms after the United Kingdom's, the EU's and the US rules.

``script`` and ``papers`` take their wording from here. None of it is legal advice, and the first thing a form says is just that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from cartdesk.language import message, tr

FormName = Literal["neutral", "uk", "eu", "us"]
FORMS: tuple[FormName, ...] = get_args(FormName)

NOT_ADVICE = message("This is help for the agent and not legal advice; what your company and the law ask you to say comes first.")


@dataclass(frozen=True, slots=True)
class SummaryWords:
    """The headings of a contract summary, and what stands at its foot."""

    title: str = message("Contract summary")
    services: str = message("What you get")
    price: str = message("Price")
    changes: str = message("Changes of price and bills")
    duration: str = message("How long")
    leaving: str = message("Leaving early and cancelling")
    foot: str = message("These are the main points of the contract. Everything else is in the terms you are given with it.")


@dataclass(frozen=True, slots=True)
class Form:
    """One place's way of telling terms."""

    name: FormName
    title: str
    order: tuple[str, ...]
    """The kinds of statements, in the order they are said."""
    before: tuple[str, ...]
    """What is said before the customer agrees, beside the prices; ``{shop}`` is the shop's name."""
    withdrawal_days: int | None
    """For how many days after the agreement a customer may cancel without a reason; None where it is the shop's terms that say."""
    withdrawal: str
    """The right to cancel, in words; ``{until}`` is the last day, ``{shop}`` the shop's name."""
    consent: tuple[str, ...]
    """What the customer is asked, and how they may answer."""
    summary: SummaryWords = SummaryWords()
    tax_apart: bool = False
    """Whether each total is told without tax, with its tax beside it."""


_NEUTRAL_ORDER = ("before", "what", "due", "every", "change", "first_bill", "usage", "term", "total", "leaving", "cancel", "consent")
_UK_ORDER = ("before", "what", "every", "change", "due", "first_bill", "usage", "term", "total", "leaving", "cancel", "consent")
_US_ORDER = ("before", "what", "every", "change", "due", "usage", "term", "total", "leaving", "first_bill", "cancel", "consent")

FORM: dict[FormName, Form] = {
    "neutral": Form(
        "neutral",
        message("Neutral form"),
        _NEUTRAL_ORDER,
        (),
        None,
        message("If you change your mind, the terms of {shop} say how long you may cancel, and how."),
        (message("Have you understood the prices and the terms, and do you want to order?"),),
    ),
    "uk": Form(
        "uk",
        message("Form for the United Kingdom"),
        _UK_ORDER,
        (
            message(
                "Before you agree, {shop} gives you the contract information and a one-page contract summary in a form "
                "that you can keep."
            ),
            message("Every change of price in this contract is told to you in money and with its day."),
        ),
        14,
        message(
            "You have 14 days to cancel without giving a reason, for services until {until}; for goods, 14 days from "
            "the day you receive them. If you ask us to start within that time and then cancel, you pay for what you "
            "have used."
        ),
        (
            message("Have you received the contract information and the contract summary?"),
            message("Do you ask us to start the service within the cancellation period?"),
            message("Do you agree to the contract?"),
        ),
        SummaryWords(
            services=message("Services and equipment"),
            duration=message("Duration and renewal"),
            leaving=message("Early termination and cancellation"),
        ),
    ),
    "eu": Form(
        "eu",
        message("Form for the European Union"),
        _NEUTRAL_ORDER,
        (message("Before you are bound, {shop} gives you the contract summary, free of charge and in a form that you can keep."),),
        14,
        message(
            "You may withdraw from the contract within 14 days without giving a reason, for services until {until}; "
            "for goods, within 14 days of receiving them. A message in your own words is enough. If the service "
            "starts in that time because you asked for it, you pay the part that was supplied until you withdraw."
        ),
        (
            message("Have you received the contract summary?"),
            message("Do you expressly ask that the service starts before the withdrawal period ends?"),
            message("Do you order with an obligation to pay?"),
        ),
        SummaryWords(
            services=message("Services and equipment"),
            duration=message("Duration, renewal and termination"),
            leaving=message("Early termination and withdrawal"),
            foot=message(
                "This summary tells the main elements of the offer, so that it can be compared with others. Complete "
                "information about the service is in the other documents you are given."
            ),
        ),
    ),
    "us": Form(
        "us",
        message("Form for the United States"),
        _US_ORDER,
        (
            message(
                "You now hear the monthly price, the one-time fees, the length of the contract and what ending it early "
                "costs, as a broadband label has them."
            ),
        ),
        None,
        message(
            "Whether you may cancel without a fee, and for how long, depends on your state and on the terms of "
            "{shop}; they are given to you with the order."
        ),
        (
            message(
                "You do not have to agree to marketing calls or texts to buy this. May we contact you about this order at "
                "the number you gave?"
            ),
            message("Do you agree to these prices and terms, and do you want to order?"),
        ),
        SummaryWords(
            message("Broadband facts"),
            services=message("Plan and equipment"),
            price=message("Monthly price, one-time fees and taxes"),
            changes=message("Introductory rates and first bill"),
            duration=message("Length of contract"),
            leaving=message("Early termination fee and cancellation"),
        ),
        tax_apart=True,
    ),
}  # fmt: skip
"""The forms by name."""


def form_of(name: str) -> Form:
    """Return a form by its name.

    Raises:
        Refused: there is no such form.
    """
    from cartdesk.errors import Refused
    from cartdesk.text import safe_text

    for form in FORM.values():
        if form.name == name.strip().lower():
            return form
    raise Refused(tr("There is no form {name}; choose one of {forms}.", name=safe_text(name, 20), forms=", ".join(FORMS)))
