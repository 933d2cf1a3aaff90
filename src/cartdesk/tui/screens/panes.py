"""The desk's panes: which of them fit, which is in front, how one goes from one to the next, and what stands above them.

``DeskScreen`` is made of it; what the panes show, and what is done with it, is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, on
from textual.containers import Horizontal, Vertical

from cartdesk.language import grouped, ntr, tr
from cartdesk.tui.page import Page
from cartdesk.tui.plain import content
from cartdesk.tui.widgets.browse import BrowseList
from cartdesk.tui.widgets.cartlist import CartList
from cartdesk.tui.widgets.crumb import Crumb
from cartdesk.tui.widgets.entry import EntryInput, EntryLine
from cartdesk.tui.widgets.grid import Grid
from cartdesk.tui.widgets.offerings import OfferingList
from cartdesk.tui.widgets.shelf import Shelf
from cartdesk.tui.widgets.totals import Totals, TotalsLine

if TYPE_CHECKING:
    from textual.widget import Widget

    from cartdesk.desk import Desk

WIDE = 104
"""Columns from which all panes stand beside each other."""


class Panes(Page):
    """Categories, offerings, cart and entry line: all beside each other, or one in front where there is room for one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.searched = ""
        """What the offerings shown are searched by."""
        self.front = "offerings"
        """The pane in front where there is room for one."""
        self._entitled: dict[Grid, str] = {}

    def on_resize(self, event: events.Resize) -> None:
        """Show the panes that fit."""
        self.fit_panes(event.size.width)

    @property
    def offerings(self) -> OfferingList:
        """The list of offerings."""
        return self.shelf.list

    @property
    def shelf(self) -> Shelf:
        """The offerings and what is told of one."""
        return self.query_one(Shelf)

    @property
    def browse(self) -> BrowseList:
        """The categories and filters."""
        return self.query_one(BrowseList)

    @property
    def cart(self) -> CartList:
        """The lines of the cart."""
        return self.query_one(CartList)

    @property
    def field(self) -> EntryInput:
        """The entry line's field."""
        return self.query_one(EntryInput)

    @property
    def entry(self) -> EntryLine:
        """The entry line."""
        return self.query_one(EntryLine)

    @property
    def is_wide(self) -> bool:
        """True where all panes stand beside each other."""
        return self.size.width >= WIDE

    def fit_panes(self, width: int) -> None:
        """Show the panes that fit into so many columns."""
        wide = width >= WIDE
        self.query_one("#right", Vertical).display = wide or self.front == "cart"
        self.query_one("#left", Horizontal).display = wide or self.front != "cart"
        self.browse.display = wide or self.front == "browse"
        self.shelf.display = wide or self.front == "offerings"
        self.query_one(Crumb).display = not wide
        self.query_one(TotalsLine).display = not wide
        self.query_one(Totals).display = self.shelf.details.display = wide
        self.write_titles()

    # -- moving between the panes ---------------------------------------------------------------------------------------------------

    def action_next_pane(self, by: int) -> None:
        """Go to the next pane; where there is room for one, the cart and the offerings take turns."""
        if not self.is_wide:
            self.go_to("offerings" if self.front == "cart" else "cart")
            return
        order = ["field", "offerings", "cart", "browse"]
        here = next((name for name in order if self._pane(name) is self.focused), "field")
        self.go_to(order[(order.index(here) + by) % len(order)])

    def action_browse(self) -> None:
        """Go to the categories."""
        if self.focused is not self.browse:
            self.go_to("browse")

    @on(BrowseList.Past)
    def action_shelf(self) -> None:
        """Go to the pane on the right, and from the cart back to the offerings."""
        self.go_to("cart" if self.focused is self.offerings else "offerings")

    def go_to(self, pane: str) -> None:
        """Focus a pane, showing it where it was hidden."""
        if pane != "field" and pane != self.front:
            self.front = pane
            self.fit_panes(self.size.width)
        self.set_focus(self._pane(pane))

    def _pane(self, name: str) -> Widget:
        panes: dict[str, Widget] = {"browse": self.browse, "offerings": self.offerings, "cart": self.cart, "field": self.field}
        return panes[name]

    def write_titles(self) -> None:
        """Write what stands above each pane."""
        view, place = self.desk.view, f"“{self.searched}”" if self.searched else self.browse.category_name
        count = tr("{n} of {total}", n=grouped(len(self.offerings.rows)), total=grouped(self.browse.total))
        cart = " · ".join(part for part in (tr("Cart {letter}", letter=view.area.letter), view.cart.label) if part)
        if view.cart.state not in ("open", "empty"):
            cart = f"{cart}, {tr(view.cart.state)}"
        self._entitle(self.browse, tr("Browse"))
        self._entitle(self.offerings, f"{place if self.searched or self.browse.category else tr('Offerings')} · {count}")
        self._entitle(self.cart, cart)
        crumb, lines = self.query_one(Crumb), len(view.cart.lines)
        if self.front == "cart":
            crumb.show(cart, ntr("{n} line", "{n} lines", lines))
        else:
            crumb.show(place, count, self.browse.filter_labels)

    def _entitle(self, pane: Grid, title: str) -> None:
        """Put a title on a pane's upper edge; a frame keeps the first cell for its corner, a mere rule does not."""
        title = title if pane.has_focus else f" {title} "
        if self._entitled.get(pane) != title:
            self._entitled[pane] = title
            pane.border_title = content(title)
