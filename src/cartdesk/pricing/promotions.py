"""Promotion codes: which of those given hold, why the others do not, and what the ones that hold take off.

Called by ``cart`` after every line has its own price. Codes are taken in the order given; each is tested on what the ones before it left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from cartdesk.errors import PricingError
from cartdesk.language import tr
from cartdesk.pricing.allocation import allocate_within
from cartdesk.pricing.charges import priced_charge
from cartdesk.pricing.conditions import PricingContext, check
from cartdesk.pricing.floors import Place, none_below_zero, with_charges
from cartdesk.pricing.lines import when_not
from cartdesk.pricing.matching import Moment
from cartdesk.pricing.offers import LONGEST, amount_off, check_percentage, side_off
from cartdesk.pricing.priced import Amounts, AppliedAlteration, PricedCharge, PricedItem, RefusedAlteration
from cartdesk.pricing.reader import OfferReader
from cartdesk.pricing.rounding import EXACT, Rounder
from cartdesk.pricing.totals import period_order
from cartdesk.text import safe_text
from cartdesk.tmf.money import Money
from cartdesk.tmf.price import PriceType

if TYPE_CHECKING:
    from cartdesk.tmf.catalog import Promotion
    from cartdesk.tmf.price import Price

FIRST_PRIORITY = 3_000_000
"""After every alteration of a line's own."""

_OVER = {"retired", "obsolete", "inactive", "expired", "terminated"}
ZERO = Decimal(0)

