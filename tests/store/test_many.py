"""A hundred thousand carts: nothing in the store depends on there being few."""

from __future__ import annotations

from pathlib import Path

import pytest

from cartdesk.store import CartRow, CartStore
from cartdesk.store.rows import write_row

from .carts import change, make_cart

BODY = b'{"id":"%s","cartItem":[{"id":"i1","quantity":%d}]}'


def _check(folder: Path, count: int) -> None:
    with CartStore(folder / "store") as store:
        for start in range(0, count, 1_000):
            puts = {}
            for number in range(start, min(start + 1_000, count)):
                name = f"C{number:06d}"
                row = CartRow(name, f"Caller {number}", changed=f"2026-11-22T10:00:00.{number:06d}Z")
                puts["carts", name] = BODY % (name.encode(), number)
                puts["cart_index", name] = write_row(row)
            store.log_storage.commit(puts)
        store.record(make_cart("C000007"), change("new", "create"))
    with CartStore(folder / "store") as store:
        rows = store.cart_rows()
        assert len(rows) == count
        assert [row.id for row in rows[-2:]] == ["C000001", "C000000"]
        assert [row.id for row in store.cart_rows(text=f"caller {count - 1}")] == [f"C{count - 1:06d}"]
        found = store.get_cart(f"C{count - 2:06d}")
        assert found is not None
        assert found.cart_item[0].quantity == count - 2
        store.compact()
        assert store.get_cart("C000007") == make_cart("C000007")
        assert store.backup(folder / "backup.json") == 2 * count + 2
        assert store.verify() == []


def test_thousands_of_carts(light_path: Path) -> None:
    _check(light_path, 3_000)


@pytest.mark.stress
def test_a_hundred_thousand_carts(light_path: Path) -> None:
    _check(light_path, 100_000)
