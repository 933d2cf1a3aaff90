"""The middle of the desk: the offerings that were searched for, and what is worth knowing about the one under the cursor.

The desk screen tells it what to look for; it asks the catalog, beside the event loop where that may take a while.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.message import Message

from cartdesk.language import message, tr
from cartdesk.tui.latest import Latest
from cartdesk.tui.widgets.details import Details
from cartdesk.tui.widgets.offerings import OfferingList

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.timer import Timer

    from cartdesk.catalog import Catalog, OfferingRow, Query
    from cartdesk.desk.view import DetailView

FEW = 5_000
"""Offerings up to which a search is done at once; beyond, it is done beside the event loop."""
MOST_KNOWN = 500
"""Offerings whose further facts are kept."""
OPENING = message("Opening the catalog … the cart can be worked on meanwhile.")
NOTHING_FOUND = message("Nothing here is called that. Esc clears the search.")
NOTHING_HERE = message("Nothing is sold here. ← goes to the categories.")


class Shelf(Vertical):
    """Offerings above, details of one below."""

    REST: ClassVar[float] = 0.3
    """Seconds the cursor rests on an offering before everything is told of it, so that held arrow keys stay quick."""

    class Changed(Message):
        """Other offerings are shown."""

    def __init__(
        self,
        lookups: Executor,
        seat: Executor,
        describe: Callable[[OfferingRow], tuple[DetailView, ...]],
        refused: Callable[[BaseException], None],
        *,
        id: str,
    ) -> None:
        """Make it, empty.

        Args:
            lookups: where searches of large catalogs run.
            seat: where ``describe`` runs.
            describe: works out an offering's further facts.
            refused: takes what went wrong.
            id: the widget's id.
        """
        super().__init__(id=id)
        self._catalog: Catalog | None = None
        self._lookups, self._seat, self._describe = lookups, seat, describe
        self._described = Latest[tuple["OfferingRow", "tuple[DetailView, ...]"]](self._told, refused)
        self._known: dict[str, tuple[DetailView, ...]] = {}
        self._rest: Timer | None = None
        self._found = Latest[Sequence[int]](self._show_found, refused)
        self._query: Query | None = None
        self.is_warm = False
        """True once an offering's models may be asked for."""

    def compose(self) -> ComposeResult:
        """Lay out the list and the details."""
        yield OfferingList(self._row, id="offerings")
        yield Details(id="details")

    @property
    def list(self) -> OfferingList:
        """The list of offerings."""
        return self.query_one(OfferingList)

    @property
    def details(self) -> Details:
        """The pane below the list."""
        return self.query_one(Details)

    @property
    def is_quiet(self) -> bool:
        """True when no search and no description is under way."""
        return self._found.is_quiet and self._described.is_quiet and self._rest is None

    def forget(self) -> None:
        """Tell everything anew: amounts are shown another way."""
        self._known.clear()
        self.tell()

    def load(self, catalog: Catalog | None, sentence: str = OPENING) -> None:
        """Take the catalog; without one, say why in ``sentence``."""
        self._catalog = catalog
        if catalog is None:
            self.list.show((), empty=sentence)

    def look(self, query: Query) -> None:
        """Show the offerings that ``query`` finds."""
        catalog = self._catalog
        self._query = query
        if catalog is None:
            return
        if len(catalog) <= FEW:
            self._found.drop()
            self._show_found(catalog.rows(query))
        else:
            self._found.ask(self._lookups, lambda: catalog.rows(query))

    async def settled(self) -> None:
        """Wait until what was last looked for is shown."""
        await self._found.settled()

    def warm(self) -> None:
        """From here on tell more of an offering than its row does."""
        self.is_warm = True
        self.tell()

    def on_mount(self) -> None:
        """Tell of each offering in the same picture as the cursor comes to it."""
        self.watch(self.list, "cursor", self.tell, init=False)

    def tell(self) -> None:
        """Tell about the offering under the cursor: its row at once, the rest when the cursor has rested on it."""
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        if not self.details.display:
            return
        row = self.list.offering
        known = None if row is None else self._known.get(row.id)
        self.details.show(row, known or ())
        if row is not None and known is None and self.is_warm:
            self._rest = self.set_timer(self.REST, partial(self._tell_all, row))

    def _tell_all(self, row: OfferingRow) -> None:
        self._rest = None
        self._described.ask(self._seat, lambda: (row, self._describe(row)))

    def _told(self, answer: tuple[OfferingRow, tuple[DetailView, ...]]) -> None:
        row, facts = answer
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[row.id] = facts
        if row == self.list.offering:
            self.details.show(row, facts)

    def _row(self, number: int) -> OfferingRow:
        if self._catalog is None:
            raise IndexError(number)
        return self._catalog.row(number)

    def _show_found(self, numbers: Sequence[int]) -> None:
        searched = self._query is not None and bool(self._query.text)
        self.list.show(numbers, cursor=0, empty=tr(NOTHING_FOUND) if searched else tr(NOTHING_HERE))
        self.tell()
        self.post_message(self.Changed())
