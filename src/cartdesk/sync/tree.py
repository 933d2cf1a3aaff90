"""A cart's contents as a tree that can be merged part by part: items by their ids, characteristics by name, parties by role.

``merge`` works on trees, ``engine`` makes them from carts. What a server works out by itself (its id, totals, times) is no part of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from cartdesk.tmf.dialects.shapes import V5_TYPES
from cartdesk.tmf.wire import json_number


class Node(dict[str, Any]):
    """A part that is merged member by member; any other value is one whole."""


class _Absent:
    """What stands where there is nothing."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
Path = tuple[str, ...]
"""The way from the root to a part: ``("cartItem", "k3", "quantity")``."""

ITEMS = "cartItem"
SYNC_ROLE = "cartSync"
"""The role of the related party that carries our marker."""

CART_LEFT_OUT = frozenset({"id", "href", "validFor", "cartTotalPrice", "cartdesk", "creationDate", "lastUpdate"})
ITEM_LEFT_OUT = frozenset({"itemPrice", "itemTotalPrice"})
_USUAL_TYPES = frozenset(
    {*V5_TYPES.values(), "PartyRef", "PlaceRef", "ProductOfferingRef", "ProductSpecificationRef", "CartTerm", "Duration", "Quantity"}
) | {f"{kind}Characteristic" for kind in ("String", "Integer", "Number", "Boolean", "StringArray", "Object")}
_USUAL_MEDIA = frozenset({"EmailContactMedium", "PhoneContactMedium", "FaxContactMedium", "GeographicAddressContactMedium"})


def tree_of(members: Mapping[str, Any]) -> Node:
    """Return the contents of a cart.

    Args:
        members: the cart as inner (v2) JSON values, as ``ShoppingCart.wire()`` gives them.
    """
    node = Node()
    for name, value in members.items():
        if name in CART_LEFT_OUT or is_usual_type(name, value):
            continue
        if name == ITEMS:
            node[name] = _items(value)
        elif name == "relatedParty":
            parties = [party for party in value if not (isinstance(party, dict) and party.get("role") == SYNC_ROLE)]
            node[name] = _keyed(parties, lambda party: str(party.get("role") or "").lower())
        elif name == "contactMedium":
            node[name] = _keyed(value, lambda medium: str(medium.get("id") or medium.get("type") or "").lower())
        else:
            node[name] = _plain(value)
    for name in (ITEMS, "relatedParty", "contactMedium"):
        node.setdefault(name, Node())
    return node


def members_of(tree: Node) -> dict[str, Any]:
    """Return a tree as the cart's inner JSON values: what :func:`tree_of` read, in the tree's order."""
    members: dict[str, Any] = {}
    for name, value in tree.items():
        if name == ITEMS:
            members[name] = [_item_members(item) for item in value.values()]
        else:
            members[name] = list(value.values()) if isinstance(value, Node) else value
    return members


def _items(value: Any) -> Node:
    items = Node()
    for each in value if isinstance(value, (list, tuple)) else ():
        if isinstance(each, dict):
            items[_free(items, str(each.get("id")))] = _item(each)
    return items


def _item(members: Mapping[str, Any]) -> Node:
    node = Node()
    for name, value in members.items():
        if name in ITEM_LEFT_OUT or is_usual_type(name, value):
            continue
        if name == ITEMS:
            node[name] = _items(value)
        elif name == "product" and isinstance(value, dict):
            node[name] = _product(value)
        elif name == "note":
            node[name] = _keyed(value, lambda note: str(note.get("id") or f"{note.get('date')} {note.get('author')} {note.get('text')}"))
        else:
            node[name] = _plain(value)
    return node


def _product(members: Mapping[str, Any]) -> Node:
    node = Node()
    for name, value in members.items():
        if name == "characteristic":
            node[name] = _keyed(value, lambda each: str(each.get("name") or each.get("id")))
        elif not is_usual_type(name, value):
            node[name] = _plain(value)
    return node


def _item_members(item: Node) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in item.items():
        if name == ITEMS:
            members[name] = [_item_members(child) for child in value.values()]
        elif name == "product" and isinstance(value, Node):
            members[name] = {inner: list(each.values()) if isinstance(each, Node) else each for inner, each in value.items()}
        else:
            members[name] = list(value.values()) if isinstance(value, Node) else value
    return members


