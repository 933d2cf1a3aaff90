"""One charge, worked out: list price, alterations in turn, tax, rounding, for every stretch of its charge periods.

Called by ``items`` for a price from the catalog, by ``promotions`` and ``overrides`` for what is taken off it besides, and by
``explanations``, which walks the same way and writes down each step.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from cartdesk.errors import PricingError
from cartdesk.pricing.priced import Amounts, AppliedAlteration, Given, Phase, PricedCharge, Side, TaxShare
from cartdesk.pricing.rounding import HIGHEST, Rounder, round_to, tax_in, tax_on
from cartdesk.tmf.price import PriceType

ZERO = Decimal(0)
_HUNDRED = Decimal(100)


class Settled(NamedTuple):
    """One amount, rounded, with and without tax."""

    net: Decimal
    gross: Decimal
    exact_tax: Decimal
    """The tax before it was rounded."""


def given_price(net: Decimal | None, gross: Decimal | None, rate: Decimal | None, what: str, rounder: Rounder) -> Given:
    """Return what a catalog states as one amount on one side and the rate to the other.

    Where both sides are stated, the one is taken from which the rate leads to the other. Where it leads from neither, the tax is the
    difference, in proportion to the amount, so that both stand as stated.

    Raises:
        PricingError: neither side is stated, or they contradict each other.
    """
    if rate is not None and not 0 <= rate < 1000:
        raise PricingError(f"The tax rate of {what} is {rate} %; it lies between 0 and 999.")
    for amount in (net, gross):
        if amount is not None and amount and amount.adjusted() >= HIGHEST.adjusted():
            raise PricingError(f"The price {what} is beyond any price; mend it in the catalog.")
    tax = TaxShare(rate, _HUNDRED) if rate else None
    if net is not None and gross is not None:
        return _given_both(net, gross, tax, rate, what, rounder)
    if net is not None:
        return Given(net, "net", tax, rate)
    if gross is not None:
        return Given(gross, "gross", tax, rate)
    raise PricingError(f"The price {what} has no amount; mend it in the catalog.")


def _given_both(net: Decimal, gross: Decimal, tax: TaxShare | None, rate: Decimal | None, what: str, rounder: Rounder) -> Given:
    stated = gross - net
    if not stated:
        return Given(net, "net", None, rate)
    if tax is not None and rounder(stated) == rounder(tax_on(net, tax)):
        return Given(net, "net", tax, rate)
    if tax is not None and rounder(stated) == rounder(tax_in(gross, tax)):
        return Given(gross, "gross", tax, rate)
    if not net or gross / net < 1:
        raise PricingError(f"The price {what} is {net} without tax and {gross} with it, which cannot be; mend it in the catalog.")
    return Given(net, "net", TaxShare(stated, net), rate)


def settle(amount: Decimal, side: Side, tax: TaxShare | None, rounder: Rounder) -> Settled:
    """Return an amount on one side as rounded amounts on both: the stated side is rounded, then the tax on it.

    The other side is the sum or the difference, so that amount and tax always make the amount with tax.
    """
    stated = rounder(amount)
    if tax is None:
        return Settled(stated, stated, ZERO)
    if side == "net":
        exact = tax_on(stated, tax)
        return Settled(stated, stated + rounder(exact), exact)
    exact = tax_in(stated, tax)
    return Settled(stated - rounder(exact), stated, exact)


def walk(
    given: Given, quantity: int, alterations: Sequence[AppliedAlteration], number: int, listed: Settled, rounder: Rounder
) -> list[Settled]:
    """Return the whole quantity's price in charge period ``number`` after each alteration, the list price being ``listed``.

    The running amount stays exact from one alteration to the next; each value is rounded from it once.
    """
    side, running, tax = given.side, given.amount, given.tax
    spread = False
    settled = listed
    found = []
    for alteration in alterations:
        percentage = alteration.percentage
        if percentage is not None:
            running = less(running, running * percentage / _HUNDRED)
        else:
            if alteration.shares and not spread:
                side, spread = side_of_share(side, alteration.side, tax), True
                running = settled.net if side == "net" else settled.gross
            off = share_in(alteration, number) if alteration.shares else off_for_one(running, alteration) * (quantity if spread else 1)
            if not off:
                found.append(settled)
                continue
            side, running, off = same_side(side, running, off, alteration.side, tax)
            running = less(running, off)
        settled = settle(running, side, tax, rounder) if spread else settle_line(running, quantity, side, tax, rounder)
        found.append(settled)
    return found


def off_for_one(running: Decimal, alteration: AppliedAlteration) -> Decimal:
    """Return what an alteration takes off the running amount for one; an amount of money comes off nothing that is a discount itself."""
    if alteration.percentage is not None:
        return running * alteration.percentage / _HUNDRED
    return alteration.amount.amount if alteration.amount is not None and running > 0 else ZERO


def share_in(alteration: AppliedAlteration, number: int) -> Decimal:
    """Return a charge's share of an amount off the whole cart, in one charge period."""
    share = ZERO
    for first, money in alteration.shares:
        if first <= number:
            share = money.amount
    return share


def side_of_share(side: Side, share_side: Side | None, tax: TaxShare | None) -> Side:
    """Return the side on which a share of an amount off the cart is taken from a line: the line as it is printed."""
    return "gross" if share_side == "gross" and tax is not None else side


