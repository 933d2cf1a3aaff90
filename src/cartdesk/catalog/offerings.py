"""Takes offerings into the stock, each with what it costs in a list.

Called by ``reading`` with one offering at a time, when the prices and specifications are known. What an offering shares with others
(children, relations) is joined up later, by ``links``.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from sys import intern
from typing import Any

from cartdesk.catalog.columns import NEVER
from cartdesk.catalog.faults import Issue, as_faults, shown
from cartdesk.catalog.listing import NO_CHOICES, Charge, choices_of, covered_by, is_priced_as_a_whole, list_price, term_months, window
from cartdesk.catalog.normal import normal_offering
from cartdesk.catalog.parts import parts_of
from cartdesk.catalog.shape import read_moment
from cartdesk.catalog.shelving import take_price
from cartdesk.catalog.stock import Goods, Json, Place, PriceRecord, Specification, Stock

SOLD, NOT_YET, NO_LONGER, NOT_SELLABLE = range(4)
"""What an offering's lifecycle says of it, apart from its dates."""

DETAIL_LENGTH = 240
"""How much of a description the list keeps, in characters."""

_SOLD = frozenset({"", "active", "launched", "insale", "released"})
_NOT_YET = frozenset({"instudy", "indesign", "intest", "planned", "inactive", "rejected"})


def read_offering(value: Json, text: str, place: Place, stock: Stock, issues: list[Issue]) -> None:
    """Take in an offering; one that cannot be sold as it is written is left out."""
    normal = normal_offering(value)
    issues = [*issues, *normal.issues]
    offering = normal.value
    identity = offering.get("id")
    if not identity or not identity.strip():
        issues.append(Issue("", "the offering has no id", "Give it an id; it is what is typed to sell it", True))
    elif identity in stock.by_id:
        first = stock.goods[stock.by_id[identity]].place
        what = f"another offering has the id {shown(identity)!r}: {first.file} {first.path}"
        issues.append(Issue(".id", what, "Give each offering an id of its own; the first one is sold", True))
    elif not offering.get("name"):
        issues.append(Issue("", "the offering has no name", "Give it a name; its id stands in for it"))
    sound = not any(issue.fatal for issue in issues)
    if sound or (identity and identity not in stock.by_id):
        document = stock.documents.add(text)
        for number, price in enumerate(normal.prices):
            take_price(price, document, number, place, stock, sound=sound)
        goods = _goods(offering, document, place, stock, issues, sound=sound)
        stock.by_id[goods.id] = len(stock.goods)
        stock.goods.append(goods)
        sound = goods.sound
    stock.left_out += not sound
    stock.faults.extend(as_faults(*place, issues))


def _goods(offering: Json, document: int, place: Place, stock: Stock, issues: list[Issue], *, sound: bool) -> Goods:
    """Return the record of an offering in the inner shape; what it points to in vain is added to ``issues``."""
    identity = str(offering["id"])
    charges = _charges(offering, stock, issues)
    specification = _specification(offering, stock, issues)
    choices = choices_of(offering, specification.choices if specification is not None else NO_CHOICES)
    valid = offering.get("validFor") or {}
    months = [term_months(each) for each in offering.get("productOfferingTerm", ())]
    goods = Goods(
        place=place,
        document=document,
        id=identity,
        name=" ".join((offering.get("name") or identity).split()),
        detail=" ".join(offering.get("description", "").split())[:DETAIL_LENGTH],
        status=lifecycle(offering),
        starts=_moment(valid.get("startDateTime")),
        ends=_moment(valid.get("endDateTime")),
        term_months=months[0] if months else None,
        shortest_term=min((each or 0 for each in months), default=0),
        shelves=tuple(intern(each["id"]) for each in offering.get("category", ()) if each.get("id")),
        parts=tuple(parts_of(offering)),
        relations=tuple(
            (number, each.get("relationshipType", ""), each["id"])
            for number, each in enumerate(offering.get("productOfferingRelationship", ()))
            if each.get("id")
        ),
        bundle=bool(offering.get("isBundle") or offering.get("bundledProductOffering")),
        sound=sound and not any(issue.fatal for issue in issues),
    )
    for each in offering.get("category", ()):
        if each.get("id") and each["id"] not in stock.shelf_names:
            stock.shelf_names[each["id"]] = each.get("name") or each["id"]
    if goods.sound:
        goods.whole = is_priced_as_a_whole(charges)
        goods.listing = list_price(charges, choices, stock.moment)
        goods.window = NEVER if goods.parts and covered_by(charges) else window(charges, stock.moment)
    return goods


