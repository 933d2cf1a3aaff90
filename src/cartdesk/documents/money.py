"""Money, periods, percentages and dates as words: the one place where they are written.

Called by every face, for every amount on every screen, so it keeps what it has written; English is written here, and every other
language by Babel, which is loaded when one is first asked for.
"""

from __future__ import annotations

from copy import copy
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from cartdesk.errors import MoneyError
from cartdesk.text import safe_text
from cartdesk.tmf.money import Money, minor_digits
from cartdesk.tmf.period import Period, PeriodUnit

if TYPE_CHECKING:
    from babel import Locale

MINUS = "−"
"""The sign of less than nothing: as wide as the plus."""
OURS = "en"
"""The language that is written without Babel."""

_SUFFIXES = {
    PeriodUnit.DAY: "day",
    PeriodUnit.WEEK: "wk",
    PeriodUnit.MONTH: "mo",
    PeriodUnit.QUARTER: "qtr",
    PeriodUnit.YEAR: "yr",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=16_384)
def _written(amount: Decimal, code: str, currency: bool, sign: bool, locale: str) -> str:
    digits = _decimals(amount, code)
    unsigned = abs(amount)
    number = f"{unsigned:,.{digits}f}" if locale == OURS else _babel_number(unsigned, digits, locale)
    before = MINUS if amount < 0 else "+" if sign and amount > 0 else ""
    return f"{before}{number} {safe_text(code, 12)}" if currency else before + number


def format_money(money: Money, *, currency: bool = True, sign: bool = False, locale: str = OURS) -> str:
    """Return an amount as it is read: ``1,247.00 EUR``, ``1,247.00``, ``−14.50``.

    The currency's digits are always written, and more where the amount has more (a price of 0.0035 a unit): nothing is rounded here.

    Args:
        money: the amount.
        currency: whether its code follows.
        sign: whether an amount above nothing has a plus.
        locale: the language whose separators it is written with; one that is not known is written in English.
    """
    return _written(money.amount, money.currency, currency, sign, locale)


def decimal_point(locale: str = OURS) -> str:
    """Return the sign between whole and fraction: what columns are aligned on."""
    if locale == OURS:
        return "."
    from babel.numbers import get_decimal_symbol

    return str(get_decimal_symbol(_babel_locale(locale)))


@lru_cache(maxsize=256)
def period_suffix(period: Period) -> str:
    """Return how often an amount is charged, to stand right behind it: ``/mo``, ``/yr``, ``/wk``, ``/3 mo``."""
    return f"/{_SUFFIXES[period.unit]}" if period.length == 1 else f"/{period.length} {_SUFFIXES[period.unit]}"


@lru_cache(maxsize=256)
def every_words(period: Period) -> str:
    """Return how often in words: "every month", "every 3 months"."""
    return f"every {period.unit.value}" if period.length == 1 else f"every {period.length} {period.unit.value}s"


def count_words(period: Period, count: int) -> str:
    """Return so many charge periods in words: "3 months", "1 year", "2 × 3 months"."""
    if period.length == 1:
        return f"{count} {period.unit.value}" + ("" if count == 1 else "s")
    return f"{count} × {period.length} {period.unit.value}s"


def format_number(number: Decimal, *, locale: str = OURS) -> str:
    """Return a number that is not money, with the digits it has: ``0.766666667``."""
    exponent = number.normalize().as_tuple().exponent
    digits = max(-exponent, 0) if isinstance(exponent, int) else 0
    unsigned = abs(number)
    written = f"{unsigned:,.{digits}f}" if locale == OURS else _babel_number(unsigned, digits, locale)
    return MINUS + written if number < 0 else written


@lru_cache(maxsize=1_024)
def format_percent(percentage: Decimal, *, sign: bool = False, locale: str = OURS) -> str:
    """Return a percentage with the digits it has: ``50 %``, ``12.5 %``."""
    before = MINUS if percentage < 0 else "+" if sign and percentage > 0 else ""
    return f"{before}{format_number(abs(percentage), locale=locale)} %"


@lru_cache(maxsize=4_096)
def format_day(day: date, *, year: bool = False, locale: str = OURS) -> str:
    """Return a day as it is read: ``15 Dec``, or ``15 Dec 2026`` with its year."""
    if isinstance(day, datetime):
        day = day.date()
    if locale == OURS:
        return f"{day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if year else "")
    from babel.dates import format_skeleton

    return safe_text(str(format_skeleton("yMMMd" if year else "MMMd", day, locale=_babel_locale(locale))))


@lru_cache(maxsize=1_024)
def format_month(day: date, *, year: bool = False, locale: str = OURS) -> str:
    """Return the month of a day: ``Mar``, or ``Mar 2027`` with its year."""
    if locale == OURS:
        return _MONTHS[day.month - 1] + (f" {day.year}" if year else "")
    from babel.dates import format_skeleton

    return safe_text(str(format_skeleton("yMMM" if year else "MMM", day, locale=_babel_locale(locale))))


def format_moment(moment: datetime, locale: str = OURS) -> str:
    """Return a moment in the zone it comes in: ``22 Nov 2026, 10:00``."""
    return f"{format_day(moment.date(), year=True, locale=locale)}, {moment:%H:%M}"


def _decimals(amount: Decimal, code: str) -> int:
    try:
        usual = minor_digits(code)
    except MoneyError:
        usual = 2
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent <= usual:
        return usual
    exact = amount.normalize().as_tuple().exponent
    return max(usual, -exact) if isinstance(exact, int) else usual


def _babel_number(unsigned: Decimal, digits: int, locale: str) -> str:
    language = _babel_locale(locale)
    pattern = copy(language.decimal_formats[None])
    pattern.frac_prec = (digits, digits)
    return safe_text(str(pattern.apply(unsigned, language, decimal_quantization=False)))


@lru_cache(maxsize=64)
def _babel_locale(locale: str) -> Locale:
    """Return the language's data; English where the language is not known."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(locale.replace("-", "_"))
    except (ValueError, TypeError, UnknownLocaleError):
        return Locale.parse("en_GB")
