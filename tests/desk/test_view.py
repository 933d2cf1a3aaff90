"""The view: light values that are kept with each change and read back as they were."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartdesk.desk import (
    AreaView,
    CartView,
    DeskView,
    DetailView,
    EveryView,
    FindingView,
    LineView,
    PhaseView,
    SyncView,
)
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period, PeriodUnit

money = st.builds(Money, st.decimals(-(10**9), 10**9, places=3), st.sampled_from(["EUR", "JPY", "KWD"]))
periods = st.builds(Period, st.sampled_from(PeriodUnit), st.integers(1, 24))
text = st.text(max_size=20)
days = st.dates()
details = st.builds(DetailView, text, text, st.none() | money, st.none() | periods)
lines = st.builds(
    LineView, st.integers(1, 999), text, text, text, st.integers(0, 99), st.none() | money, st.none() | money, st.none() | periods,
    st.lists(details, max_size=3).map(tuple), st.booleans(), st.none() | text,
)  # fmt: skip
phases = st.builds(PhaseView, st.integers(1, 99), st.none() | st.integers(1, 99), st.none() | days, money)
totals = st.builds(EveryView, periods, money, st.lists(phases, max_size=3).map(tuple))
findings = st.builds(FindingView, st.none() | text, text, text, st.booleans(), st.lists(st.tuples(text, text), max_size=2).map(tuple))
carts = st.builds(
    CartView, st.none() | text, text, st.sampled_from(["open", "held", "ordered"]), st.lists(lines, max_size=3).map(tuple), money,
    st.lists(totals, max_size=2).map(tuple), st.none() | st.tuples(days, money), st.none() | st.tuples(st.integers(1, 36), money),
    st.lists(findings, max_size=2).map(tuple), st.booleans(), st.just("EUR"), st.none() | text, st.lists(text, max_size=2).map(tuple),
    st.none() | text, st.integers(0, 99),
)  # fmt: skip
areas = st.builds(AreaView, st.sampled_from("ABCDEF"), st.none() | text, text, text, st.booleans(), st.integers(0, 9))
views = st.builds(
    DeskView, text, text, text, st.lists(areas, min_size=1, max_size=6).map(tuple), carts,
    st.builds(SyncView, text, st.integers(0, 9)), st.booleans(), st.sampled_from(["included", "excluded"]), st.integers(0, 10**6),
)  # fmt: skip


@given(views)
def test_a_view_reads_back_as_it_was(view: DeskView) -> None:
    assert DeskView.from_json(json.loads(json.dumps(view.to_json()))) == view


@pytest.mark.parametrize("damaged", [None, 7, [], {}, {"shop": "x"}, {"shop": "x", "agent": "a", "role": "r", "areas": [[1]]}])
def test_what_is_not_a_view_is_refused_as_such(damaged: object) -> None:
    with pytest.raises((TypeError, ValueError, KeyError, IndexError)):
        DeskView.from_json(damaged)


def test_an_amount_that_is_none_is_refused() -> None:
    written = CartView(None, "").to_json()
    for bad in (["1e", "EUR"], None, ["NaN", "EUR"]):
        with pytest.raises(ValueError, match="amount"):
            CartView.from_json({**written, "dueNow": bad})


def test_a_fresh_desk_has_six_areas_and_works_in_the_first() -> None:
    view = DeskView("Nordlys", "ana")
    assert [area.letter for area in view.areas] == list("ABCDEF")
    assert view.area.letter == "A"
    assert view.cart.empty


def test_the_first_period_is_what_is_charged_first() -> None:
    month = Period(PeriodUnit.MONTH)
    steady, first = Money(Decimal("31.90"), "EUR"), Money(Decimal("15.95"), "EUR")
    assert EveryView(month, steady).first == steady
    total = EveryView(month, steady, (PhaseView(1, 3, date(2027, 2, 21), first), PhaseView(4, None, None, steady)))
    assert total.first == first


def test_lines_are_found_by_their_number() -> None:
    line = LineView(1, "i1", "FIB500", "Fibre 500", 1)
    cart = CartView("c", "", lines=(line,))
    assert cart.line(1) is line
    assert cart.line(0) is None
    assert cart.line(2) is None
