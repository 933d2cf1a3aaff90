"""Takes prices, specifications, categories, promotions and settings into the stock.

Called by ``reading`` with one resource at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, get_args

from cartdesk.catalog.faults import Issue, as_faults, shown
from cartdesk.catalog.listing import charge_of, choices_from
from cartdesk.catalog.normal import ITSELF, normal_category, normal_promotion, normal_specification, price_inside
from cartdesk.catalog.stock import Json, Place, PriceRecord, PromotionRecord, Shelf, Specification, Stock
from cartdesk.catalog.tariff import normal_price
from cartdesk.tmf.currencies import MINOR_DIGITS
from cartdesk.tmf.rounding import RoundingLevel, RoundingMode, RoundingPolicy


def read_price(value: Json, text: str, place: Place, stock: Stock, issues: list[Issue]) -> None:
    """Take in a price of its own."""
    normal = normal_price(value)
    issues = [*issues, *normal.issues]
    stock.faults.extend(as_faults(*place, issues))
    document = stock.documents.add(text)
    sound = not any(issue.fatal for issue in issues)
    take_price(normal.value, document, ITSELF, place, stock, sound=sound)
    for number, alteration in enumerate(normal.alterations):
        take_price(alteration, document, ITSELF - 1 - number, place, stock, sound=sound)


def take_price(value: Json, document: int, inside: int, place: Place, stock: Stock, *, sound: bool) -> None:
    """Take in a price in the inner shape. Two prices with one id must be the same, else neither is used."""
    identity = value.get("id")
    if not identity:
        stock.fault(place, "the price has no id", "Give it an id, and point to it from an offering", left_out=True)
        return
    known = stock.prices.get(identity)
    if known is None:
        charge = charge_of(value, stock.settings.policy.mode) if sound else None
        stock.prices[identity] = PriceRecord(place, document, inside, charge)
    elif price_inside(stock.documents.get(known.document), known.inside) != value:
        known.charge = None
        what = f"another price has the id {shown(identity)!r}: {known.place.file} {known.place.path}"
        stock.fault(place, what, "Give each price an id of its own", left_out=True, at=".id")


def read_specification(value: Json, text: str, place: Place, stock: Stock, issues: list[Issue]) -> None:
    """Take in a product specification."""
    normal, found = normal_specification(value)
    stock.faults.extend(as_faults(*place, [*issues, *found]))
    identity = _new_id(normal.get("id"), place, stock, stock.specifications, "specification")
    if identity is not None:
        choices = choices_from(normal.get("productSpecCharacteristic", ()))
        stock.specifications[identity] = Specification(place, stock.documents.add(text), identity, choices)


def read_promotion(value: Json, text: str, place: Place, stock: Stock, issues: list[Issue]) -> None:
    """Take in a promotion; one that would take off something wrong is left out."""
    normal, found = normal_promotion(value)
    issues = [*issues, *found]
    stock.faults.extend(as_faults(*place, issues))
    identity = _new_id(normal.get("id", normal.get("code")), place, stock, stock.promotions, "promotion")
    if identity is not None and not any(issue.fatal for issue in issues):
        stock.promotions[identity] = PromotionRecord(place, stock.documents.add(text), identity, normal)


def _new_id(
    identity: str | None,
    place: Place,
    stock: Stock,
    known: Mapping[str, Shelf] | Mapping[str, Specification] | Mapping[str, PromotionRecord],
    what: str,
) -> str | None:
    """Return the id where it is one and not another's."""
    if not identity:
        stock.fault(place, f"the {what} has no id", "Give it an id", left_out=True)
        return None
    if identity not in known:
        return identity
    first = known[identity].place
    stock.fault(place, f"another {what} has the id {shown(identity)!r}: {first.file} {first.path}", "Keep one of them", at=".id")
    return None


def read_category(value: Json, text: str, place: Place, stock: Stock, issues: list[Issue]) -> None:
    """Take in a category."""
    normal, found = normal_category(value)
    stock.faults.extend(as_faults(*place, [*issues, *found]))
    identity = _new_id(normal.get("id"), place, stock, stock.shelves, "category")
    if identity is None:
        return
    below = tuple(each["id"] for each in normal.get("subCategory", ()) if each.get("id"))
    held = tuple(each["id"] for each in normal.get("productOffering", ()) if each.get("id"))
    name = normal.get("name") or identity
    stock.shelves[identity] = Shelf(place, identity, name, normal.get("parentId") or None, below, held)


def read_settings(value: Json, text: str, place: Place, stock: Stock, issues: list[Issue]) -> None:
    """Take in the catalog's settings; what cannot be used is told, and the usual holds instead."""
    stock.faults.extend(as_faults(*place, [issue._replace(fatal=False) for issue in issues]))
    settings = stock.settings
    if isinstance(value.get("name"), str) and value["name"].strip():
        settings.name = value["name"]
    if isinstance(value.get("locale"), str):
        settings.locale = value["locale"]
    if isinstance(value.get("terms"), dict):
        settings.terms = plain(value["terms"])
    currency = value.get("currency")
    if isinstance(currency, str) and currency.upper() in MINOR_DIGITS:
        settings.currency = currency.upper()
    elif currency is not None:
        stock.fault(place, f"{shown(currency)!r} is not an ISO 4217 currency", "Write a code such as EUR", at=".currency")
    rounding = value.get("rounding")
    if rounding is not None:
        settings.policy = _policy(rounding, place, stock)


def _policy(rounding: Any, place: Place, stock: Stock) -> RoundingPolicy:
    usual = RoundingPolicy()
    given = rounding if isinstance(rounding, dict) else {"mode": rounding}
    mode, level = given.get("mode", usual.mode), given.get("level", usual.level.value)
    modes = get_args(RoundingMode)
    if mode not in modes:
        stock.fault(place, f"{shown(mode)!r} is not a rounding mode", f"Write {', '.join(modes)}", at=".rounding.mode")
        mode = usual.mode
    if level not in list(RoundingLevel):
        stock.fault(place, f"{shown(level)!r} is not where tax is rounded", "Write unit, line or total", at=".rounding.level")
        level = usual.level
    return RoundingPolicy(mode, RoundingLevel(level))


def plain(value: Any) -> Any:
    """Return a JSON value with its exact numbers as text, so that any JSON writer takes it."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, Decimal) else value
