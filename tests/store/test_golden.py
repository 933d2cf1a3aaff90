"""A store that an earlier cartdesk wrote opens, whatever has changed since; there is one file for every format."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cartdesk.store import CartStore
from cartdesk.store.frame import FORMAT_VERSION

from .carts import make_cart, with_quantity

GOLDEN = Path(__file__).with_name("golden")


@pytest.mark.parametrize("version", range(1, FORMAT_VERSION + 1))
def test_a_store_of_every_format_opens(tmp_path: Path, version: int) -> None:
    shutil.copy(GOLDEN / f"format-{version}.store", tmp_path / "store")
    with CartStore(tmp_path / "store") as store:
        assert not store.recovery.damaged
        assert store.verify() == []
        cart = make_cart("C1", 3)
        assert store.get_cart("C1") == with_quantity(cart, 2)
        assert [row.id for row in store.cart_rows()] == ["C1"]
        assert [store.cart_at("C1", seq) for seq in (1, 2, 3)] == [cart, with_quantity(cart, 2), with_quantity(cart, 3)]
        assert (store.undo_target("C1"), store.redo_target("C1")) == (1, 3)
        assert [record.erased for record in store.history("C2")] == ["2026-12-01T10:00:00Z", None]
        assert (store.customers(), [order.id for order in store.orders()]) == ([], ["O1"])
        assert store.setting("theme") == "dark"
        assert store.table("plain").all() == [{"id": "x", "n": 1.5}]
