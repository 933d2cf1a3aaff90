"""How long a cart is valid: 90 days after its last change, 7 days while it is empty (TMF663 R18, ``validFor``).

Called by the desk when a cart is kept and by the list of carts, which counts down; an expired cart can still be restored as a new one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cartdesk.language import ntr, tr
from cartdesk.tmf.period import read_time

VALID = timedelta(days=90)
"""How long a cart with something in it is valid after its last change."""
VALID_EMPTY = timedelta(days=7)
"""How long an empty one is."""
LIVING = frozenset({"open", "held"})
"""The states of carts that expire; what was ordered or discarded is history."""
_DAY = timedelta(days=1)


def expires_at(changed: datetime, lines: int) -> datetime:
    """Return when a cart that was last changed then, with so many lines, expires."""
    return changed + (VALID if lines else VALID_EMPTY)


def expiry_of(changed: str | None, lines: int, state: str) -> datetime | None:
    """Return when a stored cart expires, from its row; None for what never does."""
    if state not in LIVING or not changed:
        return None
    try:
        return expires_at(read_time(changed), lines)
    except ValueError:
        return None


def is_expired(expires: datetime | None, now: datetime) -> bool:
    """Say whether a cart is expired."""
    return expires is not None and expires <= now


def days_left(expires: datetime, now: datetime) -> int:
    """Return how many days a cart is valid yet, begun ones counted whole; 0 once it is expired."""
    return max(-((now - expires) // _DAY), 0)


def countdown(expires: datetime | None, now: datetime) -> str:
    """Return how long a cart is valid yet in words: ``in 12 days``, ``in 3 hours``, ``expired``; nothing for what never expires."""
    if expires is None:
        return ""
    if is_expired(expires, now):
        return tr("expired")
    left = expires - now
    if left < _DAY:
        hours = -(-left // timedelta(hours=1))
        return ntr("in {n} hour", "in {n} hours", hours)
    days = days_left(expires, now)
    return ntr("in {n} day", "in {n} days", days)
