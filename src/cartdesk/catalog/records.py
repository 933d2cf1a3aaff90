"""Resources by their ids, as bytes that are checked and decoded when one is asked for.

Read by ``catalog``; the sections are made for ``builder``.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from cartdesk.catalog.container import DOCUMENTS, Container, Texts, Unfit, text_sections

if TYPE_CHECKING:
    from cartdesk.catalog.stock import Kept


class Found(NamedTuple):
    """One resource's bytes."""

    raw: bytes
    inside: int
    """Which of the prices in these bytes is meant, as ``normal.price_inside`` counts."""


class Records:
    """The resources of one kind."""

    def __init__(self, container: Container, name: str) -> None:
        self._documents = container.section(DOCUMENTS)
        self._keys = Texts(container, f"{name}.keys")
        self._start = container.column(f"{name}.start", "Q")
        self._size = container.column(f"{name}.size", "I")
        self._check = container.column(f"{name}.check", "I")
        self._inside = container.column(f"{name}.inside", "i")
        self._number = container.column(f"{name}.number", "I")
        self._place = container.column(f"{name}.place", "I")

    def __len__(self) -> int:
        return len(self._keys)

    def number(self, identity: str) -> int | None:
        """Return the number of the resource with exactly this id."""
        key = record_key(identity)
        place = self._keys.first_from(key)
        return self._number[place] if place < len(self._keys) and self._keys[place] == key else None

    def numbers_like(self, identity: str) -> list[int]:
        """Return the numbers of the resources with this id in any case."""
        folded = identity.casefold()
        found = []
        place = self._keys.first_from(folded)
        while place < len(self._keys) and self._keys[place].partition("\0")[0] == folded:
            found.append(self._number[place])
            place += 1
        return found

    def identities(self) -> Iterator[str]:
        """Yield every id."""
        for place in range(len(self._keys)):
            folded, _, identity = self._keys[place].partition("\0")
            yield identity or folded

    def get(self, number: int) -> Found:
        """Return the bytes of a resource.

        Raises:
            Unfit: they are not what they were when the index was made.
        """
        place = self._place[number]
        start = self._start[place]
        raw = bytes(self._documents[start : start + self._size[place]])
        if crc32(raw) != self._check[place]:
            raise Unfit("a document is damaged")
        return Found(raw, self._inside[place])


def record_key(identity: str) -> str:
    """Return the key an id is sorted by: ids that differ in case only stand side by side."""
    folded = identity.casefold()
    return folded if folded == identity else f"{folded}\0{identity}"


def record_sections(name: str, records: Iterable[tuple[str, Kept, int]]) -> dict[str, bytes]:
    """Return the sections that :class:`Records` reads."""
    order = sorted((record_key(identity), number, kept, inside) for number, (identity, kept, inside) in enumerate(records))
    places = array("I", bytes(4 * len(order)))
    for place, (_, number, _, _) in enumerate(order):
        places[number] = place
    return {
        **text_sections(f"{name}.keys", [key for key, *_ in order]),
        f"{name}.start": array("Q", (kept.start for _, _, kept, _ in order)).tobytes(),
        f"{name}.size": array("I", (kept.size for _, _, kept, _ in order)).tobytes(),
        f"{name}.check": array("I", (kept.check for _, _, kept, _ in order)).tobytes(),
        f"{name}.inside": array("i", (inside for *_, inside in order)).tobytes(),
        f"{name}.number": array("I", (number for _, number, _, _ in order)).tobytes(),
        f"{name}.place": places.tobytes(),
    }
