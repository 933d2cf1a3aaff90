"""Why a number is what it is: the steps behind any amount, each with its rule, and the discounts refused, each with its mend.

``CartdeskApp`` opens it for F7; the offering's screen opens it for a line that is not in the cart yet. The steps are pricing's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from cartdesk.documents.layout import aligned
from cartdesk.documents.money import decimal_point, every_words, format_day, format_money
from cartdesk.documents.why_text import WhyLine, why_lines
from cartdesk.documents.words import ShowTax, shown
from cartdesk.language import capital, message, tr
from cartdesk.tui.plain import content, join
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.cells import Piece, Tone
from cartdesk.tui.widgets.grid import Column, Grid, Row

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.view import DeskView
    from cartdesk.pricing import PricedCart, PricedItem, Step
    from cartdesk.tmf.money import Money
    from cartdesk.tmf.period import Period

EMPTY = message("There is no amount to explain yet: this cart is empty. Esc goes back.")


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount that can be explained."""

    label: str
    amount: Money
    asks: Mapping[str, Any] = field(default_factory=dict)
    """What ``pricing.explain`` is asked."""
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One row of an explanation."""

    line: WhyLine
    mend: str = ""
    """The entry that would make a refused discount hold."""
    is_last: bool = False
    """True for the step that comes to the amount."""


class WhyScreen(Sheet):
    """The amounts of the cart at the left, the steps behind the one under the cursor at the right."""

    CSS_PATH = "why.tcss"
    WHERE = "why"
    AUTO_FOCUS = "#amounts"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "turn", message("Steps"), tooltip=message("Go to the steps, or back to the amounts.")),
        Binding("enter", "mend", message("Mend"), show=False),
        Binding("t", "tax", message("Tax"), tooltip=message("Explain the amount with tax, without, or the tax alone.")),
    ]

    def __init__(
        self,
        desk: Desk,
        item_id: str | None = None,
        what: str = "total",
        priced: PricedCart | None = None,
        **asks: Any,
    ) -> None:
        """Make the page.

        Args:
            desk: the desk.
            item_id: the line whose amount is asked about first.
            what: line, total, due_now, first_bill, bill, sum or leaving.
            priced: the cart, where it is not the current one as it stands.
            asks: what else ``pricing.explain`` is to be told: which bill, how many months, on which day.
        """
        super().__init__(desk)
        self._wanted: dict[str, Any] = {"what": what, **({"item_id": item_id} if item_id else {}), **asks}
        self._given = priced
        self._priced: PricedCart | None = priced
        self._which: str = ""
        self._read = self.asking(self._show_amounts)
        self._explained = self.asking(self._show_steps)

    def body(self) -> ComposeResult:
        """The amounts, and the steps."""
        with Horizontal(id="work"):
            yield Grid(Column(tr("Why")), Column(width=11, right=True), draw=_amount, empty=tr(EMPTY), id="amounts")
            with Vertical(id="right"):
                yield Static(id="title")
                yield Grid(
                    Column(width=1),
                    Column(width=11, right=True),
                    Column(),
                    Column(width=16, from_width=70),
                    draw=_reason,
                    points=False,
                    id="steps",
                )
                yield Static(id="step")

    def view_changed(self, view: DeskView) -> None:
        """Read the amounts again."""
        desk, given, side = self.desk, self._given, self.side
        start, day = self.bill_terms

        def read() -> tuple[PricedCart | None, tuple[Amount, ...]]:
            priced = given if given is not None else desk.priced
            return priced, tuple(amounts_of(priced, side, start, day)) if priced is not None else ()

        self._read.ask(self.shop.seat, read)

    # -- the amounts ----------------------------------------------------------------------------------------------------------------

    def _show_amounts(self, found: tuple[PricedCart | None, tuple[Amount, ...]]) -> None:
        self._priced, amounts = found
        grid = self.query_one("#amounts", Grid)
        place = next((n for n, each in enumerate(amounts) if _fits(each, self._wanted)), None)
        if place is None and self._wanted.get("what") in ("bill", "sum", "leaving"):
            amounts = (*amounts, Amount(_asked_words(self._wanted), amounts[0].amount, self._wanted)) if amounts else amounts
            place = len(amounts) - 1
        if place is None:
            place = next(
                (n for n, each in enumerate(amounts) if each.asks.get("item_id") == self._wanted.get("item_id") and not each.heading), 0
            )
        grid.show(amounts, cursor=place)

    @on(Grid.Moved, "#amounts")
    def explain(self, event: Grid.Moved) -> None:
        """Work out the steps of the amount under the cursor, off the event loop."""
        amount: Amount | None = event.grid.current
        priced = self._priced
        if amount is None or priced is None or amount.heading:
            self.query_one("#steps", Grid).show(())
            self.query_one("#title", Static).update(content("" if amount is None else amount.label, "bold"))
            return
        if not _fits(amount, self._wanted):
            self._wanted = dict(amount.asks)
        which = self._which or ("net" if self.side == "excluded" else "gross")

        def work() -> tuple[Amount, tuple[Reason, ...]]:
            from cartdesk.pricing.explanations import explain

            steps = explain(priced, **{"shown": which, **amount.asks})
            return amount, tuple(reasons(priced, steps))

        self._explained.ask(self.shop.seat, work)

    def _show_steps(self, found: tuple[Amount, tuple[Reason, ...]]) -> None:
        amount, rows = found
        made = next((row.line.amount.strip() for row in rows if row.is_last), "")
        words = {"net": tr("without tax"), "tax": tr("tax alone"), "gross": tr("with tax")}[
            self._which or ("net" if self.side == "excluded" else "gross")
        ]
        currency = self._priced.currency if self._priced is not None else ""
        title = join(
            content(f"{amount.label.strip()}  ", "bold"), content(f"{made} {currency}", "bold $accent"), content(f"  {words}", "$quiet")
        )
        self.query_one("#title", Static).update(title)
        self.query_one("#steps", Grid).show(rows, cursor=0, empty=tr("Nothing is charged here."))
        self.refresh_keys()

    @on(Grid.Moved, "#steps")
    def tell(self, event: Grid.Moved) -> None:
        """Write the step under the cursor out in full."""
        row: Reason | None = event.grid.current
        if row is None or not event.grid.has_focus:
            self.query_one("#step", Static).update(content(""))
            return
        source = f"  ({row.line.source})" if row.line.source else ""
        mend = tr("  Enter does {mend}", mend=row.mend) if row.mend else ""
        self.query_one("#step", Static).update(content(f"{row.line.words}{source}{mend}", "$quiet"))

    # -- keys -----------------------------------------------------------------------------------------------------------------------

    def action_turn(self) -> None:
        """Go to the steps, or back to the amounts."""
        amounts, steps = self.query_one("#amounts", Grid), self.query_one("#steps", Grid)
        (amounts if steps.has_focus else steps).focus()
        self.call_after_refresh(lambda: steps.post_message(Grid.Moved(steps, steps.cursor)))

    def action_tax(self) -> None:
        """Explain the next of: with tax, without, the tax alone."""
        order = ("gross", "net", "tax")
        now = self._which or ("net" if self.side == "excluded" else "gross")
        self._which = order[(order.index(now) + 1) % len(order)]
        grid = self.query_one("#amounts", Grid)
        grid.post_message(Grid.Moved(grid, grid.cursor))

    @on(Grid.Chosen, "#amounts")
    def to_steps(self) -> None:
        """Enter on an amount goes to its steps."""
        self.query_one("#steps", Grid).focus()

    @on(Grid.Chosen, "#steps")
    async def mend(self) -> None:
        """Do what would make the refused discount under the cursor hold."""
        row: Reason | None = self.query_one("#steps", Grid).current
        if row is None or not row.mend:
            return
        await self.shop.enter(row.mend)


def amounts_of(priced: PricedCart, side: ShowTax, start: date, day: int) -> Iterator[Amount]:
    """Yield every amount of a cart that can be explained: the totals, the first bill, then line by line."""
    from cartdesk.pricing import project

    if not priced.items:
        return
    yield Amount(tr("Due now"), shown(priced.due_now, side), {"what": "due_now"})
    for total in priced.totals:
        if total.period is None:
            continue
        words = capital(every_words(total.period))
        for phase in reversed(total.phases):
            number = phase.first
            label = words if phase is total.phases[-1] else f"  {_phase(number, phase.last, total.period)}"
            asks = {"what": "total", "period": total.period, "number": number}
            yield Amount(label, shown(phase.amounts, side), asks)
    bills = project(priced, start, day, months=1)
    first = next((bill for bill in bills if not bill.is_today), None)
    if first is not None:
        asks = {"what": "first_bill", "start": start, "bill_cycle_day": day}
        yield Amount(tr("First bill {day}", day=format_day(first.on)), shown(first.total, side), asks)
    for number, item in enumerate(priced.items, start=1):
        yield from _line_amounts(number, item, priced, side)


def _line_amounts(number: int, item: PricedItem, priced: PricedCart, side: ShowTax) -> Iterator[Amount]:
    times = f" ×{item.quantity}" if item.quantity != 1 else ""
    yield Amount(f"{number} {item.name}{times}", priced.nothing.tax_included, heading=True)
    charges = [charge for charge in item.all_charges() if charge.per is None]
    for period in sorted(dict.fromkeys(charge.period for charge in charges), key=lambda each: each is None):
        of_period = [charge for charge in charges if charge.period == period]
        amounts = [shown(charge.in_period(1), side) for charge in of_period]
        label = tr("  once, now") if period is None else f"  {every_words(period)}"
        altered = any(each.periods for charge in of_period for each in charge.alterations)
        asks = {"what": "line", "item_id": item.item.id, "period": period, "number": 1}
        yield Amount(label + (tr(" at first") if altered else ""), sum(amounts[1:], start=amounts[0]), asks)


def _phase(first: int, last: int | None, period: Period) -> str:
    from cartdesk.tmf.period import MONTHLY

    if period == MONTHLY:
        if last == first:
            return tr("in month {first}", first=first)
        if last is None:
            return tr("from month {first} on", first=first)
        return tr("in months {first} to {last}", first=first, last=last)
    unit = tr(period.unit.value if period.length == 1 else "period")
    if last == first:
        return tr("in {unit} {first}", unit=unit, first=first)
    if last is None:
        return tr("from {unit} {first} on", unit=unit, first=first)
    return tr("in {unit}s {first} to {last}", unit=unit, first=first, last=last)


def reasons(priced: PricedCart, steps: list[Step]) -> Iterator[Reason]:
    """Yield an explanation's rows; a refused discount brings the entry that would make it hold."""
    mends = {refused.source: refused.mend for refused in _refusals(priced) if refused.mend}
    lines = why_lines(steps)
    made = [line for line in lines if not line.refused]
    amounts = aligned([line.amount for line in made], decimal_point())
    for place, (line, amount) in enumerate(zip(made, amounts, strict=True), start=1):
        yield Reason(replace(line, amount=amount), is_last=place == len(made))
    for line in lines:
        if line.refused:
            yield Reason(line, mends.get(line.source) or "")


