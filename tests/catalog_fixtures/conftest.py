"""Reads the shipped catalogs as plain JSON, so that their data is tested without the rooms that use it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cartdesk.tmf.wire import dumps, loads

Json = dict[str, Any]

GUIDE_BLOCK = re.compile(r"^\*\*`([\w-]+\.json)`\*\*\n```json\n(.*?)^```$", re.DOTALL | re.MULTILINE)
"""A file of the guide's example shop, or a part of one."""

COMPANIONS = ("customer", "serviceability")
"""Files that stand beside the offerings."""

KINDS = ("productOfferingPrice", "productOffering", "productSpecification", "category", "promotion")


@dataclass(frozen=True)
class Shelves:
    """One catalog folder as it is written."""

    folder: Path
    settings: Json
    lists: dict[str, list[Json]] = field(default_factory=dict)

    def of(self, kind: str) -> dict[str, Json]:
        """Return the resources of one kind by their id."""
        return {each["id"]: each for each in self.lists[kind]}

    @property
    def offerings(self) -> dict[str, Json]:
        return self.of("productOffering")

    @property
    def prices(self) -> dict[str, Json]:
        return self.of("productOfferingPrice")

    @property
    def specifications(self) -> dict[str, Json]:
        return self.of("productSpecification")

    @property
    def promotions(self) -> dict[str, Json]:
        return {each["code"]: each for each in self.lists["promotion"]}

    def prices_of(self, offering_id: str) -> list[Json]:
        """Return an offering's own prices, in its order."""
        return [self.prices[each["id"]] for each in self.offerings[offering_id].get("productOfferingPrice", [])]

    def related(self, price: Json, kind: str) -> list[Json]:
        """Return the alterations or penalties a price points to."""
        return [self.prices[each["id"]] for each in price.get("popRelationship", []) if each["relationshipType"] == kind]

    def relations(self, kind: str) -> Iterator[tuple[str, str]]:
        """Yield (offering, other offering) for every relation of one kind."""
        for offering in self.lists["productOffering"]:
            for relation in offering.get("productOfferingRelationship", []):
                if relation["relationshipType"] == kind:
                    yield offering["id"], relation["id"]

    def any_price(self, fits: Callable[[Json], bool]) -> list[str]:
        """Return the ids of the prices that fit."""
        return [each["id"] for each in self.lists["productOfferingPrice"] if fits(each)]


def read(folder: Path) -> Shelves:
    """Read a catalog's folder; a file of an unknown kind is an error here."""
    lists: dict[str, list[Json]] = {kind: [] for kind in KINDS}
    for file in sorted(folder.glob("*.json")):
        if file.name == "catalog.json" or file.name.startswith(COMPANIONS):
            continue
        kind = next(kind for kind in KINDS if file.name.startswith(kind))
        lists[kind].extend(loads(file.read_bytes(), where=file.name))
    return Shelves(folder, loads((folder / "catalog.json").read_bytes()), lists)


@pytest.fixture(scope="session")
def fixtures_folder(root: Path) -> Path:
    return root / "catalog_fixtures"


@pytest.fixture(scope="session")
def nordlys(fixtures_folder: Path) -> Shelves:
    return read(fixtures_folder / "nordlys")


@pytest.fixture(scope="session")
def yen(fixtures_folder: Path) -> Shelves:
    return read(fixtures_folder / "yen")


@pytest.fixture(scope="session")
def dinar(fixtures_folder: Path) -> Shelves:
    return read(fixtures_folder / "dinar")


@pytest.fixture(scope="session", params=["nordlys", "yen", "dinar"])
def catalog(request: pytest.FixtureRequest, fixtures_folder: Path) -> Shelves:
    """Each of the shipped catalogs in turn."""
    return read(fixtures_folder / request.param)


@pytest.fixture(scope="session")
def guide(root: Path) -> str:
    """The guide to writing a catalog."""
    return (root / "docs" / "catalogs.md").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def guide_files(guide: str) -> dict[str, Any]:
    """The files of the guide's example shop, the lists of blocks with one name joined as a reader would join them."""
    made: dict[str, Any] = {}
    for name, text in GUIDE_BLOCK.findall(guide):
        value = loads(text, where=name)
        made[name] = made[name] + value if name in made else value
    return made


@pytest.fixture(scope="session")
def guide_shop(guide_files: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide's example shop as a folder."""
    folder = tmp_path_factory.mktemp("guide") / "my-shop"
    folder.mkdir()
    for name, value in guide_files.items():
        (folder / name).write_text(dumps(value, indent=2), encoding="utf-8")
    return folder
