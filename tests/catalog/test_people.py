"""Customers that come with a catalog: read when they are asked for, each fault told with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cartdesk.catalog import check_catalog, open_catalog
from cartdesk.tmf.wire import dumps

OFFERING = {"id": "FIB500", "name": "Fibre 500"}
BERG: dict[str, Any] = {
    "@type": "Individual",
    "id": "C-1",
    "givenName": "Solveig",
    "familyName": "Berg",
    "contactMedium": [{"mediumType": "Email", "characteristic": {"emailAddress": "s@example.com"}}],
    "product": [{"id": "P-1", "productOffering": {"id": "FIB500"}, "billingAccount": {"id": "A-1"}}],
    "account": [{"@type": "BillingAccount", "id": "A-1", "name": "Home"}],
}

Write = Callable[..., Path]


@pytest.fixture
def shop(tmp_path: Path) -> Write:
    """Write a shop with these customers and return its folder."""

    def write(*customers: Any, raw: bytes | None = None) -> Path:
        (tmp_path / "productOffering.json").write_text(dumps([OFFERING]), encoding="utf-8")
        (tmp_path / "customer.json").write_bytes(dumps(list(customers)).encode() if raw is None else raw)
        return tmp_path

    return write


def test_a_customer_is_read_with_products_and_accounts(shop: Write) -> None:
    folder = shop(BERG, {"id": "C-2", "@type": "Organization", "name": "Havn AS"})
    with_them = open_catalog(folder, cache_dir=None)
    berg, havn = with_them.customers()
    assert (berg.called, berg.product[0].product_offering, havn.called, havn.is_organization) == (
        "Solveig Berg",
        berg.product[0].product_offering,
        "Havn AS",
        True,
    )
    assert berg.contact_medium[0].type == "Email"
    assert with_them.customer("C-2") is havn
    assert with_them.customer("C-3") is None
    assert check_catalog(folder) == []


def test_a_catalog_without_such_a_file_has_no_customers(shop: Write) -> None:
    folder = shop(BERG)
    (folder / "customer.json").unlink()
    assert open_catalog(folder, cache_dir=None).customers() == ()
    (folder / "all.json").write_text(dumps([OFFERING]), encoding="utf-8")
    assert open_catalog(folder / "all.json", cache_dir=None).customers() == ()


def test_parts_of_a_bundle_are_found_below_it(shop: Write) -> None:
    part = {"id": "P-3", "productOffering": {"id": "FIB500"}}
    bundle = {**BERG["product"][0], "productRelationship": [{"relationshipType": "bundles", "product": part}]}
    (customer,) = open_catalog(shop({**BERG, "product": [bundle]}), cache_dir=None).customers()
    assert [each.id for each in customer.product[0].parts] == ["P-3"]


@pytest.mark.parametrize(
    ("change", "path", "what", "left_out"),
    [
        ({"id": "17"}, "$[0].id", "'17' is not a customer's id", True),
        ({"givenName": None, "familyName": None}, "$[0]", "the customer has no name", True),
        ({"account": [{"name": "Home"}], "product": []}, "$[0].account[0]", "the account has no id", True),
        (
            {"account": [{"id": "A-1"}, {"id": "A-1"}]},
            "$[0].account[1].id",
            "another account has the id 'A-1'",
            True,
        ),
        (
            {"product": [{"id": "P-1", "productOffering": {"id": "GONE"}}]},
            "$[0].product[0].productOffering",
            "the offering 'GONE' is not in this catalog",
            False,
        ),
        ({"product": [{"id": "P-1"}]}, "$[0].product[0].productOffering", "it does not say which offering it is", False),
        (
            {"product": [{"productOffering": {"id": "FIB500"}}]},
            "$[0].product[0].id",
            "the product has no id",
            True,
        ),
        ({"account": []}, "$[0].product[0].billingAccount", "the customer has no account 'A-1'", False),
        ({"product": [{**BERG["product"][0], "quantity": 0}]}, "$[0].product[0].quantity", "Input should be greater", True),
        ({"validFor": {"startDateTime": "soon"}}, "$[0].validFor.startDateTime", "", True),
    ],
)
def test_what_is_wrong_is_told_with_its_place(shop: Write, change: dict[str, Any], path: str, what: str, left_out: bool) -> None:
    customer = {key: value for key, value in {**BERG, **change}.items() if value is not None}
    folder = shop(customer, {"id": "C-9", "name": "Sound AS", "@type": "Organization"})
    faults = check_catalog(folder)
    assert [(fault.file, fault.json_path, fault.left_out) for fault in faults] == [("customer.json", path, left_out)]
    assert faults[0].what.startswith(what)
    there = [each.id for each in open_catalog(folder, cache_dir=None).customers()]
    assert there == (["C-9"] if left_out else ["C-1", "C-9"])


def test_two_customers_of_one_id_are_told_apart(shop: Write) -> None:
    folder = shop(BERG, {"id": "C-1", "name": "Havn AS"})
    (fault,) = check_catalog(folder)
    assert (fault.json_path, fault.what) == ("$[1].id", "another customer has the id 'C-1': customer.json $[0]")


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"", "the file is empty"),
        (b"[{]", "not JSON at line 1"),
        (b"[17]", "'17' stands where an object should be"),
        (b"\xff\xfe", "the file is not UTF-8 text"),
        (b'[{"id": "C-1", "name": "A", "x": NaN}]', "NaN is not a number that can be used"),
    ],
)
def test_a_damaged_file_is_told_and_the_shop_opens(shop: Write, raw: bytes, what: str) -> None:
    folder = shop(raw=raw)
    catalog = open_catalog(folder, cache_dir=None)
    assert len(catalog) == 1
    assert len(catalog.customers()) <= 1
    assert any(fault.what.startswith(what) for fault in check_catalog(folder))


def test_a_link_out_of_the_folder_is_not_followed(shop: Write, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = shop(BERG)
    outside = tmp_path_factory.mktemp("outside") / "customer.json"
    (folder / "customer.json").rename(outside)
    (folder / "customer.json").symlink_to(outside)
    assert open_catalog(folder, cache_dir=None).customers() == ()
    assert check_catalog(folder)[0].what == "the link leads out of the catalog's folder"
