"""What holds for each shipped catalog: it is whole, readable, and says what it means."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from cartdesk.text import safe_text
from cartdesk.tmf import Category, Period, ProductOffering, ProductOfferingPrice, ProductSpecification, Promotion, minor_digits
from cartdesk.tmf.price import PriceType
from cartdesk.tmf.wire import dumps, loads

if TYPE_CHECKING:
    from .conftest import Shelves

MODELS: dict[str, type[BaseModel]] = {
    "productOffering": ProductOffering,
    "productOfferingPrice": ProductOfferingPrice,
    "productSpecification": ProductSpecification,
    "category": Category,
    "promotion": Promotion,
}


def amounts_in(value: Any) -> list[dict[str, Any]]:
    """Return every money object below ``value``."""
    if isinstance(value, list):
        return [money for each in value for money in amounts_in(each)]
    if not isinstance(value, dict):
        return []
    own = [value] if {"unit", "value"} == value.keys() else []
    return own + [money for each in value.values() for money in amounts_in(each)]


def children_of(offering: dict[str, Any]) -> list[str]:
    """Return the ids of everything a bundle may contain."""
    bundled = offering.get("bundledProductOffering", [])
    return [ref["id"] for each in bundled for ref in each.get("options", [each])]


def test_every_file_is_utf_8_json_with_a_last_line_break(catalog: Shelves) -> None:
    for file in catalog.folder.iterdir():
        assert file.suffix == ".json"
        text = file.read_text(encoding="utf-8")
        assert text.endswith("\n"), file.name
        assert "\t" not in text and "\r" not in text, file.name
        loads(text)


def test_ids_differ_in_more_than_their_case(catalog: Shelves) -> None:
    for kind, resources in catalog.lists.items():
        seen = Counter(each["id"].casefold() for each in resources)
        assert [each for each, times in seen.items() if times > 1] == [], kind


def test_an_offerings_id_can_be_typed(catalog: Shelves) -> None:
    for offering_id in catalog.offerings:
        assert re.fullmatch(r"[A-Z0-9]{3,12}", offering_id), offering_id


def test_an_id_is_never_another_offerings_name(catalog: Shelves) -> None:
    names = {offering["name"].casefold(): offering_id for offering_id, offering in catalog.offerings.items()}
    for offering_id in catalog.offerings:
        assert names.get(offering_id.casefold(), offering_id) in {offering_id, "ESIM", "YESIM"}


def test_names_of_offerings_are_unique(catalog: Shelves) -> None:
    seen = Counter(offering["name"].casefold() for offering in catalog.offerings.values())
    assert [name for name, times in seen.items() if times > 1] == []


@pytest.mark.parametrize("kind", ["productOffering", "category", "promotion", "productSpecification"])
def test_everything_has_a_description_that_can_be_read_aloud(catalog: Shelves, kind: str) -> None:
    for each in catalog.lists[kind]:
        text = each["description"]
        assert len(text) >= 8 and text[-1] in ".。", (each["id"], text)
        assert len(re.findall(r"[.!?。](?:\s|$)", text)) <= 3, (each["id"], text)


def test_every_text_is_safe_to_show(catalog: Shelves) -> None:
    for resources in catalog.lists.values():
        for each in resources:
            for text in (each.get("name"), each.get("description")):
                assert text is None or safe_text(text) == text, each["id"]


def test_every_reference_leads_somewhere(catalog: Shelves) -> None:
    categories, shelves = catalog.of("category"), catalog.offerings
    for offering_id, offering in shelves.items():
        targets = [
            *((categories, ref) for ref in offering["category"]),
            *((catalog.prices, ref) for ref in offering.get("productOfferingPrice", [])),
            *((shelves, ref) for ref in offering.get("productOfferingRelationship", [])),
            *((shelves, {"id": child}) for child in children_of(offering)),
        ]
        if "productSpecification" in offering:
            targets.append((catalog.specifications, offering["productSpecification"]))
        for held, ref in targets:
            assert ref["id"] in held, (offering_id, ref)
            assert ref.get("name", held[ref["id"]]["name"]) == held[ref["id"]]["name"], (offering_id, ref)
    for price_id, price in catalog.prices.items():
        for ref in price.get("popRelationship", []):
            assert catalog.prices[ref["id"]]["name"] == ref["name"], price_id
    for category_id, category in categories.items():
        assert category["isRoot"] is ("parentId" not in category), category_id
        assert category.get("parentId", category_id) in categories
        below = [each["id"] for each in categories.values() if each.get("parentId") == category_id]
        assert [each["id"] for each in category.get("subCategory", [])] == below
    for code, promotion in catalog.promotions.items():
        assert set(promotion.get("appliesTo", [])) <= shelves.keys(), code


def test_no_price_is_left_over_and_none_is_shared(catalog: Shelves) -> None:
    used = Counter(ref["id"] for offering in catalog.offerings.values() for ref in offering.get("productOfferingPrice", []))
    used.update({ref["id"] for price in catalog.prices.values() for ref in price.get("popRelationship", [])})
    assert used.keys() == catalog.prices.keys()
    assert set(used.values()) == {1}


def test_no_shelf_is_empty(catalog: Shelves) -> None:
    filled = {ref["id"] for offering in catalog.offerings.values() for ref in offering["category"]}
    for category_id, category in catalog.of("category").items():
        assert category_id in filled or "subCategory" in category, category_id


def test_relations_never_lead_back_to_the_same_offering(catalog: Shelves) -> None:
    for kind in ("requires", "excludes", "upgrade", "crossSell", "shipping"):
        for offering_id, other in catalog.relations(kind):
            assert offering_id != other, (kind, offering_id)


def test_what_is_required_can_be_bought(catalog: Shelves) -> None:
    for kind in ("requires", "shipping"):
        for offering_id, other in catalog.relations(kind):
            target = catalog.offerings[other]
            assert target["isSellable"] and target["lifecycleStatus"] == "Active" and "validFor" not in target, (offering_id, other)


def test_no_bundle_contains_what_excludes_each_other(catalog: Shelves) -> None:
    excludes = set(catalog.relations("excludes"))
    for bundle_id, bundle in catalog.offerings.items():
        sure = [each["id"] for each in bundle.get("bundledProductOffering", []) if "options" not in each]
        assert not [(a, b) for a in sure for b in sure if (a, b) in excludes], bundle_id


def test_bundles_never_contain_themselves_and_their_limits_hold(catalog: Shelves) -> None:
    for bundle_id, bundle in catalog.offerings.items():
        assert bundle["isBundle"] is bool(bundle.get("bundledProductOffering")), bundle_id
        assert bundle_id not in children_of(bundle)
        for child in bundle.get("bundledProductOffering", []):
            limits = child.get("bundledProductOfferingOption", child)
            low, high = limits["numberRelOfferLowerLimit"], limits["numberRelOfferUpperLimit"]
            assert 0 <= low <= limits.get("numberRelOfferDefault", low) <= high and high >= 1, (bundle_id, child)
            if "options" in child:
                assert low == 0 or "default" in child, bundle_id
                assert child.get("default", child["options"][0]["id"]) in [each["id"] for each in child["options"]]


def test_every_resource_is_valid_and_keeps_all_its_members(catalog: Shelves) -> None:
    for kind, model in MODELS.items():
        for each in catalog.lists[kind]:
            written = loads(dumps(model.model_validate(each).model_dump(by_alias=True)))
            missing = each.keys() - written.keys() - {"taxIncluded"}
            assert not missing, (kind, each["id"], missing)


def test_every_price_says_what_it_is(catalog: Shelves) -> None:
    for price_id, price in catalog.prices.items():
        if price.get("@type") == "ProductOfferingPriceAlteration":
            assert price["priceType"] in {"recurring", "oneTime"}, price_id
            assert ("percentage" in price) is not ("price" in price), price_id
        elif price["priceType"] == "penalty":
            assert ("percentage" in price) is not ("price" in price), price_id
        else:
            assert "price" in price and "percentage" not in price, price_id
        if price["priceType"] == "recurring" and price.get("@type") == "ProductOfferingPrice":
            Period.read(price["recurringChargePeriodType"], price["recurringChargePeriodLength"])
        if PriceType.read(price["priceType"]) is PriceType.USAGE:
            assert price["unitOfMeasure"]["amount"] > 0, price_id


def test_no_number_is_beyond_its_measure(catalog: Shelves) -> None:
    for price_id, price in {**catalog.prices, **catalog.promotions}.items():
        assert 0 < price.get("percentage", 1) <= 100, price_id
        assert 1 <= price.get("applicationDuration", 1) <= 600, price_id
        for tax in price.get("tax", []):
            assert 0 <= tax["taxRate"] <= 25, price_id


def test_a_discount_holds_only_where_its_price_does(catalog: Shelves) -> None:
    for price_id, price in catalog.prices.items():
        for alteration in catalog.related(price, "alteration"):
            assert alteration["priceType"] == price["priceType"], (price_id, alteration["id"])
        for penalty in catalog.related(price, "penalty"):
            assert penalty["priceType"] == "penalty", (price_id, penalty["id"])


def test_a_condition_is_one_that_the_engine_knows(catalog: Shelves) -> None:
    for each in [*catalog.prices.values(), *catalog.promotions.values()]:
        condition = each.get("priceCondition")
        if condition is None or condition in {"new customer", "existing customer", "port-in", "24 months"}:
            continue
        known = {f"with {offering_id}" for offering_id in catalog.offerings} | {f"promo {code}" for code in catalog.promotions}
        assert re.sub(r"^\d+ or more ", "with ", condition) in known, (each["id"], condition)


def test_chosen_values_and_terms_exist(catalog: Shelves) -> None:
    for offering_id, offering in catalog.offerings.items():
        specification = catalog.specifications.get(offering.get("productSpecification", {}).get("id"), {})
        values = {
            each["name"]: {value["value"] for value in each.get("productSpecCharacteristicValue", [])}
            for each in specification.get("productSpecCharacteristic", [])
        }
        terms = {term["duration"]["amount"] for term in offering.get("productOfferingTerm", [])}
        for price in catalog.prices_of(offering_id):
            for use in price.get("prodSpecCharValueUse", []):
                wanted = {value["value"] for value in use["productSpecCharacteristicValue"]}
                assert wanted <= values[use["name"]], (price["id"], use["name"])
            assert {term["duration"]["amount"] for term in price.get("productOfferingTerm", [])} <= terms, price["id"]


def test_every_choice_has_one_default(catalog: Shelves) -> None:
    for specification in catalog.lists["productSpecification"]:
        for characteristic in specification.get("productSpecCharacteristic", []):
            values = characteristic.get("productSpecCharacteristicValue", [])
            assert len([value for value in values if value.get("isDefault")]) == (1 if values else 0), specification["id"]
            assert values or re.compile(characteristic["regex"])


def test_every_amount_is_in_the_catalogs_currency_with_its_digits(catalog: Shelves) -> None:
    """Only usage prices, which are never charged one by one, may have more digits than the currency."""
    currency = catalog.settings["currency"]
    digits = minor_digits(currency)
    for each in [*catalog.prices.values(), *catalog.promotions.values()]:
        for money in amounts_in(each):
            assert money["unit"] == currency, each["id"]
            places = -Decimal(money["value"]).normalize().as_tuple().exponent
            assert places <= digits or each["priceType"] == "usage", (each["id"], money["value"])


def test_a_price_below_zero_is_a_bundles_discount(catalog: Shelves) -> None:
    owners = {ref["id"]: offering for offering in catalog.offerings.values() for ref in offering.get("productOfferingPrice", [])}
    for price_id, price in catalog.prices.items():
        if any(money["value"] < 0 for money in amounts_in(price)):
            assert owners[price_id]["isBundle"], price_id


def test_what_is_sold_costs_something_or_says_that_it_does_not(catalog: Shelves) -> None:
    for offering_id, offering in catalog.offerings.items():
        if offering["isSellable"]:
            assert catalog.prices_of(offering_id), offering_id


def test_settings_are_those_of_a_shop(catalog: Shelves) -> None:
    assert catalog.settings["name"]
    assert catalog.settings["rounding"] == {"mode": "HALF_UP", "level": "line"}
    assert minor_digits(catalog.settings["currency"]) in {0, 2, 3}
