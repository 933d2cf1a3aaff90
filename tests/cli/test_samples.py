"""Carts that other systems made are imported and exported again without losing a member, also by the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from leaves(below, f"{path}.{key}")
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from leaves(below, f"{path}[{number}]")
    else:
        yield path, value


def carts_of(sample: Any) -> list[dict[str, Any]]:
    """The whole carts among an official file's examples; a hub's events and JSON patches are none."""
    if "cartItem" in sample:
        return [sample]
    return [each for name, each in sample.items() if name.endswith("_response") and isinstance(each, dict) and "cartItem" in each]


@pytest.mark.parametrize(("version", "name"), [("v4", "TMF663_v4.0.0_ShoppingCart.example.json"), ("v5", "TMF663_v5.0.0_examples.json")])
def test_official_samples_come_out_as_they_went_in(
    cartdesk: Callable[..., Any], shared: Path, tmp_path: Path, version: str, name: str
) -> None:
    carts = carts_of(json.loads((shared / "spec" / "samples" / name).read_text(encoding="utf-8")))
    assert carts
    for number, sample in enumerate(carts):
        cart = {**sample, "id": f"{sample['id']}-{number}"}
        source = tmp_path / f"{number}.json"
        source.write_text(json.dumps(cart), encoding="utf-8")
        (cart_id,) = cartdesk("carts", "import", str(source), "--json").json
        again = cartdesk("carts", "export", cart_id, "--format", version).json
        missing = [path for path, value in leaves(cart) if dict(leaves(again)).get(path) != value]
        assert not missing


def test_an_imported_cart_shows_its_own_prices_until_it_is_changed(cartdesk: Callable[..., Any], tmp_path: Path) -> None:
    price = {"priceType": "recurring", "recurringChargePeriod": "monthly", "price": {"taxIncludedAmount": {"unit": "EUR", "value": 7.5}}}
    item = {"id": "a", "action": "add", "productOffering": {"id": "ELSEWHERE"}, "itemPrice": [price], "itemTotalPrice": [price]}
    source = tmp_path / "cart.json"
    source.write_text(json.dumps({"id": "77", "cartItem": [item], "cartTotalPrice": [price]}), encoding="utf-8")
    assert cartdesk("carts", "import", str(source)).code == 0
    assert cartdesk("carts", "export", "77").json["cartTotalPrice"] == [price]
    changed = cartdesk("do", "14277", "--cart", "77", "--json").json
    assert changed["cartItem"][0]["itemPrice"] == [price]
    assert [total["price"]["taxIncludedAmount"]["value"] for total in changed["cartTotalPrice"]] == [31.9]
