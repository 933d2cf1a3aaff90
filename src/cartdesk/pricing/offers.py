"""The catalog's prices, read once into what pricing works with, and refused where no right total could come of them.

Called by ``items``; what is read is kept by :class:`OfferReader` for the next line with the same offering.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from cartdesk.errors import PricingError
from cartdesk.pricing.charges import given_price, settle
from cartdesk.pricing.priced import Given, PriceBook
from cartdesk.pricing.rounding import Rounder
from cartdesk.text import safe_text
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period
from cartdesk.tmf.price import Price, PriceType

if TYPE_CHECKING:
    from cartdesk.tmf.catalog import BundledOffering, CharacteristicUse, OfferingTerm, ProductOffering, ProductOfferingPrice
    from cartdesk.tmf.resource import TimePeriod

LONGEST = 600
"""Charge periods that a discount or an installment plan may run."""

_REDUCTIONS = {"discount", "allowance"}


@dataclass(frozen=True, slots=True)
class ListAlteration:
    """A discount of the catalog's, before it is known whether it holds."""

    id: str
    name: str
    kind: PriceType | None
    """The only kind of charge it changes; None is any."""
    priority: int
    percentage: Decimal | None
    given: Given | None
    """What it takes off one, instead of a percentage; positive."""
    periods: int | None
    condition: str | None
    valid_for: TimePeriod | None
    values: tuple[CharacteristicUse, ...]
    terms: tuple[OfferingTerm, ...]


@dataclass(frozen=True, slots=True)
class ListPenalty:
    """What leaving before the end of the term costs."""

    id: str
    name: str
    percentage: Decimal | None
    given: Given | None
    per: Period | None


@dataclass(frozen=True, slots=True)
class ListPrice:
    """One price of an offering, as the catalog has it."""

    id: str
    name: str
    kind: PriceType
    period: Period | None
    per: str | None
    given: Given
    currency: str
    category: str
    installments: int | None
    valid_for: TimePeriod | None
    values: tuple[CharacteristicUse, ...]
    terms: tuple[OfferingTerm, ...]
    alterations: tuple[ListAlteration, ...]
    penalties: tuple[ListPenalty, ...]
    floor: Money | None
    covers: frozenset[str]
    """Ids of its children's prices that it stands for."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What an offering costs, and which of its children its own price covers."""

    id: str
    name: str
    prices: tuple[ListPrice, ...]
    included: dict[str, int]
    """For a bundle priced as a whole: how many of each child, by id, its own price covers; empty where children are charged."""


class OfferReader:
    """Reads offerings of one catalog and keeps what it read."""

    def __init__(self, book: PriceBook) -> None:
        self.book = book
        self.rounder = Rounder(book.policy, book.currency)
        self._offers: dict[str, Offer | None] = {}

    def offer(self, offering_id: str) -> Offer | None:
        """Return the offer, or None where the catalog has no such offering.

        Raises:
            PricingError: one of its prices cannot be used.
        """
        try:
            return self._offers[offering_id]
        except KeyError:
            offering = self.book.offering(offering_id)
            offer = None if offering is None else read_offer(offering, self.book, self.rounder)
            self._offers[offering_id] = offer
            return offer


def read_offer(offering: ProductOffering, book: PriceBook, rounder: Rounder) -> Offer:
    """Return what the catalog says of an offering's prices.

    Raises:
        PricingError: one of them cannot be used.
    """
    prices = tuple(read for price in book.prices_of(offering) for read in _read_price(price, book, rounder))
    whole = any(price.given.amount > 0 and price.kind is not PriceType.USAGE for price in prices)
    listed = any(price.covers for price in prices)
    included = _included(offering.bundled_product_offering) if whole and not listed else {}
    return Offer(offering.id or "", safe_text(offering.name or offering.id or "an offering", 120), prices, included)


def _included(children: tuple[BundledOffering, ...]) -> dict[str, int]:
    """Return how many of each mandatory child belong to a bundle: a child without limits belongs to it once."""
    included = {}
    for child in children:
        option = child.bundled_product_offering_option
        lower = option.number_rel_offer_lower_limit if option is not None else child.number_rel_offer_lower_limit
        count = 1 if lower is None else lower
        for each in child.options or (child,):
            if each.id and count > 0:
                included[each.id.casefold()] = count
    return included


