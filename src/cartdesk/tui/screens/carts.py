"""All carts of this seat: found by name, phone or id as you type, taken up, copied, held or discarded.

``CartdeskApp`` opens it for F3. The rows come from the store's index, ten or ten thousand; only those in sight are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from cartdesk.desk.command import Focus, Outcome, Show
from cartdesk.desk.commands import OpenCart
from cartdesk.documents.money import format_day, format_money, format_month
from cartdesk.language import ctr, message, ntr, tr
from cartdesk.selling import expiry
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import MONTHLY, read_time
from cartdesk.tui.plain import content, join
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.cells import Piece
from cartdesk.tui.widgets.cells import Tone as Ink
from cartdesk.tui.widgets.finder import Finder, FindLine
from cartdesk.tui.widgets.form import Choice, label_room
from cartdesk.tui.widgets.grid import Column, Grid, Row

if TYPE_CHECKING:
    from textual.content import Content

    from cartdesk.desk import Desk
    from cartdesk.desk.command import Command
    from cartdesk.desk.draft import Draft
    from cartdesk.desk.view import DeskView
    from cartdesk.store import CartRow
    from cartdesk.tui.keys import Hint

STATES = (message("all"), message("open"), message("held"), message("expired"), message("ordered"), message("discarded"))
"""What the list can be narrowed to."""

NONE_YET = message("No carts yet. Esc goes back to the desk; the first line you add makes one.")
NONE_FITS = message("No cart fits. Shorten what is typed, or show all states with Shift+Tab and ←→.")

_TONES: dict[str, Ink] = {"open": "accent", "held": "warn", "ordered": "good", "discarded": "dim"}


def amount_of(text: str | None, currency: str | None) -> str:
    """Return an amount of the index as it is read; nothing where there is none."""
    return format_money(Money(Decimal(text), currency), currency=False) if text and currency else ""


def every_of(row: CartRow) -> tuple[Piece, ...]:
    """Return a cart's shortest recurring total, with its period where that is not the month."""
    if not row.every:
        return ()
    period, amount = row.every[0]
    suffix = "" if period == str(MONTHLY) else f" {period}"
    return (Piece(amount_of(amount, row.currency)), Piece(suffix, "dim"))


def when_words(moment: str | None, now: datetime) -> str:
    """Return an RFC 3339 moment as a person says it: the time for today, the day for this year, else the month and its year."""
    if not moment:
        return ""
    then = read_time(moment).astimezone(now.tzinfo)
    if then.date() == now.date():
        return f"{then:%H:%M}"
    day = then.date()
    return format_day(day) if day.year == now.year else format_month(day, year=True)


@dataclass(frozen=True)
class TakeUp(OpenCart):
    """Take up a cart from the list of all carts, at the desk."""

    def run(self, draft: Draft) -> Outcome:
        """Take it up and go to the desk."""
        return replace(super().run(draft), show=Show("desk"))

    def as_entry(self) -> str | None:
        """Return ``open ID``."""
        return OpenCart(self.cart_id).as_entry()


