"""The Sync page: what is still to be sent, what the server refused and why, and what is to be chosen.

``CartdeskApp`` opens it for F10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from cartdesk.desk.command import Focus
from cartdesk.desk.commands.syncing import GiveUp, SendAsNew, ShowConflict, TryAgain
from cartdesk.language import message, tr
from cartdesk.tui.plain import content, join
from cartdesk.tui.screens.carts import when_words
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.cells import Piece
from cartdesk.tui.widgets.cells import Tone as Ink
from cartdesk.tui.widgets.finder import FindLine
from cartdesk.tui.widgets.grid import Column, Grid, Row
from cartdesk.tui.widgets.message import Tone

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.view import DeskView
    from cartdesk.sync.queue import Row as Entry

ALL_SENT = message("Everything is sent, and nothing is to be chosen. Esc goes back.")
UNPROTECTED = message("This server drops our mark: it cannot protect edits that two people make at once.")
_TONES: dict[str, Ink] = {"conflict": "warn", "gone": "warn", "parked": "warn", "waiting": "dim", "differs": "dim"}


class SyncScreen(Sheet):
    """The queue to the server."""

    CSS_PATH = "sync.tcss"
    WHERE = "sync"
    AUTO_FOCUS = "#queue"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "again", message("Try again"), tooltip=message("Send the thing under the cursor again now.")),
        Binding("n", "anew", message("As new"), tooltip=message("Send a cart that the server no longer has as a new one.")),
        Binding("x", "give_up", message("Give up"), tooltip=message("Send it no more; asks for a reason, which is kept.")),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._moment = desk.now()

    def body(self) -> ComposeResult:
        """The state of the line, the queue, what is said about the thing under the cursor, and the line for a reason."""
        yield Static(id="state")
        yield Grid(
            Column(tr("What"), 9),
            Column(tr("Which")),
            Column(tr("State"), 9),
            Column(tr("Changes"), 7, right=True, from_width=76),
            Column(tr("Since"), 9, right=True),
            draw=self._draw,
            empty=tr(ALL_SENT),
            id="queue",
        )
        yield Static(id="why")
        yield FindLine(placeholder=tr("why it is not to be sent, then Enter"), hands_over=True, id="reason")

    def on_mount(self) -> None:
        """The line for a reason is there only while one is asked for."""
        self.query_one("#reason", FindLine).display = False

    def view_changed(self, view: DeskView) -> None:
        """Read the queue again."""
        from cartdesk.sync.ledger import Ledger
        from cartdesk.sync.queue import queue_of
        from cartdesk.sync.session import remote_of

        storage = self.desk.store.log_storage
        ledger, remote = Ledger(storage), remote_of(storage)
        grid = self.query_one("#queue", Grid)
        here = grid.current
        rows = queue_of(ledger)
        cursor = next((place for place, row in enumerate(rows) if here is not None and (row.kind, row.id) == (here.kind, here.id)), 0)
        grid.show(rows, cursor=cursor)
        where = remote.apis["carts"] if remote is not None else tr("no server")
        warned = "" if ledger.facts("carts").markers is not False else f"  {tr(UNPROTECTED)}"
        sync = view.sync
        self.query_one("#state", Static).update(
            join(
                content(tr("Sync"), "bold"),
                content(tr("  {state} · {waiting} waiting · {where}", state=sync.state, waiting=sync.waiting, where=where), "$quiet"),
                content(warned, "$warning"),
            )
        )
        self._tell()

    def standing_on(self) -> Focus:
        """The cart under the cursor, where something is to be chosen in it."""
        row = self._current()
        return Focus(cart_id=row.id if row is not None and row.kind == "cart" else None)

    def _current(self) -> Entry | None:
        row: Entry | None = self.query_one("#queue", Grid).current if self.is_mounted else None
        return row

    @on(Grid.Moved, "#queue")
    def tell(self) -> None:
        """Say in full why the thing under the cursor is not through."""
        self._tell()
        self.refresh_keys()

    def _tell(self) -> None:
        row = self._current()
        self.query_one("#why", Static).update(content("" if row is None else row.why or tr("It has not been its turn yet.")))

    @on(Grid.Chosen, "#queue")
    async def choose(self) -> None:
        """Enter on a conflict shows both sides."""
        row = self._current()
        if row is not None and row.status == "conflict":
            await self.shop.perform(ShowConflict(row.id))

    async def action_again(self) -> None:
        """Try again."""
        row = self._current()
        if row is not None:
            await self.shop.perform(TryAgain(row.kind, row.id))
            self._refresh()

    async def action_anew(self) -> None:
        """Send as a new cart."""
        row = self._current()
        if row is not None and row.status == "gone":
            await self.shop.perform(SendAsNew(row.id))
            self._refresh()
        else:
            self.say(tr("Only what the server no longer has can be sent as new."), Tone.WARNING)

    def action_give_up(self) -> None:
        """Ask for the reason."""
        if self._current() is not None:
            line = self.query_one("#reason", FindLine)
            line.display = True
            self.set_focus(line)  # at once: the reason may be typed in the same burst

    @on(FindLine.Entered, "#reason")
    async def give_up(self) -> None:
        """Enter in the reason's line gives up what is under the cursor."""
        row, why = self._current(), self._reason_closed()
        if row is not None:
            await self.shop.perform(GiveUp(row.kind, row.id, why))
            self._refresh()

    def on_key(self, event: events.Key) -> None:
        """Esc in the reason's line gives nothing up."""
        if self.query_one("#reason", FindLine).has_focus and event.key == "escape":
            event.stop()
            event.prevent_default()
            self._reason_closed()

    def _reason_closed(self) -> str:
        """Put the reason's line away and return what it said."""
        line = self.query_one("#reason", FindLine)
        why, line.value, line.display = line.value, "", False
        self.set_focus(self.query_one("#queue", Grid))
        return why

    def _refresh(self) -> None:
        self.view_changed(self.desk.view)

    def _draw(self, row: Entry) -> Row:
        label = self._label(row)
        return Row(
            (
                row.kind,
                (Piece(label), Piece(f"  {row.why}" if row.why else "", "dim")),
                Piece(row.status, _TONES.get(row.status, "")),
                str(row.changes or ""),
                Piece(when_words(row.since, self._moment), "dim"),
            )
        )

    def _label(self, row: Entry) -> str:
        found = self.desk.store.cart_row(row.id) if row.kind == "cart" else None
        return (found.label or found.contact or row.id) if found is not None else row.id
