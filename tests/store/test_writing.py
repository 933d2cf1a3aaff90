"""A cart's bytes: the same as the models write, however they were remembered; and deltas that give them back."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartdesk.errors import StoreDamaged
from cartdesk.store.codec import read_document, write_document
from cartdesk.store.delta import Delta, Parted, apply
from cartdesk.store.delta import difference as between
from cartdesk.store.seat_store import exact
from cartdesk.store.writing import CartWriter, write_resource
from cartdesk.tmf import ProductOrder, ShoppingCart
from cartdesk.tmf.wire import dumps, loads

from .carts import cart_json, make_cart, with_quantity


def difference(old: bytes, new: bytes) -> Delta:
    return between(Parted(old), Parted(new))


def plainly(cart: Any) -> bytes:
    return dumps(cart.wire()).encode()


def test_a_cart_is_written_as_its_model_writes_it() -> None:
    cart = make_cart(
        items=4,
        validFor={"startDateTime": "2026-01-01T00:00:00+02:00"},
        contactMedium=[{"type": "Email", "characteristic": {"emailAddress": "å@example.com"}}],
        relatedParty=[{"id": "p1", "role": "customer", "@type": "RelatedParty"}],
        vendor={"deep": [1, Decimal("1.250"), None, {"a": True}], "text": 'quote " and \\ and ☃'},
        vendorNumber=Decimal("100000000000000000000.000000000000000001"),
    )
    assert CartWriter().write(cart) == plainly(cart)
    assert exact(CartWriter().write(cart)) == loads(plainly(cart))
    assert ShoppingCart.model_validate(exact(CartWriter().write(cart))) == cart


def test_what_did_not_change_is_not_written_out_again_and_what_did_is() -> None:
    writer = CartWriter()
    cart = make_cart(items=5)
    for quantity in (1, 2, 1, 3):
        cart = with_quantity(cart, quantity)
        assert writer.write(cart) == plainly(cart)
    for number in range(20):
        other = make_cart(f"C{number}")
        assert writer.write(other) == plainly(other)
    assert writer.write(cart) == plainly(cart)


def test_an_order_is_written_as_its_model_writes_it() -> None:
    order = ProductOrder.model_validate(
        {"id": "O1", "orderDate": "2026-11-22T10:00:00Z", "productOrderItem": [{"id": "1", "itemTotalPrice": [], "quantity": 2}]}
    )
    assert write_resource(order) == plainly(order)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4), st.dictionaries(st.sampled_from(["vendor", "@type", "zz"]), values, max_size=3), st.text(max_size=9))
def test_any_cart_is_written_as_its_model_writes_it(items: int, more: dict[str, Any], text: str) -> None:
    more.pop("@type", None)
    data = cart_json("C", max(items, 1)) | {"vendor": more, "note": text}
    cart = ShoppingCart.model_validate(loads(dumps(data)))
    assert loads(CartWriter().write(cart)) == loads(plainly(cart))
    assert ShoppingCart.model_validate(exact(CartWriter().write(cart))) == cart


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(['{"id":', "é", "☃", "aa", "b", '"x"', "\ud800"]), max_size=30), st.data())
def test_a_delta_gives_back_the_other_version(parts: list[str], data: st.DataObject) -> None:
    other = data.draw(st.permutations(parts) | st.lists(st.sampled_from([*parts, "é", "ö"]), max_size=30))
    old, new = ("".join(each).encode("utf-8", "surrogatepass") for each in (parts, other))
    delta = json.loads(json.dumps(difference(old, new)))
    assert apply(delta, old) == new


def test_a_small_change_is_a_small_delta() -> None:
    cart = make_cart(items=200)
    old, new = plainly(cart), plainly(with_quantity(cart, 77))
    assert len(json.dumps(difference(old, new))) < 100
    moved = cart.model_copy(update={"cart_item": cart.cart_item[50:] + cart.cart_item[:50]})
    assert len(json.dumps(difference(old, plainly(moved)))) < 200
    assert difference(old, old) == [[0, len(old)]]


@pytest.mark.parametrize("delta", [[["a", 1]], [None], [[1]]])
def test_a_delta_that_is_none_is_damage(delta: Any) -> None:
    with pytest.raises(StoreDamaged):
        apply(delta, b"abc")


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1.5, "b": [1, None, "x"], "c": {"d": True}},
        {"big": 10**30, "small": 1e-300, "long": 0.1234567890123456},
        {"id": "1234567890123456789", "n": 12345678901234567890},
        {"exact": Decimal("0.12345678901234567890123")},
        {"text": "line\nbreak \u2028 \x7f", "null": "null", "nothing": None},
    ],
)
def test_documents_keep_every_digit(value: Any) -> None:
    assert read_document(write_document(value)) == value


@pytest.mark.parametrize("value", [{"a": float("nan")}, {"a": float("inf"), "b": None}])
def test_a_number_that_is_none_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        write_document(value)


def test_keys_become_texts_as_in_any_json() -> None:
    assert read_document(write_document({1: "a", "b": {2: (3,)}})) == {"1": "a", "b": {"2": [3]}}


def test_importing_and_opening_a_store_loads_no_models(tmp_path: Any) -> None:
    script = (
        "import sys; from cartdesk.store import CartStore, Change, CartRow; s = CartStore(sys.argv[1]); s.set_setting('view', {'a': 1.5});"
        "s.setting('view'); s.cart_rows(); s.history('x'); s.close();"
        "print([m for m in ('pydantic', 'textual', 'httpx', 'simplejson', 'orjson', 'asyncio') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "store")], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
