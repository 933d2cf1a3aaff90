"""The cart, and the page that hands it over: a QR code to be scanned and a short code to be typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartdesk.language import tr
from cartdesk.text import safe_text
from cartdesk.tui.kiosk.page import House, Page, more_button, price_lines, totals_words, turned
from cartdesk.tui.kiosk.sheet import BUTTON_HEIGHT, BUTTON_WIDTH, Cell, Line, Room, Row, Sheet, bar, button

if TYPE_CHECKING:
    from cartdesk.desk.view import CartView, FindingView, LineView
    from cartdesk.documents.handoff import Picture


class Cart(Page):
    """Every line with its two buttons, and what has to be put right."""

    def __init__(self, house: House, back: Page) -> None:
        super().__init__(house)
        self._back, self._turn = back, 0

    def sheet(self, room: Room) -> Sheet:
        """What is wrong first, then the lines."""
        view = self.house.visit.view
        height = BUTTON_HEIGHT + (2 if room.large else 0)
        rows = [_finding(at, each) for at, each in enumerate(_amiss(view))] + [self._line(line) for line in view.lines]
        each = max(room.body // height, 1)
        self._turn, pages = turned(self._turn, len(rows), each)
        shown = [Row(row.cells, height) for row in rows[self._turn * each : (self._turn + 1) * each]]
        rest = Row(
            (Cell() if rows else Cell((Line(tr("Your cart is empty."), "strong"), Line(""), Line(tr("Touch BACK and choose something.")))),)
        )
        back = button("back", tr("BACK"), Line(tr("to the shop"), "dim"))
        if not rows:
            return Sheet(
                (rest, bar(back, button("finish", tr("FINISH"), Line(tr("and forget"), "dim")), Cell(), Cell())),
                self.title(tr("Your cart")),
            )
        go = button("hand", tr("TAKE IT"), Line(tr("to our staff")), go=True)
        foot = bar(back, button("finish", tr("FINISH"), Line(tr("and forget"), "dim")), more_button(self._turn, pages), go)
        return Sheet((*shown, rest, foot), self.title(tr("Your cart")))

    def touched(self, what: str) -> None:
        """Change a line, put something right, or go on."""
        kind, _, rest = what.partition(" ")
        match kind:
            case "more-of":
                self.house.visit.more(rest, 1)
            case "less-of":
                self.house.visit.more(rest, -1)
            case "mend":
                place, _, number = rest.partition(" ")
                found = _amiss(self.house.visit.view)
                if int(place) < len(found) and int(number) < len(found[int(place)].mends):
                    self.house.visit.mend(found[int(place)].mends[int(number)][1])
            case "more":
                self._turn += 1
            case "back":
                self.house.go(self._back)
            case "hand":
                self.house.go(HandOver(self.house, self))
            case "finish":
                from cartdesk.tui.kiosk.pages.leaving import finish

                finish(self.house, self)

    def _line(self, line: LineView) -> Row:
        times = f" ×{line.quantity}" if line.quantity != 1 else ""
        prices = price_lines(line.one_off, line.recurring, line.period, self.house.catalog.locale)
        chosen = [detail.text for detail in line.details if detail.kind in ("characteristic", "term")]
        good = [detail.text for detail in line.details if detail.kind == "alteration"]
        extra = (*(Line(text, "good") for text in good[:1]), *((Line(" · ".join(chosen), "dim"),) if chosen else ()))
        text = Cell((Line(safe_text(line.name, 80) + times, "strong"), *prices, *extra), look="left")
        fewer = button(f"less-of {line.item_id}", "−", Line(tr("remove") if line.quantity == 1 else tr("one fewer"), "dim"))
        more = button(f"more-of {line.item_id}", "+", Line(tr("one more"), "dim"))
        return Row((text, _narrow(fewer), _narrow(more)))


class HandOver(Page):
    """The cart as a code."""

    def __init__(self, house: House, back: Page) -> None:
        super().__init__(house)
        self._back = back
        from cartdesk.desk.handoff import payload
        from cartdesk.desk.handoff_code import SCANNED, short_code

        lines = house.visit.lines()
        self.short = short_code(lines, house.key, house.catalog)
        """What an agent types; None where the cart is too large for it."""
        packed = short_code(lines, house.key, house.catalog, longest=SCANNED)
        self.texts = tuple(text for text in (payload(lines, house.key), packed) if text is not None)
        """What an agent scans, the better one first."""

    def picture(self, room: Room) -> Picture | None:
        """Return the QR code that fits beside the buttons."""
        from cartdesk.documents.handoff import picture

        return picture(self.texts, width=room.width - BUTTON_WIDTH - 4, height=room.height)

    def sheet(self, room: Room) -> Sheet:
        """The code on the left, what to do with it and the way out on the right."""
        found = self.picture(room)
        if found is None:
            left = Cell((Line(tr("This cart is too large for a code on this screen; please ask our staff to come here."), "warn"),))
        else:
            left = Cell(tuple(Line(row) for row in found.rows), cells=found.width, look="paper")
        words = (Line(tr("Show this to our staff."), "strong"), *self._code_lines(), *self._totals())
        back = bar(button("back", tr("BACK"), Line(tr("to the cart"), "dim")))
        done = bar(button("done", tr("DONE"), Line(tr("forget it all"), "dim"), go=True))
        return Sheet((Row((left, Cell(stack=(Row((Cell(words),)), back, done)))),))

    def touched(self, what: str) -> None:
        """Go back, or finish."""
        if what == "back":
            self.house.go(self._back)
        elif what == "done":
            self.house.finish()

    def _code_lines(self) -> tuple[Line, ...]:
        return (Line(""), Line(self.short, "accent")) if self.short is not None else ()

    def _totals(self) -> tuple[Line, ...]:
        words = totals_words(self.house.visit.view, self.house.catalog.locale)
        return (Line(""), *(Line(part) for part in words.split("   "))) if words else ()


def _amiss(view: CartView) -> list[FindingView]:
    """Return what stands in the way of an order, each sentence once."""
    return list({each.sentence: each for each in view.findings if each.blocking}.values())


def _finding(at: int, finding: FindingView) -> Row:
    text = Cell((Line(finding.sentence, "warn"),), look="left")
    mends = (button(f"mend {at} {number}", Line(label, "strong"), go=not number) for number, (label, _) in enumerate(finding.mends[:2]))
    return Row((text, *(_narrow(each) for each in mends)))


def _narrow(cell: Cell) -> Cell:
    return Cell(cell.lines, cell.what, cell.go, BUTTON_WIDTH, cell.look)
