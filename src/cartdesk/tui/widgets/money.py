"""Amounts as cells of a list: right-aligned on the decimal point, the period dim in its own place beside it.

The desk's lists and totals use it; the words themselves come from ``documents.money``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from cartdesk.documents.money import format_money, period_suffix
from cartdesk.language import cached
from cartdesk.tmf.period import MONTHLY
from cartdesk.tui.widgets.cells import Piece

if TYPE_CHECKING:
    from cartdesk.tmf.money import Money
    from cartdesk.tmf.period import Period

SUFFIX_WIDTH = 4
"""Cells kept for ``/mo`` and its like, so that amounts above and below each other stay on one decimal point."""


@cached(8_192)
def amount_cell(amount: Money | None, period: Period | None = None, *, once: str = "") -> tuple[Piece, ...]:
    """Return an amount as a right-aligned cell.

    Args:
        amount: what to show; None leaves the cell empty.
        period: how often it is charged; its short form stands behind the amount.
        once: the word behind an amount that is charged once ("now"), where a column says so.
    """
    if amount is None:
        return ()
    suffix = period_suffix(period).replace(" ", "") if period is not None else f" {once}" if once else ""
    return (Piece(format_money(amount, currency=False)), Piece(suffix.ljust(max(SUFFIX_WIDTH, cell_len(period_suffix(MONTHLY)))), "dim"))


def plain_amount(amount: Money) -> str:
    """Return an amount as text without its currency, which stands once, with the total."""
    return format_money(amount, currency=False)
