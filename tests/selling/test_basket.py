"""Adding, counting, removing and putting aside."""

from __future__ import annotations

import pytest

from cartdesk.errors import Refused
from cartdesk.selling import basket
from cartdesk.tmf.cart import ItemStatus, ShoppingCart
from cartdesk.tmf.price import CartPrice
from cartdesk.tmf.resource import Note
from cartdesk.tmf.wire import dumps


def entries(refused: Refused) -> list[str]:
    return [mend.entry for mend in refused.mends]


def test_a_new_cart_is_empty_and_open(shop, now):
    cart = basket.new_cart("c9", now)
    assert (cart.id, cart.cart_item, cart.notes.state.value) == ("c9", (), "open")
    assert cart.notes.created == cart.notes.changed == "2026-11-22T10:00:00Z"


def test_an_offering_is_added_as_the_last_line_with_its_first_term(shop):
    cart = shop.cart("SIM", "FIB500")
    item = cart.cart_item[-1]
    assert item.product_offering.name == "Fibre 500"
    assert item.quantity == 1
    assert item.cart_term[0].name == "24 months"
    assert item.cart_term[0].duration.amount == 24


def test_default_characteristics_are_chosen_and_facts_are_not(shop):
    chosen = shop.cart("PHONE").cart_item[0].product.characteristic
    assert [(each.name, each.value) for each in chosen] == [("color", "Black")]


def test_characteristics_and_term_can_be_given(shop):
    cart = shop.add(shop.empty(), "PHONE", characteristics={"COLOR": "fjord blue"})
    assert cart.cart_item[0].product.characteristic[0].value == "Fjord Blue"
    cart = shop.add(cart, "FIB500", term="no contract", quantity=3)
    assert (cart.cart_item[1].cart_term[0].name, cart.cart_item[1].quantity) == ("No contract", 3)


def test_the_same_again_grows_the_line_and_another_choice_makes_a_new_one(shop):
    cart = shop.cart("FIB500", "FIB500")
    assert [item.quantity for item in cart.cart_item] == [2]
    cart = shop.add(cart, "FIB500", term="No contract")
    assert [item.quantity for item in cart.cart_item] == [2, 1]
    cart = shop.add(cart, "FIB500", quantity=4)
    assert [item.quantity for item in cart.cart_item] == [6, 1]


def test_a_line_with_a_note_or_put_aside_is_not_grown(shop, now):
    cart = shop.cart("SIM")
    noted = basket.add_note(cart, cart.cart_item[0].id, "for the child", "ana", now)
    assert len(shop.add(noted, "SIM").cart_item) == 2
    aside = basket.save_for_later(cart, cart.cart_item[0].id)
    assert len(shop.add(aside, "SIM").cart_item) == 2


def test_bundles_made_the_same_way_grow_and_others_do_not(shop):
    cart = shop.cart("HOME", "HOME")
    assert [item.quantity for item in cart.cart_item] == [2]
    cart = shop.add(cart, "HOME", choices={"SPORT": 1})
    assert [item.quantity for item in cart.cart_item] == [2, 1]


@pytest.mark.parametrize(
    ("code", "sentence", "mend"),
    [
        ("OLD", "Fibre 50 is no longer sold.", ["FIB500"]),
        ("ENDED", "Summer 10 is no longer sold since 2026-08-31.", []),
        ("SOON", "Fibre 8000 is not sold before 2027-01-01.", []),
        ("DESIGN", "Fibre 9000 is not sold yet.", []),
        ("INNER", "Router is not sold on its own.", []),
        ("DOLLAR", "Roam America is priced in USD; this cart is in EUR, and a cart has one currency.", []),
    ],
)
def test_what_cannot_be_sold_is_refused(shop, code, sentence, mend):
    with pytest.raises(Refused) as refused:
        shop.cart(code)
    assert str(refused.value) == sentence
    assert entries(refused.value) == mend


@pytest.mark.parametrize("quantity", [0, -1, 10_000, 10**12])
def test_a_quantity_that_is_none_is_refused_when_adding(shop, quantity):
    with pytest.raises(Refused):
        shop.add(shop.empty(), "SIM", quantity=quantity)


@pytest.mark.parametrize(("quantity", "mend"), [(0, ["-2"]), (-4, ["-2"]), (10_000, ["*9999 @2"]), (10**12, ["*9999 @2"])])
def test_a_quantity_out_of_bounds_offers_what_may_be_meant(shop, quantity, mend):
    cart = shop.cart("ESIM", "SIM")
    with pytest.raises(Refused) as refused:
        basket.set_quantity(cart, cart.cart_item[1].id, quantity)
    assert entries(refused.value) == mend
    assert "SIM card" in str(refused.value)
    assert str(10**12) not in str(refused.value)


def test_growing_past_the_bound_is_refused(shop):
    cart = shop.add(shop.empty(), "SIM", quantity=9_999)
    with pytest.raises(Refused):
        shop.add(cart, "SIM")


def test_a_quantity_is_set_and_the_rest_stays_the_same_objects(shop):
    cart = shop.cart("ESIM", "SIM", "FIB500")
    changed = basket.set_quantity(cart, cart.cart_item[1].id, 7)
    assert changed.cart_item[1].quantity == 7
    assert changed.cart_item[0] is cart.cart_item[0]
    assert changed.cart_item[2] is cart.cart_item[2]
    assert basket.set_quantity(changed, changed.cart_item[1].id, 7) is changed


