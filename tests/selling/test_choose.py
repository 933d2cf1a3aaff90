"""Choosing by words: what ``= color black`` finds on a line and in its parts."""

from __future__ import annotations

import pytest

from cartdesk.errors import Refused
from cartdesk.selling import basket


def chosen(cart) -> dict[str, str]:
    found = {}

    def look(item):
        for each in item.product.characteristic if item.product else ():
            found[f"{item.product_offering.id}.{each.name}"] = each.value
        if item.cart_term:
            found[f"{item.product_offering.id}.term"] = item.cart_term[0].name
        for child in item.cart_item:
            found[child.product_offering.id] = child.quantity
            look(child)

    look(cart.cart_item[0])
    return found


@pytest.mark.parametrize(
    ("code", "text", "what", "value"),
    [
        ("PHONE", "color black", "PHONE.color", "Black"),
        ("PHONE", "COLOR  fjord blue", "PHONE.color", "Fjord Blue"),
        ("PHONE", "color: fjord blue", "PHONE.color", "Fjord Blue"),
        ("PHONE", "color=Fjord Blue", "PHONE.color", "Fjord Blue"),
        ("FIB500", "term no contract", "FIB500.term", "No contract"),
        ("HOME", "term No contract", "FIB500.term", "No contract"),
        ("HOME", "FIB500.term No contract", "FIB500.term", "No contract"),
        ("HOME", "color fjord blue", "PHONE.color", "Fjord Blue"),
        ("HOME", "Choose your phone FOLD", "FOLD", 1),
        ("HOME", "chooseyourphone pixel fold", "FOLD", 1),
        ("HOME", "SPORT 2", "SPORT", 2),
        ("HOME", "sport yes", "SPORT", 1),
        ("HOME", "Sport", "SPORT", 1),
        ("HOME", "BOX 3", "BOX", 3),
        ("PICK", "Channels Film", "FILM", 1),
        ("PICK", "news 2", "NEWS", 2),
        ("NEST1", "color Fjord Blue", "PHONE.color", "Fjord Blue"),
    ],
)
def test_words_find_what_they_mean(shop, code, text, what, value):
    cart = shop.cart(code)
    assert chosen(basket.choose(cart, cart.cart_item[0].id, text, shop.shelf, ids=shop.ids))[what] == value


def test_no_takes_an_optional_part_out(shop):
    cart = shop.add(shop.empty(), "HOME", choices={"SPORT": 1})
    assert "SPORT" not in chosen(basket.choose(cart, cart.cart_item[0].id, "sport no", shop.shelf, ids=shop.ids))


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        ("PHONE", "", "Say what to choose on Pixel 12 and its value; choose color"),
        ("PHONE", "size large", "«size large» names nothing to choose on Pixel 12"),
        ("PHONE", "colorblack", "names nothing"),
        ("PHONE", "color", "color needs a value; choose Black, Fjord Blue"),
        ("SIM", "color black", "there is nothing to choose on it"),
        ("HOME", "SPORT lots", "takes a number, yes or no"),
        ("HOME", "SPORT 99999999999999999999", "takes a number"),
        ("HOME", "BOX no", "1 to 3 of Part BOX, not 0"),
    ],
)
def test_words_that_mean_nothing_are_refused(shop, code, text, words):
    cart = shop.cart(code)
    with pytest.raises(Refused) as refused:
        basket.choose(cart, cart.cart_item[0].id, text, shop.shelf, ids=shop.ids)
    assert words in str(refused.value)


def test_two_parts_with_the_same_choice_have_to_be_told_apart(open_shop):
    color = [{"name": "color", "productSpecCharacteristicValue": [{"value": "Black", "isDefault": True}, {"value": "Red"}]}]
    shop = open_shop(
        [
            {"id": "PAIR", "name": "Pair", "bundledProductOffering": [{"id": "ONE"}, {"id": "TWO"}]},
            {"id": "ONE", "name": "One"},
            {"id": "TWO", "name": "Two"},
        ],
        characteristics={"ONE": color, "TWO": color},
    )
    cart = shop.cart("PAIR")
    with pytest.raises(Refused, match=r"say ONE\.color or TWO\.color"):
        basket.choose(cart, cart.cart_item[0].id, "color red", shop.shelf, ids=shop.ids)
    assert chosen(basket.choose(cart, cart.cart_item[0].id, "two.color red", shop.shelf, ids=shop.ids)) == {
        "ONE": 1, "TWO": 1, "ONE.color": "Black", "TWO.color": "Red",
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        basket.choose(cart, cart.cart_item[0].id, "two.color green", shop.shelf, ids=shop.ids)
    assert [mend.entry for mend in refused.value.mends] == ["= TWO.color Black @1", "= TWO.color Red @1"]


def test_every_way_out_that_is_offered_works(shop):
    cart = shop.cart("SIM", "HOME")
    with pytest.raises(Refused) as refused:
        basket.choose(cart, cart.cart_item[1].id, "color green", shop.shelf, ids=shop.ids)
    assert refused.value.mends
    for mend in refused.value.mends:
        text = mend.entry.removeprefix("= ").removesuffix(" @2")
        changed = basket.choose(cart, cart.cart_item[1].id, text, shop.shelf, ids=shop.ids)
        assert changed.cart_item[1].cart_item[-1].product.characteristic[0].value in mend.entry
