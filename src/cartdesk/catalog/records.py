"""Resources by their ids, as bytes that are checked and decoded when one is asked for.

Read by ``catalog``; the sections are made for ``builder``.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cartdesk.catalog.container import Container, Texts, text_sections
from cartdesk.catalog.documents import Kept


class Found(NamedTuple):
    """One resource's bytes."""

    raw: bytes
    inside: int
    """Which of the prices in these bytes is meant, as ``normal.price_inside`` counts."""


class Records:
    """The resources of one kind."""

    def __init__(self, container: Container, name: str, kept: Kept) -> None:
        self._kept = kept
        self._keys = Texts(container, f"{name}.keys")
        self._document = container.column(f"{name}.document", "I")
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
        return Found(self._kept.get(self._document[place]), self._inside[place])


def record_key(identity: str) -> str:
    """Return the key an id is sorted by: ids that differ in case only stand side by side."""
    folded = identity.casefold()
    return folded if folded == identity else f"{folded}\0{identity}"


def record_sections(name: str, records: Iterable[tuple[str, int, int]]) -> dict[str, bytes]:
    """Return the sections that :class:`Records` reads, for each resource's id, document and place inside it."""
    order = sorted((record_key(identity), number, document, inside) for number, (identity, document, inside) in enumerate(records))
    places = array("I", bytes(4 * len(order)))
    for place, (_, number, _, _) in enumerate(order):
        places[number] = place
    return {
        **text_sections(f"{name}.keys", [key for key, *_ in order]),
        f"{name}.document": array("I", (document for _, _, document, _ in order)).tobytes(),
        f"{name}.inside": array("i", (inside for *_, inside in order)).tobytes(),
        f"{name}.number": array("I", (number for _, number, _, _ in order)).tobytes(),
        f"{name}.place": places.tobytes(),
    }
