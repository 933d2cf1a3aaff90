"""The keypad: twelve keys as on a telephone, each letter one touch."""

from __future__ import annotations

from cartdesk.language import tr
from cartdesk.tui.kiosk.letters import KEYS, LONGEST, SPACE
from cartdesk.tui.kiosk.page import House, Page
from cartdesk.tui.kiosk.pages.browsing import Offers
from cartdesk.tui.kiosk.sheet import Cell, Line, Room, Row, Sheet, bar, button


class Search(Page):
    """What is typed, and how many offerings it finds."""

    def __init__(self, house: House, back: Page) -> None:
        super().__init__(house)
        self._back = back
        self._typed = ""

    def sheet(self, room: Room) -> Sheet:
        """Three rows of keys; what is typed stands on the button that shows what was found."""
        keys = [button(f"key {key}", letters or key, Line(f"{key}" if letters else "", "dim")) for key, letters in KEYS]
        keys += [button("key _", tr("SPACE")), button("delete", tr("DELETE"), Line("◂"))]
        rows = tuple(Row(tuple(keys[at : at + 4])) for at in range(0, 12, 4))
        return Sheet((*rows, bar(self._narrow(button("back", tr("BACK"))), self._show(room))))

    def touched(self, what: str) -> None:
        """Type, or show what was found."""
        kind, _, key = what.partition(" ")
        match kind:
            case "key" if len(self._typed) < LONGEST:
                self._typed += SPACE if key == "_" else key
            case "delete":
                self._typed = self._typed[:-1]
            case "show":
                found = self.house.letters.find(self._typed)
                self.house.go(Offers(self.house, f"“{found.text.strip()}”", found.numbers, self))
            case "back":
                self.house.go(self._back)

    def _show(self, room: Room) -> Cell:
        if not self._typed.strip():
            return Cell((Line(tr("Touch the keys that have your letters:"), "dim"), Line(tr("4 and 3 find “GE…” and “ID…” alike"), "dim")))
        found = self.house.letters.find(self._typed)
        count = len(found.numbers)
        words = tr("nothing found; touch DELETE") if not count else "SHOW 1 OFFER" if count == 1 else tr("SHOW {count} OFFERS", count=count)
        typed = Line(f"{found.text}_", "strong")
        return button("show", typed, Line(words, "accent"), go=True) if count else Cell((typed, Line(words, "warn")))

    def _narrow(self, cell: Cell) -> Cell:
        return Cell(cell.lines, cell.what, cell.go, 15, cell.look)
