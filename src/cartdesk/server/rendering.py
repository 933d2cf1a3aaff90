"""Stored resources as bytes for the wire: spliced where they are stored as they are shown, else turned once and remembered.

Every answer with a resource in it comes from here. A rendering is remembered by revision, so it is never an old one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any

import orjson

from cartdesk.server import exact
from cartdesk.server.faces import face_of, href_of, item_face
from cartdesk.server.seams import Document
from cartdesk.server.shelf import Kept
from cartdesk.server.table import ResourceType

_Key = tuple[str, str, int, str]
REMEMBERED_BYTES = 16 << 20
_APART = ("cartItem", "cartTotalPrice")
_TOTALS = ""
"""Where a cart's totals are among its items' renderings: no item has an empty id."""
_ANY_ID = "\ufffeid\ufffe"
"""Stands for an item's id in what items of a configuration have in common."""
_ANY_ID_WRITTEN = orjson.dumps(_ANY_ID)
PARTS_BYTES = 8 << 20


class Renderings:
    """The server's renderings.

    Args:
        public_url: what ``href`` starts with.
        room: how many bytes of renderings are remembered at most.
    """

    def __init__(self, public_url: str, room: int = REMEMBERED_BYTES) -> None:
        self._public_url = public_url
        self._room = room
        self._size = 0
        self._kept: OrderedDict[_Key, bytes] = OrderedDict()
        self._parts: OrderedDict[bytes, tuple[bytes, bytes]] = OrderedDict()
        self._parts_size = 0
        self._lock = Lock()

    def whole(self, row: ResourceType, version: str, kept: Kept) -> bytes:
        """Return a resource as one version's JSON."""
        if kept.as_is and version == next(iter(row.faces)):
            return self._spliced(row, version, kept)
        key = (row.name, kept.id, kept.revision, version)
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
                return known
        rendered = self._rendered(row, version, kept)
        self._remember(key, rendered)
        return rendered

    def document(self, row: ResourceType, version: str, kept: Kept) -> Document:
        """Return a resource as one version's JSON values."""
        return face_of(row, version, kept.parsed(), self._public_url, kept.changed)

    def some(self, row: ResourceType, version: str, kept: Kept, fields: frozenset[str] | None) -> bytes:
        """Return a resource with the named first-level attributes alone, all of them for None."""
        if fields is None:
            return self.whole(row, version, kept)
        return exact.dumps(chosen(self.document(row, version, kept), fields))

    def location(self, row: ResourceType, version: str, resource_id: str) -> str:
        """Return where a resource is."""
        return href_of(row, version, resource_id, self._public_url)

    def _spliced(self, row: ResourceType, version: str, kept: Kept) -> bytes:
        """Return the stored bytes with ``href`` put behind ``id``, which stands first in them."""
        head = orjson.dumps({"id": kept.id})[:-1]
        return b'%s,"href":%s%s' % (head, orjson.dumps(self.location(row, version, kept.id)), kept.body[len(head) :])

    def _rendered(self, row: ResourceType, version: str, kept: Kept) -> bytes:
        document = kept.parsed()
        if row.behaviour == "cart":
            try:
                shown = {} if kept.shown is None else kept.shown.setdefault(version, {})
                return self._from_items(row, version, document, shown, kept.changed)
            except orjson.JSONEncodeError:
                shown.clear()
        return exact.dumps(face_of(row, version, document, self._public_url, kept.changed))

    def _from_items(self, row: ResourceType, version: str, document: Document, shown: dict[str, tuple[Any, bytes]], changed: int) -> bytes:
        """Return a cart whose items are rendered one by one, those that did not change since the last time not at all.

        Raises:
            orjson.JSONEncodeError: it has a number that a double does not carry.
        """
        head = {name: value for name, value in document.items() if name not in _APART}
        face = face_of(row, version, head, self._public_url, changed)
        totals = document.get("cartTotalPrice")
        if totals:
            told = shown.get(_TOTALS)
            if told is None or told[0] is not totals:
                whole = face_of(row, version, {"id": document["id"], "cartTotalPrice": totals})
                told = shown[_TOTALS] = (totals, orjson.dumps(whole["cartTotalPrice"]))
            face["cartTotalPrice"] = orjson.Fragment(told[1])
        if len(shown) > 2 * len(document.get("cartItem", ())) + 16:
            shown.clear()
        items: list[orjson.Fragment] = []
        for item in document.get("cartItem", ()):
            known = shown.get(item["id"])
            if known is None or known[0] is not item:
                known = shown[item["id"]] = (item, self._item(row, version, item))
            items.append(orjson.Fragment(known[1]))
        return orjson.dumps(face | {"cartItem": items})

    def _item(self, row: ResourceType, version: str, item: Document) -> bytes:
        """Return a cart's item as one version's JSON: items that say the same but for their ids are written once.

        Raises:
            orjson.JSONEncodeError: it has a number that a double does not carry.
        """
        common = item | {"id": _ANY_ID}
        key = version.encode() + orjson.dumps(common)
        with self._lock:
            known = self._parts.get(key)
            if known is not None:
                self._parts.move_to_end(key)
        if known is None:
            start, found, end = orjson.dumps(item_face(row, version, common)).partition(_ANY_ID_WRITTEN)
            if not found or _ANY_ID_WRITTEN in end:
                return orjson.dumps(item_face(row, version, item))
            known = start, end
            self._remember_part(key, known)
        return orjson.dumps(item["id"]).join(known)

    def _remember_part(self, key: bytes, part: tuple[bytes, bytes]) -> None:
        with self._lock:
            if key not in self._parts:
                self._parts_size += len(key) + len(part[0]) + len(part[1])
            self._parts[key] = part
            while self._parts_size > PARTS_BYTES:
                gone, (start, end) = self._parts.popitem(last=False)
                self._parts_size -= len(gone) + len(start) + len(end)

    def _remember(self, key: _Key, rendered: bytes) -> None:
        with self._lock:
            if key not in self._kept:
                self._size += len(rendered)
            self._kept[key] = rendered
            while self._size > self._room and self._kept:
                _, gone = self._kept.popitem(last=False)
                self._size -= len(gone)


def chosen(document: Mapping[str, Any], fields: frozenset[str]) -> Document:
    """Return the named first-level attributes of a face."""
    return {name: value for name, value in document.items() if name in fields}


class Hot:
    """The resources changed last, parsed and with their work, so that the next change of one needs no reading.

    What is in here may be old where another process changed the resource: a change is stored only over the revision it was made from.
    """

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, str], Kept] = OrderedDict()

    def get(self, row: ResourceType, resource_id: str) -> Kept | None:
        """Return a resource that was changed lately."""
        return self._kept.get((row.name, resource_id))

    def put(self, row: ResourceType, kept: Kept) -> None:
        """Remember a resource as it was just stored."""
        key = (row.name, kept.id)
        self._kept[key] = kept
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def drop(self, row: ResourceType, resource_id: str) -> None:
        """Forget one."""
        self._kept.pop((row.name, resource_id), None)
