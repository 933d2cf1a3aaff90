"""The one amount a list shows for an offering: its list price with tax, as its default choices make it.

Called by ``builder`` for every offering, and by ``catalog`` again for those whose prices change with time. Tax and rounding follow the same
rule as pricing's, for one piece and without discounts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any, NamedTuple

from cartdesk.catalog.columns import OPEN_END, OPEN_START, Window, ticks
from cartdesk.catalog.rows import Listing
from cartdesk.catalog.shape import read_moment
from cartdesk.catalog.tariff import REDUCTIONS, is_alteration
from cartdesk.tmf.currencies import MINOR_DIGITS
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period, PeriodUnit
from cartdesk.tmf.price_type import PriceType
from cartdesk.tmf.rounding import RoundingLevel, RoundingMode, RoundingPolicy

Json = dict[str, Any]

_MODES = {"HALF_UP": ROUND_HALF_UP, "HALF_EVEN": ROUND_HALF_EVEN, "HALF_DOWN": ROUND_HALF_DOWN}
_MOST_COMBINATIONS = 256
_LISTED = (PriceType.ONE_TIME, PriceType.RECURRING)
_KINDS = {kind.value: kind for kind in PriceType}
_SMALLEST = [Decimal(1).scaleb(-digits) for digits in range(max(MINOR_DIGITS.values()) + 1)]
_LONGEST_TERM = 1200
_DROPPED = str.maketrans("", "", " -_")
_number = re.compile(r"\s*[-+]?\d{1,30}(?:\.\d{1,30})?\s*").fullmatch
_TERM = "\0term"
"""The name under which the chosen term stands among the choices; no characteristic can be called so."""


class Charge(NamedTuple):
    """What the list needs to know of one price."""

    id: str
    kind: PriceType | None
    """None for what is neither charged once, nor every period, nor by use."""
    amount: Money | None
    """For one, with tax, rounded to the currency's digits."""
    price: Any
    """The Price it comes from, where more than one piece may be asked for."""
    period: Period | None
    starts: datetime | None
    ends: datetime | None
    only_with: tuple[tuple[str, frozenset[str]], ...]
    """The choices it is for: a name and the values that it takes."""
    altering: bool = False
    parts: tuple[str, ...] = ()
    """The prices that a price bundle is made of, by their ids."""
    related: tuple[str, ...] = ()
    """The ids of its discounts and penalties."""

    def holds(self, moment: datetime) -> bool:
        """Say whether it is charged at ``moment``."""
        return (self.starts is None or self.starts <= moment) and (self.ends is None or moment <= self.ends)


class Choices(NamedTuple):
    """What can be chosen for an offering, as far as prices depend on it."""

    defaults: Mapping[str, str]
    """The value each choice has when none is made."""
    values: Mapping[str, tuple[str, ...]]
    """Every value it can have."""


def charge_of(price: Json, mode: RoundingMode, *, for_more: bool = False) -> Charge:
    """Return what the list needs of a price in the inner shape that has been checked; ``for_more`` than one piece, if need be."""
    kind = _KINDS.get(price.get("priceType", ""))
    amount = with_tax(price.get("price"), mode)
    if price.get("priceType") in REDUCTIONS and not is_alteration(price):
        kind = PriceType.RECURRING if price.get("recurringChargePeriodType") else PriceType.ONE_TIME
        amount = amount and Money(-abs(amount.amount), amount.currency)
    valid = price.get("validFor") or {}
    period = None
    if kind is PriceType.RECURRING and not is_alteration(price):
        period = _period(price["recurringChargePeriodType"], price.get("recurringChargePeriodLength", 1))
    return Charge(
        id=price["id"],
        kind=kind,
        amount=amount,
        price=price.get("price") if for_more else None,
        period=period,
        starts=_moment(valid.get("startDateTime")),
        ends=_moment(valid.get("endDateTime")),
        only_with=tuple(_conditions(price)) if "prodSpecCharValueUse" in price or "productOfferingTerm" in price else (),
        altering=is_alteration(price),
        parts=tuple(each["id"] for each in price["bundledPopRelationship"] if "id" in each) if "bundledPopRelationship" in price else (),
        related=tuple(_related(price["popRelationship"])) if "popRelationship" in price else (),
    )


def _related(relations: Iterable[Json]) -> Iterator[str]:
    return (each["id"] for each in relations if "id" in each and each.get("relationshipType") in ("alteration", "penalty"))


