"""Where tax is rounded on the total: the cents by which the lines' own roundings miss it go to the lines that were rounded farthest.

Called by ``cart`` last, and only for catalogs with that setting. Lines keep adding up to the total, with and without tax.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cartdesk.pricing.floors import Place, with_charges
from cartdesk.pricing.priced import Amounts, Phase, PricedCharge, PricedItem, TaxShare
from cartdesk.pricing.rounding import EXACT, Rounder, tax_in, tax_on
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period
from cartdesk.tmf.price import PriceType

Group = tuple[PriceType, Period | None, TaxShare]


def rounded_on_total(lines: Sequence[PricedItem], rounder: Rounder) -> list[PricedItem]:
    """Return the lines with their tax such that, for each kind, period and rate, it sums to the rounded sum of the exact taxes.

    List prices and what is really charged are settled each for themselves, the latter in every stretch of charge periods. A line that
    needs no cent is returned as it is.
    """
    groups: dict[Group, list[tuple[Place, PricedCharge]]] = {}
    for line in lines:
        for item in line.counting():
            for place, charge in enumerate(item.charges):
                if charge.kind is not PriceType.USAGE and charge.given is not None and charge.given.tax is not None:
                    groups.setdefault((charge.kind, charge.period, charge.given.tax), []).append(((id(item), place), charge))
    changed: dict[Place, PricedCharge] = {}
    for charges in groups.values():
        _settle_group(charges, changed, rounder)
    return [with_charges(line, changed) for line in lines] if changed else list(lines)


def _settle_group(group: list[tuple[Place, PricedCharge]], changed: dict[Place, PricedCharge], rounder: Rounder) -> None:
    charges = [charge for _, charge in group]
    cents = _cents([_list_tax(charge) for charge in charges], [charge.total.tax.amount for charge in charges], rounder)
    listed = [_shifted(charge.total, charge, cent, rounder) if cent else charge.total for charge, cent in zip(charges, cents, strict=True)]
    edges = sorted({phase.first for charge in charges for phase in charge.phases})
    settled: list[list[Phase]] = [[] for _ in charges]
    for place, edge in enumerate(edges):
        last = edges[place + 1] - 1 if place + 1 < len(edges) else None
        holding = [_phase_at(charge, edge) for charge in charges]
        cents = _cents([phase.exact_tax for phase in holding], [phase.amounts.tax.amount for phase in holding], rounder)
        for phases, charge, phase, cent in zip(settled, charges, holding, cents, strict=True):
            amounts = _shifted(phase.amounts, charge, cent, rounder) if cent else phase.amounts
            phases.append(phase._replace(first=edge, last=last, amounts=amounts))
    for (at, charge), total, phases in zip(group, listed, settled, strict=True):
        merged = tuple(_merged(phases, total))
        if total is not charge.total or merged != charge.phases:
            changed[at] = charge._replace(total=total, phases=merged)


def _cents(exact: Sequence[Decimal], rounded: Sequence[Decimal], rounder: Rounder) -> list[int]:
    """Return for each line how many of the smallest units its tax gets so that the taxes sum to their rounded exact sum."""
    missing = int((rounder(sum(exact, start=Decimal(0))) - sum(rounded, start=Decimal(0))).scaleb(rounder.digits, EXACT))
    cents = [0] * len(exact)
    if missing:
        sign = 1 if missing > 0 else -1
        farthest = sorted(range(len(exact)), key=lambda at: (rounded[at] - exact[at]) * sign)
        for at in farthest[: abs(missing)]:
            cents[at] = sign
    return cents


def _list_tax(charge: PricedCharge) -> Decimal:
    given = charge.given
    if given is None or given.tax is None:
        return Decimal(0)
    if given.side == "net":
        return tax_on(charge.total.duty_free.amount, given.tax)
    return tax_in(charge.total.tax_included.amount, given.tax)


def _shifted(amounts: Amounts, charge: PricedCharge, cents: int, rounder: Rounder) -> Amounts:
    """Return the amounts with a few cents more tax; the side the catalog states stays as it is."""
    more = Money(Decimal(cents).scaleb(-rounder.digits, EXACT), rounder.currency)
    if charge.given is not None and charge.given.side == "gross":
        return Amounts(amounts.duty_free - more, amounts.tax_included, amounts.tax_rate)
    return Amounts(amounts.duty_free, amounts.tax_included + more, amounts.tax_rate)


def _merged(phases: list[Phase], total: Amounts) -> list[Phase]:
    """Return the phases with those that cost the same in a row made one, each with what rounding on the total brought it."""
    merged: list[Phase] = []
    for phase in phases:
        rounding = phase.amounts - sum(phase.effects, start=total)
        known = rounding if rounding.duty_free.amount or rounding.tax_included.amount else None
        before = merged[-1] if merged else None
        if before is not None and (before.amounts, before.effects, before.rounding) == (phase.amounts, phase.effects, known):
            merged[-1] = before._replace(last=phase.last)
        else:
            merged.append(phase._replace(rounding=known))
    return merged


def _phase_at(charge: PricedCharge, number: int) -> Phase:
    return next(phase for phase in charge.phases if phase.last is None or number <= phase.last)
