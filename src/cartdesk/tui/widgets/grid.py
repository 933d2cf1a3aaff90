"""A list in columns that paints only the rows in sight, for ten rows or ten thousand.

The carts, bill, why, compare, history and help screens show their rows with it; they hand over any sequence and a function that draws one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cartdesk.language import message
from cartdesk.tui.widgets.cells import Cell, Piece, draw_cell, share_widths

_GUTTER = 2


class Column(NamedTuple):
    """One column of a grid."""

    title: str = ""
    width: int | None = None
    """In cells; None shares what the others leave."""
    right: bool = False
    """True for amounts and counts."""
    from_width: int = 0
    """The narrowest grid, in cells, that shows this column."""


def _wide_enough(column: Column) -> Column:
    """Return a column that is as wide as its title, which is longer in some languages."""
    return column if not column.width or not column.title else column._replace(width=max(column.width, cell_len(column.title)))


class Row(NamedTuple):
    """One row, drawn: a cell for each column."""

    cells: tuple[Cell, ...]
    heading: bool = False
    """True for a row that names what follows."""
    muted: bool = False
    """True for a row that is history: drawn dim as a whole."""
    wide: bool = False
    """True where the second cell is a sentence that takes the room of all columns behind it."""


class Grid(ScrollView, can_focus=True):
    """Rows in columns with one row under the cursor.

    ``up``, ``down``, ``pageup``, ``pagedown``, ``home`` and ``end`` move; ``enter`` or a click on the row under the cursor chooses it.
    """

    DEFAULT_CSS = """
    Grid {
        background: transparent;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & > .grid--header { color: $quiet; }
        & > .grid--heading { color: $text-accent; text-style: bold; }
        & > .grid--cursor { background: $here-quiet; }
        & > .grid--dim { color: $quiet; }
        & > .grid--strong { text-style: bold; }
        & > .grid--good { color: $text-success; }
        & > .grid--warn { color: $text-warning; }
        & > .grid--accent { color: $accent; }
        & > .grid--bar { color: $secondary; }
        & > .grid--off { color: $quiet; }
        & > .grid--empty { color: $quiet; }
        &:focus > .grid--cursor { background: $here; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "grid--header", "grid--heading", "grid--cursor", "grid--dim", "grid--strong", "grid--good", "grid--warn", "grid--accent",
        "grid--bar", "grid--off", "grid--empty",
    }  # fmt: skip

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", message("Up"), show=False),
        Binding("down", "move(1)", message("Down"), show=False),
        Binding("pageup", "page(-1)", message("Page up"), show=False),
        Binding("pagedown", "page(1)", message("Page down"), show=False),
        Binding("home", "edge(0)", message("First"), show=False),
        Binding("end", "edge(1)", message("Last"), show=False),
        Binding("enter", "choose", message("Choose"), show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    """The index of the row under the cursor, 0 also when there is none."""

    class Moved(Message):
        """Another row is under the cursor."""

        def __init__(self, grid: Grid, index: int) -> None:
            super().__init__()
            self.grid = grid
            self.index = index

        @property
        def control(self) -> Grid:
            """The grid whose cursor moved."""
            return self.grid

    class Chosen(Message):
        """A row was chosen with Enter or by clicking the row under the cursor."""

        def __init__(self, grid: Grid, index: int) -> None:
            super().__init__()
            self.grid = grid
            self.index = index

        @property
        def control(self) -> Grid:
            """The grid whose row was chosen."""
            return self.grid

    def __init__(self, *columns: Column, draw: Callable[[Any], Row], empty: str = "", points: bool = True, id: str | None = None) -> None:
        """Make an empty grid.

        Args:
            columns: from left to right.
            draw: makes the :class:`Row` of one of the values given to :meth:`show`.
            empty: the sentence shown when there are no rows.
            points: False for a list that is only read: its cursor is drawn while it has the focus, and only then.
            id: the widget's id.
        """
        super().__init__(id=id)
        self._points = points
        self._columns = tuple(map(_wide_enough, columns))
        self._draw = draw
        self._empty = empty
        self._rows: Sequence[Any] = ()
        self._headed = any(column.title for column in columns)
        self._inks: dict[tuple[str, str], Style] = {}

    @property
    def rows(self) -> Sequence[Any]:
        """What was given to :meth:`show`."""
        return self._rows

    @property
    def current(self) -> Any | None:
        """The value of the row under the cursor, or None when there is no row."""
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    def show(self, rows: Sequence[Any], *, cursor: int | None = None, empty: str | None = None, sparing: bool = False) -> None:
        """Show other rows; the cursor stays at its place, or goes to ``cursor``.

        Args:
            rows: what to show.
            cursor: where the cursor goes.
            empty: the sentence where there are none.
            sparing: draw only rows that are not what they were; for lists whose rows alone say how they look.
        """
        before, self._rows = self._rows, rows
        if empty is not None:
            self._empty = empty
        self._measure()
        wanted = self.cursor if cursor is None else cursor
        self.cursor = max(min(wanted, len(rows) - 1), 0)
        self._reveal()
        self._redraw(before if sparing else ())
        self.post_message(self.Moved(self, self.cursor))

    def _redraw(self, before: Sequence[Any]) -> None:
        """Draw what differs: where as many rows stand as before, only those in sight that are not what they were."""
        if len(before) != len(self._rows) or not before:
            self.refresh()
            return
        top = self.scroll_offset.y
        for index in range(top, min(top + max(self._body_height, 0), len(before))):
            old, new = before[index], self._rows[index]
            if old is not new and old != new and self._draw(old) != self._draw(new):
                self.refresh(Region(0, index - top + self._headed, self.size.width, 1))

    def set_columns(self, *columns: Column) -> None:
        """Show other columns; the next :meth:`show` hands over rows that fit them."""
        self._columns = tuple(map(_wide_enough, columns))
        self._headed = any(column.title for column in columns)
        self._measure()
        self.refresh()

    def watch_cursor(self, before: int, after: int) -> None:
        """Bring the row into sight and tell the screen."""
        if before != after:
            top = self.scroll_offset.y
            self._reveal()
            if self.scroll_offset.y == top:
                for index in (before, after):
                    self.refresh(Region(0, index - top + self._headed, self.size.width, 1))
            self.post_message(self.Moved(self, after))

    def notify_style_update(self) -> None:
        """Forget the inks of the theme before."""
        super().notify_style_update()
        self._inks.clear()

    def on_resize(self) -> None:
        """Measure again: columns come and go with the width, and the cursor stays in sight."""
        self._measure()
        self._reveal()

    def press(self, key: str) -> None:
        """Move as a key does, for a search line that keeps the focus."""
        by = {"up": -1, "down": 1}.get(key)
        if by is not None:
            self.action_move(by)
        elif key in ("pageup", "pagedown"):
            self.action_page(-1 if key == "pageup" else 1)
        elif key == "enter":
            self.action_choose()

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self.cursor = max(min(self.cursor + by, len(self._rows) - 1), 0)

    def action_page(self, by: int) -> None:
        """Move the cursor by a screenful."""
        self.action_move(by * max(self._body_height - 1, 1))

    def action_edge(self, end: int) -> None:
        """Move the cursor to the first row, or the last."""
        self.cursor = max(len(self._rows) - 1, 0) if end else 0

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self.current is not None:
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row; on the row under the cursor, choose it."""
        inside = event.get_content_offset(self)
        index = None if inside is None else self.row_at(inside.y)
        if index is None:
            return
        if index == self.cursor and (self.has_focus or event.chain > 1):
            self.action_choose()
        else:
            self.cursor = index
        self.focus()

    def row_at(self, y: int) -> int | None:
        """Return which row is at line ``y`` of the widget, or None."""
        line = y - self._headed
        index = line + self.scroll_offset.y
        return index if line >= 0 and index < len(self._rows) else None

    def render_line(self, y: int) -> Strip:
        """Draw one line of what is in sight."""
        width = self.scrollable_content_region.width
        if not self._rows:
            return self._empty_line(y, width)
        if self._headed and y == 0:
            return self._strip(Row(tuple(Piece(column.title) for column in self._columns)), width, "header")
        index = self.row_at(y)
        if index is None:
            return Strip.blank(width, self._ink("", ""))
        row = self._draw(self._rows[index])
        here = index == self.cursor and (self._points or self.has_focus)
        return self._strip(row, width, "cursor" if here else "heading" if row.heading else "dim" if row.muted else "")

    @property
    def _body_height(self) -> int:
        return self.scrollable_content_region.height - self._headed

    def _measure(self) -> None:
        size = Size(self.scrollable_content_region.width, len(self._rows) + self._headed)
        bar = self.show_vertical_scrollbar
        if not self.is_mounted or size.width != self.virtual_size.width or bar != (size.height > self.container_size.height):
            self.virtual_size = size
        elif size != self.virtual_size:
            # Only how far one can scroll has changed: nothing else on the screen has to be laid out anew.
            self.set_reactive(Grid.virtual_size, size)
            if bar:
                self.vertical_scrollbar.window_virtual_size = size.height
            self.scroll_y = self.validate_scroll_y(self.scroll_y)

    def _reveal(self) -> None:
        if self._body_height <= 0:
            return
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True, immediate=True)
        elif self.cursor >= top + self._body_height:
            self.scroll_to(y=self.cursor - self._body_height + 1, animate=False, force=True, immediate=True)

    def _strip(self, row: Row, width: int, base: str) -> Strip:
        shown = [(column, cell) for column, cell in zip(self._columns, row.cells, strict=True) if width >= column.from_width]
        widths = share_widths([column.width for column, _ in shown], width - _GUTTER)
        if row.wide and len(shown) > 1:
            widths = [widths[0], max(width - _GUTTER - widths[0] - 1, 0)]
            shown = [shown[0], (Column(), shown[1][1])]

        def ink(tone: str) -> Style:
            return self._ink(base, tone)

        segments = [Segment("▸ " if base == "cursor" else "  ", ink("accent" if base == "cursor" else ""))]
        for place, ((column, cell), size) in enumerate(zip(shown, widths, strict=True)):
            if place:
                segments.append(Segment(" ", ink("")))
            segments.extend(draw_cell(cell, size, ink, right=column.right))
        return Strip(segments).adjust_cell_length(width, ink("")).simplify()

    def _empty_line(self, y: int, width: int) -> Strip:
        style = self._ink("", "empty")
        if y != min(2, max(self.size.height - 1, 0)):
            return Strip.blank(width, style)
        return Strip([Segment("  ", style), *draw_cell(self._empty, width - 2, lambda _: style)]).adjust_cell_length(width, style)

    def _ink(self, base: str, tone: str) -> Style:
        """Return the style of a tone on a kind of row, its colours resolved against what lies behind."""
        known = self._inks.get((base, tone))
        if known is None:
            background = self.background_colors[1]
            foreground, extra = background + self.colors[3], Style()
            for name in filter(None, (base, tone)):
                styles = self.get_component_styles(f"grid--{name}")
                background = background + styles.background if styles.has_rule("background") else background
                if styles.has_rule("auto_color") and styles.auto_color:
                    foreground = background.get_contrast_text(styles.color.a)
                elif styles.has_rule("color"):
                    foreground = background + styles.color
                extra = extra + styles.text_style
            known = self._inks[base, tone] = Style.from_color(foreground.rich_color, background.rich_color) + extra
        return known

    def region_of(self, index: int) -> Region:
        """Return where a row is on the screen, for pointing at it."""
        return Region(self.region.x, self.region.y + index - self.scroll_offset.y + self._headed, self.size.width, 1)
