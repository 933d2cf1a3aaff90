"""A catalog's regular expressions, used only where they cannot run away.

Called by ``configuration`` for characteristics with a ``regex``; the pattern comes from outside, the value from the keyboard.
"""

from __future__ import annotations

import re
from functools import lru_cache

MAX_PATTERN = 200
"""The longest pattern that is used, in characters."""
MAX_VALUE = 128
"""The longest value that is held against a pattern, in characters."""
_MAX_WAYS = 3_000_000
"""In how many ways a pattern may be tried against one value before it is left unused: some tenths of a second at the worst."""

_TOKEN = re.compile(
    r"""
    \\.                               # an escaped character, a class, a back-reference
    | \[ \^? \]? (?: \\. | [^\]\\] )* \]
    | \( \? P < \w+ > | \( \? [:=!] | \( \? < [=!] | \(
    | \{ \d* ,? \d* \}
    | .
    """,
    re.DOTALL | re.VERBOSE,
)
_REFERENCE = re.compile(r"\\[1-9]")
_UNCLEAR_SET = re.compile(r"\[ (?: $ | .* (?: (?<!\\)\[ | -- | && | ~~ | \|\| ) )", re.DOTALL | re.VERBOSE)
"""A set that is not closed, or that later versions of Python may read as a nested one, and warn of."""


def fits(pattern: str, value: str) -> bool:
    """Say whether the whole ``value`` fits ``pattern``.

    A pattern that is not one, or that could take longer than a person waits, says nothing about a value: everything up to MAX_VALUE
    characters fits it.
    """
    if len(value) > MAX_VALUE:
        return False
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


def is_usable(pattern: str) -> bool:
    """Say whether values are held against ``pattern`` at all."""
    return _compiled(pattern) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    if len(pattern) > MAX_PATTERN or _ways(pattern) > _MAX_WAYS:
        return None
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None


def _ways(pattern: str) -> int:
    """Return an upper bound for the ways to try ``pattern``; beyond MAX_WAYS for what cannot be bounded by counting.

    Every choice multiplies: an optional part by two, an open-ended one by the longest value, a group by its alternatives. What cannot
    be counted so is a group with choices in it that is itself repeated, a back-reference, an unclear set, and the rarer
    extensions.
    """
    never = _MAX_WAYS + 1
    ways = 1
    groups = [_Group()]
    closed: _Group | None = None
    after_open = False
    for token in _TOKEN.findall(pattern):
        if _REFERENCE.fullmatch(token) or _UNCLEAR_SET.match(token) or (after_open and token == "?"):
            return never
        after_open = token == "("
        if token[0] == "(":
            groups.append(_Group())
        elif token == ")" and len(groups) > 1:
            closed = groups.pop()
            ways *= closed.alternatives
            groups[-1].has_choices |= closed.has_choices or closed.alternatives > 1
            continue
        elif token == "|":
            groups[-1].alternatives += 1
        elif token in {"*", "+", "?"} or (token[0] == "{" and len(token) > 1):
            least, most = _bounds(token)
            if closed is not None and most > 1 and (closed.has_choices or closed.alternatives > 1):
                return never
            if most > least:
                groups[-1].has_choices = True
                ways *= min(most, MAX_VALUE) - min(least, MAX_VALUE) + 1
        closed = None
        if ways > _MAX_WAYS:
            return never
    return ways * groups[0].alternatives


class _Group:
    """What was seen so far of a group that is still open."""

    def __init__(self) -> None:
        self.alternatives = 1
        self.has_choices = False


def _bounds(token: str) -> tuple[int, int]:
    if token in {"*", "+", "?"}:
        return int(token == "+"), 1 if token == "?" else MAX_VALUE
    least, comma, most = token[1:-1].partition(",")
    if not comma:
        return (int(least or 1),) * 2
    return int(least or 0), int(most or MAX_VALUE)
