"""What a face shows of a checkout: everything known of it, what can be chosen, and what is wrong with each step.

Made by the desk, worded by ``documents``; nothing here is computed twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartdesk.selling.checkout_draft import STEPS, Checkout, Step

if TYPE_CHECKING:
    from cartdesk.selling.checkout_draft import Attempt
    from cartdesk.selling.checkout_steps import Fault, Spoken
    from cartdesk.selling.customers import Customer
    from cartdesk.selling.delivery import Way
    from cartdesk.selling.likeness import Likeness
    from cartdesk.tmf.account import Account
    from cartdesk.tmf.money import Money


@dataclass(frozen=True, slots=True)
class ChargedLine:
    """A line of the cart and the account it is charged to."""

    item_id: str
    number: int
    name: str
    account: str
    """The account's id or NEW where the line has one of its own; empty where it is charged like the rest."""


@dataclass(frozen=True, slots=True)
class CheckoutLook:
    """A checkout as it stands."""

    checkout: Checkout
    customer: Customer | None
    """Who buys, as far as that is right."""
    known: Customer | None
    """The known customer that was chosen."""
    since: int | None
    """The year since when they are one."""
    likely: tuple[Likeness, ...]
    """Known customers like the one that is typed."""
    needed: bool
    """Whether anything has to be delivered."""
    ways: tuple[Way, ...]
    way: Way | None
    costs: Mapping[str, Money | None]
    """What each way costs once, by its offering's id; None where it costs nothing."""
    accounts: tuple[Account, ...]
    """All of the customer's, of every kind."""
    account: str
    """Where charges go: an id or NEW."""
    lines: tuple[ChargedLine, ...]
    due: Money
    """The one-off charges, with tax."""
    paid: Attempt | None
    spoken: tuple[Spoken, ...]
    faults: Mapping[Step, tuple[Fault, ...]]

    def is_done(self, step: Step) -> bool:
        """Say whether a step was gone through and is right."""
        return step in self.checkout.done and not self.faults[step]

    @property
    def first_open(self) -> Step:
        """The first step that is still to be gone through; the last one where none is."""
        return next((step for step in STEPS if not self.is_done(step)), Step.CONFIRM)