def test_prices_that_no_longer_fit_are_dropped(shop):
    cart = shop.cart("ESIM", "SIM")
    price = (CartPrice(name="Total"),)
    items = tuple(item.model_copy(update={"item_price": price, "item_total_price": price}) for item in cart.cart_item)
    cart = cart.model_copy(update={"cart_item": items, "cart_total_price": price})
    changed = basket.set_quantity(cart, cart.cart_item[0].id, 2)
    assert changed.cart_item[0].item_total_price == ()
    assert changed.cart_total_price == ()
    assert changed.cart_item[1].item_total_price == price


def test_a_note_leaves_prices_alone(shop, now):
    cart = shop.cart("ESIM")
    price = (CartPrice(name="Total"),)
    items = (cart.cart_item[0].model_copy(update={"item_total_price": price}),)
    noted = basket.add_note(cart.model_copy(update={"cart_item": items, "cart_total_price": price}), items[0].id, "call back", "ana", now)
    assert noted.cart_total_price == price
    assert noted.cart_item[0].item_total_price == price


def test_removing_what_was_added_restores_the_same_bytes(shop):
    cart = shop.cart("SIM", "FIB500")
    added = shop.add(cart, "HOME")
    assert dumps(basket.remove_item(added, added.cart_item[-1].id).wire()) == dumps(cart.wire())


def test_a_line_goes_with_its_parts_its_relations_and_its_prices_by_hand(shop):
    cart = shop.cart("PHONE", "POST")
    delivery = cart.cart_item[1]
    assert delivery.cart_item_relationship[0].cart_item[0].id == cart.cart_item[0].id
    assert delivery.cart_item_relationship[0].type == "Shipping"
    kept = basket.remove_item(cart, cart.cart_item[0].id)
    assert kept.cart_item[0].cart_item_relationship == ()


def test_a_delivery_added_first_takes_what_comes_later(shop):
    cart = shop.cart("POST", "PHONE", "SIM", "ESIM")
    refs = [ref.id for ref in cart.cart_item[0].cart_item_relationship[0].cart_item]
    assert refs == [cart.cart_item[1].id, cart.cart_item[2].id]
    without = basket.remove_item(cart, refs[0])
    relation = without.cart_item[0].cart_item_relationship[0]
    assert [ref.id for ref in relation.cart_item] == [refs[1]]
    assert relation.id == refs[1]


def test_a_part_of_a_bundle_cannot_be_removed_or_counted_alone(shop):
    cart = shop.cart("SIM", "HOME")
    part = cart.cart_item[1].cart_item[0]
    for act in (basket.remove_item, basket.save_for_later, basket.take_back, lambda c, i: basket.set_quantity(c, i, 2)):
        with pytest.raises(Refused) as refused:
            act(cart, part.id)
        assert "part of Home bundle" in str(refused.value)
        assert entries(refused.value) == ["-2"]


def test_a_line_is_saved_for_later_and_taken_back(shop):
    cart = shop.cart("SIM", "FIB500")
    aside = basket.save_for_later(cart, cart.cart_item[1].id)
    assert aside.cart_item[1].status is ItemStatus.SAVED_FOR_LATER
    with pytest.raises(Refused) as refused:
        basket.save_for_later(aside, aside.cart_item[1].id)
    assert entries(refused.value) == ["L2 back"]
    assert dumps(basket.take_back(aside, aside.cart_item[1].id).wire()) == dumps(cart.wire())
    with pytest.raises(Refused) as refused:
        basket.take_back(cart, cart.cart_item[1].id)
    assert entries(refused.value) == ["L2"]


def test_lines_are_numbered_in_the_cart_order(shop):
    cart = shop.cart("SIM", "HOME", "ESIM")
    assert basket.line(cart, 2) is cart.cart_item[1]
    assert basket.line_number(cart, cart.cart_item[1].cart_item[0].id) == 2
    assert basket.line_number(cart, "nowhere") is None
    for number, words in ((0, "1 to 3"), (4, "1 to 3"), (10**30, "so large")):
        with pytest.raises(Refused, match=words):
            basket.line(cart, number)
    with pytest.raises(Refused, match="empty"):
        basket.line(shop.empty(), 1)


def test_an_item_that_is_gone_is_refused(shop):
    cart = shop.cart("SIM")
    for act in (basket.remove_item, basket.save_for_later, lambda c, i: basket.set_quantity(c, i, 2)):
        with pytest.raises(Refused, match="no longer in the cart"):
            act(cart, "gone")


def test_ids_that_repeat_are_drawn_again(shop, now):
    drawn = iter(["a", "a", "b"])
    offering = shop.shelf.offering("SIM")
    cart = basket.add_item(shop.empty(), offering, shop.shelf, ids=lambda: next(drawn), now=now)
    cart = basket.add_item(cart, shop.shelf.offering("ESIM"), shop.shelf, ids=lambda: next(drawn), now=now)
    assert [item.id for item in cart.cart_item] == ["a", "b"]
    with pytest.raises(Refused, match="repeats"):
        basket.add_item(cart, shop.shelf.offering("FIB500"), shop.shelf, ids=lambda: "a", now=now)


def test_a_cart_has_a_largest_size(shop):
    line = shop.cart("SIM").cart_item[0]
    full = ShoppingCart(id="c", cart_item=tuple(line.model_copy(update={"id": f"n{n}", "note": (Note(text="x"),)}) for n in range(5_000)))
    with pytest.raises(Refused, match="5,000 lines"):
        shop.add(full, "SIM")
