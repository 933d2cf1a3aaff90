"""The history of a cart: who changed what and when, what it did to the totals, and the way back to any point.

``CartdeskApp`` opens it for F9. Points are compared, verified, gone back to or copied from; the past itself never changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from cartdesk.desk.command import Focus
from cartdesk.documents.money import format_moment
from cartdesk.language import capital, message, ntr, tr
from cartdesk.tmf.period import MONTHLY, read_time
from cartdesk.tui.plain import content, join
from cartdesk.tui.screens.carts import amount_of, when_words
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.cells import Cell, Piece
from cartdesk.tui.widgets.cells import Tone as Ink
from cartdesk.tui.widgets.differences import Difference, differences
from cartdesk.tui.widgets.finder import FindLine
from cartdesk.tui.widgets.grid import Column, Grid, Row
from cartdesk.tui.widgets.message import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cartdesk.desk import Desk
    from cartdesk.desk.command import Command
    from cartdesk.desk.view import DeskView
    from cartdesk.store import HistoryRecord
    from cartdesk.tmf import CartItem, ShoppingCart
    from cartdesk.tui.keys import Hint

NOTHING_YET = message("Nothing has been done to this cart yet. Esc goes back.")
DUE, MONTH = message("due now"), str(MONTHLY)
"""What the history calls the two totals that are always shown."""
_KINDS = {
    "create": message("cart begun"),
    "undo": message("undone"),
    "redo": message("redone"),
    "branch": message("copied from another cart"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """A cart at one point of its history, beside the point it is compared with."""

    record: HistoryRecord
    cart: ShoppingCart
    found: tuple[Difference, ...]
    since: int | None
    """The change it is compared with; None is nothing at all."""


class HistoryScreen(Sheet):
    """Every change of a cart, the newest first."""

    CSS_PATH = "history.tcss"
    WHERE = "history"
    AUTO_FOCUS = "#changes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "turn", message("As it was"), tooltip=message("Show the cart as it was at this point, or what changed.")),
        Binding("space", "mark", message("Mark"), tooltip=message("Mark this point; the others then show what differs from it.")),
        Binding("t", "time", message("Time"), tooltip=message("Go to a time: 14:32, or 2026-11-20 14:32.")),
        Binding("v", "verify", message("Verify"), tooltip=message("Check that no record was changed since it was written.")),
    ]

    def __init__(self, desk: Desk, cart_id: str | None = None) -> None:
        """Make the page.

        Args:
            desk: the desk.
            cart_id: whose history; None is the current cart.
        """
        super().__init__(desk)
        self.cart_id = cart_id or desk.view.cart.cart_id
        self._moment = desk.now()
        self._marked: int | None = None
        self._as_it_was = False
        self._point: Point | None = None
        self._read = self.asking(self._show_point)

    def body(self) -> ComposeResult:
        """The changes, and beside them the point under the cursor."""
        with Horizontal(id="head"):
            yield Static(id="title")
            yield Static(content(tr("As it was at ")), id="at")
            yield FindLine(placeholder="14:32", hands_over=True, id="time")
        with Horizontal(id="work"):
            yield Grid(
                Column("", 5, right=True),
                Column(tr("When"), 9),
                Column(tr("Who"), 8, from_width=64),
                Column(tr("What was entered")),
                Column(tr("Due now"), 11, right=True),
                Column(tr("Every month"), 11, right=True),
                draw=self._draw,
                empty=tr(NOTHING_YET),
                id="changes",
            )
            with Vertical(id="point"):
                yield Static(id="point-title")
                yield Grid(
                    Column(), Column(width=11, right=True), draw=_drawn, empty=tr("Nothing changed here."), points=False, id="point-rows"
                )

    def view_changed(self, view: DeskView) -> None:
        """Read the history again."""
        self._moment = self.desk.now()
        records = self.desk.store.history(self.cart_id) if self.cart_id else []
        newest_first = list(reversed(records))
        grid = self.query_one("#changes", Grid)
        grown = bool(newest_first) and bool(grid.rows) and newest_first[0].seq != grid.rows[0].seq
        grid.show(newest_first, cursor=0 if grown else None)
        count = len(records)
        name = next((area.letter for area in view.areas if area.cart_id == self.cart_id), "")
        title = tr("History · cart {name}", name=name).rstrip() if name else tr("History")
        self.query_one("#title", Static).update(
            join(content(title, "bold"), content(ntr("  {n} change", "  {n} changes", count), "$quiet"))
        )

    @property
    def record(self) -> HistoryRecord | None:
        """The change under the cursor."""
        found: HistoryRecord | None = self.query_one("#changes", Grid).current
        return found

    @property
    def is_current_cart(self) -> bool:
        """True where this is the history of the cart that is worked on."""
        return self.cart_id is not None and self.cart_id == self.desk.view.cart.cart_id

    def standing_on(self) -> Focus:
        """The change under the cursor."""
        record = self.record if self.is_mounted else None
        return Focus(seq=None if record is None else record.seq, cart_id=self.cart_id)

    def command_for(self, key: str) -> Command | None:
        """Return the command a key means; going back is for the cart that is worked on."""
        return None if key == "enter" and not self.is_current_cart else super().command_for(key)

    def hints(self) -> Iterator[Hint]:
        """Yield the keys that work on this cart."""
        for hint in super().hints():
            if hint.key != "enter" or self.is_current_cart:
                yield hint

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what there is something to do it on."""
        return self.is_up and self.record is not None if action in ("turn", "mark", "verify", "time") else True

    # -- the point under the cursor -------------------------------------------------------------------------------------------------

    @on(Grid.Moved, "#changes")
    def read(self) -> None:
        """Read the cart as it was there, off the event loop."""
        record = self.record
        if record is None:
            self.query_one("#point-title", Static).update(content(""))
            return
        since = self._marked if self._marked is not None and self._marked != record.seq else record.seq - 1 or None
        store = self.desk.store

        def look() -> Point:
            cart = store.cart_at(record.cart_id, record.seq)
            other = store.cart_at(record.cart_id, since) if since is not None else None
            return Point(record, cart, tuple(differences(other, cart)), since)

        self._read.ask(self.shop.seat, look)
        self.refresh_keys()

    @on(Grid.Chosen, "#changes")
    async def go_back(self) -> None:
        """A change that is clicked again is gone back to."""
        from cartdesk.desk.commands import RestorePoint

        if self.record is not None and self.is_current_cart:
            await self.shop.perform(RestorePoint(self.record.seq))

    def action_turn(self) -> None:
        """Show what changed, or the cart as it was."""
        self._as_it_was = not self._as_it_was
        if self._point is not None:
            self._show_point(self._point)

    def action_mark(self) -> None:
        """Mark the point under the cursor, or take the mark away."""
        if self.record is None:
            return
        self._marked = None if self._marked == self.record.seq else self.record.seq
        self._as_it_was = False
        self.query_one("#changes", Grid).refresh()
        self.say(
            tr("The mark is taken away.")
            if self._marked is None
            else tr("Change {marked} is marked: the others show what differs from it.", marked=self._marked)
        )
        self.read()

    async def action_verify(self) -> None:
        """Check the chain of records."""
        if self.cart_id is None:
            return
        cart_id = self.cart_id
        found = await self.shop.work(lambda: (self.desk.store.verify_history(cart_id),))
        if found is not None:
            wrong = found[0]
            if wrong is None:
                self.say(tr("Every record fits the one before: nothing was changed since."), Tone.GOOD)
            else:
                self.say(tr("Record {wrong} does not fit the one before it: it was changed since, or damaged.", wrong=wrong), Tone.BAD)

    def _show_point(self, point: Point) -> None:
        if self.record is None or point.record.seq != self.record.seq:
            return
        self._point = point
        if self._as_it_was:
            title = tr("After change {seq}", seq=point.record.seq)
            rows = list(_lines(point.cart, point.record.change.after))
        else:
            title = (
                tr("Against change {since}", since=point.since)
                if point.since is not None and point.since != point.record.seq - 1
                else tr("Change {seq}", seq=point.record.seq)
            )
            rows = list(_changes(point))
        at = format_moment(read_time(point.record.change.at).astimezone(self._moment.tzinfo))
        self.query_one("#point-title", Static).update(join(content(title, "bold"), content(f"  {at}", "$quiet")))
        self.query_one("#point-rows", Grid).show(rows, cursor=0)

    # -- as it was at 14:32 ---------------------------------------------------------------------------------------------------------

    def action_time(self) -> None:
        """Go to the line a time is typed in."""
        self.query_one("#time", FindLine).focus()

    @on(FindLine.Entered, "#time")
    def back_to_list(self) -> None:
        """Enter goes back to the list, at the time that was typed."""
        self.query_one("#changes", Grid).focus()

    @on(Input.Changed, "#time")
    def go_to_time(self, event: Input.Changed) -> None:
        """Put the cursor on the last change at or before the time that is typed."""
        moment = read_clock(event.value, self._moment)
        if moment is None:
            return
        grid = self.query_one("#changes", Grid)
        place = next((n for n, record in enumerate(grid.rows) if read_time(record.change.at) <= moment), None)
        if place is not None:
            grid.cursor = place
            self._as_it_was = True
        else:
            self.say(tr("The cart was not begun at {value}.", value=event.value.strip()))

    def _draw(self, record: HistoryRecord) -> Row:
        change = record.change
        kind = tr(_KINDS.get(change.kind, ""))
        words: Cell = (Piece(change.entry), Piece(f"  {kind}" if kind else "", "dim"))
        if record.erased:
            words = Piece(tr("erased"), "dim")
        mark = "● " if record.seq == self._marked else ""
        return Row(
            (
                (Piece(mark, "accent"), Piece(str(record.seq), "dim")),
                when_words(change.at, self._moment),
                Piece(change.who, "dim"),
                words,
                _amount(change.before, change.after, DUE),
                _amount(change.before, change.after, MONTH),
            )
        )


