"""When a cart's service starts and when it is billed, and its bills by that: the one place that knows what holds where a cart does not say.

The picture of a cart, the bill screen and ``cartdesk bill`` ask here.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Bill, Convention, PricedCart

USUAL_DAY = 1
"""The day of the month bills are made on where the cart does not say."""
USUAL_MONTHS = 24
"""Over how many months a cart without any commitment is summed up."""


def start_of(priced: PricedCart) -> date:
    """Return the day service starts: the cart's, else the day it was priced."""
    start = priced.cart.notes.start
    return date.fromisoformat(start) if start else priced.moment.date()


def bill_day_of(priced: PricedCart) -> int:
    """Return the day of the month bills are made on."""
    return priced.cart.notes.bill_cycle_day or USUAL_DAY


def months_of(priced: PricedCart) -> int:
    """Return over how many months the cart is summed up: its longest commitment, else USUAL_MONTHS."""
    from cartdesk.pricing import contract_months

    return contract_months(priced) or USUAL_MONTHS


def bills_of(
    priced: PricedCart,
    *,
    months: int | None = None,
    start: date | None = None,
    day: int | None = None,
    convention: Convention = "actual",
) -> list[Bill]:
    """Return what is due today and the monthly bills, none for an empty cart.

    Args:
        priced: the cart with its prices.
        months: how many monthly bills; the cart's own number where left out.
        start: the day service starts; the cart's own where left out.
        day: the day of the month bills are made on; the cart's own where left out.
        convention: how part months count.

    Raises:
        PricingError: the day or the number of months is not possible.
    """
    from cartdesk.pricing import project

    if not priced.items:
        return []
    bills: list[Bill] = project(
        priced,
        start or start_of(priced),
        bill_day_of(priced) if day is None else day,
        convention,
        months_of(priced) if months is None else months,
    )
    return bills
