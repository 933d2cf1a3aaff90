"""A row says what its offering costs and whether it is sold, without loading a model."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from cartdesk.catalog import open_catalog, shipped_catalog
from cartdesk.pricing.items import price_offering
from cartdesk.tmf import MONTHLY, Money, Period, PeriodUnit
from cartdesk.tmf.price import PriceType

STORAGE = {"name": "storage", "productSpecCharacteristicValue": [{"value": "128 GB"}, {"value": "256 GB"}]}


def euros(text):
    return Money(Decimal(text), "EUR")


def only_with(name, *values):
    return [{"name": name, "productSpecCharacteristicValue": [{"value": value} for value in values]}]


def term(months):
    return {"name": f"{months} months", "duration": {"amount": months, "units": "month"}}


@pytest.mark.parametrize("name", ["nordlys", "yen", "dinar"])
def test_rows_agree_with_pricing_for_every_shipped_offering(name, now):
    """The list's own arithmetic and the price engine's are two; they must never differ."""
    catalog = open_catalog(shipped_catalog().parent / name, cache_dir=None, now=lambda: now)
    assert len(catalog) > 10
    for number in range(len(catalog)):
        row = catalog.row(number)
        priced = price_offering(catalog.offering(row.id), catalog, now)
        charges = [charge for charge in priced.all_charges() if charge.kind is not PriceType.USAGE]
        once = sum(charge.total.tax_included.amount for charge in charges if charge.period is None)
        every = sum(charge.total.tax_included.amount for charge in charges if charge.period is not None and charge.period == row.period)
        assert (once, every) == (row.one_off.amount if row.one_off else 0, row.recurring.amount if row.recurring else 0), row.name
        assert row.usage == any(charge.kind is PriceType.USAGE for charge in priced.all_charges()), row.name


def test_genalpha_rows_agree_with_pricing(shared, now):
    catalog = open_catalog(shared / "catalogs" / "genalpha", cache_dir=None, now=lambda: now)
    bundle = catalog.find("GenAlpha One Home & Mobile")
    priced = price_offering(catalog.offering(bundle.id), catalog, now)
    every = sum(charge.total.tax_included.amount for charge in priced.all_charges() if charge.period == MONTHLY)
    assert bundle.recurring == euros(str(every))


def test_the_default_value_decides_what_is_listed(shelf):
    prices = [shelf.once("small", 100, prodSpecCharValueUse=only_with("storage", "128GB"))]
    prices.append(shelf.once("large", 200, prodSpecCharValueUse=only_with("Storage", "256 gb")))
    default_large = {"name": "storage", "productSpecCharacteristicValue": [{"value": "128 GB"}, {"value": "256 GB", "isDefault": True}]}
    default_small = {"name": "storage", "productSpecCharacteristicValue": [{"value": "128 GB", "isDefault": True}, {"value": "256 GB"}]}
    specifications = [("none", STORAGE), ("large", default_large), ("small", default_small)]
    shelf.put(
        "productSpecification.json", [{"id": name, "name": name, "productSpecCharacteristic": [each]} for name, each in specifications]
    )
    shelf.sell(*(shelf.offering(name, "small", "large", productSpecification={"id": name}) for name, _ in specifications), prices=prices)
    rows = [shelf.open().row(number) for number in range(3)]
    assert [(row.one_off, row.from_price) for row in rows] == [(euros("100.00"), True), (euros("200.00"), False), (euros("100.00"), True)]


def test_the_first_term_decides_what_is_listed(shelf):
    prices = [shelf.monthly("long", 10, productOfferingTerm=[term(24)]), shelf.monthly("short", 15, productOfferingTerm=[term(1)])]
    free = {"name": "No contract", "duration": {"amount": 1, "units": "month"}}
    two_years = {"name": "Two years", "duration": {"amount": 2, "units": "year"}}
    shelf.sell(
        shelf.offering("A", "long", "short", productOfferingTerm=[two_years, free]),
        shelf.offering("B", "long", "short", productOfferingTerm=[free, two_years]),
        prices=prices,
    )
    catalog = shelf.open()
    first, second = catalog.row(0), catalog.row(1)
    assert (first.recurring, first.from_price, first.term_months) == (euros("11.00"), True, 24)
    assert (second.recurring, second.from_price, second.term_months) == (euros("16.50"), False, None)
    assert {row.key: row.count for row in catalog.filters}["no-contract"] == 2


def test_so_many_configurations_that_only_the_default_is_worked_out(shelf):
    names = [f"c{number}" for number in range(6)]
    values = [{"value": str(value), "isDefault": value == 2} for value in range(5)]
    shelf.put(
        "productSpecification.json",
        [{"id": "S", "productSpecCharacteristic": [{"name": n, "productSpecCharacteristicValue": values} for n in names]}],
    )
    prices = [
        shelf.once(f"{name}-{value}", value, prodSpecCharValueUse=only_with(name, str(value))) for name in names for value in range(5)
    ]
    shelf.sell(shelf.offering("A", *(price["id"] for price in prices), productSpecification={"id": "S"}), prices=prices)
    row = shelf.open().row(0)
    assert (row.one_off, row.from_price) == (euros("12.00"), True)


def test_several_periods_are_listed_by_the_month(shelf):
    week = {"recurringChargePeriodType": "weekly"}
    prices = [
        shelf.monthly("y", 100, recurringChargePeriodType="year"),
        shelf.monthly("w", 2, **week),
        shelf.monthly("m", 10),
        shelf.monthly("m2", -3),
    ]
    prices.append(shelf.monthly("q", 30, recurringChargePeriodType="3 months"))
    shelf.sell(
        shelf.offering("A", "y", "w", "m", "m2"), shelf.offering("B", "w"), shelf.offering("C", "q"), shelf.offering("D"), prices=prices
    )
    rows = [shelf.open().row(number) for number in range(4)]
    assert [(row.recurring, row.period) for row in rows] == [
        (euros("7.70"), MONTHLY),
        (euros("2.20"), Period(PeriodUnit.WEEK)),
        (euros("33.00"), Period(PeriodUnit.MONTH, 3)),
        (None, None),
    ]


def test_the_status_follows_the_moment(shelf):
    shelf.sell(
        shelf.offering("A", validFor={"startDateTime": "2026-11-22T11:00:00Z", "endDateTime": "2026-11-22T12:00:00Z"}),
        shelf.offering("B", lifecycleStatus="Retired"),
        shelf.offering("C", lifecycleStatus="In Study"),
        shelf.offering("D", isSellable=False),
        shelf.offering("E", lifecycleStatus=None),
    )
    moment = [datetime(2026, 11, 22, 10, 59, 59, tzinfo=UTC)]
    catalog = shelf.open(now=lambda: moment[0])
    assert [catalog.row(number).status for number in range(5)] == ["not yet", "no longer", "not yet", "not sellable", "sold"]
    assert shelf.found(catalog, filters=frozenset({"available"})) == ["Offer E"]
    for later, status in ((11, "sold"), (12, "sold")):
        moment[0] = datetime(2026, 11, 22, later, tzinfo=UTC)
        assert catalog.row(0).status == status
        assert shelf.found(catalog, filters=frozenset({"available"})) == ["Offer A", "Offer E"]
    moment[0] += timedelta(microseconds=1)
    assert catalog.row(0).status == "no longer"
    assert shelf.found(catalog, filters=frozenset({"available"})) == ["Offer E"]


def test_the_listed_price_follows_the_moment(shelf, tmp_path):
    old = shelf.monthly("old", 10, validFor={"endDateTime": "2026-11-30T23:59:59Z"})
    new = shelf.monthly("new", 20, validFor={"startDateTime": "2026-12-01T00:00:00Z"})
    children = [{"id": "A", "bundledProductOfferingOption": {"numberRelOfferLowerLimit": 1, "numberRelOfferUpperLimit": 1}}]
    shelf.sell(shelf.offering("A", "old", "new"), shelf.offering("B", bundledProductOffering=children), prices=[old, new])
    moment = [shelf.now]
    for _ in range(2):
        catalog = shelf.open(tmp_path / "cache", now=lambda: moment[0])
        moment[0] = shelf.now
        assert [catalog.row(number).recurring for number in range(2)] == [euros("11.00")] * 2
        moment[0] = datetime(2026, 12, 1, tzinfo=UTC)
        assert [catalog.row(number).recurring for number in range(2)] == [euros("22.00")] * 2


def test_a_bundle_with_a_price_of_its_own_has_its_children_in_it(shelf):
    def part(identity, lower, default):
        limits = {"numberRelOfferLowerLimit": lower, "numberRelOfferUpperLimit": 9, "numberRelOfferDefault": default}
        return {"id": identity, "bundledProductOfferingOption": limits}

    shelf.sell(
        shelf.offering("WHOLE", "whole", bundledProductOffering=[part("A", 1, 1), part("B", 1, 3)]),
        shelf.offering("SUM", "less", bundledProductOffering=[part("A", 1, 1), part("B", 1, 3), part("C", 0, 0)]),
        shelf.offering("COVERS", "covers", bundledProductOffering=[part("A", 1, 1), part("B", 1, 1)]),
        shelf.offering("A", "a"),
        shelf.offering("B", "b"),
        shelf.offering("C", "a"),
        prices=[
            shelf.monthly("whole", 50),
            shelf.monthly("less", -1),
            shelf.monthly("covers", 20, bundledPopRelationship=[{"id": "a"}]),
            shelf.monthly("a", 10.05),
            shelf.monthly("b", 3.33),
        ],
    )
    catalog = shelf.open()
    assert [catalog.row(number).recurring.amount for number in range(3)] == [
        Decimal("55.00") + Decimal("7.33"),
        Decimal("-1.10") + Decimal("11.06") + Decimal("10.99"),
        Decimal("22.00") + Decimal("3.66"),
    ]


def test_a_choice_without_a_default_is_listed_as_from(shelf):
    choice = {"name": "Phone", "options": [{"id": "A"}, {"id": "B"}], "numberRelOfferLowerLimit": 1, "numberRelOfferUpperLimit": 1}
    bundles = [
        shelf.offering("X", bundledProductOffering=[choice]),
        shelf.offering("Y", bundledProductOffering=[{**choice, "default": "B"}]),
    ]
    shelf.sell(*bundles, shelf.offering("A", "a"), shelf.offering("B", "b"), prices=[shelf.once("a", 1), shelf.once("b", 2)])
    first, second = shelf.open().row(0), shelf.open().row(1)
    assert (first.one_off, first.from_price) == (None, True)
    assert (second.one_off, second.from_price) == (euros("2.00"), False)


def test_currencies_without_cents_and_with_mills(shelf):
    prices = [shelf.monthly("yen", 995), shelf.monthly("dinar", 1.2345)]
    prices[0]["price"]["unit"], prices[1]["price"]["unit"] = "JPY", "KWD"
    shelf.sell(shelf.offering("A", "yen"), shelf.offering("B", "dinar"), prices=prices)
    catalog = shelf.open()
    assert catalog.row(0).recurring == Money(Decimal(1095), "JPY")
    assert catalog.row(1).recurring == Money(Decimal("1.359"), "KWD")


def test_a_number_that_is_no_row(shelf):
    shelf.sell(shelf.offering("A"))
    catalog = shelf.open()
    for number in (-1, 1):
        with pytest.raises(IndexError):
            catalog.row(number)


def test_rows_and_search_load_no_model(tmp_path):
    """A fresh interpreter opens the shipped catalog twice, lists, and searches; nothing heavy is imported."""
    program = f"""
