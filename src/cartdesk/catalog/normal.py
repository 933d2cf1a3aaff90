"""Offerings, specifications, categories and promotions of TMF620 v2, v4 and v5, brought to the one inner shape.

Called by ``builder`` for the index and by ``catalog`` when a resource is first used; both see the same. Nothing here raises: what cannot be
read is told as an issue and taken out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from cartdesk.catalog import shape
from cartdesk.catalog.faults import Issue, below
from cartdesk.catalog.price_checks import discount_issues
from cartdesk.catalog.scan import decode
from cartdesk.catalog.tariff import normal_amounts, normal_price, term_duration

Json = dict[str, Any]

_RELATIONS = {
    "requires": "requires", "dependson": "requires", "relieson": "requires",
    "excludes": "excludes", "exclusivity": "excludes", "incompatible": "excludes", "incompatiblewith": "excludes",
    "crosssell": "crossSell", "recommended": "crossSell", "optionalfor": "crossSell",
    "upgrade": "upgrade", "migration": "upgrade", "exchangableto": "upgrade", "exchangeableto": "upgrade",
    "shipping": "shipping",
}  # fmt: skip
_GROUPED = ("bundledGroupProductOffering", "bundledGroupProductOfferingOption")
_POINTER = frozenset({"id", "href", "name", "version", "@type", "@baseType", "@schemaLocation", "@referredType"})


ITSELF = -1
"""Counts the price whose bytes these are; what is embedded in it counts on downwards, what is embedded in an offering from 0 upwards."""


class Normal(NamedTuple):
    """An offering in the inner shape."""

    value: Json
    prices: list[Json]
    """The prices and alterations that were embedded in it, in the inner shape; ``value`` points to them."""
    issues: list[Issue]


def normal_offering(raw: Json) -> Normal:
    """Return an offering of any version in the inner shape."""
    issues: list[Issue] = []
    prices: list[Json] = []
    value = dict(raw)
    _each(value, "prodSpecCharValueUse", _normal_use)
    _each(value, "productOfferingTerm", _normal_term)
    _each(value, "productOfferingRelationship", _normal_relation)
    _each(value, "bundledProductOffering", _normal_child)
    _take_in_groups(value)
    listed = value.get("productOfferingPrice")
    if isinstance(listed, dict):
        listed = [listed]
    if isinstance(listed, list):
        value["productOfferingPrice"] = [
            _pointer(each, number, raw.get("id"), prices, issues) if isinstance(each, dict) and each.keys() - _POINTER else each
            for number, each in enumerate(listed)
        ]
    shaped = shape.shape(value, shape.OFFERING, issues)
    if shaped.get("bundledProductOffering") and "isBundle" not in shaped:
        shaped = {**shaped, "isBundle": True}
    return Normal(shaped, prices, issues)


def price_inside(raw: bytes | bytearray | memoryview, inside: int) -> Json | None:
    """Return one price in the inner shape from the bytes of the price or offering it is in."""
    value, _ = decode(bytes(raw))
    if not isinstance(value, dict):
        return None
    if inside >= 0:
        held = normal_offering(value).prices
        return held[inside] if inside < len(held) else None
    normal = normal_price(value)
    held = [normal.value, *normal.alterations]
    return held[ITSELF - inside] if ITSELF - inside < len(held) else None


def _pointer(price: Json, number: int, owner: Any, prices: list[Json], issues: list[Issue]) -> Json:
    """Keep an embedded price aside and return the pointer that takes its place."""
    since = len(issues)
    known = price.get("id")
    normal = normal_price({**price, "id": known if isinstance(known, (str, int)) else f"{owner}:{number + 1}"})
    issues.extend(normal.issues)
    below(number, issues, since)
    below("productOfferingPrice", issues, since)
    prices.append(normal.value)
    prices.extend(normal.alterations)
    return {"id": normal.value.get("id"), "name": normal.value.get("name"), "@referredType": "ProductOfferingPrice"}


def normal_specification(raw: Json) -> tuple[Json, list[Issue]]:
    """Return a specification of any version in the inner shape."""
    issues: list[Issue] = []
    value = dict(raw)
    _each(value, "productSpecCharacteristic", _normal_use)
    return shape.shape(value, shape.SPECIFICATION, issues), issues


def normal_category(raw: Json) -> tuple[Json, list[Issue]]:
    """Return a category of any version in the inner shape."""
    issues: list[Issue] = []
    value = dict(raw)
    parent = value.get("parent")
    if isinstance(parent, dict) and "parentId" not in value:
        value["parentId"] = parent.get("id")
    return shape.shape(value, shape.CATEGORY, issues), issues


def normal_promotion(raw: Json) -> tuple[Json, list[Issue]]:
    """Return a promotion in the inner shape."""
    issues: list[Issue] = []
    value = dict(raw)
    for member in ("price", "minimumTotal"):
        if member in value:
            value[member] = normal_amounts(value, member)
    shaped = shape.shape(value, shape.PROMOTION, issues)
    issues.extend(discount_issues(shaped))
    return shaped, issues


def _each(value: Json, member: str, mend: Callable[[Json], Json]) -> None:
    """Put each object of a list through ``mend``."""
    listed = value.get(member)
    if isinstance(listed, dict):
        listed = [listed]
    if isinstance(listed, list):
        value[member] = [mend(each) if isinstance(each, dict) else each for each in listed]


def _normal_use(use: Json) -> Json:
    """v5 calls a characteristic's values otherwise."""
    if "characteristicValueSpecification" in use and "productSpecCharacteristicValue" not in use:
        use = dict(use)
        use["productSpecCharacteristicValue"] = use.pop("characteristicValueSpecification")
    return use


