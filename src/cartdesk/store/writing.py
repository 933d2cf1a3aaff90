"""A resource's JSON, quickly: the same members, order and digits as ``dumps(resource.wire())``, several times sooner.

The cart store writes every cart through it before a change is acknowledged, so an item that did not change (models are frozen, and
unchanged items keep their identity) is not written out again.
"""

from __future__ import annotations

import json.encoder
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_args

from cartdesk.tmf.money import Money
from cartdesk.tmf.period import write_time
from cartdesk.tmf.resource import Resource
from cartdesk.tmf.wire import dumps, json_number

if TYPE_CHECKING:
    from cartdesk.tmf import ShoppingCart

_quote = json.encoder.encode_basestring
_EMPTY = ()
"""The empty tuple, of which there is only one: a list that is absent."""
_KEPT_CARTS = 8
_DEPTH = 3
"""How deep parts are remembered: a cart's items, and their own members."""
_shapes: dict[type, tuple[tuple[str, str, bool], ...]] = {}


def write_resource(resource: Resource) -> bytes:
    """Return any resource's JSON in UTF-8."""
    return _value(resource, exact=False).encode("utf-8", "surrogatepass")


class _Kept:
    """A part of a cart, its text, and its own parts by name."""

    __slots__ = ("parts", "text", "value")

    def __init__(self, value: Any, text: str, parts: dict[str, _Kept]) -> None:
        self.value = value
        self.text = text
        self.parts = parts


_NONE = _Kept(None, "", {})


class CartWriter:
    """Writes carts, and remembers the parts of those it wrote last: a part that is the same object has the same text."""

    def __init__(self) -> None:
        self._carts: dict[str, _Kept] = {}

    def write(self, cart: ShoppingCart) -> bytes:
        """Return the cart's JSON in UTF-8."""
        before = self._carts.pop(cart.id, _NONE)
        kept = _keep(cart, before, _DEPTH) if _shares(cart, before.value) else _Kept(cart, _value(cart, exact=False), {})
        self._carts[cart.id] = kept
        if len(self._carts) > _KEPT_CARTS:
            del self._carts[next(iter(self._carts))]
        return kept.text.encode("utf-8", "surrogatepass")


def _shares(cart: ShoppingCart, before: ShoppingCart | None) -> bool:
    """Say whether some of a cart's items are those of the cart before, so that remembering its parts saves work."""
    if before is None:
        return False
    items = {id(item) for item in before.cart_item}
    return cart is before or any(id(item) in items for item in cart.cart_item)


def _keep(value: Any, before: _Kept, depth: int) -> _Kept:
    """Return a resource or tuple with its text, taking from ``before`` what is still the same object."""
    if value is before.value:
        return before
    if isinstance(value, tuple):
        return _keep_tuple(value, before, depth)
    texts: list[str] = []
    parts: dict[str, _Kept] = {}
    values = value.__dict__
    for name, key, exact in _shape(type(value)):
        member = values[name]
        if member is None or member is _EMPTY:
            continue
        if depth and isinstance(member, (tuple, Resource)):
            part = parts[name] = _keep(member, before.parts.get(name, _NONE), depth - 1)
            texts.append(key + part.text)
        else:
            texts.append(key + _value(member, exact))
    if value.__pydantic_extra__:
        texts += _extra(value)
    return _Kept(value, "{" + ",".join(texts) + "}", parts)


def _keep_tuple(values: tuple[Any, ...], before: _Kept, depth: int) -> _Kept:
    """Return a tuple with its text; its elements are known again by their ids, so that one more or less in front does not matter."""
    if not depth or not all(isinstance(value, Resource) for value in values):
        return _Kept(values, _value(values, exact=False), {})
    parts: dict[str, _Kept] = {}
    for number, value in enumerate(values):
        name = value.__dict__.get("id") or str(number)
        parts[f"{name} {number}" if name in parts else name] = _keep(value, before.parts.get(name, _NONE), depth - 1)
    return _Kept(values, "[" + ",".join([part.text for part in parts.values()]) + "]", parts)


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


def _extra(resource: Resource) -> list[str]:
    extra = resource.__pydantic_extra__ or {}
    return [f"{_quote(name)}:{_value(value, exact=True)}" for name, value in extra.items() if value is not None and value is not _EMPTY]


def _value(value: Any, exact: bool) -> str:
    """Return the JSON of any value in a resource; the types that are met most come first."""
    kind = value.__class__
    if kind is str:
        return _quote(value)
    if kind is tuple:
        return "[" + ",".join([_value(each, exact) for each in value]) + "]"
    if kind is Money:
        return f'{{"unit":{_quote(value.currency)},"value":{_number(value.amount)}}}'
    if kind is int:
        return int.__repr__(value)
    if isinstance(value, Resource):
        return _resource(value)
    if kind is Decimal:
        return str(value) if exact else _number(value)
    if isinstance(value, datetime):
        return _quote(write_time(value))
    if isinstance(value, str):
        return _quote(value)
    return dumps(value)


def _resource(resource: Resource) -> str:
    texts: list[str] = []
    values = resource.__dict__
    for name, key, exact in _shapes.get(resource.__class__) or _shape(resource.__class__):
        member = values[name]
        if member is not None and member is not _EMPTY:
            texts.append(key + (_quote(member) if member.__class__ is str else _value(member, exact)))
    if resource.__pydantic_extra__:
        texts += _extra(resource)
    return "{" + ",".join(texts) + "}"


def _number(number: Decimal) -> str:
    """Return a number's JSON: for most of them one that was worked out before."""
    return _plain_number(number) or str(number)


@lru_cache(4096)
def _plain_number(number: Decimal) -> str | None:
    """Return the JSON that all decimals of this value share; None for one with more digits than that."""
    plain = json_number(number)
    return None if isinstance(plain, Decimal) else repr(plain)
