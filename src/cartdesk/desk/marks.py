"""Money, periods and days as short JSON values that read back to the same thing.

The view is written with every change, so its parts are kept small: ``["29.00", "EUR"]``, ``["month", 1]``, ``"2026-12-01"``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from cartdesk.errors import MoneyError
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period, PeriodUnit


def money_mark(money: Money | None) -> list[str] | None:
    """Return an amount as its decimal text and currency."""
    return None if money is None else [str(money.amount), money.currency]


def as_money(mark: Any) -> Money | None:
    """Read ``money_mark``'s pair.

    Raises:
        ValueError: not such a pair.
    """
    if mark is None:
        return None
    amount, currency = mark
    try:
        return Money(Decimal(amount), currency)
    except (InvalidOperation, MoneyError):
        raise ValueError(f"{amount!r} is not an amount") from None


def period_mark(period: Period | None) -> list[Any] | None:
    """Return a period as its unit and length."""
    return None if period is None else [period.unit.value, period.length]


def as_period(mark: Any) -> Period | None:
    """Read ``period_mark``'s pair."""
    if mark is None:
        return None
    unit, length = mark
    return Period(PeriodUnit(unit), length)


def date_mark(day: date | None) -> str | None:
    """Return a day as ISO text."""
    return None if day is None else day.isoformat()


def as_date(mark: str | None) -> date | None:
    """Read ``date_mark``'s text."""
    return None if mark is None else date.fromisoformat(mark)
