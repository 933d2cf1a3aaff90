"""Items that another cart had already: known, and yet each cart's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from cartdesk.server.items import Items
from cartdesk.tmf.cart import CartItem

from .asking import CARTS, MERGE, Shop, shop_at

FACES = ("v2", "v4", "v5")


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    async with shop_at(sqlite_url) as shop:
        yield shop


def _item(name: str, **members: Any) -> dict[str, Any]:
    return {"id": name, "action": "add", "quantity": 1, "productOffering": {"id": "14277"}, **members}


def _but_for_ids(cart: dict[str, Any]) -> list[dict[str, Any]]:
    return [{name: value for name, value in item.items() if name != "id"} for item in cart["cartItem"]]


@pytest.mark.parametrize("version", FACES)
async def test_what_is_sent_again_comes_to_the_same_under_its_own_id(shop: Shop, version: str) -> None:
    place = f"{CARTS}/{version}/shoppingCart"
    first = (await shop.client.post(place, json={"cartItem": [_item("a"), _item("b", quantity=2)]})).json()
    other = (await shop.client.post(place, json={"cartItem": [_item("c"), _item('d"\\', quantity=2)]})).json()
    assert [item["id"] for item in other["cartItem"]] == ["c", 'd"\\']
    assert _but_for_ids(other) == _but_for_ids(first)
    assert other["cartTotalPrice"] == first["cartTotalPrice"]
    for face in FACES:
        shown = [(await shop.client.get(f"{CARTS}/{face}/shoppingCart/{cart['id']}")).json() for cart in (first, other)]
        assert _but_for_ids(shown[0]) == _but_for_ids(shown[1])
        assert [item["id"] for item in shown[1]["cartItem"]] == ["c", 'd"\\']


async def test_the_same_item_costs_what_it_costs_beside_the_others(shop: Shop) -> None:
    """TV Plus takes five euros off Fibre 500: the same line is another where it lies beside another."""
    place = f"{CARTS}/v4/shoppingCart"
    line = {"id": "f", "action": "add", "productOffering": {"id": "FIB500"}, "itemTerm": [{"duration": {"amount": 24, "units": "month"}}]}
    tv = {"id": "t", "action": "add", "productOffering": {"id": "TVPLUS"}}
    alone = (await shop.client.post(place, json={"cartItem": [line]})).json()
    beside = (await shop.client.post(place, json={"cartItem": [line, tv]})).json()
    assert beside["cartItem"][0]["itemTotalPrice"] != alone["cartItem"][0]["itemTotalPrice"]
    left = await shop.client.patch(beside["href"], json={"cartItem": [line]}, headers=MERGE)
    assert left.json()["cartItem"] == alone["cartItem"]
    again = await shop.client.patch(alone["href"], json={"cartItem": [line, tv]}, headers=MERGE)
    assert again.json()["cartItem"] == beside["cartItem"]


async def test_an_item_that_was_refused_is_not_known(shop: Shop) -> None:
    place = f"{CARTS}/v4/shoppingCart"
    for _ in range(2):
        refused = await shop.client.post(place, json={"cartItem": [_item("a", quantity="many")]})
        assert (refused.status_code, "cartItem[0].quantity" in refused.json()["reason"]) == (400, True)
        twice = await shop.client.post(place, json={"cartItem": [_item("a"), _item("a")]})
        assert (twice.status_code, "another item's id" in twice.json()["reason"]) == (400, True)


async def test_prices_a_client_sends_are_its_own_only_where_nothing_is_priced_here(shop: Shop) -> None:
    place = f"{CARTS}/v4/shoppingCart"
    price = {"priceType": "oneTime", "price": {"taxIncludedAmount": {"unit": "EUR", "value": 1}}}
    for code, kept in (("14277", False), ("UNHEARD-OF", True)):
        for name in ("a", "b"):
            item = _item(name, itemPrice=[price], productOffering={"id": code})
            made = (await shop.client.post(place, json={"cartItem": [item]})).json()
            assert (made["cartItem"][0]["itemPrice"][0]["price"]["taxIncludedAmount"]["value"] == 1) is kept


def test_only_so_many_are_known_and_none_that_are_long() -> None:
    items = Items(most=2)
    for quantity in (1, 2, 3):
        items.remember(_item("a", quantity=quantity), CartItem(id="a", quantity=quantity))
    assert items.known(_item("z", quantity=1)) is None
    known = items.known(_item("z", quantity=3))
    assert known is not None and known.model.quantity == 3
    items.remember(_item("a", note=[{"text": "x" * 9_000}]), CartItem(id="a"))
    assert items.known(_item("a", note=[{"text": "x" * 9_000}])) is None
    assert items.known({"action": "add"}) is None
