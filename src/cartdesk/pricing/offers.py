"""The catalog's prices, read once into what pricing works with, and refused where no right total could come of them.

Called by ``items``; what is read is kept by :class:`OfferReader` for the next line with the same offering.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from cartdesk.errors import PricingError
from cartdesk.pricing.charges import Settled, given_price, settle, unit_amounts
from cartdesk.pricing.priced import Amounts, AppliedAlteration, Given, Penalty, PriceBook, Side, TaxShare
from cartdesk.pricing.rounding import Rounder
from cartdesk.pricing.totals import alteration_key
from cartdesk.text import safe_text
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period
from cartdesk.tmf.price import Price, PriceType

if TYPE_CHECKING:
    from cartdesk.tmf.catalog import (
        BundledOffering,
        CharacteristicUse,
        OfferingTerm,
        PriceRelationship,
        ProductOffering,
        ProductOfferingPrice,
    )
    from cartdesk.tmf.resource import TimePeriod

LONGEST = 600
"""Charge periods that a discount or an installment plan may run."""

_REDUCTIONS = {"discount", "allowance"}
_NONE: frozenset[str] = frozenset()


class ListAlteration(NamedTuple):
    """A discount of the catalog's, before it is known whether it holds."""

    applied: AppliedAlteration
    """What it is where it holds; its effect is yet to be worked out."""
    kind: PriceType | None
    """The only kind of charge it changes; None is any."""
    valid_for: TimePeriod | None
    values: tuple[CharacteristicUse, ...]
    terms: tuple[OfferingTerm, ...]


class ListPrice(NamedTuple):
    """One price of an offering, as the catalog has it."""

    id: str
    name: str
    kind: PriceType
    period: Period | None
    per: str | None
    given: Given
    unit: Amounts
    one: Settled
    """The rounded price for one."""
    currency: str
    category: str
    installments: int | None
    valid_for: TimePeriod | None
    values: tuple[CharacteristicUse, ...]
    terms: tuple[OfferingTerm, ...]
    alterations: tuple[ListAlteration, ...]
    penalties: tuple[Penalty, ...]
    floor: Money | None
    covers: frozenset[str]
    """Ids of its children's prices that it stands for."""


Related = tuple[tuple[ListAlteration, ...], tuple[Penalty, ...], Money | None]
"""A price's alterations, penalties and floor."""

_NOT_RELATED: Related = ((), (), None)


class Offer(NamedTuple):
    """What an offering costs, and which of its children its own price covers."""

    id: str
    name: str
    prices: tuple[ListPrice, ...]
    currency: str
    """What its prices are in: the catalog's, unless one of them is in another; empty where it has none."""
    plain: bool
    """Whether all its prices always hold, whatever the moment, the term and what is chosen."""
    included: dict[str, int]
    """For a bundle priced as a whole: how many of each child, by id, its own price covers; empty where children are charged."""


