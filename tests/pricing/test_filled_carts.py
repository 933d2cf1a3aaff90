"""Prices written into a cart, and what the next pricing of it takes over."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from cartdesk.pricing import fill_prices, price_cart, verify
from cartdesk.tmf.wire import dumps

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_the_reference_sample_as_json(shop: Any) -> None:
    half = shop.off(50, name="3 month for half", applicationDuration=3, priceCondition="new customer", id="half", priority=1)
    shop.offer("14277", shop.every(29, rate=10, cuts=(half,), name="Monthly Price"))
    cart = shop.cart("14277")
    (total,) = fill_prices(cart, shop.sell("14277")).wire()["cartTotalPrice"]
    assert total == {
        "name": "Recurring",
        "priceType": "recurring",
        "recurringChargePeriod": "monthly",
        "price": {"dutyFreeAmount": {"unit": "EUR", "value": 29}, "taxIncludedAmount": {"unit": "EUR", "value": 31.9}, "taxRate": 10},
        "priceAlteration": [
            {
                "id": "half",
                "name": "3 month for half",
                "priceType": "recurring",
                "priority": 1,
                "applicationDuration": 3,
                "priceCondition": "new customer",
                "recurringChargePeriod": "monthly",
                "price": {"percentage": 50},
            }
        ],
    }


def test_items_are_for_one_and_totals_for_all_children_included(shop: Any) -> None:
    shop.offer("TV", shop.every(20))
    shop.offer("B", shop.every(-5), shop.usage("0.10"), isBundle=True)
    cart = shop.cart(shop.item("B", 2, shop.item("TV", 3)))
    filled = fill_prices(cart, price_cart(cart, shop.book, NOW))
    (item,) = filled.cart_item
    kinds = [(price.price_type, price.unit_of_measure, price.price.tax_included_amount.amount) for price in item.item_price if price.price]
    assert kinds == [("recurring", None, -5), ("usage", "1 GB", Decimal("0.10"))]
    assert [price.price.tax_included_amount.amount for price in item.item_total_price if price.price] == [110]
    (child,) = item.cart_item
    assert [price.price.tax_included_amount.amount for price in child.item_price if price.price] == [20]
    assert [price.price.tax_included_amount.amount for price in child.item_total_price if price.price] == [120]


def test_a_percentage_on_part_of_a_total_is_an_amount_there(shop: Any) -> None:
    shop.offer("A", shop.every(20, cuts=(shop.off(50),)))
    shop.offer("B", shop.every(10))
    for codes, expected in ((("A", "A"), {"percentage": 50}), (("A", "B"), None)):
        cart = shop.cart(*codes)
        (total,) = fill_prices(cart, price_cart(cart, shop.book, NOW)).cart_total_price
        (alteration,) = total.price_alteration
        assert alteration.price is not None
        if expected:
            assert (alteration.price.percentage, alteration.price.tax_included_amount) == (50, None)
        else:
            assert alteration.price.percentage is None
            assert alteration.price.tax_included_amount is not None
            assert alteration.price.tax_included_amount.amount == -10


def test_filling_again_changes_nothing_and_costs_no_price(shop: Any) -> None:
    shop.offer("A", shop.every(20))
    shop.offer("B", isBundle=True)
    cart = shop.cart("A", shop.item("B", 1, shop.item("A")))
    priced = price_cart(cart, shop.book, NOW)
    filled = fill_prices(cart, priced)
    again = price_cart(filled, shop.book, NOW, previous=priced)
    assert again.items[0].charges is priced.items[0].charges
    assert [line.item for line in again.items] == list(filled.cart_item)
    assert dumps(fill_prices(filled, again).wire()) == dumps(filled.wire())


def test_lines_that_did_not_change_are_the_same_objects(shop: Any) -> None:
    shop.offer("A", shop.every(20, cuts=(shop.off(50, priceCondition="with B"),)))
    shop.offer("B", shop.every(10))
    shop.offer("C", shop.every(10))
    cart = shop.cart("C", "A", "C")
    priced = price_cart(cart, shop.book, NOW)
    more = cart.model_copy(update={"cart_item": (*cart.cart_item, shop.item("B"))})
    after = price_cart(more, shop.book, NOW, previous=priced)
    assert after.items[0] is priced.items[0]
    assert after.items[2] is priced.items[2]
    assert after.items[1] is not priced.items[1], "its discount came with B"
    assert after == price_cart(more, shop.book, NOW)


def test_a_moment_at_which_prices_change_prices_everything_anew(shop: Any) -> None:
    ends, starts = {"endDateTime": "2026-11-22T12:00:00Z"}, {"startDateTime": "2026-11-22T12:00:01Z"}
    shop.offer("A", shop.every(20, validFor=ends), shop.every(30, validFor=starts))
    shop.offer("B", shop.every(5))
    cart = shop.cart("A", "B")
    priced = price_cart(cart, shop.book, NOW)
    soon = price_cart(cart, shop.book, NOW.replace(hour=11), previous=priced)
    assert soon.items[0] is priced.items[0]
    later = price_cart(cart, shop.book, NOW.replace(hour=13), previous=soon)
    assert later.totals[0].amounts.tax_included.amount == 35
    assert price_cart(cart, shop.book, NOW, previous=later) == priced


def test_another_catalog_or_other_limits_take_nothing_over(shop: Any, new_shop: Any) -> None:
    shop.offer("A", shop.every(20))
    cart = shop.cart("A")
    priced = price_cart(cart, shop.book, NOW)
    dearer = new_shop()
    dearer.offer("A", dearer.every(25))
    assert price_cart(cart, dearer.book, NOW, previous=priced).totals[0].amounts.tax_included.amount == 25
    assert price_cart(cart, shop.book, NOW, previous=priced, limits={}) == priced


def test_two_lines_with_one_id_are_both_counted(shop: Any) -> None:
    shop.offer("A", shop.every(20))
    cart = shop.cart(shop.item("A", id="x"), shop.item("A", id="x"))
    priced = price_cart(cart, shop.book, NOW)
    assert priced.totals[0].amounts.tax_included.amount == 40
    fewer = cart.model_copy(update={"cart_item": cart.cart_item[:1]})
    again = price_cart(fewer, shop.book, NOW, previous=priced)
    assert again.totals[0].amounts.tax_included.amount == 20
    assert price_cart(cart, shop.book, NOW, previous=again) == priced


def test_an_empty_cart(shop: Any) -> None:
    priced = shop.sell()
    assert (priced.items, priced.totals, priced.due_now.tax_included.amount, priced.every()) == ((), (), 0, None)
    assert fill_prices(shop.cart(), priced).cart_total_price == ()


def test_the_shipped_cases_come_out_here() -> None:
    results = verify()
    assert [group.name for group in results if not group.right] == []
    assert sum(group.ran for group in results) > 180
    assert all(group.ran > 5 for group in results)


def test_a_case_that_does_not_come_out_says_so() -> None:
    from cartdesk.pricing.verification import differences, run_rounding

    case = {"value": "2.5", "expect": {"amount": "2"}}
    assert differences(case, run_rounding) == "amount should be 2 and is 3"
    assert "not a way to round" in differences({"value": "2.5", "mode": "UP", "expect": {}}, run_rounding)


def test_importing_the_room_loads_nothing_heavy() -> None:
    heavy = "[name for name in ('pydantic', 'textual', 'httpx') if name in sys.modules]"
    code = f"import sys, cartdesk.pricing, cartdesk.pricing.priced; print({heavy})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    import cartdesk.pricing as room
    from cartdesk.pricing import _HOMES

    for names in _HOMES.values():
        for name in names.split():
            assert getattr(room, name) is not None
    assert not hasattr(room, "nothing_of_the_kind")
