"""What an order keeps of its prices: the same totals, bills and costs of leaving come back, whatever was sold and however long ago."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartdesk.catalog import open_catalog
from cartdesk.errors import PricingError, Refused
from cartdesk.pricing import leaving_cost, price_cart, project
from cartdesk.pricing.kept import keep, read_kept
from cartdesk.selling import basket

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
START = date(2026, 12, 3)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def shops():
    opened = {name: open_catalog(ROOT / "catalog_fixtures" / name, cache_dir=None) for name in ("nordlys", "yen", "dinar")}
    yield opened
    for shop in opened.values():
        shop.close()


def sold(shop, places, quantity=2):
    number = iter(range(1_000))
    cart = basket.new_cart("c1", NOW)
    for place in places:
        offering = shop.offering(shop.row(place % len(shop)).id)
        try:
            cart = basket.add_item(cart, offering, shop, ids=lambda: f"i{next(number)}", now=NOW, quantity=quantity)
        except Refused:
            continue  # not sold now
    return cart


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(["nordlys", "yen", "dinar"]), places=st.lists(st.integers(0, 200), min_size=1, max_size=6))
def test_what_is_kept_costs_the_same_when_it_is_read_back(shops, name, places) -> None:
    cart = sold(shops[name], places)
    priced = price_cart(cart, shops[name], NOW)
    back = read_kept(json.loads(json.dumps(keep(priced))), cart)
    assert back.totals == priced.totals
    assert [(bill.on, bill.total, bill.list_price) for bill in project(back, START, 15)] == [
        (bill.on, bill.total, bill.list_price) for bill in project(priced, START, 15)
    ]
    assert [bill.changes for bill in project(back, START, 15)] == [bill.changes for bill in project(priced, START, 15)]
    for on in (START, date(2027, 6, 1), date(2028, 12, 3)):
        assert leaving_cost(back, START, on) == leaving_cost(priced, START, on)
    assert keep(back) == keep(priced)


def test_what_is_put_aside_is_not_kept(shops) -> None:
    shop = shops["nordlys"]
    cart = basket.new_cart("c1", NOW)
    for code in ("14277", "FIB500"):
        cart = basket.add_item(cart, shop.offering(code), shop, ids=lambda code=code: f"i-{code}", now=NOW)
    kept = keep(price_cart(basket.save_for_later(cart, "i-14277"), shop, NOW))
    assert [line["name"] for line in kept["lines"]] == ["Fibre 500"]


def test_a_line_that_is_no_longer_in_the_order_still_has_its_price(shops) -> None:
    shop = shops["nordlys"]
    cart = sold(shop, [0])
    priced = price_cart(cart, shop, NOW)
    back = read_kept(keep(priced), cart.model_copy(update={"cart_item": ()}))
    assert back.totals == priced.totals
    assert back.items[0].item.id == cart.cart_item[0].id


@pytest.mark.parametrize(
    "spoil",
    [
        lambda kept: kept.update(format=2),
        lambda kept: kept.pop("currency"),
        lambda kept: kept.update(rounding=["HALF_UP", "sometimes"]),
        lambda kept: kept.update(moment="yesterday"),
        lambda kept: kept["lines"][0].pop("quantity"),
        lambda kept: kept["lines"][0]["charges"][0].update(total=["x", "1", None]),
        lambda kept: kept["lines"][0]["charges"][0].update(unit=[None, "1", None]),
        lambda kept: kept["lines"][0]["charges"][0].update(kind="bribe"),
        lambda kept: kept["lines"][0]["charges"][0].update(period=["fortnight", 1]),
        lambda kept: kept.update(lines="none"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(shops, spoil) -> None:
    shop = shops["nordlys"]
    cart = sold(shop, [0])
    kept = json.loads(json.dumps(keep(price_cart(cart, shop, NOW))))
    spoil(kept)
    with pytest.raises(PricingError) as error:
        read_kept(kept, cart)
    assert "\n" not in str(error.value)
