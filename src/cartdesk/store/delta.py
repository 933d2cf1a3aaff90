"""The difference between two versions of a document, as what to copy from the older one and what to write between.

The journal keeps a cart's past with it: a line changed in a cart of two hundred takes a few hundred bytes, not the cart.
"""

from __future__ import annotations

from functools import cached_property

from cartdesk.errors import StoreDamaged

Delta = list["str | list[int]"]
"""In order: ``[offset, length]`` to copy from the older version, or text."""

_MARK = b'{"id":'
"""Where most parts of a resource begin; the versions are compared part by part."""


class Parted:
    """A version, and where each of its parts first stands; the next version is compared with it part by part."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.parts = _parts(body)

    @cached_property
    def places(self) -> dict[bytes, int]:
        """The first offset of each part."""
        places: dict[bytes, int] = {}
        at = 0
        for part in self.parts:
            places.setdefault(part, at)
            at += len(part)
        return places


def difference(before: Parted, after: Parted) -> Delta:
    """Return what makes ``after`` out of ``before``."""
    old, new, places = before.body, after.body, before.places
    copies: list[tuple[int, int, int]] = []
    at = 0
    for part in after.parts:
        onward = sum(copies[-1][::2]) if copies else 0
        place = onward if old.startswith(part, onward) else places.get(part)
        if place is not None:
            if copies and place == onward and sum(copies[-1][1:]) == at:
                copies[-1] = (copies[-1][0], copies[-1][1], copies[-1][2] + len(part))
            else:
                copies.append((place, at, len(part)))
        at += len(part)
    found: Delta = []
    old_end = new_end = 0
    for place, start, length in [*copies, (len(old), len(new), 0)]:
        _between(old[old_end:place] if place > old_end else b"", new[new_end:start], old_end, found)
        _copy(place, length, found)
        old_end, new_end = place + length, start + length
    return found


def apply(delta: Delta, old: bytes) -> bytes:
    """Return the version that ``delta`` makes out of ``old``.

    Raises:
        StoreDamaged: the delta is not one.
    """
    try:
        return b"".join(
            [each.encode("utf-8", "surrogatepass") if isinstance(each, str) else old[each[0] : each[0] + each[1]] for each in delta]
        )
    except (TypeError, IndexError):
        raise StoreDamaged("A record of a cart's history cannot be read.") from None


def _parts(body: bytes) -> list[bytes]:
    first, *others = body.split(_MARK)
    return [first, *(_MARK + other for other in others)]


def _between(old: bytes, new: bytes, base: int, found: Delta) -> None:
    """Add what makes ``new`` out of ``old``, which stands at ``base``: the same beginning, a text, the same end."""
    shortest = min(len(old), len(new))
    head = _same(old, new, shortest)
    while head and (_continues(new, head) or _continues(old, head)):
        head -= 1
    tail = _same(old[::-1], new[::-1], shortest - head)
    while tail and _continues(new, len(new) - tail):
        tail -= 1
    _copy(base, head, found)
    if text := new[head : len(new) - tail]:
        found.append(text.decode("utf-8", "surrogatepass"))
    _copy(base + len(old) - tail, tail, found)


def _copy(offset: int, length: int, found: Delta) -> None:
    if not length:
        return
    last = found[-1] if found else ""
    if isinstance(last, list) and last[0] + last[1] == offset:
        last[1] += length
    else:
        found.append([offset, length])


def _same(old: bytes, new: bytes, most: int) -> int:
    """Return how many first bytes are the same, up to ``most``."""
    if old[:most] == new[:most]:
        return most
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _continues(text: bytes, at: int) -> bool:
    """Say whether the byte at ``at`` is inside a character."""
    return at < len(text) and text[at] & 0xC0 == 0x80
