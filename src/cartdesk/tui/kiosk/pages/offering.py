"""One offering: what it is, what it costs as it is chosen, and the button that puts it into the cart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartdesk.documents.money import OURS, every_words, format_money
from cartdesk.documents.words import lasting_words, reduction_words, shown
from cartdesk.text import safe_lines, safe_text
from cartdesk.tui.kiosk.page import House, Page, more_button, turned
from cartdesk.tui.kiosk.pages.browsing import elsewhere
from cartdesk.tui.kiosk.sheet import BUTTON_WIDTH, Cell, Line, Room, Row, Sheet, Tone, bar, button, filled

if TYPE_CHECKING:
    from cartdesk.desk.trial import Setting, Trial
    from cartdesk.pricing import PricedItem

_MOST_PARTS = 6
"""How many of an optional part a visitor can take."""


class Offering(Page):
    """An offering as it would be added."""

    def __init__(self, house: House, code: str, back: Page) -> None:
        super().__init__(house)
        self._back = back
        self._trial: Trial = house.visit.trial(code)
        self._turn = 0

    def sheet(self, room: Room) -> Sheet:
        """Its facts above, a button for each choice below."""
        settings = [each for each in self._trial.settings() if _can_turn(each)]
        columns, most = room.grid(BUTTON_WIDTH, rows=max(room.body - 6, 5))
        columns = max(min(columns, len(settings)), 2)
        rows = min(-(-len(settings) // columns), most)
        each = max(columns * rows, 1)
        self._turn, pages = turned(self._turn, len(settings), each)
        place = self._turn * each
        cells = [_choice(place + at, setting) for at, setting in enumerate(settings[place : place + each])]
        height = 7 if room.large else 5
        choices = tuple(Row(row.cells, height) for row in filled(cells, columns, min(rows, -(-len(cells) // columns))))
        facts = Row((Cell(tuple(self._facts()), look="top"),))
        add = button("add", "ADD", Line("to cart"), go=True)
        foot = bar(button("back", "BACK"), more_button(self._turn, pages), self.cart_button(), add)
        return Sheet((facts, *choices, foot), self.title())

    def touched(self, what: str) -> None:
        """Turn a choice to its next value, or add."""
        kind, _, place = what.partition(" ")
        match kind:
            case "turn":
                settings = [each for each in self._trial.settings() if _can_turn(each)]
                if int(place) < len(settings):
                    self._trial = self._trial.choosing(settings[int(place)], _next_value(settings[int(place)]))
            case "add":
                from cartdesk.tui.kiosk.pages.cart import Cart

                self.house.visit.add(self._trial)
                self.house.go(Cart(self.house, self._back))
            case "more":
                self._turn += 1
            case "back":
                self.house.go(self._back)
            case _:
                elsewhere(self, what)

    def _facts(self) -> list[Line]:
        catalog, desk = self.house.catalog, self.house.visit.desk
        offering = catalog.offering(self._code)
        lines = [Line(safe_text((offering.name if offering is not None else None) or self._code, 120), "strong")]
        priced = desk.price(self._trial.cart)
        item = next(each for each in priced.items if each.item.id == self._trial.line.id)
        lines += _price(item, catalog.locale)
        described = safe_lines((offering.description if offering is not None else None) or "")
        return [*lines, *(Line(line, "dim") for line in described if line.strip())]

    @property
    def _code(self) -> str:
        reference = self._trial.line.product_offering
        return (reference.id or "") if reference is not None else ""


def _price(item: PricedItem, locale: str, depth: int = 0) -> list[Line]:
    """Return what an item and its parts cost, each charge with what is taken off."""
    lines = []
    for charge in item.charges:
        if charge.per is not None:
            lines.append(Line(f"{format_money(shown(charge.unit), locale=locale)} per {safe_text(charge.per, 30)}", "dim"))
            continue
        when = every_words(charge.period) if charge.period is not None else "now"
        part = f"  {safe_text(item.name, 40)}" if depth else ""
        lines.append(Line(f"{format_money(shown(charge.total), locale=locale)} {when}{part}", "accent" if not depth else ""))
        for each in charge.alterations:
            words = reduction_words(each.percentage, each.amount, OURS) + lasting_words(each.periods, charge.period)
            lines.append(Line(f"   {words}: {format_money(shown(each.effect), locale=locale)}", "good"))
    for child in item.children:
        lines += _price(child, locale, depth + 1)
    return lines


def _can_turn(setting: Setting) -> bool:
    return setting.kind == "count" or (setting.kind in ("term", "value", "option") and len(setting.values) > 1)


def _choice(place: int, setting: Setting) -> Cell:
    word = next((word for word, value in setting.values if value == setting.chosen), setting.chosen or "choose")
    tone: Tone = "accent" if setting.chosen is not None else "warn"
    return button(f"turn {place}", Line(setting.label.capitalize(), "dim"), Line(word, tone), Line("▸", "dim"))


def _next_value(setting: Setting) -> str:
    """Return the value that a touch turns to: past the last one comes the first."""
    if setting.kind == "count":
        most = min(setting.high if setting.high is not None else _MOST_PARTS, _MOST_PARTS)
        count = int(setting.chosen or 0) + 1
        return str(count if count <= most else setting.low)
    values = [value for _, value in setting.values]
    return values[(values.index(setting.chosen) + 1) % len(values)] if setting.chosen in values else values[0]
