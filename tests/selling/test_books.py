"""Customers' books: on which days accounts are billed, and what is on their bills, before and after today."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cartdesk.catalog import open_catalog
from cartdesk.selling.books import Known, bill_day_of, book_of
from cartdesk.selling.customers import Customer
from cartdesk.tmf import Money
from cartdesk.tmf.account import read_account
from cartdesk.tmf.bill import BillItem
from cartdesk.tmf.customer import OwnedProduct
from cartdesk.tmf.order import ProductOrder

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BERG = Customer("Solveig Berg", id="C-1")


@pytest.fixture(scope="module")
def nordlys():
    shop = open_catalog(Path(__file__).parents[2] / "catalog_fixtures" / "nordlys", cache_dir=None)
    yield shop
    shop.close()


PAID_OFF = [{"name": "storage", "value": "128 GB"}, {"name": "payment", "value": "24 months"}]


def account(shift: int | None = 15, account_id: str = "A-1", **rest):
    cycle = {"billStructure": {"cycleSpecification": {"dateShift": shift, **rest.pop("cycle", {})}}} if shift is not None else {}
    return read_account({"@type": "BillingAccount", "id": account_id, "name": "Home", **cycle, **rest})


def item(on: str, value: str, order: str = "O-1", account_id: str = "A-1", currency: str = "EUR") -> BillItem:
    money = {"unit": currency, "value": float(value)}
    return BillItem.model_validate(
        {
            "id": f"{order}-{on}-{value}",
            "name": "Fibre 500",
            "date": f"{on}T00:00:00Z",
            "taxIncludedAmount": money,
            "taxExcludedAmount": money,
            "billingAccount": {"id": account_id},
            "productOrder": {"id": order},
        }
    )


def term(months: int) -> dict[str, list[dict]]:
    return {"productTerm": [{"name": f"{months} months", "duration": {"amount": months, "units": "month"}}]}


def product(code: str, start: str | None, **rest) -> OwnedProduct:
    given = {"startDate": f"{start}T00:00:00Z"} if start else {}
    return OwnedProduct.model_validate({"id": f"P-{code}", "name": code, "productOffering": {"id": code}, **given, **rest})


@pytest.mark.parametrize(
    ("shift", "reading", "day", "last", "following"),
    [
        (15, "day", 15, "2026-11-15", ["2026-12-15", "2027-01-15", "2027-02-15"]),
        (15, "offset", 16, "2026-11-16", ["2026-12-16", "2027-01-16", "2027-02-16"]),
        (0, "offset", 1, "2026-11-01", ["2026-12-01", "2027-01-01", "2027-02-01"]),
        (31, "day", 31, "2026-10-31", ["2026-11-30", "2026-12-31", "2027-01-31"]),
        (22, "day", 22, "2026-11-22", ["2026-12-22", "2027-01-22", "2027-02-22"]),
        (30, "offset", 31, "2026-10-31", ["2026-11-30", "2026-12-31", "2027-01-31"]),
    ],
)
def test_the_shift_is_read_as_the_seat_reads_it_and_the_days_that_result_are_told(nordlys, shift, reading, day, last, following) -> None:
    (home,) = book_of(Known(BERG, accounts=[account(shift)]), nordlys, NOW, reading).accounts
    assert home.bill_day == day
    assert home.last_day == date.fromisoformat(last)
    assert [each.isoformat() for each in home.next_days] == following
    assert home.due_days == ()


@pytest.mark.parametrize(("shift", "reading"), [(0, "day"), (32, "day"), (-1, "offset"), (31, "offset"), (10**12, "day"), (None, "day")])
def test_a_shift_that_is_no_day_gives_no_days(nordlys, shift, reading) -> None:
    assert bill_day_of(account(shift), reading) is None
    (home,) = book_of(Known(BERG, accounts=[account(shift)]), nordlys, NOW, reading).accounts
    assert (home.bill_day, home.last_day, home.next_days) == (None, None, ())


def test_until_when_a_bill_is_to_be_paid_is_told_where_the_account_says(nordlys) -> None:
    (home,) = book_of(Known(BERG, accounts=[account(15, cycle={"paymentDueDateOffset": 14})]), nordlys, NOW).accounts
    assert home.due_days[0] == date(2026, 12, 29)
    (home,) = book_of(Known(BERG, accounts=[account(15, cycle={"paymentDueDateOffset": 10**9})]), nordlys, NOW).accounts
    assert home.due_days == ()


def test_what_was_ordered_is_on_its_bills_a_year_back_and_a_year_ahead(nordlys) -> None:
    days = ("2025-11-21", "2025-11-22", "2026-11-15", "2026-11-22", "2026-12-15", "2027-11-22", "2027-11-23")
    items = [*(item(day, "10.00") for day in days), item("2026-12-15", "5.50")]
    (home,) = book_of(Known(BERG, accounts=[account()], items=items), nordlys, NOW).accounts
    assert [(bill.on.isoformat(), bill.past, bill.total.tax_included.amount) for bill in home.bills] == [
        ("2025-11-22", True, Decimal(10)),
        ("2026-11-15", True, Decimal(10)),
        ("2026-11-22", True, Decimal(10)),
        ("2026-12-15", False, Decimal("15.5")),
        ("2027-11-22", False, Decimal(10)),
    ]


def test_an_order_that_was_cancelled_is_on_no_bill_and_another_accounts_items_are_not_either(nordlys) -> None:
    orders = [ProductOrder(id="O-1", state="cancelled"), ProductOrder(id="O-2", state="inProgress")]
    items = [item("2026-12-15", "10.00"), item("2026-12-15", "7.00", "O-2"), item("2026-12-15", "9.00", "O-2", "A-9")]
    book = book_of(Known(BERG, accounts=[account()], items=items, orders=orders), nordlys, NOW)
    assert [bill.total.tax_included for bill in book.accounts[0].bills] == [Money(Decimal(7), "EUR")]
    assert [order.id for order in book.orders] == ["O-2", "O-1"]


def test_two_currencies_are_two_bills(nordlys) -> None:
    items = [item("2026-12-15", "10.00"), item("2026-12-15", "900", currency="JPY")]
    (home,) = book_of(Known(BERG, accounts=[account()], items=items), nordlys, NOW).accounts
    assert [bill.total.tax_included for bill in home.bills] == [Money(Decimal(10), "EUR"), Money(Decimal(900), "JPY")]


def test_what_was_there_before_is_foreseen_on_its_own_account(nordlys) -> None:
    products = [product("FIB500", "2025-12-01", billingAccount={"id": "A-2"}, **term(24)), product("TVPLUS", None, **term(12))]
    home, second = book_of(Known(BERG, accounts=[account(), account(1, "A-2")], products=products), nordlys, NOW).accounts
    assert {charge.name.partition(":")[0] for bill in home.bills for charge in bill.charges} == {"TV Plus"}
    assert [bill.on.isoformat() for bill in second.bills][:2] == ["2026-12-01", "2027-01-01"]
    assert len(second.bills) == 12
    assert not any(bill.past for bill in (*home.bills, *second.bills))
    assert all(charge.order_id is None for bill in home.bills for charge in bill.charges)


def test_installments_end_and_a_new_products_part_month_is_on_its_first_bill(nordlys) -> None:
    phone = product("NP12", "2025-01-15", productCharacteristic=PAID_OFF)
    (home,) = book_of(Known(BERG, accounts=[account()], products=[phone]), nordlys, NOW).accounts
    assert [bill.on.isoformat() for bill in home.bills] == ["2026-12-15"]
    fibre = product("FIB500", "2026-12-01", **term(24))
    (home,) = book_of(Known(BERG, accounts=[account()], products=[fibre]), nordlys, NOW).accounts
    first, second = home.bills[:2]
    assert first.total.tax_included > second.total.tax_included == Money(Decimal(39), "EUR")


def test_a_commitment_is_told_until_it_is_over(nordlys) -> None:
    products = [product("FIB500", "2025-12-01", **term(24)), product("SMART20", "2020-01-01", **term(24))]
    bound, free = book_of(Known(BERG, products=products), nordlys, NOW).owned
    assert bound.bound_until == date(2027, 11, 30)
    assert free.bound_until is None


@pytest.mark.parametrize("start", ["0001-01-01", "1850-06-30", "9998-12-31"])
def test_a_start_that_cannot_be_right_stops_nothing(nordlys, start) -> None:
    book = book_of(Known(BERG, accounts=[account()], products=[product("FIB500", start, **term(24))]), nordlys, NOW)
    assert book.owned[0].every


def test_what_is_billed_stands_before_where_it_is_booked(nordlys) -> None:
    kinds = ("FinancialAccount", "SettlementAccount", "PartyAccount", "BillingAccount")
    accounts = [read_account({"@type": kind, "id": kind}) for kind in kinds]
    assert [each.account.kind for each in book_of(Known(BERG, accounts=accounts), nordlys, NOW).accounts] == [
        "BillingAccount",
        "PartyAccount",
        "SettlementAccount",
        "FinancialAccount",
    ]
