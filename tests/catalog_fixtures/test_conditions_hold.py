"""Each condition and each code that Nordlys has, once where it holds and once where it does not, priced by the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from cartdesk.catalog import Catalog, open_catalog
from cartdesk.pricing import price_cart
from cartdesk.pricing.priced import PricedCart
from cartdesk.selling.basket import add_item, new_cart
from cartdesk.selling.promotions import add_promotion
from cartdesk.tmf.price import PriceType

Sale = Callable[..., PricedCart]


@pytest.fixture(scope="module")
def shop(fixtures_folder: Path) -> Iterator[Catalog]:
    catalog = open_catalog(fixtures_folder / "nordlys", cache_dir=None)
    yield catalog
    catalog.close()


@pytest.fixture
def sell(shop: Catalog, now: datetime) -> Sale:
    """Sell offerings, each as its id or as (id, what is chosen), with codes, and return the priced cart."""

    def sold(*wanted: str | tuple[str, dict[str, Any]], codes: tuple[str, ...] = ()) -> PricedCart:
        numbers = count(1)
        cart = new_cart("c", now)
        for each in wanted:
            offering_id, chosen = (each, {}) if isinstance(each, str) else each
            offering = shop.offering(offering_id)
            assert offering is not None
            cart = add_item(cart, offering, shop, ids=lambda: f"i{next(numbers)}", now=now, **chosen)
        for code in codes:
            cart = add_promotion(cart, code, shop)
        return price_cart(cart, shop, now)

    return sold


def paid(priced: PricedCart, line: int, kind: PriceType = PriceType.RECURRING, period: int = 1) -> Decimal:
    """Return what a line, counted from 1, costs in one of its charge periods, with tax and discounts."""
    charges = (each for each in priced.items[line - 1].all_charges() if each.kind is kind)
    return sum((each.in_period(period).tax_included.amount for each in charges), start=Decimal(0))


def reasons(priced: PricedCart) -> set[str]:
    """Return the names of the discounts that do not hold."""
    return {refused.name for item in priced.items for charge in item.all_charges() for refused in charge.refused}


def test_with_another_offering(sell: Sale) -> None:
    assert paid(sell("FIB500"), 1) == 39
    assert "5.00 off with TV Plus" in reasons(sell("FIB500"))
    assert paid(sell("FIB500", "TVPLUS"), 1) == 34


def test_a_discount_for_a_while_beside_one_for_good(sell: Sale) -> None:
    both = sell("FIB1000", "TVPLUS")
    assert [paid(both, 1, period=number) for number in (1, 6, 7)] == [34, 34, 44]


def test_bringing_a_number(sell: Sale) -> None:
    brought = sell(("UNL", {"characteristics": {"phoneNumber": "+49 170 1234567"}}))
    assert [paid(brought, 1, period=number) for number in (1, 7)] == [Decimal("34.99"), Decimal("44.99")]
    assert paid(brought, 1, PriceType.ONE_TIME) == 0
    assert [paid(sell("UNL"), 1), paid(sell("UNL"), 1, PriceType.ONE_TIME)] == [Decimal("44.99"), Decimal("29.99")]


def test_from_four_pieces_on(sell: Sale) -> None:
    assert paid(sell(("SMARTPLUG", {"quantity": 3})), 1, PriceType.ONE_TIME) == Decimal("59.70")
    assert paid(sell(("SMARTPLUG", {"quantity": 4})), 1, PriceType.ONE_TIME) == Decimal("71.64")


def test_with_a_term(sell: Sale) -> None:
    assert paid(sell("CAB500"), 1, PriceType.ONE_TIME) == 0
    assert paid(sell(("CAB500", {"term": "No contract"})), 1, PriceType.ONE_TIME) == Decimal("39.99")


def test_term_and_storage_choose_the_price(sell: Sale) -> None:
    assert paid(sell(("SMART20", {"term": "1"})), 1) == Decimal("29.99")
    large = sell(("NP12", {"characteristics": {"storage": "512 GB", "payment": "24 months"}}))
    assert [paid(large, 1, period=number) for number in (1, 24, 25)] == [Decimal("35.99"), Decimal("35.99"), 0]
    white = sell(("NP12PRO", {"characteristics": {"color": "ceramic white"}}))
    assert paid(white, 1, PriceType.ONE_TIME) == 999


def test_a_credit_for_the_old_phone(sell: Sale) -> None:
    assert sell("NP12SWAP").due_now.tax_included.amount == 519


def test_the_price_of_a_repeater_comes_off(sell: Sale) -> None:
    assert paid(sell("MESHBUY", "WIFICHECK"), 1, PriceType.ONE_TIME) == 70


def test_spring_takes_ten_percent_off_for_six_months(sell: Sale) -> None:
    priced = sell("FIB500", codes=("SPRING",))
    assert [paid(priced, 1, period=number) for number in (1, 6, 7)] == [Decimal("35.10"), Decimal("35.10"), 39]
    assert paid(priced, 1, PriceType.ONE_TIME) == 49
    assert priced.refused == ()


def test_a_code_opens_what_the_catalog_keeps_for_it(sell: Sale) -> None:
    priced = sell("YOUTH15", "ESIM", codes=("campus",))
    assert paid(priced, 1) == Decimal("8.99")
    assert paid(priced, 2, PriceType.ONE_TIME) == 0
    assert priced.refused == ()


def test_a_minimum_is_asked_for(sell: Sale) -> None:
    assert [each.source for each in sell("ESIM", codes=("WELCOME",)).refused] == ["WELCOME"]
    assert sell("NP12", codes=("WELCOME",)).due_now.tax_included.amount == 579


@pytest.mark.parametrize("code", ["BLACK24", "NORTH31", "TESTOLD", "FIBRE10", "SWITCH", "PHONE100"])
def test_a_code_that_does_not_hold_says_why(sell: Sale, code: str) -> None:
    priced = sell("TVPLUS", "CABLE1", codes=(code,))
    (refused,) = priced.refused
    assert refused.source == code
    assert refused.reason


def test_some_codes_stand_alone(sell: Sale) -> None:
    priced = sell("FIB500", codes=("SPRING", "SUMMER50"))
    assert [each.source for each in priced.refused] == ["SUMMER50"]
    assert paid(sell("FIB500", codes=("SUMMER50",)), 1) == Decimal("19.50")


def test_a_code_for_one_offering_leaves_the_others(sell: Sale) -> None:
    priced = sell("14277", "FIB500", codes=("TALK25",))
    assert paid(priced, 1, period=4) == Decimal("26.90")
    assert paid(priced, 2) == 39