def _refusals(priced: PricedCart) -> Iterator[Any]:
    yield from priced.refused
    for item in priced.items:
        yield from item.refused
        for charge in item.all_charges():
            yield from charge.refused


def _fits(amount: Amount, wanted: Mapping[str, Any]) -> bool:
    if amount.heading:
        return False
    return all(amount.asks.get(name) == value for name, value in wanted.items())


def _asked_words(wanted: Mapping[str, Any]) -> str:
    if wanted["what"] == "sum":
        return tr("{value} months altogether", value=wanted.get("months", 24))
    if wanted["what"] == "leaving":
        return tr("Leaving on {day}", day=format_day(wanted["on"], year=True)) if wanted.get("on") else tr("Leaving early")
    return tr("Bill {value}", value=wanted.get("bill", 1))


def _amount(amount: Amount) -> Row:
    if amount.heading:
        return Row((Piece(amount.label), ""), heading=True)
    return Row((amount.label, format_money(amount.amount, currency=False)))


def _reason(reason: Reason) -> Row:
    line = reason.line
    if line.refused:
        way = (Piece(f"▸ {reason.mend}  ", "accent"),) if reason.mend else ()
        return Row((Piece("✗", "warn"), Piece(tr("refused"), "warn"), (*way, Piece(line.words)), Piece(line.source, "dim")))
    tone: Tone = "strong" if reason.is_last else ""
    return Row((Piece(line.sign, "dim"), Piece(line.amount, tone), Piece(line.words, tone), Piece(line.source, "dim")))
