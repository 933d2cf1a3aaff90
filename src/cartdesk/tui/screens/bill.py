"""The bill, month by month: what is paid on which day, what changes there and why, and what leaving early would cost.

``CartdeskApp`` opens it for F6. The start, the bill day and the convention are edited in place; every number is pricing's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from cartdesk.desk.command import Outcome, Show
from cartdesk.desk.commands import ShowWhy
from cartdesk.documents.bill_text import what_is_on
from cartdesk.documents.money import day_room, every_words, format_day, format_money
from cartdesk.documents.words import ShowTax, shown
from cartdesk.language import capital, message, tr
from cartdesk.tui.papers import manner_of, quote_of_cart, write_pdf
from cartdesk.tui.plain import content, join
from cartdesk.tui.sheet import USUAL_DAY, Sheet
from cartdesk.tui.widgets.cells import Bar, Piece
from cartdesk.tui.widgets.cells import Tone as Ink
from cartdesk.tui.widgets.chart import bars
from cartdesk.tui.widgets.facts import RULE, Fact, Facts
from cartdesk.tui.widgets.form import Choice, Field, label_room
from cartdesk.tui.widgets.grid import Column, Grid, Row
from cartdesk.tui.widgets.message import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartdesk.desk import Desk
    from cartdesk.desk.command import Command
    from cartdesk.desk.draft import Draft
    from cartdesk.desk.view import CartView, DeskView
    from cartdesk.pricing import Bill, PricedCart
    from cartdesk.pricing.priced import Amounts, BillLine, Convention
    from cartdesk.tmf.money import Money

CONVENTIONS: tuple[Convention, ...] = ("actual", "thirty", "none")
CONVENTION_WORDS = (message("actual days"), message("30-day months"), message("full first month"))
SUMS = (12, 24, 36)
"""Over how many months everything is summed up."""
SHOWN_MONTHS = 24

EMPTY = message("There is nothing to bill yet: this cart is empty. Esc goes back to the desk.")


@dataclass(frozen=True)
class WhyBill(ShowWhy):
    """Show why the bill under the cursor is what it is."""

    bill: int = 1
    """Which one: 0 is today's, 1 the first of the account."""
    start: date | None = None
    day: int = USUAL_DAY
    convention: Convention = "actual"

    def run(self, draft: Draft) -> Outcome:
        """Open the steps behind it."""
        asks = {"what": "bill", "bill": self.bill, "start": self.start, "bill_cycle_day": self.day, "convention": self.convention}
        return Outcome("", Show("why", asks))

    def as_entry(self) -> str | None:
        """There is no entry for a single bill."""
        return None


@dataclass(frozen=True, slots=True)
class Projection:
    """A cart's bills under one start, bill day and convention."""

    bills: tuple[Bill, ...]
    sums: tuple[tuple[int, Amounts], ...]
    term: int
    """The contract's length in months; 0 where there is none."""
    leaving: tuple[Money, ...]
    """What leaving costs on the day of each bill."""


@dataclass(frozen=True, slots=True)
class BillRow:
    """One row of the table."""

    bill: Bill
    bar: Bar
    leaving: Money
    day: str
    amount: Money
    note: str
    """What is different on this bill; empty where it is like the one before."""
    is_first: bool
    """True for the first bill of the account."""


def projected(priced: PricedCart, start: date, day: int, convention: Convention) -> Projection:
    """Return a cart's bills, sums and leaving costs; called on the desk's thread."""
    from cartdesk.pricing.bills import contract_months, project, sum_over
    from cartdesk.pricing.leaving import leaving_cost

    term = contract_months(priced) or 0
    bills = tuple(project(priced, start, day, convention, max(*SUMS, term))) if priced.items else ()
    sums = tuple((count, sum_over(bills, count)) for count in sorted({*SUMS, *([term] if term else [])})) if bills else ()
    seen = bills[: max(SHOWN_MONTHS, term) + 1]
    return Projection(seen, sums, term, tuple(leaving_cost(priced, start, bill.on) for bill in seen))


