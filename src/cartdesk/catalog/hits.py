"""What a question found: sets of offerings, counted at once and listed only as far as someone looks.

Made by ``catalog`` from what ``search`` finds; shown by a list that asks for the rows on the screen.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from typing import overload

_IN_ORDER = bytes(byte == 49 for byte in range(256))


class Hits(Sequence[int]):
    """The numbers of the offerings found, the best first; they are counted at once and listed as far as they are looked at."""

    def __init__(self, tiers: Iterable[int], count: int) -> None:
        self._tiers: list[int | array[int]] = []
        self._ends: list[int] = []
        self._count = count
        total = 0
        for tier in tiers:
            if tier:
                total += tier.bit_count()
                self._tiers.append(tier)
                self._ends.append(total)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> list[int]: ...
    def __getitem__(self, place: int | slice) -> int | list[int]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if place < 0:
            place += len(self)
        if not 0 <= place < len(self):
            raise IndexError("there are not so many")
        tier = bisect_right(self._ends, place)
        return self._listed(tier)[place - (self._ends[tier - 1] if tier else 0)]

    def __iter__(self) -> Iterator[int]:
        for tier in range(len(self._tiers)):
            yield from self._listed(tier)

    def _listed(self, tier: int) -> array[int]:
        found = self._tiers[tier]
        if isinstance(found, int):
            found = self._tiers[tier] = numbers_in(found, self._count)
        return found


def numbers_in(bits: int, count: int) -> array[int]:
    """Return the numbers of a set, in ascending order."""
    digits = bin(bits)[:1:-1]
    if bits.bit_count() * 16 > count:
        return array("I", compress(range(len(digits)), digits.encode().translate(_IN_ORDER)))
    found = array("I")
    place = digits.find("1")
    while place >= 0:
        found.append(place)
        place = digits.find("1", place + 1)
    return found
