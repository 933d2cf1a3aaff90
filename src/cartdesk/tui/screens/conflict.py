"""Both sides of what collided with the server, side by side, what each does to the totals, and the choice line by line.

``CartdeskApp`` opens it from the Sync page and for the entry ``conflict``. Leaving it with Esc decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from cartdesk.desk.choosing import Dispute, Side, disputes, link_of, priced_as
from cartdesk.desk.commands.syncing import Choose
from cartdesk.documents.money import format_money, period_suffix
from cartdesk.errors import CartdeskError
from cartdesk.language import message, tr
from cartdesk.tui.plain import content, join
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.cells import Piece
from cartdesk.tui.widgets.grid import Column, Grid, Row

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.view import DeskView
    from cartdesk.pricing.priced import PricedCart

_SETTLED = message("Nothing is to be chosen any more. Esc goes back.")


class ConflictScreen(Sheet):
    """Here and there, side by side."""

    CSS_PATH = "conflict.tcss"
    WHERE = "conflict"
    AUTO_FOCUS = "#disputes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "turn", message("Other side"), tooltip=message("Mark the other side of this line.")),
        Binding("left", "mark('here')", message("Here"), tooltip=message("Mark what is here.")),
        Binding("right", "mark('there')", message("There"), tooltip=message("Mark what is on the server.")),
        Binding("h", "all('here')", message("All here"), tooltip=message("Mark everything that is here.")),
        Binding("t", "all('there')", message("All there"), tooltip=message("Mark everything that is on the server.")),
        Binding(
            "k", "keep", message("Keep the marked"), tooltip=message("Keep the marked sides, as Enter does; both stay in the history.")
        ),
    ]

    def __init__(self, desk: Desk, cart_id: str) -> None:
        """Make the page.

        Args:
            desk: the desk.
            cart_id: the cart in which something is to be chosen.
        """
        super().__init__(desk)
        self.cart_id = cart_id
        self._disputes: tuple[Dispute, ...] = ()
        self._sides: list[Side] = []
        self._seen: tuple[str, ...] = ()

    def body(self) -> ComposeResult:
        """Whose cart it is, the two sides of each line, and the totals."""
        yield Static(id="title")
        yield Grid(
            Column(""),
            Column(tr("here"), 24),
            Column("", 4),
            Column(tr("there"), 24),
            Column("", 4),
            draw=lambda place: self._draw(place),
            empty=tr(_SETTLED),
            id="disputes",
        )
        yield Static(id="totals")

    def view_changed(self, view: DeskView) -> None:
        """Read both sides again; choices stay where the lines are the same."""
        try:
            seen = tuple("/".join(clash.path) for clash in link_of(self.desk, self.cart_id).clashes)
            found = disputes(self.desk, self.cart_id)
        except CartdeskError:
            seen, found = (), ()
        if seen != self._seen or len(found) != len(self._sides):
            self._sides = [each.marked for each in found]
        self._seen, self._disputes = seen, found
        row = self.desk.store.cart_row(self.cart_id)
        name = (row.label or row.contact or self.cart_id) if row is not None else self.cart_id
        self.query_one("#title", Static).update(
            join(content(tr("Cart {name}", name=name), "bold"), content(tr("  changed here and on the server"), "$quiet"))
        )
        self._show()

    def _show(self) -> None:
        grid = self.query_one("#disputes", Grid)
        grid.show(range(len(self._disputes)), cursor=min(grid.cursor, max(len(self._disputes) - 1, 0)))
        self.query_one("#totals", Static).update(Content("\n").join(content(line) for line in self._totals()))

    def _totals(self) -> list[str]:
        if not self._disputes:
            return []
        here: list[Side] = ["here" for _ in self._disputes]
        there: list[Side] = ["there" for _ in self._disputes]
        try:
            sums = [_sums(priced_as(self.desk, self.cart_id, sides)) for sides in (here, there, self._sides)]
        except CartdeskError as error:
            return [str(error)]
        lines = [f"{'':24}{tr('all here'):>16}{tr('all there'):>16}{tr('as marked'):>16}"]
        for name in dict.fromkeys(key for each in sums for key in each):
            lines.append(f"{name:24}" + "".join(f"{each.get(name, '0'):>16}" for each in sums))
        return lines

    def _draw(self, place: int) -> Row:
        each, side = self._disputes[place], self._sides[place]
        here, there = side == "here", side == "there"
        return Row(
            (
                (Piece(each.what), Piece(f"  {each.kind}", "dim")),
                Piece(each.here, "strong" if here else "dim"),
                Piece("(•)" if here else "( )", "accent" if here else "dim"),
                Piece(each.there, "strong" if there else "dim"),
                Piece("(•)" if there else "( )", "accent" if there else "dim"),
            )
        )

    def action_turn(self) -> None:
        """Mark the other side of the line under the cursor."""
        place = self.query_one("#disputes", Grid).cursor
        if place < len(self._sides):
            self.action_mark("there" if self._sides[place] == "here" else "here")

    def action_mark(self, side: Side) -> None:
        """Mark a side of the line under the cursor."""
        place = self.query_one("#disputes", Grid).cursor
        if place < len(self._sides):
            self._sides[place] = side
            self._show()

    def action_all(self, side: Side) -> None:
        """Mark one side of everything."""
        self._sides = [side for _ in self._sides]
        self._show()

    @on(Grid.Chosen, "#disputes")
    async def keep(self) -> None:
        """Keep the marked."""
        await self.action_keep()

    async def action_keep(self) -> None:
        """Keep the marked sides and go back."""
        if not self._disputes:
            return
        outcome = await self.shop.perform(Choose(self.cart_id, self._seen, tuple(self._sides)))
        if outcome is not None:
            self.leave(outcome.said)


def _sums(priced: PricedCart) -> dict[str, str]:
    sums = {tr("due now"): format_money(priced.due_now.tax_included)}
    for total in priced.totals:
        if total.period is not None:
            sums[tr("every period ({often})", often=period_suffix(total.period))] = format_money(total.steady.tax_included)
    return sums
