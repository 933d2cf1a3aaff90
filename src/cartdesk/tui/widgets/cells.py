"""What stands in one cell of a list: pieces of text, or a bar, cut and aligned by terminal cells.

Drawn by :class:`cartdesk.tui.widgets.grid.Grid`; made by the screens. Nothing here knows a widget, so it is tested as plain functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from cartdesk.text import safe_text

Tone = Literal["", "dim", "strong", "good", "warn", "accent", "bar", "off"]
"""How a piece is said; each has its colour in the theme and reads without it too."""

_EIGHTHS = " ▏▎▍▌▋▊▉"
_CUT = "╱╱"


class Piece(NamedTuple):
    """A stretch of text in one tone."""

    text: str
    tone: Tone = ""


class Bar(NamedTuple):
    """A horizontal bar: what is charged, and what was taken off."""

    charged: float
    """The share of the column's width that is charged, 0 to 1."""
    listed: float
    """The share of the list price; what lies between the two is drawn as a shade."""
    cut: bool = False
    """True when the bar is longer than the chart and drawn broken."""
    loud: bool = False
    """True for the bar that matters most."""


Cell = str | Piece | tuple[Piece, ...] | Bar
Ink = Callable[[str], Style]
"""Gives the style of a tone."""


def pieces_of(cell: str | Piece | tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Return a text cell as pieces."""
    if isinstance(cell, str):
        return (Piece(cell),)
    return (cell,) if isinstance(cell, Piece) else cell


def draw_cell(cell: Cell, width: int, ink: Ink, *, right: bool = False) -> list[Segment]:
    """Return ``cell`` as segments that are together exactly ``width`` cells wide.

    Args:
        cell: what to draw; its text is made safe for the terminal here.
        width: the column's width in cells.
        ink: gives the style of a tone.
        right: align to the right edge.
    """
    if width <= 0:
        return []
    if isinstance(cell, Bar):
        return draw_bar(cell, width, ink)
    segments = _cut([(safe_text(piece.text), piece.tone) for piece in pieces_of(cell)], width, ink)
    used = sum(segment.cell_length for segment in segments)
    blank = [Segment(" " * (width - used), ink(""))] if used < width else []
    return blank + segments if right else segments + blank


def draw_bar(bar: Bar, width: int, ink: Ink) -> list[Segment]:
    """Return a bar of block characters, ``width`` cells wide, with the reduction as a light shade behind it.

    Anything charged shows at least an eighth of a cell, and anything taken off a cell of shade, so that little is told from nothing.
    """
    full = ink("accent" if bar.loud else "bar")
    if bar.cut and width > len(_CUT) + 2:
        tail = 2
        head = width - len(_CUT) - tail
        return [Segment("█" * head, full), Segment(_CUT, ink("dim")), Segment("█" * tail, full)]
    reach = min(round(max(bar.listed, 0.0) * width), width)
    if bar.listed > bar.charged:
        solid = "█" * min(max(round(bar.charged * width), 1 if bar.charged > 0 else 0), width - 1)
        shade = "░" * max(reach - len(solid), 1)
    else:
        solid, shade = _solid(bar.charged, width), ""
    blank = " " * (width - len(solid) - len(shade))
    return [Segment(solid, full), Segment(shade, ink("off")), Segment(blank, ink(""))]


def _solid(share: float, width: int) -> str:
    """Return a share of ``width`` in blocks, the last one in eighths; something is never drawn as nothing."""
    eighths = min(round(max(share, 0.0) * width * 8), width * 8)
    whole, rest = divmod(max(eighths, 1) if share > 0 else 0, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def share_widths(widths: Sequence[int | None], total: int, gap: int = 1) -> list[int]:
    """Return each column's width in cells: fixed ones as they are, the others (None) share what is left, at least 1 each.

    Where even the fixed ones do not fit, the last columns are narrowed to nothing rather than the first.
    """
    open_columns = [index for index, width in enumerate(widths) if width is None]
    room = total - gap * max(len(widths) - 1, 0)
    left = room - sum(width or 0 for width in widths)
    result = [width or 0 for width in widths]
    for order, index in enumerate(open_columns):
        result[index] = max(left // len(open_columns) + (1 if order < left % len(open_columns) else 0), 1)
    spent = 0
    for index, width in enumerate(result):
        result[index] = max(min(width, room - spent), 0)
        spent += result[index]
    return result


def _cut(parts: list[tuple[str, Tone]], width: int, ink: Ink) -> list[Segment]:
    """Lay text parts side by side; what passes ``width`` is cut, with ``…`` as the last cell."""
    segments: list[Segment] = []
    left = width
    whole = sum(cell_len(text) for text, _ in parts)
    for text, tone in parts:
        size = cell_len(text)
        if whole <= width:
            segments.append(Segment(text, ink(tone)))
            continue
        if size < left:
            segments.append(Segment(text, ink(tone)))
            left -= size
            continue
        kept = set_cell_size(text, left - 1).rstrip() if left > 1 else ""
        segments.append(Segment(kept + "…", ink(tone)))
        break
    return segments