import sys
from pathlib import Path
from cartdesk.catalog import Query, open_catalog, shipped_catalog
for _ in range(2):
    catalog = open_catalog(shipped_catalog(), cache_dir=Path({str(tmp_path)!r}))
    rows = [catalog.row(number) for number in range(len(catalog))]
    assert len(catalog.rows(Query('unlimted famly'))) >= 1 and catalog.categories and catalog.filters and catalog.suggest('FIB501')
heavy = sorted({{'pydantic', 'textual', 'httpx', 'numpy', 'babel', 'simplejson'}} & set(sys.modules))
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_a_kept_index_needs_nothing_that_makes_one(tmp_path):
    """Opening a kept index must not load what reads catalogs."""
    program = f"""
import sys
from pathlib import Path
from cartdesk.catalog import open_catalog, shipped_catalog
catalog = open_catalog(shipped_catalog(), cache_dir=Path({str(tmp_path)!r}))
catalog.row(0)
print('cartdesk.catalog.reading' in sys.modules)
"""
    said = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True).stdout for _ in range(2)
    ]
    assert said == ["True\n", "False\n"]


def test_the_shipped_catalog_is_there():
    assert (shipped_catalog() / "catalog.json").is_file()
    assert Path(shipped_catalog()).name == "nordlys"
