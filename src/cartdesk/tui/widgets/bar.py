"""One line of words, some of which can be clicked.

The top line, the footer and the message line are bars.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.widget import Widget

from cartdesk.tui.plain import content, cut


class Word(NamedTuple):
    """A run of text in one style, and what a click on it does."""

    text: str
    style: str = ""
    act: Callable[[], object] | None = None
    tip: str = ""


def _looks(rows: tuple[tuple[Word, ...], ...]) -> list[list[tuple[str, str]]]:
    return [[(word.text, word.style) for word in row] for row in rows]


class Bar(Widget, can_focus=False):
    """A line of words. What does not fit is cut off on the right."""

    DEFAULT_CSS = "Bar { height: 1; width: 1fr; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: tuple[tuple[Word, ...], ...] = ((),)

    def set_words(self, *rows: Sequence[Word]) -> None:
        """Show these rows of words."""
        fresh = tuple(tuple(row) for row in rows)
        changed = _looks(fresh) != _looks(self._rows)
        self._rows = fresh
        if changed:
            self.refresh()

    def words_at(self, x: int, y: int) -> Word | None:
        """Return the word in a cell."""
        if not 0 <= y < len(self._rows):
            return None
        left = 0
        for word in self._rows[y]:
            left += cell_len(cut(word.text, self.size.width - left))
            if x < left:
                return word
        return None

    def render(self) -> Content:
        """Lay the words out, cut at the bar's width."""
        lines = []
        for row in self._rows:
            parts, left = [], 0
            for word in row:
                text = cut(word.text, self.size.width - left)
                left += cell_len(text)
                parts.append(content(text, word.style))
            lines.append(Content("").join(parts))
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        """Do what the clicked word stands for."""
        word = self.words_at(event.x, event.y)
        if word is not None and word.act is not None:
            event.stop()
            word.act()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Tell what a click here would do."""
        word = self.words_at(event.x, event.y)
        self.tooltip = content(word.tip) if word is not None and word.tip else None
