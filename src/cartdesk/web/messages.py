"""What a page says to its seat, read strictly: keys, the window's size, whether it is in front. Anything else is no message.

``application`` reads every websocket message here, before a process hears of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 256 * 1024
"""The longest message; a larger paste is refused."""
_WIDEST, _TALLEST = 1_000, 400
_SMALLEST = 1


class NoMessage(ValueError):
    """Something that a page of ours never sends."""


@dataclass(frozen=True, slots=True)
class Size:
    """A terminal's size, in cells."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Typed:
    """Keys, mouse and pastes, as a terminal sends them."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Focus:
    """The page came to the front, or went from it."""

    here: bool


@dataclass(frozen=True, slots=True)
class Ping:
    """The page wants to hear the same again."""

    stamp: str


Message = Typed | Size | Focus | Ping


def read_message(text: str) -> Message:
    """Return what a page says.

    Raises:
        NoMessage: it is nothing that our page sends.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise NoMessage from None
    match value:
        case ["stdin", str(data)]:
            return Typed(data.encode("utf-8", "replace"))
        case ["resize", {"width": width, "height": height}]:
            return size_of(width, height)
        case ["focus"]:
            return Focus(True)
        case ["blur"]:
            return Focus(False)
        case ["ping", str(stamp)] if len(stamp) <= 40:
            return Ping(stamp)
    raise NoMessage


def size_of(width: Any, height: Any) -> Size:
    """Return a terminal's size, kept within what can be drawn.

    Raises:
        NoMessage: these are no numbers.
    """
    try:
        wide, tall = (each if isinstance(each, int) else int(str(each)[:9]) for each in (width, height))
    except ValueError:
        raise NoMessage from None
    return Size(min(max(wide, _SMALLEST), _WIDEST), min(max(tall, _SMALLEST), _TALLEST))
