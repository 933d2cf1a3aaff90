"""No line goes below zero: a bundle's own discount takes off no more than the bundle costs.

Called by ``items`` when a line's charges are known, and by ``promotions`` when codes have changed them.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from cartdesk.pricing.allocation import allocate_within
from cartdesk.pricing.charges import priced_charge
from cartdesk.pricing.priced import Amounts, AppliedAlteration, PricedCharge, PricedItem
from cartdesk.pricing.rounding import EXACT, Rounder
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period
from cartdesk.tmf.price import PriceType

SOURCE = "floor"
PRIORITY = 2_000_000
"""After everything else."""

Key = tuple[PriceType, Period | None]


def none_below_zero(line: PricedItem, rounder: Rounder) -> PricedItem:
    """Return the line with its negative prices held back where they take off more than the rest of the line costs.

    What is held back stands beside the negative price as an alteration that adds, period by period, so that nothing is hidden. What a
    customer pays now (``former``) may well be more than what is sold anew, and is left alone.
    """
    found: dict[Key, list[PricedCharge]] = {}
    for item in line.counting():
        for charge in item.charges:
            if charge.kind is not PriceType.USAGE and charge.category != "former":
                found.setdefault((charge.kind, charge.period), []).append(charge)
    held: dict[int, AppliedAlteration] = {}
    for charges in found.values():
        if any(charge.total.tax_included.amount < 0 for charge in charges):
            held.update(_held_back(charges, rounder))
    return _with(line, held, rounder) if held else line


def _held_back(charges: list[PricedCharge], rounder: Rounder) -> dict[int, AppliedAlteration]:
    """Return what each negative charge is held back by, under the charge's identity."""
    negative = [charge for charge in charges if charge.total.tax_included.amount < 0]
    edges = sorted({phase.first for charge in charges for phase in charge.phases})
    shares: list[list[tuple[int, Money]]] = [[] for _ in negative]
    short = False
    for edge in edges:
        missing = -sum((charge.in_period(edge).tax_included.amount for charge in charges), start=Decimal(0))
        units = max(int(missing.scaleb(rounder.digits, EXACT)), 0)
        short = short or units > 0
        limits = [int(-charge.in_period(edge).tax_included.amount.scaleb(rounder.digits, EXACT)) for charge in negative]
        parts = allocate_within(units, limits, limits)
        for share, part in zip(shares, parts, strict=True):
            share.append((edge, Money(Decimal(-part).scaleb(-rounder.digits, EXACT), rounder.currency)))
    if not short:
        return {}
    zero = Money.zero(rounder.currency)
    held = AppliedAlteration("No more than the rest costs", SOURCE, None, zero, PRIORITY, None, None, Amounts(zero, zero), side="gross")
    return {
        id(charge): replace(held, shares=tuple(share))
        for charge, share in zip(negative, shares, strict=True)
        if any(money.amount for _, money in share)
    }


def _with(item: PricedItem, held: dict[int, AppliedAlteration], rounder: Rounder) -> PricedItem:
    charges = tuple(
        priced_charge(charge, (*charge.alterations, held[id(charge)]), rounder) if id(charge) in held else charge for charge in item.charges
    )
    return replace(item, charges=charges, children=tuple(_with(child, held, rounder) for child in item.children))
