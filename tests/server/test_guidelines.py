"""TMF630: what every collection and resource understands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from cartdesk.server.query import read_query
from cartdesk.server.seams import Limits
from cartdesk.server.table import RESOURCES

from .asking import CARTS, MERGE, ORDERS, Shop, shop_at

CART = f"{CARTS}/v4/shoppingCart"


@pytest.fixture
async def shop(database_url: str) -> AsyncIterator[Shop]:
    async with shop_at(database_url) as shop:
        yield shop


async def _ids(shop: Shop, query: str, version: str = "v4") -> list[str]:
    answer = await shop.client.get(f"{CARTS}/{version}/shoppingCart?{query}")
    assert answer.status_code in (200, 206), answer.text
    assert answer.headers["x-result-count"] == str(len(answer.json()))
    return [cart["id"] for cart in answer.json()]


async def test_fields(shop: Shop) -> None:
    made = await shop.cart("14277")
    one = f"{CART}/{made['id']}"
    for path, read in ((one, lambda body: body), (CART, lambda body: body[0])):
        for fields, wanted in (("none", set()), ("validFor", {"validFor"}), ("cartItem,validFor", {"cartItem", "validFor"})):
            answer = await shop.client.get(path, params={"fields": fields})
            assert set(read(answer.json())) == {"id", "href", *wanted}
        refused = await shop.client.get(path, params={"fields": "validFor,nonsense"})
        assert (refused.status_code, "'nonsense'" in refused.json()["reason"]) == (400, True)


async def test_filters_on_dotted_paths_through_lists_in_each_versions_names(shop: Shop) -> None:
    ada = await shop.cart(
        "14277", "SIM", relatedParty=[{"id": "ada", "name": "Ada"}], contactMedium=[{"characteristic": {"emailAddress": "ada@x.y"}}]
    )
    bob = await shop.cart("KIDS5", relatedParty=[{"id": "bob", "name": "Bob"}, {"id": "ref-1", "role": "cartSync"}])
    assert await _ids(shop, "relatedParty.id=ada") == [ada["id"]]
    assert await _ids(shop, "relatedParty.id=ada,bob") == [ada["id"], bob["id"]]
    assert await _ids(shop, "relatedParty.id=ref-1&relatedParty.name=Bob") == [bob["id"]]
    assert await _ids(shop, "relatedParty.id=ref-1&relatedParty.name=Ada") == []
    assert await _ids(shop, "relatedParty.partyOrPartyRole.id=bob", "v5") == [bob["id"]]
    assert await _ids(shop, "cartItem.productOffering.id=SIM") == [ada["id"]]
    assert await _ids(shop, "cartItem.status=active") == await _ids(shop, "cartItem.status=Active", "v2") == [ada["id"], bob["id"]]
    assert await _ids(shop, "contactMedium.emailAddress=ada@x.y", "v5") == [ada["id"]]
    assert await _ids(shop, "contactMedium.characteristic.emailAddress.regex=^a.a@") == [ada["id"]]
    assert await _ids(shop, "cartTotalPrice.recurringChargePeriod=monthly") == [ada["id"], bob["id"]]
    assert await _ids(shop, "cartTotalPrice.price.taxIncludedAmount.value.gt=31&cartTotalPrice.price.taxIncludedAmount.value.lte=31.9") == [
        ada["id"]
    ]
    assert await _ids(shop, f"href={ada['href']}") == await _ids(shop, f"id={ada['id']}") == [ada["id"]]
    assert await _ids(shop, "validFor.endDateTime.gt=2027-01-01T00:00:00%2B01:00") == [ada["id"], bob["id"]]
    assert await _ids(shop, "validFor.endDateTime.lt=2027-01-01") == []
    assert await _ids(shop, "@type=ShoppingCart&cartItem.quantity.eq=1&cartItem.quantity.gte=1") == [ada["id"], bob["id"]]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("colour=red", "'colour'"),
        ("cartItem.colour=red", "'cartItem.colour'"),
        ("cartItem.id.ne=1", "'cartItem.id.ne'"),
        ("cartItem.quantity=many", "'cartItem.quantity'"),
        ("validFor.endDateTime.gt=soon", "'validFor.endDateTime'"),
        ("sort=colour", "'colour'"),
        ("offset=-1", "'offset'"),
        ("limit=ten", "'limit'"),
        ("id.regex=(", "'id'"),
        ("cartItem.itemTerm.naame=1", "'cartItem.itemTerm.naame'"),
        ("id=%ff", "percent-encoded"),
    ],
)
async def test_what_cannot_be_used_is_refused_by_name(sqlite_url: str, query: str, named: str) -> None:
    async with shop_at(sqlite_url) as shop:
        refused = await shop.client.get(f"{CART}?{query}")
        assert refused.status_code == 400
        assert named in refused.json()["reason"]


async def test_pages(shop: Shop) -> None:
    carts = [await shop.cart("SIM", relatedParty=[{"id": "ada" if number % 2 else "bob"}]) for number in range(7)]
    whole = await shop.client.get(CART)
    assert (whole.status_code, whole.headers["x-total-count"], whole.headers["x-result-count"]) == (200, "7", "7")
    assert "link" not in whole.headers
    seen = []
    path: str | None = f"{CART}?relatedParty.id=bob&limit=3"
    while path:
        answer = await shop.client.get(path)
        assert (answer.status_code, answer.headers["x-total-count"]) == (206, "4")
        seen += [cart["id"] for cart in answer.json()]
        path = answer.links.get("next", {}).get("url")
    assert seen == [cart["id"] for cart in carts[::2]]
    assert answer.headers["content-range"] == "items 3-3/4"
    assert set(answer.links) == {"first", "prev", "last"}
    past = await shop.client.get(f"{CART}?offset=7")
    assert (past.status_code, past.headers["content-range"]) == (416, "items */7")
    assert (await shop.client.get(f"{CART}?relatedParty.id=nobody")).json() == []
    none = await shop.client.get(f"{CART}?limit=0")
    assert (none.status_code, none.json(), none.headers["x-total-count"]) == (206, [], "7")


async def test_a_page_has_1000_at_most(sqlite_url: str) -> None:
    async with shop_at(sqlite_url, limits=Limits(page=3)) as shop:
        for _ in range(5):
            await shop.cart()
        for query in ("", "?limit=4", "?id.regex=."):
            answer = await shop.client.get(CART + query)
            assert (answer.status_code, len(answer.json()), answer.headers["x-total-count"]) == (206, 3, "5")


async def test_sorting(shop: Shop) -> None:
    for name, quantity in (("b", 1), ("a", 2), ("a", 3), (None, 1)):
        await shop.client.post(
            f"{CARTS}/v4/shoppingCart",
            json={"relatedParty": [{"id": "x", "name": name}] if name else [], "cartItem": [{"id": "1", "quantity": quantity}]},
        )
    ids = await _ids(shop, "")
    assert await _ids(shop, "sort=relatedParty.name,-cartItem.quantity") == [ids[2], ids[1], ids[0], ids[3]]
    assert await _ids(shop, "sort=-relatedParty.name,+cartItem.quantity") == [ids[0], ids[1], ids[2], ids[3]]
    assert await _ids(shop, "sort=-id&limit=2&offset=1") == sorted(ids, reverse=True)[1:3]


async def test_etags(shop: Shop) -> None:
    made = await shop.cart("14277")
    one = f"{CART}/{made['id']}"
    first = (await shop.client.get(one)).headers["etag"]
    same = await shop.client.get(one, headers={"if-none-match": f'"x", {first}'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first)
    body = {"contactMedium": [{"mediumType": "email"}]}
    changed = await shop.client.patch(one, json=body, headers={**MERGE, "if-match": first})
    assert changed.status_code == 200
    assert (await shop.client.get(one, headers={"if-none-match": first})).status_code == 200
    for wanted in (first, '"99"', "nonsense"):
        refused = await shop.client.patch(one, json={"cartItem": []}, headers={**MERGE, "if-match": wanted})
        assert (refused.status_code, refused.headers["etag"]) == (412, changed.headers["etag"])
        assert (await shop.client.delete(one, headers={"if-match": wanted})).status_code == 412
    assert (await shop.client.get(one)).json() == changed.json()
    assert (await shop.client.patch(one, json={"cartItem": []}, headers={**MERGE, "if-match": "*"})).status_code == 200
    assert (await shop.client.delete(one, headers={"if-match": '"3"'})).status_code == 204


async def test_methods_that_are_not_there(shop: Shop) -> None:
    made = await shop.cart()
    for method, path, allowed in (
        ("PUT", f"{CART}/{made['id']}", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("PUT", CART, "GET, HEAD, OPTIONS, POST"),
        ("DELETE", CART, "GET, HEAD, OPTIONS, POST"),
        ("POST", f"{CART}/{made['id']}", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("TRACE", CART, "GET, HEAD, OPTIONS, POST"),
        ("POST", "/tmf-api/productCatalogManagement/v4/productOffering", "GET, HEAD, OPTIONS"),
        ("DELETE", "/tmf-api/productCatalogManagement/v4/productOffering/14277", "GET, HEAD, OPTIONS"),
        ("GET", f"{CARTS}/v4/hub", "OPTIONS, POST"),
        ("PATCH", f"{CARTS}/v4/hub/1", "DELETE, OPTIONS"),
    ):
        refused = await shop.client.request(method, path)
        assert (refused.status_code, refused.headers["allow"]) == (405, allowed)
    asked = await shop.client.options(CART)
    assert (asked.status_code, asked.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert (await shop.client.head(f"{CART}/{made['id']}")).headers["etag"] == '"1"'


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/jsonp", "application/json-seq"])
async def test_other_media_types_are_refused(sqlite_url: str, kind: str) -> None:
    async with shop_at(sqlite_url) as shop:
        made = await shop.cart()
        for method, path in (("POST", CART), ("PATCH", f"{CART}/{made['id']}")):
            refused = await shop.client.request(method, path, content=b"{}", headers={"content-type": kind})
            assert refused.status_code == 415
        taken = await shop.client.post(CART, content=b"{}", headers={"content-type": "application/json; charset=utf-8"})
        assert taken.status_code == 201
        zipped = await shop.client.post(CART, content=b"{}", headers={"content-type": "application/json", "content-encoding": "gzip"})
        assert zipped.status_code == 415


async def test_error_bodies(shop: Shop) -> None:
    for version in ("v2", "v4", "v5"):
        refused = (await shop.client.get(f"{CARTS}/{version}/shoppingCart/none")).json()
        assert set(refused) == {"code", "reason", "message", "status", "referenceError"} | ({"@type"} if version == "v5" else set())
        assert "'none'" in refused["reason"]


async def test_an_idempotency_key(shop: Shop) -> None:
    key = {"idempotency-key": "k-1"}
    body: dict[str, Any] = {"cartItem": [{"id": "a", "productOffering": {"id": "14277"}}]}
    first = await shop.client.post(CART, json=body, headers=key)
    await shop.client.patch(first.headers["location"], json={"cartItem": []}, headers=MERGE)
    again = await shop.client.post(CART, json=body, headers=key)
    assert (again.status_code, again.content, again.headers["location"]) == (201, first.content, first.headers["location"])
    assert again.headers["etag"] == first.headers["etag"]
    other = await shop.client.post(CART, json={}, headers=key)
    assert (other.status_code, "Idempotency-Key" in other.json()["reason"]) == (422, True)
    assert (await shop.client.get(CART)).headers["x-total-count"] == "1"
    elsewhere = await shop.client.post(ORDERS, json={"productOrderItem": [{"id": "1", "action": "add"}]}, headers=key)
    assert elsewhere.status_code == 201
    assert (await shop.client.post(CART, json=body, headers={"idempotency-key": "two words"})).status_code == 400


def test_a_filter_of_v2_accounts_is_found_under_its_stored_name() -> None:
    row = RESOURCES["accountManagement", "billingAccount"]
    (one,) = read_query(b"accountBalance.type=due", row, "v2", Limits()).filters
    assert one.fits({"accountBalance": [{"balanceType": "due"}]})
    assert not one.fits({"accountBalance": [{"type": "due"}]})


async def test_a_base_path_that_ends_in_a_slash_means_the_same(shop: Shop) -> None:
    for place in (f"{CARTS}/v4/shoppingCart/", f"{CARTS}/v4//shoppingCart", f"{CARTS}//v4/shoppingCart//"):
        made = await shop.client.post(place, json={})
        assert (made.status_code, made.headers["location"]) == (201, made.json()["href"])
        assert (await shop.client.get(f"{place}/{made.json()['id']}/")).json() == made.json()
        assert made.json() in (await shop.client.get(place)).json()
