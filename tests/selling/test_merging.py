"""Two carts made one: nothing is lost on the way, and each line goes the way that was chosen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartdesk.errors import Refused
from cartdesk.selling import basket, merging
from cartdesk.selling.lines import offering_id, walk, walk_all
from cartdesk.selling.merging import Way
from cartdesk.tmf.cart import CartState, ItemStatus

CODES = ["TALK", "SIM", "ESIM", "FIB500", "PHONE", "POST", "HOME", "PICK", "NEST1", "SETUP"]


def merge(shop, into, other, **ways):
    return merging.merge(into, other, {key: Way(way) for key, way in ways.items()}, shop.shelf, ids=shop.ids)


def other_cart(shop, *codes):
    return shop.cart(*codes).model_copy(update={"id": "c2"})


def codes(cart):
    return [(offering_id(item), item.quantity) for item in cart.cart_item]


def test_a_line_that_is_there_already_is_counted_and_others_are_added(shop):
    merged = merge(shop, shop.cart("FIB500", "SIM"), other_cart(shop, "SIM", "PHONE"))
    assert codes(merged.cart) == [("FIB500", 1), ("SIM", 2), ("PHONE", 1)]
    assert merged.rest.notes.state is CartState.DISCARDED
    assert codes(merged.rest) == [("SIM", 1), ("PHONE", 1)]


def test_what_is_left_stays_in_the_other_cart(shop):
    other = other_cart(shop, "SIM", "PHONE", "POST")
    merged = merge(shop, shop.cart("FIB500"), other, **{other.cart_item[1].id: "leave"})
    assert codes(merged.cart) == [("FIB500", 1), ("SIM", 1), ("POST", 1)]
    assert codes(merged.rest) == [("PHONE", 1)]
    assert merged.rest.notes.state is CartState.OPEN
    gone = {ref.id for item in walk_all(merged.cart) for relation in item.cart_item_relationship for ref in relation.cart_item}
    assert gone <= {item.id for item in walk_all(merged.cart)}


def test_a_twin_may_be_a_line_of_its_own(shop):
    other = other_cart(shop, "SIM")
    merged = merge(shop, shop.cart("SIM"), other, **{other.cart_item[0].id: "add"})
    assert codes(merged.cart) == [("SIM", 1), ("SIM", 1)]


def test_ids_that_are_taken_are_made_anew_and_everything_follows(shop):
    into = shop.cart("SIM")
    clash = into.cart_item[0].id
    other = shop.cart("HOME", "POST").model_copy(update={"id": "c2"})
    first = other.cart_item[0].model_copy(update={"id": clash})
    other = other.model_copy(update={"cart_item": (first, *other.cart_item[1:])})
    other = basket.add_note(other, clash, "call back", "ana", shop.now)
    merged = merge(shop, into, other)
    ids = [item.id for item in walk_all(merged.cart)]
    assert len(set(ids)) == len(ids)
    assert merged.cart.cart_item[1].note[0].text == "call back"


def test_codes_notes_and_what_is_put_aside_come_along(shop):
    other = basket.add_promotion(other_cart(shop, "SIM", "PHONE"), "SPRING", shop.shelf)
    other = basket.save_for_later(other, other.cart_item[0].id)
    other = basket.add_note(other, None, "wants a call", "ana", shop.now)
    merged = merge(shop, basket.set_label(shop.cart("FIB500"), "Berg"), basket.set_label(other, "Prospect"))
    assert merged.cart.notes.promotion_code == ("SPRING",)
    assert [note.text for note in merged.cart.notes.note] == ["wants a call"]
    assert merged.cart.notes.label == "Berg"
    assert [item.status for item in merged.cart.cart_item][1] is ItemStatus.SAVED_FOR_LATER


def test_too_many_of_one_thing_are_two_lines(shop):
    into = shop.add(shop.empty(), "SIM", quantity=9_999)
    other = other_cart(shop, "SIM")
    (planned,) = merging.plan(into, other)
    assert planned.ways == (Way.ADD, Way.LEAVE)
    with pytest.raises(Refused, match="it can add or leave"):
        merge(shop, into, other, **{other.cart_item[0].id: "join"})
    assert codes(merge(shop, into, other).cart) == [("SIM", 9_999), ("SIM", 1)]


def test_what_was_said_of_a_product_here_stands(nordlys):
    into = basket.change_product(nordlys.cart(customer="C-1001"), 1, nordlys.shelf, ids=nordlys.ids, now=nordlys.now)
    other = basket.cancel_product(nordlys.cart(customer="C-1001"), 1, nordlys.shelf, ids=nordlys.ids, now=nordlys.now)
    other = other.model_copy(update={"id": "c2"})
    (planned,) = merging.plan(into, other)
    assert (planned.twin, planned.ways) == (1, (Way.LEAVE,))


@pytest.mark.parametrize("state", [CartState.ORDERED, CartState.DISCARDED])
def test_history_is_not_merged(shop, state):
    past = basket.discard(other_cart(shop, "SIM")) if state is CartState.DISCARDED else other_cart(shop, "SIM")
    if state is CartState.ORDERED:
        past = past.model_copy(update={"seat": past.notes.model_copy(update={"state": state})})
    for pair in ((shop.cart("FIB500"), past), (past, shop.cart("FIB500"))):
        with pytest.raises(Refused, match="can no longer be changed"):
            merge(shop, *pair)


def test_a_cart_is_not_merged_into_itself(shop):
    cart = shop.cart("SIM")
    with pytest.raises(Refused, match="into itself"):
        merge(shop, cart, cart)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_merging_loses_no_line(shop, data):
    ours = data.draw(st.lists(st.sampled_from(CODES), max_size=6))
    theirs = data.draw(st.lists(st.sampled_from(CODES), max_size=6))
    into, other = shop.cart(*ours), other_cart(shop, *theirs)
    for item in other.cart_item:
        if data.draw(st.booleans()):
            other = basket.save_for_later(other, item.id)
    ways = {each.item.id: data.draw(st.sampled_from(each.ways)) for each in merging.plan(into, other)}
    merged = merging.merge(into, other, ways, shop.shelf, ids=shop.ids)
    left = [item for item in other.cart_item if ways[item.id] is Way.LEAVE]
    assert counted(merged.cart.cart_item) == counted((*into.cart_item, *(item for item in other.cart_item if item not in left)))
    if left:
        assert counted(merged.rest.cart_item) == counted(left)
    else:
        assert merged.rest.notes.state is CartState.DISCARDED
    ids = [item.id for item in walk_all(merged.cart)]
    assert len(set(ids)) == len(ids)
    for item in walk_all(merged.cart):
        for relation in item.cart_item_relationship:
            assert {ref.id for ref in relation.cart_item} <= set(ids)


def counted(items):
    """How many of each offering there are, by offering and whether it counts, parts included."""
    sums = {}
    for top in items:
        for item in walk(top):
            key = (offering_id(item), top.status)
            times = top.quantity if item is not top else 1
            sums[key] = sums.get(key, 0) + item.quantity * times
    return sums
