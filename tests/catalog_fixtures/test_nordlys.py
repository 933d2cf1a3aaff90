"""The kinds of things a telecom operator sells, each found in the Nordlys shop by looking at its data."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cartdesk.tmf.wire import read_number

if TYPE_CHECKING:
    from .conftest import Shelves

NOW = "2026-11-22"


def on_shelf(shop: Shelves, category: str) -> list[str]:
    """Return the ids of the offerings on a shelf or on one below it."""
    shelves = shop.of("category")

    def stands(shelf: str | None) -> bool:
        return shelf is not None and (shelf == category or stands(shelves[shelf].get("parentId")))

    return [each["id"] for each in shop.lists["productOffering"] if any(stands(ref["id"]) for ref in each["category"])]


def terms_of(offering: dict[str, Any]) -> list[int]:
    return [term["duration"]["amount"] for term in offering.get("productOfferingTerm", [])]


def is_alteration(price: dict[str, Any]) -> bool:
    return price.get("@type") == "ProductOfferingPriceAlteration"


def rates(shop: Shelves) -> Counter[Decimal]:
    taxes = [tax for price in shop.prices.values() for tax in price.get("tax", [])]
    return Counter(read_number(tax["taxRate"]) for tax in taxes)


def test_there_is_enough_to_choose_from(nordlys: Shelves) -> None:
    assert len(nordlys.offerings) >= 180
    sold = [each for each in nordlys.lists["productOffering"] if each["isSellable"] and each["lifecycleStatus"] == "Active"]
    assert len(sold) >= 150
    assert len({(each["name"], each["description"]) for each in sold}) == len(sold)


def test_every_shelf_has_something_to_compare(nordlys: Shelves) -> None:
    least = {"mobile": 50, "internet": 25, "tv": 30, "phones": 15, "tablets": 5, "wearables": 5, "accessories": 20, "business": 20}
    least |= {"protection": 5, "digital": 15, "bundles": 10, "delivery": 6, "installation": 4, "fees": 6, "mobile-roaming": 8}
    for category, count in least.items():
        assert len(on_shelf(nordlys, category)) >= count, category


def test_talk_simple_25_is_the_documents_own(nordlys: Shelves) -> None:
    offering = nordlys.offerings["14277"]
    assert offering["name"] == "Talk Simple 25"
    assert offering["validFor"] == {"startDateTime": "2017-03-26T00:00:00Z"}
    assert "requires" not in {each["relationshipType"] for each in offering["productOfferingRelationship"]}
    (price,) = nordlys.prices_of("14277")
    assert price["price"] == {"unit": "EUR", "value": 29} and "taxIncluded" not in price
    assert [tax["taxRate"] for tax in price["tax"]] == [10]
    assert (price["recurringChargePeriodType"], price["recurringChargePeriodLength"]) == ("month", 1)
    (half,) = nordlys.related(price, "alteration")
    assert (half["name"], half["percentage"], half["applicationDuration"], half["priority"]) == ("3 month for half", 50, 3, 1)
    assert half["priceCondition"] == "new customer"
    assert half["validFor"]["startDateTime"] <= "2017-03-26T00:00:00Z"
    assert half["validFor"]["endDateTime"] > "2090"


def test_the_offerings_others_rely_on_are_here(nordlys: Shelves) -> None:
    names = {"UNLFAM": "Unlimited Family", "FIB500": "Fibre 500", "FIB1000": "Fibre 1000", "TVPLUS": "TV Plus", "NP12": "Nordphone 12"}
    for offering_id, name in names.items():
        assert nordlys.offerings[offering_id]["name"] == name
    assert {"SIM", "ESIM", "COURIER", "EXPRESS", "PICKUP", "INSTALL"} <= nordlys.offerings.keys()


def test_fibre_has_an_activation_fee_and_a_monthly_price(nordlys: Shelves) -> None:
    for offering_id, monthly in (("FIB500", "39.00"), ("FIB1000", "49.00")):
        start, recurring, *_ = nordlys.prices_of(offering_id)
        assert (start["priceType"], start["price"]["value"]) == ("oneTime", 49)
        assert (recurring["priceType"], recurring["price"]["value"]) == ("recurring", Decimal(monthly))


def test_a_longer_commitment_costs_less(nordlys: Shelves) -> None:
    compared = 0
    for offering_id, offering in nordlys.offerings.items():
        by_term = {
            term["duration"]["amount"]: price["price"]["value"]
            for price in nordlys.prices_of(offering_id)
            if price["priceType"] == "recurring" and "validFor" not in price
            for term in price.get("productOfferingTerm", [])
        }
        ladder = [by_term[months] for months in sorted(by_term)]
        assert ladder == sorted(ladder, reverse=True), offering_id
        assert set(by_term) <= set(terms_of(offering))
        compared += len(by_term) > 1
    assert compared >= 25
    lengths = {length for offering in nordlys.offerings.values() for length in terms_of(offering)}
    assert lengths >= {1, 12, 24, 36}


def test_there_are_plans_for_everyone(nordlys: Shelves) -> None:
    segments = Counter(each["id"] for offering in nordlys.offerings.values() for each in offering.get("marketSegment", []))
    assert segments.keys() == {"business", "residential", "senior", "youth"}
    assert any(each.get("channel") for each in nordlys.offerings.values())
    for prefix in ("KIDS", "YOUTH", "SENIOR", "SURF", "FLEX", "BIZGO"):
        assert len([each for each in nordlys.offerings if each.startswith(prefix)]) >= 2, prefix


def test_recurring_prices_come_in_every_period(nordlys: Shelves) -> None:
    periods = Counter(
        (price["recurringChargePeriodType"], price["recurringChargePeriodLength"])
        for price in nordlys.prices.values()
        if price["priceType"] == "recurring" and not is_alteration(price)
    )
    assert periods.keys() >= {("day", 1), ("week", 1), ("week", 4), ("month", 1), ("month", 6), ("quarter", 1), ("year", 1)}


def test_usage_is_priced_by_the_minute_text_and_byte_with_more_digits_than_the_cent(nordlys: Shelves) -> None:
    usage = [price for price in nordlys.prices.values() if price["priceType"] == "usage"]
    assert {price["unitOfMeasure"]["units"] for price in usage} >= {"min", "text", "MB", "GB"}
    assert any(price["unitOfMeasure"]["amount"] > 1 for price in usage)
    values = {Decimal(price["price"]["value"]) for price in usage}
    assert Decimal("0.0375") in values
    assert len([value for value in values if value != round(value, 2)]) >= 5


def test_handsets_cost_by_storage_and_can_be_paid_in_installments(nordlys: Shelves) -> None:
    by_storage = 0
    for offering_id in on_shelf(nordlys, "phones"):
        prices = {}
        for price in nordlys.prices_of(offering_id):
            chosen = {use["name"]: use["productSpecCharacteristicValue"][0]["value"] for use in price.get("prodSpecCharValueUse", [])}
            months = price.get("applicationDuration")
            assert (price["priceType"] == "recurring") is (months is not None) or "color" in chosen
            if "payment" in chosen:
                assert (chosen["payment"] == "now") is (months is None), price["id"]
                prices[chosen.get("storage"), months] = price["price"]["value"]
        for (storage, months), value in prices.items():
            if months is not None:
                assert prices[storage, None] <= value * months <= prices[storage, None] * Decimal("1.05"), (offering_id, storage, months)
        by_storage += len({storage for storage, _ in prices}) > 1
    assert by_storage >= 8
    assert {price.get("applicationDuration") for price in nordlys.prices.values()} >= {12, 24, 36}


def test_a_colour_can_cost_more(nordlys: Shelves) -> None:
    assert nordlys.any_price(lambda price: [use["name"] for use in price.get("prodSpecCharValueUse", [])] == ["color"])


def test_every_phone_needs_a_sim_and_every_thing_a_way_to_its_buyer(nordlys: Shelves) -> None:
    needs, ships = set(nordlys.relations("requires")), {offering for offering, _ in nordlys.relations("shipping")}
    for offering_id in on_shelf(nordlys, "phones"):
        assert (offering_id, "SIM") in needs
    for shelf in ("phones", "tablets", "wearables", "accessories"):
        assert set(on_shelf(nordlys, shelf)) <= ships, shelf
    assert not ships & {"ESIM", "DATA5", "EBOOK1", "GIFT25"}


def test_one_of_several_will_do_where_their_roles_are_the_same(nordlys: Shelves) -> None:
    def alternatives(offering_id: str) -> set[str]:
        relations = nordlys.offerings[offering_id]["productOfferingRelationship"]
        roles = {each["role"]: each for each in relations if each["relationshipType"] == "requires"}
        assert len(roles) == 1
        return {each["id"] for each in relations if each["relationshipType"] == "requires"}

    assert alternatives("NP12") == {"SIM", "SIM3", "ESIM"}
    assert alternatives("CHFILM") == {"TVBASIC", "TVPLUS", "TVMAX"}


def test_exclusions_hold_both_ways_between_lines_to_one_home(nordlys: Shelves) -> None:
    excludes = set(nordlys.relations("excludes"))
    assert {("FIB500", "FIB1000"), ("FIB1000", "FIB500"), ("TVPLUS", "TVMAX"), ("CAB500", "CAB1000")} <= excludes
    assert len(list(nordlys.relations("upgrade"))) >= 20
    assert len(list(nordlys.relations("crossSell"))) >= 20


def test_what_replaces_an_old_offering_is_still_sold(nordlys: Shelves) -> None:
    for offering_id, better in nordlys.relations("upgrade"):
        target = nordlys.offerings[better]
        assert target["isSellable"] and target["lifecycleStatus"] == "Active", (offering_id, better)


def test_discounts_come_by_percent_and_amount_for_a_while_and_for_good(nordlys: Shelves) -> None:
    alterations = [price for price in nordlys.prices.values() if is_alteration(price)]
    shapes = Counter(("percentage" in each, "applicationDuration" in each, each["priceType"]) for each in alterations)
    for by_percent in (True, False):
        assert shapes[by_percent, True, "recurring"] >= 5
        assert shapes[by_percent, False, "recurring"] >= 2
        assert shapes[by_percent, False, "oneTime"] >= 1
    assert any(each["percentage"] == 100 for each in alterations if "percentage" in each)
    assert any("validFor" in each for each in alterations)
    assert {each["priority"] for each in alterations} >= {1, 2}


def test_discounts_ask_for_every_kind_of_condition(nordlys: Shelves) -> None:
    conditions = {price.get("priceCondition") for price in nordlys.prices.values() if is_alteration(price)}
    assert conditions >= {None, "new customer", "existing customer", "port-in", "with TVPLUS", "promo CAMPUS"}
    assert conditions >= {"24 months", "4 or more SMARTPLUG"}


def test_leaving_early_costs_an_amount_or_a_share(nordlys: Shelves) -> None:
    penalties = [price for price in nordlys.prices.values() if price["priceType"] == "penalty"]
    assert len([each for each in penalties if "percentage" in each]) >= 10
    per_month = [each for each in penalties if "price" in each]
    assert len(per_month) >= 5
    assert all(each["unitOfMeasure"] == {"amount": 1, "units": "month"} for each in per_month)


def test_an_old_phone_is_worth_something(nordlys: Shelves) -> None:
    assert [nordlys.prices[each]["price"]["value"] for each in nordlys.any_price(lambda price: price["priceType"] == "allowance")] == [80]


def test_bundles_have_mandatory_and_optional_children_choices_and_a_discount(nordlys: Shelves) -> None:
    bundles = [each for each in nordlys.lists["productOffering"] if each["isBundle"]]
    parts = [child for each in bundles for child in each["bundledProductOffering"]]
    limits = [child["bundledProductOfferingOption"] for child in parts if "options" not in child]
    assert any(each["numberRelOfferLowerLimit"] == 0 for each in limits)
    assert any(each["numberRelOfferLowerLimit"] > 1 for each in limits)
    assert any(each["numberRelOfferDefault"] > each["numberRelOfferLowerLimit"] for each in limits)
    choices = [child for child in parts if "options" in child]
    assert len(choices) >= 5 and any(each["numberRelOfferLowerLimit"] == 0 for each in choices)
    discounts = nordlys.any_price(lambda price: "value" in price.get("price", {}) and price["price"]["value"] < 0)
    assert {nordlys.prices[each]["priceType"] for each in discounts} == {"recurring", "oneTime"}


def test_parts_of_a_bundle_that_are_not_sold_alone_are_in_one(nordlys: Shelves) -> None:
    inside = {
        ref["id"]
        for offering in nordlys.offerings.values()
        for child in offering.get("bundledProductOffering", [])
        for ref in child.get("options", [child])
    }
    parts = {offering_id for offering_id, offering in nordlys.offerings.items() if not offering["isSellable"]}
    assert len(parts) >= 5
    assert parts - inside == {"LATEFEE"}


def test_tax_comes_at_several_rates_given_with_without_both_and_not_at_all(nordlys: Shelves) -> None:
    assert rates(nordlys).keys() == {0, 7, 10, 19}
    charges = [price for price in nordlys.prices.values() if "price" in price and not is_alteration(price)]
    assert any(price.get("taxIncluded") for price in charges)
    assert any("taxIncluded" not in price and "tax" in price and "value" in price["price"] for price in charges)
    assert any("tax" not in price and "value" in price["price"] for price in charges)
    both = [price["price"] for price in charges if "dutyFreeAmount" in price["price"]]
    assert both
    for price in both:
        with_tax = price["dutyFreeAmount"]["value"] * (1 + Decimal(price["taxRate"]) / 100)
        assert round(with_tax, 2) == price["taxIncludedAmount"]["value"]


def test_business_prices_are_without_tax(nordlys: Shelves) -> None:
    for offering_id in on_shelf(nordlys, "business"):
        assert [each["id"] for each in nordlys.offerings[offering_id]["marketSegment"]] == ["business"]
        assert not [price["id"] for price in nordlys.prices_of(offering_id) if price.get("taxIncluded")], offering_id


def test_some_things_are_not_sold_yet_or_no_more(nordlys: Shelves) -> None:
    periods = [each["validFor"] for each in nordlys.offerings.values() if "validFor" in each]
    assert len([each for each in periods if each.get("startDateTime", "") > NOW]) >= 3
    assert len([each for each in periods if each.get("endDateTime", "9") < NOW]) >= 3
    statuses = Counter(each["lifecycleStatus"] for each in nordlys.offerings.values())
    assert statuses.keys() == {"Active", "Retired", "Obsolete", "In Design"}
    assert nordlys.any_price(lambda price: not is_alteration(price) and price.get("validFor", {}).get("startDateTime", "") > NOW)


def test_names_are_long_foreign_and_right_to_left(nordlys: Shelves) -> None:
    names = "".join(each["name"] for each in nordlys.offerings.values())
    assert max(len(each["name"]) for each in nordlys.offerings.values()) > 120
    assert set("éøßöçŁ日ا") <= set(names)


def test_promotions_differ_as_codes_do(nordlys: Shelves) -> None:
    codes = nordlys.promotions
    assert len(codes) >= 8
    spring = codes["SPRING"]
    assert (spring["percentage"], spring["applicationDuration"], spring["combinable"]) == (10, 6, True)
    assert codes["WELCOME"]["price"]["taxIncludedAmount"]["value"] > 0
    assert any("minimumTotal" in each for each in codes.values())
    assert any(each.get("combinable") is False for each in codes.values())
    assert any(len(each.get("appliesTo", [])) == 1 for each in codes.values())
    assert any(each.get("validFor", {}).get("endDateTime", "9") < NOW for each in codes.values())
    assert any(each.get("validFor", {}).get("startDateTime", "") > NOW for each in codes.values())
    assert {each.get("priceCondition") for each in codes.values()} >= {None, "new customer", "port-in"}
    for code, each in codes.items():
        assert code.isalnum() and code.upper() == code
        assert ("percentage" in each) is not ("price" in each), code


def test_yen_has_no_minor_digits_and_rounds_its_tax(yen: Shelves) -> None:
    assert yen.settings["currency"] == "JPY" and len(yen.offerings) >= 18
    charged = [price for price in yen.prices.values() if price["priceType"] in {"recurring", "oneTime"} and "price" in price]
    uneven = [price for price in charged if price.get("tax") and price["price"]["value"] * 100 % (100 + price["tax"][0]["taxRate"])]
    assert len(uneven) >= 5
    assert any(any("぀" < letter < "ヿ" for letter in each["name"]) for each in yen.offerings.values())


def test_dinar_has_three_digits(dinar: Shelves) -> None:
    assert dinar.settings["currency"] == "KWD" and len(dinar.offerings) >= 15
    values = {Decimal(price["price"]["value"]) for price in dinar.prices.values() if "value" in price.get("price", {})}
    assert Decimal("12.375") in values
    assert len([value for value in values if value != round(value, 2)]) >= 8
    assert rates(dinar).keys() == {0, 5}
    assert any(any("ء" <= letter <= "ي" for letter in each["name"]) for each in dinar.offerings.values())
