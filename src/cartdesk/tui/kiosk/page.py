"""What every page of the kiosk is, and the house it lives in.

``KioskApp`` is the house: it shows the page in front, hands it what was touched, and ends the visit.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Protocol

from cartdesk.documents.money import every_words, format_money
from cartdesk.language import capital, tr
from cartdesk.tui.kiosk.sheet import Cell, Line, Room, Sheet, button

if TYPE_CHECKING:
    from cartdesk.catalog import Catalog
    from cartdesk.desk.view import CartView
    from cartdesk.tmf.money import Money
    from cartdesk.tmf.period import Period
    from cartdesk.tui.kiosk.letters import Letters
    from cartdesk.tui.kiosk.session import Session


class House(Protocol):
    """What a page may ask for."""

    large: bool
    """Whether the visitor wants larger buttons."""
    contrast: bool
    """Whether the visitor wants high contrast."""

    @property
    def catalog(self) -> Catalog:
        """What is sold."""

    @property
    def letters(self) -> Letters:
        """What the twelve keys find."""

    @property
    def visit(self) -> Session:
        """The visitor's cart."""

    @property
    def key(self) -> bytes:
        """The shop's key for hand-off codes."""

    def go(self, page: Page) -> None:
        """Show another page."""

    def begin(self) -> None:
        """A visitor has come."""

    def finish(self) -> None:
        """The visitor is done: forget them."""

    def see(self, *, large: bool | None = None, contrast: bool | None = None) -> None:
        """Show everything larger, or in higher contrast, or as before."""

    def now(self) -> float:
        """Return the seconds of a clock that only goes forward."""

    def leave(self, code: int) -> None:
        """End the program."""


class Page:
    """One page."""

    has_visitor = True
    """False where nobody is waited for."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.said = ""
        """Why the last touch did nothing; shown until the next one."""

    def sheet(self, room: Room) -> Sheet:
        """Return what is shown."""
        raise NotImplementedError

    def touched(self, what: str) -> None:
        """Answer a touch.

        Raises:
            CartdeskError: it cannot be done; the sentence is shown.
        """
        raise NotImplementedError

    def pressed(self, key: str) -> None:
        """Answer a key that was pressed on a keyboard; nothing, but where staff type their PIN."""

    # What pages have in common

    def title(self, *crumbs: str) -> tuple[Line, Line]:
        """Return the first row: where one is, and what the cart costs."""
        where = Line(self.said, "warn") if self.said else Line(" · ".join((self.house.catalog.name, *crumbs)), "strong")
        return where, Line(totals_words(self.house.visit.view, self.house.catalog.locale), "accent")

    def cart_button(self) -> Cell:
        """Return the button that leads to the cart; it always shows how many pieces are in it and what they cost."""
        visit, locale = self.house.visit, self.house.catalog.locale
        if not visit.pieces:
            return button("cart", tr("CART"), Line(tr("empty"), "dim"))
        view = visit.view
        now = tr("now {amount}", amount=format_money(view.due_now, currency=False, locale=locale))
        later = [f"{tr(total.period.unit.value)} {format_money(total.first, currency=False, locale=locale)}" for total in view.every[:1]]
        return button("cart", tr("CART · {pieces}", pieces=visit.pieces), *later, Line(now))


def totals_words(view: CartView, locale: str) -> str:
    """Return what a cart costs: ``Now 98.00 EUR   Every month 78.00``; nothing while it is empty."""
    if view.empty:
        return ""
    parts = [tr("Now {amount}", amount=format_money(view.due_now, locale=locale))]
    for total in view.every[:2]:
        parts.append(f"{capital(every_words(total.period))} {format_money(total.first, currency=False, locale=locale)}")
    return "   ".join(parts)


def price_lines(one_off: Money | None, recurring: Money | None, period: Period | None, locale: str) -> tuple[Line, ...]:
    """Return what something costs, one line for each way it is paid."""
    lines = []
    if recurring is not None and period is not None:
        lines.append(Line(f"{format_money(recurring, locale=locale)} {every_words(period)}", "accent"))
    if one_off is not None and (one_off.amount or not lines):
        lines.append(Line(tr("{amount} now", amount=format_money(one_off, locale=locale))))
    return tuple(lines) or (Line(tr("price by use")),)


def balanced(count: int, columns: int, rows: int, room: Room) -> tuple[int, int]:
    """Return the columns and rows that give so many buttons the most room, in at most so many of each."""
    if count >= columns * rows:
        return columns, rows
    ways = ((across, ceil(max(count, 1) / across)) for across in range(1, columns + 1))
    fitting = [way for way in ways if way[1] <= rows]
    return max(fitting, key=lambda way: (min(room.width / way[0] / 14, room.body / way[1] / 5), -way[0]))


def turned(page: int, count: int, each: int) -> tuple[int, int]:
    """Return which page of a list is shown, from 0, and how many there are; past the last one comes the first."""
    pages = max(ceil(count / max(each, 1)), 1)
    return page % pages, pages


def more_button(page: int, pages: int) -> Cell:
    """Return the button that turns the page; an empty place where there is but one."""
    return button("more", tr("MORE"), Line("▼"), Line(tr("{page} of {pages}", page=page + 1, pages=pages), "dim")) if pages > 1 else Cell()
