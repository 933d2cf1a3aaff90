"""The guide's example shop, put together from its blocks as a reader would, does what the guide says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cartdesk.tmf import ProductOffering, ProductOfferingPrice, ProductSpecification, Promotion
from cartdesk.tmf.wire import dumps, loads

BLOCK = re.compile(r"^\*\*`([\w-]+\.json)`\*\*\n```json\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def guide(root: Path) -> str:
    return (root / "docs" / "catalogs.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def files(guide: str) -> dict[str, Any]:
    """The example's files, the lists of blocks with one name joined."""
    made: dict[str, Any] = {}
    for name, text in BLOCK.findall(guide):
        value = loads(text, where=name)
        made[name] = made[name] + value if name in made else value
    return made


@pytest.fixture(scope="module")
def shop(files: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's folder."""
    folder = tmp_path_factory.mktemp("guide") / "my-shop"
    folder.mkdir()
    for name, value in files.items():
        (folder / name).write_text(dumps(value, indent=2), encoding="utf-8")
    return folder


def test_every_block_has_a_file_name(guide: str) -> None:
    assert len(BLOCK.findall(guide)) == guide.count("```json\n") >= 10


def test_the_example_is_made_of_sound_resources(files: dict[str, Any]) -> None:
    models = {
        "productOffering.json": ProductOffering,
        "productOfferingPrice.json": ProductOfferingPrice,
        "productSpecification.json": ProductSpecification,
        "promotion.json": Promotion,
    }
    for name, model in models.items():
        assert [model.model_validate(each).id for each in files[name]] == [each["id"] for each in files[name]]
    prices = {each["id"] for each in files["productOfferingPrice.json"]}
    offered = {ref["id"] for each in files["productOffering.json"] for ref in each["productOfferingPrice"]}
    related = {ref["id"] for each in files["productOfferingPrice.json"] for ref in each.get("popRelationship", [])}
    assert offered | related == prices


def test_the_readme_names_every_file_of_a_catalog(root: Path) -> None:
    readme = (root / "catalog_fixtures" / "README.md").read_text(encoding="utf-8")
    for kind in ("catalog.json", "category.json", "productSpecification", "productOffering", "productOfferingPrice", "promotion.json"):
        assert f"`{kind}" in readme
    for folder in (root / "catalog_fixtures").iterdir():
        if folder.is_dir():
            assert f"`{folder.name}/`" in readme
