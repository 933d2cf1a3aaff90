"""Lines that other carts had already come to exactly what they would come to from nothing."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from cartdesk.catalog import Catalog, open_catalog, shipped_catalog
from cartdesk.pricing import LineMemory, PricedCart, price_cart
from cartdesk.selling.basket import add_item, new_cart, set_quantity
from cartdesk.tmf import ShoppingCart

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
CODES = ("FIB500", "TVPLUS", "SMART10", "HOMEMAX", "SIM", "CHSPORT", "14277", "FLATSHARE", "PBXSEAT")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return open_catalog(shipped_catalog(), cache_dir=None)


def carts(catalog: Catalog, chance: random.Random, many: int) -> list[ShoppingCart]:
    ids = count()
    made = []
    for _ in range(many):
        cart = new_cart("c", NOW)
        for code in chance.sample(CODES, chance.randint(1, 5)):
            offering = catalog.offering(code)
            assert offering is not None
            cart = add_item(cart, offering, catalog, ids=lambda: f"i{next(ids)}", now=NOW)
            cart = set_quantity(cart, cart.cart_item[-1].id, chance.randint(1, 3))
        known = cart.notes.model_copy(update={"customer_known": chance.random() < 0.5})
        made.append(cart.model_copy(update={"seat": known}))
    return made


def plain(priced: PricedCart) -> object:
    return priced.items, priced.totals, priced.refused


def test_what_a_cart_costs_does_not_depend_on_what_is_remembered(catalog: Catalog) -> None:
    """The same offering in the same quantity shares a memory, whatever lies beside it, whoever buys it, and whenever."""
    chance = random.Random(7)
    shared: dict[tuple[str, str], LineMemory] = {}
    for cart in carts(catalog, chance, 40):
        now = NOW + timedelta(days=chance.choice((0, 0, 30, -400, 4_000)))
        memories: Mapping[str, LineMemory] = {
            item.id: shared.setdefault((str(item.product_offering), str(item.quantity)), LineMemory()) for item in cart.cart_item
        }
        assert plain(price_cart(cart, catalog, now, memories=memories)) == plain(price_cart(cart, catalog, now))


def test_a_change_is_priced_from_what_is_remembered_as_from_nothing(catalog: Catalog) -> None:
    chance = random.Random(8)
    shared: dict[tuple[str, str], LineMemory] = {}
    before: PricedCart | None = None
    for cart in carts(catalog, chance, 40):
        memories = {item.id: shared.setdefault((str(item.product_offering), str(item.quantity)), LineMemory()) for item in cart.cart_item}
        priced = price_cart(cart, catalog, NOW, previous=before, memories=memories)
        assert plain(priced) == plain(price_cart(cart, catalog, NOW))
        before = priced if chance.random() < 0.7 else None