def _read_price(price: ProductOfferingPrice, book: PriceBook, rounder: Rounder, depth: int = 0) -> tuple[ListPrice, ...]:
    """Return a price; or the ones it is made of, where it has no amount itself."""
    what = _name(price)
    if price.price is None and price.percentage is None and price.bundled_pop_relationship and depth < 4:
        parts = (book.price(each.id) for each in price.bundled_pop_relationship if each.id)
        return tuple(read for part in parts if part is not None for read in _read_price(part, book, rounder, depth + 1))
    category = (price.price_type or "").strip().lower()
    kind = PriceType.read(price.price_type)
    if kind is None:
        if category == "penalty":
            return ()
        if category not in _REDUCTIONS:
            raise PricingError(f"The price {what} is of the kind «{safe_text(category, 30)}», which is not one that can be charged.")
        kind = PriceType.RECURRING if price.recurring_charge_period_type else PriceType.ONE_TIME
    if price.price is None:
        raise PricingError(f"The price {what} has no amount; mend it in the catalog.")
    given = _given(price.price, what, rounder, negative=category in _REDUCTIONS)
    alterations, penalties, floor = _related(price, given.rate, book, rounder)
    return (
        ListPrice(
            id=price.id or "",
            name=what,
            kind=kind,
            period=_period(price, what) if kind is PriceType.RECURRING else None,
            per=_measure(price) if kind is PriceType.USAGE else None,
            given=given,
            currency=_currency(price.price),
            category=category if category in _REDUCTIONS else ("discount" if given.amount < 0 else "charge"),
            installments=_periods(price.application_duration, what) if kind is PriceType.RECURRING else None,
            valid_for=price.valid_for,
            values=price.prod_spec_char_value_use,
            terms=price.product_offering_term,
            covers=frozenset(each.id for each in price.bundled_pop_relationship if each.id),
            alterations=alterations,
            penalties=penalties,
            floor=floor,
        ),
    )


def _related(
    price: ProductOfferingPrice, rate: Decimal | None, book: PriceBook, rounder: Rounder
) -> tuple[tuple[ListAlteration, ...], tuple[ListPenalty, ...], Money | None]:
    """Return a price's alterations, penalties and floor, which it points to."""
    alterations: list[ListAlteration] = []
    penalties: list[ListPenalty] = []
    floor: Money | None = None
    for relation in price.pop_relationship:
        other = book.price(relation.id) if relation.id else None
        if other is None:
            continue
        means = f"{relation.relationship_type or ''} {relation.role or ''}".lower()
        if "penal" in means or (other.price_type or "").strip().lower() == "penalty":
            penalties.append(_read_penalty(other, rounder))
        elif "floor" in means or "minimum" in means:
            floor = _read_floor(other, rate, rounder)
        elif "alter" in means or "discount" in means or (other.type_ or "").endswith("Alteration"):
            alterations.append(read_alteration(other, rounder))
    alterations.sort(key=lambda each: each.priority)
    return tuple(alterations), tuple(penalties), floor


def read_alteration(price: ProductOfferingPrice, rounder: Rounder) -> ListAlteration:
    """Return a discount on a price.

    Raises:
        PricingError: neither a percentage from 0 to 100 nor an amount, in another currency, or with an impossible duration.
    """
    what = _name(price)
    percentage = price.percentage if price.percentage is not None else (price.price.percentage if price.price is not None else None)
    given = None
    if percentage is not None:
        check_percentage(percentage, what)
    elif price.price is not None:
        if _currency(price.price) != rounder.currency:
            raise PricingError(
                f"The discount {what} is in {_currency(price.price)} and the catalog in {rounder.currency}; mend it in the catalog."
            )
        given = amount_off(price.price, what, rounder)
    else:
        raise PricingError(f"The discount {what} has neither a percentage nor an amount; mend it in the catalog.")
    return ListAlteration(
        id=price.id or "",
        name=what,
        kind=PriceType.read(price.price_type),
        priority=price.priority if price.priority is not None else 0,
        percentage=percentage,
        given=given,
        periods=_periods(price.application_duration, what),
        condition=price.price_condition,
        valid_for=price.valid_for,
        values=price.prod_spec_char_value_use,
        terms=price.product_offering_term,
    )


