"""Whatever JSON a catalog is made of, it opens, and what it lists can be sold."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cartdesk.catalog import Query, check_catalog, open_catalog
from cartdesk.catalog.builder import index_of, read_catalog
from cartdesk.catalog.folder import look_into
from cartdesk.catalog.hits import Hits, numbers_in
from cartdesk.catalog.index import Index
from cartdesk.catalog.normal import normal_category, normal_offering, normal_promotion, normal_specification
from cartdesk.catalog.postings import as_bits
from cartdesk.catalog.search import Search
from cartdesk.catalog.tariff import normal_price

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
IDS = ["A", "B", "C", "p", "q", "d", "s", "c"]
_MEMBERS = (
    "id name description lifecycleStatus isBundle isSellable validFor startDateTime endDateTime category price "
    "productSpecification productOfferingPrice productOfferingTerm duration amount units unit value taxRate tax "
    "prodSpecCharValueUse productSpecCharacteristicValue characteristicValueSpecification isDefault bundledProductOffering "
    "bundledProductOfferingOption bundledGroupProductOffering bundledGroupProductOfferingOption numberRelOfferLowerLimit options "
    "numberRelOfferUpperLimit numberRelOfferDefault default productOfferingRelationship relationshipType type priceType "
    "recurringChargePeriod recurringChargePeriodType recurringChargePeriodLength percentage applicationDuration priority "
    "popRelationship bundledPopRelationship priceAlteration productOfferPriceAlteration unitOfMeasure taxIncludedAmount "
    "dutyFreeAmount currencyCode money taxIncluded priceCondition parentId parent subCategory productOffering "
    "productSpecCharacteristic code appliesTo minimumTotal items @type currency rounding mode "
)
MEMBERS = _MEMBERS.split()

TEXTS = ["recurring", "oneTime", "usage", "discount", "month", "EUR", "JPY", "XXX9", "2026-01-01", "P24M", "alteration", "", "  "]
words = st.sampled_from([*IDS, *TEXTS])
numbers = st.one_of(st.integers(-5, 800), st.integers(), st.floats(allow_nan=True, allow_infinity=True))
scalars = st.one_of(words, st.text(max_size=8), numbers, st.booleans(), st.none())
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=5)),
    max_leaves=12,
)
objects = st.dictionaries(st.sampled_from(MEMBERS), anything, max_size=10)
resources = st.builds(lambda identity, rest: {**rest, "id": identity}, st.sampled_from(IDS), objects)
files = st.fixed_dictionaries({
    "productOffering.json": st.lists(st.one_of(resources, anything), max_size=5),
    "productOfferingPrice.json": st.lists(st.one_of(resources, anything), max_size=4),
    "productSpecification.json": st.lists(st.one_of(resources, anything), max_size=2),
    "category.json": st.lists(st.one_of(resources, anything), max_size=3),
    "promotion.json": st.lists(st.one_of(resources, anything), max_size=2),
    "catalog.json": anything,
})  # fmt: skip


def write(folder: Path, content: dict[str, Any]) -> None:
    for name, resource in content.items():
        (folder / name).write_text(json.dumps(resource), encoding="utf-8")


def everything_can_be_sold(folder: Path) -> None:
    faults = check_catalog(folder, NOW)
    assert not any("pydantic" in str(fault) or "Input should" in fault.what for fault in faults), faults
    catalog = open_catalog(folder, cache_dir=None, now=lambda: NOW)
    assert [str(fault) for fault in catalog.faults] == [str(fault) for fault in faults]
    for number in range(len(catalog)):
        row = catalog.row(number)
        offering = catalog.offering(row.id)
        assert offering is not None
        assert len(catalog.prices_of(offering)) <= 10
        for price in catalog.prices_of(offering):
            assert all(catalog.price(link.id) for link in price.pop_relationship if link.relationship_type == "alteration")
        catalog.characteristics_of(offering)
        assert catalog.find(row.id) is not None
    assert len(catalog.rows(Query("a"))) <= len(catalog)
    assert catalog.categories[0].count == len(catalog)
    catalog.promotions()


def opens_whatever_it_is(content: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), content)
        everything_can_be_sold(Path(name))


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(files)
def test_any_json_opens(content):
    opens_whatever_it_is(content)


@pytest.mark.stress
@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(files)
def test_any_json_opens_at_length(content):
    opens_whatever_it_is(content)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_any_bytes_open(raw):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "productOffering.json").write_bytes(raw)
        (folder / "productOffering-2.json").write_text('[{"id": "GOOD", "name": "Good"}]')
        everything_can_be_sold(folder)
        assert open_catalog(folder, cache_dir=None).number("GOOD") is not None


@settings(max_examples=150, deadline=None)
@given(objects)
def test_normalising_is_total_and_leaves_what_is_normal_alone(raw):
    assume(all(isinstance(value, (str, int, float, bool, list, dict, type(None))) for value in raw.values()))
    for normal in (normal_specification, normal_category):
        once, _ = normal(raw)
        assert normal(once)[0] == once
    offering = normal_offering(raw).value
    assert normal_offering(offering).value == offering
    price = normal_price(raw)
    if not any(issue.fatal for issue in price.issues):  # what cannot be used has parts taken out, and is never sold
        assert normal_price(price.value).value == price.value
    normal_promotion(raw)


@settings(max_examples=200, deadline=None)
@given(st.sets(st.integers(0, 300)), st.integers(301, 400))
def test_sets_of_numbers_come_back_in_order(found, count):
    bits = as_bits(found, count)
    assert list(numbers_in(bits, count)) == sorted(found)
    hits = Hits([bits, 0, (1 << count) - 1 & ~bits], count)
    assert list(hits) == [*sorted(found), *(number for number in range(count) if number not in found)]
    assert [hits[place] for place in range(count)] == list(hits)


NAME_WORDS = "unlimited family fibre 500 pixel 12 pro max tv sports world plus case für café 5g"
name_words = st.sampled_from(NAME_WORDS.split())


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(name_words, min_size=1, max_size=4), min_size=1, max_size=30), st.data())
def test_search_agrees_with_looking_at_every_name(named, data):
    """Every offering whose name has all typed words, the last one begun, is found before any other."""
    with tempfile.TemporaryDirectory() as name:
        offerings = [{"id": f"x{number}", "name": " ".join(each)} for number, each in enumerate(named)]
        write(Path(name), {"productOffering.json": offerings})
        index = Index(index_of(read_catalog(look_into(Path(name)), NOW)))
        typed = data.draw(st.lists(name_words, min_size=1, max_size=3))
        typed[-1] = typed[-1][: data.draw(st.integers(1, len(typed[-1])))]
        from cartdesk.catalog.words import fold

        whole, begun = {fold(word) for word in typed[:-1]}, fold(typed[-1])
        folded = [{fold(word) for word in each} for each in named]
        wanted = {number for number, each in enumerate(folded) if whole <= each and any(word.startswith(begun) for word in each)}
        found = list(Hits(Search(index).find(" ".join(typed), index.everything, NOW), index.count))
        if wanted:
            assert wanted <= set(found)
            assert set(found[: len(wanted)]) == wanted or len(typed) > 1
        assert len(found) == len(set(found))
