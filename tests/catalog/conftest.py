"""Small catalogs, written as a person would write them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cartdesk.catalog import Catalog, Fault, Query, check_catalog, open_catalog

Json = dict[str, Any]


class Shelf:
    """Writes a catalog's files, opens it, and checks it."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.folder = folder
        self.now = now

    @staticmethod
    def monthly(identity: str, value: Any, **more: Any) -> Json:
        """A monthly price with 10 % tax, stated without it."""
        price = {"id": identity, "name": identity, "priceType": "recurring", "recurringChargePeriodType": "month"}
        tax = [{"taxCategory": "VAT", "taxRate": 10}]
        return {**price, "recurringChargePeriodLength": 1, "price": {"unit": "EUR", "value": value}, "tax": tax, **more}

    @staticmethod
    def once(identity: str, value: Any, **more: Any) -> Json:
        """A one-off price without tax."""
        return {"id": identity, "name": identity, "priceType": "oneTime", "price": {"unit": "EUR", "value": value}, **more}

    @staticmethod
    def offering(identity: str, *prices: str, **more: Any) -> Json:
        """An offering that is sold."""
        made = {"id": identity, "name": f"Offer {identity}", "lifecycleStatus": "Active"}
        return {**made, "productOfferingPrice": [{"id": each} for each in prices], **more}

    def put(self, name: str, content: Any) -> Path:
        """Write one file: text and bytes as they are, anything else as JSON."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    def sell(self, *offerings: Json, prices: list[Json] | None = None) -> None:
        """Write offerings and prices."""
        self.put("productOffering.json", list(offerings))
        if prices is not None:
            self.put("productOfferingPrice.json", prices)

    def open(self, cache_dir: Path | None = None, **more: Any) -> Catalog:
        """Open it."""
        more.setdefault("now", lambda: self.now)
        return open_catalog(self.folder, cache_dir=cache_dir, **more)

    def check(self) -> list[Fault]:
        """Return its faults."""
        return check_catalog(self.folder, self.now)

    @staticmethod
    def found(catalog: Catalog, text: str = "", **more: Any) -> list[str]:
        """Return the names a question finds, the best first."""
        return [catalog.row(number).name for number in catalog.rows(Query(text, **more))]


@pytest.fixture
def shelf(tmp_path: Path, now: datetime) -> Shelf:
    """An empty folder to write a catalog into."""
    folder = tmp_path / "shop"
    folder.mkdir()
    return Shelf(folder, now)