def with_tax(price: Any, mode: RoundingMode, quantity: int = 1) -> Money | None:
    """Return what a quantity costs with tax by a Price in the inner shape: the stated side is rounded, then the tax on it."""
    if not isinstance(price, dict):
        return None
    gross, net = price.get("taxIncludedAmount"), price.get("dutyFreeAmount")
    stated = net if gross is None else gross
    if stated is None:
        return None
    unit = _SMALLEST[MINOR_DIGITS[stated["unit"]]]
    amount = (Decimal(stated["value"]) * quantity).quantize(unit, rounding=_MODES[mode])
    if gross is None and price.get("taxRate"):
        amount += (amount * price["taxRate"] / 100).quantize(unit, rounding=_MODES[mode])
    return _money(amount, stated["unit"])


def choice_value(value: Any) -> str:
    """Return a characteristic's name or value as it is compared: 500, "500" and 500.0 are one, and so are "128 GB" and "128gb"."""
    text = str(value)
    if _number(text):
        return format(Decimal(text.strip()).normalize(), "f")
    return text.casefold().translate(_DROPPED)


def term_key(term: Json) -> str:
    """Return what tells a term from another: its length, else its name."""
    months = _months(term)
    return choice_value(term.get("name", "")) if months is None else f"{months} months"


def term_months(term: Json) -> int | None:
    """Return how many months a term binds; None for one that ends at the end of any month, or at once."""
    months = _months(term)
    return months if months is not None and 1 < months <= _LONGEST_TERM else None


def _months(term: Json) -> int | None:
    duration = term.get("duration") or {}
    amount = duration.get("amount")
    if amount is None:
        return None
    try:
        months = Period.read(str(duration.get("units", "month"))).months
    except ValueError:
        return None
    return None if months is None or abs(amount) > _LONGEST_TERM else int(amount * months)


NO_CHOICES = Choices({}, {})
"""For what cannot be configured."""


def choices_from(uses: Iterable[Json], before: Choices = NO_CHOICES) -> Choices:
    """Return what characteristics leave to choose, on top of what was there to choose before."""
    defaults, values = dict(before.defaults), dict(before.values)
    for use in uses:
        allowed = [each for each in use.get("productSpecCharacteristicValue", ()) if "value" in each]
        if not allowed:
            continue
        name = choice_value(use.get("name", ""))
        values[name] = known = tuple(choice_value(each["value"]) for each in allowed)
        marked = next((value for value, each in zip(known, allowed, strict=True) if each.get("isDefault")), None)
        default = known[0] if marked is None and len(known) == 1 else marked
        if default is not None:
            defaults[name] = default
        elif defaults.get(name) not in known:
            defaults.pop(name, None)
    return Choices(defaults, values)


def choices_of(offering: Json, before: Choices) -> Choices:
    """Return the choices of an offering: its specification's, narrowed by its own use of them, and its terms."""
    uses, terms = offering.get("prodSpecCharValueUse"), offering.get("productOfferingTerm")
    if not uses and not terms:
        return before
    choices = choices_from(uses or (), before)
    if not terms:
        return choices
    keys = tuple(term_key(each) for each in terms)
    return Choices({**choices.defaults, _TERM: keys[0]}, {**choices.values, _TERM: keys})


def for_quantity(charge: Charge, quantity: int, policy: RoundingPolicy) -> Charge:
    """Return a charge with the amount of a whole quantity, which is rounded once unless the catalog rounds each piece."""
    if charge.amount is None or quantity == 1:
        return charge
    if policy.level is RoundingLevel.UNIT:
        return charge._replace(amount=charge.amount * quantity)
    amount = with_tax(charge.price, policy.mode, quantity)
    return charge._replace(amount=amount if amount is None or (amount.amount < 0) == (charge.amount.amount < 0) else -amount)


def list_price(charges: Iterable[Charge], choices: Choices, moment: datetime) -> Listing:
    """Return what an offering costs at ``moment``, as its defaults make it; where no default decides, the lowest.

    Args:
        charges: its prices; discounts among them are passed over.
        choices: what can be chosen.
        moment: which prices hold.
    """
    held = []
    usage = False
    for each in charges:
        if each.altering or not each.holds(moment):
            continue
        usage = usage or each.kind is PriceType.USAGE
        if each.amount is not None and each.kind in _LISTED:
            held.append(each)
    names = sorted({name for each in held for name, _ in each.only_with})
    if not names:
        return _sum(held, usage)
    options = [_options(name, held, choices) for name in names]
    too_many = prod(len(each) for each in options) > _MOST_COMBINATIONS
    if too_many:
        options = [each[:1] for each in options]
    found = []
    for chosen in product(*options):
        configuration = dict(zip(names, chosen, strict=True))
        total = _sum(_matching(held, configuration), usage)
        found.append((_cost(total), total, _is_usual(configuration, choices)))
    cost, total, _ = min((each for each in found if each[2]), key=lambda each: each[0], default=None) or min(
        found, key=lambda each: each[0]
    )
    costs = [each[0] for each in found]
    return total._replace(from_price=too_many or cost == min(costs) < max(costs))


