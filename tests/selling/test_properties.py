"""What holds after any run of things an agent might do, done right or wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartdesk.errors import Refused
from cartdesk.selling import basket
from cartdesk.selling.bundles import slots_of
from cartdesk.selling.lines import walk, walk_all
from cartdesk.selling.rules import Known, findings
from cartdesk.tmf.cart import ShoppingCart
from cartdesk.tmf.wire import dumps, loads

CODES = ["TALK", "SIM", "ESIM", "FIB500", "FIB1000", "PHONE", "POST", "HOME", "PICK", "NEST1", "SETUP", "OLD", "LOOP", "DOLLAR"]
WORDS = [
    "color black",
    "color red",
    "term no contract",
    "SPORT 2",
    "SPORT no",
    "BOX 9",
    "Choose your phone FOLD",
    "Channels Kids",
    "speed 500",
    "x",
]

actions = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(CODES), st.integers(0, 3)),
    st.tuples(st.just("quantity"), st.integers(0, 6), st.sampled_from([0, 1, 2, 9_999, 10_000])),
    st.tuples(st.just("remove"), st.integers(0, 6), st.just(0)),
    st.tuples(st.just("save"), st.integers(0, 6), st.just(0)),
    st.tuples(st.just("back"), st.integers(0, 6), st.just(0)),
    st.tuples(st.just("choose"), st.integers(0, 6), st.sampled_from(WORDS)),
    st.tuples(st.just("child"), st.integers(0, 6), st.sampled_from(["SPORT", "BOX", "FOLD", "NEWS"])),
    st.tuples(st.just("copy"), st.just(0), st.just(0)),
)


def act(shop, cart: ShoppingCart, action: tuple[str, Any, Any]) -> ShoppingCart:
    kind, first, second = action
    if kind == "add":
        return shop.add(cart, first, quantity=second)
    if kind == "copy":
        return basket.duplicate(cart, cart.id, shop.ids, shop.now)
    item = basket.line(cart, first + 1).id
    if kind == "quantity":
        return basket.set_quantity(cart, item, second)
    if kind == "choose":
        return basket.choose(cart, item, second, shop.shelf, ids=shop.ids)
    if kind == "child":
        return basket.set_child_quantity(cart, item, second, 1, shop.shelf, ids=shop.ids)
    return {"remove": basket.remove_item, "save": basket.save_for_later, "back": basket.take_back}[kind](cart, item)


def check(shop, cart: ShoppingCart) -> None:
    items = list(walk_all(cart))
    assert len({item.id for item in items}) == len(items)
    assert all(item.quantity >= 1 for item in items)
    assert all(top.quantity <= basket.MAX_QUANTITY for top in cart.cart_item)
    ids = {item.id for item in items}
    for item in items:
        for relation in item.cart_item_relationship:
            assert relation.cart_item
            assert relation.id in ids
            assert {ref.id for ref in relation.cart_item} <= ids
        offering = shop.shelf.offering(item.product_offering.id)
        for slot in slots_of(offering):
            count = slot.counted(item.cart_item)
            assert slot.allows(count) or (count == 0 and slot.is_choice and slot.default is None)


@settings(max_examples=120, deadline=None)
@given(run=st.lists(actions, max_size=14))
def test_any_run_of_actions_leaves_a_cart_that_holds_together(shop, run):
    cart = shop.empty()
    for action in run:
        before = dumps(cart.wire())
        previous, kept = cart, {id(item): item for item in cart.cart_item}
        try:
            cart = act(shop, cart, action)
        except Refused as refused:
            assert str(refused).endswith((".", ")"))
            assert all(mend.label and mend.entry.isprintable() for mend in refused.mends)
        assert dumps(previous.wire()) == before
        check(shop, cart)
        if action[0] in {"quantity", "save", "back", "choose", "child"}:
            assert sum(id(item) not in kept for item in cart.cart_item) <= 1
    assert ShoppingCart.model_validate(loads(dumps(cart.wire()))).wire() == cart.wire()
    assert findings(cart, shop.shelf, shop.now) == findings(cart, shop.shelf, shop.now)


@settings(max_examples=60, deadline=None)
@given(run=st.lists(actions, max_size=8), code=st.sampled_from(CODES))
def test_removing_what_was_just_added_restores_the_same_bytes(shop, run, code):
    cart = shop.empty()
    for action in run:
        try:
            cart = act(shop, cart, action)
        except Refused:
            continue
    try:
        added = shop.add(cart, code)
    except Refused:
        return
    if len(added.cart_item) == len(cart.cart_item):
        (grown,) = [item for item, old in zip(added.cart_item, cart.cart_item, strict=True) if item is not old]
        back = basket.set_quantity(added, grown.id, grown.quantity - 1)
    else:
        new = added.cart_item[-1]
        assert not {each.id for each in walk(new)} & {each.id for each in walk_all(cart)}
        back = basket.remove_item(added, new.id)
    assert dumps(back.wire()) == dumps(cart.wire())


@settings(max_examples=60, deadline=None)
@given(run=st.lists(actions, max_size=10))
def test_every_way_out_a_finding_offers_for_a_choice_is_one(shop, run):
    cart = shop.empty()
    for action in run:
        try:
            cart = act(shop, cart, action)
        except Refused:
            continue
    for finding in findings(cart, shop.shelf, shop.now):
        assert finding.sentence.endswith(".")
        assert finding.mends
        for mend in finding.mends:
            if mend.entry.startswith("="):
                text, number = mend.entry.removeprefix("= ").rsplit(" @", 1)
                mended = basket.choose(cart, basket.line(cart, int(number)).id, text, shop.shelf, ids=shop.ids)
                assert finding not in findings(mended, shop.shelf, shop.now)
            elif mend.entry.startswith("-"):
                basket.line(cart, int(mend.entry[1:]))
            elif mend.entry.startswith("L"):
                basket.take_back(cart, basket.line(cart, int(mend.entry[1:].removesuffix(" back"))).id)
            else:
                assert shop.shelf.find(mend.entry) is not None


@pytest.mark.stress
@settings(max_examples=3_000, deadline=None)
@given(run=st.lists(actions, max_size=40))
def test_long_runs_leave_a_cart_that_holds_together(shop, run):
    cart = shop.empty()
    for action in run:
        try:
            cart = act(shop, cart, action)
        except Refused:
            continue
        check(shop, cart)


@settings(max_examples=120, deadline=None)
@given(run=st.lists(actions, max_size=14))
def test_what_is_remembered_of_a_cart_never_changes_what_is_found(shop, run):
    cart, known = shop.cart(), Known()
    for action in run:
        try:
            cart = act(shop, cart, action)
        except Refused:
            continue
        assert findings(cart, shop.shelf, shop.now, known=known) == findings(cart, shop.shelf, shop.now)