def read_offer(offering: ProductOffering, book: PriceBook, rounder: Rounder) -> Offer:
    """Return what the catalog says of an offering's prices.

    Raises:
        PricingError: one of them cannot be used.
    """
    prices: list[ListPrice] = []
    for each in book.prices_of(offering):
        prices += _read_price(each, book, rounder)
    currency, plain, whole, listed = rounder.currency if prices else "", True, False, False
    for price in prices:
        if price.currency != rounder.currency and currency == rounder.currency:
            currency = price.currency
        plain = plain and not (price.valid_for or price.values or price.terms)
        whole = whole or (price.kind is not PriceType.USAGE and price.given.amount > 0)
        listed = listed or bool(price.covers)
    included = _included(offering.bundled_product_offering) if whole and not listed and offering.bundled_product_offering else {}
    name = safe_text(offering.name or offering.id or "an offering", 120)
    return Offer(offering.id or "", name, tuple(prices), currency, plain, included)


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
    category, kind = _kind(price.price_type)
    if kind is None:
        if category == "penalty":
            return ()
        if category not in _REDUCTIONS:
            raise PricingError(f"The price {what} is of the kind «{safe_text(category, 30)}», which is not one that can be charged.")
        kind = PriceType.RECURRING if price.recurring_charge_period_type else PriceType.ONE_TIME
    if price.price is None and kind is PriceType.USAGE:
        return ()  # metered and agreed elsewhere: usage is never totalled, so there is nothing to get wrong
    if price.price is None:
        raise PricingError(f"The price {what} has no amount; mend it in the catalog.")
    given = _given(price.price, what, rounder, negative=category in _REDUCTIONS)
    one = settle(given.amount, given.side, given.tax, rounder)
    currency = _currency(price.price)
    alterations, penalties, floor = _NOT_RELATED
    if price.pop_relationship and currency == rounder.currency:
        alterations, penalties, floor = _related(price, given.tax, book, rounder)
    return (
        ListPrice(
            id=price.id or "",
            name=what,
            kind=kind,
            period=_period(price, what) if kind is PriceType.RECURRING else None,
            per=_measure(price) if kind is PriceType.USAGE else None,
            given=given,
            unit=unit_amounts(given, one, rounder),
            one=one,
            currency=currency,
            category=category if category in _REDUCTIONS else ("discount" if given.amount < 0 else "charge"),
            installments=_periods(price.application_duration, what) if kind is PriceType.RECURRING else None,
            valid_for=price.valid_for,
            values=price.prod_spec_char_value_use,
            terms=price.product_offering_term,
            alterations=alterations,
            penalties=penalties,
            floor=floor,
            covers=_ids(price.bundled_pop_relationship),
        ),
    )


def _ids(relations: tuple[PriceRelationship, ...]) -> frozenset[str]:
    return frozenset([each.id for each in relations if each.id]) if relations else _NONE


def _related(price: ProductOfferingPrice, tax: TaxShare | None, book: PriceBook, rounder: Rounder) -> Related:
    """Return a price's alterations, lowest priority first, its penalties and its floor, which it points to."""
    alterations: list[ListAlteration] = []
    penalties: list[Penalty] = []
    floor: Money | None = None
    for relation in price.pop_relationship:
        other = book.price(relation.id) if relation.id else None
        if other is None:
            continue
        role = _role(relation.relationship_type, relation.role, other.price_type, other.type_)
        if role == "penalty":
            penalties.append(_read_penalty(other, rounder))
        elif role == "floor":
            floor = _read_floor(other, tax, rounder)
        elif role == "alteration":
            alterations.append(read_alteration(other, rounder))
    if len(alterations) > 1:
        alterations.sort(key=lambda each: each.applied.priority)
    return tuple(alterations), tuple(penalties), floor


@lru_cache(maxsize=256)
def _role(relationship_type: str | None, role: str | None, price_type: str | None, class_name: str | None) -> str:
    """Return what a price is to another that points to it: its alteration, penalty or floor, or nothing of the kind."""
    means = f"{relationship_type or ''} {role or ''}".lower()
    if "penal" in means or (price_type or "").strip().lower() == "penalty":
        return "penalty"
    if "floor" in means or "minimum" in means:
        return "floor"
    return "alteration" if "alter" in means or "discount" in means or (class_name or "").endswith("Alteration") else ""


def read_alteration(price: ProductOfferingPrice, rounder: Rounder) -> ListAlteration:
    """Return a discount on a price.

    Raises:
        PricingError: neither a percentage from 0 to 100 nor an amount, in another currency, or with an impossible duration.
    """
    what = _name(price)
    percentage = price.percentage if price.percentage is not None else (price.price.percentage if price.price is not None else None)
    amount, side = None, None
    if percentage is not None:
        check_percentage(percentage, what)
    elif price.price is not None:
        theirs = _currency(price.price) or "no currency"
        if theirs != rounder.currency:
            raise PricingError(f"The discount {what} is in {theirs} and not in {rounder.currency}; mend it in the catalog.")
        given = amount_off(price.price, what, rounder)
        amount, side = Money(given.amount, rounder.currency), side_off(given)
    else:
        raise PricingError(f"The discount {what} has neither a percentage nor an amount; mend it in the catalog.")
    applied = AppliedAlteration(
        name=what,
        source=price.id or "",
        percentage=percentage,
        amount=amount,
        priority=price.priority if price.priority is not None else 0,
        periods=_periods(price.application_duration, what),
        condition=price.price_condition,
        effect=rounder.nothing,
        side=side,
    )
    applied = applied._replace(key=alteration_key(applied))
    kind = _kind(price.price_type)[1]
    return ListAlteration(applied, kind, price.valid_for, price.prod_spec_char_value_use, price.product_offering_term)


