"""Search as you type: which offerings match what is typed, the best first, typing mistakes forgiven.

Called by ``catalog`` for every key. Each typed word is looked up at several levels (the first word of a name, any word of it, the
beginning of one, the id, the category, the description, and last what is spelt alike), each with a cost; the sums of these costs put the
offerings in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache, lru_cache

from cartdesk.catalog.hits import numbers_in
from cartdesk.catalog.index import Index
from cartdesk.catalog.words import apart, fold, words_of

_MOST_LETTERS = 200
_MOST_WORDS = 8
_KEPT = 24
"""How many words' answers are remembered."""

_FIRST, _NAME, _BEGINS_FIRST, _BEGINS, _ID, _SHELF, _DETAIL, _BEGINS_DETAIL = 0, 1, 2, 3, 3, 6, 8, 9
_ALIKE = {1: 12, 2: 16}
_MISSING = 60
_LONGEST_NAME = 9
"""From this many words on, a name is simply long."""

Levels = dict[int, int]
"""Cost to the offerings that match at it."""


class Search:
    """Looks words up in one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._shelf_words = [(words_of(name), identity) for identity, name, _ in index.shelves]
        # Typing on asks for the words before the last one again and again.
        self._level = lru_cache(_KEPT)(self._look_up)
        self._spelling = cache(_Spelling)

    def find(self, text: str, within: int, moment: datetime) -> list[int]:
        """Return the offerings among ``within`` that match, as sets from the best to the last."""
        text = text[:_MOST_LETTERS]
        words = words_of(text)[:_MOST_WORDS]
        same_id = self._index.ids.exact(fold(text).replace(" ", "")) & within
        if not words:
            return [same_id]
        found = self._strict(words, within) or self._forgiving(words, within)
        return [same_id, *self._in_order(found, len(words), same_id, moment)]

    def named(self, name: str) -> list[int]:
        """Return the offerings whose whole name this is, whatever its case and accents."""
        words = words_of(name[:_MOST_LETTERS])
        if not words:
            return []
        found = self._index.lengths.exact(str(min(len(words), _LONGEST_NAME)))
        for word in words:
            found &= self._index.names.exact(word)
        wanted = fold(" ".join(name.split()))
        return [number for number in numbers_in(found, self._index.count) if fold(self._index.rows.names[number]) == wanted]

    def _strict(self, words: list[str], within: int) -> Levels:
        return _together([self._level(word, number == len(words) - 1) for number, word in enumerate(words)], within)

    def _forgiving(self, words: list[str], within: int) -> Levels:
        """Try words written apart or together, then words spelt alike, then some of the words only."""
        respelt = self._respelt(words)
        if respelt != words:
            found = self._strict(respelt, within)
            if found:
                return found
        spelling = self._spelling(self._index)
        levels = []
        for number, word in enumerate(words):
            last = number == len(words) - 1
            levels.append(_merged(self._level(word, last), spelling.alike(word, last)))
        found = _together(levels, within)
        if found or len(words) == 1:
            return found
        some = _together([_merged(level, {_MISSING: within}) for level in levels], within)
        return {cost: bits for cost, bits in some.items() if cost < _MISSING * (len(words) // 2 + 1)}

    def _respelt(self, words: list[str]) -> list[str]:
        respelt: list[str] = []
        for word in words:
            if respelt and self._index.names.exact(respelt[-1] + word):
                respelt[-1] += word
            elif self._level(word, True):
                respelt.append(word)
            else:
                respelt.extend(apart(word))
        return respelt[:_MOST_WORDS]

    def _look_up(self, word: str, last: bool) -> Levels:
        """Return the offerings that match one word; only the last one is still being typed, so beginnings cost the others more."""
        index = self._index
        more = 0 if last else 1
        shelves = 0
        for words, identity in self._shelf_words:
            if any(each.startswith(word) for each in words):
                shelves |= index.on_shelf(identity)
        found: Levels = {}
        for cost, bits in (
            (_FIRST, index.first.exact(word)),
            (_NAME, index.names.exact(word)),
            (_BEGINS_FIRST + more, index.first.starting(word)),
            (_BEGINS + more, index.names.starting(word)),
            (_ID + more, index.ids.starting(word)),
            (_SHELF, shelves),
            (_DETAIL, index.details.exact(word)),
            (_BEGINS_DETAIL, index.details.starting(word) if len(word) > 2 else 0),
        ):
            if bits:
                found[cost] = found.get(cost, 0) | bits
        return found

    def _in_order(self, found: Levels, words: int, before: int, moment: datetime) -> Iterator[int]:
        """Yield the sets from the best to the last: at one cost, names typed in full first, then what is sold now, then shorter names."""
        sold = self._index.times(moment).sold
        lengths = [self._index.lengths.exact(str(length)) for length in range(_LONGEST_NAME + 1)]
        seen = before
        for cost in sorted(found):
            tier = found[cost] & ~seen
            seen |= tier
            if not tier:
                continue
            # Each word found whole, one of them as a name's first, and the name has no other: the name itself was typed.
            whole = tier & lengths[min(words, _LONGEST_NAME)] if cost == _FIRST + (words - 1) * _NAME else 0
            yield whole
            rest = tier & ~whole
            for part in (rest & sold, rest & ~sold):
                if part:
                    yield from (part & length for length in lengths)


class _Spelling:
    """Words of names that are spelt nearly as what was typed."""

    def __init__(self, index: Index) -> None:
        self._names = index.names
        self._words = index.spelling()
        self._beginning = lru_cache(_KEPT)(self._beginnings)
        self.alike = lru_cache(_KEPT)(self._alike)

    def _alike(self, word: str, last: bool) -> Levels:
        """Return the offerings with a word, or for the last one typed the beginning of a word, that is one or two mistakes away."""
        mistakes = 0 if len(word) < 4 or any(map(str.isdigit, word)) else 1 if len(word) < 6 else 2
        if not mistakes:
            return {}
        found: Levels = {}
        for near, distance in _near(word, self._words, mistakes):
            cost = _ALIKE[distance] + (near[0] != word[0])
            found[cost] = found.get(cost, 0) | self._names.exact(near)
        if last:
            for near, distance in _near(word, self._beginning(len(word)), mistakes):
                cost = _ALIKE[distance] + 2 + (near[0] != word[0])
                found[cost] = found.get(cost, 0) | self._names.starting(near)
        return found

    def _beginnings(self, length: int) -> list[str]:
        return sorted({word[:length] for word in self._words if len(word) > length})


def _near(word: str, words: Sequence[str], mistakes: int) -> list[tuple[str, int]]:
    """Return the words within so many mistakes (a letter too many, too few, wrong, or two changed places), the nearest first."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    return [
        (near, int(distance))
        for near, distance, _ in extract(word, words, scorer=OSA.distance, score_cutoff=mistakes, limit=24)
        if distance
    ]


def _together(levels: Sequence[Levels], within: int) -> Levels:
    """Return the offerings that match every word, by the sum of what each costs."""
    found = {0: within}
    for level in levels:
        sums: Levels = {}
        for cost, bits in found.items():
            for more, matching in level.items():
                both = bits & matching
                if both:
                    sums[cost + more] = sums.get(cost + more, 0) | both
        found = sums
    return found


def _merged(one: Levels, other: Levels) -> Levels:
    merged = dict(one)
    for cost, bits in other.items():
        merged[cost] = merged.get(cost, 0) | bits
    return merged