class CartsScreen(Sheet):
    """Every cart of this seat, the last changed first."""

    CSS_PATH = "carts.tcss"
    WHERE = "carts"
    AUTO_FOCUS = "FindLine"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", message("Find"), tooltip=message("Go to the search line.")),
        Binding("tab", "app.focus_next", message("List"), tooltip=message("Go on to the states, to the list, and back to the search.")),
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

    def body(self) -> ComposeResult:
        """The search line, the states, the list, and the cart under the cursor in full."""
        yield Finder(tr("Carts"), hint=tr("name, phone, e-mail or id"), text=self._text)
        yield Choice(tr("Show"), tuple(map(tr, STATES)), label_width=label_room(6, tr("Show")), id="state")
        yield Grid(
            Column(tr("Cart")),
            Column(tr("Customer"), from_width=100),
            Column(tr("State"), 9),
            Column(ctr("column", "Lines"), 5, right=True, from_width=66),
            Column(tr("Due now"), 11, right=True),
            Column(tr("Every month"), 11, right=True),
            Column(tr("Changed"), 9, right=True, from_width=66),
            Column(tr("Expires"), 10, right=True, from_width=76),
            Column(tr("Created"), 9, right=True, from_width=122),
            draw=self._draw,
            empty=tr(NONE_YET),
        )
        yield Static(id="about")

    def view_changed(self, view: DeskView) -> None:
        """Read the index again: what changed may be any cart."""
        self._moment = self.desk.now()
        self._search()

    def standing_on(self) -> Focus:
        """The cart under the cursor."""
        row: CartRow | None = self.query_one(Grid).current if self.is_mounted else None
        return Focus(cart_id=None if row is None else row.id)

    def is_typing(self, key: str) -> bool:
        """In the search line, Enter takes up the cart under the cursor; everything else is typed."""
        return key != "enter" and super().is_typing(key)

    def command_for(self, key: str) -> Command | None:
        """Return the command a key means; a cart that is taken up is worked on at the desk."""
        command = super().command_for(key)
        return TakeUp(command.cart_id) if isinstance(command, OpenCart) else command

    def hints(self) -> Iterator[Hint]:
        """Yield the keys that work on the cart under the cursor: an expired one is restored, any other one taken up."""
        row: CartRow | None = self.query_one(Grid).current if self.is_mounted else None
        expired = row is not None and self._is_expired(row)
        mine = row is not None and row.id == self.desk.view.cart.cart_id
        gone = {"cart.open" if expired else "cart.restore"} | ({"cart.merge"} if mine else set())
        yield from (hint for hint in super().hints() if hint.name not in gone)

    @on(Input.Changed)
    @on(Choice.Changed)
    def narrow(self) -> None:
        """Search as it is typed."""
        self._search(cursor=0)

    @on(Grid.Moved)
    def tell(self) -> None:
        """Show the cart under the cursor in full, and which keys work on it."""
        row: CartRow | None = self.query_one(Grid).current
        self.query_one("#about", Static).update(content("") if row is None else self._about(row))
        self.refresh_keys()

    @on(Grid.Chosen)
    async def take_up(self) -> None:
        """A chosen cart is taken up, at the desk."""
        row: CartRow | None = self.query_one(Grid).current
        if row is None:
            return
        await self.shop.perform(TakeUp(row.id))

    def action_find(self) -> None:
        """Go to the search line."""
        self.query_one(FindLine).focus()

    def _search(self, cursor: int | None = None) -> None:
        state = STATES[self.query_one(Choice).chosen]
        text = self.query_one(Finder).text
        kept = None if state in ("all", "expired") else state
        rows: Sequence[CartRow] = self.desk.store.cart_rows(state=kept, text=text)
        if state == "expired":
            rows = [row for row in rows if self._is_expired(row)]
        grid = self.query_one(Grid)
        if cursor is None and grid.current is not None:
            here = grid.current.id
            cursor = next((place for place, row in enumerate(rows) if row.id == here), None)
        grid.show(rows, cursor=cursor, empty=tr(NONE_FITS) if text or state != "all" else tr(NONE_YET))
        self.query_one(Finder).count(len(rows), words=ntr("cart", "carts", len(rows)))

    def _is_expired(self, row: CartRow) -> bool:
        return expiry.is_expired(expiry.expiry_of(row.changed, row.lines, row.state), self._moment)

    def _draw(self, row: CartRow) -> Row:
        letter = next((area.letter for area in self.desk.view.areas if area.cart_id == row.id), "")
        name = row.label or row.contact or tr("no name")
        left = expiry.countdown(expiry.expiry_of(row.changed, row.lines, row.state), self._moment)
        expired = left == "expired"
        return Row(
            (
                (Piece(f"{letter} " if letter else "  ", "accent"), Piece(name, "" if row.label else "dim")),
                Piece(row.contact or "", "dim"),
                Piece(tr("expired"), "warn") if expired else Piece(tr(row.state), _TONES.get(row.state, "")),
                str(row.lines),
                amount_of(row.due_now, row.currency),
                every_of(row),
                Piece(when_words(row.changed, self._moment), "dim"),
                Piece("" if expired else left, "dim"),
                Piece(when_words(row.created, self._moment), "dim"),
            ),
            muted=row.state == "discarded",
        )

    def _about(self, row: CartRow) -> Content:
        order = tr("order {order_id}", order_id=row.order_id) if row.order_id else ""
        facts = [row.contact or tr("no customer named"), order, tr("id {id}", id=row.id)]
        line = " · ".join(fact for fact in facts if fact)
        return join(content(row.label or tr("no name"), "bold"), content(f"  {line}", "$quiet"))
