"""Customers' accounts: found as you type; their bill days, bills past and to come, products and orders beside the list.

``CartdeskApp`` opens it for the accounts key. The books are put together on the desk's thread; nothing is worked out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from cartdesk.desk.commands import ShowReceipt
from cartdesk.documents.account_words import book_paper, customer_words
from cartdesk.language import message, tr
from cartdesk.tui.papers import write_pdf
from cartdesk.tui.plain import content, join
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.bookrows import BookRow, book_rows, draw_row, with_open
from cartdesk.tui.widgets.cells import Piece
from cartdesk.tui.widgets.finder import Finder, FindLine
from cartdesk.tui.widgets.grid import Column, Grid, Row
from cartdesk.tui.widgets.message import Tone

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.accounts import Listed
    from cartdesk.desk.view import DeskView
    from cartdesk.documents.paper import Paper
    from cartdesk.selling.books import CustomerBook

NOBODY = message("There are no customers yet. Name one with # on the desk; an order makes them known.")
NOBODY_FITS = message("Nobody fits. Type less, or an account's id.")
LOADING = message("Reading the customers…")


class _Read(NamedTuple):
    """A customer's books, with the rows they are shown in."""

    book: CustomerBook
    rows: tuple[BookRow, ...]


class AccountsScreen(Sheet):
    """The customers at the left, the books of the one under the cursor at the right."""

    CSS_PATH = "accounts.tcss"
    WHERE = "accounts"
    AUTO_FOCUS = "FindLine"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", message("Find"), tooltip=message("Go to the search line.")),
        Binding("tab", "turn", message("Books"), tooltip=message("Go to the list, to the books, and back to the search.")),
        Binding("w", "pdf", "PDF", tooltip=message("Write these accounts as a PDF into the folder of papers.")),
    ]

    def __init__(self, desk: Desk, text: str = "", customer_id: str = "") -> None:
        """Make the page.

        Args:
            desk: the desk.
            text: what is searched for at first.
            customer_id: whose books are shown first.
        """
        super().__init__(desk)
        self._text = text
        self._wanted = customer_id
        self._everybody: list[Listed] | None = None
        self._read: _Read | None = None
        self._opened: frozenset[str] = frozenset()
        self._people_asked = self.asking(self._show_people)
        self._book_asked = self.asking(self._show_book)

    def body(self) -> ComposeResult:
        """The search line; the customers; who the books are of, and the books."""
        yield Finder(tr("Accounts"), hint=tr("name, phone, e-mail, customer or account id"), text=self._text)
        with Horizontal(id="work"):
            yield Grid(Column(tr("Customer")), Column(tr("Accounts"), 8, right=True), draw=_person, empty=tr(LOADING), id="people")
            with Vertical(id="right"):
                yield Static(id="who")
                yield Grid(Column(width=1), Column(), Column(width=15, right=True), draw=draw_row, empty="", id="book")

    def view_changed(self, view: DeskView) -> None:
        """Read the customers again: an order may have made one, or an account."""
        desk = self.desk

        def read() -> list[Listed]:
            from cartdesk.desk.accounts import everybody

            return everybody(desk)

        self._people_asked.ask(self.shop.seat, read)

    # -- the customers --------------------------------------------------------------------------------------------------------------

    def _show_people(self, listed: list[Listed]) -> None:
        self._everybody = listed
        self._narrow()

    @on(Input.Changed)
    def narrow(self) -> None:
        """Search as it is typed."""
        self._wanted = ""
        self._narrow(cursor=0)

    def _narrow(self, cursor: int | None = None) -> None:
        if self._everybody is None:
            return
        from cartdesk.desk.accounts import fitting

        text = self.query_one(Finder).text
        rows = fitting(self._everybody, text)
        grid = self.query_one("#people", Grid)
        here = self._wanted or (grid.current.customer.id if cursor is None and grid.current is not None else "")
        place = next((number for number, row in enumerate(rows) if here and row.customer.id == here), cursor)
        grid.show(rows, cursor=place, empty=tr(NOBODY_FITS) if text else tr(NOBODY))
        self.query_one(Finder).count(len(rows), len(self._everybody), tr("customers"))

    @on(Grid.Moved, "#people")
    def choose(self) -> None:
        """Read the books of the customer under the cursor."""
        row: Listed | None = self.query_one("#people", Grid).current
        if row is None:
            if self._everybody is not None:
                self._book_asked.drop()
                self._read = None
                self.query_one("#who", Static).update(content(""))
                self.query_one("#book", Grid).show(())
            return
        desk, side, customer_id = self.desk, self.side, row.customer.id or ""

        def read() -> _Read:
            from cartdesk.desk.accounts import book_for

            book = book_for(desk, customer_id)
            return _Read(book, book_rows(book, show_tax=side, locale=desk.catalog.locale))

        self._book_asked.ask(self.shop.seat, read)

    @on(Grid.Chosen, "#people")
    def enter_book(self) -> None:
        """Go to the books."""
        self.query_one("#book", Grid).focus()

    # -- the books ------------------------------------------------------------------------------------------------------------------

    def _show_book(self, read: _Read) -> None:
        changed = self._read is None or self._read.book.customer.id != read.book.customer.id
        self._read = read
        if changed:
            self._opened = frozenset()
        book = read.book
        name = content(book.customer.name, "bold")
        facts = content(f"  {customer_words(book.customer, book.since, self.desk.catalog.locale)}", "$quiet")
        self.query_one("#who", Static).update(join(name, facts))
        self.query_one("#book", Grid).show(with_open(read.rows, self._opened), cursor=0 if changed else None)
        self.refresh_keys()

    @on(Grid.Chosen, "#book")
    async def open_row(self) -> None:
        """Open a bill to its charges, or close it; show an order's receipt."""
        row: BookRow | None = self.query_one("#book", Grid).current
        if row is None or self._read is None:
            return
        if row.kind == "bill":
            self._opened = self._opened ^ {row.key}
            self.query_one("#book", Grid).show(with_open(self._read.rows, self._opened))
        elif row.kind == "order":
            await self.shop.perform(ShowReceipt(row.key))

    # -- keys -----------------------------------------------------------------------------------------------------------------------

    def action_find(self) -> None:
        """Go to the search line."""
        self.query_one(FindLine).focus()

    def action_turn(self) -> None:
        """Go on: from the search to the list, to the books, and back."""
        people, book = self.query_one("#people", Grid), self.query_one("#book", Grid)
        if people.has_focus:
            book.focus()
        elif book.has_focus:
            self.action_find()
        else:
            people.focus()

    async def action_pdf(self) -> None:
        """Write the books that are shown as a PDF."""
        read = self._read
        if read is None:
            self.say(tr("There are no accounts to write down."), Tone.WARNING)
            return
        desk, side = self.desk, self.side

        def make() -> Paper:
            shop = desk.catalog
            return book_paper(read.book, desk.now(), locale=shop.locale, show_tax=side, shop=shop.name, bills=12)

        await write_pdf(self, make)


def _person(row: Listed) -> Row:
    count = len(row.accounts)
    return Row(((Piece(row.customer.name), Piece(f"  {row.customer.id or ''}", "dim")), Piece(str(count) if count else "", "dim")))
