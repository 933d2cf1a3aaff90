"""Prices and alterations of TMF620 v2, v4 and v5, brought to the one inner shape and checked.

Called by ``normal`` for prices embedded in an offering and by ``builder`` and ``catalog`` for prices of their own. Nothing here raises.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from cartdesk.catalog import shape
from cartdesk.catalog.faults import Issue, below, shown
from cartdesk.catalog.price_checks import MAX_PERIODS, SIDES, check_amounts, check_duration, check_percentage
from cartdesk.tmf.period import Period
from cartdesk.tmf.price_type import PriceType

Json = dict[str, Any]

REDUCTIONS = frozenset({"discount", "allowance"})
"""The kinds of prices that are taken off, though they stand among an offering's own."""

_OTHER_KINDS = {"discount": "discount", "penalty": "penalty", "allowance": "allowance", "earlyterminationfee": "penalty"}
_ALTERS = frozenset({"alteration", "discountedby", "discount", "alteredby", "isalteredby"})
_PENALTIES = frozenset({"penalty", "earlyterminationfee"})
_EMBEDDED = ("productOfferPriceAlteration", "priceAlteration", "productOfferingPriceAlteration")


class NormalPrice(NamedTuple):
    """A price in the inner shape."""

    value: Json
    alterations: list[Json]
    """The alterations that were embedded in it; ``value`` points to them."""
    issues: list[Issue]


def normal_price(raw: Json) -> NormalPrice:
    """Return a price of any version in the inner shape, its embedded alterations apart."""
    value = dict(raw)
    embedded = [each for name in _EMBEDDED if name in value for each in _objects(value.pop(name))]
    _normal_members(value)
    issues: list[Issue] = []
    relations = [_normal_relation(each) for each in _objects(value["popRelationship"])] if "popRelationship" in value else []
    alterations = []
    for number, each in enumerate(embedded):
        since = len(issues)
        alteration = _normal_alteration(each, f"{value.get('id')}:less{number + 1}", issues)
        below(number, issues, since)
        below("priceAlteration", issues, since)
        alterations.append(alteration)
        relations.append({"id": alteration.get("id"), "name": alteration.get("name"), "relationshipType": "alteration"})
    if relations:
        value["popRelationship"] = relations
    shaped = shape.shape(value, shape.OFFERING_PRICE, issues)
    return NormalPrice(_checked(shaped, issues), alterations, issues)


def is_alteration(value: Json) -> bool:
    """Say whether a price in the inner shape is a discount on another one."""
    return "Alteration" in str(value.get("@type", ""))


def _normal_alteration(raw: Json, fallback_id: str, issues: list[Issue]) -> Json:
    known = raw.get("id")
    value = {**raw, "id": known if isinstance(known, (str, int)) else fallback_id, "@type": "ProductOfferingPriceAlteration"}
    _normal_members(value)
    return _checked(shape.shape(value, shape.OFFERING_PRICE, issues), issues)


def _normal_members(value: Json) -> None:
    """Bring the members that versions write differently to one spelling."""
    period = value.pop("recurringChargePeriod", None)
    if isinstance(period, dict):
        value.setdefault("recurringChargePeriodType", period.get("units"))
        value.setdefault("recurringChargePeriodLength", period.get("amount"))
    elif period is not None:
        value.setdefault("recurringChargePeriodType", period)
    unit = value.get("unitOfMeasure")
    if unit is not None:
        value["unitOfMeasure"] = _quantity(unit)
    if isinstance(value.get("price"), dict) and "percentage" in value["price"]:
        value.setdefault("percentage", value["price"]["percentage"])
    if "price" in value:
        value["price"] = normal_amounts(value, "price")
        if value["price"] is None:
            del value["price"]
    if isinstance(value.get("applicationDuration"), dict):
        value["applicationDuration"] = _in_periods(value["applicationDuration"], value)
    for member in ("prodSpecCharValueUse", "productOfferingTerm"):
        if member in value:
            value[member] = [_renamed(each) for each in _objects(value[member])]


def _renamed(each: Json) -> Json:
    if "characteristicValueSpecification" in each and "productSpecCharacteristicValue" not in each:
        each = dict(each)
        each["productSpecCharacteristicValue"] = each.pop("characteristicValueSpecification")
    return {**each, "duration": term_duration(each["duration"])} if "duration" in each else each


