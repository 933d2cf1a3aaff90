"""Every fault is found, says where it is and what to do, and hides nothing else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from cartdesk.catalog import Fault, check_catalog, open_catalog
from cartdesk.catalog.folder import MAX_FILE_BYTES
from cartdesk.errors import CatalogError


def stock(shelf: Any, *offerings: Any, prices: Any = ()) -> None:
    """Put a sound offering on the shelf, and others around it."""
    shelf.sell(*offerings, shelf.offering("GOOD", "good"), prices=[*prices, shelf.monthly("good", 10)])


def only_good(shelf: Any, left_out: int = 1) -> list[Fault]:
    """Assert that the shop opens with the sound offering and knows what it left out; returns its faults."""
    catalog = shelf.open()
    assert [catalog.row(number).id for number in range(len(catalog))] == ["GOOD"]
    assert catalog.left_out == left_out
    assert catalog.faults
    assert all(fault.what and fault.mend and str(fault).endswith(".") for fault in catalog.faults)
    return list(catalog.faults)


def told(faults: list[Fault], where: str, *words: str) -> Fault:
    """Assert that a fault stands at a JSON path and says these words; returns it."""
    found = [fault for fault in faults if fault.json_path == where and all(word in fault.what for word in words)]
    assert found, "\n".join(map(str, faults))
    return found[0]


def test_a_sound_catalog_has_no_faults(shelf):
    stock(shelf)
    assert shelf.check() == []


def test_a_file_that_is_not_json(shelf):
    stock(shelf)
    shelf.put("productOffering-2.json", "this is not JSON")
    faults = only_good(shelf, left_out=0)
    fault = told(faults, "$", "not a JSON list")
    assert fault.file == "productOffering-2.json"


def test_json_that_breaks_off_keeps_what_stood_before(shelf):
    shelf.put("productOfferingPrice.json", [shelf.monthly("good", 10)])
    shelf.put("productOffering.json", '[{"id": "GOOD", "name": "Good", "productOfferingPrice": [{"id": "good"}]}, {"id": "LOST", "na')
    told(only_good(shelf, left_out=0), "$[1]", "breaks off")


def test_a_fault_in_the_middle_of_a_file_says_its_line(shelf):
    shelf.put("productOffering.json", '[\n{"id": "GOOD", "name": "Good"},\n{"id": oops}\n]')
    told(only_good(shelf, left_out=0), "$[1]", "line 3", "column 8")


def test_something_after_the_end(shelf):
    shelf.put("productOffering.json", '[{"id": "GOOD", "name": "Good"}] [1]')
    told(only_good(shelf, left_out=0), "$", "after the end")


def test_a_file_of_one_gigabyte_is_not_read(shelf):
    stock(shelf)
    huge = shelf.put("productOffering-huge.json", "[")
    with huge.open("r+b") as file:
        file.truncate(1024 * 1024 * 1024)
    fault = told(only_good(shelf, left_out=0), "", "1,024 MB", f"{MAX_FILE_BYTES // 1024 // 1024} MB")
    assert fault.file == "productOffering-huge.json"
    assert "Split" in fault.mend


def test_an_empty_file(shelf):
    stock(shelf)
    shelf.put("productOffering-2.json", "")
    told(only_good(shelf, left_out=0), "", "empty")


def test_a_file_that_is_not_utf_8_is_read_as_far_as_it_goes(shelf):
    shelf.put("productOffering.json", '[{"id": "GOOD", "name": "Caf\xe9"}]'.encode("latin-1"))
    told(only_good(shelf, left_out=0), "", "not UTF-8")
    assert shelf.open().row(0).name == "Caf�"


def test_a_price_that_is_not_there(shelf):
    stock(shelf, shelf.offering("BAD", "good", "nowhere"))
    told(only_good(shelf), "$[0].productOfferingPrice[1].id", "'nowhere'", "not in the catalog")


def test_two_offerings_with_one_id(shelf):
    shelf.sell(shelf.offering("GOOD", "good"), shelf.offering("GOOD", "good", name="Another"), prices=[shelf.monthly("good", 10)])
    told(only_good(shelf), "$[1].id", "'GOOD'", "productOffering.json $[0]")
    assert shelf.open().row(0).name == "Offer GOOD"


def test_two_prices_with_one_id_are_neither_used(shelf):
    stock(shelf, shelf.offering("BAD", "twice"), prices=[shelf.monthly("twice", 1), shelf.monthly("twice", 2)])
    faults = only_good(shelf)
    told(faults, "$[1].id", "another price", "'twice'")
    told(faults, "$[0].productOfferingPrice[0]", "cannot be used")


@pytest.mark.parametrize(
    ("change", "where", "word"),
    [
        ({"price": {"unit": "EURO", "value": 1}}, ".price.dutyFreeAmount.unit", "'EURO'"),
        ({"price": {"value": 1}}, ".price.dutyFreeAmount", "no currency"),
        ({"price": 7}, ".price.dutyFreeAmount", "no currency"),
        ({"price": {"unit": "EUR"}}, "", "no amount"),
        ({"price": {"unit": "EUR", "value": "much"}}, ".price.dutyFreeAmount.value", "'much'"),
        ({"price": {"unit": "EUR", "value": 10**30}}, ".price.dutyFreeAmount.value", "more than any price"),
        (
            {"price": {"taxIncludedAmount": {"unit": "EUR", "value": 1}, "dutyFreeAmount": {"unit": "JPY", "value": 1}}},
            ".price",
            "two currencies",
        ),
        (
            {"price": {"taxIncludedAmount": {"unit": "EUR", "value": 9}, "dutyFreeAmount": {"unit": "EUR", "value": 10}}},
            ".price",
            "less than",
        ),
        ({"price": None}, "", "no amount"),
        ({"recurringChargePeriodLength": 0}, ".recurringChargePeriodLength", "0"),
        ({"recurringChargePeriodLength": -3}, ".recurringChargePeriodLength", "-3"),
        ({"recurringChargePeriodLength": 1.5}, ".recurringChargePeriodLength", "'1.5'"),
        ({"recurringChargePeriodType": "fortnight"}, ".recurringChargePeriodType", "'fortnight'"),
        ({"priceType": "gift"}, ".priceType", "'gift'"),
        ({"tax": [{"taxRate": 250}]}, ".price.taxRate", "250"),
        ({"tax": [{"taxRate": "a lot"}]}, ".price.taxRate", "'a lot'"),
        ({"applicationDuration": 0}, ".applicationDuration", "0"),
        ({"percentage": 10}, ".percentage", "only a discount"),
        ({"validFor": {"startDateTime": "soon"}}, ".validFor.startDateTime", "'soon'"),
        ({"validFor": []}, ".validFor", "a list stands where"),
    ],
)
def test_a_price_that_cannot_be_right(shelf, change, where, word):
    stock(shelf, shelf.offering("BAD", "bad"), prices=[shelf.monthly("bad", 1, **change)])
    faults = only_good(shelf)
    assert told(faults, f"$[0]{where}", word).file == "productOfferingPrice.json"
    told(faults, "$[0].productOfferingPrice[0]", "'bad' cannot be used")


@pytest.mark.parametrize(
    ("discount", "where", "word"),
    [
        ({"percentage": -5}, ".percentage", "-5"),
        ({"percentage": 250}, ".percentage", "250"),
        ({"percentage": 50, "applicationDuration": 0}, ".applicationDuration", "0"),
        ({"percentage": 50, "applicationDuration": 10000}, ".applicationDuration", "10000"),
        ({}, "", "takes nothing off"),
    ],
)
def test_a_discount_that_cannot_be_right(shelf, discount, where, word):
    alteration = {"id": "less", "@type": "ProductOfferingPriceAlteration", "name": "Less", **discount}
    price = shelf.monthly("bad", 10, popRelationship=[{"id": "less", "relationshipType": "alteration"}])
    stock(shelf, shelf.offering("BAD", "bad"), prices=[alteration, price])
    faults = only_good(shelf)
    told(faults, f"$[0]{where}", word)
    told(faults, "$[0].productOfferingPrice[0]", "'less'", "cannot be used")


def test_a_discount_that_is_not_there(shelf):
    price = shelf.monthly("bad", 10, popRelationship=[{"id": "less", "relationshipType": "alteration"}])
    stock(shelf, shelf.offering("BAD", "bad"), prices=[price])
    told(only_good(shelf), "$[0].productOfferingPrice[0]", "'less'", "not in the catalog")


def test_a_discount_in_another_currency(shelf):
    less = {"id": "less", "@type": "ProductOfferingPriceAlteration", "price": {"unit": "JPY", "value": 100}}
    price = shelf.monthly("bad", 10, popRelationship=[{"id": "less", "relationshipType": "alteration"}])
    stock(shelf, shelf.offering("BAD", "bad"), prices=[less, price])
    told(only_good(shelf), "$[0].productOfferingPrice[0]", "'less'", "another currency")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "1e99999999999999999999999", "9" * 60])
def test_numbers_that_are_none(shelf, number):
    shelf.sell(shelf.offering("BAD", "bad"), shelf.offering("GOOD", "good"))
    price = '{"id": "bad", "priceType": "oneTime", "price": {"unit": "EUR", "value": %s}}'
    shelf.put("productOfferingPrice.json", "[" + price % number + "," + price.replace("bad", "good") % "1" + "]")
    faults = only_good(shelf)
    assert any(fault.json_path.startswith("$[0].price") and fault.file == "productOfferingPrice.json" for fault in faults)


def test_a_number_that_is_none_in_a_member_nobody_knows(shelf):
    shelf.put("productOffering.json", '[{"id": "BAD", "name": "Bad", "x": {"deep": [NaN]}}, {"id": "GOOD", "name": "Good"}]')
    told(only_good(shelf), "$[0].x.deep[0]", "NaN")


@pytest.mark.parametrize("depth", [70, 3_000, 200_000])
def test_deep_nesting_hides_no_other_offering(shelf, depth):
    deep = '{"id": "BAD", "name": "Bad", "x": ' + "[" * depth + "]" * depth + "}"
    shelf.put("productOffering.json", '[{"id": "GOOD", "name": "Good"}, ' + deep + ', {"id": "GOOD2", "name": "Good 2"}]')
    catalog = shelf.open()
    assert [catalog.row(number).id for number in range(len(catalog))] == ["GOOD", "GOOD2"]
    told(list(catalog.faults), "$[1]", "64 levels")


def test_control_characters_and_markup_in_names_are_made_safe(shelf):
    hostile = "Fibre \x1b[2J\x07[red]New[/]\u202e\ud800 [@click=app.quit]x[/]"
    shelf.sell(shelf.offering("GOOD", name=hostile, description="a\x1bb\nc", **{"x\x1b": "\x9b"}))
    catalog = shelf.open()
    row = catalog.row(0)
    assert row.name == "Fibre ␛[2J␇[red]New[/]�� [@click=app.quit]x[/]"
    assert row.detail == "a␛b c"
    model = catalog.offering("GOOD")
    assert model.name == row.name
    assert model.description == "a␛b\nc"
    assert model.model_extra == {"x␛": "�"}
    assert shelf.check() == []


def test_control_characters_that_are_not_even_escaped(shelf):
    shelf.put("productOffering.json", '[{"id": "GOOD", "name": "Tab\there\x1b\x7f"}]')
    assert shelf.open().row(0).name == "Tab here␛␡"
    assert shelf.open().offering("GOOD").name == "Tab here␛␡"


def test_right_to_left_and_wide_names_stay_readable(shelf):
    shelf.sell(shelf.offering("A", name="باقة العائلة"), shelf.offering("B", name="光回線 500"), shelf.offering("C", name="👨‍👩‍👧 Family"))
    catalog = shelf.open()
    assert [catalog.row(number).name for number in range(3)] == ["باقة العائلة", "光回線 500", "👨‍👩‍👧 Family"]
    assert shelf.found(catalog, "العائلة") == ["باقة العائلة"]
    assert shelf.found(catalog, "回線") == ["光回線 500"]


@pytest.mark.skipif(os.name == "nt", reason="making links needs a right there that tests do not have")
def test_a_link_out_of_the_folder_is_not_followed(shelf, tmp_path):
    stock(shelf)
    outside = tmp_path / "outside.json"
    outside.write_text('[{"id": "SECRET", "name": "Secret"}]')
    (shelf.folder / "productOffering-2.json").symlink_to(outside)
    (shelf.folder / "more").symlink_to(tmp_path)
    faults = only_good(shelf, left_out=0)
    assert {(fault.file, fault.what) for fault in faults} == {
        ("productOffering-2.json", "the link leads out of the catalog's folder"),
        ("more", "a link to a folder is not followed"),
    }


@pytest.mark.skipif(os.name == "nt", reason="making links needs a right there that tests do not have")
def test_links_inside_the_folder_to_files_and_to_nothing(shelf):
    stock(shelf)
    (shelf.folder / "productOffering.json").rename(shelf.folder / "real.json")
    (shelf.folder / "productOffering.json").symlink_to(shelf.folder / "real.json")
    (shelf.folder / "productOffering-2.json").symlink_to(shelf.folder / "gone.json")
    (shelf.folder / "productOffering-3.json").symlink_to(shelf.folder / "productOffering-3.json")
    faults = only_good(shelf, left_out=0)
    assert sorted(fault.file for fault in faults) == ["productOffering-2.json", "productOffering-3.json"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_is_not_waited_for(shelf):
    stock(shelf)
    os.mkfifo(shelf.folder / "productOffering-2.json")
    told(only_good(shelf, left_out=0), "", "not a file")


def test_a_file_that_may_not_be_read(shelf, monkeypatch):
    stock(shelf)
    shelf.put("productOffering-2.json", "[]")
    real = Path.open

    def refuse(path: Path, *args: Any, **more: Any) -> Any:
        if path.name == "productOffering-2.json":
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **more)

    monkeypatch.setattr(Path, "open", refuse)
    told(only_good(shelf, left_out=0), "", "Permission denied")


def test_a_missing_path(tmp_path):
    with pytest.raises(CatalogError, match=r"nowhere cannot be opened: no such file"):
        open_catalog(tmp_path / "nowhere", cache_dir=None)
    (fault,) = check_catalog(tmp_path / "nowhere")
    assert "cannot be opened" in fault.what


def test_an_empty_folder(shelf):
    with pytest.raises(CatalogError, match="no productOffering"):
        shelf.open()
    (fault,) = shelf.check()
    assert "no catalog file" in fault.what


def test_a_folder_without_a_single_offering(shelf):
    shelf.sell(prices=[shelf.monthly("alone", 1)])
    assert len(shelf.open()) == 0
    told(shelf.check(), "", "no offering")


def test_links_between_resources_that_lead_nowhere(shelf):
    shelf.put(
        "category.json",
        [{"id": "c", "name": "C", "parentId": "gone", "subCategory": [{"id": "lost"}], "productOffering": [{"id": "away"}]}],
    )
    shelf.put("productSpecification.json", [{"id": "s", "name": "S"}])
    shelf.put("promotion.json", [{"id": "p", "code": "P", "percentage": 10, "appliesTo": ["GOOD", "away"]}])
    relation = {"id": "away", "relationshipType": "requires"}
    pointers = {
        "category": [{"id": "c"}, {"id": "nope"}],
        "productSpecification": {"id": "none"},
        "productOfferingRelationship": [relation],
    }
    shelf.sell(shelf.offering("GOOD", "good", **pointers), prices=[shelf.monthly("good", 1)])
    faults = only_good(shelf, left_out=0)
    told(faults, "$[0].parentId", "'gone'")
    told(faults, "$[0].subCategory", "'lost'")
    told(faults, "$[0].productOffering", "'away'")
    told(faults, "$[0].category[1]", "'nope'")
    told(faults, "$[0].productSpecification.id", "'none'")
    told(faults, "$[0].productOfferingRelationship[0]", "'requires'", "'away'")
    told(faults, "$[0].appliesTo[1]", "'away'")
    assert not any(fault.left_out for fault in faults)


def bundle(shelf: Any, identity: str, *children: str, lower: int = 1) -> Any:
    limits = {"numberRelOfferLowerLimit": lower, "numberRelOfferUpperLimit": 1}
    return shelf.offering(identity, bundledProductOffering=[{"id": each, "bundledProductOfferingOption": limits} for each in children])


def test_a_bundle_with_a_missing_child(shelf):
    stock(shelf, bundle(shelf, "BAD", "GOOD", "gone"))
    told(only_good(shelf), "$[0].bundledProductOffering[1]", "cannot be sold without 'gone'")


def test_a_bundle_with_a_missing_child_that_nobody_must_take(shelf):
    stock(shelf, bundle(shelf, "FREE", "gone", lower=0))
    catalog = shelf.open()
    assert len(catalog) == 2
    told(list(catalog.faults), "$[0].bundledProductOffering[0]", "'gone'")


def test_a_bundle_that_contains_itself_and_those_around_it(shelf):
    circle = [bundle(shelf, "A", "B"), bundle(shelf, "B", "C", lower=0), bundle(shelf, "C", "A"), bundle(shelf, "D", "D")]
    stock(shelf, *circle, bundle(shelf, "USER", "A"))
    faults = only_good(shelf, left_out=5)
    for number in range(4):
        told(faults, f"$[{number}]", "contains itself")
    told(faults, "$[4].bundledProductOffering[0]", "'A'")


def test_a_bundle_of_an_offering_that_is_left_out(shelf):
    stock(shelf, shelf.offering("BAD", "nowhere"), bundle(shelf, "OUT", "BAD"), bundle(shelf, "OUTER", "OUT"))
    assert len(only_good(shelf, left_out=3)) == 3


def test_categories_in_a_circle(shelf):
    shelf.put(
        "category.json",
        [{"id": "a", "name": "A", "parentId": "b"}, {"id": "b", "name": "B", "parentId": "a"}, {"id": "c", "parentId": "c"}],
    )
    shelf.sell(shelf.offering("GOOD", category=[{"id": "a"}, {"id": "c"}]))
    faults = only_good(shelf, left_out=0)
    assert sum("below itself" in fault.what for fault in faults) == 2
    rows = shelf.open().categories
    assert [(row.name, row.depth, row.count) for row in rows] == [("All", 0, 1), ("A", 0, 1), ("B", 1, 0), ("c", 0, 1)]


@pytest.mark.parametrize(
    ("member", "value", "where"),
    [
        ("isSellable", "maybe", ".isSellable"),
        ("name", {"en": "x"}, ".name"),
        ("category", "mobile", ".category"),
        ("category", [3], ".category[0]"),
        ("productOfferingTerm", [{"duration": "forever"}], ".productOfferingTerm[0].duration"),
        ("productSpecification", ["s"], ".productSpecification"),
    ],
)
def test_a_wrong_type_where_no_price_depends_on_it(shelf, member, value, where):
    shelf.sell(shelf.offering("GOOD", **{member: value}))
    told(only_good(shelf, left_out=0), f"$[0]{where}")
    assert shelf.open().offering("GOOD") is not None


@pytest.mark.parametrize(
    ("member", "value", "where"),
    [
        ("productOfferingPrice", "p", ".productOfferingPrice"),
        ("productOfferingPrice", [{}], ".productOfferingPrice[0]"),
        ("productOfferingPrice", [7], ".productOfferingPrice[0]"),
        ("validFor", {"endDateTime": 7}, ".validFor.endDateTime"),
        ("bundledProductOffering", [[]], ".bundledProductOffering[0]"),
        ("id", ["x"], ".id"),
        ("id", "  ", ""),
        ("id", None, ""),
    ],
)
def test_a_wrong_type_that_could_sell_something_wrong(shelf, member, value, where):
    stock(shelf, shelf.offering("BAD", **{member: value}))
    told(only_good(shelf), f"$[0]{where}")


@pytest.mark.parametrize("element", ["7", '"text"', "null", "[]"])
def test_something_else_than_an_object_among_the_offerings(shelf, element):
    shelf.put("productOffering.json", "[" + element + ', {"id": "GOOD", "name": "Good"}]')
    told(only_good(shelf, left_out=0), "$[0]", "where an object should be")


def test_promotions_that_cannot_be_right_are_left_out(shelf):
    stock(shelf)
    promotions = [{"id": "a", "code": "A", "percentage": -5}, {"id": "b", "code": "B", "percentage": 250}]
    amount = {"id": "c", "code": "C", "price": {"unit": "XYZ", "value": 5}, "minimumTotal": 50}
    sound = [{"id": "e", "code": "E", "percentage": 10}, {"id": "f", "code": "e", "percentage": 20}]
    shelf.put("promotion.json", [*promotions, amount, {"code": "D", "percentage": 5, "applicationDuration": 10000}, *sound])
    catalog = shelf.open()
    assert [each.code for each in catalog.promotions()] == ["E"]
    faults = list(catalog.faults)
    told(faults, "$[0].percentage", "-5")
    told(faults, "$[1].percentage", "250")
    told(faults, "$[2].price.dutyFreeAmount.unit", "'XYZ'")
    told(faults, "$[2].minimumTotal.dutyFreeAmount", "no currency")
    told(faults, "$[3].applicationDuration", "10000")
    told(faults, "$[5].code", "'e'")
    assert catalog.promotion(" e ").percentage == 10


def test_settings_that_cannot_be_used(shelf):
    stock(shelf)
    shelf.put("catalog.json", {"currency": "EURO", "rounding": {"mode": "UP", "level": "sometimes"}, "name": 7})
    faults = only_good(shelf, left_out=0)
    told(faults, "$.currency", "'EURO'")
    told(faults, "$.rounding.mode", "'UP'")
    told(faults, "$.rounding.level", "'sometimes'")
    assert shelf.open().currency == "EUR"
