"""Carts and offerings side by side on the bill: what differs, month by month, and who pays least in the end.

``CartdeskApp`` opens it for F5. Two to four sides; more are added by their letter, name or code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from cartdesk.documents.money import every_words, format_day, format_money
from cartdesk.documents.words import ShowTax, shown
from cartdesk.errors import CartdeskError
from cartdesk.language import capital, message, tr
from cartdesk.tui.plain import content
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.cells import Cell, Piece
from cartdesk.tui.widgets.finder import FindLine
from cartdesk.tui.widgets.grid import Column, Grid, Row
from cartdesk.tui.widgets.message import Tone
from cartdesk.tui.widgets.subjects import FEWEST, MOST, SideBySide, named, side_by_side

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.view import DeskView
    from cartdesk.pricing.comparison import Comparison
    from cartdesk.pricing.priced import Amounts

EMPTY = message("Nothing to compare yet. Type a cart's letter or name, or an offering's code, and press Enter.")
ONE_MORE = message("One more side is needed: type a cart's letter or name, or an offering's code, and press Enter.")


@dataclass(frozen=True, slots=True)
class CompareRow:
    """One row: what is compared, and each side's amount."""

    label: str
    amounts: tuple[str, ...] = ()
    differs: bool = False
    least: tuple[int, ...] = ()
    """The sides that pay least, where the row is a sum."""
    heading: bool = False
    strong: bool = False


class CompareScreen(Sheet):
    """Two to four carts or offerings beside each other."""

    CSS_PATH = "compare.tcss"
    WHERE = "compare"
    AUTO_FOCUS = "#sides"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "add", message("Add a side"), tooltip=message("Add a cart or an offering to the comparison.")),
        Binding("left", "side(-1)", message("Side"), show=False),
        Binding("right", "side(1)", message("Side"), show=False),
        Binding("delete", "take_out", message("Take out"), tooltip=message("Take the chosen side out of the comparison.")),
        Binding("enter", "open", message("Open"), show=False),
        Binding("x", "only", message("Differences"), tooltip=message("Show only what differs, or everything.")),
    ]

    def __init__(self, desk: Desk, cart_ids: Sequence[str] = (), offering_ids: Sequence[str] = ()) -> None:
        """Make the page.

        Args:
            desk: the desk.
            cart_ids: the carts to compare; the first four of all.
            offering_ids: the offerings to compare with them.
        """
        super().__init__(desk)
        carts = list(dict.fromkeys(cart_ids))[:MOST]
        self._carts, self._offerings = carts, list(offering_ids)[: MOST - len(carts)]
        self._found: SideBySide | None = None
        self._side = 0
        self._only = False
        self._asked = self.asking(self._show)

    def body(self) -> ComposeResult:
        """The line to add a side with, and the sides."""
        with Horizontal(id="head"):
            yield Static(content(tr("Compare"), "bold"), id="title")
            yield FindLine(placeholder=tr("add a cart's letter or name, or a code"), hands_over=True, id="add")
            yield Static(id="verdict")
        yield Grid(Column(), draw=self._draw, empty=tr(EMPTY), id="sides")

    def on_mount(self) -> None:
        """Where a side is missing, begin in the line that adds one."""
        if self.count < FEWEST:
            self.query_one("#add", FindLine).focus()

    def view_changed(self, view: DeskView) -> None:
        """Lay the sides out again: one of them may have changed."""
        desk, carts, offerings = self.desk, tuple(self._carts), tuple(self._offerings)
        self._asked.ask(self.shop.seat, lambda: side_by_side(desk, carts, offerings))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what there is something to do it on."""
        if action == "only":
            return self._found is not None and self._found.comparison is not None
        return self.count > 0 if action == "take_out" else True

    # -- the sides ------------------------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many sides there are."""
        return len(self._carts) + len(self._offerings)

    def action_add(self) -> None:
        """Go to the line."""
        self.query_one("#add", FindLine).focus()

    @on(FindLine.Entered)
    async def entered(self, event: FindLine.Entered) -> None:
        """Add what is typed."""
        await self._add(event.line.value)

    @on(Grid.Chosen)
    async def chosen(self) -> None:
        """Enter on the list opens the chosen side."""
        await self.action_open()

    async def _add(self, text: str) -> None:
        if self.count >= MOST:
            self.say(tr("At most {most} sides fit beside each other; take one out first.", most=MOST), Tone.WARNING)
            return
        desk = self.desk
        found = await self.shop.work(lambda: named(desk, text))
        if found is None:
            return
        cart_id, offering_id = found
        if cart_id is not None and cart_id not in self._carts:
            self._carts.append(cart_id)
        if offering_id is not None:
            self._offerings.append(offering_id)
        self.query_one("#add", FindLine).value = ""
        self.view_changed(desk.view)

    def action_side(self, by: int) -> None:
        """Choose the side before, or the next."""
        if self.count:
            self._side = (self._side + by) % self.count
            self._write()

    def action_take_out(self) -> None:
        """Take the chosen side out."""
        if self._side < len(self._carts):
            del self._carts[self._side]
        elif self._side < self.count:
            del self._offerings[self._side - len(self._carts)]
        self._side = max(min(self._side, self.count - 1), 0)
        self.view_changed(self.desk.view)

    async def action_open(self) -> None:
        """Take up the chosen cart, or look at the chosen offering."""
        if self._found is None or self._side >= len(self._found.subjects):
            return
        subject = self._found.subjects[self._side]
        is_cart = self._side < len(self._carts)
        if await self.shop.enter(subject.entry if is_cart else f"info {subject.entry}") is not None and is_cart:
            self.go_to_desk()

    def action_only(self) -> None:
        """Show only what differs, or everything."""
        self._only = not self._only
        self._write()

    # -- what is on the screen ------------------------------------------------------------------------------------------------------

    def gone_wrong(self, error: BaseException) -> None:
        """Take out a side that cannot be had, and say why."""
        if isinstance(error, CartdeskError) and self.count:
            self.action_take_out()
        super().gone_wrong(error)

    def _show(self, found: SideBySide) -> None:
        self._found = found
        self._write()

    def _title(self, place: int) -> str:
        if self._found is None:
            return ""
        subject = self._found.subjects[place]
        return f"{'▸ ' if place == self._side else ''}{subject.name}  "

    def _write(self) -> None:
        found = self._found
        if found is None:
            return
        grid = self.query_one("#sides", Grid)
        titles = [Column(self._title(place), None, right=True) for place in range(len(found.subjects))]
        grid.set_columns(Column("", 2), Column("", 18), *titles)
        rows = list(rows_of(found, self.side)) if found.comparison is not None else []
        if self._only:
            rows = [row for row in rows if row.differs or row.heading]
        grid.show(rows, cursor=grid.cursor or min(1, len(rows)), empty=tr(ONE_MORE) if found.subjects else tr(EMPTY))
        self.query_one("#verdict", Static).update(
            content(" ".join((_verdict(found), tr("Only these are shown.") if self._only else "")).strip(), "$quiet")
        )
        self.refresh_keys()

    def _draw(self, row: CompareRow) -> Row:
        sides = len(self._found.subjects) if self._found is not None else 0
        if row.heading:
            return Row(("", Piece(row.label), *("" for _ in range(sides))), heading=True)
        cells: list[Cell] = []
        for place in range(sides):
            amount = row.amounts[place] if place < len(row.amounts) else ""
            best = place in row.least and row.differs
            cells.append((Piece(amount, "strong" if row.strong else "" if row.differs else "dim"), Piece(" ✓" if best else "  ", "good")))
        return Row((Piece("≠" if row.differs else "", "warn"), Piece(row.label, "" if row.differs else "dim"), *cells))


