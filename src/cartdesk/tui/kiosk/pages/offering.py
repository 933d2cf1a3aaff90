"""One offering: what it is, what it costs as it is chosen, and the button that puts it into the cart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cartdesk.documents.money import OURS, every_words, format_money
from cartdesk.documents.words import lasting_words, reduction_words, shown
from cartdesk.language import tr
from cartdesk.text import safe_lines, safe_text
from cartdesk.tui.kiosk.page import House, Page, more_button, turned
from cartdesk.tui.kiosk.pages.browsing import elsewhere
from cartdesk.tui.kiosk.sheet import BUTTON_WIDTH, Cell, Line, Room, Row, Sheet, Tone, bar, button, filled

if TYPE_CHECKING:
    from cartdesk.desk.trial import Setting, Trial
    from cartdesk.pricing import PricedCart, PricedItem

_MOST_REDUCTIONS = 4
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
        cells = [_choice(place + at, setting, self._part(setting)) for at, setting in enumerate(settings[place : place + each])]
        height = 7 if room.large else 5
        choices = tuple(Row(row.cells, height) for row in filled(cells, columns, min(rows, -(-len(cells) // columns))))
        facts = Row((Cell(tuple(self._facts()), look="top"),))
        add = button("add", tr("ADD"), Line(tr("to cart")), go=True)
        foot = bar(button("back", tr("BACK")), more_button(self._turn, pages), self.cart_button(), add)
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
        from cartdesk.selling.lines import with_lines

        catalog, desk = self.house.catalog, self.house.visit.desk
        offering = catalog.offering(self._code)
        lines = [Line(safe_text((offering.name if offering is not None else None) or self._code, 120), "strong")]
        priced = desk.price(with_lines(self._trial.base, (self._trial.line,)))
        lines += _costs(priced, catalog.locale)
        lines += [Line(words, "good") for item in priced.items for words in _reductions(item)][:_MOST_REDUCTIONS]
        parts = [safe_text(child.name, 40) for item in priced.items for child in item.children]
        if parts:
            lines.append(Line(tr("with ") + ", ".join(parts)))
        described = safe_lines((offering.description if offering is not None else None) or "")
        return [*lines, *(Line(line, "dim") for line in described if line.strip())]

    def _part(self, setting: Setting) -> str:
        """Return the name of the part that a choice is about; nothing where it is about the offering itself."""
        row = self.house.catalog.find(setting.owner) if setting.owner else None
        return row.name if row is not None else ""

    @property
    def _code(self) -> str:
        reference = self._trial.line.product_offering
        return (reference.id or "") if reference is not None else ""


def _costs(priced: PricedCart, locale: str) -> list[Line]:
    """Return what a line costs by itself: every period as it is charged first and later, and what is due now."""
    lines = []
    for total in priced.totals:
        if total.period is None:
            continue
        first, later = shown(total.first), shown(total.steady)
        rest = tr(", later {amount}", amount=format_money(later, currency=False, locale=locale)) if first != later else ""
        lines.append(Line(f"{format_money(first, locale=locale)} {every_words(total.period)}{rest}", "accent"))
    due = shown(priced.due_now)
    if due.amount or not lines:
        lines.append(Line(tr("{amount} now", amount=format_money(due, locale=locale))))
    used = (charge for item in priced.items for charge in item.charges if charge.per is not None)
    return [
        *lines,
        *(
            Line(tr("{amount} per {per}", amount=format_money(shown(each.unit), locale=locale), per=safe_text(each.per or "", 30)), "dim")
            for each in used
        ),
    ]


def _reductions(item: PricedItem) -> Iterator[str]:
    """Yield what is taken off an item and its parts, and for how long."""
    for charge in item.charges:
        for each in charge.alterations:
            words = reduction_words(each.percentage, each.amount, OURS) + lasting_words(each.periods, charge.period)
            yield f"{words}: {safe_text(item.name, 40)}"
    for child in item.children:
        yield from _reductions(child)


def _can_turn(setting: Setting) -> bool:
    return setting.kind == "count" or (setting.kind in ("term", "value", "option") and len(setting.values) > 1)


def _choice(place: int, setting: Setting, part: str) -> Cell:
    word = next((word for word, value in setting.values if value == setting.chosen), setting.chosen or "choose")
    tone: Tone = "accent" if setting.chosen is not None else "warn"
    label = setting.label.capitalize()
    above, below = (safe_text(part, 40), f"{label} ▸") if part else (label, "▸")
    return button(f"turn {place}", Line(above, "dim"), Line(word, tone), Line(below, "dim"))


def _next_value(setting: Setting) -> str:
    """Return the value that a touch turns to: past the last one comes the first."""
    if setting.kind == "count":
        most = min(setting.high if setting.high is not None else _MOST_PARTS, _MOST_PARTS)
        count = int(setting.chosen or 0) + 1
        return str(count if count <= most else setting.low)
    values = [value for _, value in setting.values]
    return values[(values.index(setting.chosen) + 1) % len(values)] if setting.chosen in values else values[0]
