"""JSON keeps its digits, and what is not JSON is refused in one sentence."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartdesk.errors import CurrencyMismatch, MoneyError, WireError
from cartdesk.tmf import Money, Period, PeriodUnit, minor_digits, wire
from cartdesk.tmf.currencies import MINOR_DIGITS
from cartdesk.tmf.price import CartPrice, Price, PriceType

amounts = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6)


@given(amounts)
def test_a_number_comes_back_with_the_same_value(amount: Decimal) -> None:
    assert wire.read_number(wire.loads(wire.dumps(wire.json_number(amount)))) == amount


@given(amounts)
def test_money_is_written_as_a_plain_json_number(amount: Decimal) -> None:
    price = Price(dutyFreeAmount=Money(amount, "EUR"))
    text = json.dumps(price.wire(), default=str)
    again = Price.model_validate(wire.loads(text))
    assert again.duty_free_amount == Money(amount, "EUR")


def test_more_digits_than_a_float_has_survive() -> None:
    text = '{"dutyFreeAmount":{"unit":"EUR","value":0.12345678901234567890123}}'
    assert wire.dumps(Price.model_validate(wire.loads(text)).wire()) == text


@pytest.mark.parametrize("text", ["", "{", "nul", '{"a": NaN}', "[Infinity]", '{"a":1e400', "[" * 5000, '"' + "\udcff" + '"', "9" * 5000])
def test_what_is_not_json_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(WireError) as caught:
        wire.loads(text, where="the file")
    assert str(caught.value).startswith("the file")


def test_brackets_inside_strings_do_not_count_as_depth() -> None:
    assert wire.loads(json.dumps(["[" * 500])) == ["[" * 500]


_nested = st.recursive(
    st.text(alphabet='[]{}"\\a,:', max_size=8) | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet='[]{}"\\', max_size=4), inner, max_size=4),
    max_leaves=40,
)


def _depth(value: object) -> int:
    below = value if isinstance(value, list) else value.values() if isinstance(value, dict) else None
    return 0 if below is None else 1 + max(map(_depth, below), default=0)


@given(_nested, st.integers(0, 12))
def test_depth_is_what_it_is_whatever_stands_in_strings(value: object, limit: int) -> None:
    try:
        wire.check_depth(json.dumps(value).encode(), limit=limit)
    except WireError:
        assert _depth(value) > limit
    else:
        assert _depth(value) <= limit


def test_brackets_in_strings_do_not_hide_depth_either() -> None:
    """Taken by themselves these brackets close at once."""
    with pytest.raises(WireError, match="nested more than 64"):
        wire.check_depth(b'["]",' * 100 + b'"["]' * 100)


@given(_nested)
def test_the_quick_way_reads_the_same(value: object) -> None:
    exactly = json.loads(json.dumps(value), parse_float=Decimal)
    for encoding in ("utf-8", "utf-8-sig"):
        again = wire.loads_plain(json.dumps(value).encode(encoding))
        assert json.loads(wire.dumps(again), parse_float=Decimal) == exactly


@pytest.mark.parametrize("text", ["", "{", '{"a": NaN}', "[-Infinity]", '{"a":1e400', "[" * 5000, "9" * 5000])
def test_the_quick_way_refuses_what_the_exact_one_does(text: str) -> None:
    with pytest.raises(WireError):
        wire.loads_plain(text.encode())


def test_the_quick_way_keeps_every_digit() -> None:
    assert wire.loads_plain(b"[0.12345678901234567890123, 31.9]") == [Decimal("0.12345678901234567890123"), Decimal("31.9")]


@pytest.mark.parametrize("value", ["1e400", "NaN", True, None, [], "x", Decimal("Infinity"), "1e-50"])
def test_a_number_beyond_measure_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"number|digits"):
        wire.read_number(value)


@pytest.mark.parametrize(
    "data",
    [
        {"taxIncludedAmount": {"unit": "EUR", "value": 31.9}, "taxRate": 10},
        {"taxIncludedAmount": {"money": {"unit": "EUR", "value": 31.9}}, "taxRate": 10},
        {"taxIncludedAmount": {"money": {"unit": "EUR", "value": 31.9}, "taxRate": 10}},
        {"taxIncludedAmount": {"unit": "EUR", "value": "31.90", "taxRate": 10}},
    ],
)
def test_money_and_tax_rate_are_read_in_each_of_the_documents_shapes(data: dict[str, object]) -> None:
    price = Price.model_validate(data)
    assert price.tax_included_amount == Money(Decimal("31.9"), "EUR")
    assert price.tax_rate == 10


def test_two_currencies_never_meet() -> None:
    with pytest.raises(CurrencyMismatch, match=r"USD.*EUR"):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")
    with pytest.raises(CurrencyMismatch):
        _ = Money(Decimal(1), "EUR") < Money(Decimal(1), "USD")
    with pytest.raises(MoneyError):
        Money(Decimal("NaN"), "EUR")


def test_minor_digits_are_cldrs() -> None:
    from babel.numbers import get_currency_precision

    assert {code: get_currency_precision(code) for code in MINOR_DIGITS} == MINOR_DIGITS
    assert (minor_digits("EUR"), minor_digits("JPY"), minor_digits("KWD")) == (2, 0, 3)
    with pytest.raises(MoneyError, match="ABC"):
        minor_digits("ABC")


@pytest.mark.parametrize(
    ("text", "unit", "length"),
    [
        ("monthly", "month", 1), ("month", "month", 1), ("MONTHS", "month", 1), ("P1M", "month", 1), ("3 months", "month", 3),
        ("every 2 weeks", "week", 2), ("weekly", "week", 1), ("Yearly", "year", 1), ("annual", "year", 1), ("quarter", "quarter", 1),
        ("daily", "day", 1), (" day ", "day", 1), ("P2W", "week", 2),
    ],
)  # fmt: skip
def test_a_period_is_read_in_any_spelling(text: str, unit: str, length: int) -> None:
    period = Period.read(text)
    assert period == Period(PeriodUnit(unit), length)
    assert Period.read(str(period)) == period


@pytest.mark.parametrize("text", ["", "fortnight", "0 months", "-1 month", "month month", "string"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="period"):
        Period.read(text)


def test_price_types_in_any_spelling() -> None:
    assert [PriceType.read(text) for text in ("one time", "oneTime", "One-Off", "RECURRING", "usage", "tip", None)] == [
        PriceType.ONE_TIME, PriceType.ONE_TIME, PriceType.ONE_TIME, PriceType.RECURRING, PriceType.USAGE, None, None,
    ]  # fmt: skip


def test_unknown_members_survive_at_every_level() -> None:
    data = {"name": "x", "price": {"percentage": 5, "@type": "Price", "vendor": [1, {"a": None}]}, "priceAlteration": [{"odd": "1"}]}
    assert CartPrice.model_validate(data).wire() == data


def test_fractions_are_no_money() -> None:
    with pytest.raises(ValueError, match="not a number"):
        Money(Fraction(1, 3), "EUR")  # type: ignore[arg-type]
