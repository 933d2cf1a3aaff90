"""No line goes below zero: a bundle's own discount takes off no more than the bundle costs.

Called by ``items`` when a line's charges are known, and by ``promotions`` when codes have changed them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from operator import is_

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
Place = tuple[int, int]
"""Where a charge is: the identity of its item, and its place among that item's charges. Lines may share a charge, never an item."""


def none_below_zero(line: PricedItem, rounder: Rounder) -> PricedItem:
    """Return the line with its negative prices held back where they take off more than the rest of the line costs.

    What is held back stands beside the negative price as an alteration that adds, period by period, so that nothing is hidden. What a
    customer pays now (``former``) may well be more than what is sold anew, and is left alone.
    """
    if not _takes_off(line):
        return line
    found: dict[Key, list[tuple[Place, PricedCharge]]] = {}
    for item in line.counting():
        for place, charge in enumerate(item.charges):
            if charge.kind is not PriceType.USAGE and charge.category != "former":
                found.setdefault((charge.kind, charge.period), []).append(((id(item), place), charge))
    held: dict[Place, PricedCharge] = {}
    for charges in found.values():
        if any(charge.total.tax_included.amount < 0 for _, charge in charges):
            held.update(_held_back(charges, rounder))
    return with_charges(line, held) if held else line


def _takes_off(line: PricedItem) -> bool:
    for charge in line.charges:
        if charge.total.tax_included.amount < 0:
            return True
    return any(map(_takes_off, line.children))


def _held_back(charges: list[tuple[Place, PricedCharge]], rounder: Rounder) -> dict[Place, PricedCharge]:
    """Return the negative charges that are held back, under their places."""
    negative = [(place, charge) for place, charge in charges if charge.total.tax_included.amount < 0]
    edges = sorted({phase.first for _, charge in charges for phase in charge.phases})
    shares: list[list[tuple[int, Money]]] = [[] for _ in negative]
    short = False
    for edge in edges:
        missing = -sum((charge.in_period(edge).tax_included.amount for _, charge in charges), start=Decimal(0))
        units = max(int(missing.scaleb(rounder.digits, EXACT)), 0)
        short = short or units > 0
        limits = [int(-charge.in_period(edge).tax_included.amount.scaleb(rounder.digits, EXACT)) for _, charge in negative]
        parts = allocate_within(units, limits, limits)
        for share, part in zip(shares, parts, strict=True):
            share.append((edge, Money(Decimal(-part).scaleb(-rounder.digits, EXACT), rounder.currency)))
    if not short:
        return {}
    zero = Money.zero(rounder.currency)
    held = AppliedAlteration("No more than the rest costs", SOURCE, None, zero, PRIORITY, None, None, Amounts(zero, zero), side="gross")
    return {
        place: priced_charge(charge, (*charge.alterations, held._replace(shares=tuple(share))), rounder)
        for (place, charge), share in zip(negative, shares, strict=True)
        if any(money.amount for _, money in share)
    }


def with_charges(item: PricedItem, changed: Mapping[Place, PricedCharge]) -> PricedItem:
    """Return an item and those below it with some charges put in others' places; the item itself where there are none of its own."""
    charges = tuple([changed.get((id(item), place), charge) for place, charge in enumerate(item.charges)])
    children = tuple([with_charges(child, changed) for child in item.children])
    if all(map(is_, charges, item.charges)) and all(map(is_, children, item.children)):
        return item
    return item._replace(charges=charges, children=children)
