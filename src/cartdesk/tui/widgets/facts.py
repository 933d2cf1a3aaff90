"""A short column of facts: a label at the left, an amount or a word at the right, the loud ones strong.

The checkout, bill, offering and carts screens keep their totals in it; an amount in it answers "Why?" when it is clicked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from cartdesk.text import safe_text
from cartdesk.tui.widgets.cells import draw_cell


class Fact(NamedTuple):
    """One line: what it is and how much."""

    label: str
    amount: str = ""
    after: str = ""
    """Dim, behind the amount, in a column of its own: ``/mo``."""
    tone: str = ""
    """strong, dim, good, warn, or nothing."""
    why: str = ""
    """What to explain when it is clicked; nothing for facts that are not amounts."""


RULE = Fact("―")
"""A thin line between facts."""


class Facts(Widget):
    """Facts under each other, amounts aligned at the right."""

    DEFAULT_CSS = """
    Facts {
        height: auto;
        & > .facts--dim { color: $quiet; }
        & > .facts--strong { text-style: bold; }
        & > .facts--good { color: $text-success; }
        & > .facts--warn { color: $text-warning; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"facts--dim", "facts--strong", "facts--good", "facts--warn"}

    class Why(Message):
        """An amount was clicked."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def __init__(self, facts: Sequence[Fact] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._facts = tuple(facts)
        self._inks: dict[str, Style] = {}

    def notify_style_update(self) -> None:
        """Forget the inks of the theme before."""
        super().notify_style_update()
        self._inks.clear()

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is shown."""
        return self._facts

    def show(self, facts: Sequence[Fact]) -> None:
        """Show other facts; only lines that are not what they were are drawn."""
        before, self._facts = self._facts, tuple(facts)
        if len(before) != len(self._facts) or _tail(before) != _tail(self._facts):
            self.refresh(layout=len(before) != len(self._facts))
            return
        for y, (old, new) in enumerate(zip(before, self._facts, strict=True)):
            if old != new:
                self.refresh(Region(0, y, self.size.width, 1))

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """A line for each fact."""
        return len(self._facts)

    def render_line(self, y: int) -> Strip:
        """Draw one fact."""
        width, base = self.size.width, self._ink("")
        if y >= len(self._facts):
            return Strip.blank(width, base)
        fact = self._facts[y]
        if fact == RULE:
            return Strip([Segment("─" * width, self._ink("dim"))])
        tail = _tail(self._facts)
        ink = self._ink(fact.tone) if fact.tone else base
        amount = safe_text(fact.amount)
        room = max(width - cell_len(amount) - tail - (1 if amount else 0), 0)
        label_ink = ink if fact.tone in ("strong", "warn", "dim") else base
        segments = [*draw_cell(fact.label, room, lambda _: label_ink)]
        if amount:
            segments += [Segment(" ", base), Segment(amount, ink)]
        segments += draw_cell(fact.after, tail, lambda _: self._ink("dim"))
        return Strip(segments).adjust_cell_length(width, base).simplify()

    def on_click(self, event: events.Click) -> None:
        """Ask why, for the amount that was clicked."""
        if event.y < len(self._facts) and self._facts[event.y].why:
            self.post_message(self.Why(self._facts[event.y].why))

    def _ink(self, tone: str) -> Style:
        known = self._inks.get(tone)
        if known is None:
            base = self.rich_style
            known = base + self.get_component_rich_style(f"facts--{tone}", partial=True) if tone else base
            self._inks[tone] = known
        return known


def _tail(facts: Sequence[Fact]) -> int:
    """Return how wide the column behind the amounts is."""
    return max((cell_len(each.after) for each in facts), default=0)