def _keyed(value: Any, name_of: Callable[[dict[str, Any]], str]) -> Any:
    if not isinstance(value, (list, tuple)) or not all(isinstance(each, dict) for each in value):
        return _plain(value)
    node = Node()
    for each in value:
        node[_free(node, name_of(each))] = _plain(each)
    return node


def _free(node: Node, name: str) -> str:
    if name not in node:
        return name
    return next(found for count in range(2, len(node) + 3) if (found := f"{name}#{count}") not in node)


def _plain(value: Any) -> Any:
    """Return JSON values with every number in its plainest form and without the types that a version adds by itself."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return json_number(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if not is_usual_type(name, each)}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value


def is_usual_type(name: str, value: Any) -> bool:
    """Say whether a member is a ``@type`` that says no more than where it stands."""
    return name == "@type" and isinstance(value, str) and (value in _USUAL_TYPES or value in _USUAL_MEDIA)


def at(tree: Any, path: Path) -> Any:
    """Return the part at ``path``, or ABSENT."""
    for name in path:
        if not isinstance(tree, Node) or name not in tree:
            return ABSENT
        tree = tree[name]
    return tree


def put(tree: Node, path: Path, value: Any) -> Node:
    """Return the tree with ``value`` at ``path`` (ABSENT takes it away); where the way there is gone, the tree as it is."""
    name, rest = path[0], path[1:]
    if not rest:
        changed = Node(tree)
        if value is ABSENT:
            changed.pop(name, None)
        else:
            changed[name] = value
        return changed
    below = tree.get(name)
    if not isinstance(below, Node):
        return tree
    changed = Node(tree)
    changed[name] = put(below, rest, value)
    return changed


def item_ids(tree: Node) -> set[str]:
    """Return the ids of all items, children too."""
    found: set[str] = set()
    items = tree.get(ITEMS)
    if isinstance(items, Node):
        for name, item in items.items():
            found.add(name)
            found |= item_ids(item) if isinstance(item, Node) else set()
    return found


def full_hash(values: Any) -> str:
    """Return what two equal trees or JSON values share and no two others: the order of members does not count."""
    return hashlib.sha256(_bytes(values)).hexdigest()[:24]


def fingerprint(tree: Node) -> str:
    """Return a hash of what every server keeps as it was sent: which items, how many, of what, how chosen, for whom.

    It goes into the marker: where it does not fit what the server has, somebody changed the cart past us.
    """
    parties = sorted(str(_member(party, "id")) for party in _values(tree.get("relatedParty")))
    return hashlib.sha256(_bytes([_core(tree.get(ITEMS)), parties])).hexdigest()[:16]


def _core(items: Any) -> list[Any]:
    found = []
    for name, item in sorted(items.items()) if isinstance(items, Node) else ():
        product = item.get("product")
        chosen = product.get("characteristic") if isinstance(product, Node) else None
        values = sorted((str(_member(each, "name")), str(_member(each, "value"))) for each in _values(chosen))
        found.append(
            [
                name, item.get("quantity", 1), str(item.get("action")), str(item.get("status")),
                str(_member(item.get("productOffering"), "id")), values, _core(item.get(ITEMS)),
            ]
        )  # fmt: skip
    return found


def _values(node: Any) -> Iterable[Any]:
    return node.values() if isinstance(node, Node) else ()


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _bytes(value: Any) -> bytes:
    import orjson

    try:
        return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    except TypeError:  # a whole number beyond 64 bits, or half a character
        return json.dumps(value, default=str, sort_keys=True).encode()


def dump(tree: Any) -> Any:
    """Return a tree as JSON values that :func:`load` reads back: a node is marked by a list around it."""
    if isinstance(tree, Node):
        return [{name: dump(value) for name, value in tree.items()}]
    return {"=": tree} if isinstance(tree, (list, dict)) else tree


def load(value: Any) -> Any:
    """Read what :func:`dump` wrote."""
    if isinstance(value, list):
        return Node({name: load(each) for name, each in value[0].items()})
    return value["="] if isinstance(value, dict) else value
