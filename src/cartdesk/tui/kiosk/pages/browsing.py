"""The pages that lead to an offering: the one that waits for a visitor, the shelves, and the offerings on a shelf."""

from __future__ import annotations

from collections.abc import Sequence

from cartdesk.catalog import Query
from cartdesk.language import ntr, tr
from cartdesk.tui.kiosk.page import House, Page, balanced, more_button, price_lines, turned
from cartdesk.tui.kiosk.sheet import BUTTON_WIDTH, Cell, Line, Room, Row, Sheet, bar, button, filled

OFFER_WIDTH = 28
_SEEN = 5_000
"""Offerings of one shelf that a visitor can page through."""


class Attract(Page):
    """Waits for a visitor."""

    has_visitor = False

    def __init__(self, house: House, shop: str = "", shelves: Sequence[str] = ()) -> None:
        """Wait.

        Args:
            house: the kiosk.
            shop: its name; empty while the catalog is being opened.
            shelves: what there is.
        """
        super().__init__(house)
        self._shop, self._shelves = shop, tuple(shelves)

    def sheet(self, room: Room) -> Sheet:
        """One button as large as the screen, and two for those who see it badly."""
        if not self._shop:
            return Sheet((Row((Cell((Line(tr("One moment, please."), "strong"),)),)),))
        name = " ".join(self._shop.upper()) if 2 * len(self._shop) < room.width - 6 else self._shop.upper()
        lines = (
            Line(name, "strong"),
            Line(""),
            Line("   ".join(self._shelves), "dim"),
            Line(""),
            Line(""),
            Line(tr("TOUCH HERE TO BEGIN"), "accent"),
        )
        larger = button("large", tr("SMALLER") if self.house.large else tr("LARGER"), Line(tr("buttons")))
        contrast = button(
            "contrast",
            tr("USUAL") if self.house.contrast else tr("STRONGER"),
            Line(tr("colours") if self.house.contrast else tr("contrast")),
        )
        note = Cell((Line(tr("Nothing you do here is kept when you leave."), "dim"),))
        return Sheet((Row((Cell(lines, "begin", go=True),)), bar(larger, note, contrast)))

    def touched(self, what: str) -> None:
        """Begin, or see better."""
        match what:
            case "begin":
                self.house.begin()
                self.house.go(Shelves(self.house))
            case "large":
                self.house.see(large=not self.house.large)
            case "contrast":
                self.house.see(contrast=not self.house.contrast)


class Shelves(Page):
    """The shelves below a shelf; the outermost ones first."""

    def __init__(self, house: House, parent: str | None = None, back: Page | None = None) -> None:
        super().__init__(house)
        self._parent, self._back = parent, back
        self._turn = 0
        there = house.catalog.categories
        self._name = next((each.name for each in there if each.id == parent and parent is not None), "")
        self._shelves = [each for each in there if each.parent == parent and each.id is not None and each.count]

    def sheet(self, room: Room) -> Sheet:
        """A button for each shelf."""
        cells = [button(f"shelf {each.id}", each.name.upper(), Line(_counted(each.count), "dim")) for each in self._shelves]
        if self._parent is not None or not cells:
            cells.append(button("all", tr("ALL"), Line(tr("of these"), "dim")))
        columns, rows = balanced(len(cells), *room.grid(BUTTON_WIDTH), room)
        each = columns * rows
        self._turn, pages = turned(self._turn, len(cells), each)
        back = button("back", tr("BACK")) if self._back is not None else button("finish", tr("FINISH"), Line(tr("and forget"), "dim"))
        foot = bar(back, button("search", tr("SEARCH")), more_button(self._turn, pages), self.cart_button())
        return Sheet((*filled(cells[self._turn * each :], columns, rows), foot), self.title(*([self._name] if self._name else [])))

    def touched(self, what: str) -> None:
        """Go to a shelf, or where the foot leads."""
        kind, _, shelf = what.partition(" ")
        match kind:
            case "shelf":
                below = any(each.parent == shelf and each.count for each in self.house.catalog.categories)
                self.house.go(Shelves(self.house, shelf, self) if below else Offers.on_shelf(self.house, shelf, self))
            case "all":
                self.house.go(Offers.on_shelf(self.house, self._parent, self))
            case "more":
                self._turn += 1
            case "back" if self._back is not None:
                self.house.go(self._back)
            case "finish":
                from cartdesk.tui.kiosk.pages.leaving import finish

                finish(self.house, self)
            case _:
                elsewhere(self, what)


class Offers(Page):
    """Offerings, as they stand on a shelf or were found."""

    def __init__(self, house: House, name: str, numbers: Sequence[int], back: Page) -> None:
        super().__init__(house)
        rows = (house.catalog.row(number) for number in numbers[:_SEEN])
        self._rows = [row for row in rows if row.status == "sold"]
        self._name, self._back, self._turn = name, back, 0

    @classmethod
    def on_shelf(cls, house: House, shelf: str | None, back: Page) -> Offers:
        """Return the offerings of a shelf and those below it."""
        name = next(each.name for each in house.catalog.categories if each.id == shelf)
        return cls(house, name, house.catalog.rows(Query(category=shelf)), back)

    def sheet(self, room: Room) -> Sheet:
        """A wide button for each, with what it costs."""
        locale = self.house.catalog.locale
        count = len(self._rows)
        columns, rows = balanced(count, *room.grid(OFFER_WIDTH), room)
        each = columns * rows
        self._turn, pages = turned(self._turn, count, each)
        shown = self._rows[self._turn * each : (self._turn + 1) * each]
        cells = [button(f"offer {row.id}", row.name, *price_lines(row.one_off, row.recurring, row.period, locale)) for row in shown]
        body = filled(cells, columns, rows) if cells else (Row((Cell((Line(tr("There is nothing here just now.")),)),)),)
        foot = bar(button("back", tr("BACK")), button("search", tr("SEARCH")), more_button(self._turn, pages), self.cart_button())
        return Sheet((*body, foot), self.title(self._name))

    def touched(self, what: str) -> None:
        """Open an offering, or go where the foot leads."""
        kind, _, code = what.partition(" ")
        match kind:
            case "offer":
                from cartdesk.tui.kiosk.pages.offering import Offering

                self.house.go(Offering(self.house, code, self))
            case "more":
                self._turn += 1
            case "back":
                self.house.go(self._back)
            case _:
                elsewhere(self, what)


def elsewhere(page: Page, what: str) -> None:
    """Go to the search or to the cart."""
    if what == "search":
        from cartdesk.tui.kiosk.pages.searching import Search

        page.house.go(Search(page.house, page))
    elif what == "cart":
        from cartdesk.tui.kiosk.pages.cart import Cart

        page.house.go(Cart(page.house, page))


def _counted(count: int) -> str:
    return ntr("{n} offer", "{n} offers", count)
