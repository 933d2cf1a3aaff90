"""The bars of the bill: one for each day something is paid, its list price behind what is charged.

The bill screen draws them with :class:`cartdesk.tui.widgets.cells.Bar`. Lengths are shares for the eye; every number comes from pricing.
"""

from __future__ import annotations

from collections.abc import Sequence

from cartdesk.tmf.money import Money
from cartdesk.tui.widgets.cells import Bar

LONGEST = 3
"""How many times the largest later bill what is due today may be before its bar is drawn broken."""


def bars(amounts: Sequence[tuple[Money, Money]], first_is_today: bool) -> list[Bar]:
    """Return a bar for each (charged, list price).

    All bars have one scale: the largest bill. What is due today is left out of the scale where it would press the months flat;
    its bar is then drawn broken.

    Args:
        amounts: what is charged and the list price, day by day.
        first_is_today: whether the first one is what is due today.
    """
    heights = [max(charged.amount, listed.amount) for charged, listed in amounts]
    later = max(heights[1:] if first_is_today else heights, default=0)
    broken = first_is_today and bool(later) and heights[0] > later * LONGEST
    full = later if broken else max(heights, default=0)
    if not full:
        return [Bar(0.0, 0.0) for _ in amounts]
    drawn = [Bar(float(charged.amount / full), float(listed.amount / full)) for charged, listed in amounts]
    if broken:
        drawn[0] = Bar(1.0, 1.0, cut=True)
    return drawn
