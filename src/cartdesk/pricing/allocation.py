"""Spreading an amount over lines so that the parts always make the whole.

Called by ``promotions`` for an amount off the whole cart, and by anyone who splits money.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

from cartdesk.errors import PricingError
from cartdesk.pricing.rounding import EXACT
from cartdesk.tmf.money import Money, minor_digits


def allocate(total: Money, weights: Sequence[Decimal | int]) -> list[Money]:
    """Return ``total`` spread over ``weights``: one part for each, in the same currency, that sum to it exactly.

    Largest remainder: each part is its share cut off towards zero at the currency's last digit (or the total's, where it has more);
    the units left over go one each to the parts with the largest cut-off rest, ties to the first. A negative total gives exactly the
    negatives of the positive one's parts. Where all weights are zero they count as equal.

    Raises:
        PricingError: a weight is negative or not finite, or there is money and no weight at all.
    """
    if not weights:
        if total.amount:
            raise PricingError("an amount cannot be spread over nothing.")
        return []
    exponent = total.amount.as_tuple().exponent
    digits = max(minor_digits(total.currency), -exponent if isinstance(exponent, int) else 0)
    units = int(total.amount.scaleb(digits, EXACT))
    return [Money(Decimal(part).scaleb(-digits, EXACT), total.currency) for part in allocate_units(units, weights)]


def allocate_units(units: int, weights: Sequence[Decimal | int]) -> list[int]:
    """Return a number of indivisible units spread over ``weights``; see :func:`allocate`."""
    whole = _whole(weights)
    base = sum(whole)
    if not base:
        whole, base = [1] * len(whole), len(whole)
    size = abs(units)
    parts, rests = [], []
    for weight in whole:
        part, rest = divmod(size * weight, base)
        parts.append(part)
        rests.append(rest)
    left = size - sum(parts)
    if left:
        for place in sorted(range(len(rests)), key=lambda each: -rests[each])[:left]:
            parts[place] += 1
    return parts if units >= 0 else [-part for part in parts]


def allocate_within(units: int, weights: Sequence[Decimal | int], limits: Sequence[int]) -> list[int]:
    """Return ``units`` spread over ``weights`` with no part above its limit.

    What a limit holds back is spread over the others by their weights; what none can take is not given out.

    Args:
        units: how many, not negative.
        weights: one for each part.
        limits: the most each part may get, not negative.
    """
    parts = [0] * len(weights)
    free = [place for place, limit in enumerate(limits) if limit > 0]
    left = min(units, sum(limits))
    while left and free:
        given = dict(zip(free, allocate_units(left, [weights[place] for place in free]), strict=True))
        full = [place for place, part in given.items() if part >= limits[place]]
        if not full:
            for place, part in given.items():
                parts[place] = part
            break
        for place in full:
            parts[place] = limits[place]
            left -= limits[place]
        free = [place for place in free if place not in set(full)]
    return parts


def _whole(weights: Sequence[Decimal | int]) -> list[int]:
    """Return the weights as whole numbers in the same proportions."""
    for weight in weights:
        if isinstance(weight, Decimal) and not weight.is_finite():
            raise PricingError(f"a weight of {weight} cannot be used to spread an amount.")
        if weight < 0:
            raise PricingError(f"a weight of {weight} cannot be used to spread an amount; weights start at 0.")
    if all(isinstance(weight, int) for weight in weights):
        return [int(weight) for weight in weights]
    shares = [Fraction(weight) for weight in weights]
    common = lcm(*(share.denominator for share in shares))
    return [int(share * common) for share in shares]
