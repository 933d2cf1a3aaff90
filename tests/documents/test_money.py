"""Amounts, periods, percentages and dates as they are read."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from cartdesk.documents.money import (
    count_words,
    decimal_point,
    every_words,
    format_day,
    format_moment,
    format_money,
    format_month,
    format_number,
    format_percent,
    period_suffix,
)
from cartdesk.tmf import Money, Period, PeriodUnit, minor_digits


def money(text: str, currency: str = "EUR") -> Money:
    return Money(Decimal(text), currency)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1247", "EUR", "1,247.00 EUR"), ("-14.5", "EUR", "−14.50 EUR"), ("0", "EUR", "0.00 EUR"), ("-0", "EUR", "0.00 EUR"),
        ("0.0035", "EUR", "0.0035 EUR"), ("31.900", "EUR", "31.90 EUR"), ("1E+3", "EUR", "1,000.00 EUR"),
        ("1E-11", "EUR", "0.00000000001 EUR"),
        ("0E-11", "EUR", "0.00 EUR"), ("29800", "JPY", "29,800 JPY"), ("1.5", "JPY", "1.5 JPY"), ("1.5", "KWD", "1.500 KWD"),
        ("12.3", "XYZ", "12.30 XYZ"),
        ("1", "E\x1b[2J", "1.00 E␛[2J"),
    ],
)  # fmt: skip
def test_amounts(amount, currency, text):
    assert format_money(money(amount, currency)) == text


def test_signs_and_without_the_currency():
    assert format_money(money("98"), sign=True) == "+98.00 EUR"
    assert format_money(money("-98"), sign=True, currency=False) == "−98.00"
    assert format_money(money("0"), sign=True, currency=False) == "0.00"


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("de", "1.234.567,50"), ("de_CH", "1’234’567.50"), ("fr", "1\u202f234\u202f567,50"), ("nb-NO", "1\u00a0234\u00a0567,50"),
        ("en_IN", "12,34,567.50"), ("tlh", "1,234,567.50"), ("", "1,234,567.50"), ("../etc", "1,234,567.50"),
    ],
)  # fmt: skip
def test_other_languages(locale, text):
    assert format_money(money("1234567.5"), currency=False, locale=locale) == text


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_english_is_written_as_babel_writes_it(amount, currency):
    digits = max(minor_digits(currency), -int(amount.normalize().as_tuple().exponent), 0)
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    theirs = format_decimal(amount, format=pattern, locale="en", decimal_quantization=False).replace("-", "−")
    assert format_money(Money(amount, currency), currency=False) == theirs


@given(st.decimals(-(10**9), 10**9, places=5))
def test_no_digit_is_ever_lost(amount):
    assert Decimal(format_money(Money(amount, "EUR"), currency=False).replace(",", "").replace("−", "-")) == amount


@pytest.mark.parametrize(
    ("period", "suffix", "every", "twice"),
    [
        (Period(PeriodUnit.MONTH), "/mo", "every month", "2 months"),
        (Period(PeriodUnit.YEAR), "/yr", "every year", "2 years"),
        (Period(PeriodUnit.WEEK), "/wk", "every week", "2 weeks"),
        (Period(PeriodUnit.DAY), "/day", "every day", "2 days"),
        (Period(PeriodUnit.QUARTER), "/qtr", "every quarter", "2 quarters"),
        (Period(PeriodUnit.MONTH, 3), "/3 mo", "every 3 months", "2 × 3 months"),
    ],
)
def test_periods(period, suffix, every, twice):
    assert (period_suffix(period), every_words(period), count_words(period, 2)) == (suffix, every, twice)
    assert count_words(Period(PeriodUnit.MONTH), 1) == "1 month"


@pytest.mark.parametrize(
    ("percentage", "text"),
    [("50", "50 %"), ("12.5", "12.5 %"), ("12.50", "12.5 %"), ("-5", "−5 %"), ("0", "0 %"), ("1E+2", "100 %"), ("8.25", "8.25 %")],
)
def test_percentages(percentage, text):
    assert format_percent(Decimal(percentage)) == text


def test_numbers_and_other_points():
    assert format_number(Decimal("0.766666667")) == "0.766666667"
    assert format_number(Decimal("-2")) == "−2"
    assert format_percent(Decimal("12.5"), locale="de") == "12,5 %"
    assert format_percent(Decimal(5), sign=True) == "+5 %"
    assert (decimal_point(), decimal_point("de")) == (".", ",")


def test_days_and_months():
    day = date(2026, 12, 5)
    assert (format_day(day), format_day(day, year=True)) == ("5 Dec", "5 Dec 2026")
    assert (format_month(day), format_month(day, year=True)) == ("Dec", "Dec 2026")
    assert format_day(datetime(2026, 12, 5, 23, 59, tzinfo=UTC), year=True) == "5 Dec 2026"
    assert format_day(day, year=True, locale="de") == "5. Dez. 2026"
    assert format_month(day, locale="fr") == "déc."
    assert format_month(day, year=True, locale="de") == "Dez. 2026"
    assert format_moment(datetime(2026, 12, 5, 7, 5, tzinfo=UTC)) == "5 Dec 2026, 07:05"


def test_english_loads_neither_babel_nor_a_model():
    code = (
        "import sys; from decimal import Decimal; from datetime import date; "
        "from cartdesk.documents import money; from cartdesk.tmf import Money; "
        "money.format_money(Money(Decimal(1), 'EUR')); money.format_day(date(2026, 1, 1)); "
        "print([name for name in ('babel', 'pydantic', 'textual', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
