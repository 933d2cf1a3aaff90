"""What is typed finds what was meant, the best first."""

from __future__ import annotations

import pytest

from cartdesk.catalog import Query
from cartdesk.catalog.words import fold, words_of

NAMES = {
    "UNLFAM": "Unlimited Family",
    "FAMXL": "Family Unlimited Extra Plus",
    "UNL": "Unlimited",
    "UNLMAX": "Unlimited Max",
    "FIB500": "Fibre 500",
    "FIB1000": "Fibre 1000",
    "PX12": "Pixel 12",
    "PXCASE": "Case for Pixel 12",
    "PRO": "Nordphone 12 Pro",
    "PROT": "Protection",
    "WIFI": "Wi-Fi Repeater",
    "CAFE": "Café Crème Påfyll",
    "OLD": "Fibre",
    "14277": "Talk Simple 25",
    "1427": "Talk Simple 5",
}


@pytest.fixture
def shop(shelf):
    """A shop with these names, in two categories."""
    shelf.put(
        "category.json",
        [{"id": "net", "name": "Internet"}, {"id": "f", "name": "Broadband", "parentId": "net"}, {"id": "m", "name": "Mobile"}],
    )
    offerings = []
    for identity, name in NAMES.items():
        category = "f" if name.startswith("Fibre") else "m"
        status = "Retired" if identity == "OLD" else "Active"
        offerings.append(
            shelf.offering(identity, name=name, lifecycleStatus=status, category=[{"id": category}], description=f"About {identity}")
        )
    offerings[0]["description"] = "Roaming included"
    shelf.sell(*offerings)
    return shelf.open()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("unlimited family", "Unlimited Family"),
        ("unlimted famly", "Unlimited Family"),
        ("unlimitde famliy", "Unlimited Family"),
        ("ulimited", "Unlimited"),
        ("UNLIMITED", "Unlimited"),
        ("unl", "Unlimited"),
        ("unlimt", "Unlimited"),
        ("fam", "Family Unlimited Extra Plus"),
        ("fib 1", "Fibre 1000"),
        ("fibre500", "Fibre 500"),
        ("fiber 500", "Fibre 500"),
        ("fibre", "Fibre"),
        ("14277", "Talk Simple 25"),
        ("1427", "Talk Simple 5"),
        ("px12", "Pixel 12"),
        ("PX 12", "Pixel 12"),
        ("pixel", "Pixel 12"),
        ("pixel case", "Case for Pixel 12"),
        ("pro", "Nordphone 12 Pro"),
        ("wifi", "Wi-Fi Repeater"),
        ("wi fi", "Wi-Fi Repeater"),
        ("wi-fi repeter", "Wi-Fi Repeater"),
        ("cafe creme", "Café Crème Påfyll"),
        ("pafyll", "Café Crème Påfyll"),
        ("påfyll", "Café Crème Påfyll"),
        ("roaming", "Unlimited Family"),
        ("simple talk 25", "Talk Simple 25"),
        ("cheap unlimited family", "Unlimited Family"),
    ],
)
def test_the_best_comes_first(shelf, shop, typed, first):
    assert shelf.found(shop, typed)[0] == first


def test_what_matches_nothing_finds_nothing(shelf, shop):
    for typed in ("zzzz", "qqqqqqq xxxxxxx", "...", "%", "\x1b"):
        assert shelf.found(shop, typed) == []


def test_nothing_typed_is_everything_in_the_catalogs_order(shelf, shop):
    assert shelf.found(shop) == list(NAMES.values())
    assert shelf.found(shop, "   ") == list(NAMES.values())


def test_every_offering_found_is_found_once(shelf, shop):
    for typed in ("f", "e", "1", "unlimited", "unlimted", "a b c", "about"):
        found = shelf.found(shop, typed)
        assert len(found) == len(set(found)) == len(shop.rows(Query(typed)))


def test_what_is_no_longer_sold_comes_after_what_is(shelf, shop):
    assert shelf.found(shop, "fib") == ["Fibre 500", "Fibre 1000", "Fibre"]


def test_by_the_name_of_a_category(shelf, shop):
    assert set(shelf.found(shop, "broadband")) == {"Fibre 500", "Fibre 1000", "Fibre"}
    assert set(shelf.found(shop, "intern")) == {"Fibre 500", "Fibre 1000", "Fibre"}
    assert shelf.found(shop, "internet 500") == ["Fibre 500"]


def test_a_category_its_filters_and_the_text_together(shelf, shop):
    assert shelf.found(shop, category="net") == ["Fibre 500", "Fibre 1000", "Fibre"]
    assert shelf.found(shop, category="net", filters=frozenset({"available"})) == ["Fibre 500", "Fibre 1000"]
    assert shelf.found(shop, "10", category="net", filters=frozenset({"available"})) == ["Fibre 1000"]
    assert shelf.found(shop, "pixel", category="net") == []
    assert shelf.found(shop, category="nowhere") == []
    assert shelf.found(shop, category="m", filters=frozenset({"bundle"})) == []


