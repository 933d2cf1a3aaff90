"""The one widget of the kiosk: draws a sheet and says what was touched. It takes no focus, knows no key, and cannot be scrolled.

``KioskApp`` gives it sheets and listens to :class:`Stage.Touched`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from cartdesk.text import safe_text
from cartdesk.tui.kiosk.sheet import Cell, Line, Placed, Sheet, Tone, place
from cartdesk.tui.plain import cut

_ROUND, _HEAVY, _DOUBLE = "╭─╮│╰╯", "┏━┓┃┗┛", "╔═╗║╚╝"
_EMPTY = Sheet(())
_RUNS = re.compile(" +|[^ ]+")


class Stage(Widget, can_focus=False, inherit_bindings=False):
    """A sheet on the whole screen."""

    ALLOW_SELECT = False
    ALLOW_MAXIMIZE = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "stage--strong", "stage--dim", "stage--good", "stage--warn", "stage--accent", "stage--rule", "stage--go", "stage--paper",
    }  # fmt: skip
    DEFAULT_CSS = """
    Stage {
        width: 100%;
        height: 100%;
        background: $background;
        color: $foreground;
        & > .stage--strong { color: $foreground; text-style: bold; }
        & > .stage--dim { color: $quiet; }
        & > .stage--good { color: $success; }
        & > .stage--warn { color: $warning; }
        & > .stage--accent { color: $accent; text-style: bold; }
        & > .stage--rule { color: $quiet; }
        & > .stage--go { color: $accent; text-style: bold; }
        & > .stage--paper { color: #000000; background: #ffffff; }
    }
    """

    @dataclass
    class Touched(Message):
        """A button was touched: pressed and let go."""

        what: str
        """What it means to the page."""

    @dataclass
    class Pressed(Message):
        """Somebody put a finger on the screen, or pressed a mouse's button."""

    def __init__(self) -> None:
        super().__init__()
        self._sheet = _EMPTY
        self._placed: list[Placed] = []
        self._down: Placed | None = None
        self._drawn: list[Strip] | None = None

    def show_sheet(self, sheet: Sheet) -> None:
        """Show a sheet in place of the one before."""
        self._sheet = sheet
        self._lay_out()

    def forget(self) -> None:
        """Show nothing and keep nothing."""
        self.show_sheet(_EMPTY)

    @property
    def placed(self) -> tuple[Placed, ...]:
        """What is on the screen, and where."""
        return tuple(self._placed)

    def on_resize(self) -> None:
        """Find every cell's place anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        self._placed = place(self._sheet, self.size.width, self.size.height)
        self._down = None
        self._drawn = None
        self.refresh()

    # What is touched

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Show which button is under the finger."""
        if event.button != 1:
            return
        self.post_message(self.Pressed())
        self._press(self._at(event.x, event.y))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """A button that is let go of where it was pressed was touched."""
        down, here = self._down, self._at(event.x, event.y)
        self._press(None)
        if event.button == 1 and down is not None and down is here and down.cell.what is not None:
            self.post_message(self.Touched(down.cell.what))

    def on_leave(self) -> None:
        """A finger that leaves lets go of nothing."""
        self._press(None)

    def _at(self, x: int, y: int) -> Placed | None:
        return next((each for each in self._placed if each.cell.what is not None and each.holds(x, y)), None)

    def _press(self, button: Placed | None) -> None:
        if button is not self._down:
            self._down = button
            self._drawn = None
            self.refresh()

    # What is drawn

    def notify_style_update(self) -> None:
        """Draw anew in other colours."""
        super().notify_style_update()
        self._drawn = None

    def render_line(self, y: int) -> Strip:
        """Return one row of the screen."""
        if self._drawn is None:
            self._drawn = self._draw(self.size)
        return self._drawn[y] if y < len(self._drawn) else Strip.blank(self.size.width, self.rich_style)

    def _draw(self, size: Size) -> list[Strip]:
        plain = self.rich_style
        rows: list[list[Segment]] = [[] for _ in range(size.height)]
        if self._sheet.title is not None and rows:
            rows[0] = self._title(*self._sheet.title, size.width)
        for each in self._placed:
            for y, segments in enumerate(self._cell(each), start=each.y):
                if y < size.height:
                    rows[y] += segments
        return [Strip(row).adjust_cell_length(size.width, plain) for row in rows]

    def _title(self, left: Line, right: Line, width: int) -> list[Segment]:
        tail = cut(right.text, width // 2 + 8)
        head = cut(left.text, width - cell_len(tail) - 3)
        gap = " " * (width - cell_len(head) - cell_len(tail) - 2)
        ink = self._ink
        return [
            Segment(" ", ink("")),
            Segment(head, ink(left.tone)),
            Segment(gap, ink("")),
            Segment(tail, ink(right.tone)),
            Segment(" ", ink("")),
        ]

    def _cell(self, placed: Placed) -> Iterable[list[Segment]]:
        cell, width, height = placed.cell, placed.width, placed.height
        if cell.what is None:
            return self._text(cell, width, height)
        down = placed is self._down
        frame = self._ink("go" if cell.go or down else "rule")
        corners = _DOUBLE if down else _HEAVY if cell.go else _ROUND
        inside = self._text(cell, width - 2, height - 2, reverse=down)
        top = Segment(corners[0] + corners[1] * (width - 2) + corners[2], frame)
        foot = Segment(corners[4] + corners[1] * (width - 2) + corners[5], frame)
        side = Segment(corners[3], frame)
        return [[top], *([side, *row, side] for row in inside), [foot]]

    def _text(self, cell: Cell, width: int, height: int, *, reverse: bool = False) -> list[list[Segment]]:
        inner = width - 2 if cell.look in ("left", "top") else width
        rows: list[tuple[str, Tone]] = [
            (text, line.tone) for line in cell.lines for text in ([line.text] if cell.look == "paper" else wrapped(line.text, inner))
        ]
        if len(rows) > height:
            rows = _shortened(cell.lines, rows, height, inner)
        above = min(1, height - len(rows)) if cell.look == "top" else (height - len(rows)) // 2
        blank = self._ink("paper" if cell.look == "paper" else "")
        turned = Style(reverse=True) if reverse else Style()
        found: list[list[Segment]] = [[Segment(" " * width, blank + turned)] for _ in range(height)]
        for y, (text, tone) in enumerate(rows[:height], start=max(above, 0)):
            ink = self._ink("paper" if cell.look == "paper" else tone) + turned
            free = max(width - cell_len(text), 0)
            before = 1 if cell.look in ("left", "top") and free else free // 2
            parts = (" " * before, *(_RUNS.findall(text) if cell.look == "paper" else (text,)), " " * (free - before))
            found[y] = [Segment(part, ink) for part in parts if part]
        return found

    def _ink(self, tone: str) -> Style:
        return self.get_component_rich_style(f"stage--{tone}") if tone else self.rich_style


def wrapped(text: str, width: int) -> list[str]:
    """Return text in lines of at most ``width`` cells, broken between words; a longer word is cut."""
    lines: list[str] = []
    for word in safe_text(text).split(" "):
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(cut(word, width))
    return lines


def _shortened(lines: tuple[Line, ...], rows: list[tuple[str, Tone]], height: int, width: int) -> list[tuple[str, Tone]]:
    """Return the rows of a cell that has too many: the first line may take what the others, one row each, leave."""
    if height <= 0 or not lines:
        return []
    rest = [(cut(line.text, width), line.tone) for line in lines[1:]][: height - 1]
    first = wrapped(lines[0].text, width)
    most = height - len(rest)
    if len(first) > most:
        first = [*first[: most - 1], cut(" ".join(first[most - 1 :]), width)]
    return [*((text, lines[0].tone) for text in first), *rest]
