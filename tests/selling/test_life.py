"""A cart's life: labelled, held, resumed, discarded, duplicated, and read-only once it is history."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from cartdesk.errors import Refused
from cartdesk.selling import basket
from cartdesk.selling.customers import Customer
from cartdesk.selling.lines import walk_all, with_seat
from cartdesk.tmf.cart import CartState, PriceOverride, ShoppingCart
from cartdesk.tmf.wire import dumps, loads


def test_a_label_is_set_cleaned_and_taken_off(shop):
    cart = basket.set_label(shop.empty(), "  Mrs Berg ")
    assert cart.notes.label == "Mrs Berg"
    assert basket.set_label(cart, "Mrs Berg") is cart
    assert basket.set_label(cart, " ").notes.label is None
    assert basket.set_label(cart, None).notes.label is None


@pytest.mark.parametrize("label", ["x" * 61, "a\x07b", "a\nb", "4111111111111111"])
def test_labels_that_are_refused(shop, label):
    with pytest.raises(Refused):
        basket.set_label(shop.empty(), label)


def test_notes_are_kept_in_order_on_lines_and_on_the_cart(shop, now):
    cart = shop.cart("SIM")
    item = cart.cart_item[0].id
    cart = basket.add_note(cart, item, "first\nline", "ana", now)
    cart = basket.add_note(cart, item, "second", "bo", now)
    cart = basket.add_note(cart, None, "about it all", "ana", now)
    assert [(note.author, note.text) for note in cart.cart_item[0].note] == [("ana", "first\nline"), ("bo", "second")]
    assert [note.text for note in cart.notes.note] == ["about it all"]
    assert ShoppingCart.model_validate(loads(dumps(cart.wire()))).wire() == cart.wire()


@pytest.mark.parametrize("text", ["", "   ", "x" * 2_001, "a\x1b]0;title\x07", "\u202eabc", "card 5500 0000 0000 0004"])
def test_notes_that_are_refused(shop, now, text):
    with pytest.raises(Refused):
        basket.add_note(shop.cart("SIM"), None, text, "ana", now)


def test_notes_have_a_largest_number(shop, now):
    cart = shop.empty()
    for number in range(100):
        cart = basket.add_note(cart, None, f"note {number}", "ana", now)
    with pytest.raises(Refused, match="100 notes"):
        basket.add_note(cart, None, "one more", "ana", now)


def test_a_cart_is_held_and_resumed(shop):
    cart = shop.cart("SIM")
    held = basket.hold(cart)
    assert held.notes.state is CartState.HELD
    assert held.cart_item is cart.cart_item
    with pytest.raises(Refused, match="held already"):
        basket.hold(held)
    assert dumps(basket.resume(held).wire()) == dumps(cart.wire())
    assert basket.resume(cart) is cart


def test_start_and_bill_day(shop):
    cart = basket.set_start(basket.set_bill_day(shop.empty(), 31), date(2026, 12, 1))
    assert (cart.notes.bill_cycle_day, cart.notes.start) == (31, "2026-12-01")
    assert basket.set_bill_day(cart, 31) is cart
    assert basket.set_start(cart, date(2026, 12, 1)) is cart
    for day in (0, 32, -1, 10**9):
        with pytest.raises(Refused, match="from 1 to 31"):
            basket.set_bill_day(cart, day)


ACTS = {
    "add": lambda shop, cart, now: shop.add(cart, "SIM"),
    "quantity": lambda shop, cart, now: basket.set_quantity(cart, cart.cart_item[0].id, 2),
    "remove": lambda shop, cart, now: basket.remove_item(cart, cart.cart_item[0].id),
    "save": lambda shop, cart, now: basket.save_for_later(cart, cart.cart_item[0].id),
    "take back": lambda shop, cart, now: basket.take_back(cart, cart.cart_item[0].id),
    "characteristic": lambda shop, cart, now: basket.set_characteristic(
        cart, cart.cart_item[0].cart_item[3].id, "color", "Black", shop.shelf
    ),
    "term": lambda shop, cart, now: basket.set_term(cart, cart.cart_item[0].cart_item[0].id, "24", shop.shelf),
    "child": lambda shop, cart, now: basket.set_child_quantity(cart, cart.cart_item[0].id, "BOX", 1, shop.shelf, ids=shop.ids),
    "choice": lambda shop, cart, now: basket.choose_child(
        cart, cart.cart_item[0].id, "Choose your phone", "FOLD", shop.shelf, ids=shop.ids
    ),
    "choose": lambda shop, cart, now: basket.choose(cart, cart.cart_item[0].id, "BOX 1", shop.shelf, ids=shop.ids),
    "note": lambda shop, cart, now: basket.add_note(cart, None, "x", "ana", now),
    "label": lambda shop, cart, now: basket.set_label(cart, "x"),
    "hold": lambda shop, cart, now: basket.hold(cart),
    "resume": lambda shop, cart, now: basket.resume(cart),
    "discard": lambda shop, cart, now: basket.discard(cart),
    "start": lambda shop, cart, now: basket.set_start(cart, None),
    "bill day": lambda shop, cart, now: basket.set_bill_day(cart, None),
    "customer": lambda shop, cart, now: basket.name_customer(cart, Customer("Berg")),
    "code": lambda shop, cart, now: basket.add_promotion(cart, "SPRING", shop.shelf),
    "code off": lambda shop, cart, now: basket.remove_promotion(cart, "SPRING"),
    "price": lambda shop, cart, now: basket.override_price(
        cart, cart.cart_item[0].id, None, percentage=Decimal(5), who="ana", role="agent", why="loyal"
    ),
    "price off": lambda shop, cart, now: basket.remove_override(cart, cart.cart_item[0].id),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
@pytest.mark.parametrize("state", [CartState.ORDERED, CartState.DISCARDED])
def test_history_refuses_every_change_and_offers_a_copy(shop, now, act, state):
    cart = with_seat(shop.cart("HOME"), state=state, order_id="261122-A")
    with pytest.raises(Refused) as refused:
        act(shop, cart, now)
    assert [mend.entry for mend in refused.value.mends] == ["copy"]
    assert ("order 261122-A" in str(refused.value)) is (state is CartState.ORDERED)


def test_a_duplicate_is_open_and_shares_no_id(shop):
    later = datetime.fromisoformat("2026-12-01T08:00:00+00:00")
    cart = shop.cart("PHONE", "HOME", "POST")
    cart = with_seat(
        basket.add_promotion(cart, "spring", shop.shelf),
        state=CartState.ORDERED,
        order_id="o1",
        override=(PriceOverride(item_id=cart.cart_item[0].id, percentage="5", who="ana", role="agent", why="loyal"),),
    ).model_copy(update={"href": "https://shop.example/c1"})
    copy = basket.duplicate(cart, "c2", shop.ids, later)
    assert (copy.id, copy.href, copy.notes.state, copy.notes.order_id) == ("c2", None, CartState.OPEN, None)
    assert copy.notes.created == copy.notes.changed == "2026-12-01T08:00:00Z"
    assert copy.notes.promotion_code == ("SPRING",)
    assert not {each.id for each in walk_all(cart)} & {each.id for each in walk_all(copy)}
    assert [each.product_offering.id for each in walk_all(copy)] == [each.product_offering.id for each in walk_all(cart)]
    assert copy.notes.override[0].item_id == copy.cart_item[0].id
    shipped = [ref.id for ref in copy.cart_item[2].cart_item_relationship[0].cart_item]
    assert shipped == [copy.cart_item[0].id, copy.cart_item[1].id]
    assert copy.cart_item[2].cart_item_relationship[0].id == copy.cart_item[0].id
