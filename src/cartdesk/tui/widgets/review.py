"""The cart as it is read back before an order: one-off and recurring charges in columns of their own, and what stands in the way.

The checkout shows it; it draws a ``CartView`` and computes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartdesk.documents.money import every_words, format_day, format_money
from cartdesk.language import capital, message, tr
from cartdesk.tui.widgets.cells import Cell, Piece, Tone
from cartdesk.tui.widgets.grid import Column, Grid, Row
from cartdesk.tui.widgets.money import amount_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartdesk.desk.view import CartView, DetailView, EveryView, FindingView, LineView
    from cartdesk.tui.app import CartdeskApp

_CHOSEN = frozenset({"term", "characteristic"})

EMPTY = message("This cart is empty, so there is nothing to order. Esc goes back; type a code there.")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One row: its cells, and the entry that mends what it says."""

    row: Row
    mend: str = ""
    way: str = ""
    """What that entry does, in a few words."""


class Review(Grid):
    """The lines to be ordered, their totals, and the findings; Enter on a finding mends it."""

    def __init__(self, *, id: str) -> None:
        super().__init__(
            Column("", 2, right=True),
            Column(tr("What is ordered")),
            Column(tr("Due now"), 13, right=True),
            Column(tr("Recurring"), 13, right=True),
            draw=lambda row: row.row,
            empty=tr(EMPTY),
            id=id,
        )

    def load(self, cart: CartView) -> None:
        """Show a cart."""
        rows = list(rows_of(cart))
        self.show(rows, cursor=0 if rows and rows[0].mend else None)

    @property
    def way(self) -> str:
        """What Enter does about the finding under the cursor; empty where there is none."""
        row: ReviewRow | None = self.current
        return "" if row is None else row.way

    async def mend(self, shop: CartdeskApp) -> bool:
        """Do the entry that mends the finding under the cursor; False when there is none there."""
        row: ReviewRow | None = self.current
        if row is None or not row.mend:
            return False
        await shop.enter(row.mend)
        return True


def rows_of(cart: CartView) -> Iterator[ReviewRow]:
    """Yield a cart's rows: first what stands in the way, then its lines, then the totals."""
    if not cart.lines:
        return
    for finding in sorted(cart.findings, key=lambda each: not each.blocking):
        yield _finding(finding)
    for line in cart.lines:
        if line.saved:
            continue
        times = (Piece(f" ×{line.quantity}", "accent"),) if line.quantity != 1 else ()
        name: Cell = (Piece(line.name), *times)
        yield ReviewRow(Row((Piece(str(line.number), "dim"), name, amount_cell(line.one_off), amount_cell(line.recurring, line.period))))
        yield from _details(line)
    later = sum(line.saved for line in cart.lines)
    if later:
        yield ReviewRow(Row(("", Piece(tr("{later} saved for later, not ordered", later=later), "dim"), "", "")))
    yield ReviewRow(Row(("", "", "", "")))
    label = (Piece(tr("Due now, on confirming"), "strong"), Piece(tr("  in {currency}", currency=cart.currency), "dim"))
    yield ReviewRow(Row(("", label, tuple(_strong(amount_cell(cart.due_now))), "")))
    for total in cart.every:
        yield from _every(total)
    if cart.first_bill is not None:
        on, amount = cart.first_bill
        yield ReviewRow(
            Row(
                (
                    "",
                    Piece(tr("First bill, {day}", day=format_day(on, year=True)), "dim"),
                    "",
                    (Piece(format_money(amount, currency=False)), Piece("   ", "dim")),
                )
            )
        )


def _every(total: EveryView) -> Iterator[ReviewRow]:
    period = total.period
    often = capital(every_words(period))
    yield ReviewRow(
        Row(("", Piece(tr("{often}, with the bill", often=often), "strong"), "", tuple(_strong(amount_cell(total.steady, period)))))
    )
    for phase in total.phases[:-1]:
        if phase.until is not None:
            words = Piece(tr("  until {day}", day=format_day(phase.until, year=True)), "good")
            yield ReviewRow(Row(("", words, "", amount_cell(phase.amount, period))))


def _strong(pieces: tuple[Piece, ...]) -> Iterator[Piece]:
    for piece in pieces:
        yield Piece(piece.text, piece.tone or "strong")


def _details(line: LineView) -> Iterator[ReviewRow]:
    """Yield what was chosen in one row, then what is taken off and what is charged beside; refusals have no place in a review."""
    chosen = ", ".join(detail.text for detail in line.details if detail.kind in _CHOSEN and detail.amount is None)
    if chosen:
        yield ReviewRow(Row(("", Piece(f"  {chosen}", "dim"), "", ""), wide=True))
    for detail in line.details:
        if detail.kind != "refused" and (detail.kind not in _CHOSEN or detail.amount is not None):
            yield ReviewRow(_detail(detail))


def _detail(detail: DetailView) -> Row:
    tone: Tone = "good" if detail.kind == "alteration" else "dim"
    text = Piece(f"  {detail.text}", tone)
    if detail.amount is None:
        return Row(("", text, "", ""), wide=True)
    amount = amount_cell(detail.amount, detail.period)
    now, recurring = ((), amount) if detail.period is not None else (amount, ())
    return Row(("", text, now, recurring))


def _finding(finding: FindingView) -> ReviewRow:
    mend = finding.mends[0] if finding.mends else None
    way = (Piece(f"▸ {mend[0]}  ", "accent"),) if mend is not None else ()
    sign = Piece("✗" if finding.blocking else "!", "warn")
    row = Row((sign, (*way, Piece(finding.sentence, "warn")), "", ""), wide=True)
    return ReviewRow(row, mend[1], mend[0]) if mend is not None else ReviewRow(row)
