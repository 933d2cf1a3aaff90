"""The preview: what an entry would do, before Enter, without doing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartdesk.desk import Desk
from cartdesk.desk.billing import bills_of
from cartdesk.desk.lineviews import Stretch
from cartdesk.desk.picture import picture
from cartdesk.errors import EntryError
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import MONTHLY


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_an_addition_is_shown_with_what_it_adds(desk: Desk) -> None:
    seen = desk.preview("2*FIB500")
    assert seen.label == "Fibre 500 ×2"
    assert seen.due_now == eur("98.00")
    assert seen.every == ((MONTHLY, eur("78.00")),)
    assert seen.error is None
    assert desk.view.cart.empty
    assert desk.store.cart_rows() == []


def test_several_parts_are_shown_as_one(desk: Desk) -> None:
    desk.enter("14277")
    seen = desk.preview("FIB500; *2; -1")
    assert seen.label == "Fibre 500, Fibre 500 ×2, Remove Talk Simple 25"
    assert seen.every == ((MONTHLY, eur("46.10")),)


def test_the_trouble_is_shown_in_place(desk: Desk) -> None:
    seen = desk.preview("14277; 2*FIB5000")
    assert seen.error is not None
    assert seen.error.startswith("FIB5000 is not in this catalog.")
    assert seen.at == 9
    assert seen.mends
    seen = desk.preview("*2")
    assert (seen.at, seen.error) == (0, "There is no line 1: the cart is empty. Type an offering's code to add one.")


def test_a_large_catalog_is_not_searched_for_likenesses_at_every_key(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cartdesk.desk.previews.HINTED", 1)
    seen = desk.preview("FIB5000")
    assert (seen.error, seen.mends) == ("FIB5000 is not in this catalog.", ())
    with pytest.raises(EntryError, match="Did you mean"):
        desk.enter("FIB5000")


def test_undo_shows_what_it_takes_back(desk: Desk) -> None:
    desk.enter("14277")
    desk.enter("FIB500")
    seen = desk.preview("U")
    assert seen.label == "Undo the last change"
    assert (seen.due_now, seen.every) == (eur("-49.00"), ((MONTHLY, eur("-39.00")),))
    assert desk.preview("R").error == "There is nothing to redo in cart A."


@pytest.mark.parametrize(
    ("entry", "label"),
    [
        ("", ""),
        ("  ", ""),
        ("?fibre", "Search"),
        ("H", "Hold"),
        ("B 15", "Bill day"),
        ("W", "Why"),
        ("#Nansen", "Nansen (new)"),
        ("#Berg", "Solveig Berg"),
        ("L1", "Talk Simple 25 for later"),
        ("E Ingrid Berg, ingrid@berg.example", "Confirm the order"),
    ],
)
def test_what_adds_nothing_is_named(desk: Desk, entry: str, label: str) -> None:
    desk.enter("14277")
    seen = desk.preview(entry)
    assert seen.label == label
    assert seen.error is None
    assert desk.store.orders() == []
    assert desk.store.customers() == []


def test_a_preview_is_kept_until_the_cart_changes(desk: Desk) -> None:
    first = desk.preview("FIB500")
    assert desk.preview("FIB500") is first
    desk.enter("14277")
    assert desk.preview("FIB500") is not first


def test_nothing_can_be_said_before_the_catalog_is_open(open_desk: Callable[..., Desk], tmp_path: Path) -> None:
    desk = open_desk(catalog=tmp_path / "none")
    with pytest.raises(Exception, match="cannot be opened"):
        _ = desk.catalog
    seen = desk.preview("14277")
    assert seen.error is not None
    assert "cannot be opened" in seen.error


ENTRIES = st.lists(
    st.sampled_from(
        ["14277", "2*FIB500", "*2", "*3 @1", "-", "-1", "L1", "L1 back", "U", "U 2", "R", "B 15", "B 31", "H", "C A", "C B", "= router own",
         "#Berg", "%SPRING", "N1 hello", "copy", "new", "label x", "tax", "B from 2027-01-31"]
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ENTRIES)
def test_what_is_previewed_is_what_happens_and_the_view_adds_up(desk: Desk, entries: list[str]) -> None:
    desk.enter("new")
    for entry in entries:
        seen, before = desk.preview(entry), desk.view
        if seen.error is not None:
            with pytest.raises(Exception, match=r".") as caught:
                desk.enter(entry)
            assert str(caught.value) == seen.error
            assert desk.view is before
            continue
        outcome = desk.enter(entry)
        if outcome.changed and desk.view.cart.cart_id == before.cart.cart_id and desk.view.show_tax == before.show_tax:
            change = desk.view.cart.due_now - before.cart.due_now
            assert seen.due_now == change if change else seen.due_now is None
    priced = desk.priced
    if priced is None or not priced.items:
        return
    bills = bills_of(priced)
    side = (lambda amounts: amounts.duty_free) if desk.show_tax == "excluded" else (lambda amounts: amounts.tax_included)
    first = next(bill for bill in bills if not bill.is_today)
    assert desk.view.cart.first_bill == (first.on, side(first.total))
    assert desk.view.cart.term_total is not None
    assert desk.view.cart.term_total[1] == sum((side(bill.total) for bill in bills), start=Money.zero("EUR"))
    fresh, _ = picture(priced, desk.catalog, show_tax=desk.show_tax, changed=desk.view.cart.changed, before={})
    assert replace(fresh, seq=desk.view.cart.seq) == desk.view.cart


def test_lines_made_for_other_days_are_made_anew(desk: Desk) -> None:
    desk.enter("14277; FIB500")
    priced = desk.priced
    assert priced is not None
    view, lines = picture(priced, desk.catalog, show_tax="included", changed=None, before={})
    again, same = picture(priced, desk.catalog, show_tax="included", changed=None, before=lines)
    assert again == view
    assert all(same[item_id].view is made.view for item_id, made in lines.items())
    assert {made.stretch for made in lines.values()} == {Stretch(date(2026, 11, 22), 1, 24)}