Shares = tuple[tuple[int, Money], ...]
Target = tuple[Place, PricedCharge]
Way = tuple[str, tuple[Shares, ...]]
"""One code's part in what a line came to: the code, and for an amount off the cart the shares of each of the line's charges."""
Ways = dict[tuple[Way, ...], PricedItem]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The lines after all codes, and the codes that do not hold."""

    lines: list[PricedItem]
    refused: tuple[RefusedAlteration, ...]
    ways: list[Ways]
    """For each line, what the codes made of it on the way, for the next pricing to take over."""


def with_promotions(
    bases: Sequence[PricedItem],
    ways: Sequence[Ways],
    codes: Sequence[str],
    reader: OfferReader,
    moment: Moment,
    context: PricingContext,
) -> Outcome:
    """Return the lines with every code that holds taken off, and the others with their reasons.

    Args:
        bases: the lines without any code.
        ways: for each line, what runs of codes made of it before.
        codes: as given, in order.
        reader: the catalog.
        moment: the moment that promotions hold at.
        context: what conditions look at.
    """
    run = _Run(bases, ways, reader, moment, context)
    for code in codes:
        run.take(code)
    return Outcome(run.lines, tuple(run.refused), run.used)


class _Run:
    """Takes one code after another."""

    def __init__(
        self, bases: Sequence[PricedItem], ways: Sequence[Ways], reader: OfferReader, moment: Moment, context: PricingContext
    ) -> None:
        self.lines = list(bases)
        self.refused: list[RefusedAlteration] = []
        self.used: list[Ways] = [{} for _ in bases]
        self._ways = ways
        self._done: list[tuple[Way, ...]] = [()] * len(bases)
        self._accepted: list[Promotion] = []
        self._seen: set[str] = set()
        self._reader = reader
        self._rounder = reader.rounder
        self._moment = moment
        self._context = context

    def take(self, code: str) -> None:
        """Take one code off the lines, or note why it does not hold."""
        shown = safe_text(code, 40)
        folded = code.casefold()
        if folded in self._seen:
            self.refused.append(RefusedAlteration(shown, shown, tr("counts once in a cart")))
            return
        self._seen.add(folded)
        promotion = self._reader.book.promotion(code)
        if promotion is None:
            if not any(f"promo:{folded}" in line.rests_on for line in self.lines):
                self.refused.append(RefusedAlteration(shown, shown, tr("there is no such code in this catalog")))
            return
        why = self._refusal(promotion)
        if why is not None:
            reason, mend = why
            self.refused.append(RefusedAlteration(safe_text(promotion.name or code, 80), shown, reason, mend))
            return
        self._accepted.append(promotion)
        self._apply(promotion, safe_text(promotion.code or code, 40))

    def _refusal(self, promotion: Promotion) -> tuple[str, str | None] | None:
        """Return why a promotion does not hold, with the entry that mends it, or None where it holds."""
        if (promotion.lifecycle_status or "").strip().lower() in _OVER:
            return tr("is no longer given"), None
        if not self._moment.holds(promotion.valid_for):
            return when_not(promotion.valid_for, self._moment.now), None
        alone = next((each for each in (*self._accepted, promotion) if each.combinable is False), None)
        if alone is not None and self._accepted:
            other = self._accepted[0] if alone is promotion else alone
            return tr("cannot be combined with {code}", code=safe_text(other.code or other.name or "the other code", 40)), None
        verdict = check(promotion.price_condition, None, self._context, set())
        if not verdict.holds and not any(
            check(promotion.price_condition, each.item, self._context, set()).holds for line in self.lines for each in line.counting()
        ):
            return verdict.reason, verdict.mend
        if not any(True for line in self.lines for _ in _targets(line, promotion)):
            first = promotion.applies_to[0] if promotion.applies_to else None
            what = safe_text(self._context.name_of(first), 60) if first else tr("what it is for")
            return tr("{what} is not in this cart", what=what), first and safe_text(first, 60)
        return self._below_minimum(promotion)

    def _below_minimum(self, promotion: Promotion) -> tuple[str, None] | None:
        least = promotion.minimum_total
        if least is None:
            return None
        minimum = least.tax_included_amount or least.duty_free_amount
        if minimum is None:
            return None
        if minimum.currency != self._rounder.currency:
            return tr("it is in {currency} and this cart in {currency2}", currency=minimum.currency, currency2=self._rounder.currency), None
        there = ZERO
        for line in self.lines:
            for item in line.counting():
                for charge in item.charges:
                    if charge.kind is not PriceType.USAGE:
                        there += charge.phases[0].amounts.tax_included.amount
        if there >= minimum.amount:
            return None
        short = self._rounder(minimum.amount - there)
        return tr(
            "from {rounder} {currency} on; the cart is {short} {currency} short of that",
            rounder=self._rounder(minimum.amount),
            currency=minimum.currency,
            short=short,
        ), None

    def _apply(self, promotion: Promotion, code: str) -> None:
        what = safe_text(promotion.name or code, 80)
        duration = promotion.application_duration
        if duration is not None and not 1 <= duration <= LONGEST:
            raise PricingError(f"The promotion {what} runs for {duration} periods; it is 1 to {LONGEST}. Mend it in the catalog.")
        priority = FIRST_PRIORITY + len(self._accepted)
        nothing = Amounts(Money.zero(self._rounder.currency), Money.zero(self._rounder.currency))
        alteration = AppliedAlteration(what, code, None, None, priority, duration, promotion.price_condition, nothing)
        percentage = promotion.percentage
        if percentage is None and promotion.price is not None:
            percentage = promotion.price.percentage
        if percentage is not None:
            check_percentage(percentage, what)
            alteration = alteration._replace(percentage=percentage)
            shares: list[tuple[Shares, ...]] = [()] * len(self.lines)
        elif promotion.price is not None:
            alteration, shares = self._spread(promotion, promotion.price, alteration, what)
        else:
            raise PricingError(f"The promotion {what} has neither a percentage nor an amount; mend it in the catalog.")
        for place, line in enumerate(self.lines):
            way = (*self._done[place], (code.casefold(), shares[place]))
            known = self._ways[place].get(way)
            if known is None:
                known = _altered(line, promotion, alteration, shares[place], self._rounder)
            self._done[place] = way
            self.lines[place] = self.used[place][way] = known

    def _spread(
        self, promotion: Promotion, price: Price, alteration: AppliedAlteration, what: str
    ) -> tuple[AppliedAlteration, list[tuple[Shares, ...]]]:
        """Return an amount off the cart as shares of the charges it is for, none beyond what its charge costs or its floor."""
        rounder = self._rounder
        money = price.tax_included_amount or price.duty_free_amount
        if money is None or money.currency != rounder.currency:
            raise PricingError(f"The promotion {what} has no amount in {rounder.currency}; mend it in the catalog.")
        given = amount_off(price, what, rounder)
        targets = _one_kind([target for line in self.lines for target in _targets(line, promotion) if target[1].category == "charge"])
        side = side_off(given)
        if side is None:
            side = "gross" if any(charge.given is not None and charge.given.side == "gross" for _, charge in targets) else "net"
        units = int(rounder(given.amount).scaleb(rounder.digits, EXACT))
        found: dict[Place, list[tuple[int, Money]]] = {place: [] for place, _ in targets}
        for edge in sorted({phase.first for _, charge in targets for phase in charge.phases}):
            weights = [_units(charge, edge, side, rounder, above_floor=False) for _, charge in targets]
            limits = [_units(charge, edge, side, rounder, above_floor=True) for _, charge in targets]
            for (place, _), part in zip(targets, allocate_within(units, weights, limits), strict=True):
                share = Money(Decimal(part).scaleb(-rounder.digits, EXACT), rounder.currency)
                shares = found[place]
                if not shares or shares[-1][1] != share:
                    shares.append((edge, share))
        each_line = [tuple(tuple(found.get(place, ())) for place, _ in _targets(line, promotion)) for line in self.lines]
        return alteration._replace(amount=Money(given.amount, rounder.currency), side=side), each_line


def _units(charge: PricedCharge, edge: int, side: str, rounder: Rounder, *, above_floor: bool) -> int:
    """Return what a charge costs in a period, or how much of that lies above its floor, in the currency's smallest units."""
    amounts = charge.in_period(edge)
    amount = (amounts.tax_included if side == "gross" else amounts.duty_free).amount
    if above_floor and charge.floor is not None and amounts.tax_included.amount:
        lowest = charge.floor.amount * charge.quantity
        amount -= lowest if side == "gross" else lowest * amounts.duty_free.amount / amounts.tax_included.amount
    return max(int(rounder(amount).scaleb(rounder.digits, EXACT)), 0)