def _is_usual(chosen: Mapping[str, str], choices: Choices) -> bool:
    """Say whether no choice is other than its default."""
    return all(choices.defaults.get(name, value) == value for name, value in chosen.items())


def _options(name: str, charges: list[Charge], choices: Choices) -> list[str]:
    """Return the values of one choice that matter, its default first."""
    known = choices.values.get(name)
    options = (
        list(known) if known else sorted({value for each in charges for only, values in each.only_with if only == name for value in values})
    )
    default = choices.defaults.get(name)
    return sorted(options, key=lambda value: value != default) or [""]


def _matching(charges: list[Charge], chosen: Mapping[str, str]) -> list[Charge]:
    return [each for each in charges if all(chosen[name] in values for name, values in each.only_with)]


def _sum(charges: list[Charge], usage: bool) -> Listing:
    """Add up what is charged once, and what is charged every period in the period that comes round most often."""
    once: Money | None = None
    every: Money | None = None
    period: Period | None = None
    currency = charges[0].amount.currency if charges and charges[0].amount else ""
    for each in charges:
        amount = each.amount
        if amount is None or amount.currency != currency:
            continue
        if each.period is None:
            once = amount if once is None else once + amount
        elif every is not None and each.period == period:
            every = every + amount
        elif period is None or _frequency(each.period) < _frequency(period):
            period, every = each.period, amount
    return Listing(once, every, period, False, usage)


def _frequency(period: Period) -> tuple[bool, int]:
    """Months first: a list of plans compares by the month."""
    return (period.months is None, period.months or period.days or 0)


def _cost(listing: Listing) -> Decimal:
    """Return what two years cost, to tell the lower of two configurations."""
    once = listing.one_off.amount if listing.one_off else Decimal(0)
    every = listing.recurring.amount if listing.recurring else Decimal(0)
    months = (listing.period.months if listing.period else None) or 1
    return once + every * 24 / months


def window(charges: Iterable[Charge], moment: datetime) -> Window:
    """Return from when to when, around ``moment``, the same prices hold."""
    since, until, now = OPEN_START, OPEN_END, ticks(moment)
    for charge in charges:
        if charge.altering or (charge.starts is None and charge.ends is None):
            continue
        edges = [OPEN_START if charge.starts is None else ticks(charge.starts), OPEN_END if charge.ends is None else ticks(charge.ends) + 1]
        since = max(since, *(edge for edge in edges if edge <= now), OPEN_START)
        until = min(until, *(edge for edge in edges if edge > now), OPEN_END)
    return Window(since, until)


def is_priced_as_a_whole(charges: Iterable[Charge]) -> bool:
    """Say whether a bundle's price has its mandatory children in it: it costs something, and names no prices that it stands for."""
    return any(each.amount.amount > 0 for each in charges if each.amount and each.kind is not PriceType.USAGE) and not covered_by(charges)


def covered_by(charges: Iterable[Charge]) -> frozenset[str]:
    """Return the ids of children's prices that a bundle's own prices stand for."""
    return frozenset(part for each in charges if each.amount is not None for part in each.parts)


def add(first: Listing, second: Listing) -> Listing:
    """Return what two offerings cost together; of two periods or currencies, the first's is kept."""
    return Listing(
        _plus(first.one_off, second.one_off),
        _plus(first.recurring, second.recurring if second.period == (first.period or second.period) else None),
        first.period or second.period,
        first.from_price or second.from_price,
        first.usage or second.usage,
    )


def _plus(first: Money | None, second: Money | None) -> Money | None:
    if second is None or (first is not None and first.currency != second.currency):
        return first
    return second if first is None else first + second


@lru_cache(maxsize=4096)
def _same(name: str, values: frozenset[str]) -> tuple[str, frozenset[str]]:
    """Return one and the same condition for all that are equal: catalogs repeat a few of them over and over."""
    return name, values


@lru_cache(maxsize=4096)
def _money(amount: Decimal, currency: str) -> Money:
    return Money(amount, currency)


@lru_cache(maxsize=64)
def _period(unit: str, length: int) -> Period:
    return Period(PeriodUnit(unit), length)


def _conditions(price: Json) -> Iterable[tuple[str, frozenset[str]]]:
    for use in price.get("prodSpecCharValueUse", ()):
        values = frozenset(choice_value(each["value"]) for each in use.get("productSpecCharacteristicValue", ()) if "value" in each)
        if values:
            yield _same(choice_value(use.get("name", "")), values)
    terms = frozenset(term_key(each) for each in price.get("productOfferingTerm", ()))
    if terms:
        yield _same(_TERM, terms)


def _moment(text: str | None) -> datetime | None:
    return read_moment(text) if text else None
