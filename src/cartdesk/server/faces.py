"""One document, many faces: the version-neutral members that are stored, as each API version shows and reads them.

The operations call it for every answer and body, the events for every notification.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from cartdesk.server import exact
from cartdesk.server.seams import Document
from cartdesk.server.shapes import Member, Shapes, shapes_of
from cartdesk.server.table import ResourceType
from cartdesk.tmf.dialects import Version, read_members, write_members
from cartdesk.tmf.period import write_time

_ACCOUNT_TYPE = {"type": "accountType"}
STORED_NAMES: Mapping[str, Mapping[str, str]] = {
    "BillingAccount": _ACCOUNT_TYPE,
    "SettlementAccount": _ACCOUNT_TYPE,
    "FinancialAccount": _ACCOUNT_TYPE,
    "PartyAccount": _ACCOUNT_TYPE,
    "PaymentPlan": {"type": "planType"},
    "AccountBalance": {"type": "balanceType"},
    "ContactMedium": {"type": "mediumType"},
    "MediumCharacteristic": {"type": "contactType"},
}
"""TMF666 v2's definition → its member → v4's name for it, under which it is stored."""


def face_of(row: ResourceType, version: str, document: Document, public_url: str = "", changed: int | None = None) -> Document:
    """Return a stored document as one version shows it, ``href`` and what the version requires included.

    Args:
        row: the resource's description.
        version: the face.
        document: the stored members.
        public_url: what ``href`` starts with.
        changed: when it was changed last, in epoch milliseconds; v5 carts show it.
    """
    shapes = shapes_of(row.api, version)
    if row.behaviour == "cart":
        shown = write_members(document, cast(Version, version))
        if version == "v5":
            shown = _with_times(shown, document, changed)
        if version == "v2":
            shown = _with_texts(shown)
    elif version == "v2":
        shown = _renamed(shapes, row.type_name, document, _FROM_V4)
    else:
        shown = document
    head = {"id": document["id"], "href": href_of(row, version, document["id"], public_url), "@type": row.type_name}
    return _complete(shapes, row.type_name, head | {name: value for name, value in shown.items() if name not in ("id", "href")})


def item_face(row: ResourceType, version: str, item: Document) -> Document:
    """Return one stored cart item as one version shows it."""
    shown = write_members({"cartItem": [item]}, cast(Version, version))
    if version == "v2":
        shown = _with_texts(shown)
    return _complete(shapes_of(row.api, version), "CartItem", shown["cartItem"][0])


def stored_form(row: ResourceType, document: Document) -> Document:
    """Return a document as it is stored: as its first version shows it but for ``href``, what that version requires filled in."""
    if row.behaviour == "cart":
        return document
    return _complete(shapes_of(row.api, next(iter(row.faces))), row.type_name, {**document})


def shows_as_stored(row: ResourceType, document: Document) -> bool:
    """Say whether a stored document is what the resource's first version shows, but for ``href``."""
    return row.behaviour != "cart" or all(map(_is_all_text, document.get("cartItem", ())))


def _is_all_text(item: Document) -> bool:
    """Say whether every characteristic has a text, as R18 wants it; later versions allow any value."""
    product = item.get("product") or {}
    return all(isinstance(each.get("value", ""), str) for each in product.get("characteristic", ())) and all(
        map(_is_all_text, item.get("cartItem", ()))
    )


def _with_texts(cart: Document) -> Document:
    items = cart.get("cartItem")
    return cart | {"cartItem": [_with_text(item) for item in items]} if items else cart


def _with_text(item: Document) -> Document:
    if _is_all_text(item):
        return item
    changed = dict(item)
    if "product" in item:
        told = [{**each, "value": _told(each["value"])} if "value" in each else each for each in item["product"].get("characteristic", ())]
        changed["product"] = {**item["product"], "characteristic": told}
    if "cartItem" in item:
        changed["cartItem"] = [_with_text(child) for child in item["cartItem"]]
    return changed


def _told(value: Any) -> str:
    return value if isinstance(value, str) else exact.dumps(value).decode()


def _with_times(cart: Document, stored: Document, changed: int | None) -> Document:
    """Add v5's own times: a cart's validity starts when it is made."""
    times = {"creationDate": stored.get("validFor", {}).get("startDateTime")}
    if changed is not None:
        times["lastUpdate"] = write_time(datetime.fromtimestamp(changed / 1000, UTC))
    return cart | {name: value for name, value in times.items() if value}


def document_of(row: ResourceType, version: str, members: Document) -> Document:
    """Return what a version's client sent as version-neutral members."""
    if row.behaviour == "cart":
        return read_members(members)
    if version == "v2":
        return _renamed(shapes_of(row.api, version), row.type_name, members, STORED_NAMES)
    return members


def href_of(row: ResourceType, version: str, resource_id: str, public_url: str = "") -> str:
    """Return where a resource is; ids are of our making or were tested, so they stand in a path as they are."""
    return f"{public_url}{row.path(version)}/{resource_id}"


_FROM_V4 = {kind: {ours: theirs for theirs, ours in names.items()} for kind, names in STORED_NAMES.items()}


def _renamed(shapes: Shapes, kind: str, members: Document, names: Mapping[str, Mapping[str, str]]) -> Document:
    here = names.get(kind, {})
    known = shapes[kind].members
    renamed: Document = {}
    for name, value in members.items():
        other = here.get(name, name)
        member = known.get(other) or known.get(name)
        renamed[other] = _renamed_value(shapes, member, value, names) if member is not None and member.kind in shapes else value
    return renamed


def _renamed_value(shapes: Shapes, member: Member, value: Any, names: Mapping[str, Mapping[str, str]]) -> Any:
    if isinstance(value, list):
        return [_renamed_value(shapes, member, each, names) for each in value]
    return _renamed(shapes, member.kind, value, names) if isinstance(value, dict) else value


def _complete(shapes: Shapes, kind: str, members: Document) -> Document:
    """Fill in what the definitions require and the document, made through another face or before, does not have."""
    shape = shapes[kind]
    for part in shape.parts:
        value = members.get(part.name)
        if value:
            members[part.name] = _complete_value(shapes, part, value)
    for member in shape.required:
        if members.get(member.name) is None:
            members[member.name] = _filling(shapes, kind, member, members)
    return members


def _complete_value(shapes: Shapes, part: Member, value: Any) -> Any:
    if isinstance(value, list):
        return [_complete(shapes, part.kind, {**each}) if isinstance(each, dict) else each for each in value]
    return _complete(shapes, part.kind, {**value}) if isinstance(value, dict) else value


def _filling(shapes: Shapes, kind: str, member: Member, members: Document) -> Any:
    name = member.name
    if name in _FILLINGS:
        return _FILLINGS[name]
    if name == "@type":
        return kind
    if name == "isRef":
        return "id" in members or "href" in members
    if name in ("id", "name"):
        other = members.get("name" if name == "id" else "id") or members.get("href")
        return other.rsplit("/", 1)[-1] if isinstance(other, str) else ""
    if member.many:
        return []
    return _complete(shapes, member.kind, {}) if member.kind in shapes else ""


_FILLINGS = {
    "@referredType": "Individual",
    "action": "add",
    "priceType": "recurring",
    "relationshipType": "related",
    "role": "place",
}
"""Required members → what they are where nothing else is known."""