def read_clock(text: str, today: datetime) -> datetime | None:
    """Return the moment that ``14:32`` (of today) or ``2026-11-20 14:32`` means; None while it is not one.

    A day alone means its end, a minute its last second.
    """
    typed = text.strip()
    try:
        if ":" in typed and "-" not in typed:
            clock = datetime.strptime(typed, "%H:%M").time()
            return datetime.combine(today.date(), clock.replace(second=59), today.tzinfo)
        moment = datetime.fromisoformat(typed)
    except ValueError:
        return None
    if ":" not in typed:
        moment = moment.replace(hour=23, minute=59)
    return moment.replace(second=59, tzinfo=moment.tzinfo or today.tzinfo)


def _amount(before: Mapping[str, str], after: Mapping[str, str], key: str) -> Cell:
    """Return a total after the change; dim where the change left it as it was."""
    text = amount_of(after.get(key), after.get("currency"))
    return Piece(text, "" if before.get(key) != after.get(key) else "dim")


def _changes(point: Point) -> Iterator[Row]:
    for each in point.found:
        tone: Ink = "good" if each.sign == "+" else "warn" if each.sign == "−" else ""
        arrow = f"  {each.before} → {each.after}" if each.before and each.after else f"  {each.after or each.before}".rstrip()
        yield Row(((Piece(f"{each.sign} ", tone), Piece(each.what), Piece(arrow, "dim")), ""))
    change = point.record.change
    for key, label in _totals(change.after):
        old, new = change.before.get(key), change.after.get(key)
        if old != new and point.since == (point.record.seq - 1 or None):
            currency = change.after.get("currency")
            was = amount_of(old, currency) or tr("nothing")
            yield Row(((Piece(f"  {label}  ", "dim"), Piece(f"{was} →", "dim")), Piece(amount_of(new, currency), "strong")))


