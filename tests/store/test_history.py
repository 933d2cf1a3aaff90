"""The journal: every cart of the past, to the byte; undo and redo across restarts; and no record changed unseen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartdesk.errors import StoreError
from cartdesk.store import CartStore
from cartdesk.store.comparing import Difference, compare
from cartdesk.store.history import Head
from cartdesk.tmf import CartState

from .carts import change, make_cart, with_quantity


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CartStore]:
    with CartStore(tmp_path / "store") as opened:
        yield opened


def _filled(store: CartStore, changes: int = 6) -> None:
    cart = make_cart("C1", 5)
    store.record(cart, change("new", "create"))
    for quantity in range(2, changes + 1):
        store.record(
            with_quantity(cart, quantity),
            change(f"quantity {quantity}", at=f"2026-11-22T10:{quantity:02}:00Z", before={"now": quantity - 1}, after={"now": quantity}),
        )


def test_every_cart_of_the_past_comes_back_to_the_byte(store: CartStore) -> None:
    cart = make_cart("C1", 30)
    bodies = []
    for quantity in range(1, 260):
        cart = with_quantity(cart, quantity) if quantity % 50 else make_cart("C1", quantity // 10)
        store.record(cart, change(f"{quantity}", "create" if quantity == 1 else "change"))
        bodies.append(store.log_storage.body("carts", "C1"))
    store.close()
    with CartStore(store.path) as again:
        assert [again.journal.state("C1", seq) for seq in range(1, 260)] == bodies
        assert again.cart_at("C1", 259) == again.get_cart("C1")
        assert again.verify_history("C1") is None
        for seq in (0, 260, -1):
            with pytest.raises(StoreError, match=f"Cart C1 has no record {seq}; its history goes to 259"):
                again.cart_at("C1", seq)


def test_a_long_cart_changed_often_takes_little_room(store: CartStore) -> None:
    cart = make_cart("C1", 200)
    whole = 0
    for quantity in range(1, 161):
        store.record(with_quantity(cart, quantity), change(f"{quantity}"))
        whole += len(store.log_storage.body("carts", "C1") or b"")
    states = sum(len(body) for _, body in store.log_storage.bodies("history_states"))
    assert states < whole / 60
    assert store.verify_history("C1") is None


def test_a_record_says_who_when_and_what(store: CartStore) -> None:
    _filled(store, 2)
    first, second = store.history("C1")
    assert (first.seq, first.previous, first.change.kind) == (1, "", "create")
    assert (second.seq, second.previous, second.change.who, second.change.entry) == (2, first.hash, "ann", "quantity 2")
    assert (second.change.before, second.change.after, second.erased) == ({"now": 1}, {"now": 2}, None)
    assert len(second.hash) == 64
    assert store.history("nobody") == []
    assert store.carts_with_history() == ["C1"]


@pytest.mark.parametrize(
    "member", ["who", "at", "entry", "before", "after", "kind", "to", "seq", "cart", "previous", "hash", "state", "salt"]
)
def test_a_record_that_was_changed_is_named(store: CartStore, member: str) -> None:
    _filled(store)
    body = json.loads(store.log_storage.body("history", "C1/3") or b"")
    body[member] = {"x": 1} if member in ("before", "after") else 9 if member in ("seq", "to") else "undo"
    store.log_storage.commit({("history", "C1/3"): json.dumps(body).encode()})
    assert store.verify_history("C1") == 3
    assert store.verify() == ["Record 3 in the history of cart C1 does not fit."]


@pytest.mark.parametrize("member", ["who", "hash", "entry"])
def test_a_record_without_a_member_is_named(store: CartStore, member: str) -> None:
    _filled(store)
    body = json.loads(store.log_storage.body("history", "C1/4") or b"")
    del body[member]
    store.log_storage.commit({("history", "C1/4"): json.dumps(body).encode()})
    assert store.verify_history("C1") == 4


def test_a_cart_of_the_past_that_was_changed_is_named(store: CartStore) -> None:
    _filled(store)
    delta = store.log_storage.body("history_states", "C1/2") or b""
    assert delta.startswith(b'{"delta":')
    store.log_storage.commit({("history_states", "C1/2"): delta.replace(b"2", b"3", 1)})
    assert store.verify_history("C1") == 2
    store.log_storage.commit({("history_states", "C1/2"): b'{"delta":[7]}'})
    assert store.verify_history("C1") == 2


def test_a_removed_record_is_named(store: CartStore) -> None:
    _filled(store)
    last = store.log_storage.body("history", "C1/6") or b""
    store.log_storage.commit({("history", "C1/5"): last}, removes=[("history", "C1/6")])
    assert store.verify_history("C1") == 5


def test_undo_and_redo_of_any_depth_across_restarts(store: CartStore) -> None:
    _filled(store, 4)

    def step(store: CartStore, kind: Any, steps: int = 1) -> int | None:
        to = store.undo_target("C1", steps) if kind == "undo" else store.redo_target("C1", steps)
        if to is not None:
            store.record(store.cart_at("C1", to), change(kind, kind, to))
        return to

    assert (step(store, "undo"), step(store, "undo")) == (3, 2)
    store.close()
    with CartStore(store.path) as again:
        assert again.redo_target("C1") == 3
        assert again.redo_target("C1", 2) == 4
        assert again.redo_target("C1", 3) is None
        assert step(again, "redo", 2) == 4
        assert again.get_cart("C1") == again.cart_at("C1", 4)
        assert step(again, "undo", 3) == 1
        assert step(again, "undo") is None
        again.record(make_cart("C1", 2), change("something else"))
        assert again.redo_target("C1") is None
        assert again.undo_target("C1") == 1
        assert again.undo_target("C1", 2) is None
        assert again.undo_target("C1", 0) is None
        assert again.verify_history("C1") is None


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["change", "undo", "redo"]), max_size=40))
def test_undo_and_redo_are_as_on_two_stacks(kinds: list[str]) -> None:
    head = Head()
    head.walk(1, "create", None)
    states = {1: "s1"}
    undo: list[str] = []
    redo: list[str] = []
    now = "s1"
    for seq, kind in enumerate(kinds, 2):
        source, target = (head.undo, undo) if kind == "undo" else (head.redo, redo)
        if kind == "change":
            head.walk(seq, "change", None)
            undo, redo, now = [*undo, now], [], f"s{seq}"
            states[seq] = now
            continue
        assert bool(source) == bool(target)
        if not source:
            continue
        to = source[-1]
        states[seq] = states[to]
        head.walk(seq, kind, to)
        (redo if kind == "undo" else undo).append(now)
        now = target.pop()
        assert states[to] == now
    assert [states[seq] for seq in head.undo] == undo
    assert [states[seq] for seq in head.redo] == redo


def test_the_cart_as_it_was_at_a_moment(store: CartStore) -> None:
    _filled(store)
    assert store.record_at("C1", datetime(2026, 11, 22, 10, 3, 30, tzinfo=UTC)) == 3
    assert store.record_at("C1", datetime(2026, 11, 23, tzinfo=UTC)) == 6
    assert store.record_at("C1", datetime(2026, 11, 1, tzinfo=UTC)) is None


def test_a_copy_from_any_point_has_a_history_of_its_own(store: CartStore) -> None:
    cart = make_cart("C1", 5)
    store.record(cart, change("new", "create"))
    notes = cart.notes.model_copy(update={"state": CartState.ORDERED, "order_id": "O1"})
    store.record(cart.model_copy(update={"seat": notes}), change("checkout"))
    copy = store.branch("C1", 2, new_id="C2", who="bo", at="2026-11-23T10:00:00Z")
    assert store.get_cart("C2") == copy
    assert copy.cart_item == cart.cart_item
    assert (copy.notes.state, copy.notes.order_id, copy.notes.created) == (CartState.OPEN, None, "2026-11-23T10:00:00Z")
    record = store.history("C2")[0]
    assert (record.change.kind, record.change.to_seq, record.change.entry) == ("branch", 2, "copy of C1 as of record 2")
    assert store.undo_target("C2") is None
    with pytest.raises(StoreError, match="There is a cart C2 already"):
        store.branch("C1", 1, new_id="C2", who="bo", at="2026-11-23T10:00:00Z")


def test_what_differs_between_two_points(store: CartStore) -> None:
    cart = make_cart("C1", 3)
    store.record(cart, change("new", "create"))
    store.record(with_quantity(cart, 4), change("4"))
    store.record(cart.model_copy(update={"cart_item": cart.cart_item[1:]}), change("remove"))
    assert store.difference("C1", 1, 2) == [Difference(("cartItem", "item-0000", "quantity"), 1, 4)]
    removed = store.difference("C1", 1, 3)
    assert [(each.path, each.after) for each in removed] == [(("cartItem", "item-0000"), None)]
    assert store.difference("C1", 2, 2) == []


def test_differences_of_lists_without_ids() -> None:
    assert compare({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}, 4]}) == [Difference(("a", "1", "b"), 2, 3), Difference(("a", "2"), None, 4)]
    assert compare({"a": 1}, {"a": "1"}) == [Difference(("a",), 1, "1")]


def test_a_record_undone_below_the_cart_store_is_not_counted_on(store: CartStore) -> None:
    _filled(store, 3)
    with pytest.raises(KeyError), store.log_storage.transaction():
        store.record(make_cart("C1", 9), change("9"))
        raise KeyError
    store.record(make_cart("C1", 8), change("8"))
    assert [record.change.entry for record in store.history("C1")][2:] == ["quantity 3", "8"]
    assert store.verify_history("C1") is None


def test_a_reader_s_undo_follows_the_writer(store: CartStore) -> None:
    _filled(store, 3)
    with CartStore(store.path, read_only=True) as reader:
        assert reader.undo_target("C1") == 2
        store.record(make_cart("C1", 8), change("8"))
        assert reader.undo_target("C1") == 3


def test_putting_a_cart_past_its_history_does_not_bend_the_history(store: CartStore) -> None:
    _filled(store, 3)
    store.put_cart(make_cart("C1", 9))
    store.record(make_cart("C1", 8), change("8"))
    assert store.cart_at("C1", 3) == with_quantity(make_cart("C1", 5), 3)
    assert store.cart_at("C1", 4) == make_cart("C1", 8)
    assert store.verify_history("C1") is None
