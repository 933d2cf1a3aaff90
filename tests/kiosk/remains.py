"""Finds texts in everything that lives in this process: strings, bytes and numbers in all objects, also in those the collector skips."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

_LEAVES = (str, bytes, bytearray, Decimal)


def texts_alive(pattern: str) -> list[tuple[str, str]]:
    """Return every text alive that matches, with the kind of object that holds it."""
    gc.collect()
    wanted = re.compile(pattern)
    found: dict[int, tuple[str, str]] = {}
    everything = gc.get_objects()
    looked_at: set[int] = set()
    for holder in everything:
        if holder is everything or holder is found:
            continue
        for leaf in _leaves(holder):
            if id(leaf) in looked_at:
                continue
            looked_at.add(id(leaf))
            text = leaf if isinstance(leaf, str) else str(leaf) if isinstance(leaf, Decimal) else leaf.decode("latin-1")
            if wanted.search(text):
                found[id(leaf)] = text, f"{type(holder).__module__}.{type(holder).__qualname__}"
    return sorted(found.values())


def _leaves(holder: Any) -> Iterator[Any]:
    """Yield what a tracked object refers to itself, and what is in the untracked containers that it refers to."""
    waiting = gc.get_referents(holder)
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if isinstance(each, _LEAVES):
            yield each
        elif type(each) in (tuple, dict, frozenset) and not gc.is_tracked(each) and id(each) not in seen:
            seen.add(id(each))
            waiting += gc.get_referents(each)
