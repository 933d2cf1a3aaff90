"""Prices set by hand: within what the role may give, never below the catalog's floor, and kept beside the list price like any discount.

Called by ``items`` once an item's catalog discounts are known, since an override comes last on its item.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from cartdesk.language import tr
from cartdesk.pricing.charges import priced_charge
from cartdesk.pricing.priced import Amounts, AppliedAlteration, PricedCharge, RefusedAlteration
from cartdesk.pricing.rounding import Rounder
from cartdesk.text import safe_text
from cartdesk.tmf.money import Money
from cartdesk.tmf.price import PriceType

if TYPE_CHECKING:
    from cartdesk.pricing.conditions import PricingContext
    from cartdesk.tmf.cart import CartItem, PriceOverride

DEFAULT_LIMITS: Mapping[str, Decimal] = {"agent": Decimal(10), "supervisor": Decimal(50), "admin": Decimal(100)}
"""How many per cent off the price of one each role may give by hand."""

SOURCE = "override"
PRIORITY = 1_000_000
"""After every alteration of the catalog's."""

_HUNDRED = Decimal(100)


def with_overrides(
    item: CartItem, charges: tuple[PricedCharge, ...], context: PricingContext, rounder: Rounder
) -> tuple[tuple[PricedCharge, ...], tuple[RefusedAlteration, ...]]:
    """Return an item's charges with its overrides on them, and those overrides that found nothing to change.

    An override beyond its role's limit, or below the floor, is not shrunk to fit: it is refused, and says by how much it is too much.
    """
    overrides = context.overrides.get(item.id, ())
    refused: list[RefusedAlteration] = []
    for override in overrides:
        kind = PriceType.read(override.price_type) or PriceType.RECURRING
        matching = [place for place, charge in enumerate(charges) if charge.kind is kind and charge.category == "charge"]
        if not matching:
            refused.append(
                RefusedAlteration(
                    _name(override),
                    SOURCE,
                    tr("this line has no recurring price of its own")
                    if kind is PriceType.RECURRING
                    else tr("this line has no one-off price of its own"),
                )
            )
            continue
        changed = list(charges)
        for place in matching if override.percentage is not None else matching[:1]:
            changed[place] = _overridden(charges[place], override, context.limits, rounder)
        charges = tuple(changed)
    return charges, tuple(refused)


def _overridden(charge: PricedCharge, override: PriceOverride, limits: Mapping[str, Decimal], rounder: Rounder) -> PricedCharge:
    percentage, amount = _number(override.percentage), _number(override.amount)
    why = _too_much(charge, override, percentage, amount, limits, rounder)
    if why is None:
        nothing = Amounts(Money.zero(rounder.currency), Money.zero(rounder.currency))
        alteration = AppliedAlteration(
            name=_name(override),
            source=SOURCE,
            percentage=percentage,
            amount=Money(amount, rounder.currency) if percentage is None and amount is not None else None,
            priority=PRIORITY,
            periods=override.periods,
            condition=None,
            effect=nothing,
            note=f"{_by(override)}: {safe_text(override.why, 120)}",
            side="gross" if percentage is None else None,
        )
        changed = priced_charge(charge, (*charge.alterations, alteration), rounder)
        why = _below_floor(changed, rounder)
        if why is None:
            return changed
    return charge._replace(refused=(*charge.refused, RefusedAlteration(_name(override), SOURCE, why)))


def _too_much(
    charge: PricedCharge,
    override: PriceOverride,
    percentage: Decimal | None,
    amount: Decimal | None,
    limits: Mapping[str, Decimal],
    rounder: Rounder,
) -> str | None:
    """Return why an override may not be given, or None where it may; all overrides on the charge count together."""
    asked = _percent_of(charge, percentage, amount)
    if asked is None or (override.periods is not None and override.periods < 1):
        return tr("it names neither a percentage nor an amount that can be taken off")
    limit = limits.get(override.role.strip().lower(), Decimal(0))
    given = [
        _percent_of(charge, each.percentage, None if each.amount is None else each.amount.amount)
        for each in charge.alterations
        if each.source == SOURCE
    ]
    if asked + sum((each for each in given if each is not None), start=Decimal(0)) > limit:
        role = safe_text(override.role, 30)
        return tr(
            "{plain} % is more than the {plain2} % off that the role {role} may give", plain=_plain(asked), plain2=_plain(limit), role=role
        )
    return None


def _percent_of(charge: PricedCharge, percentage: Decimal | None, amount: Decimal | None) -> Decimal | None:
    """Return how many per cent of the list price for one an override takes off, or None where it is no reduction."""
    if percentage is not None:
        return percentage if 0 <= percentage <= _HUNDRED else None
    if amount is None or amount < 0:
        return None
    unit = charge.unit.tax_included.amount
    return amount / unit * _HUNDRED if unit else (Decimal(0) if not amount else None)


def _below_floor(charge: PricedCharge, rounder: Rounder) -> str | None:
    """Return by what the charge is below its floor in some period, or None where it is not."""
    if charge.floor is None:
        return None
    lowest = rounder(charge.floor.amount * charge.quantity)
    charged = [phase for phase in charge.phases if charge.installments is None or phase.first <= charge.installments]
    if any(phase.amounts.tax_included.amount < lowest for phase in charged):
        return tr(
            "it would go below the lowest price, {plain} {currency} with tax for one",
            plain=_plain(charge.floor.amount),
            currency=rounder.currency,
        )
    return None


def _name(override: PriceOverride) -> str:
    return tr("Price set by {who}", who=safe_text(override.who, 60))


def _by(override: PriceOverride) -> str:
    """Return who set a price, and who allowed it."""
    who, role = safe_text(override.who, 60), safe_text(override.role, 30)
    return (
        f"{who} ({role})"
        if override.approved_by is None
        else tr("{who}, approved by {approved_by} ({role})", who=who, approved_by=safe_text(override.approved_by, 60), role=role)
    )


def _number(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plain(number: Decimal) -> str:
    """Return a number for a sentence, with at most two digits after the point."""
    text = f"{number:.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
