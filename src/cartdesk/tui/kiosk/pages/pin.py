"""Where staff type their PIN, on the screen or on the keyboard they brought."""

from __future__ import annotations

from cartdesk.language import tr
from cartdesk.tui.kiosk.page import House, Page
from cartdesk.tui.kiosk.sheet import Cell, Line, Room, Row, Sheet, bar, button
from cartdesk.tui.kiosk.staff import MOST, Guard

PATIENCE = 30.0
"""Seconds after which an unfinished PIN is forgotten."""


class Pin(Page):
    """Leaves the kiosk once the PIN is right."""

    has_visitor = False

    def __init__(self, house: House, guard: Guard, back: Page) -> None:
        super().__init__(house)
        self.back = back
        self.until = house.now() + PATIENCE
        self._guard = guard
        self._digits = ""
        self._news = ""

    def sheet(self, room: Room) -> Sheet:
        """Ten digits, and dots for those that were typed."""
        digits = [button(f"digit {digit}", digit) for digit in "1234567890"]
        digits += [button("delete", tr("DELETE"), Line("◂")), button("open", tr("LEAVE"), Line(tr("the kiosk"), "dim"), go=True)]
        rows = tuple(Row(tuple(digits[at : at + 4])) for at in range(0, 12, 4))
        said = Cell((Line(tr("Staff: ") + ("•" * len(self._digits) or tr("type your PIN")), "strong"), Line(self._news, "warn")))
        back = button("back", tr("BACK"))
        return Sheet((*rows, bar(Cell(back.lines, back.what, cells=15), said)))

    def touched(self, what: str) -> None:
        """Type, leave or go back."""
        kind, _, digit = what.partition(" ")
        now = self.house.now()
        self.until = now + PATIENCE
        match kind:
            case "digit":
                self._digits = (self._digits + digit)[:MOST]
            case "delete":
                self._digits = self._digits[:-1]
            case "open":
                self._open(now)
            case "back":
                self.house.go(self.back)

    def pressed(self, key: str) -> None:
        """Take digits, Backspace, Enter and Escape from a keyboard."""
        if len(key) == 1 and key.isascii() and key.isdigit():
            self.touched(f"digit {key}")
        elif key in ("backspace", "enter", "escape"):
            self.touched({"backspace": "delete", "enter": "open", "escape": "back"}[key])

    def _open(self, now: float) -> None:
        pin, self._digits = self._digits, ""
        if self._guard.opens(pin, now):
            self.house.leave(0)
            return
        locked = self._guard.locked(now)
        self._news = tr("locked for {locked} s", locked=locked) if locked else tr("That is not the PIN.")
