"""When a visitor has gone: how long nobody touched anything, and what follows from it.

``KioskApp`` asks once a second while there is a visitor.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

IDLE = 60.0
"""Seconds without a touch until the visitor is asked."""
WARNING = 20.0
"""Seconds they then have."""


class Presence(Enum):
    """What is believed of the visitor."""

    HERE = "here"
    ASKED = "asked"
    GONE = "gone"


@dataclass
class Idle:
    """The time since the last touch, on any clock that only goes forward."""

    limit: float = IDLE
    warning: float = WARNING
    touched: float = 0.0

    def touch(self, now: float) -> None:
        """Somebody touched something."""
        self.touched = now

    def presence(self, now: float) -> Presence:
        """Return what is believed at ``now``."""
        quiet = now - self.touched
        if quiet < self.limit:
            return Presence.HERE
        return Presence.ASKED if quiet < self.limit + self.warning else Presence.GONE

    def left(self, now: float) -> int:
        """Return the whole seconds that are left to answer, at least one."""
        return max(int(self.touched + self.limit + self.warning - now + 0.999), 1)
