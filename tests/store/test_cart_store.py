"""The repositories: what is put comes back, after reopening too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tinydb import where

from cartdesk.errors import StoreError
from cartdesk.store import CartRow, CartStore
from cartdesk.store.rows import write_row
from cartdesk.tmf import BillingAccount, BillItem, Individual, Organization, Payment, ProductOrder, SettlementAccount

from .carts import change, make_cart, price


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CartStore]:
    with CartStore(tmp_path / "store") as opened:
        yield opened


def _reopened(store: CartStore) -> CartStore:
    store.close()
    return CartStore(store.path)


def test_a_cart_comes_back_as_it_was(store: CartStore) -> None:
    cart = make_cart(items=10)
    store.put_cart(cart)
    assert store.get_cart("C1") == cart
    assert store.get_cart("c1") is None
    with _reopened(store) as again:
        assert again.get_cart("C1") == cart
        assert again.cart_ids() == ["C1"]
        again.remove_cart("C1")
        again.remove_cart("C1")
        assert again.get_cart("C1") is None
        assert again.cart_rows() == []


@pytest.mark.parametrize("cart_id", ["a/b", "", 'quote " and \\', "пример", "x\ny", "a" * 300, "history/1"])
def test_any_id_will_do(store: CartStore, cart_id: str) -> None:
    cart = make_cart(cart_id)
    store.record(cart, change("new", "create"))
    with _reopened(store) as again:
        assert again.get_cart(cart_id) == cart
        assert [record.cart_id for record in again.history(cart_id)] == [cart_id]
        assert again.verify() == []


def test_a_cart_s_row_is_made_from_it(store: CartStore) -> None:
    store.put_cart(make_cart("C1", 2, 3, contactMedium=[{"characteristic": {"emailAddress": "ann@example.com"}}]))
    assert store.cart_rows() == [
        CartRow(
            "C1",
            "Caller C1",
            "open",
            2,
            "20",
            (("monthly", "119.60"),),
            "EUR",
            "ann@example.com",
            "2026-11-22T10:00:00Z",
            "2026-11-22T10:05:00Z",
        )
    ]
    assert store.cart_row("C1") == store.cart_rows()[0]
    assert store.cart_row("C2") is None


def test_rows_are_given_last_changed_first_and_by_state_and_text(store: CartStore) -> None:
    for number, (label, state) in enumerate([("Äsa", "open"), ("Bo", "held"), ("Cy", "ordered")]):
        row = CartRow(
            f"C{number}", label, state, 1, contact=f"+46 70 {number}", changed=f"2026-11-2{number}T10:00:00Z", order_id=f"O{number}"
        )
        store.put_cart(make_cart(f"C{number}"), row)
    assert [row.id for row in store.cart_rows()] == ["C2", "C1", "C0"]
    assert [row.id for row in store.cart_rows(state="held")] == ["C1"]
    assert [row.id for row in store.cart_rows(text="äSA")] == ["C0"]
    assert [row.id for row in store.cart_rows(text=" 70 2 ")] == ["C2"]
    assert [row.id for row in store.cart_rows(text="o1", state="held")] == ["C1"]
    assert store.cart_rows(text="nobody") == []
    store.put_cart(make_cart("C0"), CartRow("C0", "Dan", changed="2026-12-01T10:00:00Z"))
    assert [row.label for row in store.cart_rows()] == ["Dan", "Cy", "Bo"]
    store.compact()
    assert [row.label for row in store.cart_rows()] == ["Dan", "Cy", "Bo"]


def test_a_row_survives_json() -> None:
    row = CartRow("C1", "A", "held", 2, "20.00", (("monthly", "1.10"), ("3 months", "4")), "EUR", None, "x", "y", None)
    assert CartRow.from_json(row.to_json() | {"from a later version": 1}) == row
    assert "contact" not in row.to_json()
    for each in (row, CartRow('quote " and é\n'), CartRow("C2", every=(("monthly", "1"),), contact="x", order_id="O")):
        assert json.loads(write_row(each)) == json.loads(json.dumps(each.to_json()))


def test_what_a_period_that_is_not_monthly_costs_is_a_sum_of_its_own(store: CartStore) -> None:
    yearly = price("120") | {"recurringChargePeriod": "yearly"}
    store.put_cart(make_cart("C1", cartTotalPrice=[price("10"), yearly, price("2.50"), price("7", "usage"), {"priceType": "recurring"}]))
    row = store.cart_rows()[0]
    assert (row.due_now, row.every) == (None, (("monthly", "12.50"), ("yearly", "120")))


def test_every_resource_comes_back_as_what_it_is(store: CartStore) -> None:
    order = ProductOrder.model_validate({"id": "O1", "orderTotalPrice": [price("10.10")], "orderDate": "2026-11-22T10:00:00+02:00"})
    customer = Individual.model_validate({"id": "P1", "fullName": "Ann Ek", "vip": True})
    company = Organization.model_validate({"id": "P2", "tradingName": "Ek AS"})
    account = BillingAccount.model_validate({"id": "A1", "name": "Ann", "mine": 1, "relatedParty": [{"id": "P1"}]})
    settled = SettlementAccount.model_validate({"id": "A2", "name": "Partner", "relatedParty": [{"id": "P10"}]})
    payment = Payment.model_validate({"id": "Y1", "totalAmount": {"unit": "EUR", "value": "98.00"}})
    items = [BillItem.model_validate({"id": f"O1-{n}", "billingAccount": {"id": name}}) for n, name in enumerate(["A1", "A10", "A1"])]
    store.put_order(order)
    store.put_customer(customer)
    store.put_customer(company)
    store.put_account(account)
    store.put_account(settled)
    store.put_payment(payment)
    for item in items:
        store.put_bill_item(item)
    with _reopened(store) as again:
        assert (again.get_order("O1"), again.orders()) == (order, [order])
        assert (again.get_customer("P1"), again.get_customer("P2"), again.customers()) == (customer, company, [customer, company])
        assert (again.get_account("A1"), again.get_account("A2"), again.accounts()) == (account, settled, [account, settled])
        assert (again.accounts("P1"), again.accounts("P10"), again.accounts("P9")) == ([account], [settled], [])
        assert (again.get_payment("Y1"), again.payments()) == (payment, [payment])
        assert (again.bill_items("A1"), again.bill_items("A10"), again.bill_items("A")) == ([items[0], items[2]], [items[1]], [])
        assert (again.get_order("x"), again.get_customer("x"), again.get_account("x"), again.get_payment("x")) == (None,) * 4
        with pytest.raises(StoreError, match="needs an id"):
            again.put_account(BillingAccount(id=""))


def test_a_checkout_is_kept_until_it_is_removed(store: CartStore) -> None:
    assert (store.get_checkout("A1"), store.checkouts()) == (None, [])
    store.put_checkout("A1", {"customer": {"name": "Ann \ud83d Ek"}})
    with _reopened(store) as again:
        found = again.get_checkout("A1")
        assert found == {"customer": {"name": "Ann \ud83d Ek"}}
        found["customer"]["name"] = "changed"
        assert (again.get_checkout("A1"), again.checkouts()) == ({"customer": {"name": "Ann \ud83d Ek"}}, ["A1"])
        again.remove_checkout("A1")
        again.remove_checkout("A1")
        assert (again.get_checkout("A1"), again.checkouts()) == (None, [])


def test_settings_are_parsed_anew_for_everyone(store: CartStore) -> None:
    assert store.setting("view") is None
    assert store.setting("view", {"a": 1}) == {"a": 1}
    store.set_setting("view", {"rows": [1, 2.5, None]})
    store.setting("view")["rows"].append("mine")
    assert store.setting("view") == {"rows": [1, 2.5, None]}
    store.set_setting("view", None)
    assert store.setting("view", "default") is None
    with pytest.raises(TypeError):
        store.set_setting("view", object())


def test_a_transaction_is_all_or_nothing(store: CartStore) -> None:
    store.record(make_cart("C1"), change("new", "create"))
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.record(make_cart("C1", 5), change("5"))
        store.record(make_cart("C2"), change("new", "create"))
        store.set_setting("a", 1)
        store.remove_cart("C1")
        assert store.get_cart("C1") is None
        assert [row.id for row in store.cart_rows()] == ["C2"]
        raise ZeroDivisionError
    assert store.get_cart("C1") == make_cart("C1")
    assert [record.seq for record in store.history("C1")] == [1]
    assert store.history("C2") == []
    assert store.setting("a") is None
    assert [row.id for row in store.cart_rows()] == ["C1"]
    store.record(make_cart("C1", 6), change("6"))
    assert store.verify() == []


def test_nothing_is_closed_or_compacted_in_a_transaction(store: CartStore) -> None:
    with store.transaction():
        with pytest.raises(StoreError, match="end it first"):
            store.compact()
        with pytest.raises(StoreError, match="end it first"):
            store.close()
        store.set_setting("a", 1)
    assert store.setting("a") == 1


def test_tinydb_s_queries_find_carts(store: CartStore) -> None:
    store.put_cart(make_cart("C1", 2))
    store.put_cart(make_cart("C2", 3))
    found = store.table("carts").search(where("cartItem").test(lambda items: len(items) == 3))
    assert [document["id"] for document in found] == ["C2"]
    assert repr(store) == f"<CartStore {str(store.path)!r}>"
