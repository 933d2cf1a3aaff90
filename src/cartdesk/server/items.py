"""Cart items as they were sent before, in whatever cart: what was found out about one holds for every other that says the same.

``writing`` takes a client's items through here, ``carts`` works with what is known of them. Shops sell the same few configurations over
and over, so most items of most changes need neither be tested, read nor written out again; only ids differ from cart to cart.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from cartdesk.pricing import LineMemory, written_item
from cartdesk.pricing.priced import PricedItem
from cartdesk.server.seams import Document
from cartdesk.tmf.cart import CartItem
from cartdesk.tmf.dialects import write_members

MOST = 600
"""How many configurations are known at most."""
_LONGEST = 8_192
"""The longest JSON of one that is."""
_FORMS = 3
_STORED = "stored"


@dataclass(slots=True)
class Known:
    """One configuration: an item but for its id."""

    taken: Document
    """As it was taken, in inner names."""
    model: CartItem
    memory: LineMemory = field(default_factory=LineMemory)
    """What it came to lately."""
    forms: list[tuple[PricedItem, Document]] = field(default_factory=list)
    """What it came to lately, and how it is stored then."""

    def model_for(self, item_id: str) -> CartItem:
        """Return the item's model under another id; its parts are the same objects, which nothing ever changes."""
        model = self.model
        if model.id == item_id:
            return model
        other = CartItem.__new__(CartItem)
        for name, value in (
            ("__dict__", model.__dict__ | {"id": item_id}),
            ("__pydantic_fields_set__", model.model_fields_set),
            ("__pydantic_extra__", model.model_extra),
            ("__pydantic_private__", None),
        ):
            object.__setattr__(other, name, value)
        return other

    def stored(self, line: PricedItem, currency: str) -> Document:
        """Return how the item is stored when it is priced so, its id aside; the same object again where it can be."""
        for known, former in self.forms:
            if known[1:] == line[1:]:
                return former
        canonical: Document = write_members({"cartItem": [self.model.wire()]}, "v2")["cartItem"][0]
        form: Document = written_item(canonical, line, currency)
        self.forms.insert(0, (line, form))
        del self.forms[_FORMS:]
        return form


class Taken(dict[str, Any]):
    """An item as it was taken from a client, and the configuration it has: known already, or to be known by this key."""

    __slots__ = ("key", "known")

    def __init__(self, members: Document, key: bytes | None, known: Known | None) -> None:
        super().__init__(members)
        self.key = key
        self.known = known


class Look(NamedTuple):
    """What is known of the items that a client sent, in their order."""

    keys: tuple[bytes | None, ...]
    known: tuple[Known | None, ...]

    def passed(self, items: Sequence[Document]) -> frozenset[int]:
        """Return the identities of the items that are known, and so need no test."""
        return frozenset([id(item) for item, known in zip(items, self.known, strict=True) if known is not None])

    def unknown(self, items: Sequence[Document]) -> list[Document]:
        """Return the items that have still to be read."""
        return [item for item, known in zip(items, self.known, strict=True) if known is None]

    def taken(self, items: Sequence[Document], read: Iterable[Document]) -> list[Document]:
        """Return all the items as they are taken, given what was read of the unknown ones."""
        others = iter(read)
        taken: list[Document] = []
        for item, key, known in zip(items, *self, strict=True):
            if known is None:
                other = next(others)
                taken.append(other if key is None else Taken(other, key, None))
            else:
                taken.append(Taken(known.taken | {"id": item["id"]}, key, known))
        return taken


class Items:
    """The configurations that are known. One thread uses it."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: OrderedDict[bytes, Known] = OrderedDict()

    def look(self, version: str, items: Any) -> Look:
        """Return what is known of the items that a client sent in a version's names; of what is no list of them nothing."""
        keys = tuple([_key(version, item) for item in items]) if isinstance(items, list) else ()
        return Look(keys, tuple([None if key is None else self._get(key) for key in keys]))

    def known(self, item: Document) -> Known | None:
        """Return what is known of an item: one that was taken, or one as it is stored."""
        if isinstance(item, Taken) and item.known is not None:
            return item.known
        key = item.key if isinstance(item, Taken) else _key(_STORED, item)
        return None if key is None else self._get(key)

    def remember(self, item: Document, model: CartItem) -> Known:
        """Return what is known of an item now that it was read."""
        known = Known(dict(item), model)
        key = item.key if isinstance(item, Taken) else _key(_STORED, item)
        if key is not None:
            self._known[key] = known
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return known

    def _get(self, key: bytes) -> Known | None:
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
        return known


def _key(version: str, item: Any) -> bytes | None:
    """Return what all items of a configuration have in common; None for what is no such thing, or too long."""
    if not isinstance(item, dict) or not isinstance(item.get("id"), str) or not item["id"]:
        return None
    try:
        key = b"%b %b" % (version.encode(), orjson.dumps({**item, "id": ""}))
    except TypeError:
        return None  # it has a number that no double carries
    return key if len(key) <= _LONGEST else None
