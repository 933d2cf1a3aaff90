"""One charge, worked out: list price, alterations in turn, tax, rounding, for every stretch of its charge periods.

Called by ``items`` for a price from the catalog, by ``promotions`` and ``overrides`` for what is taken off it besides, and by
``explanations``, which walks the same way and writes down each step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cartdesk.errors import PricingError
from cartdesk.pricing.priced import Amounts, AppliedAlteration, Given, Phase, PricedCharge, Side
from cartdesk.pricing.rounding import HIGHEST, Rounder, round_to, tax_in, tax_on
from cartdesk.tmf.money import Money
from cartdesk.tmf.price import PriceType
from cartdesk.tmf.rounding import RoundingLevel

ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_RATE_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Settled:
    """One amount, rounded, with and without tax."""

    net: Decimal
    gross: Decimal
    exact_tax: Decimal
    """The tax before it was rounded."""


def given_price(net: Decimal | None, gross: Decimal | None, rate: Decimal | None, what: str, rounder: Rounder) -> Given:
    """Return what a catalog states as one amount on one side and the rate to the other.

    Where both sides are stated, the one is taken from which the rate leads to the other. Where it leads from neither, the rate that
    does is worked out, so that both stand as stated.

    Raises:
        PricingError: neither side is stated, or they contradict each other.
    """
    if rate is not None and not 0 <= rate < 1000:
        raise PricingError(f"The tax rate of {what} is {rate} %; it lies between 0 and 999.")
    for amount in (net, gross):
        if amount is not None and not -HIGHEST < amount < HIGHEST:
            raise PricingError(f"The price {what} is beyond any price; mend it in the catalog.")
    if net is not None and gross is not None:
        return _given_both(net, gross, rate, what, rounder)
    if net is not None:
        return Given(net, "net", rate, rate)
    if gross is not None:
        return Given(gross, "gross", rate, rate)
    raise PricingError(f"The price {what} has no amount; mend it in the catalog.")


def _given_both(net: Decimal, gross: Decimal, rate: Decimal | None, what: str, rounder: Rounder) -> Given:
    if rate is not None:
        if rounder(gross - net) == rounder(tax_on(net, rate)):
            return Given(net, "net", rate, rate)
        if rounder(gross - net) == rounder(tax_in(gross, rate)):
            return Given(gross, "gross", rate, rate)
    if net == gross:
        return Given(net, "net", ZERO if rate is not None else None, rate)
    if not net or gross / net < 1:
        raise PricingError(
            f"The price {what} is {net} without tax and {gross} with it, which contradict each other; mend it in the catalog."
        )
    return Given(net, "net", round_to(gross / net * _HUNDRED - _HUNDRED, _RATE_DIGITS), rate)


def settle(amount: Decimal, side: Side, rate: Decimal | None, rounder: Rounder) -> Settled:
    """Return an amount on one side as rounded amounts on both: the stated side is rounded, then the tax on it.

    The other side is the sum or the difference, so that amount and tax always make the amount with tax.
    """
    stated = rounder(amount)
    if not rate:
        return Settled(stated, stated, ZERO)
    if side == "net":
        tax = tax_on(stated, rate)
        return Settled(stated, stated + rounder(tax), tax)
    tax = tax_in(stated, rate)
    return Settled(stated - rounder(tax), stated, tax)


def walk(given: Given, quantity: int, alterations: Sequence[AppliedAlteration], number: int, rounder: Rounder) -> Iterator[Settled]:
    """Yield the whole quantity's price in charge period ``number``: the list price, then after each alteration.

    The running amount stays exact from one alteration to the next; each yielded value is rounded from it once.
    """
    side, running = given.side, given.amount
    rate = given.rate
    per_unit = rounder.policy.level is RoundingLevel.UNIT
    spread = False
    settled = _settle_line(running, quantity, side, rate, per_unit, rounder)
    yield settled
    for alteration in alterations:
        if alteration.shares:
            if not spread:
                running, spread = (settled.net if side == "net" else settled.gross), True
            off, its_side = share_in(alteration, number), alteration.side
        else:
            times = quantity if spread else 1
            off, its_side = off_for_one(running, alteration) * (1 if alteration.percentage is not None else times), alteration.side
            its_side = side if alteration.percentage is not None else its_side
        if not off:
            yield settled
            continue
        side, running, off = same_side(side, running, off, its_side, rate)
        running = less(running, off)
        settled = settle(running, side, rate, rounder) if spread else _settle_line(running, quantity, side, rate, per_unit, rounder)
        yield settled


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


def same_side(side: Side, running: Decimal, off: Decimal, off_side: Side | None, rate: Decimal | None) -> tuple[Side, Decimal, Decimal]:
    """Return the running amount and what comes off it on one side; only ever from without tax to with it, which is exact."""
    if off_side is None or off_side == side or not rate:
        return side, running, off
    if side == "net":
        return "gross", running + tax_on(running, rate), off
    return side, running, off + tax_on(off, rate)


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
    recurring = charge.kind is PriceType.RECURRING
    edges = _edges(charge, alterations) if recurring else [1]
    phases = []
    total = charge.total
    for place, first in enumerate(edges):
        last = edges[place + 1] - 1 if place + 1 < len(edges) else None
        if charge.installments is not None and first > charge.installments and recurring:
            nothing = _amounts(Settled(ZERO, ZERO, ZERO), given, rounder)
            phases.append(Phase(first, last, nothing, (nothing,) * len(alterations)))
            continue
        holds = [each.periods is None or first <= each.periods or not recurring for each in alterations]
        way = walk(given, charge.quantity, [each for each, held in zip(alterations, holds, strict=True) if held], first, rounder)
        before = next(way)
        if place == 0:
            total = _amounts(before, given, rounder)
        effects = []
        for held in holds:
            after = next(way) if held else before
            effects.append(_difference(before, after, given, rounder))
            before = after
        amounts = _amounts(before, given, rounder) if alterations else total
        phases.append(Phase(first, last, amounts, tuple(effects), before.exact_tax))
    applied = tuple(replace(each, effect=effect) for each, effect in zip(alterations, phases[0].effects, strict=True))
    return replace(charge, total=total, alterations=applied, phases=tuple(phases))


def unit_amounts(given: Given, rounder: Rounder) -> Amounts:
    """Return the list price for one, with the catalog's own digits where it has more than the currency."""
    exponent = given.amount.as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    if digits <= rounder.digits:
        return _amounts(settle(given.amount, given.side, given.rate, rounder), given, rounder)
    rate = given.rate or ZERO
    if given.side == "net":
        return _amounts(Settled(given.amount, given.amount + tax_on(given.amount, rate), ZERO), given, rounder)
    tax = round_to(tax_in(given.amount, rate), digits)
    return _amounts(Settled(given.amount - tax, given.amount, ZERO), given, rounder)