def side_off(given: Given) -> Side | None:
    """Return the side an amount off is on: one without tax that states no rate is in the terms of the price it changes."""
    return None if given.side == "net" and given.stated_rate is None else given.side


def check_percentage(percentage: Decimal, what: str) -> None:
    """Raise PricingError for a discount that is not from 0 to 100 per cent."""
    if not 0 <= percentage <= 100:
        raise PricingError(f"The discount {what} is {percentage} %; a discount lies between 0 and 100 %. Mend it in the catalog.")


def amount_off(price: Price, what: str, rounder: Rounder) -> Given:
    """Return an amount off, positive whichever sign it was written with."""
    given = _given(price, what, rounder, negative=False)
    return Given(abs(given.amount), given.side, given.tax, given.stated_rate)


def _read_penalty(price: ProductOfferingPrice, rounder: Rounder) -> Penalty:
    what = _name(price)
    if price.percentage is not None:
        check_percentage(price.percentage, what)
        return Penalty(what, price.id or "", None, price.percentage, None)
    if price.price is None or _currency(price.price) != rounder.currency:
        raise PricingError(f"The penalty {what} has neither a percentage nor an amount in {rounder.currency}; mend it in the catalog.")
    given = _given(price.price, what, rounder, negative=False)
    settled = settle(given.amount, given.side, given.tax, rounder)
    return Penalty(what, price.id or "", rounder.amounts(settled.net, settled.gross, given.stated_rate), None, _unit(price))


def _read_floor(price: ProductOfferingPrice, tax: TaxShare | None, rounder: Rounder) -> Money | None:
    """Return the lowest price for one, with tax."""
    if price.price is None or _currency(price.price) != rounder.currency:
        return None
    given = _given(price.price, _name(price), rounder, negative=False)
    if given.side == "net":
        given = given._replace(tax=given.tax if given.stated_rate is not None else tax)
    settled = settle(given.amount, given.side, given.tax, rounder)
    return Money(settled.gross, rounder.currency)


def _given(price: Price, what: str, rounder: Rounder, *, negative: bool) -> Given:
    net, gross = price.duty_free_amount, price.tax_included_amount
    if net is not None and gross is not None and net.currency != gross.currency:
        raise PricingError(f"The price {what} is in {net.currency} without tax and in {gross.currency} with it; mend it in the catalog.")
    given = given_price(amount_of(net), amount_of(gross), price.tax_rate, what, rounder)
    return Given(-abs(given.amount), given.side, given.tax, given.stated_rate) if negative else given


def _currency(price: Price) -> str:
    amount = price.duty_free_amount if price.duty_free_amount is not None else price.tax_included_amount
    return amount.currency if amount is not None else ""


def amount_of(money: Money | None) -> Decimal | None:
    """Return the bare amount, or None where there is none."""
    return None if money is None else money.amount


@lru_cache(maxsize=256)
def _kind(price_type: str | None) -> tuple[str, PriceType | None]:
    return (price_type or "").strip().lower(), PriceType.read(price_type)


def _period(price: ProductOfferingPrice, what: str) -> Period:
    length = price.recurring_charge_period_length
    try:
        return _read_period(price.recurring_charge_period_type or "month", 1 if length is None else length)
    except ValueError as error:
        raise PricingError(f"The price {what} cannot be charged: {error}.") from None


@lru_cache(maxsize=256)
def _read_period(text: str, length: int) -> Period:
    return Period.read(text, length)


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