def _normal_term(term: Json) -> Json:
    return {**term, "duration": term_duration(term["duration"])} if "duration" in term else term


def _normal_relation(relation: Json) -> Json:
    kind = relation.get("relationshipType", relation.get("type"))
    if not isinstance(kind, str):
        return relation
    return {**relation, "relationshipType": _RELATIONS.get(re.sub(r"[^a-z]", "", kind.lower()), kind)}


def _normal_child(child: Json) -> Json:
    """v2 calls a child's limits otherwise; some catalogs write them beside its id."""
    if "bundledProductOfferingOption" in child:
        return child
    if isinstance(child.get("bundledProductOffering"), dict):
        child = dict(child)
        child["bundledProductOfferingOption"] = child.pop("bundledProductOffering")
    elif "id" in child and "options" not in child:
        limits = {name: child[name] for name in shape.OPTION if name in child and not name.startswith("@")}
        if limits:
            child = {**child, "bundledProductOfferingOption": limits}
    return child


def _take_in_groups(value: Json) -> None:
    """Write v5's groups to choose from as choices among the bundle's children."""
    groups = [group for member in _GROUPED if member in value for group in _groups(value.pop(member))]
    if not groups:
        return
    children = value.get("bundledProductOffering")
    listed = children if isinstance(children, list) else [children] if isinstance(children, dict) else []
    value["bundledProductOffering"] = [*listed, *(_choice(group) for group in groups)]


def _groups(value: Any) -> list[Json]:
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, dict) and ("bundledProductOffering" in each or "productOffering" in each)]


def _choice(group: Json) -> Json:
    members = group.get("bundledProductOffering", group.get("productOffering"))
    options = [each for each in (members if isinstance(members, list) else [members]) if isinstance(each, dict)]
    limits = group.get("bundledGroupProductOfferingOption", group)
    choice: Json = {"@type": "BundledProductOfferingChoice", "name": group.get("name"), "options": options}
    if isinstance(limits, dict):
        choice.update((name, limits[name]) for name in ("numberRelOfferLowerLimit", "numberRelOfferUpperLimit") if name in limits)
    default = next((each.get("id") for each in options if _is_default(each)), None)
    return {**choice, "default": default} if default is not None else choice


def _is_default(option: Json) -> bool:
    inner = option.get("bundledProductOfferingOption")
    count = inner.get("numberRelOfferDefault") if isinstance(inner, dict) else None
    return option.get("isDefault") is True or (isinstance(count, int) and count > 0)
