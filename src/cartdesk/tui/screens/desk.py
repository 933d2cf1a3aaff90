"""The desk: browse, offerings, the cart with its totals, and the entry line, on one screen.

The page under all others; ``CartdeskApp`` makes it first. It draws ``desk.view`` and the catalog's rows and hands every action on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from cartdesk.errors import CatalogError
from cartdesk.language import message, tr
from cartdesk.tui.asking import Asked, Typed
from cartdesk.tui.keys import Hint
from cartdesk.tui.latest import Latest
from cartdesk.tui.screens.panes import Panes
from cartdesk.tui.widgets.browse import BrowseList
from cartdesk.tui.widgets.cartlist import CartList
from cartdesk.tui.widgets.crumb import Crumb
from cartdesk.tui.widgets.entry import EntryInput, EntryLine
from cartdesk.tui.widgets.facts import Facts
from cartdesk.tui.widgets.grid import Grid
from cartdesk.tui.widgets.keybar import KeyBar
from cartdesk.tui.widgets.message import MessageLine, Tone
from cartdesk.tui.widgets.shelf import Shelf
from cartdesk.tui.widgets.toosmall import TooSmall
from cartdesk.tui.widgets.topbar import TopBar
from cartdesk.tui.widgets.totals import Totals, TotalsLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.timer import Timer

    from cartdesk.catalog import OfferingRow
    from cartdesk.desk import Desk, Preview
    from cartdesk.desk.command import Focus, Show
    from cartdesk.desk.view import DeskView, DetailView

NO_CATALOG = message("F1 tells how a catalog is checked.")


class DeskScreen(Panes):
    """Browse, build the cart, see what is due now and every month."""

    WHERE = "desk"
    AUTO_FOCUS: ClassVar[str | None] = "EntryInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "next_pane(1)", message("Pane"), tooltip=message("Go to the next pane.")),
        Binding("shift+tab", "next_pane(-1)", message("Pane before"), show=False),
        Binding("escape", "back", message("Back"), show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._place = desk.view.cart.place
        self._side = desk.view.show_tax
        self._indexing: Timer | None = None
        self._previewed = Latest["Preview"](self._show_preview, lambda error: self.shop.answer_error(error))

    def compose(self) -> ComposeResult:
        """Lay out the panes, the totals, the entry line and the footer."""
        yield TopBar()
        yield Crumb(self.action_browse, id="crumb")
        with Vertical(id="right"):
            yield CartList(id="cart")
            yield Totals(id="totals")
        with Horizontal(id="left"):
            yield BrowseList(id="browse")
            yield Shelf(self.shop.lookups, self.shop.seat, self._describe, self.shop.answer_error, id="middle")
        yield MessageLine()
        yield TotalsLine(id="totals-line")
        yield EntryLine(self._submit, id="entry")
        yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Draw the desk as it was left; the catalog's rows come as soon as it is open."""
        self.fit_panes(self.shop.size.width)
        super().on_mount()
        self.catalog_opened()

    @property
    def is_quiet(self) -> bool:
        """True when nothing is searched, previewed or described any more."""
        return self.shelf.is_quiet and self._previewed.is_quiet

    # -- what keys act on -----------------------------------------------------------------------------------------------------------

    def hints(self) -> Iterator[Hint]:
        """Yield the keys that work now: nothing that a line has already, and no change to a cart that is closed."""
        line, cart = self.cart.line, self.desk.view.cart
        on_cart = self.focused is self.cart
        gone = {"cart.save_for_later" if line is not None and line.saved else "cart.take_back"}
        if not any(finding.mends for finding in cart.findings):
            gone.add("cart.mend")
        for hint in super().hints():
            changes_nothing = not hint.name.startswith("cart.") or hint.name in ("cart.hold", "cart.add")
            possible = changes_nothing or not (cart.read_only or (on_cart and line is None))
            if possible and hint.name not in gone:
                yield hint

    def refresh_keys(self) -> None:
        """Write the footer anew, and the titles, which stand a cell apart from a frame."""
        super().refresh_keys()
        self.write_titles()

    def contexts(self) -> tuple[str, ...]:
        """Return the focused pane's context before the desk's."""
        if self.focused is self.offerings:
            return ("offerings", "desk", "anywhere")
        return ("cart", "desk", "anywhere") if self.focused is self.cart else ("desk", "anywhere")

    def standing_on(self) -> Focus:
        """Return the line under the cart's cursor, or the offering under the list's."""
        from cartdesk.desk.command import Focus

        if self.focused is self.cart:
            line = self.cart.line
            return Focus(line=line.number if line is not None else None, code=line.offering_id if line is not None else None)
        if self.focused is self.offerings:
            row = self.offerings.offering
            return Focus(code=row.id if row is not None else None)
        return Focus()

    def on_key(self, event: events.Key) -> None:
        """Take what is typed in a list to the entry line: whatever an agent types is an entry."""
        free = event.key not in self.active_bindings
        if free and event.is_printable and event.character and self.focused is not self.field:
            event.stop()
            event.prevent_default()
            self.set_focus(self.field)
            self.field.fill(self.field.value + event.character)

    def action_back(self) -> None:
        """Clear the search, else go to the entry line."""
        if self.searched:
            self.search("")
        self.set_focus(self.field)

    @on(EntryInput.Left)
    def leave_field(self, message: EntryInput.Left) -> None:
        """Go from the entry line into the list."""
        if message.key == "escape" and self.searched:
            self.search("")
        self.go_to("cart" if self.front == "cart" else "offerings")
        if message.key == "pagedown":
            self.offerings.action_page(1)
        elif message.key == "pageup":
            self.offerings.action_page(-1)

    # -- searching ------------------------------------------------------------------------------------------------------------------

    def catalog_opened(self) -> None:
        """Show the categories, filters and offerings, or the sentence that says why there are none."""
        if not self.desk.catalog_open:
            self.shelf.load(None)
            return
        try:
            catalog = self.desk.catalog
        except CatalogError as error:
            self.shelf.load(None, f"{error} {tr(NO_CATALOG)}")
            return
        self.shelf.load(catalog)
        self._load_filters()
        if catalog.left_out:
            left = tr("1 offering was") if catalog.left_out == 1 else tr("{left_out} offerings were", left_out=catalog.left_out)
            self.say(tr("{left} left out; cartdesk catalog check says why.", left=left), Tone.WARNING)
        elif catalog.faults:
            self.say(
                tr(
                    "{what}{what2}; cartdesk catalog check says more.",
                    what=catalog.faults[0].what[:1].upper(),
                    what2=catalog.faults[0].what[1:],
                ),
                Tone.WARNING,
            )
        self._look()
        if not catalog.ready:
            self._indexing = self.set_interval(0.2, self._show_progress)

    def _load_filters(self) -> None:
        """Show the categories and filters, with what can be delivered where the cart's customer is."""
        catalog = self.desk.catalog
        here = catalog.here(self._place) if self._place else None
        self.browse.load(catalog.categories, (*catalog.filters, *((here,) if here is not None else ())), len(catalog))

    def _show_progress(self) -> None:
        catalog = self.desk.catalog
        self.query_one(TopBar).show_right("" if catalog.ready else tr("indexing {progress}", progress=f"{catalog.progress:.0%}"))
        if catalog.ready and self._indexing is not None:
            self._indexing.stop()
            self._look()

    def search(self, text: str) -> None:
        """Show the offerings that fit ``text`` among those of the chosen category and filters."""
        if text != self.searched:
            self.searched = text
            self._look()

    @on(BrowseList.Picked)
    def narrow(self) -> None:
        """Show another category, or with other filters."""
        self._look()

    def _describe(self, row: OfferingRow) -> tuple[DetailView, ...]:
        from cartdesk.tui.more import facts_of

        return facts_of(self.desk, row)

    def _look(self) -> None:
        from cartdesk.catalog import Query

        self.shelf.look(Query(self.searched, self.browse.category, self.browse.filters))

    @on(Shelf.Changed)
    @on(Grid.Moved, "#cart")
    def point(self) -> None:
        """Write the titles and the keys for what the cursors stand on now."""
        self.refresh_keys()

    # -- the entry line -------------------------------------------------------------------------------------------------------------

    def show(self, show: Show) -> None:
        """Do what an outcome asks of the desk itself: focus the entry line, or search."""
        if show.screen == "entry":
            self.set_focus(self.field)
            if show.args.get("text"):
                self.field.fill(str(show.args["text"]))
        elif show.screen == "offerings":
            self.search(str(show.args.get("text", "")))
            self.go_to("offerings")

    async def _submit(self, text: str) -> int | None:
        """Do an entry. Answers None where it was done, else where in the text the trouble starts."""
        self._previewed.drop()
        self.entry.show_preview(None)
        return await self.shop.submit(text)

    @on(Input.Changed)
    def preview(self, event: Input.Changed) -> None:
        """Search as the text of a search is typed; of anything else, show what it would do."""
        text = event.value
        if text.startswith("?"):
            self.search(text[1:].strip())
        if not text.strip() or text.startswith("?"):
            self._previewed.drop()
            self.entry.show_preview(None)
        else:
            self._previewed.ask(self.shop.seat, lambda: self.desk.preview(text))

    def _show_preview(self, preview: Preview) -> None:
        if preview.text == self.field.value:
            self.entry.show_preview(preview)

    @on(EntryInput.Pasted)
    async def paste(self, message: EntryInput.Pasted) -> None:
        """Add a pasted list, all good lines as one change."""
        from cartdesk.desk.commands import PasteLines

        await self.shop.perform(PasteLines(message.text))

    @on(Grid.Chosen, "#offerings")
    async def add(self) -> None:
        """Add the offering that was clicked a second time."""
        row = self.offerings.offering
        if row is not None:
            self.shop.post_message(Typed(row.id))

    @on(CartList.Mend)
    def mend(self, message: CartList.Mend) -> None:
        """Do what mends the finding under the cursor."""
        self.shop.post_message(Typed(message.entry))

    @on(Facts.Why)
    def why(self, message: Facts.Why) -> None:
        """Explain the total that was clicked."""
        from cartdesk.desk.commands import ShowWhy

        self.shop.post_message(Asked(ShowWhy(what=message.what)))

    # -- what is shown --------------------------------------------------------------------------------------------------------------

    def view_changed(self, view: DeskView) -> None:
        """Show the cart and its totals."""
        self.cart.load(view.cart)
        if view.cart.place != self._place:
            self._place = view.cart.place
            if self.desk.catalog_open:
                self._load_filters()
        if view.show_tax != self._side:
            self._side = view.show_tax
            self.shelf.forget()
        self.query_one(Totals).load(view.cart)
        self.query_one(TotalsLine).load(view.cart, view.area.letter)

    def warmed(self) -> None:
        """Tell more of the offering under the cursor, now that its models may be asked for."""
        self.shelf.warm()
