"""Every number of every shipped offering, with the steps behind it done again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from cartdesk.catalog import Catalog, open_catalog
from cartdesk.pricing import (
    PricedCart,
    explain,
    explain_bill,
    fill_prices,
    fresh_item,
    leaving_cost,
    line_totals,
    price_cart,
    project,
    replay,
    sum_over,
    written_item,
    written_totals,
)
from cartdesk.tmf import SeatNotes, ShoppingCart
from cartdesk.tmf.dialects import write_members
from cartdesk.tmf.rounding import RoundingLevel, RoundingPolicy

START = date(2026, 12, 10)


@pytest.fixture(params=["nordlys", "yen", "dinar", "genalpha"], scope="module")
def catalog(request: pytest.FixtureRequest, root: Path) -> Iterator[Catalog]:
    folder = root / "catalog_fixtures" / request.param
    if request.param == "genalpha":
        folder = request.getfixturevalue("shared") / "catalogs" / "genalpha"
    opened = open_catalog(folder, cache_dir=None)
    yield opened
    opened.close()


def everything(catalog: Catalog, known: bool = False) -> ShoppingCart:
    """A cart with one of every offering, its defaults chosen, and every promotion code."""
    offerings = [catalog.offering(catalog.row(number).id) for number in range(len(catalog))]
    items = tuple(fresh_item(offering, catalog) for offering in offerings if offering is not None)
    codes = tuple(promotion.code for promotion in catalog.promotions() if promotion.code)
    return ShoppingCart(id="all", cart_item=items, seat=SeatNotes(promotion_code=codes, customer_known=known))


@pytest.fixture(scope="module")
def priced(catalog: Catalog) -> PricedCart:
    return price_cart(everything(catalog), catalog, datetime.fromisoformat("2026-11-22T10:00:00+00:00"))


def test_the_shop_is_all_there(catalog: Catalog, priced: PricedCart) -> None:
    assert len(priced.items) == len(catalog)
    assert priced.totals
    foreign = [line for line in priced.items if line.problem and "one currency" in line.problem]
    assert len(foreign) < len(priced.items)


def test_prices_written_as_json_are_those_of_the_filled_models(priced: PricedCart) -> None:
    filled = fill_prices(priced.cart, priced)
    told = write_members(filled.wire(), "v2")
    assert written_totals(priced) == told["cartTotalPrice"]
    for model, line, wanted in zip(priced.cart.cart_item, priced.items, told["cartItem"], strict=True):
        (asked,) = write_members({"cartItem": [model.wire()]}, "v2")["cartItem"]
        assert written_item(asked, line, priced.currency) == wanted
        (again,) = write_members({"cartItem": [wanted]}, "v2")["cartItem"]
        assert written_item(again, line, priced.currency) == wanted


def test_every_line_of_every_offering(priced: PricedCart) -> None:
    tried = 0
    for line in priced.items:
        for total in line_totals(line, priced.currency):
            for number in {1, 2, *(phase.first for phase in total.phases)}:
                number = number if total.period is not None else 1
                wanted = next(phase.amounts for phase in total.phases if phase.last is None or number <= phase.last)
                for shown, amount in (("gross", wanted.tax_included), ("net", wanted.duty_free), ("tax", wanted.tax)):
                    steps = explain(priced, item_id=line.item.id, period=total.period, number=number, shown=shown)  # type: ignore[arg-type]
                    assert replay(steps) == amount.amount
                    tried += 1
    assert tried >= len(priced.items)


def test_every_total_and_bill(priced: PricedCart) -> None:
    assert replay(explain(priced, what="due_now")) == priced.due_now.tax_included.amount
    for total in priced.totals:
        for phase in total.phases:
            assert replay(explain(priced, what="total", period=total.period, number=phase.first)) == phase.amounts.tax_included.amount
    bills = project(priced, START, 1, months=13)
    for bill in bills:
        assert replay(explain_bill(priced, bill)) == bill.total.tax_included.amount
    paid = replay(explain(priced, what="sum", start=START, months=12))
    assert paid == sum_over(bills, 12).tax_included.amount


def test_leaving_on_any_day(priced: PricedCart) -> None:
    for day in (START, date(2027, 3, 3), date(2027, 12, 10), date(2028, 12, 10)):
        assert replay(explain(priced, what="leaving", start=START, on=day)) == leaving_cost(priced, START, day).amount


class Rounded:
    """A catalog that rounds its tax somewhere else."""

    def __init__(self, catalog: Catalog, level: RoundingLevel) -> None:
        self._catalog = catalog
        self.policy = RoundingPolicy(catalog.policy.mode, level)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._catalog, name)


@pytest.mark.parametrize("level", RoundingLevel)
def test_lines_add_up_at_every_level(catalog: Catalog, priced: PricedCart, level: RoundingLevel) -> None:
    again = price_cart(priced.cart, Rounded(catalog, level), priced.moment, previous=priced)
    assert again.policy.level is level
    charges = [charge for line in again.items for item in line.counting() for charge in item.charges]
    for total in again.totals:
        mine = [charge.in_period(1) for charge in charges if (charge.kind, charge.period) == (total.kind, total.period)]
        assert sum(each.tax_included.amount for each in mine) == total.first.tax_included.amount
        assert sum(each.duty_free.amount for each in mine) == total.first.duty_free.amount
