"""Another cart about to be taken into this one: each of its lines with what becomes of it, and the totals before and after.

``CartdeskApp`` opens it for ``merge B`` and from the carts. Nothing is changed before Enter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from cartdesk.desk.command import Focus
from cartdesk.desk.commands import MergeLines
from cartdesk.documents.money import every_words, format_money
from cartdesk.language import message, ntr, tr
from cartdesk.tui.plain import content, join
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.cells import Piece
from cartdesk.tui.widgets.cells import Tone as Ink
from cartdesk.tui.widgets.grid import Column, Grid, Row
from cartdesk.tui.widgets.money import amount_cell

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.command import Command
    from cartdesk.desk.merging import MergeRow, MergeView, Totals
    from cartdesk.desk.view import DeskView

NO_LINES = message("There is no line in that cart. Esc goes back.")
_WORDS: dict[str, tuple[str, Ink]] = {
    "add": (message("[+] add"), "good"),
    "join": (message("[×] count on"), "accent"),
    "leave": (message("[ ] leave"), "dim"),
}


class MergeScreen(Sheet):
    """The lines of the other cart, and what the merged one costs."""

    CSS_PATH = "merge.tcss"
    WHERE = "merge"
    AUTO_FOCUS = "#lines"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space", "turn", message("Other way"), tooltip=message("Take the line, count it onto the one that is the same, or leave it.")
        ),
        Binding("a", "all", message("Take all"), tooltip=message("Take every line in its usual way.")),
        Binding("x", "none", message("Leave all"), tooltip=message("Leave every line where it is.")),
    ]

    def __init__(self, desk: Desk, cart_id: str) -> None:
        """Make the page.

        Args:
            desk: the desk, whose current cart takes lines in.
            cart_id: the cart they come from.
        """
        super().__init__(desk)
        self.cart_id = cart_id
        self._chosen: dict[str, str] = {}
        self._rows: tuple[MergeRow, ...] = ()
        self._read = self.asking(self._show)

    def body(self) -> ComposeResult:
        """The lines, and beside them the totals."""
        yield Static(id="head")
        with Horizontal(id="work"):
            yield Grid(
                Column("", 12),
                Column("", 2, right=True),
                Column(tr("Line")),
                Column(tr("Once"), 11, right=True, from_width=62),
                Column(tr("Every month"), 13, right=True),
                Column(tr("Same as"), 7, right=True, from_width=50),
                draw=_drawn,
                empty=tr(NO_LINES),
                id="lines",
            )
            with Vertical(id="sums"):
                yield Static(id="before")
                yield Static(id="after")
                yield Static(id="amiss")

    def view_changed(self, view: DeskView) -> None:
        """Work it out again: either cart may have changed."""
        self._look()

    def catalog_opened(self) -> None:
        """Show the lines once the catalog can be asked."""
        self._look()

    def standing_on(self) -> Focus:
        """The cart that lines are taken from."""
        return Focus(cart_id=self.cart_id)

    def command_for(self, key: str) -> Command | None:
        """Return the command a key means; merging is done as the lines are marked."""
        command = super().command_for(key)
        return self._command() if isinstance(command, MergeLines) else command

    @on(Grid.Chosen, "#lines")
    async def merge(self) -> None:
        """A line that is clicked again goes another way."""
        self.action_turn()

    def action_turn(self) -> None:
        """Let the line under the cursor go its next way."""
        row: MergeRow | None = self.query_one("#lines", Grid).current
        if row is not None:
            place = (row.ways.index(row.way) + 1) % len(row.ways) if row.way in row.ways else 0
            self._chosen[row.view.item_id] = row.ways[place]
            self._look()

    def action_all(self) -> None:
        """Let every line go its usual way."""
        self._chosen.clear()
        self._look()

    def action_none(self) -> None:
        """Leave every line."""
        self._chosen.update((row.view.item_id, "leave") for row in self._rows)
        self._look()

    def _command(self) -> MergeLines:
        return MergeLines(self.cart_id, tuple((row.view.item_id, row.way) for row in self._rows))

    def _look(self) -> None:
        from cartdesk.desk.merging import merge_rows, merge_view

        if not self.desk.catalog_open:
            return
        chosen = dict(self._chosen)
        desk, cart_id = self.desk, self.cart_id
        # What keys act on is there at once; what it all comes to follows.
        self._rows = merge_rows(desk, cart_id, chosen)
        self.query_one("#lines", Grid).show(self._rows)
        self._read.ask(self.shop.seat, lambda: merge_view(desk, cart_id, chosen))

    def _show(self, view: MergeView) -> None:
        self.query_one("#head", Static).update(
            join(content(tr("Merge "), "bold"), content(view.there, "bold"), content(tr(" into "), "$quiet"), content(view.here, "bold"))
        )
        self.query_one("#before", Static).update(_sums(tr("Now"), view.before, "$quiet"))
        self.query_one("#after", Static).update(_sums(tr("Merged"), view.after, "bold"))
        said = [view.refused] if view.refused else [f"! {sentence}" for sentence in view.amiss[:4]]
        self.query_one("#amiss", Static).update(Content("\n").join(content(each, "$warning") for each in said))
        self.refresh_keys()


def _sums(title: str, totals: Totals, style: str) -> Content:
    lines = ntr("{n} line", "{n} lines", totals.lines)
    rows = [content(f"{title} · {lines}", style), join(content(tr("Due now  "), "$quiet"), content(format_money(totals.due_now), style))]
    for period, amount in totals.every:
        words = every_words(period)
        rows.append(join(content(f"{words[:1].upper()}{words[1:]}  ", "$quiet"), content(format_money(amount), style)))
    return Content("\n").join((*rows, Content("")))


def _drawn(row: MergeRow) -> Row:
    word, tone = _WORDS[row.way]
    view = row.view
    times = (Piece(f" ×{view.quantity}", "accent"),) if view.quantity != 1 else ()
    later = (Piece(tr("  for later"), "dim"),) if view.saved else ()
    same = tr("line {twin}", twin=row.twin) if row.twin is not None else ""
    return Row(
        (
            Piece(tr(word), tone),
            Piece(str(view.number), "dim"),
            (Piece(view.name), *times, *later),
            amount_cell(view.one_off),
            amount_cell(view.recurring, view.period),
            Piece(same, "dim"),
        ),
        muted=row.way == "leave",
    )
