"""TMF663: carts made, read, changed and deleted through the three faces."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from cartdesk.pricing import fill_prices, price_cart
from cartdesk.server.seams import Caller
from cartdesk.tmf.dialects import read, write

from .asking import CARTS, JSON_PATCH, MERGE, Shop, catalog, shop_at

VERSIONS = ("v2", "v4", "v5")


@pytest.fixture
async def shop(database_url: str) -> AsyncIterator[Shop]:
    async with shop_at(database_url) as shop:
        yield shop


def _item(**members: Any) -> dict[str, Any]:
    return {"id": "a", "action": "add", "productOffering": {"id": "14277"}, **members}


async def test_a_cart_written_through_one_face_reads_right_through_the_others(shop: Shop) -> None:
    reached = {"characteristic": {"emailAddress": "a@b.c"}}
    shapes: dict[str, dict[str, Any]] = {
        "v2": {"relatedParty": [{"name": "Ada", "role": "customer"}], "contactMedium": [{"type": "email", **reached}]},
        "v4": {
            "relatedParty": [{"id": "7", "name": "Ada", "role": "customer", "@referredType": "Individual"}],
            "contactMedium": [{"mediumType": "email", **reached}],
        },
        "v5": {
            "relatedParty": [{"role": "customer", "partyOrPartyRole": {"@type": "PartyRef", "id": "7", "name": "Ada"}}],
            "contactMedium": [{"@type": "EmailContactMedium", "emailAddress": "a@b.c"}],
        },
    }  # fmt: skip
    status = {"v2": "SavedForLater", "v4": "saveForLater", "v5": "saveForLater"}
    for written, members in shapes.items():
        body = {
            **members,
            "cartItem": [_item(), _item(id="b", action="no_change" if written == "v2" else "noChange", status=status[written])],
        }
        made = await shop.client.post(f"{CARTS}/{written}/shoppingCart", json=body)
        assert made.status_code == 201, made.text
        faces = {v: (await shop.client.get(f"{CARTS}/{v}/shoppingCart/{made.json()['id']}")).json() for v in VERSIONS}
        assert faces[written] == made.json()
        assert faces["v2"]["relatedParty"][0]["name"] == faces["v4"]["relatedParty"][0]["name"] == "Ada"
        assert faces["v5"]["relatedParty"][0]["partyOrPartyRole"]["name"] == "Ada"
        assert (
            faces["v2"]["contactMedium"][0]["characteristic"]["emailAddress"] == faces["v5"]["contactMedium"][0]["emailAddress"] == "a@b.c"
        )
        assert faces["v4"]["contactMedium"][0]["mediumType"] == "email"
        assert [faces[v]["cartItem"][1]["status"] for v in VERSIONS] == list(status.values())
        assert [faces[v]["cartItem"][1]["action"] for v in VERSIONS] == ["no_change", "noChange", "noChange"]
        assert faces["v2"]["cartTotalPrice"][0]["recurringChargePeriod"] == "monthly"
        assert faces["v5"]["cartTotalPrice"][0]["recurringChargePeriod"] == "month"


async def test_totals_are_the_seats_own(shop: Shop) -> None:
    made = await shop.cart("14277", "SIM", "SMART20", version="v2", cartTotalPrice=[{"priceType": "recurring", "price": {"taxRate": 0}}])
    cart = read(
        {"id": made["id"], "cartItem": [{"id": item["id"], "productOffering": item["productOffering"]} for item in made["cartItem"]]}
    )
    priced = fill_prices(cart, price_cart(cart, catalog(), shop.now))
    assert made["cartTotalPrice"] == write(priced)["cartTotalPrice"]
    assert [item.get("itemTotalPrice") for item in made["cartItem"]] == [item.get("itemTotalPrice") for item in write(priced)["cartItem"]]
    recurring = next(total for total in made["cartTotalPrice"] if total["priceType"] == "recurring")
    assert recurring["price"]["taxIncludedAmount"]["unit"] == "EUR"
    path = f"{CARTS}/v2/shoppingCart/{made['id']}"
    fewer = (await shop.client.patch(path, json={"cartItem": [_item(quantity=3)]}, headers=MERGE)).json()
    assert fewer["cartTotalPrice"][0]["price"]["taxIncludedAmount"]["value"] == 95.7
    assert (await shop.client.patch(path, json={"cartItem": []}, headers=MERGE)).json().get("cartTotalPrice") is None


async def test_items_of_other_shops_keep_their_prices_and_count(shop: Shop) -> None:
    amounts = {"dutyFreeAmount": {"unit": "EUR", "value": 10}, "taxIncludedAmount": {"unit": "EUR", "value": 12.5}, "taxRate": 25}
    price = {"priceType": "recurring", "recurringChargePeriod": "Month", "price": amounts}
    foreign = _item(id="b", quantity=2, productOffering={"id": "ELSEWHERE-1"}, itemPrice=[price])
    made = (await shop.client.post(f"{CARTS}/v4/shoppingCart", json={"cartItem": [_item(), foreign]})).json()
    assert made["cartItem"][1]["itemPrice"][0]["price"] == price["price"]
    (total,) = made["cartTotalPrice"]
    assert total["price"]["taxIncludedAmount"] == {"unit": "EUR", "value": 56.9}
    assert total["price"]["dutyFreeAmount"] == {"unit": "EUR", "value": 49}
    assert "taxRate" not in total["price"]
    kroner = {"priceType": "oneTime", "price": {"taxIncludedAmount": {"unit": "SEK", "value": 5}}}
    path = f"{CARTS}/v4/shoppingCart/{made['id']}"
    other = (await shop.client.patch(path, json={"cartItem": [_item(), {**foreign, "itemPrice": [kroner]}]}, headers=MERGE)).json()
    assert {(each["priceType"], each["price"]["taxIncludedAmount"]["unit"]) for each in other["cartTotalPrice"]} == {
        ("recurring", "EUR"),
        ("oneTime", "SEK"),
    }


async def test_the_v4_face_takes_an_empty_cart_and_the_v2_face_does_not(shop: Shop) -> None:
    for version in ("v4", "v5"):
        made = await shop.client.post(f"{CARTS}/{version}/shoppingCart", json={})
        assert made.status_code == 201
        assert made.headers["location"] == made.json()["href"] == f"{CARTS}/{version}/shoppingCart/{made.json()['id']}"
        assert made.headers["etag"] == '"1"'
        assert (await shop.client.get(made.headers["location"])).json() == made.json()
    refused = await shop.client.post(f"{CARTS}/v2/shoppingCart", json={"relatedParty": [{"name": "Ada"}]})
    assert refused.status_code == 400
    assert "'cartItem'" in refused.json()["reason"]


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({"cartItem": [{"action": "add"}]}, "cartItem[0].id"),
        ({"cartItem": [{"id": "a"}]}, "cartItem[0].action"),
        ({"cartItem": [_item(cartItem=[{"id": "b"}])]}, "cartItem[0].cartItem[0].action"),
        ({"cartItem": [_item(cartItem=[_item(id="b", cartItem=[{"action": "add"}])])]}, "cartItem[0].cartItem[0].cartItem[0].id"),
        ({"cartItem": [_item(note=[{"author": "x"}])]}, "cartItem[0].note[0].text"),
        ({"cartItem": [_item(note={"author": "x"})]}, "cartItem[0].note.text"),
        ({"cartItem": [_item(productOffering={"name": "x"})]}, "cartItem[0].productOffering.id"),
        ({"cartItem": [_item(product={"@type": "Product"})]}, "cartItem[0].product.id"),
        ({"cartItem": [_item(product={"place": [{"id": "1", "href": "h"}]})]}, "cartItem[0].product.place[0].role"),
        ({"cartItem": [_item(product={"place": [{"id": "1", "role": "r"}]})]}, "cartItem[0].product.place[0].href"),
        ({"cartItem": [_item()], "relatedParty": [{"role": "customer"}]}, "relatedParty[0].id"),
        ({"cartItem": [_item(quantity="two")]}, "cartItem[0].quantity"),
        ({"cartItem": [_item(quantity=-1)]}, "cartItem[0].quantity"),
        ({"cartItem": "none"}, "cartItem"),
        ({"cartItem": [7]}, "cartItem[0]"),
        ({"cartItem": [_item(), _item()]}, "cartItem[1].id"),
        ({"cartItem": [_item(action="steal")]}, "cartItem[0].action"),
    ],
)
async def test_v2s_tables_are_kept(sqlite_url: str, members: dict[str, Any], named: str) -> None:
    async with shop_at(sqlite_url) as shop:
        refused = await shop.client.post(f"{CARTS}/v2/shoppingCart", json=members)
        assert refused.status_code == 400
        assert f"'{named}" in refused.json()["reason"]
        made = await shop.cart("SIM", version="v2")
        patched = await shop.client.patch(f"{CARTS}/v2/shoppingCart/{made['id']}", json=members, headers=MERGE)
        assert patched.status_code == 400


async def test_the_documents_own_sample_is_taken(shop: Shop) -> None:
    place = {"href": "https://host:port/placeManagement/place/7396", "id": "7396", "name": "Main Store", "role": "default delivery"}
    note = {"author": "Mr Smith", "date": "2017-03-28T00:00", "text": "Please wrap with double bag"}
    item = {**_item(id="8307"), "quantity": 1, "status": "Active", "note": note, "product": {"name": "Talk Simple 25", "place": [place]}}
    made = (await shop.client.post(f"{CARTS}/v2/shoppingCart", json={"cartItem": [item]})).json()
    assert made["cartItem"][0]["note"] == [{**note, "date": "2017-03-28T00:00:00Z"}]
    assert made["cartItem"][0]["product"]["place"] == [place]
    (total,) = made["cartTotalPrice"]
    assert (total["price"]["dutyFreeAmount"]["value"], total["price"]["taxIncludedAmount"]["value"], total["price"]["taxRate"]) == (
        29,
        31.9,
        10,
    )
    assert total["priceAlteration"][0]["price"] == {"percentage": 50}


@pytest.mark.parametrize("name", ["id", "href", "validFor", "cartTotalPrice"])
async def test_what_is_not_patchable_is_refused_by_name(sqlite_url: str, name: str) -> None:
    async with shop_at(sqlite_url) as shop:
        made = await shop.cart("14277")
        for version in VERSIONS:
            path = f"{CARTS}/{version}/shoppingCart/{made['id']}"
            refused = await shop.client.patch(path, json={name: made[name]}, headers=MERGE)
            assert (refused.status_code, f"'{name}'" in refused.json()["reason"]) == (400, True)
            refused = await shop.client.patch(path, json=[{"op": "remove", "path": f"/{name}"}], headers=JSON_PATCH)
            assert (refused.status_code, f"'{name}'" in refused.json()["reason"]) == (400, True)
        refused = await shop.client.patch(path, json=[{"op": "replace", "path": "", "value": {}}], headers=JSON_PATCH)
        assert refused.status_code == 400
        assert (await shop.client.get(f"{CARTS}/v4/shoppingCart/{made['id']}")).json() == made


async def test_three_ways_to_patch(shop: Shop) -> None:
    made = await shop.cart("14277", "SIM")
    path = f"{CARTS}/v4/shoppingCart/{made['id']}"
    medium = [{"mediumType": "email", "characteristic": {"emailAddress": "a@b.c"}}]
    for number, headers in enumerate(({"content-type": "application/json"}, MERGE), 2):
        medium[0]["characteristic"] = {"emailAddress": f"a{number}@b.c"}
        answer = await shop.client.patch(path, json={"contactMedium": medium}, headers=headers)
        assert (answer.status_code, answer.json()["contactMedium"], answer.headers["etag"]) == (200, medium, f'"{number}"')
    steps = [
        {"op": "test", "path": "/contactMedium/0/characteristic/emailAddress", "value": "a3@b.c"},
        {"op": "replace", "path": "/cartItem/0/quantity", "value": 5},
        {"op": "remove", "path": "/cartItem/1"},
        {"op": "add", "path": "/relatedParty", "value": [{"id": "9", "@referredType": "Individual"}]},
    ]
    answer = await shop.client.patch(path, json=steps, headers=JSON_PATCH)
    assert [(item["id"], item["quantity"]) for item in answer.json()["cartItem"]] == [("i1", 5)]
    assert answer.json()["cartTotalPrice"][0]["price"]["taxIncludedAmount"]["value"] == 159.5
    assert answer.json()["relatedParty"][0]["id"] == "9"
    failed = await shop.client.patch(
        path, json=[{"op": "remove", "path": "/cartItem/0"}, {**steps[0], "value": "other"}], headers=JSON_PATCH
    )
    assert failed.status_code == 409
    assert (await shop.client.get(path)).json() == answer.json()
    gone = await shop.client.patch(path, json={"contactMedium": None}, headers=MERGE)
    assert "contactMedium" not in gone.json()


async def test_a_patch_that_changes_nothing_changes_nothing(shop: Shop) -> None:
    made = await shop.cart("14277")
    path = f"{CARTS}/v4/shoppingCart/{made['id']}"
    shop.later(days=1)
    for body, headers in (({}, MERGE), ({"cartItem": made["cartItem"]}, MERGE), ([], JSON_PATCH)):
        same = await shop.client.patch(path, json=body, headers=headers)
        assert (same.status_code, same.json(), same.headers["etag"]) == (200, made, '"1"')
    assert [change.kind for change in shop.told] == ["create"]


async def test_what_is_unknown_survives_and_what_is_ours_is_not_given(shop: Shop) -> None:
    body = {
        "id": "mine", "href": "http://evil/", "validFor": {"endDateTime": "2999-01-01T00:00:00Z"}, "vendor": {"deep": [1.5, {"n": None}]},
        "cartdesk": {"override": [{"item_id": "a", "percentage": "100", "who": "x", "role": "admin", "why": "y"}]}, "seat": {},
        "owner": "me", "revision": 99, "cartItem": [{**_item(), "vendorItem": {"exact": 0.1234567890123456789}}],
    }  # fmt: skip
    made = (await shop.client.post(f"{CARTS}/v4/shoppingCart", json=body)).json()
    assert made["id"] == "id-1"
    assert made["href"] == f"{CARTS}/v4/shoppingCart/id-1"
    assert made["validFor"] == {"startDateTime": "2026-11-22T10:00:00Z", "endDateTime": "2027-02-20T10:00:00Z"}
    assert made["vendor"] == {"deep": [1.5, {"n": None}]}
    assert "cartdesk" not in made and "seat" not in made
    assert made["cartTotalPrice"][0]["price"]["taxIncludedAmount"]["value"] == 31.9
    raw = '{"cartItem":[{"id":"a","action":"add","exact":0.12345678901234567890123,"huge":123456789012345678901234567890}]}'
    answer = await shop.client.post(f"{CARTS}/v2/shoppingCart", content=raw, headers={"content-type": "application/json"})
    for version in VERSIONS:
        text = (await shop.client.get(f"{CARTS}/{version}/shoppingCart/{answer.json()['id']}")).text
        assert "0.12345678901234567890123" in text and "123456789012345678901234567890" in text


async def test_a_cart_is_valid_for_90_days_or_7_while_empty(shop: Shop) -> None:
    made = await shop.cart("14277", relatedParty=[{"id": "ada", "@referredType": "Individual"}])
    empty = (await shop.client.post(f"{CARTS}/v4/shoppingCart", json={"relatedParty": [{"id": "ada"}]})).json()
    assert empty["validFor"]["endDateTime"] == "2026-11-29T10:00:00Z"
    customer = Caller("c", frozenset({"cart:read", "cart:write"}), owner="ada", customer=True)
    admin, shop.caller = shop.caller, customer
    collection = f"{CARTS}/v4/shoppingCart"
    shop.later(days=8)
    assert (await shop.client.get(f"{collection}/{empty['id']}")).status_code == 404
    assert [cart["id"] for cart in (await shop.client.get(collection)).json()] == [made["id"]]
    kept = await shop.client.patch(f"{collection}/{made['id']}", json={"contactMedium": [{"mediumType": "email"}]}, headers=MERGE)
    assert kept.json()["validFor"] == {"startDateTime": "2026-11-22T10:00:00Z", "endDateTime": "2027-02-28T10:00:00Z"}
    shop.later(days=91)
    assert (await shop.client.get(f"{collection}/{made['id']}")).status_code == 404
    assert (await shop.client.patch(f"{collection}/{made['id']}", json={"contactMedium": []}, headers=MERGE)).status_code == 404
    shop.caller = admin
    assert (await shop.client.get(f"{collection}/{made['id']}")).status_code == 200
    assert len((await shop.client.get(collection)).json()) == 2


async def test_a_cart_is_deleted_and_the_hook_is_told_of_all_of_it(shop: Shop) -> None:
    made = await shop.cart("14277")
    path = f"{CARTS}/v5/shoppingCart/{made['id']}"
    await shop.client.patch(path, json={"cartItem": []}, headers=MERGE)
    assert (await shop.client.delete(path)).status_code == 204
    assert (await shop.client.get(path)).status_code == (await shop.client.delete(path)).status_code == 404
    assert (await shop.client.patch(path, json={"cartItem": []}, headers=MERGE)).status_code == 404
    assert [(change.kind, change.id, change.revision) for change in shop.told] == [
        ("create", made["id"], 1),
        ("change", made["id"], 2),
        ("delete", made["id"], 3),
    ]
    assert shop.told[1].before is not None and shop.told[1].after is not None
    assert len(shop.told[1].before["cartItem"]) == 1 and shop.told[1].after["cartItem"] == []


async def test_items_sent_again_are_known_only_as_they_were_sent(shop: Shop) -> None:
    """What spares the work for unchanged items must not let pass what would be refused, nor answer another than a new reading would."""

    async def change(*items: Any, version: str = "v4") -> Any:
        return await shop.client.patch(f"{CARTS}/{version}/shoppingCart/{made['id']}", json={"cartItem": list(items)}, headers=MERGE)

    made = await shop.cart("FIB500", "SIM")
    one, other = _item(quantity=2), _item(id="b", productOffering={"id": "SIM"})
    first = (await change(one, other)).json()
    again = (await change({**one, "quantity": 3}, other)).json()
    assert again["cartItem"][1] == first["cartItem"][1]
    assert [each["quantity"] for each in again["cartItem"]] == [3, 1]
    back = (await change(one, other)).json()
    assert (back["cartItem"], back["cartTotalPrice"]) == (first["cartItem"], first["cartTotalPrice"])
    for wrong in (True, "1", 10_000_000):
        refused = await change(one, {**other, "quantity": wrong})
        assert (refused.status_code, "cartItem[1].quantity" in refused.json()["reason"]) == (400, True)
    assert "another item's id" in (await change(one, one)).json()["reason"]
    assert (await change(*back["cartItem"])).json()["cartItem"] == back["cartItem"]
    assert (await change(one, {name: value for name, value in other.items() if name != "action"}, version="v2")).status_code == 400
