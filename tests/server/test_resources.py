"""Accounts, bill items, orders, parties, payments and the catalog."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cartdesk.server.seams import READ, WRITE, Caller
from cartdesk.server.shapes import PLAIN, shapes_of
from cartdesk.server.table import RESOURCES, ResourceType

from .asking import MERGE, ORDERS, Shop, catalog, shop_at
from .official import FILES, UNDEFINED, definitions

ACCOUNTS = "/tmf-api/accountManagement"
CANCELS = "/tmf-api/productOrderingManagement/v4/cancelProductOrder"
SHOP = "/tmf-api/productCatalogManagement/v4"

_PARTY = [{"id": "ada", "name": "Ada", "@referredType": "Individual"}]
_MONEY = {"unit": "EUR", "value": 9.99}
MANDATORY: dict[str, dict[str, Any]] = {
    "shoppingCart": {"cartItem": [{"id": "1", "action": "add"}]},
    "billingAccount": {"name": "Home", "relatedParty": _PARTY},
    "settlementAccount": {"name": "Partner", "relatedParty": _PARTY},
    "financialAccount": {"name": "Ledger"},
    "partyAccount": {"name": "Ada's", "relatedParty": _PARTY},
    "billFormat": {"name": "Summary"},
    "billPresentationMedia": {"name": "E-mail"},
    "billingCycleSpecification": {"name": "Monthly on the 5th"},
    "appliedCustomerBillingRate": {"billingAccount": {"id": "acc-1"}},
    "productOrder": {"productOrderItem": [{"id": "1", "action": "add"}]},
    "cancelProductOrder": {"productOrder": {"id": "unknown"}},
    "individual": {"givenName": "Ada", "familyName": "Lovelace"},
    "organization": {"tradingName": "Analytical Engines"},
    "payment": {"account": {"id": "acc-1"}, "paymentMethod": {"@type": "Cash"}, "totalAmount": _MONEY},
}
CREATED = [(row, version) for row in RESOURCES.values() if "create" in row.operations for version in row.faces]
_ids = [f"{row.name}-{version}" for row, version in CREATED]


@pytest.fixture
async def shop(database_url: str) -> AsyncIterator[Shop]:
    async with shop_at(database_url) as shop:
        yield shop


@pytest.mark.parametrize(("row", "version"), CREATED, ids=_ids)
async def test_what_a_conformance_kit_does(sqlite_url: str, row: ResourceType, version: str) -> None:
    """Create with what is mandatory, list, retrieve, choose fields, filter by each mandatory attribute; what is not there is 404."""
    async with shop_at(sqlite_url) as shop:
        place, body = row.path(version), MANDATORY[row.name]
        await shop.client.post(place, json=body)
        made = await shop.client.post(place, json=body)
        assert made.status_code == 201, made.text
        one = made.json()
        assert set(body) <= set(one) and one["href"] == made.headers["location"]
        assert made.headers["content-type"] == "application/json"
        listed = await shop.client.get(place)
        assert (listed.status_code, len(listed.json())) == (200, 2)
        found = await shop.client.get(one["href"])
        assert (found.status_code, found.json()) == (200, one)
        for name in (*body, "id", "href"):
            chosen = await shop.client.get(place, params={"fields": name})
            assert chosen.status_code == 200
            assert all(set(each) == {"id", "href", name} for each in chosen.json())
            assert set((await shop.client.get(one["href"], params={"fields": name})).json()) == {"id", "href", name}
            value = one[name]
            filtered = await shop.client.get(place, params={name: value if isinstance(value, str) else "[object Object]"})
            assert filtered.status_code == 200
            if isinstance(value, str):
                assert one in filtered.json()
        assert (await shop.client.get(f"{place}/none")).status_code == 404
        assert (await shop.client.get(place, params={"nonsense": "1"})).status_code == 400


@pytest.mark.parametrize(("row", "version"), CREATED, ids=_ids)
async def test_every_mandatory_attribute_is_asked_for_by_name(sqlite_url: str, row: ResourceType, version: str) -> None:
    async with shop_at(sqlite_url) as shop:
        for name in row.faces[version].mandatory:
            body = {key: value for key, value in MANDATORY[row.name].items() if key != name}
            for lacking in (body, {**body, name: None}):
                refused = await shop.client.post(row.path(version), json=lacking)
                assert (refused.status_code, f"'{name}'" in refused.json()["reason"]) == (400, True)


async def test_official_examples_are_taken_whole(shop: Shop, shared: Path) -> None:
    samples = {
        "TMF666_v4_BillingAccount": "billingAccount", "TMF666_v4_PartyAccount": "partyAccount",
        "TMF666_v4_FinancialAccount": "financialAccount", "TMF666_v4_SettlementAccount": "settlementAccount",
        "TMF666_v4_BillFormat": "billFormat",
        "TMF666_v4_BillPresentationMedia": "billPresentationMedia", "TMF666_v4_BillingCycleSpecification": "billingCycleSpecification",
        "TMF622_v4.0.0_ProductOrder": "productOrder", "TMF632_v4_Individual": "individual", "TMF676_v4_Payment": "payment",
        "TMF663_v4.0.0_ShoppingCart": "shoppingCart",
    }  # fmt: skip
    rows = {row.name: row for row in RESOURCES.values()}
    for sample, name in samples.items():
        body = json.loads((shared / "spec" / "samples" / f"{sample}.example.json").read_text("utf-8"))
        made = await shop.client.post(rows[name].path("v4"), json=body)
        assert made.status_code == 201, f"{sample}: {made.text}"
        ours = {*rows[name].given, "id", "href", "cartItem"}
        assert _lacks(made.json(), {key: value for key, value in body.items() if key not in ours}) == []


async def test_an_account_made_in_v2_is_read_in_v4(shop: Shop) -> None:
    period = {"startDateTime": "2026-01-01T00:00:00Z"}
    body = {
        "name": "Home", "type": "residential", "relatedParty": [{"id": "ada", "name": "Ada"}],
        "accountBalance": [{"type": "due", "amount": _MONEY, "validFor": period}], "paymentPlan": [{"type": "rate", "numberOfPayments": 3}],
        "contact": [{"contactType": "main", "validFor": period, "contactMedium": [{"type": "email", "characteristic": {"type": "work"}}]}],
        "billStructure": {"format": {"id": "f-1", "name": "Summary"}, "presentationMedia": [{"id": "m-1"}]},
    }  # fmt: skip
    made = (await shop.client.post(f"{ACCOUNTS}/v2/billingAccount", json=body)).json()
    assert _lacks(made, body) == []
    assert made["state"] == "Active" and made["lastModified"] == "2026-11-22T10:00:00Z"
    modern = (await shop.client.get(f"{ACCOUNTS}/v4/billingAccount/{made['id']}")).json()
    assert (modern["accountType"], modern["accountBalance"][0]["balanceType"]) == ("residential", "due")
    assert modern["contact"][0]["contactMedium"] == [{"mediumType": "email", "characteristic": {"contactType": "work"}}]
    assert (modern["billStructure"]["format"]["isRef"], modern["relatedParty"][0]["@referredType"]) == (True, "Individual")
    shop.later(days=1)
    changed = await shop.client.patch(
        f"{ACCOUNTS}/v2/billingAccount/{made['id']}", json={"type": "business", "state": "Closed"}, headers=MERGE
    )
    assert changed.json()["lastModified"] == "2026-11-23T10:00:00Z"
    assert shop.told[-1].kind == "state"
    assert (await shop.client.get(f"{ACCOUNTS}/v4/billingAccount?accountType=business")).json()[0]["id"] == made["id"]
    assert (await shop.client.get(f"{ACCOUNTS}/v2/billingAccount?type=business&relatedParty.id=ada&state=Closed")).json()[0]["id"] == made[
        "id"
    ]
    refused = await shop.client.patch(f"{ACCOUNTS}/v4/billingAccount/{made['id']}", json={"accountBalance": []}, headers=MERGE)
    assert (refused.status_code, "'accountBalance'" in refused.json()["reason"]) == (400, True)
    refused = await shop.client.patch(f"{ACCOUNTS}/v4/billingAccount/{made['id']}", json={"name": None}, headers=MERGE)
    assert refused.status_code == 400
    refused = await shop.client.patch(f"{ACCOUNTS}/v4/billingAccount/{made['id']}", json={"creditLimit": {"value": "much"}}, headers=MERGE)
    assert (refused.status_code, "'creditLimit.value'" in refused.json()["reason"]) == (400, True)


async def test_bill_items_are_made_and_asked_for_by_account(shop: Shop) -> None:
    account = (await shop.client.post(f"{ACCOUNTS}/v4/billingAccount", json=MANDATORY["billingAccount"])).json()
    items = [
        {
            "billingAccount": {"id": each},
            "name": "Fibre 500",
            "taxIncludedAmount": _MONEY,
            "type": "recurring",
            "date": "2026-12-01T00:00:00Z",
        }
        for each in (account["id"], account["id"], "other")
    ]
    for version in ("v2", "v4"):
        for item in items:
            made = await shop.client.post(f"{ACCOUNTS}/{version}/appliedCustomerBillingRate", json=item)
            assert (made.status_code, made.json()["isBilled"], made.json()["taxIncludedAmount"]) == (201, False, _MONEY)
    found = await shop.client.get(f"{ACCOUNTS}/v4/appliedCustomerBillingRate", params={"billingAccount.id": account["id"]})
    assert {each["billingAccount"]["id"] for each in found.json()} == {account["id"]}
    assert found.headers["x-total-count"] == "4"
    assert (await shop.client.patch(made.json()["href"], json={}, headers=MERGE)).status_code == 405


async def test_an_order_sent_twice_is_one(shop: Shop) -> None:
    body: dict[str, Any] = {
        "externalId": "checkout-1",
        "productOrderItem": [{"id": "1", "action": "add", "productOffering": {"id": "14277"}}],
    }
    first = await shop.client.post(ORDERS, json={**body, "state": "completed", "orderDate": "1999-01-01T00:00:00Z"})
    assert (first.json()["state"], first.json()["orderDate"]) == ("acknowledged", "2026-11-22T10:00:00Z")
    again = await shop.client.post(ORDERS, json=body)
    assert (again.status_code, again.json()) == (201, first.json())
    assert (await shop.client.get(ORDERS, params={"externalId": "checkout-1"})).json() == [first.json()]
    other = {**body, "productOrderItem": [{"id": "1", "action": "add", "productOffering": {"id": "SIM"}}]}
    refused = await shop.client.post(ORDERS, json=other)
    assert (refused.status_code, "'externalId'" in refused.json()["reason"]) == (409, True)
    second = (await shop.client.post(ORDERS, json={**body, "externalId": "checkout-2"})).json()
    assert (await shop.client.patch(second["href"], json={"externalId": "checkout-1"}, headers=MERGE)).status_code == 409
    shop.caller = Caller("other", frozenset({READ, WRITE}), owner="someone")
    assert (await shop.client.post(ORDERS, json=body)).status_code == 409


async def test_an_orders_state_is_an_admins(shop: Shop) -> None:
    admin = shop.caller
    order = (await shop.client.post(ORDERS, json=MANDATORY["productOrder"])).json()
    shop.caller = Caller("seat", frozenset({READ, WRITE}))
    assert (await shop.client.patch(order["href"], json={"state": "completed"}, headers=MERGE)).status_code == 403
    assert (await shop.client.patch(order["href"], json={"description": "by phone"}, headers=MERGE)).status_code == 200
    shop.caller = admin
    assert (await shop.client.patch(order["href"], json={"state": "lost"}, headers=MERGE)).status_code == 400
    held = await shop.client.patch(order["href"], json={"state": "held"}, headers=MERGE)
    assert (held.json()["state"], shop.told[-1].kind) == ("held", "state")
    done = (await shop.client.patch(order["href"], json={"state": "completed"}, headers=MERGE)).json()
    assert done["completionDate"] == "2026-11-22T10:00:00Z"
    assert (await shop.client.patch(order["href"], json={"state": "held"}, headers=MERGE)).status_code == 409
    assert [each["id"] for each in (await shop.client.get(ORDERS, params={"state": "completed,failed"})).json()] == [order["id"]]


async def test_an_order_is_cancelled_by_a_task(shop: Shop) -> None:
    order = (await shop.client.post(ORDERS, json=MANDATORY["productOrder"])).json()
    body = {"productOrder": {"id": order["id"]}, "cancellationReason": "moved away"}
    task = (await shop.client.post(CANCELS, json=body)).json()
    assert (task["state"], task["effectiveCancellationDate"]) == ("done", "2026-11-22T10:00:00Z")
    after = (await shop.client.get(order["href"])).json()
    assert (after["state"], after["cancellationReason"], after["productOrderItem"][0]["state"]) == ("cancelled", "moved away", "cancelled")
    assert [(change.resource, change.kind) for change in shop.told[-2:]] == [("productOrder", "state"), ("cancelProductOrder", "create")]
    assert (await shop.client.post(CANCELS, json=body)).json()["state"] == "terminatedWithError"
    assert (await shop.client.get(CANCELS, params={"productOrder.id": order["id"]})).headers["x-total-count"] == "2"


async def test_payments_are_kept_without_a_state_of_the_clients(shop: Shop) -> None:
    body = {**MANDATORY["payment"], "status": "captured", "correlatorId": "checkout-1"}
    made = (await shop.client.post("/tmf-api/payment/v4/payment", json=body)).json()
    assert (made["status"], made["statusDate"], made["paymentDate"]) == ("done", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z")
    assert (await shop.client.get("/tmf-api/payment/v4/payment", params={"correlatorId": "checkout-1"})).json() == [made]


async def test_the_catalog_is_read(shop: Shop) -> None:
    offering = (await shop.client.get(f"{SHOP}/productOffering/14277")).json()
    known = catalog().offering("14277")
    assert known is not None and offering["name"] == known.name
    price = (await shop.client.get(offering["productOfferingPrice"][0]["href"])).json()
    assert price["price"] == {"unit": "EUR", "value": 29}
    discount = (await shop.client.get(price["popRelationship"][0]["href"])).json()
    assert discount["percentage"] == 50
    assert (await shop.client.get(offering["productSpecification"]["href"])).json()["name"] == "Mobile line"
    category = (await shop.client.get(offering["category"][0]["href"])).json()
    assert "14277" in {each["id"] for each in category["productOffering"]}
    (whole,) = (await shop.client.get(f"{SHOP}/catalog")).json()
    assert whole["name"] == "Nordlys" and (await shop.client.get(whole["category"][0]["href"])).status_code == 200
    for name in ("catalog", "category", "productOffering", "productOfferingPrice", "productSpecification"):
        answer = await shop.client.get(f"{SHOP}/{name}")
        assert (answer.status_code, answer.headers["x-total-count"]) == (200, str(len(answer.json())))
    page = await shop.client.get(f"{SHOP}/productOffering", params={"limit": 2, "sort": "-name", "isBundle": "true", "fields": "name"})
    assert page.status_code == 206 and len(page.json()) == 2
    one = await shop.client.get(f"{SHOP}/productOffering/14277")
    assert (await shop.client.get(f"{SHOP}/productOffering/14277", headers={"if-none-match": one.headers["etag"]})).status_code == 304


def test_the_shapes_are_the_official_definitions(shared: Path) -> None:
    """Every member that a shape names is in the definition, and is required there where it is here; v2 and v5 but for what the R18 text and
    the dialects have otherwise."""
    otherwise = {("shoppingCart", "v2", "CartItem", "cartTerm")}
    for api, version in FILES:
        official = definitions(api, version)
        for name, shape in shapes_of(api, version).items():
            members, required = _flat(official, official.get(name))
            if members is None:
                continue
            for member in shape.members.values():
                place = (api, version, name, member.name)
                if place in otherwise or version == "v5":
                    continue
                known = member.name in members or (member.name == "itemTotalPrice" and "ItemTotalPrice" in members)
                assert known, place
                assert member.required == (member.name in required), place
                assert member.many == (members.get(member.name, {"type": "array"}).get("type") == "array"), place
            assert all(member.kind in PLAIN or member.kind in shapes_of(api, version) for member in shape.members.values())


def _lacks(whole: Any, part: Any, at: str = "") -> list[str]:
    """Return where ``whole`` has not all that ``part`` has; required members that were filled in may be more."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return [place for name, value in part.items() for place in _lacks(whole.get(name), value, f"{at}/{name}")]
    if isinstance(part, list) and isinstance(whole, list) and len(part) == len(whole):
        return [place for number, value in enumerate(part) for place in _lacks(whole[number], value, f"{at}/{number}")]
    return [] if whole == part else [at]


def _flat(official: dict[str, Any], schema: dict[str, Any] | None) -> tuple[dict[str, Any] | None, list[str]]:
    if schema is None:
        return None, []
    members, required = dict(schema.get("properties", {})), list(schema.get("required", ()))
    for part in schema.get("allOf", ()):
        inner = official[part["$ref"].rsplit("/", 1)[-1]] if "$ref" in part else part
        more, wanted = _flat(official, inner)
        members |= more or {}
        required += wanted
    return members, required


def test_every_resource_of_the_table_is_tried_here() -> None:
    assert {row.name for row, _ in CREATED} == set(MANDATORY)
    assert {row.name for row in RESOURCES.values()} >= UNDEFINED