class BillScreen(Sheet):
    """The bills to come, the first of them loudest."""

    CSS_PATH = "bill.tcss"
    WHERE = "bill"
    AUTO_FOCUS = "#months"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "edit('start')", message("Start"), tooltip=message("Change the day service starts.")),
        Binding("d", "edit('day')", message("Bill day"), tooltip=message("Change the day of the month bills are made on.")),
        Binding("p", "convention", message("Part month"), tooltip=message("Count part months in another way.")),
        Binding("w", "pdf", message("Quote as PDF"), tooltip=message("Write a quote for this cart into the folder of papers.")),
        Binding("enter", "why", message("Why"), show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._convention = 0
        self._projection: Projection | None = None
        self._asked = self.asking(self._show_bills)

    def body(self) -> ComposeResult:
        """What can be changed, the months, what the day under the cursor is made of, and the sums."""
        yield Static(id="headline")
        with Horizontal(id="given"):
            yield Field(tr("Start"), label_width=label_room(7, tr("Start")), hint="2026-12-01", id="start")
            yield Field(tr("Bill day"), label_width=label_room(10, tr("Bill day")), hint="1 to 31", id="day")
            yield Choice(tr("Part month"), tuple(map(tr, CONVENTION_WORDS)), label_width=label_room(12, tr("Part month")), id="convention")
        with Horizontal(id="work"):
            with Vertical(id="left"):
                yield Grid(
                    Column("", day_room()),
                    Column(tr("To pay"), 10, right=True),
                    Column("", 18, from_width=60),
                    Column(tr("What changes")),
                    Column(tr("Leaving"), 9, right=True, from_width=74),
                    draw=_month,
                    empty=tr(EMPTY),
                    id="months",
                )
                yield Static(id="day-title")
                yield Grid(
                    Column(),
                    Column(width=22, from_width=60),
                    Column(width=11, right=True),
                    Column(width=11, right=True),
                    draw=_line,
                    points=False,
                    id="lines",
                )
            with Vertical(id="right"):
                yield Static(id="first")
                yield Facts(id="sums")

    def view_changed(self, view: DeskView) -> None:
        """Work the bills out again, off the event loop."""
        start, day = self.bill_terms
        for field, text in (("start", start.isoformat()), ("day", str(day))):
            if not self.query_one(f"#{field}", Field).input.has_focus:
                self.query_one(f"#{field}", Field).value = text
        self._ask(start, day)

    def _ask(self, start: date, day: int) -> None:
        desk, convention = self.desk, CONVENTIONS[self._convention]

        def work_out() -> Projection | None:
            priced = desk.priced
            return projected(priced, start, day, convention) if priced is not None else None

        self._asked.ask(self.shop.seat, work_out)

    def command_for(self, key: str) -> Command | None:
        """Return the command a key means; asking why means the bill under the cursor."""
        command = super().command_for(key)
        return self._why() if isinstance(command, ShowWhy) else command

    def _why(self) -> WhyBill:
        grid = self.query_one("#months", Grid)
        start, day = self.bill_terms
        return WhyBill(what="bill", bill=grid.cursor if grid.rows else 0, start=start, day=day, convention=CONVENTIONS[self._convention])

    # -- what is given --------------------------------------------------------------------------------------------------------------

    def action_edit(self, field: str) -> None:
        """Go to the start, or to the bill day."""
        self.query_one(f"#{field}", Field).input.focus()

    async def action_pdf(self) -> None:
        """Write a quote, and say where it is."""
        await write_pdf(self, lambda: quote_of_cart(self.desk), manner_of(self.desk).form)

    def action_convention(self) -> None:
        """Count part months in the next way."""
        self.query_one("#convention", Choice).action_step(1)

    async def action_why(self) -> None:
        """Explain the amount under the cursor."""
        await self.shop.perform(self._why())

    @on(Choice.Changed, "#convention")
    def count_so(self, event: Choice.Changed) -> None:
        """Work the bills out with the other convention."""
        self._convention = event.index
        self.view_changed(self.desk.view)

    @on(Field.Entered)
    async def entered(self, event: Field.Entered) -> None:
        """Keep what was typed, or say below it what is wrong."""
        field = event.field
        try:
            command = self._command(field.id or "", field.value.strip())
        except ValueError as error:
            field.error = str(error)
            return
        field.error = ""
        outcome = await self.shop.work(lambda: self.desk.run(command))
        if outcome is not None:
            self.shop.show_view()
            self.say(outcome.said, Tone.GOOD, aside=tr("Ctrl+Z undoes · entry {as_entry}", as_entry=command.as_entry()))
            self.query_one("#months", Grid).focus()

    def _command(self, field: str, text: str) -> Command:
        from cartdesk.desk.commands import BillDay, StartDay

        if field == "start":
            try:
                return StartDay(date.fromisoformat(text))
            except ValueError:
                raise ValueError("No such day; write it as 2026-12-01.") from None
        if not (text.isascii() and text.isdecimal() and len(text) < 3 and 1 <= int(text) <= 31):
            raise ValueError("A day from 1 to 31.")
        return BillDay(int(text))

    # -- what is shown --------------------------------------------------------------------------------------------------------------

    def _show_bills(self, found: Projection | None) -> None:
        self._projection = found
        bills = found.bills if found is not None else ()
        side = self.side
        drawn = bars([(shown(bill.total, side), shown(bill.list_price, side)) for bill in bills], bool(bills) and bills[0].is_today)
        rows = []
        steady = steady_from([shown(bill.total, side) for bill in bills])
        for place, (bill, bar) in enumerate(zip(bills, drawn, strict=True)):
            year = place <= 1 or bill.on.year != bills[place - 1].on.year
            day = tr("today") if bill.is_today else format_day(bill.on, year=year)
            leaving = found.leaving[place] if found is not None else bill.total.tax_included
            first = place == int(bills[0].is_today)
            note = what_is_on(bill) if place <= int(bills[0].is_today) else what_changes(bill)
            if place == steady:
                note = ", ".join(part for part in (note, tr("from here on")) if part)
            bar = bar._replace(loud=first)
            rows.append(BillRow(bill, bar, leaving, day, shown(bill.total, side), note, first))
        self.query_one("#months", Grid).show(rows)
        self._show_sums()

    def _show_sums(self) -> None:
        cart, found = self.desk.view.cart, self._projection
        bills = found.bills if found is not None else ()
        first = next((bill for bill in bills if not bill.is_today), None)
        if first is None or found is None:
            for widget in ("#first", "#headline"):
                self.query_one(widget, Static).update(content(""))
            self.query_one("#sums", Facts).show(())
            return
        side = self.side
        amount = format_money(shown(first.total, side))
        on = format_day(first.on, year=True)
        self.query_one("#first", Static).update(
            Content("\n").join((content(tr("First bill, {on}", on=on), "$quiet"), content(amount, "bold $accent")))
        )
        every = " · ".join(f"{every_words(total.period)} {format_money(total.steady, currency=False)}" for total in cart.every)
        rest = " · ".join(part for part in (tr("due now {amount}", amount=format_money(cart.due_now, currency=False)), every) if part)
        self.query_one("#headline", Static).update(
            join(content(tr("First bill {on}  ", on=on), "$quiet"), content(amount, "bold $accent"), content(f"  {rest}", "$quiet"))
        )
        facts = [*_due(cart), RULE]
        facts += [Fact(_months_words(months, found.term), format_money(shown(total, side), currency=False)) for months, total in found.sums]
        if any(found.leaving):
            facts += [RULE, *_leaving(found)]
        self.query_one("#sums", Facts).show(facts)

    @on(Grid.Chosen, "#months")
    async def chosen(self) -> None:
        """A bill that is chosen is explained."""
        await self.action_why()

    @on(Grid.Moved, "#months")
    def tell(self, event: Grid.Moved) -> None:
        """Say what the bill under the cursor is made of, and what changes on it."""
        row: BillRow | None = event.grid.current
        title, lines = self.query_one("#day-title", Static), self.query_one("#lines", Grid)
        if row is None:
            title.update(content(""))
            lines.show((), empty="")
            return
        title.update(join(content(format_day(row.bill.on, year=True), "bold"), content(f"  {what_is_on(row.bill)}", "$quiet")))
        lines.show([(line, self.side) for line in row.bill.lines], cursor=0, empty=tr("Nothing is charged on this day."))

    @on(Facts.Why)
    async def why(self, event: Facts.Why) -> None:
        """Explain an amount that was clicked."""
        await self.shop.perform(ShowWhy(what=event.what))


def _due(cart: CartView) -> Iterator[Fact]:
    yield Fact(tr("Due now"), format_money(cart.due_now, currency=False), why="due_now")
    for total in cart.every:
        yield Fact(capital(every_words(total.period)), format_money(total.steady, currency=False), why="total")
        for phase in total.phases[:-1]:
            if phase.until is not None:
                yield Fact(
                    tr("  until {day}", day=format_day(phase.until, year=True)),
                    format_money(phase.amount, currency=False),
                    tone="good",
                    why="total",
                )


def _months_words(months: int, term: int) -> str:
    return tr("{months} months · contract", months=months) if months == term else tr("{months} months", months=months)


def _leaving(found: Projection) -> Iterator[Fact]:
    yield Fact(tr("Leaving early"), tone="dim")
    for place in range(0, len(found.bills), 6):
        bill = found.bills[place]
        when = tr("today") if bill.is_today else format_day(bill.on, year=True)
        yield Fact(f"  {when}", format_money(found.leaving[place], currency=False))


def _month(row: BillRow) -> Row:
    leaving = format_money(row.leaving, currency=False) if row.leaving else "–"
    tone: Ink = "accent" if row.is_first else ""
    amount = Piece(format_money(row.amount, currency=False), "strong" if row.is_first else "")
    return Row(
        (Piece(row.day, tone), amount, row.bar, Piece(row.note, "dim" if row.is_first or row.bill.is_today else ""), Piece(leaving, "dim"))
    )


def _line(pair: tuple[BillLine, ShowTax]) -> Row:
    line, side = pair
    days = "" if line.first_day == line.last_day else f"{format_day(line.first_day)} – {format_day(line.last_day)}"
    listed, charged = shown(line.list_price, side), shown(line.amounts, side)
    reduced = Piece(format_money(listed, currency=False), "dim") if listed != charged else ""
    name, _, charge = line.name.partition(": ")
    return Row((charge if charge.startswith(name) else line.name, Piece(days, "dim"), reduced, format_money(charged, currency=False)))


def what_changes(bill: Bill) -> str:
    """Return what is different on a bill, without what it is made of."""
    return what_is_on(replace(bill, lines=()))


def steady_from(amounts: Sequence[Money]) -> int | None:
    """Return the place of the first amount from which on all are the same; None where the last two differ already."""
    if len(amounts) < 2 or amounts[-1] != amounts[-2]:
        return None
    place = len(amounts) - 1
    while place and amounts[place - 1] == amounts[-1]:
        place -= 1
    return place
