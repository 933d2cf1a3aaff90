"""When to try again: twice as long each time, a little at random, a quarter of an hour at most.

The courier asks after each failed delivery.
"""

from __future__ import annotations

FIRST = 1.0
LONGEST = 900.0
PARKED_AFTER = 86_400.0
"""How long a listener may fail, in seconds, before nothing more is tried."""


def pause_after(attempts: int, random: float) -> float:
    """Return how many seconds to wait after the ``attempts``-th failure in a row.

    Args:
        attempts: how many have failed, this one counted.
        random: a number from 0 to 1 that spreads listeners' retries over a fifth of the pause.
    """
    doubled = FIRST * 2.0 ** min(max(attempts - 1, 0), 20)
    return float(min(doubled, LONGEST) * (0.9 + 0.2 * random))
