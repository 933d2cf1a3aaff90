"""Money, periods, percentages and dates as words: the one place where they are written.

Called by every face, for every amount on every screen, so it keeps what it has written. English is written here, the language spoken by
the forms it brings, and every other language by Babel, which is loaded when one is first asked for.
"""

from __future__ import annotations

from copy import copy
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from cartdesk.errors import MoneyError
from cartdesk.language import Forms, cached, current, locale_of, message, ntr, tr
from cartdesk.text import safe_text
from cartdesk.tmf.money import Money, minor_digits
from cartdesk.tmf.period import Period, PeriodUnit

if TYPE_CHECKING:
    from babel import Locale

MINUS = "−"
"""The sign of less than nothing: as wide as the plus."""
OURS = "en"
"""English, which is written without Babel; where another language is spoken, that one is meant."""

_SUFFIXES = {
    PeriodUnit.DAY: (message("/day"), message("/{n} day")),
    PeriodUnit.WEEK: (message("/wk"), message("/{n} wk")),
    PeriodUnit.MONTH: (message("/mo"), message("/{n} mo")),
    PeriodUnit.QUARTER: (message("/qtr"), message("/{n} qtr")),
    PeriodUnit.YEAR: (message("/yr"), message("/{n} yr")),
}
_EVERY = {
    PeriodUnit.DAY: (message("every day"), message("every {n} days")),
    PeriodUnit.WEEK: (message("every week"), message("every {n} weeks")),
    PeriodUnit.MONTH: (message("every month"), message("every {n} months")),
    PeriodUnit.QUARTER: (message("every quarter"), message("every {n} quarters")),
    PeriodUnit.YEAR: (message("every year"), message("every {n} years")),
}
_UNITS = (message("day"), message("week"), message("month"), message("quarter"), message("year"))
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CHF": "Fr.", "NOK": "kr", "SEK": "kr", "DKK": "kr", "PLN": "zł", "INR": "₹"}
"""The signs of the commonest currencies, for whoever would rather see them than codes; any other keeps its code."""
_BEHIND = frozenset({"CHF", "NOK", "SEK", "DKK", "PLN"})
"""Currencies whose sign stands behind the amount in every language."""
_form = "code"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@cached(16_384)
def _written(amount: Decimal, code: str, currency: bool, sign: bool, locale: str | None, form: str = "code") -> str:
    digits = _decimals(amount, code)
    unsigned = abs(amount)
    number = _number(unsigned, digits, locale)
    before = MINUS if amount < 0 else "+" if sign and amount > 0 else ""
    if not currency:
        return before + number
    if form == "sign" and code in _SIGNS:
        first = code not in _BEHIND and _spoken(locale) == OURS
        return f"{before}{_SIGNS[code]}{number}" if first else f"{before}{number} {_SIGNS[code]}"
    return f"{before}{number} {safe_text(code, 12)}"


def currency_mark(code: str) -> str:
    """Return what stands for a currency beside its amounts: its code, or its sign where that is wanted and a common one."""
    return _SIGNS.get(code, code) if _form == "sign" else code


def write_currencies(form: object) -> None:
    """Write amounts with their currency's ``sign`` from now on where there is a common one, or with its ``code``."""
    global _form
    _form = "sign" if form == "sign" else "code"


def format_money(money: Money, *, currency: bool = True, sign: bool = False, locale: str | None = None) -> str:
    """Return an amount as it is read: ``1,247.00 EUR``, ``1,247.00``, ``−14.50``.

    The currency's digits are always written, and more where the amount has more (a price of 0.0035 a unit): nothing is rounded here.

    Args:
        money: the amount.
        currency: whether its code follows.
        sign: whether an amount above nothing has a plus.
        locale: the language whose separators it is written with, that of the screens where it is left out; one that is not known is
            written in English.
    """
    return _written(money.amount, money.currency, currency, sign, locale, _form)


def decimal_point(locale: str | None = None) -> str:
    """Return the sign between whole and fraction: what columns are aligned on."""
    locale = _spoken(locale)
    forms = _forms(locale)
    if locale == OURS or forms is not None:
        return "." if forms is None else forms.decimal
    from babel.numbers import get_decimal_symbol

    return str(get_decimal_symbol(_babel_locale(locale)))


@cached(256)
def period_suffix(period: Period) -> str:
    """Return how often an amount is charged, to stand right behind it: ``/mo``, ``/yr``, ``/wk``, ``/3 mo``."""
    one, several = _SUFFIXES[period.unit]
    return tr(one) if period.length == 1 else tr(several, n=period.length)


