"""What TM Forum's conformance kits do to each resource: make one of what is mandatory, and find it by everything that it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cartdesk.server.shapes import leaf_of, shapes_of
from cartdesk.server.table import RESOURCES, ResourceType

from .asking import Shop, catalog, shop_at
from .test_resources import CREATED, MANDATORY

_ids = [f"{row.name}-{version}" for row, version in CREATED]
_SOLD = [row for row in RESOURCES.values() if row.behaviour == "catalog"]


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Give every plain value of a document with its dotted path, as a filter has it; of lists the first."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from leaves(below, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        yield from leaves(value[0], path) if value else ()
    else:
        yield path, str(value).lower() if isinstance(value, bool) else str(value)


async def found_by_all_it_says(shop: Shop, row: ResourceType, version: str, one: dict[str, Any]) -> None:
    """Look for a resource by every attribute that its definition has, with fields chosen too, and for one that is not there."""
    place, shapes = row.path(version), shapes_of(row.api, version)
    for path, value in leaves(one):
        if leaf_of(shapes, row.type_name, path) is None or path.endswith(".@type"):
            continue
        found = await shop.client.get(place, params={path: value})
        assert found.status_code in (200, 206), (path, found.text)
        assert one in found.json(), path
        nothing = await shop.client.get(place, params={path: value, "id": "nothing"})
        assert (nothing.status_code, nothing.json()) == (200, []), path
    for name in one.keys() & shapes[row.type_name].members.keys():
        chosen = await shop.client.get(f"{place}/{one['id']}", params={"fields": name})
        assert chosen.json() == {each: one[each] for each in one if each in ("id", "href", name)}
    assert (await shop.client.get(f"{place}/404ID")).status_code == 404


@pytest.mark.parametrize(("row", "version"), CREATED, ids=_ids)
async def test_a_new_resource_is_found_by_all_it_says(sqlite_url: str, row: ResourceType, version: str) -> None:
    async with shop_at(sqlite_url, public_url="http://shop") as shop:
        place, body = row.path(version), MANDATORY[row.name]
        if row.behaviour == "cart":
            item = {"id": "1", "action": "add", "quantity": 2, "productOffering": {"id": "14277"}}
            body = {"cartItem": [item], "relatedParty": [{"id": "1", "name": "Ada", "role": "customer", "@referredType": "Individual"}]}
        made = await shop.client.post(f"{place}/", json=body, headers={"content-type": "application/json;charset=utf-8"})
        assert made.status_code == 201, made.text
        one = made.json()
        assert (await shop.client.get(one["href"])).json() == one
        await found_by_all_it_says(shop, row, version, one)
        if "patch" in row.operations:
            for kind in ("application/json; charset=utf-8", "application/merge-patch+json"):
                patched = await shop.client.patch(one["href"], content=b'{"@baseType": "Thing"}', headers={"content-type": kind})
                assert (patched.status_code, patched.json()["@baseType"]) == (200, "Thing")
        if "delete" in row.operations:
            assert (await shop.client.delete(one["href"], headers={"content-type": "application/json"})).status_code == 204
            assert (await shop.client.get(one["href"])).status_code == 404


@pytest.mark.parametrize("row", _SOLD, ids=[row.name for row in _SOLD])
async def test_what_is_sold_is_found_by_all_it_says(sqlite_url: str, row: ResourceType) -> None:
    async with shop_at(sqlite_url, public_url="http://shop", catalog=catalog()) as shop:
        place = row.path("v4")
        listed = (await shop.client.get(place)).json()
        await found_by_all_it_says(shop, row, "v4", max(listed, key=len))
        assert (await shop.client.post(place, json={"name": "x"})).status_code == 405
