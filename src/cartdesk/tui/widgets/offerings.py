"""The list of offerings: any number of rows, of which only those in sight are made.

The desk screen gives it row numbers that the catalog found; it asks the catalog for a row when it draws one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from cartdesk.language import ctr, message, tr
from cartdesk.tui.widgets.cells import Piece
from cartdesk.tui.widgets.grid import Column, Grid, Row
from cartdesk.tui.widgets.money import SUFFIX_WIDTH, amount_cell

if TYPE_CHECKING:
    from cartdesk.catalog import OfferingRow


class OfferingList(Grid):
    """Offerings with their code, what is due now and what is due every period."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "screen.browse", message("Categories"), show=False),
        Binding("right", "screen.shelf", message("Cart"), show=False),
    ]

    def __init__(self, row_of: Callable[[int], OfferingRow], *, id: str) -> None:
        super().__init__(*_columns(), draw=self._drawn, id=id)
        self._row_of = row_of

    @property
    def offering(self) -> OfferingRow | None:
        """The offering under the cursor."""
        number = self.current
        return None if number is None else self._row_of(number)

    def _drawn(self, number: int) -> Row:
        return offering_row(self._row_of(number))


_STATUSES = (message("not yet"), message("no longer"), message("not sellable"))
"""Why an offering is not sold, as the catalog says it."""


def _columns() -> tuple[Column, ...]:
    """Return the columns, as wide as the language's words behind the amounts need them."""
    once = 8 + max(cell_len(ctr("column", "now")) + 1, SUFFIX_WIDTH)
    every = 8 + max(cell_len(tr("/mo")), SUFFIX_WIDTH)
    return (
        Column(),
        Column(width=9, from_width=68),
        Column(width=once, right=True),
        Column(width=every, right=True),
        Column(width=0),  # keeps the amounts off the scroll bar
    )


def offering_row(row: OfferingRow) -> Row:
    """Return an offering as cells: its name, code, one-off and recurring price."""
    sold = row.status == "sold"
    name: tuple[Piece, ...] = (Piece(row.name),) if sold else (Piece(row.name, "dim"), Piece(f"  {tr(row.status)}", "warn"))
    if row.from_price:
        name = (*name, Piece(tr("  from"), "dim"))
    recurring, once = amount_cell(row.recurring, row.period), amount_cell(row.one_off, once=ctr("column", "now"))
    if not recurring and not once:
        recurring = (Piece((tr("by use") if row.usage else tr("free")).ljust(10), "dim"),)
    return Row((name, Piece(row.id, "dim"), once, recurring, ""), muted=not sold)