def _lines(cart: ShoppingCart, totals: Mapping[str, str]) -> Iterator[Row]:
    for number, item in enumerate(cart.cart_item, start=1):
        yield from _item(item, str(number), 0)
    if not cart.cart_item:
        yield Row((Piece(tr("no lines"), "dim"), ""))
    for key, label in _totals(totals):
        if totals.get(key):
            yield Row((Piece(label, "strong"), Piece(amount_of(totals[key], totals.get("currency")), "strong")))


def _totals(after: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the totals that a record holds, and how they are called."""
    for key in after:
        if key not in ("currency", "lines"):
            yield key, {DUE: tr("Due now"), MONTH: tr("Every month")}.get(key, capital(tr(key)))


def _item(item: CartItem, number: str, depth: int) -> Iterator[Row]:
    offering = item.product_offering
    name = (offering.name or offering.id or item.id) if offering is not None else item.id
    times = f" ×{item.quantity}" if item.quantity != 1 else ""
    chosen = ", ".join(f"{each.name} {each.value}" for each in (item.product.characteristic if item.product else ()))
    indent = "  " * depth
    yield Row(
        ((Piece(f"{indent}{number} ", "dim"), Piece(name), Piece(times, "accent"), Piece(f"  {chosen}" if chosen else "", "dim")), "")
    )
    for child in item.cart_item:
        yield from _item(child, "·", depth + 1)


def _drawn(row: Row) -> Row:
    return row
