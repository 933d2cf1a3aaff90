"""Prices as a cart carries them: ``CartPrice``, ``Price`` and ``PriceAlteration`` (TMF663 R18, "CartPrice sub-resource")."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import model_validator

from cartdesk.tmf.money import Money
from cartdesk.tmf.price_type import PriceType
from cartdesk.tmf.resource import Listed, Number, Reference, Resource, TimePeriod

__all__ = ["CartPrice", "Price", "PriceAlteration", "PriceType"]


class Price(Resource):
    """An amount with tax, without, or both; or a percentage, in an alteration."""

    duty_free_amount: Money | None = None
    """Without tax."""
    tax_included_amount: Money | None = None
    """With tax."""
    tax_rate: Number | None = None
    """In percent: 10 is ten per cent."""
    percentage: Number | None = None
    """In percent, how much an alteration takes off: 50 halves the price."""

    @model_validator(mode="before")
    @classmethod
    def _tax_rate_beside_the_amount(cls, data: Any) -> Any:
        """Read ``taxRate`` from inside ``taxIncludedAmount`` too, where some of the document's samples have it."""
        if isinstance(data, dict) and "taxRate" not in data:
            for key in ("taxIncludedAmount", "dutyFreeAmount"):
                amount = data.get(key)
                if isinstance(amount, dict) and "taxRate" in amount:
                    return {**data, "taxRate": amount["taxRate"]}
        return data


class PriceAlteration(Resource):
    """A discount (or other change) beside a list price, never folded into it."""

    id: str | None = None
    href: str | None = None
    name: str | None = None
    description: str | None = None
    price_type: str | None = None
    priority: int | None = None
    """Lowest is applied first."""
    application_duration: int | None = None
    """How many charge periods it lasts, from the first; None is always."""
    price_condition: str | None = None
    """The named rule that must hold for it, such as "new customer"."""
    recurring_charge_period: str | None = None
    unit_of_measure: str | None = None
    valid_for: TimePeriod | None = None
    price: Price | None = None


class CartPrice(Resource):
    """One price of an item, or one total of a cart: one for each (priceType, period, currency)."""

    name: str | None = None
    description: str | None = None
    price_type: str | None = None
    recurring_charge_period: str | None = None
    unit_of_measure: str | None = None
    price: Price | None = None
    price_alteration: Annotated[tuple[PriceAlteration, ...], Listed] = ()
    product_offering_price: Reference | None = None
    """The catalog's price it comes from (v4 on)."""
