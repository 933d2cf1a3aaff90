"""From the inner cart to one version's JSON: strict names, and everything that was kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cartdesk.tmf.dialects.shapes import (
    ACTIONS,
    MEDIUM_MEMBERS,
    MEDIUM_TYPES,
    PARTS,
    RENAMES,
    STATUSES,
    V5_REFERENCES,
    V5_TYPES,
    Version,
)
from cartdesk.tmf.period import Period

if TYPE_CHECKING:
    from cartdesk.tmf.cart import ShoppingCart

_LOCAL = "cartdesk"


def write(cart: ShoppingCart, version: Version = "v2", *, strict: bool = False) -> dict[str, Any]:
    """Return a cart as one version's JSON values (``wire.dumps`` writes them).

    What only the seat knows is left out.

    Args:
        cart: the cart.
        version: v2 is the R18 document's.
        strict: leave out ``priceCondition`` and ``validFor`` of alterations too, which no definition has (for servers that refuse
            what they do not know).
    """
    return write_members(cart.wire(), version, strict=strict)


def write_members(members: dict[str, Any], version: Version = "v2", *, strict: bool = False) -> dict[str, Any]:
    """Return a cart's inner members (``cart.wire()``, or what ``read_members`` gave) as one version's JSON values."""
    told = {name: value for name, value in members.items() if name != _LOCAL}
    written: dict[str, Any] = _part("cart", told, version, strict)
    return written


def _part(kind: str, data: Any, version: Version, strict: bool) -> Any:
    if not isinstance(data, dict):
        return data
    members = _VALUES[kind](data, version) if kind in _VALUES else data
    if kind == "alteration" and strict:
        members = {name: value for name, value in members.items() if name not in ("priceCondition", "validFor")}
    parts = PARTS.get(kind, {})
    written = {name: _each(parts[name], value, version, strict) if name in parts else value for name, value in members.items()}
    if version == "v5":
        written = _as_v5(kind, written)
    names = RENAMES[version].get(kind, {})
    return {names.get(name, name): value for name, value in written.items()}


def _each(kind: str, value: Any, version: Version, strict: bool) -> Any:
    if isinstance(value, (list, tuple)):
        return [_part(kind, each, version, strict) for each in value]
    return _part(kind, value, version, strict)


def _item_values(data: dict[str, Any], version: Version) -> dict[str, Any]:
    if version == "v2":
        return data
    changed = dict(data)
    if "action" in changed:
        changed["action"] = ACTIONS.get(changed["action"], changed["action"])
    if "status" in changed:
        changed["status"] = STATUSES.get(changed["status"], changed["status"])
    return changed


def _price_values(data: dict[str, Any], version: Version) -> dict[str, Any]:
    """Spell the period as the version does: "monthly" in v2, "month" from v4 on; what is no known period stays."""
    period = data.get("recurringChargePeriod")
    return {**data, "recurringChargePeriod": _spelled(period, version)} if isinstance(period, str) else data


@lru_cache(256)
def _spelled(period: str, version: Version) -> str:
    try:
        known = Period.read(period)
    except ValueError:
        return period
    return str(known) if version == "v2" or known.length != 1 else known.unit.value


def _relationship_values(data: dict[str, Any], version: Version) -> dict[str, Any]:
    """Write ``id`` beside v2's ``cartItem[]``, and ``id`` alone from v4 on."""
    references = data.get("cartItem") or ()
    first = references[0].get("id") if references and isinstance(references[0], dict) else None
    members = {**data, "id": data.get("id") or first} if first or data.get("id") else dict(data)
    if version != "v2" and len(references) <= 1:
        members.pop("cartItem", None)
    return members


_VALUES: dict[str, Callable[[dict[str, Any], Version], dict[str, Any]]] = {
    "item": _item_values,
    "price": _price_values,
    "alteration": _price_values,
    "itemRelationship": _relationship_values,
}


def _as_v5(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    if kind == "party":
        return _lower(data, "partyOrPartyRole", "PartyRef")
    if kind == "place":
        return _lower(data, "place", "PlaceRef")
    if kind == "medium":
        return _v5_medium(data)
    if kind == "productRelationship":
        return _v5_product_relationship(data)
    if kind == "characteristic":
        return {"@type": _characteristic_type(data.get("value")), **data}
    return {"@type": V5_TYPES[kind], **data} if kind in V5_TYPES else data


def _lower(data: dict[str, Any], member: str, reference: str) -> dict[str, Any]:
    """Move a reference's members down to where v5 has them."""
    moved = {name: data[name] for name in V5_REFERENCES if name in data}
    kept = {name: value for name, value in data.items() if name not in moved and name != member}
    below = data.get(member)
    nested = {**moved, "@type": reference, **(below if isinstance(below, dict) else {})}
    return {"@type": V5_TYPES["party" if member == "partyOrPartyRole" else "place"], **kept, member: nested}


def _v5_medium(data: dict[str, Any]) -> dict[str, Any]:
    """Drop v2's ``characteristic`` level: v5 has its members on the medium itself, by ``@type``."""
    characteristic = data.get("characteristic")
    if not isinstance(characteristic, dict):
        return data
    kind = next((MEDIUM_TYPES[name][1] for name in MEDIUM_TYPES if name in characteristic), "GeographicAddressContactMedium")
    rest = {name: value for name, value in data.items() if name not in ("characteristic", "type")}
    own = {name: value for name, value in characteristic.items() if name in MEDIUM_MEMBERS}
    other = {name: value for name, value in characteristic.items() if name not in MEDIUM_MEMBERS}
    known = {each[0] for each in MEDIUM_TYPES.values()} | {"postal address"}
    named = {} if data.get("type") is None or data["type"] in known else {"contactType": data["type"]}
    below = {"characteristic": other} if other else {}
    return {"@type": kind, **named, **rest, **own, **below}


def _v5_product_relationship(data: dict[str, Any]) -> dict[str, Any]:
    product = data.get("product")
    if not isinstance(product, dict):
        return {"@type": V5_TYPES["productRelationship"], **data}
    moved = {name: product[name] for name in ("id", "href", "name") if name in product}
    rest = {name: value for name, value in product.items() if name not in moved and name != "@type"}
    kept = {name: value for name, value in data.items() if name != "product"}
    return {"@type": V5_TYPES["productRelationship"], **kept, **moved, **({"product": rest} if rest else {})}


def _characteristic_type(value: Any) -> str:
    if isinstance(value, bool):
        return "BooleanCharacteristic"
    if isinstance(value, int):
        return "IntegerCharacteristic"
    if isinstance(value, (list, tuple)):
        return "StringArrayCharacteristic"
    if isinstance(value, dict):
        return "ObjectCharacteristic"
    return "StringCharacteristic" if isinstance(value, str) else "NumberCharacteristic"