def normal_amounts(value: Json, member: str) -> Any:
    """Return the price in ``value[member]`` as a Price: with tax, without, or both; None where it holds no amount.

    TMF620 v4's bare Money is without tax unless ``taxIncluded`` stands beside it; the oldest catalogs write bare numbers and a
    ``currencyCode``.
    """
    price = value[member]
    if isinstance(price, (int, Decimal)) and not isinstance(price, bool):
        price = {"value": price}
    if not isinstance(price, dict):
        return price
    currency = price.get("currencyCode", price.get("currency"))
    if _is_money(price):
        side = "taxIncludedAmount" if value.get("taxIncluded") is True else "dutyFreeAmount"
        amounts: Json = {side: _money(price, currency)}
    else:
        amounts = {key: inner for key, inner in price.items() if key not in ("percentage", "currencyCode", "currency")}
        for side in SIDES:
            if side in amounts:
                _tax_rate_inside(amounts, side)
                amounts[side] = _money(amounts[side], currency)
        if not any(side in amounts for side in SIDES):
            return None
    if "taxRate" not in amounts:
        rate = _tax_rate(value.get("tax"))
        if rate is not None:
            amounts["taxRate"] = rate
    return amounts


def _is_money(price: Json) -> bool:
    return "value" in price or "money" in price or ("amount" in price and not any(side in price for side in SIDES))


def _tax_rate_inside(amounts: Json, side: str) -> None:
    inner = amounts[side]
    if isinstance(inner, dict) and "taxRate" in inner:
        amounts.setdefault("taxRate", inner["taxRate"])
        amounts[side] = {key: each for key, each in inner.items() if key != "taxRate"}


def _money(amount: Any, currency: Any) -> Any:
    """Return an amount in any of its spellings as ``{unit, value}``."""
    if isinstance(amount, dict):
        inner = amount.get("money", amount)
        if not isinstance(inner, dict):
            return amount
        unit = inner.get("unit", inner.get("currencyCode", inner.get("currency", currency)))
        money = {"unit": unit.strip().upper() if isinstance(unit, str) else unit, "value": inner.get("value", inner.get("amount"))}
        return {key: each for key, each in money.items() if each is not None}
    if isinstance(amount, (int, str, Decimal)) and not isinstance(amount, bool):
        return {"value": amount} if currency is None else {"unit": currency, "value": amount}
    return amount


def _tax_rate(taxes: Any) -> Any:
    """Return the sum of the tax rates that stand beside a price."""
    rates = [each["taxRate"] for each in _objects(taxes) if "taxRate" in each]
    if len(rates) > 1 and all(isinstance(rate, (int, Decimal)) for rate in rates):
        return sum(rates)
    return rates[0] if rates else None


def _quantity(unit: Any) -> Any:
    """v2 writes a unit of measure as a text or as Money."""
    if isinstance(unit, str):
        match = re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*(\S.*)", unit)
        return {"amount": Decimal(match[1]), "units": match[2].strip()} if match else {"amount": 1, "units": unit.strip()}
    if isinstance(unit, dict) and "units" not in unit and "unit" in unit:
        return {"amount": unit.get("amount", unit.get("value")), "units": unit["unit"]}
    return unit


def term_duration(duration: Any) -> Any:
    """Return a term's duration as ``{amount, units}``, from an object or from a text such as "P24M"."""
    if isinstance(duration, str):
        try:
            period = Period.read(duration)
        except ValueError:
            return duration
        return {"amount": period.length, "units": period.unit.value}
    if isinstance(duration, dict) and "amount" not in duration and "value" in duration:
        return {"amount": duration["value"], "units": duration.get("units", duration.get("unit"))}
    return duration


def _in_periods(duration: Json, value: Json) -> Any:
    """Return a duration as a number of charge periods of the price; what cannot be counted is returned as it is."""
    amount = duration.get("amount")
    length = value.get("recurringChargePeriodLength")
    try:
        unit = Period.read(str(duration.get("units", "month")))
        period = Period.read(str(value.get("recurringChargePeriodType", "month")), length if isinstance(length, int) and length > 0 else 1)
    except ValueError:
        return duration
    if isinstance(amount, bool) or not isinstance(amount, (int, Decimal)):
        return duration
    ours, theirs = (period.months, unit.months) if period.months and unit.months else (period.days, unit.days)
    if not ours or not theirs:
        return duration
    periods = Decimal(amount) * theirs / ours
    return int(periods) if periods == periods.to_integral_value() else duration


def _normal_relation(relation: Json) -> Json:
    kind = relation.get("relationshipType", relation.get("type"))
    folded = re.sub(r"[^a-z]", "", kind.lower()) if isinstance(kind, str) else ""
    if folded in _ALTERS:
        return {**relation, "relationshipType": "alteration"}
    return {**relation, "relationshipType": "penalty"} if folded in _PENALTIES else relation


