"""The details pane under the list: the offering under the cursor, from its row at once and from its models once they are loaded.

The desk screen fills it as the cursor moves.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from cartdesk.documents.money import period_suffix
from cartdesk.language import tr
from cartdesk.text import safe_text
from cartdesk.tui.plain import content, cut, fit, join
from cartdesk.tui.widgets.money import SUFFIX_WIDTH, plain_amount

if TYPE_CHECKING:
    from cartdesk.catalog import OfferingRow
    from cartdesk.desk.view import DetailView


class Details(Widget, can_focus=False):
    """Name, what it is, how long it binds, and what is worth knowing about its prices."""

    DEFAULT_CSS = "Details { height: 7; padding: 0 2; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._row: OfferingRow | None = None
        self._more: tuple[DetailView, ...] = ()
        self._empty = ""

    def show(self, row: OfferingRow | None, more: tuple[DetailView, ...] = (), *, empty: str = "") -> None:
        """Show an offering with further facts, one a line; without an offering, the sentence ``empty``."""
        if (row, more, empty) != (self._row, self._more, self._empty):
            self._row, self._more, self._empty = row, more, empty
            self.refresh()

    def render(self) -> Content:
        """Lay the facts out."""
        row = self._row
        if row is None:
            return content(self._empty, "$quiet")
        width, height = self.size.width, max(self.size.height, 1)
        lines = [content(cut(row.name, width), "bold"), content(cut(" · ".join(_terms(row)), width), "$quiet")]
        lines += [content(part) for part in textwrap.wrap(safe_text(row.detail), max(width, 20))[:2]]
        lines += [self._fact(detail, width) for detail in self._more]
        return Content("\n").join(lines[:height])

    @staticmethod
    def _fact(detail: DetailView, width: int) -> Content:
        amount = plain_amount(detail.amount) if detail.amount is not None else ""
        suffix = (period_suffix(detail.period).replace(" ", "") if detail.period is not None else "").ljust(SUFFIX_WIDTH) if amount else ""
        style = "$success" if detail.kind == "alteration" else "$quiet"
        tail = f" {amount}"
        return join(
            content(fit(detail.text, max(width - cell_len(tail + suffix), 0)), style), content(tail, style), content(suffix, "$quiet")
        )


def _terms(row: OfferingRow) -> list[str]:
    facts = [row.id]
    if row.category:
        facts.append(row.category)
    facts.append(tr("{term_months} months", term_months=row.term_months) if row.term_months else tr("no contract"))
    if row.one_off is not None:
        facts.append(tr("{plain_amount} now", plain_amount=plain_amount(row.one_off)))
    if row.bundle:
        facts.append(tr("bundle"))
    if row.usage:
        facts.append(tr("charged by use"))
    if row.status != "sold":
        facts.append(row.status)
    return facts
