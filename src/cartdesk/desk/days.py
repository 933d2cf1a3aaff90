"""Calendar days of charge periods, for saying until when something holds."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from cartdesk.tmf.period import Period


def last_day(start: date, period: Period, count: int) -> date:
    """Return the last day of the ``count``-th whole charge period from ``start``; days past a month's end are its last."""
    if period.days is not None:
        return start + timedelta(days=period.days * count - 1)
    months = start.year * 12 + start.month - 1 + (period.months or 1) * count
    year, month = divmod(months, 12)
    if year > date.max.year:
        return date.max
    day = min(start.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=1)
