"""What a kiosk's page shows, as plain values: a title, rows of cells, and a bar of buttons; and where each of them stands.

Pages make a :class:`Sheet` for the room there is; ``Stage`` draws it and says which cell was touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

LEAST_WIDTH, LEAST_HEIGHT = 60, 20
"""The smallest terminal a kiosk works on."""
BUTTON_WIDTH, BUTTON_HEIGHT = 14, 5
"""The smallest button, in cells."""
Tone = Literal["", "strong", "dim", "good", "warn", "accent"]


class Line(NamedTuple):
    """One line of a cell; it is wrapped where it is too long."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A button, or a text beside one."""

    lines: tuple[Line, ...] = ()
    what: str | None = None
    """What touching it means to the page; None is a text."""
    go: bool = False
    """True for the thing to do next."""
    cells: int | None = None
    """How wide it is; None takes its share of what is left."""
    look: Literal["", "paper", "left", "top"] = ""
    """paper is dark on white and never wrapped; left is a text from the left, top one from the top left."""
    stack: tuple[Row, ...] = ()
    """Rows of cells that stand in its place."""


@dataclass(frozen=True, slots=True)
class Row:
    """Cells side by side."""

    cells: tuple[Cell, ...]
    height: int | None = None
    """In rows of the terminal; None takes its share of what is left."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is on the screen."""

    rows: tuple[Row, ...]
    title: tuple[Line, Line] | None = None
    """What stands at the left and at the right of the first row."""


class Placed(NamedTuple):
    """A cell and where it stands."""

    cell: Cell
    x: int
    y: int
    width: int
    height: int

    def holds(self, x: int, y: int) -> bool:
        """Say whether a place is inside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(frozen=True, slots=True)
class Room:
    """What there is to fill."""

    width: int
    height: int
    large: bool = False
    """True where the visitor asked for larger buttons."""

    @property
    def enough(self) -> bool:
        """False on a terminal that is too small."""
        return self.width >= LEAST_WIDTH and self.height >= LEAST_HEIGHT

    @property
    def body(self) -> int:
        """Rows between the title and the bar."""
        return self.height - 1 - BUTTON_HEIGHT

    def grid(self, width: int, height: int = BUTTON_HEIGHT, rows: int | None = None) -> tuple[int, int]:
        """Return how many buttons of at least this size there is room for: columns and rows.

        Args:
            width: the least width of one.
            height: its least height.
            rows: the rows there are; the body's where it is None.
        """
        if self.large:
            width, height = min(2 * width, self.width), height + 2
        return max(self.width // width, 1), max((self.body if rows is None else rows) // height, 1)


def place(sheet: Sheet, width: int, height: int) -> list[Placed]:
    """Return every cell of a sheet with its place on a screen of this size; buttons never overlap."""
    top = 0 if sheet.title is None else 1
    return list(_stacked(sheet.rows, 0, top, width, height - top))


def _stacked(rows: Sequence[Row], left: int, y: int, width: int, height: int) -> Iterator[Placed]:
    for row, tall in zip(rows, shares([row.height for row in rows], height), strict=True):
        x = left
        for cell, wide in zip(row.cells, shares([cell.cells for cell in row.cells], width), strict=True):
            if cell.stack:
                yield from _stacked(cell.stack, x, y, wide, tall)
            else:
                yield Placed(cell, x, y, wide, tall)
            x += wide
        y += tall


def shares(fixed: Sequence[int | None], whole: int) -> list[int]:
    """Return what each gets of ``whole``: its own measure, or an equal share of what is left, the first ones one more."""
    rest = max(whole - sum(each for each in fixed if each is not None), 0)
    open_ones = sum(1 for each in fixed if each is None)
    share, more = divmod(rest, open_ones) if open_ones else (0, 0)
    found = []
    for each in fixed:
        if each is not None:
            found.append(each)
            continue
        found.append(share + (1 if more > 0 else 0))
        more -= 1
    return found


def filled(cells: Sequence[Cell], columns: int, rows: int) -> tuple[Row, ...]:
    """Return cells as rows of so many columns, with room kept where there are fewer."""
    found = []
    for at in range(0, columns * rows, columns):
        some = tuple(cells[at : at + columns])
        found.append(Row(some + (Cell(),) * (columns - len(some))))
    return tuple(found)


def bar(*cells: Cell) -> Row:
    """Return the row of buttons at the foot."""
    return Row(cells, BUTTON_HEIGHT)


def button(what: str, *texts: str | Line, go: bool = False) -> Cell:
    """Return a button; its first line is the loud one."""
    lines = tuple(text if isinstance(text, Line) else Line(text, "strong" if not at else "") for at, text in enumerate(texts))
    return Cell(lines, what, go)
