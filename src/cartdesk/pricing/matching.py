"""Whether something that is restricted fits what was chosen: characteristic values, terms, stretches of time.

Called by ``items`` and ``conditions`` for prices and alterations alike.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cartdesk.tmf.period import Period

_DROPPED = str.maketrans("", "", " -_")
BESIDE = "\0"
"""Stands between the values of a characteristic of which several are chosen."""

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartdesk.tmf.cart import CartItem, CartTerm
    from cartdesk.tmf.catalog import CharacteristicUse, CharacteristicValue, OfferingTerm
    from cartdesk.tmf.resource import TimePeriod


class Moment:
    """The moment prices are worked out at, and for how long around it every "holds now?" would be answered the same."""

    __slots__ = ("now", "since", "until")

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.since: datetime | None = None
        self.until: datetime | None = None

    def holds(self, valid_for: TimePeriod | None) -> bool:
        """Say whether the moment lies in the period, both ends included, and keep the nearest ends on both sides in mind."""
        if valid_for is None:
            return True
        for end in (valid_for.start_date_time, valid_for.end_date_time):
            if end is None:
                continue
            if end <= self.now:
                self.since = end if self.since is None else max(self.since, end)
            if end >= self.now:
                self.until = end if self.until is None else min(self.until, end)
        return valid_for.holds(self.now)

    def at(self, now: datetime) -> Moment:
        """Return another moment that keeps in mind what was asked at this one."""
        other = Moment(now)
        other.since, other.until = self.since, self.until
        return other

    def also(self, other: Moment) -> None:
        """Keep in mind what was asked at another moment too, at which it was answered as it would be at this one."""
        if other.since is not None:
            self.since = other.since if self.since is None else max(self.since, other.since)
        if other.until is not None:
            self.until = other.until if self.until is None else min(self.until, other.until)

    def same_answers_at(self, moment: datetime) -> bool:
        """Say whether everything asked so far would be answered the same at another moment."""
        if moment == self.now:
            return True
        return (self.since is None or self.since < moment) and (self.until is None or moment < self.until)


def fold(text: object) -> str:
    """Return a text as names and values are compared: without case, spaces, hyphens and underscores."""
    return _fold(text if isinstance(text, str) else str(text))


@lru_cache(maxsize=8192)
def _fold(text: str) -> str:
    return text.casefold().translate(_DROPPED)


def chosen_values(item: CartItem) -> dict[str, str]:
    """Return the item's chosen characteristics, names and values folded; several values of one name are joined by ``BESIDE``."""
    if item.product is None:
        return {}
    chosen: dict[str, str] = {}
    for each in item.product.characteristic:
        if each.value is not None:
            name, value = fold(each.name or each.id or ""), fold_value(each.value)
            chosen[name] = f"{chosen[name]}{BESIDE}{value}" if name in chosen else value
    return chosen


def fold_value(value: Any) -> str:
    """Return a characteristic's value as it is compared: numbers by their amount, texts folded."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict) and "value" in value:
        value = value["value"]
    number = _number(value)
    return fold(value) if number is None else format(number.normalize(), "f")


def values_fit(uses: tuple[CharacteristicUse, ...], chosen: Mapping[str, str]) -> CharacteristicUse | None:
    """Return the first restriction that the chosen values do not meet, or None where all are met.

    A characteristic that was not chosen meets a restriction to its default value.
    """
    for use in uses:
        allowed = use.product_spec_characteristic_value
        if not allowed:
            continue
        value = chosen.get(fold(use.name or use.id or ""))
        if value is None:
            if not any(each.is_default for each in allowed):
                return use
        elif not any(_allows(each, one) for one in (value.split(BESIDE) if BESIDE in value else (value,)) for each in allowed):
            return use
    return None


def term_fits(terms: tuple[OfferingTerm, ...], chosen: tuple[CartTerm, ...]) -> bool:
    """Say whether a chosen term is one of ``terms``, by its length, or by its name where one has no length; no restriction fits all."""
    return not terms or any(_same_term(term, each) for term in terms for each in chosen)


def term_months(term: OfferingTerm | CartTerm) -> int | None:
    """Return a term's length in whole months, or None where it says none, or one in days."""
    duration = term.duration
    if duration is None or duration.amount is None:
        return None
    try:
        period = Period.read(duration.units or "month")
    except ValueError:
        return None
    months = period.months
    return None if months is None else int(duration.amount * months)


def _same_term(term: OfferingTerm, chosen: CartTerm) -> bool:
    ours, theirs = term_months(term), term_months(chosen)
    if ours is not None and theirs is not None:
        return ours == theirs
    return bool(term.name and chosen.name) and fold(term.name) == fold(chosen.name)


def _allows(allowed: CharacteristicValue, value: str) -> bool:
    if allowed.value is not None:
        return fold_value(allowed.value) == value
    number = _number(value)
    if number is None or (allowed.value_from is None and allowed.value_to is None):
        return False
    return (allowed.value_from is None or allowed.value_from <= number) and (allowed.value_to is None or number <= allowed.value_to)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
