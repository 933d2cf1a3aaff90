"""Bill cycles: when the next one starts, and what share of one a few days are.

Called by ``bills`` and ``leaving``; also answers how many cycles' worth a stretch of service is, begun and ended anywhere.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

from cartdesk.errors import PricingError
from cartdesk.pricing.priced import Convention
from cartdesk.tmf.period import Period

_THIRTY = 30


def cycle_day_in(year: int, month: int, bill_cycle_day: int) -> date:
    """Return the cycle day of one month; days 29 to 31 are the month's last day where it is shorter."""
    return date(year, month, min(bill_cycle_day, monthrange(year, month)[1]))


def next_cycle_day(on: date, bill_cycle_day: int) -> date:
    """Return the first cycle day after ``on``.

    Raises:
        PricingError: the cycle day is not from 1 to 31.
    """
    _check_day(bill_cycle_day)
    this = cycle_day_in(on.year, on.month, bill_cycle_day)
    if this > on:
        return this
    year, month = (on.year, on.month + 1) if on.month < 12 else (on.year + 1, 1)
    return cycle_day_in(year, month, bill_cycle_day)


def cycle_start(on: date, bill_cycle_day: int) -> date:
    """Return the cycle day on or before ``on``: the first day of the cycle it lies in.

    Raises:
        PricingError: the cycle day is not from 1 to 31.
    """
    _check_day(bill_cycle_day)
    this = cycle_day_in(on.year, on.month, bill_cycle_day)
    if this <= on:
        return this
    year, month = (on.year, on.month - 1) if on.month > 1 else (on.year - 1, 12)
    return cycle_day_in(year, month, bill_cycle_day)


def part_month(start: date, bill_cycle_day: int, convention: Convention = "actual") -> Fraction:
    """Return the share of the bill cycle from ``start``, inclusive, to the next cycle day.

    Args:
        start: the first day that is charged.
        bill_cycle_day: 1 to 31; clamps to the end of shorter months.
        convention: ``actual`` counts days of the cycle, ``thirty`` counts 30/360, ``none`` charges the whole month.

    Returns:
        1 where ``start`` is a cycle day itself: the share is the whole cycle.

    Raises:
        PricingError: the cycle day is not from 1 to 31, or the convention is not known.
    """
    return share_of_cycle(start, next_cycle_day(start, bill_cycle_day), bill_cycle_day, convention)


def share_of_cycle(first: date, until: date, bill_cycle_day: int, convention: Convention = "actual") -> Fraction:
    """Return the share of a bill cycle that the days from ``first`` up to, not including, ``until`` are.

    Both lie in one cycle, or ``until`` is the next one's first day.

    Raises:
        PricingError: the cycle day is not from 1 to 31, the convention is not known, or the days reach past the cycle.
    """
    begins, ends = cycle_start(first, bill_cycle_day), next_cycle_day(first, bill_cycle_day)
    if not first <= until <= ends:
        raise PricingError(f"The days from {first} to {until} do not lie in one bill cycle of day {bill_cycle_day}.")
    if convention == "none":
        return Fraction(1)
    if convention == "actual":
        return Fraction((until - first).days, (ends - begins).days)
    if convention == "thirty":
        days = days_in_fixed_months(first, until, _THIRTY, bill_cycle_day)
        return Fraction(min(max(days, 0), _THIRTY), _THIRTY)
    raise PricingError(f"{convention!r} is not a way to charge part months; use actual, thirty or none.")


def days_in_fixed_months(first: date, until: date, month_days: int, bill_cycle_day: int = 0) -> int:
    """Return the days from ``first`` up to ``until`` with every month counted as ``month_days`` long.

    A date that is a clamped cycle day counts as the day it stands for, so that 28 February is the 30th for a cycle of day 30 or 31.
    """

    def day(on: date) -> int:
        named = bill_cycle_day if bill_cycle_day and on == cycle_day_in(on.year, on.month, bill_cycle_day) else on.day
        return min(named, month_days) if month_days >= _THIRTY else named

    months = (until.year - first.year) * 12 + until.month - first.month
    return months * month_days + day(until) - day(first)


def cycles_charged(
    start: date, bill_cycle_day: int, until: date, *, end: date | None = None, convention: Convention = "actual"
) -> Fraction:
    """Return how many cycles' worth are charged in advance for a service by ``until``: part, whole cycles, part.

    Args:
        start: the first day of service.
        bill_cycle_day: 1 to 31.
        until: the day asked about: cycles that have begun by then are counted whole, and service that has started is.
        end: the day service ends, not itself charged; None is for good.
        convention: how part months count.

    Raises:
        PricingError: the cycle day is not from 1 to 31, or the convention is not known.
    """
    total = Fraction(0)
    first = start
    while first <= until and (end is None or first < end):
        ends = next_cycle_day(first, bill_cycle_day)
        charged_until = ends if end is None else min(ends, end)
        whole = first == cycle_start(first, bill_cycle_day) and charged_until == ends
        total += 1 if whole else share_of_cycle(first, charged_until, bill_cycle_day, convention)
        first = ends
    return total


def add_months(on: date, months: int, day: int | None = None) -> date:
    """Return the same day ``months`` later, clamped to the month's end; ``day`` is the day wanted where ``on`` was clamped itself."""
    index = on.year * 12 + on.month - 1 + months
    year, month = divmod(index, 12)
    return cycle_day_in(year, month + 1, day or on.day)


def add_periods(start: date, period: Period, count: int) -> date:
    """Return the first day of the charge period ``count`` periods after the one that begins on ``start``."""
    if period.months is not None:
        return add_months(start, period.months * count)
    return start + timedelta(days=(period.days or 1) * count)


def _check_day(bill_cycle_day: int) -> None:
    if not 1 <= bill_cycle_day <= 31:
        raise PricingError(f"Bill cycle day {bill_cycle_day} does not exist; it is 1 to 31.")
