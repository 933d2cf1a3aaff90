"""The browse pane: the category tree with its counts, and the filters as switches.

The desk screen listens to :class:`BrowseList.Picked` and narrows the offerings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from cartdesk.language import message, tr
from cartdesk.tui.widgets.cells import Piece
from cartdesk.tui.widgets.grid import Column, Grid, Row

if TYPE_CHECKING:
    from cartdesk.catalog import CategoryRow, FilterRow


class Shelf(NamedTuple):
    """A category in the tree; the one without an id is everything."""

    id: str | None
    name: str
    size: int
    depth: int = 0
    opens: bool = False
    """True where categories lie below it."""
    open: bool = False
    chosen: bool = False


class Switch(NamedTuple):
    """A filter that is on or off."""

    key: str
    label: str
    size: int
    on: bool


class Heading(NamedTuple):
    """A word over what follows."""

    text: str


Entry = Shelf | Switch | Heading


class BrowseList(Grid):
    """Categories and filters. The cursor's category is shown at once; Enter, Space or a click switches a filter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", message("Switch"), show=False),
        Binding("right", "open(True)", message("Open"), show=False),
        Binding("left", "open(False)", message("Close"), show=False),
    ]

    class Past(Message):
        """``right`` was pressed where nothing opens: the offerings are meant."""

    class Picked(Message):
        """Another category is chosen, or other filters are on."""

        def __init__(self, category: str | None, filters: frozenset[str]) -> None:
            super().__init__()
            self.category = category
            self.filters = filters

    def __init__(self, *, id: str) -> None:
        super().__init__(Column(), Column(width=3, right=True), draw=_drawn, id=id)
        self._categories: Sequence[CategoryRow] = ()
        self._filters: Sequence[FilterRow] = ()
        self.total = 0
        """How many offerings the catalog has."""
        self._opened: set[str] = set()
        self.category: str | None = None
        self.filters: frozenset[str] = frozenset()

    @property
    def category_name(self) -> str:
        """What the chosen category is called."""
        return next((each.name for each in self._categories if each.id == self.category), tr("All"))

    @property
    def filter_labels(self) -> list[str]:
        """What the filters that are on are called."""
        return [each.label for each in self._filters if each.key in self.filters]

    def load(self, categories: Sequence[CategoryRow], filters: Sequence[FilterRow], total: int) -> None:
        """Show a catalog's categories and filters."""
        digits = max(len(f"{total:,}"), 3)
        self.set_columns(Column(), Column(width=digits, right=True))
        self._categories, self._filters, self.total = [each for each in categories if each.id is not None], filters, total
        known = {each.key for each in filters}
        if self.filters - known:
            self.filters &= known
            self.post_message(self.Picked(self.category, self.filters))
        self._write()

    def action_move(self, by: int) -> None:
        """Move the cursor past headings; a category is shown as soon as the cursor is on it."""
        super().action_move(by)
        if isinstance(self.current, Heading):
            super().action_move(1 if by > 0 else -1)
        if isinstance(self.current, Shelf):
            self._pick(self.current)

    def on_click(self, event: events.Click) -> None:
        """Choose the category, or switch the filter, that was clicked."""
        event.prevent_default()
        inside = event.get_content_offset(self)
        index = None if inside is None else self.row_at(inside.y)
        if index is not None:
            self.cursor = index
            self.action_choose()

    def action_edge(self, end: int) -> None:
        """Move to the first or last row and show it."""
        super().action_edge(end)
        if isinstance(self.current, Shelf):
            self._pick(self.current)

    def action_open(self, opened: bool) -> None:
        """Open or close the category under the cursor; closing one that is closed goes to the one above it."""
        here = self.current
        if not isinstance(here, Shelf) or here.id is None or (opened and (here.open or not here.opens)):
            if opened:
                self.post_message(self.Past())
            return
        if here.opens and opened != here.open:
            (self._opened.add if opened else self._opened.discard)(here.id)
            self._write()
        elif not opened and here.depth:
            above = next((n for n in range(self.cursor - 1, -1, -1) if _depth(self.rows[n]) < here.depth), 0)
            self.action_move(above - self.cursor)

    def action_choose(self) -> None:
        """Choose the category under the cursor, or switch the filter."""
        match self.current:
            case Shelf() as shelf:
                if shelf.opens and shelf.id is not None and shelf.chosen:
                    self.action_open(not shelf.open)
                self._pick(shelf)
            case Switch(key=key):
                self.filters = self.filters ^ {key}
                self._write()
                self.post_message(self.Picked(self.category, self.filters))
            case _:
                pass

    def show_all(self) -> None:
        """Choose every category and switch every filter off."""
        self.category, self.filters = None, frozenset()
        self.cursor = 0
        self._write()
        self.post_message(self.Picked(None, self.filters))

    def _pick(self, shelf: Shelf) -> None:
        if shelf.id != self.category:
            self.category = shelf.id
            self._write()
            self.post_message(self.Picked(self.category, self.filters))

    def _write(self) -> None:
        below = {each.parent for each in self._categories if each.parent}
        rows: list[Entry] = [Shelf(None, tr("All"), self.total, chosen=self.category is None)]
        seen: set[str | None] = {None}
        for each in self._categories:
            if each.depth == 0 or (each.parent in seen and each.parent in self._opened):
                seen.add(each.id)
                rows.append(
                    Shelf(each.id, each.name, each.count, each.depth, each.id in below, each.id in self._opened, each.id == self.category)
                )
        if self._filters:
            rows.append(Heading(tr("Filters")))
            rows += [Switch(each.key, each.label, each.count, each.key in self.filters) for each in self._filters]
        self.show(rows)


def _depth(entry: Entry) -> int:
    return entry.depth if isinstance(entry, Shelf) else 0


def _drawn(entry: Entry) -> Row:
    match entry:
        case Heading(text=text):
            return Row((Piece(text, "dim"), Piece("")))
        case Switch(label=label, size=size, on=on):
            return Row(((Piece("[x] " if on else "[ ] ", "accent" if on else "dim"), Piece(label)), Piece(f"{size:,}", "dim")))
        case Shelf():
            twig = ("▾ " if entry.open else "▸ ") if entry.opens else "  "
            name = Piece(entry.name, "strong" if entry.chosen else "")
            return Row(((Piece("  " * entry.depth + twig, "dim"), name), Piece(f"{entry.size:,}", "dim")))