def rows_of(found: SideBySide, side: ShowTax) -> Iterator[CompareRow]:
    """Yield the rows of a comparison: the totals, what is paid in so many months, then month by month."""
    comparison = found.comparison
    if comparison is None:
        return
    yield CompareRow(tr("Totals"), heading=True)
    priced = [subject.priced for subject in found.subjects]
    yield _row(tr("Due now"), [each.due_now for each in priced], side, strong=True)
    yield _row(tr("First bill"), comparison.bills[1].amounts, side, strong=True)
    periods = dict.fromkeys(total.period for each in priced for total in each.totals if total.period is not None)
    for period in periods:
        totals = [each.every(period) for each in priced]
        words = capital(every_words(period))
        steady = [total.steady if total is not None else each.nothing for total, each in zip(totals, priced, strict=True)]
        first = [total.first if total is not None else each.nothing for total, each in zip(totals, priced, strict=True)]
        yield _row(words, steady, side, strong=True)
        if first != steady:
            yield _row(tr("  at first"), first, side)
    yield CompareRow(tr("Paid altogether"), heading=True)
    for total in comparison.sums:
        yield _row(tr("in {months} months", months=total.months), total.amounts, side, least=total.cheapest)
    yield CompareRow(tr("Month by month"), heading=True)
    yield from _months(comparison, side)


def _months(comparison: Comparison, side: ShowTax) -> Iterator[CompareRow]:
    before = None
    for bill in comparison.bills:
        day = bill.on[0]
        year = before is None or day.year != before
        before = day.year if bill.number else None
        yield _row(tr("today") if not bill.number else format_day(day, year=year), bill.amounts, side)


def _row(label: str, amounts: Sequence[Amounts], side: ShowTax, *, strong: bool = False, least: tuple[int, ...] = ()) -> CompareRow:
    texts = tuple(format_money(shown(each, side), currency=False) for each in amounts)
    return CompareRow(label, texts, len(set(texts)) > 1, least, strong=strong)


def _verdict(found: SideBySide) -> str:
    comparison = found.comparison
    if comparison is None:
        return tr("{n} of at least {fewest} sides", n=len(found.subjects), fewest=FEWEST) if found.subjects else ""
    if not comparison.differing:
        return tr("Every bill is the same.")
    if comparison.turns is not None and len(found.subjects) == FEWEST:
        return tr(
            "The first two change places with bill {turns}, {day}.",
            turns=comparison.turns,
            day=format_day(comparison.bills[comparison.turns].on[0], year=True),
        )
    count = len(comparison.differing)
    return tr("{count} of {n} bills differ.", count=count, n=len(comparison.bills))
