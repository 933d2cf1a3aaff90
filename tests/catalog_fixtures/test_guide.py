"""The guide's example shop, put together from its blocks as a reader would, is sound."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cartdesk.tmf import ProductOffering, ProductOfferingPrice, ProductSpecification, Promotion


def test_every_block_has_a_file_name(guide: str, guide_files: dict[str, Any]) -> None:
    assert guide.count("```json\n") == guide.count(".json`**\n```json\n") >= 10
    assert guide_files.keys() >= {"catalog.json", "category.json", "productOffering.json", "productOfferingPrice.json", "promotion.json"}


def test_the_example_is_made_of_sound_resources(guide_files: dict[str, Any]) -> None:
    models = {
        "productOffering.json": ProductOffering,
        "productOfferingPrice.json": ProductOfferingPrice,
        "productSpecification.json": ProductSpecification,
        "promotion.json": Promotion,
    }
    for name, model in models.items():
        assert [model.model_validate(each).id for each in guide_files[name]] == [each["id"] for each in guide_files[name]]
    prices = {each["id"] for each in guide_files["productOfferingPrice.json"]}
    offered = {ref["id"] for each in guide_files["productOffering.json"] for ref in each["productOfferingPrice"]}
    related = {ref["id"] for each in guide_files["productOfferingPrice.json"] for ref in each.get("popRelationship", [])}
    assert offered | related == prices


def test_the_readme_names_every_file_of_a_catalog(root: Path) -> None:
    readme = (root / "catalog_fixtures" / "README.md").read_text(encoding="utf-8")
    for kind in ("catalog.json", "category.json", "productSpecification", "productOffering", "productOfferingPrice", "promotion.json"):
        assert f"`{kind}" in readme
    for folder in (root / "catalog_fixtures").iterdir():
        if folder.is_dir():
            assert f"`{folder.name}/`" in readme
