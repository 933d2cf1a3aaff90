"""How a visit ends: a question to whoever finishes with something in the cart, one to whoever may have gone, and the goodbye."""

from __future__ import annotations

from cartdesk.language import ntr, tr
from cartdesk.tui.kiosk.page import House, Page
from cartdesk.tui.kiosk.sheet import Cell, Line, Room, Row, Sheet, bar, button

GOODBYE = 5.0
"""Seconds the goodbye stands."""


def finish(house: House, page: Page) -> None:
    """Finish, asking first where there is something to lose."""
    if house.visit.pieces:
        house.go(Finish(house, page))
    else:
        house.finish()


class Finish(Page):
    """Asks whether to forget the cart."""

    def __init__(self, house: House, back: Page) -> None:
        super().__init__(house)
        self._back = back

    def sheet(self, room: Room) -> Sheet:
        """The safe answer is the loud one."""
        words = Cell((Line(tr("Forget your cart and everything you did here?"), "strong"), Line(""), Line(tr("This cannot be undone."))))
        foot = bar(button("forget", tr("FORGET IT"), Line(tr("and finish"), "dim")), button("stay", tr("GO ON SHOPPING"), go=True))
        return Sheet((Row((words,)), foot), self.title())

    def touched(self, what: str) -> None:
        """Forget, or go back."""
        if what == "forget":
            self.house.finish()
        else:
            self.house.go(self._back)


class StillThere(Page):
    """Asks whether anybody is there, with the seconds that are left."""

    def __init__(self, house: House, back: Page) -> None:
        super().__init__(house)
        self.back = back
        self.left = 0

    def sheet(self, room: Room) -> Sheet:
        """One button as large as the screen."""
        lines = (
            Line(tr("ARE YOU STILL THERE?"), "strong"), Line(""), Line(tr("TOUCH HERE TO GO ON"), "accent"), Line(""),
            Line(ntr("Everything is forgotten in {n} second.", "Everything is forgotten in {n} seconds.", self.left), "warn"),
        )  # fmt: skip
        return Sheet((Row((Cell(lines, "stay", go=True),)),))

    def touched(self, what: str) -> None:
        """Go on where it was left."""
        self.house.go(self.back)


class Goodbye(Page):
    """Says that nothing is left."""

    has_visitor = False

    def sheet(self, room: Room) -> Sheet:
        """One sentence."""
        lines = (Line(tr("THANK YOU"), "strong"), Line(""), Line(tr("Everything you did here has been forgotten."), "good"))
        return Sheet((Row((Cell(lines),)),))

    def touched(self, what: str) -> None:
        """There is nothing to touch."""
