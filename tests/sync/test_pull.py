"""Pulling a catalog: resumed where it was cut off, and never in the place of a sound one where it is broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cartdesk.catalog import open_catalog
from cartdesk.errors import CatalogError, Declined, NoAnswer, Refused
from cartdesk.store.lock import Lock
from cartdesk.sync.api import Api
from cartdesk.sync.pull import RESOURCES, pull

from .scripted import Scripted, Shelf, answer

BASE = "https://shop.example/tmf-api/productCatalogManagement/v4"


def shop(root: Path) -> Shelf:
    """The shipped catalog as a server has it."""
    kinds: dict[str, list[dict[str, Any]]] = {name: [] for name in RESOURCES}
    for path in sorted((root / "catalog_fixtures" / "nordlys").glob("*.json")):
        listed = json.loads(path.read_bytes())
        for each in listed if isinstance(listed, list) else ():
            kind = {"ProductOfferingPriceAlteration": "productOfferingPrice"}.get(each.get("@type"), path.stem.split("-")[0])
            name = next((known for known in RESOURCES if known.lower() == kind.replace("_", "").lower()), None)
            if name is not None:
                kinds[name].append(each)
    assert all(kinds.values()), {name: len(listed) for name, listed in kinds.items()}
    return Shelf(**kinds)


def few(shelf: Shelf, *ids: str) -> Shelf:
    """Some offerings of a shop, with all that they name."""
    kept: set[str] = set(ids)
    while True:
        found = {each["id"]: each for listed in shelf.kinds.values() for each in listed}
        named = {name for one in kept for name in _named(found.get(one)) if name in found}
        if named <= kept:
            return Shelf(**{kind: [each for each in listed if each["id"] in kept] for kind, listed in shelf.kinds.items()})
        kept |= named


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (each for name, each in value.items() if name in ("id", "parentId") and isinstance(each, str))
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _named(each)


def api_of(shelf: Shelf, page: int = 7) -> tuple[Api, Scripted]:
    line = Scripted(shelf)
    return Api("product catalog", BASE, line, page=page), line


async def test_what_was_pulled_is_the_servers_catalog_and_is_sold_from(tmp_path: Path, root: Path) -> None:
    shelf, told = shop(root), []
    api, _ = api_of(shelf, 40)
    count, faults = await pull(api, tmp_path / "catalog", name="one", told=lambda what, many: told.append((what, many)))
    assert (count, faults) == (len(shelf.kinds["productOffering"]), 0)
    assert told[-1] == ("productOffering", count)
    catalog = open_catalog(tmp_path / "catalog", cache_dir=None)
    assert len(catalog) == count
    assert catalog.find("FIB500") is not None
    catalog.close()
    assert (tmp_path / "catalog").is_symlink()
    assert not (tmp_path / "catalog.part").exists()


async def test_cut_off_anywhere_it_goes_on_there_and_asks_for_nothing_twice(tmp_path: Path, root: Path) -> None:
    shelf = few(shop(root), "FIB500", "SMART10")
    whole, line = api_of(shelf, 2)
    await pull(whole, tmp_path / "whole", name="w", told=lambda *_: None)
    needed = len(line.sent)
    api, line = api_of(shelf, 2)
    tries = 0
    while True:
        shelf.deaf_after = 3
        tries += 1
        try:
            count, faults = await pull(api, tmp_path / "catalog", name=f"n{tries}", told=lambda *_: None)
        except NoAnswer:
            assert tries < 100
            assert not (tmp_path / "catalog").exists()
            continue
        break
    assert (count, faults) == (len(shelf.kinds["productOffering"]), 0)
    assert tries > 3
    assert len(line.sent) <= needed + 2 * tries
    assert _contents(tmp_path / "catalog") == _contents(tmp_path / "whole")


def _contents(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.json")):
        found.setdefault(path.stem.split("-")[0], []).extend(json.dumps(each, sort_keys=True) for each in json.loads(path.read_bytes()))
    return found


async def test_a_server_that_ignores_where_a_page_begins_brings_nothing_twice_when_it_is_resumed(tmp_path: Path, root: Path) -> None:
    shelf = few(shop(root), "FIB500", "SMART10")
    shelf.deaf_after = len(RESOURCES) - 1

    def whole(request: Any) -> Any:
        found = shelf(request)
        kind = request.url.rsplit("/v4/", 1)[-1].partition("?")[0]
        return answer(200, shelf.kinds[kind]) if found.status == 200 else found

    api = Api("product catalog", BASE, Scripted(whole), page=5)
    with pytest.raises(NoAnswer):
        await pull(api, tmp_path / "catalog", name="one", told=lambda *_: None)
    shelf.deaf_after = None
    count, faults = await pull(api, tmp_path / "catalog", name="two", told=lambda *_: None)
    assert (count, faults) == (len(shelf.kinds["productOffering"]), 0)


async def test_a_broken_catalog_never_takes_a_sound_ones_place_and_may_be_mended_there(tmp_path: Path, root: Path) -> None:
    shelf = few(shop(root), "FIB500", "SMART10")
    api, _ = api_of(shelf, 2)
    await pull(api, tmp_path / "catalog", name="sound", told=lambda *_: None)
    before, offerings = (tmp_path / "catalog").resolve(), shelf.kinds["productOffering"]
    for broken in ([], [{"name": "without an id"}], [*offerings, {"id": "X", "name": "X", "productOfferingPrice": [{"id": "nowhere"}]}]):
        shelf.kinds["productOffering"] = broken
        with pytest.raises(CatalogError, match="stays"):
            await pull(api, tmp_path / "catalog", name="broken", told=lambda *_: None)
        assert (tmp_path / "catalog").resolve() == before
    spare = next(each for each in offerings if not any(each["id"] in _named(other) for other in offerings if other is not each))
    shelf.kinds["productOffering"] = [each for each in offerings if each is not spare]
    count, _ = await pull(api, tmp_path / "catalog", name="mended", told=lambda *_: None)
    assert count == len(offerings) - 1
    assert not before.exists()


async def test_what_was_begun_at_another_server_is_not_gone_on_with(tmp_path: Path, root: Path) -> None:
    shelf = few(shop(root), "FIB500", "SMART10")
    shelf.deaf_after = 2
    api, _ = api_of(shelf, 2)
    with pytest.raises(NoAnswer):
        await pull(api, tmp_path / "catalog", name="one", told=lambda *_: None)
    shelf.deaf_after = None
    other = Api("product catalog", BASE.replace("shop", "other"), Scripted(shelf), page=50)
    assert (await pull(other, tmp_path / "catalog", name="two", told=lambda *_: None))[1] == 0
    assert not list((tmp_path / "catalog").glob("category-00002.json"))


async def test_two_pulls_at_once_do_not_get_in_each_others_way(tmp_path: Path, root: Path) -> None:
    api, line = api_of(few(shop(root), "FIB500"), 20)
    other = Lock(tmp_path / "catalog.part")
    with pytest.raises(Refused, match="under way"):
        await pull(api, tmp_path / "catalog", name="second", told=lambda *_: None)
    assert line.sent == []
    other.release()
    await pull(api, tmp_path / "catalog", name="third", told=lambda *_: None)
    assert (tmp_path / "catalog").resolve().name == "catalog-third"


async def test_a_folder_that_no_pull_made_is_left_alone(tmp_path: Path, root: Path) -> None:
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "mine.json").write_text("[]")
    api, line = api_of(few(shop(root), "FIB500"))
    with pytest.raises(Refused, match="was not made by a pull"):
        await pull(api, tmp_path / "catalog", name="one", told=lambda *_: None)
    assert line.sent == []
    assert (tmp_path / "catalog" / "mine.json").exists()


async def test_a_server_that_lets_nobody_see_its_offerings_is_said(tmp_path: Path) -> None:
    api = Api("product catalog", BASE, Scripted(lambda _: answer(403, {"reason": "not for you"})))
    with pytest.raises(Declined, match="not for you"):
        await pull(api, tmp_path / "catalog", name="one", told=lambda *_: None)
    assert not (tmp_path / "catalog").exists()