def same_side(side: Side, running: Decimal, off: Decimal, off_side: Side | None, tax: TaxShare | None) -> tuple[Side, Decimal, Decimal]:
    """Return the running amount and what comes off it on one side; only ever from without tax to with it, which is exact."""
    if off_side is None or off_side == side or tax is None:
        return side, running, off
    if side == "net":
        return "gross", running + tax_on(running, tax), off
    return side, running, off + tax_on(off, tax)


def less(running: Decimal, off: Decimal) -> Decimal:
    """Return the running amount with ``off`` taken away, never past zero; a price that is itself a discount shrinks towards zero."""
    return max(running - off, ZERO) if running >= 0 else min(running - off, ZERO)


def priced_charge(charge: PricedCharge, alterations: Sequence[AppliedAlteration], rounder: Rounder) -> PricedCharge:
    """Return the charge worked out anew from what the catalog gives, with these alterations in this order.

    ``total``, ``phases`` and each alteration's ``effect`` are set; an alteration's effect is that in the first period.
    """
    given = charge.given
    if given is None:
        raise PricingError(f"The price {charge.name} cannot be worked out again; nothing says how it came about.")
    total, applied, phases = work_out(given, charge.quantity, charge.kind, charge.installments, alterations, rounder)
    return charge._replace(total=total, alterations=applied, phases=phases)


def work_out(
    given: Given,
    quantity: int,
    kind: PriceType,
    installments: int | None,
    alterations: Sequence[AppliedAlteration],
    rounder: Rounder,
    one: Settled | None = None,
) -> tuple[Amounts, tuple[AppliedAlteration, ...], tuple[Phase, ...]]:
    """Return a charge's list price for the whole quantity, its alterations with their effects, and what is charged period by period.

    ``one`` is the rounded list price for one, where it is known already.
    """
    listed = one if one is not None and quantity == 1 else settle_line(given.amount, quantity, given.side, given.tax, rounder)
    rate = given.stated_rate
    total = rounder.amounts(listed.net, listed.gross, rate)
    recurring = kind is PriceType.RECURRING
    ends = installments if recurring else None
    if not alterations and ends is None:
        return total, (), (Phase(1, None, total, (), listed.exact_tax),)
    nothing = rounder.nothing
    none_hold = (nothing,) * len(alterations)
    edges = _edges(ends, alterations) if recurring else [1]
    phases: list[Phase] = []
    for place, first in enumerate(edges):
        last = edges[place + 1] - 1 if place + 1 < len(edges) else None
        if ends is not None and first > ends:
            phases.append(Phase(first, last, nothing, none_hold))
            continue
        holding = [each for each in alterations if each.periods is None or first <= each.periods] if recurring else alterations
        if not holding:
            phases.append(Phase(first, last, total, none_hold, listed.exact_tax))
            continue
        before, effects = listed, []
        for after in walk(given, quantity, holding, first, listed, rounder):
            effects.append(rounder.amounts(after.net - before.net, after.gross - before.gross, rate))
            before = after
        if len(holding) != len(alterations):
            found = iter(effects)
            effects = [next(found) if each.periods is None or first <= each.periods else nothing for each in alterations]
        phases.append(Phase(first, last, rounder.amounts(before.net, before.gross, rate), tuple(effects), before.exact_tax))
    applied = tuple([AppliedAlteration(*each[:7], effect, *each[8:]) for each, effect in zip(alterations, phases[0].effects, strict=True)])
    return total, applied, tuple(phases)


def unit_amounts(given: Given, one: Settled, rounder: Rounder) -> Amounts:
    """Return the list price for one, with the catalog's own digits where it has more than the currency."""
    stated = one.net if given.side == "net" else one.gross
    if stated == given.amount:
        return rounder.amounts(one.net, one.gross, given.stated_rate)
    if given.tax is None:
        return rounder.amounts(given.amount, given.amount, given.stated_rate)
    if given.side == "net":
        return rounder.amounts(given.amount, given.amount + tax_on(given.amount, given.tax), given.stated_rate)
    exponent = given.amount.as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    return rounder.amounts(given.amount - round_to(tax_in(given.amount, given.tax), digits), given.amount, given.stated_rate)


def settle_line(running: Decimal, quantity: int, side: Side, tax: TaxShare | None, rounder: Rounder) -> Settled:
    """Return an amount for one as the rounded amounts for a quantity; rounded for one first where the catalog rounds units."""
    if not rounder.per_unit:
        return settle(running * quantity if quantity != 1 else running, side, tax, rounder)
    one = settle(running, side, tax, rounder)
    return Settled(rounder(one.net * quantity), rounder(one.gross * quantity), (one.gross - one.net) * quantity)


def _edges(ends: int | None, alterations: Sequence[AppliedAlteration]) -> list[int]:
    """Return the numbers of the periods in which something changes, the first included."""
    edges = {1}
    for alteration in alterations:
        if alteration.periods is not None:
            edges.add(alteration.periods + 1)
        if alteration.shares:
            edges.update(first for first, _ in alteration.shares)
    if ends is not None:
        edges = {edge for edge in edges if edge <= ends} | {ends + 1}
    return sorted(edges)
