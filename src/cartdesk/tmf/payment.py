"""Payments (TMF676 v4): what was paid of an order, how, and how it went.

Made by the checkout and kept by the store; there is no member here for a card's number, and none is ever written into one.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cartdesk.tmf.account import AccountRef
from cartdesk.tmf.money import Money
from cartdesk.tmf.resource import Listed, Reference, RelatedParty, Resource, Time, TimePeriod


class PaymentMethod(Reference):
    """How something is paid: the method itself, or a pointer to one."""

    description: str | None = None
    is_preferred: bool | None = None
    status: str | None = None
    status_date: Time | None = None
    valid_for: TimePeriod | None = None


class PaymentItem(Resource):
    """A part of a payment, and what it pays for."""

    id: str | None = None
    amount: Money | None = None
    """Without tax."""
    tax_amount: Money | None = None
    total_amount: Money | None = None
    """With tax."""
    item: Reference | None = None


class Payment(Resource):
    """A payment."""

    type_: str | None = Field(default="Payment", alias="@type")
    id: str
    href: str | None = None
    name: str | None = None
    description: str | None = None
    authorization_code: str | None = None
    """What the card terminal or the pay page answered."""
    correlator_id: str | None = None
    """Made once by who asks for it, so that it is never paid twice: the checkout's own id."""
    payment_date: Time | None = None
    status: str | None = None
    """done, pending, failed, unknown…"""
    status_date: Time | None = None
    amount: Money | None = None
    """Without tax."""
    tax_amount: Money | None = None
    total_amount: Money | None = None
    """With tax."""
    account: AccountRef | None = None
    channel: Reference | None = None
    payer: RelatedParty | None = None
    payment_method: PaymentMethod | None = None
    payment_item: Annotated[tuple[PaymentItem, ...], Listed] = ()
