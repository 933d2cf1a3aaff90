"""Search with twelve keys: each tap is one of a phone's keys, and what is found has words that these keys spell.

Made once from the catalog, so that nothing a visitor types is kept anywhere but on the page it is typed on.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from cartdesk.catalog import Catalog

KEYS = (
    ("2", "ABC"), ("3", "DEF"), ("4", "GHI"), ("5", "JKL"), ("6", "MNO"),
    ("7", "PQRS"), ("8", "TUV"), ("9", "WXYZ"), ("1", ""), ("0", ""),
)  # fmt: skip
"""What stands on each key."""
SPACE = " "
LONGEST = 30

_KEY_OF = {letter: key for key, letters in KEYS for letter in key + letters.lower()}
_KEY_OF |= {"ß": "7", "ø": "6", "æ": "2", "ł": "5", "đ": "3", "ı": "4"}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Found:
    """What a row of keys finds."""

    text: str
    """What was most likely meant, in capitals."""
    numbers: tuple[int, ...]
    """The offerings, by their numbers: those that were most likely meant first, then the others, each in the catalog's order."""


class Letters:
    """The words of the offerings' names, by the keys that spell them."""

    def __init__(self, named: Sequence[tuple[int, str]]) -> None:
        """Take in offerings.

        Args:
            named: the number and the words of each.
        """
        words: dict[str, tuple[str, list[int]]] = {}
        for number, name in named:
            for word in set(_WORD.findall(name)):
                keys = spelled(word)
                if keys:
                    words.setdefault(keys + SPACE + word.casefold(), (word, []))[1].append(number)
        self._keys = sorted(words)
        self._words = [words[keys] for keys in self._keys]

    @classmethod
    def of(cls, catalog: Catalog) -> Letters:
        """Take in what a catalog sells now."""
        rows = (catalog.row(number) for number in range(len(catalog)))
        return cls([(row.number, f"{row.name} {row.category}") for row in rows if row.status == "sold"])

    def find(self, keys: str) -> Found:
        """Return what is found for keys, words separated by a space; each word may be only begun."""
        wanted = keys.split()
        texts = []
        numbers: set[int] | None = None
        other: set[int] = set()
        for each in wanted:
            first = bisect_left(self._keys, each)
            last = bisect_left(self._keys, each + "\uffff")
            text = self._likeliest(each, first, last)
            here, meant = set(), set()
            for word, found in self._words[first:last]:
                here.update(found)
                if word[: len(each)].upper() == text:
                    meant.update(found)
            numbers = here if numbers is None else numbers & here
            other |= here - meant
            texts.append(text)
        in_order = sorted(numbers or (), key=lambda number: (number in other, number))
        return Found(" ".join(texts) + (SPACE if keys.endswith(SPACE) else ""), tuple(in_order))

    def _likeliest(self, keys: str, first: int, last: int) -> str:
        """Return the beginning that most offerings have; the keys' digits where there is none."""
        counts: dict[str, int] = {}
        for word, found in self._words[first:last]:
            begun = word[: len(keys)].upper()
            counts[begun] = counts.get(begun, 0) + len(found)
        return max(counts, key=lambda begun: (counts[begun], begun), default=keys)


def spelled(word: str) -> str | None:
    """Return the keys that spell a word; None where it has letters that are on no key."""
    bare = (letter for letter in normalize("NFKD", word.casefold()) if not 0x300 <= ord(letter) < 0x370)
    keys = [_KEY_OF.get(letter, "") for letter in bare]
    return "".join(keys) if keys and all(keys) else None
