"""A barcode's number finds its offering, wherever the catalog keeps it; a misread one finds nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cartdesk.catalog import open_catalog
from cartdesk.catalog.barcodes import gtin

OFFERINGS: list[dict[str, Any]] = [
    {"id": "A", "name": "Phone", "externalIdentifier": [{"externalIdentifierType": "EAN-13", "id": "2000000000121"}]},
    {"id": "B", "name": "Case", "gtin": "4006381333931"},
    {"id": "C", "name": "Cable", "productSpecification": {"id": "S", "name": "Cable"}},
    {"id": "D", "name": "Twin", "ean": "20000004"},
    {"id": "E", "name": "Twin too", "ean": "20000004"},
    {"id": "F", "name": "Elsewhere", "externalIdentifier": [{"externalIdentifierType": "CRM", "id": "2000000000138"}]},
    {"id": "2000000000145", "name": "Named like a barcode"},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("barcodes")
    sold = [{**each, "lifecycleStatus": "Active", "isSellable": True, "productOfferingPrice": []} for each in OFFERINGS]
    (folder / "productOffering.json").write_text(json.dumps(sold))
    (folder / "productSpecification.json").write_text(json.dumps([{"id": "S", "name": "Cable", "productNumber": "012345678905"}]))
    return folder


@pytest.mark.parametrize(
    ("code", "offering"),
    [
        ("2000000000121", "A"),
        ("02000000000121", "A"),
        (" 4006381333931 ", "B"),
        ("012345678905", "C"),
        ("0012345678905", "C"),
        ("2000000000145", "2000000000145"),
        ("2000000000122", None),
        ("2000000000138", None),
        ("20000004", None),
        ("٢٠٠٠٠٠٠٠٠٠١٢١", None),
    ],
)
def test_a_barcode_finds_what_it_is_on(folder: Path, code: str, offering: str | None) -> None:
    catalog = open_catalog(folder, cache_dir=None)
    row = catalog.find(code)
    assert (row.id if row is not None else None) == offering
    catalog.close()


def test_a_misread_digit_is_no_barcode() -> None:
    assert gtin("4006381333931") == "04006381333931"
    assert gtin("96385074") == "00000096385074"
    for bad in ("4006381333932", "0000000000000", "40063813339", "400638133393x", ""):
        assert gtin(bad) is None