@cached(256)
def every_words(period: Period) -> str:
    """Return how often in words: "every month", "every 3 months"."""
    one, several = _EVERY[period.unit]
    return tr(one) if period.length == 1 else tr(several, n=period.length)


def count_words(period: Period, count: int) -> str:
    """Return so many charge periods in words: "3 months", "1 year", "2 × 3 months"."""
    if period.length == 1:
        return units_words(period.unit, count)
    return f"{count} × {units_words(period.unit, period.length)}"


def units_words(unit: PeriodUnit, count: int) -> str:
    """Return so many days, weeks, months, quarters or years in words: "3 months"."""
    match unit:
        case PeriodUnit.DAY:
            return ntr("{n} day", "{n} days", count)
        case PeriodUnit.WEEK:
            return ntr("{n} week", "{n} weeks", count)
        case PeriodUnit.MONTH:
            return ntr("{n} month", "{n} months", count)
        case PeriodUnit.QUARTER:
            return ntr("{n} quarter", "{n} quarters", count)
        case PeriodUnit.YEAR:
            return ntr("{n} year", "{n} years", count)


def format_number(number: Decimal, *, locale: str | None = None) -> str:
    """Return a number that is not money, with the digits it has: ``0.766666667``."""
    exponent = number.normalize().as_tuple().exponent
    digits = max(-exponent, 0) if isinstance(exponent, int) else 0
    unsigned = abs(number)
    written = _number(unsigned, digits, locale)
    return MINUS + written if number < 0 else written


@cached(1_024)
def format_percent(percentage: Decimal, *, sign: bool = False, locale: str | None = None) -> str:
    """Return a percentage with the digits it has: ``50 %``, ``12.5 %``."""
    before = MINUS if percentage < 0 else "+" if sign and percentage > 0 else ""
    return f"{before}{format_number(abs(percentage), locale=locale)} %"


@cached(4_096)
def format_day(day: date, *, year: bool = False, locale: str | None = None) -> str:
    """Return a day as it is read: ``15 Dec``, or ``15 Dec 2026`` with its year."""
    if isinstance(day, datetime):
        day = day.date()
    locale = _spoken(locale)
    if locale == OURS:
        return f"{day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if year else "")
    forms = _forms(locale)
    if forms is not None:
        return (forms.dated if year else forms.days)[day.month - 1].format(day=day.day, year=day.year)
    from babel.dates import format_skeleton

    return safe_text(str(format_skeleton("yMMMd" if year else "MMMd", day, locale=_babel_locale(locale))))


@cached(1)
def day_room() -> int:
    """Return how many characters the longest day with its year takes in the language spoken."""
    return max(len(format_day(date(2026, month, 28), year=True)) for month in range(1, 13))


@cached(1_024)
def format_month(day: date, *, year: bool = False, locale: str | None = None) -> str:
    """Return the month of a day: ``Mar``, or ``Mar 2027`` with its year."""
    locale = _spoken(locale)
    if locale == OURS:
        return _MONTHS[day.month - 1] + (f" {day.year}" if year else "")
    forms = _forms(locale)
    if forms is not None:
        return (forms.dated_months if year else forms.months)[day.month - 1].format(year=day.year)
    from babel.dates import format_skeleton

    return safe_text(str(format_skeleton("yMMM" if year else "MMM", day, locale=_babel_locale(locale))))


def format_moment(moment: datetime, locale: str | None = None) -> str:
    """Return a moment in the zone it comes in: ``22 Nov 2026, 10:00``."""
    return f"{format_day(moment.date(), year=True, locale=locale)}, {moment:%H:%M}"


def _spoken(locale: str | None) -> str:
    return locale_of(OURS) if locale is None or locale == OURS else locale


def _forms(locale: str) -> Forms | None:
    """Return how numbers and days are written, where that is known without Babel."""
    return current().forms if locale == current().locale else None


def _number(unsigned: Decimal, digits: int, locale: str | None) -> str:
    locale = _spoken(locale)
    if locale == OURS:
        return f"{unsigned:,.{digits}f}"
    forms = _forms(locale)
    if forms is None:
        return _babel_number(unsigned, digits, locale)
    whole, _, fraction = f"{unsigned:,.{digits}f}".partition(".")
    return whole.replace(",", forms.group) + (forms.decimal + fraction if fraction else "")


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
