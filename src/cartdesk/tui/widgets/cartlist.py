"""The cart's lines: what was put in, what it is made of, what is wrong with it and the entry that mends it.

The desk screen gives it a ``CartView``; it flattens the lines into rows of which only those in sight are drawn.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from cartdesk.language import message, tr
from cartdesk.text import safe_text
from cartdesk.tui.widgets.cells import Piece, Tone, draw_cell
from cartdesk.tui.widgets.grid import Column, Grid, Row
from cartdesk.tui.widgets.money import amount_cell

if TYPE_CHECKING:
    from cartdesk.desk.view import CartView, DetailView, FindingView, LineView

_INDENT = "    "
EMPTY = message("Nothing in this cart yet: type a code and press Enter, or press + on an offering.")


class CartRow(NamedTuple):
    """One row of the pane: a line, something below it, or a finding about the whole cart."""

    line: LineView | None = None
    detail: DetailView | None = None
    once: bool = False
    """True for the row with the one-off amount of a line that also has a recurring one."""
    said: str = ""
    """A part of the sentence that says what is wrong."""
    mend: tuple[str, str] | None = None
    """What would put it right: its label and its entry."""

    @property
    def is_stop(self) -> bool:
        """True where the cursor rests: on lines, and on what mends them."""
        return self.detail is None and not self.once and not self.said


Made = tuple[tuple[int, "LineView", "tuple[FindingView, ...]"], list[CartRow]]
"""A line's rows, and what they were made from."""


