"""The one way text from outside enters a widget: safe for a terminal, never parsed as markup, measured in cells.

Every widget and screen calls :func:`content` for what Textual lays out and :func:`fit` for rows it draws itself.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from cartdesk.text import safe_text

if TYPE_CHECKING:
    from textual.style import Style

LONGEST = 500
"""Characters of one string that are ever drawn: more than any terminal is wide."""


def content(text: str, style: str | Style = "") -> Content:
    """Return ``text`` as Textual content: controls made visible, markup taken as the characters it is.

    Args:
        text: any string.
        style: a Textual style for all of it (``"bold $accent"``), written by us and never from outside.
    """
    safe = safe_text(text)
    return Content.styled(safe, style) if style else Content(safe)


def join(*parts: Content | str) -> Content:
    """Return the parts in a row; a plain string among them is taken as :func:`content` takes it."""
    return Content("").join(part if isinstance(part, Content) else content(part) for part in parts)


def cut(text: str, cells: int) -> str:
    """Return safe ``text`` in at most ``cells`` terminal cells, with ``…`` where something was cut off."""
    safe = safe_text(text, LONGEST)
    if cells <= 0:
        return ""
    if cell_len(safe) <= cells:
        return safe
    return set_cell_size(safe, cells - 1).rstrip() + "…"


@lru_cache(maxsize=4096)
def fit(text: str, cells: int, *, right: bool = False) -> str:
    """Return safe ``text`` in exactly ``cells`` terminal cells: cut with ``…``, or padded on the side that ``right`` says."""
    short = cut(text, cells)
    padding = " " * max(cells - cell_len(short), 0)
    return padding + short if right else short + padding
