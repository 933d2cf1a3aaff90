"""All orders of this seat: found as you type, followed through their states, cancelled, commented on and rated.

``CartdeskApp`` opens it for Ctrl+T. The rows are small; the order under the cursor is read in full and shown below with its history.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from cartdesk.desk.command import Focus
from cartdesk.desk.commands import CommentOrder, RateOrder, ShowReceipt, TrackOrder
from cartdesk.documents.money import format_money
from cartdesk.language import ctr, message, ntr, tr
from cartdesk.selling.tracking import FOLLOWING, WORDS, can_cancel, comments_of, history_of, state_of
from cartdesk.tmf.money import Money
from cartdesk.tui.plain import content, join
from cartdesk.tui.screens.carts import when_words
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.cells import Piece
from cartdesk.tui.widgets.cells import Tone as Ink
from cartdesk.tui.widgets.finder import Finder, FindLine
from cartdesk.tui.widgets.form import Choice, Field, Form, label_room
from cartdesk.tui.widgets.grid import Column, Grid, Row
from cartdesk.tui.widgets.message import Tone

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.command import Command
    from cartdesk.desk.view import DeskView
    from cartdesk.store.order_rows import OrderRow
    from cartdesk.tmf import ProductOrder

NONE_YET = message("No orders yet. F8 at the desk checks a cart out; Esc goes back to it.")
NONE_FITS = message("No order fits. Shorten what is typed.")
STARS = ("1", "2", "3", "4", "5")
_TONES: dict[str, Ink] = {
    "acknowledged": "accent", "inProgress": "accent", "completed": "good", "pending": "warn", "held": "warn", "partial": "warn",
    "assessingCancellation": "warn", "pendingCancellation": "warn", "cancelled": "dim", "rejected": "dim", "failed": "warn",
}  # fmt: skip


class OrdersScreen(Sheet):
    """Every order of this seat, the last placed first."""

    CSS_PATH = "orders.tcss"
    WHERE = "orders"
    AUTO_FOCUS = "FindLine"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "apply", message("Keep"), show=False),
        Binding("ctrl+r", "focus_row('state')", message("State"), tooltip=message("Say what became of the order.")),
        Binding("ctrl+b", "focus_row('comment')", message("Comment"), tooltip=message("Write down what the customer says of it.")),
        Binding("ctrl+g", "focus_row('rating')", message("Rate"), tooltip=message("Write down how the customer rates it.")),
        Binding("tab", "app.focus_next", message("Next"), tooltip=message("Go on to the list, the state, the comment and the rating.")),
    ]

    def __init__(self, desk: Desk, text: str = "") -> None:
        """Make the page.

        Args:
            desk: the desk.
            text: what is searched for at first.
        """
        super().__init__(desk)
        self._text = text
        self._moment = desk.now()
        self._order: ProductOrder | None = None

    def body(self) -> ComposeResult:
        """The search line, the list, and the order under the cursor with its history and what can be done."""
        yield Finder(tr("Orders"), hint=tr("number, name, e-mail, phone or state"), text=self._text)
        yield Grid(
            Column(tr("Order"), 14),
            Column(tr("Customer")),
            Column(tr("State"), 22),
            Column(ctr("column", "Lines"), 5, right=True, from_width=100),
            Column(tr("Due now"), 11, right=True),
            Column(tr("Rated"), 5, right=True, from_width=90),
            Column(tr("Placed"), 9, right=True, from_width=70),
            draw=self._draw,
            empty=tr(NONE_YET),
        )
        with Horizontal(id="order"):
            with VerticalScroll(id="past", can_focus=False):
                yield Static(id="history")
            with Vertical(id="doing"), Form():
                room = label_room(8, tr("Becomes"), tr("Comment"), tr("Rating"))
                yield Choice(tr("Becomes"), ("–",), -1, label_width=room, id="state", name="state")
                yield Field(tr("Comment"), hint=tr("what the customer says"), label_width=room, name="comment", id="comment")
                yield Choice(tr("Rating"), STARS, -1, label_width=room, id="rating", name="rating")

    def view_changed(self, view: DeskView) -> None:
        """Read the orders again: what changed may be any of them."""
        self._moment = self.desk.now()
        self._search()

    def standing_on(self) -> Focus:
        """The order under the cursor."""
        row: OrderRow | None = self.query_one(Grid).current if self.is_mounted else None
        return Focus(order_id=None if row is None else row.id)

    def is_typing(self, key: str) -> bool:
        """In the search line, Enter shows the receipt of the order under the cursor, and Delete behind the text cancels it."""
        line = self.focused
        if isinstance(line, FindLine) and (key == "enter" or (key == "delete" and line.cursor_at_end)):
            return False
        return super().is_typing(key)

    def command_for(self, key: str) -> Command | None:
        """Return the command a key means; Enter is the receipt in the list and the search only, elsewhere it keeps what a row says."""
        if key == "enter" and not isinstance(self.focused, FindLine | Grid):
            return None
        return super().command_for(key)

    @on(Input.Changed, "FindLine")
    def narrow(self) -> None:
        """Search as it is typed."""
        self._search(cursor=0)

    @on(Grid.Moved)
    def tell(self) -> None:
        """Show the order under the cursor in full."""
        self._show_order()

    @on(Grid.Chosen)
    async def receipt(self) -> None:
        """A chosen order's receipt is shown."""
        if self._order is not None:
            await self.shop.perform(ShowReceipt(self._order.id))

    @on(Field.Entered)
    async def entered(self) -> None:
        """Enter in the comment keeps it."""
        await self.action_apply()

    async def action_apply(self) -> None:
        """Keep what the focused row says: the new state, the comment, the rating."""
        if self._order is None:
            return
        state, rating, comment = self.query_one("#state", Choice), self.query_one("#rating", Choice), self.query_one("#comment", Field)
        if comment.input.has_focus:
            if comment.value.strip() and await self.shop.perform(CommentOrder(self._order.id, comment.value.strip())) is not None:
                comment.value = ""
        elif rating.has_focus and rating.chosen >= 0:
            await self.shop.perform(RateOrder(self._order.id, rating.chosen + 1))
        elif state.has_focus and state.chosen >= 0:
            await self.shop.perform(TrackOrder(self._order.id, self._following[state.chosen]))
        else:
            self.say(tr("Choose with ← → first, then Enter."), Tone.PLAIN)

    def action_focus_row(self, name: str) -> None:
        """Go to a row."""
        row = self.query_one(f"#{name}")
        (row.input if isinstance(row, Field) else row).focus()

    @property
    def _following(self) -> tuple[str, ...]:
        return FOLLOWING.get(state_of(self._order), ()) if self._order is not None else ()

    def _search(self, cursor: int | None = None) -> None:
        text = self.query_one(Finder).text
        rows = self.desk.store.order_rows(text)
        grid = self.query_one(Grid)
        if cursor is None and grid.current is not None:
            here = grid.current.id
            cursor = next((place for place, row in enumerate(rows) if row.id == here), None)
        grid.show(rows, cursor=cursor, empty=tr(NONE_FITS) if text else tr(NONE_YET))
        self.query_one(Finder).count(len(rows), words=ntr("order", "orders", len(rows)))
        self._show_order()

    def _show_order(self) -> None:
        row: OrderRow | None = self.query_one(Grid).current
        order = self.desk.store.get_order(row.id) if row is not None else None
        other = (order.id if order is not None else None) != (self._order.id if self._order is not None else None)
        self._order = order
        self.query_one("#order").display = order is not None
        state, rating = self.query_one("#state", Choice), self.query_one("#rating", Choice)
        if order is not None:
            self.query_one("#history", Static).update(Content("\n").join(_about(order)))
            state.options = tuple(tr(WORDS[each]) for each in self._following) or (tr("nothing more"),)
            state.disabled = not self._following
            state.set_reactive(Choice.chosen, -1)
            state.refresh()
            stars = order.seat.rating if order.seat is not None else None
            rating.set_reactive(Choice.chosen, (stars or 0) - 1)
            rating.refresh()
            if other:
                self.query_one("#comment", Field).value = ""
        self.refresh_keys()

    def _draw(self, row: OrderRow) -> Row:
        amount = Money(Decimal(row.due_now), row.currency) if row.due_now is not None and row.currency else None
        return Row(
            (
                row.id,
                (Piece(row.customer or "–"), Piece(f"  {row.contact}" if row.contact else "", "dim")),
                Piece(tr(WORDS.get(row.state, row.state)), _TONES.get(row.state, "")),
                str(row.lines),
                format_money(amount, currency=False) if amount is not None else "",
                Piece(str(row.rating or ""), "good"),
                Piece(when_words(row.placed, self._moment), "dim"),
            ),
            muted=row.state in ("cancelled", "rejected"),
        )


def _about(order: ProductOrder) -> Iterator[Content]:
    """Yield an order's states with when and who, then what the customer said."""
    yield join(content(tr("Order {id}", id=order.id), "bold"), content(tr("  can be cancelled") if can_cancel(order) else "", "$quiet"))
    for change in history_of(order):
        who = f" · {change.who}" if change.who else ""
        why = f" · {change.why}" if change.why else ""
        words = tr(WORDS.get(change.state, change.state))
        yield join(content(f"  {change.at[:16].replace('T', ' ')}  ", "$quiet"), content(words), content(f"{who}{why}", "$quiet"))
    for note in comments_of(order):
        said = note.text or ""
        yield join(content("  “", "$quiet"), content(said), content(f"” {note.author or ''}", "$quiet"))
    if order.seat is not None and order.seat.appointment:
        yield content(tr("  Appointment wished for: {appointment}", appointment=order.seat.appointment), "$quiet")
