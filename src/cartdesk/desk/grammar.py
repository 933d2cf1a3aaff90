"""The entry line's grammar: text to commands, with the place of whatever cannot be read.

Pure: what an offering or a cart is called is looked up when the commands run. The classes bring their own patterns, so that nothing is
declared twice; the desk calls :func:`parse`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from cartdesk.desk.command import Command
from cartdesk.errors import EntryError
from cartdesk.language import message, tr
from cartdesk.text import safe_text

MAX_ENTRY = 10_000
"""The longest entry in characters; more is a paste, not an entry."""

_LIMITS = {
    "day": (message("A bill day"), 31),
    "line": (message("A line number"), 9999),
    "quantity": (message("A quantity"), 9999),
    "steps": (message("A number of steps"), 9999),
}
_PART = re.compile(r'(?:(?<!\w)"[^"]*"|[^;])+')


@dataclass(frozen=True, slots=True)
class Part:
    """One command of an entry, and where it stands."""

    command: Command
    text: str
    at: int
    """The offset of ``text`` in the whole entry."""
    spots: Mapping[str, int] = field(default_factory=dict)
    """The offset in the whole entry of each of the command's fields that was typed."""


def parse(text: str, registry: tuple[type[Command], ...]) -> tuple[Part, ...]:
    """Return the commands of ``a; b; c`` in order; empty parts mean nothing.

    Raises:
        EntryError: a part cannot be read; ``at`` lies inside the text.
    """
    if len(text) > MAX_ENTRY:
        raise EntryError(tr("The entry is longer than {max_entry} characters; enter it in parts.", max_entry=MAX_ENTRY), at=MAX_ENTRY)
    parts = tuple(_read(piece, at, registry) for piece, at in _pieces(text))
    if len(parts) > 1:
        for part in parts:
            if part.command.alone:
                raise EntryError(tr("«{text}» stands alone: enter it by itself.", text=safe_text(part.text)), at=part.at)
    return parts


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    for match in _PART.finditer(text):
        piece = match[0].strip()
        if piece:
            yield piece, match.start() + match[0].index(piece)


def _read(piece: str, at: int, registry: tuple[type[Command], ...]) -> Part:
    slip: type[Command] | None = None
    for kind in registry:
        if kind.pattern is None:
            continue
        if slip is not None and kind is registry[-1]:
            break  # a bare code fits nearly anything; what began as another entry is a slip of that one
        match = _compiled(kind.pattern).fullmatch(piece)
        if match:
            return _build(kind, piece, at, match)
        if slip is None and kind.opener is not None and _compiled(kind.opener).match(piece):
            slip = kind
    syntax = tr(" Write {entry}.", entry=slip.entry) if slip is not None else tr(" F1 lists what can be entered.")
    raise EntryError(tr("«{piece}» cannot be read.{syntax}", piece=safe_text(piece, 40), syntax=syntax), at=at)


def _build(kind: type[Command], piece: str, at: int, match: re.Match[str]) -> Part:
    typed = {name: value for name, value in match.groupdict().items() if value is not None}
    spots = {name: at + match.start(name) for name in typed}
    numeric = {each.name for each in fields(kind) if "int" in str(each.type)}
    values: dict[str, Any] = {}
    for name, value in typed.items():
        values[name] = _whole(name, value, spots[name]) if name in numeric else _unquoted(value.strip())
    try:
        return Part(kind.from_fields(values), piece, at, spots)
    except ValueError as error:
        raise EntryError(str(error), at=min(spots.values(), default=at)) from None


def _whole(name: str, text: str, at: int) -> int:
    called, most = _LIMITS.get(name, (message("The number"), 999_999))
    if len(text) <= 6 and 1 <= int(text) <= most:
        return int(text)
    raise EntryError(
        tr("{called} is a whole number from 1 to {most}, not {text}.", called=tr(called), most=most, text=safe_text(text, 12)), at=at
    )


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1]:
        return text[1:-1].strip()
    return text


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def reads_as(entry: str, command: Command, registry: tuple[type[Command], ...]) -> bool:
    """Say whether ``entry`` is read as exactly this command, so that an entry shown is an entry that works."""
    try:
        parts = parse(entry, registry)
    except EntryError:
        return False
    return len(parts) == 1 and parts[0].command == command
