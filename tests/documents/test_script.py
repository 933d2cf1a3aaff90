"""What is read aloud: every amount in it is the engine's, every amount of the engine's that matters is in it, and it says what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartdesk.catalog import Catalog, open_catalog
from cartdesk.documents.forms import FORMS, NOT_ADVICE
from cartdesk.documents.script import consent_text, script_of
from cartdesk.documents.script_text import script_text
from cartdesk.errors import Refused
from cartdesk.pricing import contract_months, leaving_cost, price_cart, project, sum_over
from cartdesk.pricing.cycles import add_months
from cartdesk.selling import basket
from cartdesk.tmf import Money, PriceType

from .conftest import NOW

SIGNED = re.compile(r"(−?\d[\d,]*(?:\.\d+)?) ([A-Z]{3})\b")


def amounts_in(text: str) -> list[Money]:
    """Parse the amounts out of a text as a listener would write them down."""
    return [Money(Decimal(number.replace(",", "").replace("−", "-")), code) for number, code in SIGNED.findall(text)]


def in_engine(priced, start, day: int, *, tax_apart: bool = False, side: str = "tax_included", on_first_bill: bool = False) -> set[Money]:
    """Collect from the engine alone what a customer has to be told."""
    found: set[Money] = set()

    def tell(amounts) -> None:
        found.add(getattr(amounts, side))

    def total(amounts) -> None:
        found.update((amounts.duty_free, amounts.tax, amounts.tax_included) if tax_apart else (getattr(amounts, side),))

    charges = [charge for top in priced.items for item in top.counting() for charge in item.charges]
    once = [charge for charge in charges if charge.kind is PriceType.ONE_TIME]
    if once:
        total(priced.due_now)
    for charge in once if len(once) > 1 else ():
        tell(charge.in_period(1))
    for each in priced.totals:
        if each.period is None:
            continue
        for phase in each.phases:
            total(phase.amounts)
        same = [charge for charge in charges if charge.kind is PriceType.RECURRING and charge.period == each.period]
        for charge in same if len(same) > 1 else ():
            tell(charge.in_period(1))
    for charge in charges:
        if charge.kind is PriceType.USAGE:
            tell(charge.unit)
        for before, after in zip(charge.phases, charge.phases[1:], strict=False):
            tell(before.amounts)
            if any(off.periods == before.last for off in charge.alterations) or charge.installments is None:
                tell(after.amounts)
    months = contract_months(priced)
    bills = project(priced, start, day, months=months or 24)
    if any(each.period is not None for each in priced.totals):
        tell(sum_over(bills, 1) if on_first_bill else bills[1].total)
    if months:
        tell(sum_over(bills, months))
    if side == "tax_included":
        found.update(leaving(priced, start, charges))
    return found


def leaving(priced, start, charges) -> Iterator[Money]:
    bound = [item.term_months or 0 for top in priced.items for item in top.counting()]
    bound += [charge.installments * (charge.period.months or 1) for charge in charges if charge.installments is not None and charge.period]
    longest = max(bound, default=0)
    costs = [leaving_cost(priced, start, add_months(start, months)) for months in (*range(0, longest, 12)[:5], longest)]
    yield from (cost for cost in costs if cost.amount)


@pytest.mark.parametrize("form", FORMS)
def test_a_script_reads_as_written(corner, golden, form) -> None:
    cart = corner.full_cart()
    statements = script_of(cart, corner.price(cart), form, NOW, shop="Corner Shop")
    assert script_text(statements) + "\n" == (golden / f"script_{form}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", FORMS)
def test_the_amounts_said_are_those_of_the_engine_and_none_is_left_out(corner, form) -> None:
    cart = corner.full_cart()
    priced = corner.price(cart)
    statements = script_of(cart, priced, form, NOW, shop="Corner Shop")
    said = [money for statement in statements for money in amounts_in(statement.text)]
    assert said == [money for statement in statements for money in statement.amounts]
    assert set(said) == in_engine(priced, NOW.date(), 15, tax_apart=form == "us")


@pytest.mark.parametrize("form", FORMS)
def test_what_is_paid_with_the_first_bill_is_not_said_to_be_paid_today(corner, form) -> None:
    cart = corner.full_cart()
    priced = corner.price(cart)
    statements = script_of(cart, priced, form, NOW, on_first_bill=True)
    texts = {each.key: each.text for each in statements}
    assert texts["due"].startswith("There is nothing to pay today.")
    assert "what is charged once among it" in texts["first_bill"]
    assert not any("Today you pay" in text or "Today's payment" in text for text in texts.values())
    said = {money for text in texts.values() for money in amounts_in(text)}
    assert said == in_engine(priced, NOW.date(), 15, tax_apart=form == "us", on_first_bill=True)


def test_without_tax_the_amounts_are_those_without_tax(corner) -> None:
    cart = corner.full_cart()
    priced = corner.price(cart)
    said = {money for each in script_of(cart, priced, "uk", NOW, show_tax="excluded") for money in amounts_in(each.text)}
    assert said == in_engine(priced, NOW.date(), 15, side="duty_free")


SHOPS = ("nordlys", "yen", "dinar")


@pytest.fixture(scope="session")
def shops(root: Path) -> Iterator[dict[str, Catalog]]:
    """The shipped catalogs: euros, yen without a fraction, dinars with three digits."""
    opened = {name: open_catalog(root / "catalog_fixtures" / name, cache_dir=None) for name in SHOPS}
    yield opened
    for shop in opened.values():
        shop.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), form=st.sampled_from(FORMS), name=st.sampled_from(SHOPS))
def test_whatever_is_in_the_cart_both_sets_of_amounts_are_equal(shops, data, form, name) -> None:
    shop = shops[name]
    number = iter(range(1_000))
    chosen = data.draw(st.lists(st.integers(0, len(shop) - 1), min_size=1, max_size=5))
    cart = basket.set_bill_day(basket.new_cart("c1", NOW), data.draw(st.integers(1, 31)))
    for place in chosen:
        offering = shop.offering(shop.row(place).id)
        try:
            cart = basket.add_item(cart, offering, shop, ids=lambda: f"i{next(number)}", now=NOW, quantity=data.draw(st.integers(1, 3)))
        except Refused:
            continue  # not sold now, or not by itself
    priced = price_cart(cart, shop, NOW)
    statements = script_of(cart, priced, form, NOW, shop=shop.name)
    if not any(top.counting() for top in priced.items):
        assert statements == ()
        return
    said = [money for statement in statements for money in amounts_in(statement.text) if money.currency == shop.currency]
    assert said == [money for statement in statements for money in statement.amounts]
    assert set(said) == in_engine(priced, NOW.date(), cart.notes.bill_cycle_day or 1, tax_apart=form == "us")
    assert len({statement.key for statement in statements}) == len(statements)


def test_it_says_first_that_it_is_no_legal_advice_and_does_not_read_that_aloud(corner) -> None:
    cart = corner.cart("14277")
    for form in FORMS:
        first, *others = script_of(cart, corner.price(cart), form, NOW)
        assert (first.key, first.text, first.aloud) == ("about", NOT_ADVICE, False)
        assert all(each.aloud for each in others)
        assert NOT_ADVICE not in consent_text((first, *others))


@pytest.mark.parametrize(("form", "days"), [("uk", "6 Dec 2026"), ("eu", "6 Dec 2026"), ("neutral", None), ("us", None)])
def test_the_right_to_cancel_has_its_last_day_where_the_form_gives_days(corner, form, days) -> None:
    cart = corner.cart("14277")
    cancel = next(each for each in script_of(cart, corner.price(cart), form, NOW, shop="Corner") if each.key == "cancel")
    assert (days in cancel.text) if days else "2026" not in cancel.text


def test_prices_are_told_with_the_days_they_change(corner) -> None:
    cart = basket.set_bill_day(corner.cart("14277"), 15)
    texts = {each.key: each.text for each in script_of(cart, corner.price(cart), "uk", NOW)}
    assert texts["every.monthly"] == "Every month you pay 15.95 EUR with tax, until 14 Mar 2027; 31.90 EUR with tax, from 15 Mar 2027 on."
    assert texts["change.1"].endswith("Half price ends on 14 Mar 2027. Instead of 15.95 EUR it then costs 31.90 EUR every month.")
    assert texts["first_bill"].startswith("Your first bill comes on 15 Dec 2026")
    assert texts["term"] == "There is no minimum term."


def test_leaving_early_is_told_year_by_year(shops) -> None:
    shop = shops["nordlys"]
    cart = basket.add_item(basket.new_cart("c", NOW), shop.offering("FIB500"), shop, ids=lambda: "i1", now=NOW)
    texts = {each.key: each.text for each in script_of(cart, price_cart(cart, shop, NOW), "eu", NOW)}
    assert texts["leaving"] == (
        "If you end everything early, you pay 480.00 EUR on the first day, 22 Nov 2026, 240.00 EUR after 12 months, on 22 Nov 2027 "
        "and nothing after 24 months, on 22 Nov 2028."
    )
    assert texts["term.24"] == "The minimum term of Fibre 500 is 24 months, until 21 Nov 2028."


def test_an_order_has_the_script_of_its_cart_and_no_later_prices(corner) -> None:
    from cartdesk.documents.ordered import priced_order

    cart = corner.full_cart()
    order = corner.order(cart)
    mine = [(each.key, each.text) for each in script_of(cart, corner.price(cart), "eu", NOW)]
    assert [(each.key, each.text) for each in script_of(order, priced_order(order), "eu", NOW)] == mine


def test_nothing_is_said_of_an_empty_cart_and_no_form_is_made_up(corner) -> None:
    assert script_of(corner.cart(), corner.price(corner.cart()), "uk", NOW) == ()
    with pytest.raises(Refused, match="There is no form mars; choose one of neutral, uk, eu, us"):
        script_of(corner.cart("SIM"), corner.price(corner.cart("SIM")), "mars", NOW)


def test_what_is_free_and_never_ends_is_said_so(corner) -> None:
    cart = corner.cart("SIM")
    texts = {each.key: each.text for each in script_of(cart, corner.price(cart), "neutral", datetime(2026, 1, 31, tzinfo=UTC))}
    assert texts["due"] == "There is nothing to pay today."
    assert "every.monthly" not in texts
    assert "first_bill" not in texts
