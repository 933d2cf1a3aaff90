"""Promotion codes, and prices set by hand within what a role may give."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cartdesk.errors import Refused
from cartdesk.pricing import price_cart
from cartdesk.selling import basket
from cartdesk.tmf.price import PriceType


def entries(refused) -> list[str]:
    return [mend.entry for mend in refused.value.mends]


def test_a_code_is_kept_in_the_catalogs_spelling_and_taken_off_in_any(shop):
    cart = basket.add_promotion(basket.add_promotion(shop.empty(), " spring ", shop.shelf), "WELCOME", shop.shelf)
    assert cart.notes.promotion_code == ("SPRING", "Welcome")
    assert basket.remove_promotion(cart, "spring").notes.promotion_code == ("Welcome",)


def test_codes_that_are_refused(shop):
    cart = basket.add_promotion(shop.empty(), "SPRING", shop.shelf)
    with pytest.raises(Refused, match="«AUTUMN»"):
        basket.add_promotion(cart, "AUTUMN", shop.shelf)
    with pytest.raises(Refused, match="no promotion code «»"):
        basket.add_promotion(cart, "  ", shop.shelf)
    with pytest.raises(Refused, match="on this cart already") as refused:
        basket.add_promotion(cart, "spring", shop.shelf)
    assert entries(refused) == ["%-SPRING"]
    with pytest.raises(Refused, match="its codes are SPRING"):
        basket.remove_promotion(cart, "Welcome")
    with pytest.raises(Refused, match="it has none"):
        basket.remove_promotion(shop.empty(), "SPRING")


def test_a_cart_takes_only_so_many_codes(open_shop):
    shop = open_shop([], promotions=[{"id": f"p{n}", "code": f"CODE{n}", "percentage": 1} for n in range(21)])
    cart = shop.empty()
    for number in range(20):
        cart = basket.add_promotion(cart, f"CODE{number}", shop.shelf)
    with pytest.raises(Refused, match="at most 20") as refused:
        basket.add_promotion(cart, "CODE20", shop.shelf)
    assert entries(refused) == ["%-CODE0"]


def give(shop, cart, now, **rest):
    told = {"percentage": Decimal(10), "who": "ana", "role": "agent", "why": "loyal customer", **rest}
    return basket.override_price(cart, cart.cart_item[0].id, price_cart(cart, shop.shelf, now), **told)


def test_a_price_by_hand_is_kept_with_who_and_why_and_priced(shop, now):
    cart = shop.cart("FIB500")
    given = give(shop, cart, now, periods=6)
    (override,) = given.notes.override
    assert (override.item_id, override.percentage, override.amount, override.price_type) == (cart.cart_item[0].id, "10", None, "recurring")
    assert (override.periods, override.who, override.role, override.why) == (6, "ana", "agent", "loyal customer")
    priced = price_cart(given, shop.shelf, now)
    assert priced.every().first.tax_included.amount == Decimal("35.10")
    assert priced.every().steady.tax_included.amount == Decimal(39)
    assert basket.remove_override(given, cart.cart_item[0].id).notes.override == ()


def test_an_amount_off_the_one_off_price(shop, now):
    cart = shop.cart("FIB500")
    given = give(shop, cart, now, percentage=None, amount=Decimal("4.90"), price_type=PriceType.ONE_TIME)
    assert price_cart(given, shop.shelf, now).due_now.tax_included.amount == Decimal("44.10")


def test_another_price_by_hand_of_the_same_kind_replaces_the_first(shop, now):
    cart = give(shop, shop.cart("FIB500"), now)
    cart = give(shop, cart, now, percentage=Decimal(5), price_type=PriceType.ONE_TIME)
    cart = give(shop, cart, now, percentage=Decimal("2.5"))
    assert [(each.price_type, each.percentage) for each in cart.notes.override] == [("oneTime", "5"), ("recurring", "2.5")]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"percentage": Decimal("10.01")}, "at most 10 %"),
        ({"percentage": Decimal(200), "role": "admin"}, "at most 100 %"),
        ({"role": "visitor"}, "may not set prices"),
        ({"role": ""}, "may not set prices"),
        ({"percentage": Decimal(0)}, "more than nothing"),
        ({"percentage": Decimal(-5)}, "more than nothing"),
        ({"percentage": Decimal("NaN")}, "more than nothing"),
        ({"percentage": Decimal("Infinity")}, "more than nothing"),
        ({"percentage": None, "amount": Decimal("Infinity")}, "more than nothing"),
        ({"percentage": None, "amount": Decimal("3.91")}, "at most 10 %"),
        ({"percentage": None, "amount": Decimal("1.005")}, "2 digits after the point"),
        ({"percentage": None}, "either how many per cent or how much money"),
        ({"amount": Decimal(1)}, "either how many per cent or how much money"),
        ({"why": " "}, "The reason is empty"),
        ({"why": "card 4111 1111 1111 1111"}, "payment card"),
        ({"who": ""}, "Who sets the price is empty"),
        ({"periods": 0}, "1 to 600"),
        ({"periods": 601}, "1 to 600"),
    ],
)
def test_prices_by_hand_that_are_refused(shop, now, told, words):
    with pytest.raises(Refused, match=words):
        give(shop, shop.cart("FIB500"), now, **told)


def test_a_line_without_such_a_price_has_none_to_change(shop, now):
    with pytest.raises(Refused, match="eSIM has no recurring price"):
        give(shop, shop.cart("ESIM"), now)
    cart = shop.cart("ESIM")
    with pytest.raises(Refused, match="was set by hand"):
        basket.remove_override(cart, cart.cart_item[0].id)


def test_a_part_of_a_bundle_may_have_its_price_by_hand(shop, now):
    cart = shop.cart("HOME")
    part = cart.cart_item[0].cart_item[0].id
    given = basket.override_price(
        cart, part, price_cart(cart, shop.shelf, now), percentage=Decimal(10), who="ana", role="Agent ", why="loyal customer"
    )
    assert price_cart(given, shop.shelf, now).every().first.tax_included.amount == Decimal("35.10")


def test_a_line_that_goes_takes_its_price_by_hand_along(shop, now):
    given = give(shop, shop.cart("FIB500"), now)
    assert basket.remove_item(given, given.cart_item[0].id).notes.override == ()
    again = shop.add(given, "FIB500")
    assert [item.quantity for item in again.cart_item] == [1, 1]
