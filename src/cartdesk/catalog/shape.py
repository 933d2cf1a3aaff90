"""What type each member of a TMF620 resource must have, as tables, and the one walk that checks and mends them.

Called by ``normal`` on every resource of a catalog. A member of a wrong type is told and taken out, so that the models never refuse what
is listed; members that no table names are kept as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from cartdesk.catalog.faults import Issue, below, shown
from cartdesk.tmf.period import read_time
from cartdesk.tmf.wire import MAX_DIGITS

Check = Callable[[Any, list[Issue]], Any]
Table = dict[str, Check]
"""The check of each member that is known."""

ABSENT = object()
"""What a check returns for a member that is to be taken out."""


def shape(value: dict[str, Any], table: Table, issues: list[Issue]) -> dict[str, Any]:
    """Return ``value`` with every member that the table names of its right type; it is copied only where something changes."""
    shaped = value
    for name, inner in value.items():
        check = table.get(name)
        if check is None or (check is text and type(inner) is str) or (check is flag and type(inner) is bool):
            continue
        since = len(issues)
        right = check(inner, issues)
        if len(issues) > since:
            below(name, issues, since)
        if right is not inner:
            if shaped is value:
                shaped = dict(value)
            if right is ABSENT:
                del shaped[name]
            else:
                shaped[name] = right
    return shaped


def text(value: Any, issues: list[Issue]) -> Any:
    """A text; a number is read as one."""
    if isinstance(value, str):
        return value
    if value is None:
        return ABSENT
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return str(value)
    return _wrong(value, "a text", issues)


def flag(value: Any, issues: list[Issue]) -> Any:
    """True or false; the words are read too."""
    if isinstance(value, bool):
        return value
    if value is None:
        return ABSENT
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in ("true", "false"):
        return word == "true"
    return _wrong(value, "true or false", issues)


def whole(fatal: bool = False) -> Check:
    """A whole number; a text or a fraction that is one is read too."""

    def check(value: Any, issues: list[Issue]) -> Any:
        if type(value) is int and abs(value) < 1_000_000_000:
            return value
        if value is None:
            return ABSENT
        exact = _decimal(value)
        if exact is None or exact != exact.to_integral_value() or abs(exact) >= 1_000_000_000:
            return _wrong(value, "a whole number", issues, fatal)
        return int(exact)

    return check


def number(fatal: bool = False) -> Check:
    """A number; a text that is one is read too."""

    def check(value: Any, issues: list[Issue]) -> Any:
        if type(value) is int:
            return value if abs(value) < 10**MAX_DIGITS else _wrong(value, "a number of usable size", issues, fatal)
        if value is None:
            return ABSENT
        exact = _decimal(value)
        return _wrong(value, "a number of usable size", issues, fatal) if exact is None else exact

    return check


def time(value: Any, issues: list[Issue]) -> Any:
    """A moment that can be read."""
    if value is None or value == "":
        return ABSENT
    if isinstance(value, str) and read_moment(value) is not None:
        return value
    return _wrong(value, "a time such as 2026-01-31T00:00:00Z", issues, fatal=True)


@lru_cache(maxsize=4096)
def read_moment(text: str) -> datetime | None:
    """Return the moment that a text names; None where it names none. Catalogs repeat a few of them over and over."""
    try:
        return read_time(text)
    except (ValueError, OverflowError):
        return None


def one(table: Table, fatal: bool = False) -> Check:
    """One object."""

    def check(value: Any, issues: list[Issue]) -> Any:
        if isinstance(value, dict):
            return shape(value, table, issues)
        return ABSENT if value is None else _wrong(value, "an object", issues, fatal)

    return check


def many(table: Table, fatal: bool = False) -> Check:
    """A list of objects; one object is read as a list of one."""

    def check(value: Any, issues: list[Issue]) -> Any:
        if isinstance(value, dict):
            return [shape(value, table, issues)]
        if value is None:
            return ABSENT
        if not isinstance(value, list):
            return _wrong(value, "a list", issues, fatal)
        right = []
        changed = False
        for place, inner in enumerate(value):
            since = len(issues)
            mended = shape(inner, table, issues) if isinstance(inner, dict) else _wrong(inner, "an object", issues, fatal)
            if len(issues) > since:
                below(place, issues, since)
            changed = changed or mended is not inner
            if mended is not ABSENT:
                right.append(mended)
        return right if changed else value

    return check


def texts(value: Any, issues: list[Issue]) -> Any:
    """A list of texts; one text, or objects with an id, are read too."""
    listed = value if isinstance(value, list) else [value]
    if value is None:
        return ABSENT
    ids = [each.get("id") if isinstance(each, dict) else each for each in listed]
    if all(isinstance(each, str) for each in ids):
        return value if ids == value else ids
    return _wrong(value, "a list of ids", issues, fatal=True)


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        return None
    try:
        exact = Decimal(value.strip()) if isinstance(value, str) else Decimal(value)
    except (InvalidOperation, ValueError):
        return None
    exponent = exact.as_tuple().exponent
    if not isinstance(exponent, int) or (exact and (exact.adjusted() >= MAX_DIGITS or exponent < -MAX_DIGITS)):
        return None
    return exact


def _wrong(value: Any, wanted: str, issues: list[Issue], fatal: bool = False) -> Any:
    found = {dict: "an object", list: "a list", bool: "true or false"}.get(type(value))
    issues.append(Issue("", f"{found or repr(shown(value))} stands where {wanted} should be", f"Write {wanted}", fatal))
    return ABSENT


REFERENCE: Table = {
    "id": text, "href": text, "name": text, "@referredType": text, "@type": text, "@baseType": text, "@schemaLocation": text,
}  # fmt: skip
_OPEN: Table = {"@type": text, "@baseType": text, "@schemaLocation": text}
PERIOD: Table = {**_OPEN, "startDateTime": time, "endDateTime": time}
VALID_FOR = one(PERIOD, fatal=True)
MONEY: Table = {"unit": text, "value": number(fatal=True)}
PRICE: Table = {
    **_OPEN,
    "dutyFreeAmount": one(MONEY, fatal=True),
    "taxIncludedAmount": one(MONEY, fatal=True),
    "taxRate": number(fatal=True),
    "percentage": number(fatal=True),
}
QUANTITY: Table = {**_OPEN, "amount": number(), "units": text}
TERM: Table = {**_OPEN, "name": text, "description": text, "duration": one(QUANTITY), "validFor": VALID_FOR}
VALUE: Table = {
    **_OPEN, "isDefault": flag, "valueFrom": number(), "valueTo": number(), "rangeInterval": text, "regex": text, "unitOfMeasure": text,
    "valueType": text,
}  # fmt: skip
USE: Table = {
    **_OPEN, "id": text, "name": text, "minCardinality": whole(), "maxCardinality": whole(), "valueType": text,
    "productSpecCharacteristicValue": many(VALUE),
}  # fmt: skip
CHARACTERISTIC: Table = {**USE, "configurable": flag, "description": text, "regex": text}
OPTION: Table = {
    **_OPEN, "numberRelOfferDefault": whole(), "numberRelOfferLowerLimit": whole(), "numberRelOfferUpperLimit": whole(),
}  # fmt: skip
BUNDLED: Table = {
    **REFERENCE, "lifecycleStatus": text, "bundledProductOfferingOption": one(OPTION), "options": many(REFERENCE), "default": text,
    "numberRelOfferDefault": whole(), "numberRelOfferLowerLimit": whole(), "numberRelOfferUpperLimit": whole(),
}  # fmt: skip
RELATION: Table = {**REFERENCE, "relationshipType": text, "role": text}
NAMED: Table = {**REFERENCE, "description": text, "version": text, "lifecycleStatus": text}

OFFERING: Table = {
    **NAMED, "isBundle": flag, "isSellable": flag, "validFor": VALID_FOR, "category": many(REFERENCE), "channel": many(REFERENCE),
    "marketSegment": many(REFERENCE), "productSpecification": one(REFERENCE), "productOfferingPrice": many(REFERENCE, fatal=True),
    "productOfferingTerm": many(TERM), "prodSpecCharValueUse": many(USE), "bundledProductOffering": many(BUNDLED, fatal=True),
    "productOfferingRelationship": many(RELATION), "maximumPerCustomer": whole(),
}  # fmt: skip
OFFERING_PRICE: Table = {
    **NAMED, "isBundle": flag, "priceType": text, "price": one(PRICE, fatal=True), "percentage": number(fatal=True),
    "recurringChargePeriodType": text, "recurringChargePeriodLength": whole(fatal=True), "unitOfMeasure": one(QUANTITY),
    "tax": many({**_OPEN, "id": text, "taxCategory": text, "taxRate": number(fatal=True)}, fatal=True), "validFor": VALID_FOR,
    "prodSpecCharValueUse": many(USE, fatal=True), "productOfferingTerm": many(TERM, fatal=True),
    "popRelationship": many(RELATION, fatal=True), "bundledPopRelationship": many(RELATION, fatal=True),
    "applicationDuration": whole(fatal=True), "priority": whole(fatal=True), "priceCondition": text,
}  # fmt: skip
SPECIFICATION: Table = {
    **NAMED, "brand": text, "productNumber": text, "isBundle": flag, "productSpecCharacteristic": many(CHARACTERISTIC),
}  # fmt: skip
CATEGORY: Table = {
    **NAMED, "isRoot": flag, "parentId": text, "subCategory": many(REFERENCE), "productOffering": many(REFERENCE),
}  # fmt: skip
PROMOTION: Table = {
    **NAMED, "code": text, "validFor": VALID_FOR, "percentage": number(fatal=True), "price": one(PRICE, fatal=True), "priceType": text,
    "applicationDuration": whole(fatal=True), "appliesTo": texts, "minimumTotal": one(PRICE, fatal=True), "combinable": flag,
    "priceCondition": text,
}  # fmt: skip