def _settle_line(running: Decimal, quantity: int, side: Side, rate: Decimal | None, per_unit: bool, rounder: Rounder) -> Settled:
    if not per_unit:
        return settle(running * quantity, side, rate, rounder)
    one = settle(running, side, rate, rounder)
    return Settled(rounder(one.net * quantity), rounder(one.gross * quantity), (one.gross - one.net) * quantity)


def _edges(charge: PricedCharge, alterations: Sequence[AppliedAlteration]) -> list[int]:
    """Return the numbers of the periods in which something changes, the first included."""
    edges = {1}
    for alteration in alterations:
        if alteration.periods is not None:
            edges.add(alteration.periods + 1)
        edges.update(first for first, _ in alteration.shares)
    if charge.installments is not None:
        edges = {edge for edge in edges if edge <= charge.installments} | {charge.installments + 1}
    return sorted(edges)


def _amounts(settled: Settled, given: Given, rounder: Rounder) -> Amounts:
    currency = rounder.currency
    return Amounts(Money(settled.net, currency), Money(settled.gross, currency), given.stated_rate)


def _difference(before: Settled, after: Settled, given: Given, rounder: Rounder) -> Amounts:
    currency = rounder.currency
    return Amounts(Money(after.net - before.net, currency), Money(after.gross - before.gross, currency), given.stated_rate)
