"""The details pane under the list: the offering under the cursor, from its row at once and from its models once they are loaded.

The desk screen fills it as the cursor moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from cartdesk.tui.plain import content, join
from cartdesk.tui.widgets.money import plain_amount

if TYPE_CHECKING:
    from cartdesk.catalog import OfferingRow


class Details(Widget, can_focus=False):
    """Name, what it is, how long it binds, and what is worth knowing about its prices."""

    DEFAULT_CSS = "Details { height: 7; padding: 0 2; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._row: OfferingRow | None = None
        self._more: tuple[str, ...] = ()
        self._empty = ""

    def show(self, row: OfferingRow | None, more: tuple[str, ...] = (), *, empty: str = "") -> None:
        """Show an offering with further facts, one a line; without an offering, the sentence ``empty``."""
        if (row, more, empty) != (self._row, self._more, self._empty):
            self._row, self._more, self._empty = row, more, empty
            self.refresh()

    def render(self) -> Content:
        """Lay the facts out."""
        row = self._row
        if row is None:
            return content(self._empty, "$quiet")
        head = join(content(row.name, "bold"), content(f" · {row.detail}" if row.detail else "", "$foreground"))
        lines = [head, content(" · ".join(_terms(row)), "$quiet"), *(content(line, "$quiet") for line in self._more)]
        return Content("\n").join(lines[: max(self.size.height, 1)])


def _terms(row: OfferingRow) -> list[str]:
    facts = [row.id]
    if row.category:
        facts.append(row.category)
    facts.append(f"{row.term_months} months" if row.term_months else "no contract")
    if row.one_off is not None:
        facts.append(f"{plain_amount(row.one_off)} now")
    if row.bundle:
        facts.append("bundle")
    if row.usage:
        facts.append("charged by use")
    if row.status != "sold":
        facts.append(row.status)
    return facts
