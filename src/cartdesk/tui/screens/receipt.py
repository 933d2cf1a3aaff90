"""The receipt of an order, as text that can be read aloud, scrolled and copied.

``CartdeskApp`` opens it when an order was placed; going back from it leads to the desk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cartdesk.documents.receipt import receipt_text
from cartdesk.language import message, tr
from cartdesk.tui.papers import paper_of_order, write_pdf
from cartdesk.tui.plain import content
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.message import Tone

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.view import DeskView

WIDEST = 80


class ReceiptScreen(Sheet):
    """The order's number, what is paid now, and what comes with the bill."""

    CSS_PATH = "receipt.tcss"
    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", message("Next customer"), tooltip=message("Begin a new cart.")),
        Binding("w", "pdf", "PDF", tooltip=message("Write the order's confirmation as a PDF into the folder of papers.")),
        Binding("y", "copy", message("Copy"), tooltip=message("Copy the receipt's text to the clipboard.")),
        Binding("escape", "back", message("Desk"), tooltip=message("Go back to the desk.")),
    ]

    def __init__(self, desk: Desk, order_id: str) -> None:
        """Make the page.

        Args:
            desk: the desk.
            order_id: the order's number.
        """
        super().__init__(desk)
        self.order_id = order_id
        self._order = desk.store.get_order(order_id)

    def body(self) -> ComposeResult:
        """The number, and the receipt."""
        yield Static(content(tr("Order {order_id}", order_id=self.order_id), "bold"), id="number")
        with VerticalScroll():
            yield Static(id="receipt")

    def view_changed(self, view: DeskView) -> None:
        """Write the receipt with or without tax, as amounts are shown here."""
        self._write()

    def on_resize(self, event: events.Resize) -> None:
        """Write it for the new width."""
        self._write()

    @property
    def text(self) -> str:
        """The receipt as text."""
        if self._order is None:
            return tr("There is no order {order_id} at this seat. Esc goes back to the desk.", order_id=self.order_id)
        width = min(max(self.size.width - (8 if self.size.width >= 80 else 10), 20), WIDEST)
        return receipt_text(self._order, width=width, show_tax=self.side, shop=self.desk.view.shop)

    def action_back(self) -> None:
        """Go to the desk, past the checkout that led here."""
        self.go_to_desk()

    async def action_next(self) -> None:
        """Begin a new cart and go to the desk."""
        from cartdesk.desk.commands import NewCart

        if await self.shop.perform(NewCart()) is not None:
            self.go_to_desk()

    def action_copy(self) -> None:
        """Copy the text."""
        self.app.copy_to_clipboard(self.text)
        self.say(tr("The receipt is copied."), Tone.GOOD)

    async def action_pdf(self) -> None:
        """Write the confirmation, and say where it is."""
        order = self._order
        if order is None:
            self.say(self.text, Tone.WARNING)
            return
        await write_pdf(self, lambda: paper_of_order(self.desk, order))

    def _write(self) -> None:
        lines = [content(line) for line in self.text.split("\n")]
        self.query_one("#receipt", Static).update(Content("\n").join(lines))
