"""Bill items: what an account is charged on a bill (TMF678's applied billing charge, TMF666's bill items).

Made by the checkout when an order is placed, kept by the store, shown by the accounts screen and the server.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cartdesk.tmf.account import AccountRef
from cartdesk.tmf.money import Money
from cartdesk.tmf.resource import Listed, Number, Reference, Resource, Time, TimePeriod


class AppliedTax(Resource):
    """The tax in a charge."""

    tax_category: str | None = None
    tax_rate: Number | None = None
    """In percent."""
    tax_amount: Money | None = None


class BillItem(Resource):
    """One charge on one bill of an account."""

    type_: str | None = Field(default="AppliedBillingCharge", alias="@type")
    id: str
    href: str | None = None
    name: str | None = None
    """What is charged: a line's name."""
    description: str | None = None
    """Which stretch of time it is for, and why it is not a whole period where it is not."""
    type: str | None = None
    """recurring, or oneTime where what is due once is put on the first bill."""
    date: Time | None = None
    """When the bill is made."""
    is_billed: bool | None = None
    """True once the bill was made by a billing system; what the seat foresees has no bill yet."""
    period_coverage: TimePeriod | None = None
    tax_excluded_amount: Money | None = None
    tax_included_amount: Money | None = None
    applied_tax: Annotated[tuple[AppliedTax, ...], Listed] = ()
    billing_account: AccountRef | None = None
    bill: Reference | None = None
    product: Reference | None = None
    product_order: Reference | None = None
    """The order it comes from."""
