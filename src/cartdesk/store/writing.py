"""A resource's JSON, quickly: the same members, order and digits as ``dumps(resource.wire())``, several times sooner.

The cart store writes every cart through it before a change is acknowledged, so an item that did not change (models are frozen, and
unchanged items keep their identity) is not written out again.
"""

from __future__ import annotations

import json.encoder
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

from cartdesk.tmf.money import Money
from cartdesk.tmf.period import write_time
from cartdesk.tmf.wire import dumps, json_number

if TYPE_CHECKING:
    from cartdesk.tmf import ShoppingCart
    from cartdesk.tmf.resource import Resource

_quote = json.encoder.encode_basestring
_KEPT_CARTS = 8
_shapes: dict[type, tuple[tuple[str, str, bool], ...]] = {}


def write_resource(resource: Resource) -> bytes:
    """Return any resource's JSON in UTF-8."""
    return _resource(resource).encode("utf-8", "surrogatepass")


class CartWriter:
    """Writes carts, and remembers the text of each part of the carts it wrote last."""

    def __init__(self) -> None:
        self._carts: dict[str, dict[int, tuple[Any, str]]] = {}
        """By cart id, then by the part's identity: the part itself, which keeps that identity taken, and its text."""

    def write(self, cart: ShoppingCart) -> bytes:
        """Return the cart's JSON in UTF-8."""
        known = self._carts.pop(cart.id, {})
        fresh: dict[int, tuple[Any, str]] = {}
        parts: list[str] = []
        values = cart.__dict__
        for name, key, exact in _shape(type(cart)):
            value = values[name]
            if value is None or value == ():
                continue
            if name == "cart_item":
                parts.append(f"{key}[{','.join([_kept(item, known, fresh) for item in value])}]")
            elif isinstance(value, tuple):
                parts.append(key + _kept(value, known, fresh))
            else:
                parts.append(key + _value(value, exact))
        parts += _extra(cart)
        self._carts[cart.id] = fresh
        if len(self._carts) > _KEPT_CARTS:
            del self._carts[next(iter(self._carts))]
        return ("{" + ",".join(parts) + "}").encode("utf-8", "surrogatepass")


def _kept(part: Any, known: dict[int, tuple[Any, str]], fresh: dict[int, tuple[Any, str]]) -> str:
    identity = id(part)
    held = known.get(identity)
    if held is None:
        held = (part, _value(part, exact=False))
    fresh[identity] = held
    return held[1]


def _shape(model: type[Resource]) -> tuple[tuple[str, str, bool], ...]:
    """Return a model's members: attribute, quoted key with its colon, and whether its decimals keep their very digits."""
    found = _shapes.get(model)
    if found is None:
        found = _shapes[model] = tuple(
            (name, _quote(member.serialization_alias or member.alias or name) + ":", Decimal not in _types(member.annotation))
            for name, member in model.model_fields.items()
        )
    return found


def _types(annotation: Any) -> list[Any]:
    return [annotation] + [inner for part in get_args(annotation) for inner in _types(part)]


def _resource(resource: Resource) -> str:
    values = resource.__dict__
    parts = []
    for name, key, exact in _shape(type(resource)):
        value = values[name]
        if value is not None and value != ():
            parts.append(key + _value(value, exact))
    if resource.__pydantic_extra__:
        parts += _extra(resource)
    return "{" + ",".join(parts) + "}"


def _extra(resource: Resource) -> list[str]:
    extra = resource.__pydantic_extra__ or {}
    return [f"{_quote(name)}:{_value(value, exact=True)}" for name, value in extra.items() if value is not None and value != ()]


def _value(value: Any, exact: bool) -> str:
    if isinstance(value, str):
        return _quote(value)
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, tuple):
        return "[" + ",".join([_value(each, exact) for each in value]) + "]"
    if isinstance(value, Money):
        return f'{{"unit":{_quote(value.currency)},"value":{json_number(value.amount)}}}'
    if isinstance(value, Decimal):
        return str(value if exact else json_number(value))
    if isinstance(value, datetime):
        return _quote(write_time(value))
    if hasattr(value, "__pydantic_extra__"):
        return _resource(value)
    return dumps(value)
