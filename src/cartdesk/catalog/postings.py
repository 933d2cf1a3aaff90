"""Which offerings have which word: sorted words, and for each the offerings as numbers or, where there are many, as bits.

Written by ``builder``, read by ``search``. Sets of offerings are Python integers with one bit an offering: their unions and intersections
run at memory speed.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

from cartdesk.catalog.container import Container, Texts, text_sections

SHORT = 3
"""Up to how many letters a prefix has a posting of its own."""

_DENSE = 32
"""From one offering in this many on, bits take less room than numbers."""


class Postings:
    """Words and the offerings that have them."""

    def __init__(self, container: Container, name: str, count: int) -> None:
        self.words = Texts(container, name)
        self._numbers = container.column(f"{name}.numbers", "I")
        self._stops = container.column(f"{name}.stops", "I")
        self._dense = container.column(f"{name}.dense", "B")
        self._size = count // 8 + 1

    def exact(self, word: str) -> int:
        """Return the offerings that have this word."""
        place = self.words.first_from(word)
        return self.at([place]) if place < len(self.words) and self.words[place] == word else 0

    def at(self, places: Iterable[int]) -> int:
        """Return the offerings that have any of the words at these places."""
        found = 0
        sparse = bytearray(self._size)
        for place in places:
            numbers = self._numbers[self._stops[place - 1] if place else 0 : self._stops[place]]
            if self._dense[place]:
                found |= int.from_bytes(numbers.tobytes(), "little")
                continue
            for number in numbers:
                sparse[number >> 3] |= 1 << (number & 7)
        return found | int.from_bytes(sparse, "little")


class Prefixes:
    """Words and the offerings that have a word beginning so."""

    def __init__(self, container: Container, name: str, count: int) -> None:
        self.whole = Postings(container, name, count)
        self._short = Postings(container, f"{name}.short", count)

    def exact(self, word: str) -> int:
        """Return the offerings that have this word."""
        return self.whole.exact(word)

    def starting(self, prefix: str) -> int:
        """Return the offerings that have a word that begins with ``prefix``."""
        if len(prefix) <= SHORT:
            return self._short.exact(prefix)
        return self.whole.at(self.whole.words.prefix_range(prefix))


class Posted:
    """Collects which offerings have which words, offering by offering in ascending order."""

    def __init__(self) -> None:
        self.words: dict[str, array[int]] = {}
        self._short: dict[str, array[int]] = {}

    def add(self, number: int, words: Iterable[str]) -> None:
        """Note the words of an offering; each is given once."""
        beginnings: set[str] = set()
        for word in words:
            _append(self.words, word, number)
            beginnings.update((word[:1], word[:2], word[:SHORT]))
        for beginning in beginnings:
            _append(self._short, beginning, number)

    def sections(self, name: str, count: int) -> dict[str, bytes]:
        """Return the sections that :class:`Prefixes` reads."""
        return {**posting_sections(name, self.words, count), **posting_sections(f"{name}.short", self._short, count)}


def _append(postings: dict[str, array[int]], word: str, number: int) -> None:
    known = postings.get(word)
    if known is None:
        postings[word] = array("I", (number,))
    else:
        known.append(number)


def posting_sections(name: str, postings: Mapping[str, Sequence[int]], count: int) -> dict[str, bytes]:
    """Return the sections that :class:`Postings` reads. Each posting's numbers are in ascending order and without doubles."""
    words = sorted(postings)
    numbers = array("I")
    stops = array("I")
    dense = bytearray()
    for word in words:
        found = postings[word]
        many = len(found) * _DENSE > count
        if many:
            numbers.frombytes(_bits(found, count))
        else:
            numbers.extend(found)
        stops.append(len(numbers))
        dense.append(many)
    sections = text_sections(name, words)
    return {**sections, f"{name}.numbers": numbers.tobytes(), f"{name}.stops": stops.tobytes(), f"{name}.dense": bytes(dense)}


def as_bits(numbers: Iterable[int], count: int) -> int:
    """Return a set of offerings as an integer."""
    return int.from_bytes(_bits(numbers, count), "little")


def _bits(numbers: Iterable[int], count: int) -> bytes:
    """Return a set of offerings as bytes, a whole number of four."""
    bits = bytearray((count // 32 + 1) * 4)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return bytes(bits)
