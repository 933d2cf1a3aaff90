"""Characteristics and terms: what may be chosen and what is refused, in tables."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cartdesk.errors import Refused
from cartdesk.selling import basket
from cartdesk.selling.characteristics import allowed_values, can_be_set, default_value, must_be_set, value_text
from cartdesk.tmf.catalog import SpecificationCharacteristic


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("speed", "100", "100"),
        ("speed", 500, "500"),
        ("speed", "500.0", "500"),
        ("speed", "100 mbit/s", "100"),
        ("SPEED", "100Mbit/s", "100"),
        ("guests", "1", "1"),
        ("guests", "20 people", "20"),
        ("gain", "0.5", "0.5"),
        ("gain", "1e-3", "0.001"),
        ("serial", "NO123456", "NO123456"),
        ("wireless", "Yes", "true"),
        ("wireless", False, "false"),
        ("nickname", "  Cellar  ", "Cellar"),
        ("nickname", "地下室 שלום", "地下室 שלום"),
        ("weight", "-3.50", "-3.50"),
    ],
)
def test_values_that_are_allowed(shop, name, value, kept):
    cart = shop.cart("SETUP")
    changed = basket.set_characteristic(cart, cart.cart_item[0].id, name, value, shop.shelf)
    assert [each.value for each in changed.cart_item[0].product.characteristic if each.name == name.lower()] == [kept]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("speed", "250", "speed cannot be «250»; choose 100, 500"),
        ("speed", "", "speed needs a value"),
        ("speed", None, "speed needs a value"),
        ("speed", {"value": []}, "speed needs a value"),
        ("guests", "0", "from 1 to 20 people"),
        ("guests", "21", "from 1 to 20 people"),
        ("guests", "2.5", "whole number"),
        ("guests", "many", "is a number"),
        ("guests", "NaN", "is a number"),
        ("guests", "1e400", "is a number"),
        ("gain", "0", "from 0 to 1"),
        ("gain", "1", "from 0 to 1"),
        ("serial", "no123456", "serial cannot be"),
        ("serial", "x" * 5_000, "serial cannot be"),
        ("wireless", "perhaps", "yes or no"),
        ("nickname", "a\x1b[31mb", "control characters"),
        ("nickname", "x" * 201, "shorten it to 200"),
        ("nickname", "4111 1111 1111 1111", "payment card"),
        ("weight", "heavy", "is a number"),
        ("colour", "black", "is not something Set-up has; it has speed"),
    ],
)
def test_values_that_are_refused(shop, name, value, words):
    cart = shop.cart("SETUP")
    with pytest.raises(Refused) as refused:
        basket.set_characteristic(cart, cart.cart_item[0].id, name, value, shop.shelf)
    assert words in str(refused.value)


def test_a_refused_value_offers_the_allowed_ones_for_this_very_line(shop):
    cart = shop.cart("SIM", "PHONE", "ESIM")
    with pytest.raises(Refused) as refused:
        basket.set_characteristic(cart, cart.cart_item[1].id, "color", "red", shop.shelf)
    assert [mend.entry for mend in refused.value.mends] == ["= color Black @2", "= color Fjord Blue @2"]


def test_a_fact_of_the_product_cannot_be_set(shop):
    cart = shop.cart("PHONE")
    with pytest.raises(Refused, match="«screen» cannot be changed on Pixel 12; it has color"):
        basket.set_characteristic(cart, cart.cart_item[0].id, "screen", "7", shop.shelf)
    with pytest.raises(Refused, match="nothing to choose on it"):
        shop.add(shop.empty(), "SIM", characteristics={"x": "y"})


def test_setting_keeps_what_else_is_there_and_the_same_again_changes_nothing(shop):
    cart = shop.cart("SETUP")
    item = cart.cart_item[0].id
    cart = basket.set_characteristic(cart, item, "speed", "100", shop.shelf)
    cart = basket.set_characteristic(cart, item, "nickname", "Cellar", shop.shelf)
    assert basket.set_characteristic(cart, item, "Speed", 100, shop.shelf) is cart
    cart = basket.set_characteristic(cart, item, "speed", "500", shop.shelf)
    assert [(each.name, each.value) for each in cart.cart_item[0].product.characteristic] == [("speed", "500"), ("nickname", "Cellar")]


def test_an_offering_that_is_gone_from_the_catalog_cannot_be_configured(shop, open_shop):
    cart = shop.cart("PHONE")
    with pytest.raises(Refused, match="not in this catalog"):
        basket.set_characteristic(cart, cart.cart_item[0].id, "color", "Black", open_shop([]).shelf)


@pytest.mark.parametrize(
    ("term", "name"), [("no contract", "No contract"), ("24", "24 months"), ("24 months", "24 months"), ("24mo", "24 months")]
)
def test_a_term_is_chosen_by_name_or_length(shop, term, name):
    cart = shop.cart("FIB500")
    changed = basket.set_term(cart, cart.cart_item[0].id, term, shop.shelf)
    assert changed.cart_item[0].cart_term[0].name == name


def test_a_term_that_is_not_offered_is_refused(shop):
    cart = shop.cart("FIB500", "SIM")
    with pytest.raises(Refused) as refused:
        basket.set_term(cart, cart.cart_item[0].id, "36", shop.shelf)
    assert [mend.entry for mend in refused.value.mends] == ["= term 24 months @1", "= term No contract @1"]
    with pytest.raises(Refused, match="without a commitment"):
        basket.set_term(cart, cart.cart_item[1].id, "24", shop.shelf)
    assert basket.set_term(cart, cart.cart_item[0].id, "24 months", shop.shelf) is cart


@pytest.mark.parametrize(
    ("characteristic", "settable", "needed", "default"),
    [
        ({"name": "a", "productSpecCharacteristicValue": [{"value": "x"}]}, False, False, "x"),
        ({"name": "a", "productSpecCharacteristicValue": [{"value": "x"}, {"value": "y"}]}, True, True, None),
        ({"name": "a", "minCardinality": 0, "productSpecCharacteristicValue": [{"value": "x"}, {"value": "y"}]}, True, False, None),
        ({"name": "a", "configurable": True, "productSpecCharacteristicValue": [{"value": 5}]}, True, False, "5"),
        ({"name": "a", "configurable": True, "minCardinality": 1}, True, True, None),
        ({"name": "a", "configurable": True}, True, False, None),
        ({"name": "a"}, False, False, None),
        ({"name": "a", "regex": "x+"}, True, False, None),
        ({"name": "a", "productSpecCharacteristicValue": [{"valueFrom": 1}]}, True, False, None),
        (
            {"name": "a", "configurable": False, "minCardinality": 1, "productSpecCharacteristicValue": [{"value": 1}, {"value": 2}]},
            False,
            False,
            None,
        ),
        ({"name": "a", "productSpecCharacteristicValue": [{"value": True, "isDefault": True}, {"value": False}]}, True, True, "true"),
    ],
)
def test_what_is_a_choice_and_what_a_fact(characteristic, settable, needed, default):
    model = SpecificationCharacteristic.model_validate(characteristic)
    assert (can_be_set(model), must_be_set(model), default_value(model)) == (settable, needed, default)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        (5, "5"),
        (True, "true"),
        (0.1, "0.1"),
        (Decimal("6.10"), "6.10"),
        ({"value": 5}, "5"),
        (None, None),
        ([1], None),
        (Decimal("NaN"), None),
    ],
)
def test_any_json_value_as_text(value, text):
    assert value_text(value) == text


def test_values_twice_in_a_catalog_are_listed_once():
    model = SpecificationCharacteristic.model_validate(
        {"name": "a", "productSpecCharacteristicValue": [{"value": "x"}, {"value": "x"}, {"value": []}]}
    )
    assert allowed_values(model) == ("x",)
