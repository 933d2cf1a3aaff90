"""The cart's totals as the desk shows them: a column beside the cart, and one line where there is no room for it.

Both are made from a ``CartView`` and compute nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.cells import cell_len

from cartdesk.documents.money import currency_mark, every_words, format_day, format_money
from cartdesk.language import capital, ntr, tr
from cartdesk.tui.widgets.bar import Bar, Word
from cartdesk.tui.widgets.facts import Fact, Facts
from cartdesk.tui.widgets.money import plain_amount

if TYPE_CHECKING:
    from cartdesk.desk.view import CartView, EveryView


def facts_of(cart: CartView) -> Iterator[Fact]:
    """Yield the totals of a cart, the two that matter first; the currency stands once, with what is due now."""
    mark = currency_mark(cart.currency)
    gap = " " * (cell_len(mark) + 1)
    yield Fact(tr("Due now"), plain_amount(cart.due_now), f" {mark}", "strong", why="due_now")
    for total in cart.every or ():
        yield from _every(total, gap)
    if not cart.every:
        yield Fact(tr("Every month"), "–", gap, "strong")
    if cart.first_bill is not None:
        yield Fact(tr("First bill {day}", day=format_day(cart.first_bill[0])), plain_amount(cart.first_bill[1]), gap, why="first_bill")
    if cart.term_total is not None:
        yield Fact(tr("{term_total} months", term_total=cart.term_total[0]), plain_amount(cart.term_total[1]), gap)


def _every(total: EveryView, gap: str) -> Iterator[Fact]:
    yield Fact(capital(every_words(total.period)), plain_amount(total.steady), gap, "strong", why="total")
    for phase in total.phases[:-1]:
        if phase.until is not None:
            yield Fact(tr("  until {day}", day=format_day(phase.until)), plain_amount(phase.amount), gap, "good", why="total")


class Totals(Facts):
    """The totals beside the cart."""

    DEFAULT_CSS = "Totals { height: auto; min-height: 6; max-height: 12; padding: 0 1 0 2; }"

    def load(self, cart: CartView) -> None:
        """Show a cart's totals."""
        self.show(tuple(facts_of(cart)))


class TotalsLine(Bar):
    """The totals on one line, which never leaves the screen."""

    def load(self, cart: CartView, letter: str) -> None:
        """Show a cart's totals on the line."""
        count = len(cart.lines)
        words = [
            Word(ntr(" Cart {letter}: {n} line  ", " Cart {letter}: {n} lines  ", count, letter=letter), "$quiet"),
            Word(tr("due now "), "$quiet"),
            Word(format_money(cart.due_now), "bold"),
        ]
        for total in cart.every:
            words += [Word(f" · {every_words(total.period)} ", "$quiet"), Word(plain_amount(total.steady), "bold")]
            if len(total.phases) > 1 and total.phases[0].until is not None:
                words.append(
                    Word(
                        tr(
                            " (until {day} {plain_amount})",
                            day=format_day(total.phases[0].until),
                            plain_amount=plain_amount(total.phases[0].amount),
                        ),
                        "$success",
                    )
                )
        self.set_words(words)
