"""The line that tells, where there is only room for one pane, which one it is and what narrows it.

The desk screen shows it on narrow terminals; a click goes to the categories.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len

from cartdesk.language import tr
from cartdesk.tui.widgets.bar import Bar, Word


class Crumb(Bar):
    """``Mobile ▸ 12 of 120`` on the left, the filters that are on at the right."""

    def __init__(self, browse: Callable[[], object], *, id: str) -> None:
        super().__init__(id=id)
        self._browse = browse

    def show(self, place: str, count: str, right: Sequence[str] = ()) -> None:
        """Show where one is."""
        tail = f"{', '.join(right)} " if right else ""
        left = [Word(f" {place}", "bold", self._browse, tr("Choose a category")), Word(f" ▸ {count}", "$quiet")]
        gap = self.size.width - sum(cell_len(word.text) for word in left) - cell_len(tail)
        self.set_words([*left, Word(" " * max(gap, 1)), Word(tail, "$quiet", self._browse)])
