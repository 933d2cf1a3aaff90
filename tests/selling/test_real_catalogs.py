"""Selling from the shops that are shipped: everything on sale can be added, and what then misses can be mended by what is offered."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from cartdesk.catalog import open_catalog
from cartdesk.errors import Refused
from cartdesk.pricing import price_cart
from cartdesk.selling import basket, checkout
from cartdesk.selling.lines import walk_all
from cartdesk.selling.rules import Finding
from cartdesk.selling.shelf import other_currency, why_not_sold
from cartdesk.tmf.cart import ShoppingCart
from cartdesk.tmf.wire import dumps, loads

BERG = checkout.check_customer("Ingrid Berg", phone="+47 22 33 44 55")


class Seller:
    """Someone who adds an offering and then follows the first way out of everything that is amiss."""

    def __init__(self, catalog, now) -> None:
        self.catalog = catalog
        self.now = now
        numbers = count(1)
        self.ids = lambda: f"i{next(numbers)}"

    def add(self, cart: ShoppingCart, code: str) -> ShoppingCart:
        offering = self.catalog.offering(code)
        assert offering is not None
        return basket.add_item(cart, offering, self.catalog, ids=self.ids, now=self.now)

    def mended(self, cart: ShoppingCart) -> ShoppingCart:
        """Follow ways out until nothing blocks, a dozen at most."""
        for _ in range(12):
            found = checkout.blockers(cart, self.catalog, self.now)
            if not found:
                return cart
            cart = self.follow(cart, found[0])
        raise AssertionError([each.sentence for each in checkout.blockers(cart, self.catalog, self.now)])

    def follow(self, cart: ShoppingCart, finding: Finding) -> ShoppingCart:
        entry = next((mend.entry for mend in finding.mends if mend.entry.startswith("channel")), finding.mends[0].entry)
        if entry.startswith("channel"):
            return basket.set_channel(cart, entry.removeprefix("channel "))
        if entry.startswith("="):
            text, number = entry.removeprefix("= ").rsplit(" @", 1)
            return basket.choose(cart, basket.line(cart, int(number)).id, text, self.catalog, ids=self.ids)
        if entry.startswith("-"):
            return basket.remove_item(cart, basket.line(cart, int(entry[1:])).id)
        return self.add(cart, entry.removeprefix("1*"))


@pytest.fixture(scope="module", params=["nordlys", "yen", "dinar"])
def seller(request: pytest.FixtureRequest, root: Path, moment) -> Iterator[Seller]:
    catalog = open_catalog(root / "catalog_fixtures" / request.param, cache_dir=None)
    yield Seller(catalog, moment)
    catalog.close()


def test_every_offering_on_sale_can_be_sold_in_the_end(seller):
    sold = 0
    for number in range(len(seller.catalog)):
        row = seller.catalog.row(number)
        offering = seller.catalog.offering(row.id)
        why = why_not_sold(offering, seller.now)
        assert (why is None) is (row.status == "sold"), row
        if why is not None:
            with pytest.raises(Refused, match=r"sold"):
                seller.add(basket.new_cart("c", seller.now), row.id)
            continue
        cart = seller.mended(seller.add(basket.new_cart("c", seller.now), row.id))
        assert any(item.product_offering.id == row.id for item in walk_all(cart)), row.id
        priced = price_cart(cart, seller.catalog, seller.now)
        history, order = checkout.place_order(cart, priced, BERG, order_id="o", now=seller.now, who="ana")
        assert len(order.product_order_item) == len(cart.cart_item)
        assert ShoppingCart.model_validate(loads(dumps(history.wire()))).wire() == history.wire()
        sold += 1
    assert sold > 3


def test_a_catalog_from_elsewhere_sells_too(shared: Path, moment):
    catalog = open_catalog(shared / "catalogs" / "genalpha", cache_dir=None)
    seller = Seller(catalog, moment)
    for number in range(len(catalog)):
        row = catalog.row(number)
        offering = catalog.offering(row.id)
        if why_not_sold(offering, moment) is not None:
            continue
        if other_currency(offering, catalog) is not None:
            with pytest.raises(Refused, match="a cart has one currency"):
                seller.add(basket.new_cart("c", moment), row.id)
            continue
        cart = seller.mended(seller.add(basket.new_cart("c", moment), row.id))
        assert any(item.product_offering.id == row.id for item in walk_all(cart))
    catalog.close()