def check_percentage(percentage: Decimal, what: str) -> None:
    """Raise PricingError for a discount that is not from 0 to 100 per cent."""
    if not 0 <= percentage <= 100:
        raise PricingError(f"The discount {what} is {percentage} %; a discount lies between 0 and 100 %. Mend it in the catalog.")


def amount_off(price: Price, what: str, rounder: Rounder) -> Given:
    """Return an amount off, positive whichever sign it was written with."""
    given = _given(price, what, rounder, negative=False)
    return Given(abs(given.amount), given.side, given.rate, given.stated_rate)


def _read_penalty(price: ProductOfferingPrice, rounder: Rounder) -> ListPenalty:
    what = _name(price)
    if price.percentage is not None:
        check_percentage(price.percentage, what)
        return ListPenalty(price.id or "", what, price.percentage, None, None)
    if price.price is None or _currency(price.price) != rounder.currency:
        raise PricingError(f"The penalty {what} has neither a percentage nor an amount in {rounder.currency}; mend it in the catalog.")
    return ListPenalty(price.id or "", what, None, _given(price.price, what, rounder, negative=False), _unit(price))


def _read_floor(price: ProductOfferingPrice, rate: Decimal | None, rounder: Rounder) -> Money | None:
    """Return the lowest price for one, with tax."""
    if price.price is None or _currency(price.price) != rounder.currency:
        return None
    given = _given(price.price, _name(price), rounder, negative=False)
    if given.side == "net":
        given = replace(given, rate=given.rate if given.rate is not None else rate)
    settled = settle(given.amount, given.side, given.rate, rounder)
    return Money(settled.gross, rounder.currency)


def _given(price: Price, what: str, rounder: Rounder, *, negative: bool) -> Given:
    net, gross = price.duty_free_amount, price.tax_included_amount
    if net is not None and gross is not None and net.currency != gross.currency:
        raise PricingError(f"The price {what} is in {net.currency} without tax and in {gross.currency} with it; mend it in the catalog.")
    given = given_price(amount_of(net), amount_of(gross), price.tax_rate, what, rounder)
    return Given(-abs(given.amount), given.side, given.rate, given.stated_rate) if negative else given


def _currency(price: Price) -> str:
    amount = price.duty_free_amount if price.duty_free_amount is not None else price.tax_included_amount
    return amount.currency if amount is not None else ""


def amount_of(money: Money | None) -> Decimal | None:
    """Return the bare amount, or None where there is none."""
    return None if money is None else money.amount


def _period(price: ProductOfferingPrice, what: str) -> Period:
    length = price.recurring_charge_period_length
    try:
        return Period.read(price.recurring_charge_period_type or "month", 1 if length is None else length)
    except ValueError as error:
        raise PricingError(f"The price {what} cannot be charged: {error}.") from None


def _unit(price: ProductOfferingPrice) -> Period | None:
    measure = price.unit_of_measure
    if measure is None or not measure.units:
        return None
    try:
        return Period.read(measure.units, int(measure.amount or 1))
    except ValueError:
        return None


def _measure(price: ProductOfferingPrice) -> str:
    measure = price.unit_of_measure
    if measure is None:
        return "1"
    amount = f"{measure.amount:f}" if measure.amount is not None else "1"
    return f"{amount} {safe_text(measure.units, 30)}" if measure.units else amount


def _periods(duration: int | None, what: str) -> int | None:
    if duration is not None and not 1 <= duration <= LONGEST:
        raise PricingError(f"The price {what} runs for {duration} periods; it is 1 to {LONGEST}. Mend it in the catalog.")
    return duration


def _name(price: ProductOfferingPrice) -> str:
    return safe_text(price.name or price.id or "without a name", 120)
