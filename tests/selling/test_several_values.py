"""Characteristics of which several values may be chosen at once."""

from __future__ import annotations

import pytest

from cartdesk.errors import Refused
from cartdesk.pricing import price_cart
from cartdesk.selling import basket
from cartdesk.selling.rules import findings
from cartdesk.tmf.cart import Characteristic

PLUS = {
    "name": "channels",
    "configurable": True,
    "minCardinality": 1,
    "maxCardinality": 3,
    "productSpecCharacteristicValue": [
        {"value": "News", "isDefault": True},
        {"value": "Film, uncut"},
        {"value": "Sport"},
        {"value": "Kids"},
    ],
}
PRICES = [
    {"id": f"c{n}", "priceType": "recurring", "recurringChargePeriodType": "month", "price": {"unit": "EUR", "value": n},
     "prodSpecCharValueUse": [{"name": "channels", "productSpecCharacteristicValue": [{"value": value}]}]}
    for n, value in ((1, "News"), (2, "Film, uncut"), (4, "Sport"), (8, "Kids"))
]  # fmt: skip


@pytest.fixture
def tv(open_shop):
    return open_shop([{"id": "TV", "name": "TV Pick"}], characteristics={"TV": [PLUS]}, prices={"TV": PRICES})


def values(cart):
    return [each.value for each in cart.cart_item[0].product.characteristic]


def chosen(shop, *texts):
    cart = shop.cart("TV")
    for text in texts:
        cart = basket.choose(cart, cart.cart_item[0].id, text, shop.shelf, ids=shop.ids)
    return cart


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((), ["News"]),
        (("channels sport, KIDS",), ["Sport", "Kids"]),
        (("channels Film, uncut",), ["Film, uncut"]),
        (("channels +Sport", "channels +kids"), ["News", "Sport", "Kids"]),
        (("channels +Sport", "channels +sport"), ["News", "Sport"]),
        (("channels +Sport", "channels -news"), ["Sport"]),
        (("channels +Sport,Kids", "channels −News,Kids"), ["Sport"]),
    ],
)
def test_values_are_set_added_and_taken_away(tv, texts, expected):
    assert values(chosen(tv, *texts)) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("channels Golf", "channels cannot be «Golf»"),
        ("channels News, Golf", "channels cannot be «Golf»"),
        ("channels News, Sport, Kids, Film, uncut", "channels cannot be «Film»"),
        ("channels -News", "channels takes 1 to 3 values, not 0"),
        ("channels ,", "channels needs a value"),
    ],
)
def test_what_is_not_allowed_is_refused(tv, text, why):
    with pytest.raises(Refused) as caught:
        chosen(tv, text)
    assert str(caught.value).startswith(why)
    assert caught.value.mends


def test_too_many_are_refused_and_found(tv, now):
    full = chosen(tv, "channels News, Sport, Kids")
    with pytest.raises(Refused, match="takes 1 to 3 values, not 4"):
        basket.choose(full, full.cart_item[0].id, "channels +Film, uncut", tv.shelf, ids=tv.ids)
    product = full.cart_item[0].product
    more = product.model_copy(update={"characteristic": (*product.characteristic, Characteristic(name="channels", value="Film, uncut"))})
    crowded = full.model_copy(update={"cart_item": (full.cart_item[0].model_copy(update={"product": more}),)})
    (finding,) = findings(crowded, tv.shelf, now)
    assert (finding.code, finding.blocking) == ("value", True)


def test_each_value_brings_its_price(tv, now):
    (total,) = price_cart(chosen(tv, "channels News, Kids"), tv.shelf, now).totals
    assert total.amounts.tax_included.amount == 9
