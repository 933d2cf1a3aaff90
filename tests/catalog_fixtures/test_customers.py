"""The customers that come with Nordlys: enough of every kind, and everything they point to is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cartdesk.catalog import Catalog, open_catalog
from cartdesk.selling.customers import check_customer
from cartdesk.tmf.customer import OwnedProduct


@pytest.fixture(scope="module")
def nordlys_shop(fixtures_folder: Path) -> Iterator[Catalog]:
    catalog = open_catalog(fixtures_folder / "nordlys", cache_dir=None)
    yield catalog
    catalog.close()


def _owned(catalog: Catalog) -> Iterator[OwnedProduct]:
    waiting = [product for customer in catalog.customers() for product in customer.product]
    while waiting:
        product = waiting.pop()
        yield product
        waiting.extend(product.parts)


def test_there_are_people_and_organisations_and_a_partner(nordlys_shop: Catalog) -> None:
    customers = nordlys_shop.customers()
    assert 8 <= len(customers) <= 12
    assert {customer.is_organization for customer in customers} == {True, False}
    kinds = {account.type_ for customer in customers for account in customer.account}
    assert kinds == {"BillingAccount", "PartyAccount", "SettlementAccount", "FinancialAccount"}
    segments = {segment.id for customer in customers for segment in customer.market_segment}
    assert segments == {"residential", "business", "youth", "senior"}
    assert any(not customer.product for customer in customers)
    assert any(product.parts for product in _owned(nordlys_shop))


def test_every_owned_product_is_configured_as_its_offering_allows(nordlys_shop: Catalog) -> None:
    from cartdesk.selling.characteristics import checked_value, find_characteristic
    from cartdesk.selling.terms import chosen_term

    for product in _owned(nordlys_shop):
        offering = nordlys_shop.offering(product.product_offering.id or "") if product.product_offering else None
        assert offering is not None, product.id
        assert offering.name == product.name
        assert bool(product.product_term) == bool(offering.product_offering_term), product.id
        for term in product.product_term:
            assert chosen_term(offering, term.name or "")
        for chosen in product.product_characteristic:
            characteristic = find_characteristic(nordlys_shop.characteristics_of(offering), chosen.name or "", offering)
            assert checked_value(characteristic, chosen.value) == chosen.value


def test_every_customer_can_be_sold_to(nordlys_shop: Catalog) -> None:
    from cartdesk.desk.people import customer_of

    for each in map(customer_of, nordlys_shop.customers()):
        address = {"street": each.street, "post_code": each.post_code, "city": each.city, "country": each.country}
        assert (
            check_customer(
                each.name, each.email, each.phone, **address, customer_id=each.id, known=True, is_organization=each.is_organization
            )
            == each
        )
