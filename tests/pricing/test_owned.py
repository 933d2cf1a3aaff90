"""What customers pay for what they have: the other side of a credit, parts and quantities included."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cartdesk.catalog import open_catalog
from cartdesk.pricing import price_cart
from cartdesk.pricing.owned import price_owned
from cartdesk.tmf import ShoppingCart
from cartdesk.tmf.customer import OwnedProduct

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def nordlys():
    shop = open_catalog(ROOT / "catalog_fixtures" / "nordlys", cache_dir=None)
    yield shop
    shop.close()


def monthly(shop, customer_id: str) -> Decimal:
    priced = price_owned(shop.customer(customer_id).product, shop, NOW)
    (total,) = priced.totals
    return total.steady.tax_included.amount


def test_products_cost_their_list_prices_each_as_often_as_it_is_there(nordlys) -> None:
    assert monthly(nordlys, "C-1001") == Decimal("39.00") + Decimal("24.99") + Decimal("14.99") + 2 * Decimal("4.99")


def test_a_price_of_its_own_goes_before_the_catalogs(nordlys) -> None:
    (old, *_) = price_owned(nordlys.customer("C-1002").product, nordlys, NOW).items
    assert [(charge.name, charge.total.tax_included.amount) for charge in old.charges] == [
        ("Talk Classic monthly, price of 2012", Decimal("11.90"))
    ]


def test_a_bundle_costs_what_its_parts_and_its_discount_do(nordlys) -> None:
    flat, phone = price_owned(nordlys.customer("C-1004").product, nordlys, NOW).items
    assert sum(charge.total.tax_included.amount for charge in flat.all_charges()) == Decimal("66.97")
    assert [(charge.installments, charge.total.tax_included.amount) for charge in phone.charges] == [(24, Decimal("24.99"))]
    assert phone.charges[0].in_period(24).tax_included.amount == Decimal("24.99")
    assert phone.charges[0].in_period(25).tax_included.amount == 0


def test_what_is_paid_is_exactly_what_a_change_takes_off(nordlys) -> None:
    for customer in nordlys.customers():
        for product in customer.product:
            (item,) = price_owned((product,), nordlys, NOW).items
            modified = price_cart(ShoppingCart(id="c", cart_item=(item.item,)), nordlys, NOW)
            credits = [charge for line in modified.items for charge in line.all_charges() if charge.category == "former"]
            lasting = [charge.total for charge in item.all_charges() if charge.installments is None]
            assert [-charge.total for charge in credits] == lasting


def test_a_product_nobody_knows_the_price_of_has_none(nordlys) -> None:
    unknown = OwnedProduct(id="p", name="Telex", product_offering={"id": "TELEX", "name": "Telex"})
    priced = price_owned((unknown, OwnedProduct(id="q")), nordlys, NOW)
    assert [item.charges for item in priced.items] == [(), ()]
    assert priced.totals == ()
