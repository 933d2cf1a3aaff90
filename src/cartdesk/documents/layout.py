"""Rows of words and amounts, laid out by terminal cells so that no line is ever wider than it may be.

Called by every document of this room: words are wrapped, and amounts stand in one column on their decimal point.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from cartdesk.text import safe_text

NARROWEST = 20
"""The narrowest document in cells; asked for less, it is laid out at this width."""
_GAP = 2
_JOINER = "\u200d"
_DANGLING = re.compile(r"\u200d+(?=\s|$)")
_LEAST_TEXT = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a document: words, and perhaps an amount."""

    text: str = ""
    """What it says; wrapped beside the amount where it is longer than there is room for."""
    amount: str = ""
    """A written amount: ``−14.50``."""
    suffix: str = ""
    """What stands right behind the amount: ``/mo``, `` EUR``."""
    indent: int = 0
    """How far in it starts, in cells."""
    rule: bool = False
    """True for a thin line across instead of words."""


BLANK = Row()
RULE = Row(rule=True)


def fit(text: str, width: int) -> str:
    """Return ``text`` made safe, cut to ``width`` cells with ``…`` where it is wider."""
    safe = _unjoined(text)
    if cell_len(safe) <= width:
        return safe
    if width < 1:
        return ""
    return _unjoined(set_cell_size(safe, width - 1).rstrip()) + "…"


def left(text: str, width: int) -> str:
    """Return ``text`` in exactly ``width`` cells, cut or filled up on its right."""
    fitted = fit(text, width)
    return fitted + " " * (width - cell_len(fitted))


def right(text: str, width: int) -> str:
    """Return ``text`` in exactly ``width`` cells, cut or filled up on its left."""
    fitted = fit(text, width)
    return " " * (width - cell_len(fitted)) + fitted


def wrap(text: str, width: int, indent: int = 0, hang: int | None = None) -> list[str]:
    """Return ``text`` as lines of at most ``width`` cells, broken between words where possible.

    Args:
        text: one paragraph.
        width: the widest line in cells, the indent included.
        indent: how far in the first line starts.
        hang: how far in the others start; None is as far as the first.
    """
    inner = min(indent, max(width - 1, 0))
    later = inner if hang is None else min(hang, max(width - 1, 0))
    lines: list[str] = []
    current = " " * inner
    filled = False
    for word in _words(_unjoined(text), max(width - max(inner, later), 1)):
        gap = 1 if filled else 0
        if filled and cell_len(current) + gap + cell_len(word) > width:
            lines.append(current)
            current, gap = " " * later, 0
        current += " " * gap + word
        filled = True
    return [*lines, current] if filled else []


def lay_out(rows: Iterable[Row], width: int, point: str = ".") -> list[str]:
    """Return rows as lines of at most ``width`` cells, their amounts in one column aligned on the decimal point.

    Args:
        rows: what to write.
        width: the widest line in cells.
        point: the sign between whole and fraction, by the language.
    """
    wide = max(width, NARROWEST)
    listed = list(rows)
    columns = _Columns(listed, point)
    lines: list[str] = []
    for row in listed:
        lines.extend(_laid(row, wide, columns))
    return lines


def aligned(amounts: Sequence[str], point: str = ".") -> list[str]:
    """Return amounts in one width, so that their decimal points stand under each other."""
    columns = _Columns([Row(amount=amount) for amount in amounts], point)
    return [columns.write(Row(amount=amount)) for amount in amounts]


def beside(start: str, words: str, width: int) -> Iterator[str]:
    """Yield lines of at most ``width`` cells: ``start``, and the words beside it, or below it where there is too little room."""
    room = width - cell_len(start) - _GAP
    if room >= _LEAST_TEXT + 4:
        first, *more = wrap(words, room) or [""]
        yield f"{start}{' ' * _GAP}{first}".rstrip()
        yield from (" " * (cell_len(start) + _GAP) + line for line in more)
        return
    yield fit(start, width).rstrip()
    yield from wrap(words, width, 2)


def _laid(row: Row, width: int, columns: _Columns) -> Iterator[str]:
    if row.rule:
        yield "─" * width
        return
    if not row.amount:
        yield from wrap(row.text, width, row.indent) or [""]
        return
    amount = columns.write(row)
    room = width - cell_len(amount) - _GAP
    if room >= _LEAST_TEXT + row.indent:
        first, *more = wrap(row.text, room, row.indent, row.indent + 2) or [""]
        yield (left(first, room) + " " * _GAP + amount).rstrip()
        yield from more
        return
    yield from wrap(row.text, width, row.indent)
    yield right(safe_text(row.amount + row.suffix), width)


class _Columns:
    """How wide the parts of the amounts in a document are: before the point, from it on, and behind."""

    def __init__(self, rows: Sequence[Row], point: str) -> None:
        self._point = point
        parts = [(*self._parted(row.amount), row.suffix) for row in rows if row.amount]
        self._whole = max((cell_len(whole) for whole, _, _ in parts), default=0)
        self._fraction = max((cell_len(fraction) for _, fraction, _ in parts), default=0)
        self._suffix = max((cell_len(suffix) for _, _, suffix in parts), default=0)

    def write(self, row: Row) -> str:
        whole, fraction = self._parted(row.amount)
        return right(whole, self._whole) + left(fraction, self._fraction) + left(row.suffix, self._suffix)

    def _parted(self, amount: str) -> tuple[str, str]:
        whole, point, fraction = amount.rpartition(self._point)
        return (whole, point + fraction) if point else (fraction, "")


def _unjoined(text: str) -> str:
    """Return ``text`` made safe, without joiners that would join a space or the end of the line to it."""
    return _DANGLING.sub("", safe_text(text))


def _words(text: str, width: int) -> Iterator[str]:
    """Yield the words of ``text``; one that is wider than a line in pieces."""
    for word in text.split():
        rest = word
        while cell_len(rest) > width:
            piece = _piece(rest, width)
            yield piece.rstrip(_JOINER)
            rest = rest[len(piece) :]
        if rest:
            yield rest


def _piece(word: str, width: int) -> str:
    """Return the longest start of ``word`` that is at most ``width`` cells wide, and at least one character."""
    end = 1
    while end < len(word) and cell_len(word[: end + 1]) <= width:
        end += 1
    return word[:end]
