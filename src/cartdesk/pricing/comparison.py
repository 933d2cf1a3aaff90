"""Two to four carts beside each other: what differs on the bill, month by month, and from when on which is cheaper.

Called by the compare screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cartdesk.errors import CurrencyMismatch, PricingError
from cartdesk.pricing.bills import project, sum_amounts
from cartdesk.pricing.priced import Amounts, Bill, Convention, PricedCart
from cartdesk.pricing.rounding import exactly
from cartdesk.tmf.money import Money

HORIZONS = (12, 24, 36)
"""The months that sums are compared over, as far as bills are there."""


@dataclass(frozen=True, slots=True)
class ComparedBill:
    """One bill of each side: today's, or a month's."""

    number: int
    """0 is today's, 1 the first of the account."""
    on: tuple[date, ...]
    amounts: tuple[Amounts, ...]
    paid: tuple[Amounts, ...]
    """The sum of all bills so far."""

    @property
    def difference(self) -> Money:
        """How much more the second side pays than the first, with tax; negative for less."""
        return self.amounts[1].tax_included - self.amounts[0].tax_included

    @property
    def differs(self) -> bool:
        """Whether any side pays another amount than the first."""
        return any(each.tax_included != self.amounts[0].tax_included for each in self.amounts)


@dataclass(frozen=True, slots=True)
class ComparedSum:
    """What each side pays in so many months, today's included."""

    months: int
    amounts: tuple[Amounts, ...]

    @property
    def difference(self) -> Money:
        """How much more the second side pays than the first, with tax; negative for less."""
        return self.amounts[1].tax_included - self.amounts[0].tax_included

    @property
    def cheapest(self) -> tuple[int, ...]:
        """The places of the sides that pay least; all that pay the same."""
        least = min(each.tax_included.amount for each in self.amounts)
        return tuple(place for place, each in enumerate(self.amounts) if each.tax_included.amount == least)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two or more sides."""

    bills: tuple[ComparedBill, ...]
    sums: tuple[ComparedSum, ...]
    """Over 12, 24 and 36 months, as far as there are bills, and over all there are."""
    turns: int | None
    """The number of the first bill by which the order of the first two sides' sums has turned round; None where it never does."""

    @property
    def differing(self) -> tuple[ComparedBill, ...]:
        """The bills that are not the same on all sides."""
        return tuple(bill for bill in self.bills if bill.differs)


def compare(
    first: PricedCart | Sequence[Bill],
    second: PricedCart | Sequence[Bill],
    *more: PricedCart | Sequence[Bill],
    start: date | None = None,
    bill_cycle_day: int | None = None,
    convention: Convention = "actual",
    months: int = 24,
) -> Comparison:
    """Return what differs on the bill between two carts, or up to any number of them, month by month.

    Args:
        first: a priced cart, or its bills.
        second: the one it is compared with.
        more: further ones.
        start: for carts, the first day of service; None is the moment the first was priced at.
        bill_cycle_day: for carts, 1 to 31; None is the day of ``start``.
        convention: for carts, how a part month counts.
        months: for carts, how many monthly bills.

    Raises:
        CurrencyMismatch: the sides are in different currencies.
        PricingError: sides given as bills have different numbers of them.
    """
    given = (first, second, *more)
    begins = start or next((side.moment.date() for side in given if isinstance(side, PricedCart)), date.min)
    day = bill_cycle_day or begins.day
    sides = [project(side, begins, day, convention, months) if isinstance(side, PricedCart) else side for side in given]
    if len({len(side) for side in sides}) != 1:
        raise PricingError("The sides have different numbers of bills; project the same months for all.")
    if not sides[0]:
        raise PricingError("There are no bills to compare.")
    currency = sides[0][0].total.duty_free.currency
    for side in sides[1:]:
        if side[0].total.duty_free.currency != currency:
            raise CurrencyMismatch(currency, side[0].total.duty_free.currency)
    bills = _rows(sides, currency)
    horizons = sorted({*(each for each in HORIZONS if each < len(bills)), len(bills) - 1})
    return Comparison(bills, tuple(ComparedSum(each, bills[each].paid) for each in horizons), _turns(bills))


def _rows(sides: Sequence[Sequence[Bill]], currency: str) -> tuple[ComparedBill, ...]:
    with exactly():
        paid = tuple(sum_amounts((), currency) for _ in sides)
        rows = []
        for number, bills in enumerate(zip(*sides, strict=True)):
            amounts = tuple(bill.total for bill in bills)
            paid = tuple(sum_amounts((before, each), currency) for before, each in zip(paid, amounts, strict=True))
            rows.append(ComparedBill(number, tuple(bill.on for bill in bills), amounts, paid))
        return tuple(rows)


def _turns(bills: Sequence[ComparedBill]) -> int | None:
    ahead = 0
    for bill in bills:
        difference = (bill.paid[1].tax_included - bill.paid[0].tax_included).amount
        sign = (difference > 0) - (difference < 0)
        if ahead and sign == -ahead:
            return bill.number
        ahead = ahead or sign
    return None
