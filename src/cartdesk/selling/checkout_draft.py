"""A checkout that is not finished: everything typed, chosen, paid, heard and agreed to so far, as one document.

The desk keeps one for each cart from the first key of its checkout until the order or the cart's end, so that it goes on where it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from cartdesk.errors import Mend, Refused
from cartdesk.language import grouped, tr
from cartdesk.selling.free_text import has_card_number, is_card_as_phone
from cartdesk.tmf.period import write_time
from cartdesk.tmf.resource import Resource

MAX_TYPED = 500
"""The longest text a field of the checkout keeps, in characters; what may be in it at last is checked by its step."""
NEW = "new"
"""What stands for the account that is opened with the order."""


class Step(StrEnum):
    """The steps of a checkout, in their order."""

    CUSTOMER = "customer"
    DELIVERY = "delivery"
    BILLING = "billing"
    PAYMENT = "payment"
    READ = "read"
    CONFIRM = "confirm"

    @property
    def number(self) -> int:
        """Its place, from 1."""
        return STEPS.index(self) + 1

    @property
    def next(self) -> Step:
        """The step after it; the last one itself."""
        return STEPS[min(self.number, len(STEPS) - 1)]

    @property
    def before(self) -> Step | None:
        """The step before it; None for the first."""
        return STEPS[self.number - 2] if self.number > 1 else None


STEPS = tuple(Step)

FIELDS: Mapping[str, Step] = {
    "kind": Step.CUSTOMER,
    "customer": Step.CUSTOMER,
    "name": Step.CUSTOMER,
    "email": Step.CUSTOMER,
    "phone": Step.CUSTOMER,
    "option": Step.DELIVERY,
    "shop": Step.DELIVERY,
    "street": Step.DELIVERY,
    "post_code": Step.DELIVERY,
    "city": Step.DELIVERY,
    "country": Step.DELIVERY,
    "appointment": Step.DELIVERY,
    "account": Step.BILLING,
    "account_name": Step.BILLING,
    "bill_format": Step.BILLING,
    "bill_media": Step.BILLING,
    "bill_day": Step.BILLING,
    "method": Step.PAYMENT,
    "reference": Step.PAYMENT,
    "result": Step.PAYMENT,
}
"""What a checkout is told, and the step that asks for it."""


class Stamp(Resource):
    """That something was done: when, by whom, and of what."""

    at: str
    """RFC 3339."""
    who: str
    """The agent."""
    of: str | None = None
    """A digest of what was said or agreed to, so that what changed since is known."""


class Attempt(Resource):
    """One try to pay."""

    at: str
    who: str
    method: str
    result: str
    """approved, declined or unknown."""
    amount: str
    """With tax, a decimal as text."""
    currency: str
    reference: str | None = None


class Checkout(Resource):
    """What is known of a cart's checkout. A change makes a new one."""

    cart_id: str
    order_id: str
    """The order's number and external id, made once when the checkout begins: whatever is interrupted, it is this order and no other."""
    payment_id: str
    """The payment's id and correlator, made once likewise."""
    began: Stamp
    step: Step = Step.CUSTOMER
    """Where it was left."""
    typed: dict[str, str] = Field(default_factory=dict)
    """What was typed or chosen, by the names in FIELDS, as it was typed."""
    line_account: dict[str, str] = Field(default_factory=dict)
    """For a line that goes to another account: the item's id and the account's, or NEW."""
    apart: tuple[str, ...] = ()
    """Known customers like this one who are said to be somebody else."""
    done: tuple[Step, ...] = ()
    """Steps that were gone through."""
    attempt: tuple[Attempt, ...] = ()
    """Every try to pay, the last one last."""
    heard: dict[str, Stamp] = Field(default_factory=dict)
    """Statements that were read aloud, by key."""

    def get(self, field: str) -> str:
        """Return what was typed for a field, without space around it; empty where nothing was."""
        return self.typed.get(field, "").strip()

    def at(self, step: Step) -> Checkout:
        """Return the checkout standing at a step."""
        return self if step is self.step else self.model_copy(update={"step": step})

    def with_done(self, step: Step) -> Checkout:
        """Return the checkout with a step gone through, standing at the next one."""
        done = tuple(each for each in STEPS if each in self.done or each is step)
        return self.model_copy(update={"done": done, "step": step.next})

    def reopened(self, step: Step) -> Checkout:
        """Return the checkout with a step to be gone through again: something of it changed."""
        return self.model_copy(update={"done": tuple(each for each in self.done if each is not step)}) if step in self.done else self


def begin_checkout(cart_id: str, order_id: str, payment_id: str, *, at: datetime, who: str, typed: Mapping[str, str]) -> Checkout:
    """Return a checkout that begins now.

    Args:
        cart_id: the cart.
        order_id: the number its order will have.
        payment_id: the id its payment will have.
        at: now.
        who: the agent.
        typed: what the cart knows already.
    """
    return Checkout(cart_id=cart_id, order_id=order_id, payment_id=payment_id, began=Stamp(at=write_time(at), who=who), typed=dict(typed))


def fill(checkout: Checkout, changes: Mapping[str, str]) -> Checkout:
    """Return the checkout with fields as they were typed; their steps count as not gone through where something changed.

    Raises:
        Refused: no such field, far too long, or a payment card's number in it.
    """
    typed = dict(checkout.typed)
    for field, text in changes.items():
        step = FIELDS.get(field)
        if step is None:
            raise Refused(tr("The checkout has no field {field}.", field=repr(field)), Mend(tr("Show the checkout"), "E"))
        if len(text) > MAX_TYPED:
            raise Refused(
                tr(
                    "That is {n} characters long; nothing in the checkout is longer than {max_typed}.",
                    n=grouped(len(text)),
                    max_typed=grouped(MAX_TYPED),
                )
            )
        if is_card_as_phone(text) if field == "phone" else has_card_number(text):
            raise Refused(
                tr("That looks like a payment card's number, which is never typed or stored here; the card terminal reads cards.")
            )
        if typed.get(field, "") != text:
            checkout = checkout.reopened(step)
            typed[field] = text
    return checkout.model_copy(update={"typed": {field: text for field, text in typed.items() if text}})


def read_checkout(values: Mapping[str, Any]) -> Checkout:
    """Return the checkout the store kept."""
    return Checkout.model_validate(values)
