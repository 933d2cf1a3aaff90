"""Lines: which prices hold, bundles whole or by their children, and what is modified, given up, had already or put aside."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cartdesk.pricing import PricedCart, line_totals, price_offering
from cartdesk.tmf.price import PriceType


def totals(priced: PricedCart) -> list[tuple[str | None, str]]:
    return [(str(total.period) if total.period else None, f"{total.amounts.tax_included.amount}") for total in priced.totals]


def values(**chosen: Any) -> dict[str, Any]:
    return {"prodSpecCharValueUse": [{"name": n, "productSpecCharacteristicValue": [{"value": v}]} for n, v in chosen.items()]}


def term(months: int) -> dict[str, Any]:
    return {"productOfferingTerm": [{"name": f"{months} months", "duration": {"amount": months, "units": "month"}}]}


def test_one_total_for_each_kind_and_period_in_order(shop: Any) -> None:
    shop.offer(
        "A",
        shop.every(120, "year"),
        shop.every(1, "week"),
        shop.every(10),
        shop.once(5),
        shop.usage(1),
        shop.every(7, "month", 3),
        shop.every(7, "quarter"),
    )
    assert totals(shop.sell("A")) == [
        (None, "5.00"), ("weekly", "1.00"), ("monthly", "10.00"), ("3 months", "7.00"), ("quarterly", "7.00"), ("yearly", "120.00"),
    ]  # fmt: skip


def test_usage_is_shown_per_unit_and_never_totalled(shop: Any) -> None:
    shop.offer("A", shop.usage("0.29", "min", rate=19, gross=True))
    priced = shop.sell(shop.item("A", 5))
    (charge,) = priced.items[0].charges
    assert priced.totals == ()
    assert (charge.kind, charge.per, f"{charge.unit.tax_included.amount}") == (PriceType.USAGE, "1 min", "0.29")
    assert charge.total == charge.unit


def test_quantities_of_a_bundle_and_its_children_multiply(shop: Any) -> None:
    shop.offer("CHILD", shop.every(10))
    shop.offer("B", isBundle=True)
    priced = shop.sell(shop.item("B", 2, shop.item("CHILD", 3)))
    assert priced.items[0].children[0].quantity == 6
    assert totals(priced) == [("monthly", "60.00")]


def test_prices_by_characteristic_and_term(shop: Any) -> None:
    shop.offer(
        "PHONE",
        shop.once(600, **values(storage="128 GB", payment="now")),
        shop.once(700, **values(storage="256 GB", payment="now")),
        shop.every(25, applicationDuration=24, **values(storage="128 GB", payment="24 months")),
    )
    shop.offer("PLAN", shop.every(20, **term(24)), shop.every(25, **term(1)))
    assert totals(shop.sell(shop.item("PHONE", chosen={"Storage": "256gb", "payment": "Now"}))) == [(None, "700.00")]
    assert totals(shop.sell(shop.item("PHONE", chosen={"storage": "128 GB", "payment": "24 months"}))) == [("monthly", "25.00")]
    assert [totals(shop.sell(shop.item("PLAN", months=months))) for months in (24, 1)] == [[("monthly", "20.00")], [("monthly", "25.00")]]
    assert "term" in (shop.sell(shop.item("PLAN", months=12)).items[0].problem or "")
    assert "what is chosen" in (shop.sell(shop.item("PHONE", chosen={"storage": "1 TB"})).items[0].problem or "")


def test_a_range_and_a_default_value(shop: Any) -> None:
    ranged = {"prodSpecCharValueUse": [{"name": "speed", "productSpecCharacteristicValue": [{"valueFrom": 100, "valueTo": 500}]}]}
    default = {"prodSpecCharValueUse": [{"name": "speed", "productSpecCharacteristicValue": [{"value": 50, "isDefault": True}]}]}
    shop.offer("A", shop.every(30, **ranged), shop.every(20, **default))
    assert totals(shop.sell(shop.item("A", chosen={"speed": "250"}))) == [("monthly", "30.00")]
    assert totals(shop.sell("A")) == [("monthly", "20.00")]


def bundle(shop: Any, *own: Any, lower: int | None = 1) -> Any:
    shop.offer("NET", shop.every(30), shop.once(50), name="Internet")
    shop.offer("TV", shop.every(20))
    option = {} if lower is None else {"bundledProductOfferingOption": {"numberRelOfferLowerLimit": lower}}
    shop.offer(
        "B",
        *own,
        isBundle=True,
        name="Home",
        bundledProductOffering=[{"id": "NET"} | option, {"id": "TV", "bundledProductOfferingOption": {"numberRelOfferLowerLimit": 0}}],
    )
    return lambda net=1: shop.sell(shop.item("B", 1, shop.item("NET", net), shop.item("TV")))


def test_a_bundle_priced_by_its_children(shop: Any) -> None:
    assert totals(bundle(shop)()) == [(None, "50.00"), ("monthly", "50.00")]


def test_a_bundle_with_a_discount_of_its_own(shop: Any) -> None:
    assert totals(bundle(shop, shop.every(-15))()) == [(None, "50.00"), ("monthly", "35.00")]


def test_a_bundle_priced_as_a_whole_covers_its_mandatory_children(shop: Any) -> None:
    sell = bundle(shop, shop.every(45), lower=None)
    priced = sell()
    assert totals(priced) == [("monthly", "65.00")]
    assert [child.included_in for child in priced.items[0].children] == ["Home", None]
    assert totals(sell(net=2)) == [(None, "50.00"), ("monthly", "95.00")]


def test_a_bundle_price_may_name_what_it_covers(shop: Any) -> None:
    shop.offer("NET", shop.every(30, id="net-m"), shop.once(50))
    shop.offer("B", shop.every(25, bundledPopRelationship=[{"id": "net-m"}]), isBundle=True, bundledProductOffering=[{"id": "NET"}])
    assert totals(shop.sell(shop.item("B", 1, shop.item("NET")))) == [(None, "50.00"), ("monthly", "25.00")]


def test_a_price_made_of_prices(shop: Any) -> None:
    shop.offer("A", shop.every(30, id="m"), shop.once(50, id="s"))
    shop.prices.append({"id": "both", "name": "Both", "isBundle": True, "bundledPopRelationship": [{"id": "m"}, {"id": "s"}]})
    shop.offerings.append({"id": "B", "name": "B", "productOfferingPrice": [{"id": "both"}]})
    assert totals(shop.sell("B")) == [(None, "50.00"), ("monthly", "30.00")]


def test_a_bundle_discount_takes_off_no_more_than_the_bundle_costs(shop: Any) -> None:
    shop.offer("NET", shop.every(30, rate=10, cuts=(shop.off(50, applicationDuration=2),)))
    shop.offer("B", shop.every(-20, rate=10), isBundle=True)
    priced = shop.sell(shop.item("B", 1, shop.item("NET")))
    assert [(phase.first, f"{phase.amounts.tax_included.amount}") for phase in priced.totals[0].phases] == [(1, "0.00"), (3, "11.00")]
    (less,) = priced.items[0].charges
    assert less.alterations[0].source == "floor"
    assert [f"{phase.amounts.tax_included.amount}" for phase in less.phases] == ["-16.50", "-22.00"]


def test_an_allowance_is_money_back(shop: Any) -> None:
    shop.offer("PHONE", shop.once(600), shop.once(80, priceType="allowance"))
    priced = shop.sell("PHONE")
    assert totals(priced) == [(None, "520.00")]
    assert [charge.category for charge in priced.items[0].charges] == ["charge", "allowance"]


def test_a_kind_of_price_nobody_knows_is_refused(shop: Any) -> None:
    from cartdesk.errors import PricingError

    shop.offer("A", shop.once(80, priceType="barter"))
    with pytest.raises(PricingError, match="barter"):
        shop.sell("A")


def test_what_is_saved_for_later_is_priced_and_not_counted(shop: Any) -> None:
    shop.offer("A", shop.every(10))
    priced = shop.sell("A", shop.item("A", 3, status="SavedForLater"))
    assert totals(priced) == [("monthly", "10.00")]
    assert not priced.items[1].counted
    assert line_totals(priced.items[1], "EUR")[0].amounts.tax_included.amount == 30


def test_what_is_given_up_or_had_is_not_sold_again(shop: Any) -> None:
    shop.offer("A", shop.every(10))
    priced = shop.sell(shop.item("A", action="delete"), shop.item("A", action="no_change"), "A")
    assert totals(priced) == [("monthly", "10.00")]
    assert [line.counted for line in priced.items] == [False, False, True]


def test_what_is_added_under_what_is_had_is_sold(shop: Any) -> None:
    shop.offer("TV", shop.every(20))
    shop.offer("B", shop.every(100))
    priced = shop.sell(shop.item("B", 1, shop.item("TV"), action="no_change"))
    assert totals(priced) == [("monthly", "20.00")]
    assert totals(shop.sell(shop.item("B", 1, shop.item("TV"), action="delete"))) == []
    assert totals(shop.sell(shop.item("B", 1, shop.item("TV", action="delete")))) == [("monthly", "100.00")]


def test_a_modified_line_counts_the_difference(shop: Any) -> None:
    shop.offer("SMALL", shop.every(20, rate=10), shop.once(30, id="start"), shop.once(5, id="small-only"))
    shop.offer("LARGE", shop.every(35, rate=10), shop.once(40, id="upgrade"))
    shop.prices.append({"id": "again", "name": "again"})
    item = shop.item("LARGE", action="modify", product={"id": "p-1", "productOffering": {"id": "SMALL"}})
    priced = shop.sell(item)
    assert totals(priced) == [(None, "40.00"), ("monthly", "16.50")]
    assert [charge.category for charge in priced.items[0].charges] == ["charge", "charge", "former"]
    down = shop.item("SMALL", action="modify", product={"id": "p-1", "productOffering": {"id": "LARGE"}})
    assert totals(shop.sell(down)) == [(None, "35.00"), ("monthly", "-16.50")]


def test_a_modified_line_may_say_what_is_paid_now(shop: Any) -> None:
    shop.offer("LARGE", shop.every(35))
    paid = [
        {
            "priceType": "recurring",
            "recurringChargePeriod": "monthly",
            "price": {"taxIncludedAmount": {"unit": "EUR", "value": Decimal("19.99")}},
        },
        {"priceType": "recurring", "recurringChargePeriod": "never", "price": {"taxIncludedAmount": {"unit": "EUR", "value": 1}}},
        {"priceType": "recurring", "recurringChargePeriod": "monthly", "price": {"taxIncludedAmount": {"unit": "USD", "value": 1}}},
        {"priceType": "oneTime", "price": {"taxIncludedAmount": {"unit": "EUR", "value": 1}}},
    ]
    assert totals(shop.sell(shop.item("LARGE", action="modify", product={"id": "p", "productPrice": paid}))) == [("monthly", "15.01")]


def test_a_modified_line_of_which_nothing_is_known_is_unchanged(shop: Any) -> None:
    shop.offer("LARGE", shop.every(35), shop.once(10))
    priced = shop.sell(shop.item("LARGE", action="modify", product={"id": "p-1"}))
    assert totals(priced) == []
    assert "unchanged" in (priced.items[0].remark or "")


def test_what_the_catalog_does_not_have(shop: Any) -> None:
    shop.offer("A", shop.every(10))
    priced = shop.sell("A", "GONE", shop.item("GONE", action="no_change"))
    assert totals(priced) == [("monthly", "10.00")]
    assert "GONE is not in this catalog" in (priced.items[1].problem or "")
    assert priced.items[2].problem is None
    nothing = shop.item("A").model_copy(update={"product_offering": None, "product": None})
    assert "names no offering" in (shop.sell(nothing).items[0].problem or "")


def test_a_bundle_with_a_child_that_cannot_be_priced_is_not_counted_at_all(shop: Any) -> None:
    shop.offer("B", shop.every(10), isBundle=True)
    priced = shop.sell(shop.item("B", 1, shop.item("GONE")))
    assert totals(priced) == []
    assert "GONE" in (priced.items[0].problem or "")


def test_shipping_is_a_line_like_any(shop: Any) -> None:
    shop.offer("PHONE", shop.once(600))
    shop.offer("PARCEL", shop.once("4.95"))
    parcel = shop.item("PARCEL", cart_item_relationship=({"type": "Shipping", "cartItem": [{"id": "x"}]},))
    assert totals(shop.sell(shop.item("PHONE", id="x"), parcel)) == [(None, "604.95")]


def test_an_offering_nobody_chose_yet_costs_its_defaults(shop: Any) -> None:
    use = [{"name": "color", "productSpecCharacteristicValue": [{"value": "red"}, {"value": "blue", "isDefault": True}]}]
    shop.offer(
        "A", shop.every(20, **values(color="blue"), **term(24)), shop.every(99, **values(color="red")), prodSpecCharValueUse=use, **term(24)
    )
    shop.offer(
        "B", isBundle=True, bundledProductOffering=[{"id": "A"}, {"id": "A", "bundledProductOfferingOption": {"numberRelOfferDefault": 0}}]
    )
    now = shop.sell().moment
    item = price_offering(shop.book.offering("A"), shop.book, now)
    assert (item.quantity, item.term_months) == (1, 24)
    assert [f"{total.amounts.tax_included.amount}" for total in line_totals(item, "EUR")] == ["20.00"]
    whole = price_offering(shop.book.offering("B"), shop.book, now)
    assert [f"{total.amounts.tax_included.amount}" for total in line_totals(whole, "EUR")] == ["20.00"]