def lifecycle(offering: Json) -> int:
    """Return what the offering's lifecycle says of it: sold, not yet, no longer, not on its own."""
    if offering.get("isSellable") is False:
        return NOT_SELLABLE
    return _stage(str(offering.get("lifecycleStatus", "")))


@lru_cache(maxsize=256)
def _stage(text: str) -> int:
    status = re.sub(r"[^a-z]", "", text.lower())
    if status in _SOLD:
        return SOLD
    return NOT_YET if status in _NOT_YET else NO_LONGER


def _charges(offering: Json, stock: Stock, issues: list[Issue]) -> list[Charge]:
    """Return the offering's charges, price bundles replaced by what they are made of; what is missing is added to ``issues``."""
    found: list[Charge] = []
    seen: set[str] = set()
    for number, pointer in enumerate(offering.get("productOfferingPrice", ())):
        path = f".productOfferingPrice[{number}]"
        if pointer.get("id"):
            _follow(pointer["id"], path, stock, found, issues, seen)
        else:
            issues.append(Issue(path, "the pointer to a price has no id", "Give it the price's id", True))
    return found


def _follow(identity: str, path: str, stock: Stock, found: list[Charge], issues: list[Issue], seen: set[str]) -> None:
    record = stock.prices.get(identity)
    if record is None:
        what = f"it points to the price {shown(identity)!r}, which is not in the catalog"
        issues.append(Issue(path + ".id", what, "Add the price, or remove the pointer", True))
        return
    if record.charge is None:
        what = f"its price {shown(identity)!r} cannot be used ({record.place.file} {record.place.path})"
        issues.append(Issue(path, what, "Mend the price", True))
        return
    if identity in seen:
        return
    seen.add(identity)
    charge = record.charge
    for other in charge.related:
        _check_related(other, record, path, stock, issues)
    if charge.parts and charge.amount is None:
        for part in charge.parts:
            _follow(part, path, stock, found, issues, seen)
    else:
        found.append(charge)


def _check_related(identity: str, record: PriceRecord, path: str, stock: Stock, issues: list[Issue]) -> None:
    other = stock.prices.get(identity)
    if other is None:
        wrong = "is not in the catalog"
    elif other.charge is None:
        wrong = "cannot be used"
    elif _other_currency(record.charge, other.charge):
        wrong = "is in another currency"
    else:
        return
    where = f"{record.place.file} {record.place.path}"
    what = f"its price has the discount or penalty {shown(identity)!r}, which {wrong} ({where})"
    issues.append(Issue(path, what, "Add or mend it, or remove the link to it", True))


def _other_currency(charge: Charge | None, other: Charge) -> bool:
    amount = charge.amount if charge is not None else None
    return amount is not None and other.amount is not None and amount.currency != other.amount.currency


def _specification(offering: Json, stock: Stock, issues: list[Issue]) -> Specification | None:
    identity = (offering.get("productSpecification") or {}).get("id")
    if not identity:
        return None
    record = stock.specifications.get(identity)
    if record is not None:
        return record
    if stock.specifications:
        what = f"it points to the specification {shown(identity)!r}, which is not in the catalog"
        issues.append(Issue(".productSpecification.id", what, "Add the specification; until then there is nothing to configure"))
    return None


def _moment(text: Any) -> datetime | None:
    return read_moment(text) if isinstance(text, str) else None
