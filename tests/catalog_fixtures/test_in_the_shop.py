"""The shipped catalogs in the hands of the rooms that sell from them: nothing is left out, and every price makes sense."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest

from cartdesk.catalog import Catalog, Query, check_catalog, open_catalog
from cartdesk.errors import Refused
from cartdesk.pricing import price_cart, price_offering
from cartdesk.pricing.priced import PricedItem
from cartdesk.selling.basket import add_item, new_cart
from cartdesk.selling.rules import findings
from cartdesk.tmf import MONTHLY, Money, minor_digits
from cartdesk.tmf.catalog import ProductOffering
from cartdesk.tmf.price import PriceType

FOLDERS = ("nordlys", "yen", "dinar")


@pytest.fixture(scope="module", params=FOLDERS)
def opened(request: pytest.FixtureRequest, fixtures_folder: Path) -> Iterator[Catalog]:
    catalog = open_catalog(fixtures_folder / request.param, cache_dir=None)
    yield catalog
    catalog.close()


@pytest.fixture(scope="module")
def shop(fixtures_folder: Path) -> Iterator[Catalog]:
    catalog = open_catalog(fixtures_folder / "nordlys", cache_dir=None)
    yield catalog
    catalog.close()


def ids_of(catalog: Catalog) -> list[str]:
    return [catalog.row(number).id for number in range(len(catalog))]


def once(priced: PricedItem) -> Decimal:
    """What an item costs at once, with tax and discounts."""
    one_off = (each for each in priced.all_charges() if each.kind is PriceType.ONE_TIME)
    return sum((each.in_period(1).tax_included.amount for each in one_off), start=Decimal(0))


@pytest.mark.parametrize("name", FOLDERS)
def test_the_check_finds_no_fault(fixtures_folder: Path, name: str) -> None:
    assert [str(fault) for fault in check_catalog(fixtures_folder / name)] == []


def test_nothing_is_left_out(opened: Catalog) -> None:
    assert opened.left_out == 0
    assert len(opened) >= 15
    assert all(opened.row(number).name for number in range(len(opened)))


def test_every_offering_is_priced_with_sane_numbers(opened: Catalog, now: datetime) -> None:
    digits = minor_digits(opened.currency)
    for offering_id in ids_of(opened):
        offering = opened.offering(offering_id)
        assert offering is not None
        priced = price_offering(offering, opened, now)
        assert priced.problem is None, (offering_id, priced.problem)
        for charge in priced.all_charges():
            for amounts in (charge.total, charge.in_period(1), charge.in_period(60)):
                assert amounts.tax_included.currency == opened.currency
                assert abs(amounts.duty_free.amount) <= abs(amounts.tax_included.amount), (offering_id, charge.name)
            if charge.kind is not PriceType.USAGE:
                paid = charge.total.tax_included.amount
                assert paid == round(paid, digits), (offering_id, charge.name)
                assert abs(charge.in_period(1).tax_included.amount) <= abs(paid), (offering_id, charge.name)
        assert once(priced) >= 0, offering_id


def test_the_list_shows_what_pricing_says(opened: Catalog, now: datetime) -> None:
    """The list shows list prices with tax, for what is sold when nothing is chosen."""
    for number in range(len(opened)):
        row = opened.row(number)
        offering = opened.offering(row.id)
        assert offering is not None
        charges = price_offering(offering, opened, now).all_charges()
        once = sum((each.total.tax_included.amount for each in charges if each.kind is PriceType.ONE_TIME), start=Decimal(0))
        every = sum((each.total.tax_included.amount for each in charges if each.period == row.period and row.period), start=Decimal(0))
        assert (row.one_off.amount if row.one_off else 0) == once, row.id
        assert (row.recurring.amount if row.recurring else 0) == every, row.id


def test_a_fresh_line_costs_what_the_preview_said(opened: Catalog, now: datetime) -> None:
    for number in range(len(opened)):
        row = opened.row(number)
        offering = opened.offering(row.id)
        assert offering is not None
        ids = map("i{}".format, count(1))
        cart = new_cart("c", now)
        if row.status != "sold":
            with pytest.raises(Refused):
                add_item(cart, offering, opened, ids=lambda ids=ids: next(ids), now=now)
            continue
        cart = add_item(cart, offering, opened, ids=lambda ids=ids: next(ids), now=now)
        (line,) = price_cart(cart, opened, now).items
        assert line.problem is None, (row.id, line.problem)
        previewed = price_offering(offering, opened, now)
        assert sorted(each.price_id or "" for each in line.all_charges()) == sorted(each.price_id or "" for each in previewed.all_charges())
        assert once(line) == once(previewed), row.id


def test_a_fresh_line_lacks_nothing_but_its_companions(opened: Catalog, now: datetime) -> None:
    for offering_id in ids_of(opened):
        offering = opened.offering(offering_id)
        assert offering is not None
        row = opened.row(opened.number(offering_id) or 0)
        if row.status != "sold":
            continue
        ids = map("i{}".format, count(1))
        cart = add_item(new_cart("c", now), offering, opened, ids=lambda ids=ids: next(ids), now=now)
        codes = {finding.code for finding in findings(cart, opened, now)}
        assert codes <= {"companion", "shipping", *_restrictions(offering)}, (offering_id, codes)


def _restrictions(offering: ProductOffering) -> set[str]:
    """Return the codes of what an offering is restricted by, which a cart without a customer cannot meet."""
    return {code for code, restricted in (("segment", offering.market_segment), ("channel", offering.channel)) if restricted}


def test_every_companion_can_be_added_by_its_mend(opened: Catalog, now: datetime) -> None:
    for offering_id in ids_of(opened):
        offering = opened.offering(offering_id)
        assert offering is not None
        if opened.row(opened.number(offering_id) or 0).status != "sold":
            continue
        ids = map("i{}".format, count(1))
        cart = add_item(new_cart("c", now), offering, opened, ids=lambda ids=ids: next(ids), now=now)
        for _ in range(6):
            amiss = [each for each in findings(cart, opened, now) if each.code not in {"segment", "channel"}]
            if not amiss:
                break
            found = opened.find(amiss[0].mends[0].entry)
            assert found is not None, (offering_id, amiss[0])
            companion = opened.offering(found.id)
            assert companion is not None
            cart = add_item(cart, companion, opened, ids=lambda ids=ids: next(ids), now=now)
        assert {each.code for each in findings(cart, opened, now)} <= {"segment", "channel"}, offering_id


def test_the_reference_sample(shop: Catalog, now: datetime) -> None:
    offering = shop.offering("14277")
    assert offering is not None
    (charge,) = price_offering(offering, shop, now).charges
    assert (charge.total.duty_free, charge.total.tax_included) == (Money(Decimal(29), "EUR"), Money(Decimal("31.9"), "EUR"))
    assert charge.total.tax_rate == 10 and charge.period == MONTHLY
    assert [charge.in_period(number).tax_included.amount for number in (1, 3, 4)] == [Decimal("15.95"), Decimal("15.95"), Decimal("31.90")]


def test_the_shop_is_found_through_its_filters_and_search(shop: Catalog) -> None:
    assert shop.row(shop.rows(Query(text="unlimted famly"))[0]).id == "UNLFAM"
    assert shop.row(shop.rows(Query(text="fibre 500"))[0]).id == "FIB500"
    assert {row.name for row in shop.categories if row.depth == 0} >= {"Mobile", "Internet", "TV", "Devices", "Business"}


def test_the_guides_numbers_are_right(guide_shop: Path, now: datetime) -> None:
    assert [str(fault) for fault in check_catalog(guide_shop)] == []
    catalog = open_catalog(guide_shop, cache_dir=None)

    def paid(offering_id: str, period: int) -> Decimal:
        offering = catalog.offering(offering_id)
        assert offering is not None
        charges = price_offering(offering, catalog, now).all_charges()
        recurring = (each for each in charges if each.kind is PriceType.RECURRING)
        return sum((each.in_period(period).tax_included.amount for each in recurring), start=Decimal(0))

    plan, duo = catalog.row(catalog.number("PLAN20") or 0), catalog.row(catalog.number("DUO") or 0)
    assert (plan.one_off, plan.recurring) == (Money(Decimal("11.90"), "EUR"), Money(Decimal("23.80"), "EUR"))
    assert (duo.one_off, duo.recurring) == (Money(Decimal("11.90"), "EUR"), Money(Decimal("49.80"), "EUR"))
    assert [paid("NET100", period) for period in (1, 3, 4)] == [15, 15, 30]
    ids = map("i{}".format, count(1))
    cart = new_cart("c", now)
    for offering_id in ("NET100", "PLAN20"):
        offering = catalog.offering(offering_id)
        assert offering is not None
        cart = add_item(cart, offering, catalog, ids=lambda ids=ids: next(ids), now=now)
    (net,) = price_cart(cart, catalog, now).items[0].charges
    assert [net.in_period(period).tax_included.amount for period in (1, 3, 4)] == [10, 10, 25]
    catalog.close()
