"""From any version's JSON to the inner cart: tolerant, and never dropping what it does not know."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cartdesk.errors import WireError
from cartdesk.tmf.dialects.shapes import ALIASES, MEDIUM_MEMBERS, MEDIUM_TYPES, PARTS, V5_REFERENCES, Version

if TYPE_CHECKING:
    from pydantic import ValidationError

    from cartdesk.tmf.cart import ShoppingCart

_V5_MARKS = ("partyOrPartyRole", "PartyOrPartyRole")
_V4_MARKS = ("itemTerm", "mediumType", "productCharacteristic", "relationshipType", "ItemTotalPrice")


def read(data: Any, *, ids: Callable[[], str] | None = None, where: str = "The cart") -> ShoppingCart:
    """Read one cart of any version.

    Args:
        data: parsed JSON (``wire.loads``); v2 as the document has it, v4 or v5.
        ids: makes an id where the cart or an item has none (a create request has none); None refuses such a cart.
        where: what the data is, for the error's sentence.

    Raises:
        WireError: not a cart; the sentence names the attribute.
    """
    from pydantic import ValidationError

    from cartdesk.tmf.cart import ShoppingCart

    if not isinstance(data, dict):
        raise WireError(f"{where} is not a shopping cart: a JSON object was expected.")
    if not any(member in data for member in ("cartItem", "id", "cartTotalPrice", "relatedParty", "contactMedium")):
        raise WireError(f"{where} is not a shopping cart: it has no 'cartItem' and no 'id'.")
    inner = _part("cart", data)
    if ids is not None:
        inner = _with_ids(inner, ids)
    try:
        return ShoppingCart.model_validate(inner)
    except ValidationError as error:
        raise WireError(f"{where} cannot be read: {_first_fault(error)}.") from None


def read_all(data: Any, *, ids: Callable[[], str] | None = None, where: str = "The file") -> list[ShoppingCart]:
    """Read one cart or a list of them.

    Raises:
        WireError: one of them is not a cart; the sentence says which.
    """
    if isinstance(data, list):
        return [read(each, ids=ids, where=f"Cart {number} of {where}") for number, each in enumerate(data, 1)]
    return [read(data, ids=ids, where=where)]


def version_of(data: Any) -> Version:
    """Say which version's members the JSON uses; v2 where nothing tells."""
    if isinstance(data, list):
        found = {version_of(each) for each in data}
        return "v5" if "v5" in found else "v4" if "v4" in found else "v2"
    if not isinstance(data, dict):
        return "v2"
    if any(mark in data for mark in _V5_MARKS) or str(data.get("@type", "")).endswith("ContactMedium"):
        return "v5"
    below = version_of([value for value in data.values() if isinstance(value, (dict, list))])
    return "v4" if below == "v2" and any(mark in data for mark in _V4_MARKS) else below


def read_members(data: dict[str, Any]) -> dict[str, Any]:
    """Return a cart of any version with the inner names throughout, its values not validated: for those who keep carts as JSON."""
    members: dict[str, Any] = _part("cart", data)
    return members


def _part(kind: str, data: Any) -> Any:
    """Return one part with the inner names, its own parts read the same way."""
    if not isinstance(data, dict):
        return data
    aliases = ALIASES.get(kind, {})
    parts = PARTS.get(kind, {})
    inner: dict[str, Any] = {}
    for key, value in data.items():
        name = str(aliases.get(key, key))
        if name in inner and not value:
            continue
        inner[name] = _each(parts[name], value) if name in parts else value
    reader = _READERS.get(kind)
    return reader(inner) if reader else inner


def _each(kind: str, value: Any) -> Any:
    return [_part(kind, each) for each in value] if isinstance(value, list) else _part(kind, value)


def _party(part: dict[str, Any]) -> dict[str, Any]:
    return _lift(part, "partyOrPartyRole")


def _place(part: dict[str, Any]) -> dict[str, Any]:
    return _lift(part, "place")


def _lift(part: dict[str, Any], member: str) -> dict[str, Any]:
    """Move a nested reference's members up to where v2 has them; what else it holds stays below."""
    nested = part.get(member)
    if not isinstance(nested, dict):
        return part
    lifted = {name: nested[name] for name in V5_REFERENCES if name in nested and name not in part}
    rest = {name: value for name, value in nested.items() if name not in lifted}
    kept = {name: value for name, value in part.items() if name != member}
    return {**kept, **lifted, member: rest}


def _medium(part: dict[str, Any]) -> dict[str, Any]:
    """Give a v5 contact medium, which has no ``characteristic``, the one that v2 has."""
    members = {name: part[name] for name in MEDIUM_MEMBERS if name in part}
    if not members:
        return part
    kind = next((MEDIUM_TYPES[name][0] for name in MEDIUM_TYPES if name in members), "postal address")
    rest = {name: value for name, value in part.items() if name not in members and name != "characteristic"}
    other = part.get("characteristic")
    return {"type": kind, **rest, "characteristic": {**members, **(other if isinstance(other, dict) else {})}}


def _item_relationship(part: dict[str, Any]) -> dict[str, Any]:
    if "cartItem" in part or "id" not in part:
        return part
    return {**part, "cartItem": [{"id": part["id"]}]}


def _product_relationship(part: dict[str, Any]) -> dict[str, Any]:
    members = {name: part[name] for name in ("id", "href", "name") if name in part}
    if "product" in part or not members:
        return part
    rest = {name: value for name, value in part.items() if name not in members}
    return {**rest, "product": members}


_READERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "party": _party,
    "place": _place,
    "medium": _medium,
    "itemRelationship": _item_relationship,
    "productRelationship": _product_relationship,
}


def _with_ids(part: Any, ids: Callable[[], str]) -> Any:
    if not isinstance(part, dict):
        return part
    named = part if part.get("id") else {**part, "id": ids()}
    items = named.get("cartItem")
    if isinstance(items, dict):
        items = [items]
    if isinstance(items, list):
        named = {**named, "cartItem": [_with_ids(item, ids) for item in items]}
    return named


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    path = ""
    for step in fault["loc"]:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    message = fault["msg"].removeprefix("Value error, ")
    return f"{path}: {message[:1].lower()}{message[1:]}" if path else message