def test_categories_count_what_stands_below_them(shop):
    assert [(row.name, row.parent, row.depth, row.count) for row in shop.categories] == [
        ("All", None, 0, 15),
        ("Internet", None, 0, 3),
        ("Broadband", "net", 1, 3),
        ("Mobile", None, 0, 12),
    ]


def test_filters_that_let_nothing_through_are_not_offered(shop):
    assert [(row.key, row.label, row.count) for row in shop.filters] == [("available", "Available now", 14)]


def test_no_contract_means_what_is_paid_every_month_and_can_be_left(shelf):
    monthly = {"id": "m", "priceType": "recurring", "recurringChargePeriodType": "month", "price": {"unit": "EUR", "value": 9}}
    shelf.sell(
        shelf.offering("FREE", productOfferingPrice=[monthly]),
        shelf.offering("BOTH", productOfferingPrice=[{**monthly, "id": "b"}], productOfferingTerm=[_months(24), _months(1)]),
        shelf.offering("BOUND", productOfferingPrice=[{**monthly, "id": "c"}], productOfferingTerm=[_months(24)]),
        shelf.offering("BUY", productOfferingPrice=[{"id": "o", "priceType": "oneTime", "price": {"unit": "EUR", "value": 9}}]),
        shelf.offering("NOTHING"),
    )
    assert shelf.found(shelf.open(), filters=frozenset({"no-contract"})) == ["Offer FREE", "Offer BOTH"]


def _months(count):
    return {"name": f"{count} months", "duration": {"amount": count, "units": "month"}}


def test_new_and_ending_offerings(shelf):
    shelf.sell(
        shelf.offering("A", validFor={"startDateTime": "2026-10-01T00:00:00Z"}),
        shelf.offering("B", validFor={"startDateTime": "2020-01-01T00:00:00Z", "endDateTime": "2026-12-01T00:00:00Z"}),
        shelf.offering("C", validFor={"startDateTime": "2026-12-01T00:00:00Z"}),
    )
    catalog = shelf.open()
    assert shelf.found(catalog, filters=frozenset({"new"})) == ["Offer A"]
    assert shelf.found(catalog, filters=frozenset({"ending"})) == ["Offer B"]
    assert [row.key for row in catalog.filters] == ["available", "new", "ending"]


def test_find_means_exactly_one_offering(shelf, shop):
    assert shop.find("fib500").id == "FIB500"
    assert shop.find(" FIB500 ").name == "Fibre 500"
    assert shop.find("pixel 12").id == "PX12"
    assert shop.find("cafe creme pafyll").id == "CAFE"
    assert shop.find("pixel") is None
    assert shop.find("") is None
    assert shop.number("FIB500") == 4
    assert shop.number("fib500") is None


def test_find_takes_the_exact_id_where_two_differ_in_case_only(shelf):
    shelf.sell(shelf.offering("abc", name="Same"), shelf.offering("ABC", name="Same"), shelf.offering("X", name="Other"))
    catalog = shelf.open()
    assert catalog.find("abc").id == "abc"
    assert catalog.find("ABC").id == "ABC"
    assert catalog.find("Abc") is None
    assert catalog.find("same") is None
    assert [row.id for row in catalog.suggest("Abc")][:2] == ["abc", "ABC"]


def test_suggest_offers_what_may_have_been_meant(shop):
    assert shop.suggest("FIB50")[0].id == "FIB500"
    assert shop.suggest("unlimitedfamly", limit=2)[0].id == "UNLFAM"
    assert len(shop.suggest("f", limit=3)) == 3
    assert shop.suggest("#####") == []


def test_hits_are_a_sequence(shop):
    hits = shop.rows(Query("fib"))
    assert (len(hits), hits[0], hits[-1], hits[1:], list(hits)) == (3, 4, 12, [5, 12], [4, 5, 12])
    with pytest.raises(IndexError):
        hits[3]
    everything = shop.rows(Query())
    assert (len(everything), everything[3]) == (15, 3)


def test_very_long_and_odd_questions_are_answered(shelf, shop):
    assert isinstance(shelf.found(shop, "unlimited " * 500), list)
    assert isinstance(shelf.found(shop, "\U0010ffff\ud800 \u202e" * 50), list)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wi-Fi & more", ["wi", "fi", "more", "wifi"]),
        ("L'été à Århus", ["l", "ete", "a", "arhus", "lete"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("Datapåfyll_5 GB", ["datapafyll", "5", "gb"]),
        ("光回線 500", ["光回", "回線", "500"]),
        ("5G", ["5g"]),
        ("", []),
    ],
)
def test_words(text, words):
    assert words_of(text) == words


def test_folding_is_stable():
    for text in ("Łódź ØRE", "İstanbul", "ﬁbre", "ΑΣ", "é"):
        assert fold(fold(text)) == fold(text)
