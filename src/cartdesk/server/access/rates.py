"""How fast one caller may go: a bucket of requests that fills again at a steady rate.

The gate asks it for each request. It counts in its own process: with several workers a caller may do that many times as much.
"""

from __future__ import annotations

from collections import OrderedDict

_KEPT = 50_000
"""How many callers are remembered; the one longest unseen is forgotten first, and by then its bucket is full again."""


class Rates:
    """Buckets by caller.

    Args:
        per_second: how many requests a second a caller may keep up; 0 is as many as it likes.
        burst: how many at once after a rest.
    """

    def __init__(self, per_second: float, burst: float | None = None) -> None:
        self._rate = per_second
        self._burst = max(burst if burst is not None else 2 * per_second, 1.0)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, now: float) -> float:
        """Take one request from a bucket; return 0, or the seconds until there is one where it is empty."""
        if self._rate <= 0:
            return 0.0
        left, since = self._buckets.get(key, (self._burst, now))
        left = min(self._burst, left + max(now - since, 0.0) * self._rate)
        wait = 0.0 if left >= 1 else (1 - left) / self._rate
        self._buckets[key] = (left if wait else left - 1, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > _KEPT:
            self._buckets.popitem(last=False)
        return wait