def _objects(value: Any) -> list[Json]:
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, dict)]


def _checked(value: Json, issues: list[Issue]) -> Json:
    """Return a price whose kind, period, amounts and percentages are known to make sense; what does not is told."""
    value = dict(value)
    kind = _kind(value, issues)
    altering = is_alteration(value) or ("price" not in value and bool(value.get("percentage")) and kind != "penalty")
    if altering:
        kind = _as_alteration(value, kind)
    if kind is not None:
        value["priceType"] = kind
    _check_period(value, kind, issues)
    amounts = check_amounts(value, issues)
    check_percentage(value, issues)
    if not value.get("percentage") and value.get("percentage") is not None and amounts:
        del value["percentage"]
    if altering:
        if "percentage" not in value and not amounts:
            issues.append(Issue("", "the discount takes nothing off", "Give it a percentage or a price", True))
        _make_positive(value)
    else:
        _check_charge(value, kind, bool(amounts), issues)
    return value


def _kind(value: Json, issues: list[Issue]) -> str | None:
    """Return the kind of price in its one spelling; None for an alteration that does not say."""
    text = value.get("priceType")
    if text is None:
        if is_alteration(value) or value.get("percentage"):
            return None
        if value.get("recurringChargePeriodType"):
            return PriceType.RECURRING.value
        issues.append(Issue("", "the price has no priceType", "Write oneTime, recurring or usage", True))
        return None
    kind = _read_kind(text)
    if kind is None:
        issues.append(Issue(".priceType", f"{shown(text)!r} is not a kind of price", "Write oneTime, recurring or usage", True))
    return kind


@lru_cache(maxsize=256)
def _read_kind(text: str) -> str | None:
    known = PriceType.read(text)
    return known.value if known is not None else _OTHER_KINDS.get(re.sub(r"[^a-z]", "", text.lower()))


@lru_cache(maxsize=256)
def _read_period(text: str, length: int) -> Period | None:
    try:
        return Period.read(text, length)
    except ValueError:
        return None


def _as_alteration(value: Json, kind: str | None) -> str | None:
    """Mark a discount as TMF620 does; returns the kind of charge it is for, None for any."""
    if not is_alteration(value):
        value["@type"] = "ProductOfferingPriceAlteration"
    if kind in REDUCTIONS:
        value.pop("priceType", None)
        return PriceType.RECURRING.value if value.get("recurringChargePeriodType") else None
    return kind


def _check_period(value: Json, kind: str | None, issues: list[Issue]) -> None:
    check_duration(value, issues)
    text = value.get("recurringChargePeriodType")
    if kind != PriceType.RECURRING and not (kind in REDUCTIONS and text):
        return
    length = value.get("recurringChargePeriodLength", 1)
    if text is None:
        if not is_alteration(value):
            issues.append(Issue("", "the recurring price has no charge period; it is read as monthly", "Add recurringChargePeriodType"))
            value["recurringChargePeriodType"] = "month"
        return
    if not 1 <= length <= MAX_PERIODS:
        issues.append(Issue(".recurringChargePeriodLength", f"{length} is not a charge period", f"Write 1 to {MAX_PERIODS}", True))
        return
    period = _read_period(text, length)
    if period is None:
        mend = "Write day, week, month, quarter or year"
        issues.append(Issue(".recurringChargePeriodType", f"{shown(text)!r} is not a charge period", mend, True))
        return
    value["recurringChargePeriodType"] = period.unit.value
    value["recurringChargePeriodLength"] = period.length


def _make_positive(value: Json) -> None:
    """Write a reduction given as a negative amount as the positive amount it takes off."""
    price = value.get("price")
    if not isinstance(price, dict):
        return
    for side in SIDES:
        amount = price.get(side)
        if isinstance(amount, dict) and isinstance(amount.get("value"), (int, Decimal)) and amount["value"] < 0:
            price = {**price, side: {**amount, "value": -amount["value"]}}
    value["price"] = price


def _check_charge(value: Json, kind: str | None, priced: bool, issues: list[Issue]) -> None:
    if value.get("percentage") and kind != "penalty":
        what = "a charge has no percentage; only a discount has"
        issues.append(Issue(".percentage", what, "Set @type to ProductOfferingPriceAlteration, or remove it", True))
    if priced or kind in (PriceType.USAGE, *REDUCTIONS) or (kind == "penalty" and "percentage" in value):
        return
    if value.get("bundledPopRelationship"):
        return
    issues.append(Issue("", "the price has no amount", 'Add "price": {"unit": "EUR", "value": …}', True))