class CartList(Grid):
    """The lines of the current cart."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("left", "screen.shelf", message("Offerings"), show=False)]

    class Mend(Message):
        """The mending entry of the finding under the cursor was asked for."""

        def __init__(self, entry: str) -> None:
            super().__init__()
            self.entry = entry

    def __init__(self, *, id: str) -> None:
        super().__init__(Column(width=2), Column(), Column(width=13, right=True), draw=_drawn, empty=tr(EMPTY), id=id)
        self._cart: CartView | None = None
        self._made: dict[str, Made] = {}

    @property
    def line(self) -> LineView | None:
        """The line the cursor is on, or below which it stands."""
        row: CartRow | None = self.current
        return None if row is None else row.line

    @property
    def mend(self) -> tuple[str, str] | None:
        """What the row under the cursor offers: its label and its entry."""
        row: CartRow | None = self.current
        return None if row is None else row.mend

    def load(self, cart: CartView) -> None:
        """Show a cart. The cursor stays on its line; after something was added it goes to the new line."""
        if self._cart is not None and cart.lines is self._cart.lines and cart.findings is self._cart.findings:
            return
        before = {line.item_id for line in self._cart.lines} if self._cart is not None else set()
        here = self.line.item_id if self.line is not None else None
        fresh = [line.item_id for line in cart.lines if line.item_id not in before]
        self._cart = cart
        self._write(fresh[-1] if fresh and len(fresh) < len(cart.lines) else here)

    def on_resize(self) -> None:
        """Wrap the sentences to the new width."""
        self._write(self.line.item_id if self.line is not None else None)

    def _write(self, item_id: str | None) -> None:
        if self._cart is None:
            return
        rows = rows_of(self._cart, self.scrollable_content_region.width, self._made)
        place = next((n for n, row in enumerate(rows) if row.is_stop and row.line is not None and row.line.item_id == item_id), None)
        self.show(rows, cursor=self._stop(rows, self.cursor if place is None else place), sparing=True)

    def action_move(self, by: int) -> None:
        """Move from line to line and to findings, past what only explains."""
        step = 1 if by > 0 else -1
        place = max(min(self.cursor + by, len(self.rows) - 1), 0)
        while 0 <= place < len(self.rows) and not self.rows[place].is_stop:
            place += step
        if 0 <= place < len(self.rows):
            self.cursor = place
        elif step > 0:
            self.action_edge(1)

    def action_edge(self, end: int) -> None:
        """Go to the first or the last line."""
        if self.rows:
            self.cursor = self._stop(self.rows, len(self.rows) - 1 if end else 0)

    def on_click(self, event: events.Click) -> None:
        """Do what mends a finding where that was clicked; below a line, go to the line."""
        inside = event.get_content_offset(self)
        index = None if inside is None else self.row_at(inside.y)
        if index is not None:
            event.prevent_default()
            self.cursor = self._stop(self.rows, index)
            if self.cursor == index:
                self.action_choose()

    def action_choose(self) -> None:
        """Mend the finding under the cursor; a line itself is only pointed at."""
        if self.mend is not None:
            self.post_message(self.Mend(self.mend[1]))

    def _strip(self, row: Row, width: int, base: str) -> Strip:
        if len(row.cells) > 1:
            return super()._strip(row, width, base)
        mark = Segment("▸ " if base == "cursor" else "  ", self._ink(base, "accent"))
        return Strip([mark, *draw_cell(row.cells[0], width - 2, lambda tone: self._ink(base, tone))]).simplify()

    @staticmethod
    def _stop(rows: Sequence[CartRow], place: int) -> int:
        place = max(min(place, len(rows) - 1), 0)
        while place > 0 and not rows[place].is_stop:
            place -= 1
        return place


def rows_of(cart: CartView, width: int, made: dict[str, Made] | None = None) -> list[CartRow]:
    """Return a cart as the rows of a pane ``width`` cells wide; sentences about what is wrong are wrapped, names never.

    Args:
        cart: what to show.
        width: in cells.
        made: the rows made before, by item; lines that are the same are taken from there, and it is brought up to date.
    """
    rows: list[CartRow] = []
    before, after = made or {}, {}
    by_item: dict[str | None, tuple[FindingView, ...]] = {}
    for finding in cart.findings:
        by_item[finding.item_id] = (*by_item.get(finding.item_id, ()), finding)
    for line in cart.lines:
        found = by_item.pop(line.item_id, ())
        known = before.get(line.item_id)
        if known is None or known[0] != (width, line, found):
            known = ((width, line, found), list(_line_rows(line, found, width)))
        after[line.item_id] = known
        rows += known[1]
    for rest in by_item.values():
        for finding in rest:
            rows += _about(None, finding, width)
    if made is not None:
        made.clear()
        made.update(after)
    return rows


def _line_rows(line: LineView, found: tuple[FindingView, ...], width: int) -> Iterator[CartRow]:
    yield CartRow(line)
    if line.one_off is not None and line.recurring is not None:
        yield CartRow(line, once=True)
    for detail in line.details:
        yield from _parts(line, detail, width)
    for finding in found:
        yield from _about(line, finding, width)
    if line.problem and not any(finding.sentence == line.problem for finding in found):
        for part in _wrapped(line.problem, width):
            yield CartRow(line, said=part)


def _parts(line: LineView, detail: DetailView, width: int) -> Iterator[CartRow]:
    if detail.kind != "note":
        yield CartRow(line, detail)
        return
    for part in textwrap.wrap(safe_text(detail.text), max(width - 6, 12)):
        yield CartRow(line, replace(detail, text=part))


def _about(line: LineView | None, finding: FindingView, width: int) -> Iterator[CartRow]:
    for part in _wrapped(finding.sentence, width):
        yield CartRow(line, said=part)
    for label, entry in finding.mends:
        yield CartRow(line, mend=(label, entry))


@lru_cache(512)
def _wrapped(sentence: str, width: int) -> list[str]:
    parts = textwrap.wrap(safe_text(sentence), max(width - 8, 12))
    return [f"{'! ' if not place else '  '}{part}" for place, part in enumerate(parts)]


def _drawn(row: CartRow) -> Row:
    if row.mend is not None:
        label, entry = row.mend
        return Row(((Piece(_INDENT), Piece("▸ ", "accent"), Piece(label, "accent"), Piece(f"  {entry}", "dim")),))
    if row.said:
        return Row(((Piece(_INDENT), Piece(row.said, "warn")),))
    line = row.line
    if line is None:
        return Row(("",))
    if row.detail is not None:
        return _detail(row.detail, saved=line.saved)
    if row.once:
        return Row(("", Piece(tr("once, now"), "dim"), amount_cell(line.one_off)), muted=line.saved)
    times = (Piece(f" ×{line.quantity}", "accent"),) if line.quantity != 1 else ()
    later = (Piece(tr("  for later"), "dim"),) if line.saved else ()
    amount = amount_cell(line.recurring, line.period) if line.recurring is not None else amount_cell(line.one_off)
    return Row((Piece(f"{line.number}", "dim"), (Piece(line.name), *times, *later), amount), muted=line.saved)


def _detail(detail: DetailView, *, saved: bool) -> Row:
    tone: Tone = "good" if detail.kind == "alteration" and not saved else "dim"
    if detail.amount is None:
        return Row(((Piece(" " * 3), Piece(detail.text, tone)),), muted=saved)
    amount = tuple(Piece(piece.text, "dim") for piece in amount_cell(detail.amount, detail.period))
    return Row(("", Piece(detail.text, tone), amount), muted=saved)
