"""TMF620 v2, v4 and v5 catalogs mean the same once they are open."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from cartdesk.catalog import open_catalog
from cartdesk.tmf import Money

V2 = {
    "id": "14277",
    "name": "Talk Simple 25",
    "lifecycleStatus": "Active",
    "productSpecification": {"id": "spec"},
    "productOfferingTerm": [{"name": "24 months", "duration": {"amount": 24, "units": "month"}}],
    "prodSpecCharValueUse": [{"name": "speed", "productSpecCharacteristicValue": [{"value": "25", "isDefault": True}]}],
    "productOfferingPrice": [
        {
            "name": "Regular Price",
            "priceType": "recurring",
            "recurringChargePeriod": "monthly",
            "price": {
                "taxIncludedAmount": {"unit": "EUR", "value": 31.9, "taxRate": 10},
                "dutyFreeAmount": {"unit": "EUR", "value": 29},
            },
            "productOfferPriceAlteration": {
                "name": "3 month for half",
                "priceType": "recurring",
                "applicationDuration": 3,
                "priority": 1,
                "priceCondition": "new customer",
                "price": {"percentage": 50},
            },
        },
        {
            "id": "setup",
            "name": "Activation",
            "priceType": "One Time",
            "price": {"taxIncludedAmount": "12.10", "dutyFreeAmount": "11.00", "taxRate": "10.00", "currencyCode": "EUR"},
        },
        {"name": "Calls", "priceType": "usage", "unitOfMeasure": "1 minute", "price": {"dutyFreeAmount": {"unit": "EUR", "value": 0.1}}},
    ],
}

V5_PRICES = [
    {
        "@type": "ProductOfferingPrice",
        "id": "1747",
        "name": "Recurring Charge",
        "priceType": "recurring",
        "recurringChargePeriodType": "monthly",
        "recurringChargePeriodLength": 1,
        "unitOfMeasure": {"amount": 1, "units": "Month"},
        "price": {"unit": "EUR", "value": 50},
        "percentage": 0,
        "tax": [{"taxCategory": "VAT", "taxRate": 20, "taxAmount": {"unit": "EUR", "value": 10}}],
        "popRelationship": [
            {"id": "1741", "relationshipType": "discountedBy", "@referredType": "ProductOfferingPriceAlteration"},
            {"id": "2027", "relationshipType": "relyOn"},
        ],
    },
    {
        "@type": "ProductOfferingPriceAlteration",
        "id": "1741",
        "name": "Discount",
        "priceType": "discount",
        "recurringChargePeriodType": "monthly",
        "applicationDuration": {"amount": 1, "units": "Year"},
        "price": {},
        "percentage": 10,
        "priority": 1,
    },
]


def test_v2_prices_embedded_in_the_offering(shelf):
    shelf.put("productSpecification.json", [{"id": "spec", "name": "Line"}])
    shelf.sell(V2)
    assert shelf.check() == []
    catalog = shelf.open()
    offering = catalog.offering("14277")
    regular, setup, calls = catalog.prices_of(offering)
    assert (regular.id, setup.id, calls.id) == ("14277:1", "setup", "14277:3")
    assert regular.price.tax_included_amount == Money(Decimal("31.9"), "EUR")
    assert regular.price.duty_free_amount == Money(Decimal(29), "EUR")
    assert regular.price.tax_rate == 10
    assert (regular.recurring_charge_period_type, regular.recurring_charge_period_length) == ("month", 1)
    assert setup.price.tax_included_amount == Money(Decimal("12.10"), "EUR")
    assert setup.price_type == "oneTime"
    assert (calls.unit_of_measure.amount, calls.unit_of_measure.units) == (1, "minute")
    (link,) = regular.pop_relationship
    alteration = catalog.price(link.id)
    assert (link.relationship_type, alteration.percentage, alteration.application_duration) == ("alteration", 50, 3)
    assert (alteration.price_condition, alteration.priority, alteration.type_) == ("new customer", 1, "ProductOfferingPriceAlteration")
    row = catalog.row(0)
    assert (row.one_off, row.recurring, row.usage) == (Money(Decimal("12.10"), "EUR"), Money(Decimal("31.90"), "EUR"), True)


def test_v2_bundles_and_relations(shelf):
    child = {
        "id": "C",
        "bundledProductOffering": {"numberRelOfferLowerLimit": 1, "numberRelOfferUpperLimit": 2, "numberRelOfferDefault": 2},
    }
    relations = [{"id": "C", "type": "dependsOn"}, {"id": "X", "type": "Exclusivity"}, {"id": "X", "type": "cross-sell"}]
    bundle = shelf.offering("B", bundledProductOffering=[child], productOfferingRelationship=relations)
    shelf.sell(bundle, shelf.offering("C"), shelf.offering("X"))
    model = shelf.open().offering("B")
    option = model.bundled_product_offering[0].bundled_product_offering_option
    assert model.is_bundle
    assert (option.number_rel_offer_lower_limit, option.number_rel_offer_upper_limit, option.number_rel_offer_default) == (1, 2, 2)
    assert [each.relationship_type for each in model.product_offering_relationship] == ["requires", "excludes", "crossSell"]


def test_v5_prices_and_discounts(shelf):
    shelf.sell(
        {**shelf.offering("7655"), "productOfferingPrice": [{"id": "1747", "@type": "ProductOfferingPrice", "name": "x"}]}, prices=V5_PRICES
    )
    assert shelf.check() == []
    catalog = shelf.open()
    (price,) = catalog.prices_of(catalog.offering("7655"))
    assert (price.percentage, price.recurring_charge_period_type, price.price.tax_rate) == (None, "month", 20)
    assert price.price.duty_free_amount == Money(Decimal(50), "EUR")
    assert price.pop_relationship[0].relationship_type == "alteration"
    discount = catalog.price("1741")
    assert (discount.percentage, discount.application_duration, discount.price, discount.price_type) == (10, 12, None, "recurring")


def test_v5_prices_by_value(shelf):
    whole = {**shelf.offering("A"), "productOfferingPrice": [V5_PRICES[0]]}
    shelf.sell(whole, {**whole, "id": "B"}, prices=[V5_PRICES[1]])
    assert shelf.check() == []
    assert [shelf.open().row(number).recurring for number in range(2)] == [Money(Decimal("60.00"), "EUR")] * 2


def test_v5_groups_specifications_and_categories(shelf):
    limits = {"numberRelOfferLowerLimit": 1, "numberRelOfferUpperLimit": 2}
    members = [{"id": "C", "bundledProductOfferingOption": {"numberRelOfferDefault": 1}}, {"id": "D"}]
    group = {"name": "Channels", "bundledProductOffering": members, "bundledGroupProductOfferingOption": limits}
    older = {"id": "1", "name": "Add-ons", **limits, "productOffering": [{"id": "C", "isDefault": False}, {"id": "D", "isDefault": True}]}
    bundle = shelf.offering("B", bundledGroupProductOffering=[group], bundledGroupProductOfferingOption=[older], category=[{"id": "inner"}])
    ports = {"name": "Ports", "valueType": "number", "characteristicValueSpecification": [{"isDefault": True, "value": 8}, {"value": 16}]}
    shelf.put("productSpecification.json", [{"id": "S", "name": "S", "productSpecCharacteristic": [ports]}])
    shelf.put("category.json", [{"id": "outer", "name": "Outer"}, {"id": "inner", "name": "Inner", "parent": {"id": "outer"}}])
    shelf.sell(bundle, shelf.offering("C", productSpecification={"id": "S"}), shelf.offering("D"))
    assert shelf.check() == []
    catalog = shelf.open()
    first, second = catalog.offering("B").bundled_product_offering
    assert (first.name, first.default, first.number_rel_offer_lower_limit, [each.id for each in first.options]) == (
        "Channels",
        "C",
        1,
        ["C", "D"],
    )
    assert (second.name, second.default) == ("Add-ons", "D")
    (characteristic,) = catalog.characteristics_of(catalog.offering("C"))
    assert [value.value for value in characteristic.product_spec_characteristic_value] == [8, 16]
    assert [(row.name, row.depth) for row in catalog.categories] == [("All", 0), ("Outer", 0), ("Inner", 1)]


def test_an_offering_narrows_its_specification(shelf):
    values = [{"value": "red", "isDefault": True}, {"value": "blue"}, {"value": "green"}]
    colour = {"name": "color", "configurable": True, "valueType": "string", "productSpecCharacteristicValue": values}
    shelf.put("productSpecification.json", [{"id": "S", "name": "S", "productSpecCharacteristic": [colour, {"name": "weight"}]}])
    uses = [{"name": "Color", "productSpecCharacteristicValue": [{"value": "blue"}]}, {"name": "engraving", "valueType": "string"}]
    shelf.sell(shelf.offering("A", productSpecification={"id": "S"}, prodSpecCharValueUse=uses), shelf.offering("B"))
    catalog = shelf.open()
    first, second, third = catalog.characteristics_of(catalog.offering("A"))
    assert [value.value for value in first.product_spec_characteristic_value] == ["blue"]
    assert (first.configurable, second.name, third.name) == (True, "weight", "engraving")
    assert catalog.characteristics_of(catalog.offering("B")) == ()


@pytest.mark.parametrize("shape", ["list", "one", "page", "catalog", "mixed"])
def test_every_way_a_file_may_hold_its_resources(shelf, shape):
    whole = {**shelf.offering("A", "p"), "description": "D"}
    price = {**shelf.monthly("p", 10), "@type": "ProductOfferingPrice"}
    one_file = {"name": "Shop", "currency": "EUR", "productOffering": [whole], "productOfferingPrice": [price], "category": []}
    content = {"list": [whole], "one": whole, "page": {"total": 1, "items": [whole]}, "catalog": one_file, "mixed": [whole, price]}[shape]
    if shape in ("catalog", "mixed"):
        catalog = open_catalog(shelf.put("all.json", content), cache_dir=None, now=lambda: shelf.now)
    else:
        shelf.put("pages/deep/productOffering-7.json", content)
        shelf.put("ProductOfferingPrice.JSON", [price])
        shelf.put("usageAllowance.json", "not even JSON")
        catalog = shelf.open()
    assert catalog.faults == ()
    assert catalog.row(0).recurring == Money(Decimal("11.00"), "EUR")
    assert catalog.name == {"catalog": "Shop", "mixed": "all"}.get(shape, "shop")


def test_a_discount_among_an_offerings_own_prices_is_linked_from_them(shelf):
    percent = {"id": "tenth", "priceType": "discount", "percentage": 10}
    amount = {"id": "five", "@type": "ProductOfferingPriceAlteration", "priceType": "recurring", "price": {"unit": "EUR", "value": -5}}
    prices = [shelf.monthly("m1", 10), shelf.monthly("m2", 20), shelf.once("o", 3), percent, amount]
    shelf.sell(shelf.offering("A", "m1", "tenth", "m2", "five", "o"), prices=prices)
    assert shelf.check() == []
    catalog = shelf.open()
    found = {price.id: [link.id for link in price.pop_relationship] for price in catalog.prices_of(catalog.offering("A"))}
    assert found == {"m1": ["tenth", "five"], "m2": ["tenth"], "o": ["tenth"]}
    assert catalog.price("five").price.duty_free_amount == Money(Decimal(5), "EUR")


def test_a_price_made_of_prices(shelf):
    whole = {"id": "whole", "priceType": "recurring", "isBundle": True, "bundledPopRelationship": [{"id": "m1"}, {"id": "m2"}]}
    shelf.sell(shelf.offering("A", "whole", "m1"), prices=[whole, shelf.monthly("m1", 10), shelf.monthly("m2", 20)])
    catalog = shelf.open()
    assert [price.id for price in catalog.prices_of(catalog.offering("A"))] == ["m1", "m2"]
    assert catalog.row(0).recurring == Money(Decimal("33.00"), "EUR")


def test_tax_included_and_exact_amounts(shelf):
    exact = '[{"id": "p", "priceType": "oneTime", "taxIncluded": true, "price": {"unit": "eur", "value": 0.10000000000000000001}}]'
    shelf.put("productOfferingPrice.json", exact)
    shelf.sell(shelf.offering("A", "p"))
    price = shelf.open().price("p").price
    assert price.tax_included_amount == Money(Decimal("0.10000000000000000001"), "EUR")
    assert price.duty_free_amount is None


def test_genalpha_opens_as_it_stands(shared, now):
    folder = shared / "catalogs" / "genalpha"
    catalog = open_catalog(folder, cache_dir=None, now=lambda: now)
    assert (len(catalog), catalog.left_out, catalog.faults, catalog.currency) == (25, 0, (), "EUR")
    nova = catalog.find("nova unlimited 5g")
    assert nova.recurring == Money(Decimal("299.00"), "NOK")
    assert catalog.find("Light MVNO (NordMobile host)").usage
    one = catalog.offering("f4e36151-7f41-51a3-872e-dd4d94b77778")
    choice = next(child for child in one.bundled_product_offering if child.options)
    assert (choice.name, len(choice.options)) == ("Choose your phone", 3)
    assert catalog.promotion("welcome10").applies_to == (one.id,)
    fibre = catalog.find("GenAlpha Fiber 1000")
    assert (fibre.recurring, fibre.one_off, fibre.term_months) == (Money(Decimal("39.99"), "EUR"), Money(Decimal("49.00"), "EUR"), None)
    for number, raw in enumerate(json.loads((folder / "productOffering.json").read_text())):
        assert catalog.row(number).id == raw["id"]
        assert catalog.offering(raw["id"]).name == raw["name"]