def _one_kind(targets: list[Target]) -> list[Target]:
    """Return the charges that an amount comes off once: the one-off ones, or else those of the shortest period."""
    paying = [target for target in targets if any(phase.amounts.tax_included.amount for phase in target[1].phases)]
    periods = {charge.period for _, charge in paying}
    if not periods:
        return []
    first = min(periods, key=period_order)
    return [target for target in paying if target[1].period == first]


def _targets(line: PricedItem, promotion: Promotion) -> Iterator[Target]:
    """Yield the charges of a line, in the order of the line, that a promotion is for."""
    ids = {each.casefold() for each in promotion.applies_to}
    kind = PriceType.read(promotion.price_type)
    for item, belongs in _belonging(line, ids, not ids):
        if not belongs or not item.counted:
            continue
        for place, charge in enumerate(item.charges):
            if charge.kind is not PriceType.USAGE and charge.category != "former" and (kind is None or charge.kind is kind):
                yield (id(item), place), charge


def _belonging(item: PricedItem, ids: set[str], above: bool) -> Iterator[tuple[PricedItem, bool]]:
    """Yield an item and those below it, each with whether a promotion for ``ids`` is for it or for something above it."""
    offering = item.item.product_offering
    belongs = above or (offering is not None and (offering.id or "").casefold() in ids)
    yield item, belongs
    for child in item.children:
        yield from _belonging(child, ids, belongs)


def _altered(
    line: PricedItem, promotion: Promotion, alteration: AppliedAlteration, shares: tuple[Shares, ...], rounder: Rounder
) -> PricedItem:
    """Return a line with a promotion taken off those of its charges that it is for."""
    changed: dict[Place, PricedCharge] = {}
    for number, (place, charge) in enumerate(_targets(line, promotion)):
        if alteration.percentage is not None:
            changed[place] = priced_charge(charge, (*charge.alterations, alteration), rounder)
        elif shares[number]:
            changed[place] = priced_charge(charge, (*charge.alterations, alteration._replace(shares=shares[number])), rounder)
    return none_below_zero(with_charges(line, changed), rounder) if changed else line
