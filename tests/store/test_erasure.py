"""Erasing a customer takes every trace of them out of every file, and nothing else; the history can still be verified."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cartdesk.errors import SettingsError, StoreError
from cartdesk.store import CartRow, CartStore
from cartdesk.store.redaction import redact_cart
from cartdesk.store.retention import ARCHIVE_AFTER, ERASE_AFTER
from cartdesk.tmf import BillingAccount, BillItem, CartState, Individual, Payment, ProductOrder, RelatedParty, ShoppingCart

from .carts import change, make_cart, price, with_quantity
from .disks import FULL, FailingDisk

AT = "2026-12-01T10:00:00Z"
TRACES = (b"Ann Ek", b"ann@example.com", b"5550100", b"Storgatan", b"owns a dog", b"Annika's cart", b"port 5550100")

MEDIA = [
    {"type": "Email", "characteristic": {"emailAddress": "ann@example.com"}},
    {"type": "Phone", "characteristic": {"phoneNumber": "+46 5550100", "street1": "Storgatan 1"}},
]


def ann() -> Individual:
    return Individual.model_validate({"id": "P1", "fullName": "Ann Ek", "contactMedium": MEDIA})


def anns_cart(cart_id: str = "A1", **seat: Any) -> ShoppingCart:
    notes = {"state": "open", "label": "Annika's cart", "created": "2026-10-01T10:00:00Z", "changed": "2026-10-02T10:00:00Z", **seat}
    override = {"itemId": "item-0000", "percentage": "10", "who": "Ann Ek's agent", "role": "agent", "why": "owns a dog"}
    cart = make_cart(
        cart_id,
        relatedParty=[{"id": "P1", "role": "customer", "name": "Ann Ek"}],
        contactMedium=MEDIA,
        cartdesk={**notes, "override": [override]},
        vendorNote="owns a dog",
    )
    number = {"name": "number to port", "value": "+46 5550100"}
    first = cart.cart_item[0].model_dump(by_alias=True)
    first["product"]["characteristic"] = [number]
    first["note"] = [{"text": "owns a dog"}]
    return ShoppingCart.model_validate({**cart.wire(), "cartItem": [first, *(item.wire() for item in cart.cart_item[1:])]})


def anns_order(order_id: str = "O1", date: str = "2026-10-02T10:00:00Z") -> ProductOrder:
    return ProductOrder.model_validate(
        {
            "id": order_id,
            "orderDate": date,
            "orderTotalPrice": [price("29.90")],
            "productOrderItem": [{"id": "1", "quantity": 2, "note": [{"text": "owns a dog"}], "productOffering": {"id": "FIB500"}}],
            "relatedParty": [{"id": "P1", "name": "Ann Ek"}],
            "contactMedium": MEDIA,
            "note": [{"text": "owns a dog"}],
        }
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CartStore]:
    with CartStore(tmp_path / "store") as opened:
        _fill(opened)
        yield opened


def _fill(store: CartStore) -> None:
    store.put_customer(ann())
    store.put_customer(Individual.model_validate({"id": "P2", "fullName": "Bo Al"}))
    cart = anns_cart()
    store.record(cart, change("new", "create"))
    for quantity in range(2, 30):
        store.record(with_quantity(cart, quantity), change(f"port 5550100 {quantity}", after={"now": quantity}))
    store.record(make_cart("B1", 2, relatedParty=[{"id": "P2"}]), change("new", "create"))
    store.put_order(anns_order())
    store.put_order(ProductOrder.model_validate({"id": "O2", "relatedParty": [{"id": "P2"}], "note": [{"text": "kept"}]}))
    store.put_account(BillingAccount.model_validate({"id": "BA1", "name": "Ann Ek", "relatedParty": [{"id": "P1"}]}))
    store.put_account(BillingAccount.model_validate({"id": "BA2", "name": "Bo"}))
    amount = {"unit": "EUR", "value": 7}
    for account, order, owner in (("BA1", "O1", "Ann Ek"), ("BA2", "O2", "Bo")):
        item = {"id": f"{order}-1", "name": f"{owner}'s", "billingAccount": {"id": account}, "taxIncludedAmount": amount}
        paid = {"id": f"Y{order}", "payer": {"name": owner}, "paymentItem": [{"item": {"id": order}}], "status": "done"}
        store.put_bill_item(BillItem.model_validate(item))
        store.put_payment(Payment.model_validate(paid))
    store.put_checkout("A1", {"customer": {"name": "Annika"}})
    store.put_checkout("A9", {"customer": {"name": "somebody", "email": "ann@example.com"}})
    store.put_checkout("B1", {"customer": {"name": "Bo"}})
    store.set_setting("view", {"areas": [{"cart": "A1", "label": "Annika's cart"}], "contact": "ann@example.com"})
    store.set_setting("theme", "dark")
    store.log_storage.commit(
        {("outbox", "1"): b'{"cart":"A1","body":"Ann Ek"}', ("sync", "A1"): b'{"base":"Ann Ek"}', ("sync", "B1"): b"{}"}
    )


def _traces(folder: Path) -> list[tuple[str, bytes]]:
    return [(path.name, trace) for path in sorted(folder.iterdir()) for trace in TRACES if trace in path.read_bytes()]


def test_no_trace_is_left_in_any_file(store: CartStore, tmp_path: Path) -> None:
    assert _traces(tmp_path)
    done = store.erase_customer("P1", at=AT)
    assert (done.customer_id, done.carts, done.orders, done.others) == ("P1", ["A1"], ["O1"], 7)
    assert _traces(tmp_path) == []
    store.close()
    assert _traces(tmp_path) == []
    with CartStore(store.path) as again:
        assert again.customers() == [Individual.model_validate({"id": "P2", "fullName": "Bo Al"})]
        assert again.log_storage.body("erased", "P1") == b'{"id":"P1","erased":"%s"}' % AT.encode()
        assert again.verify() == []


def test_what_was_sold_and_what_is_others_stays(store: CartStore) -> None:
    before = store.get_cart("A1")
    bo = store.get_cart("B1")
    assert before is not None
    store.erase_customer("P1", at=AT)
    after = store.get_cart("A1")
    assert after is not None
    assert after.cart_total_price == before.cart_total_price
    assert [(item.id, item.quantity, item.item_total_price, item.product_offering) for item in after.cart_item] == [
        (item.id, item.quantity, item.item_total_price, item.product_offering) for item in before.cart_item
    ]
    assert after.notes.override[0].percentage == "10"
    order = store.get_order("O1")
    assert order is not None
    assert (order.product_order_item[0].quantity, order.contact_medium, order.note) == (2, (), ())
    assert store.get_cart("B1") == bo
    assert [each.id for each in store.accounts()] == ["BA2"]
    assert store.checkouts() == ["B1"]
    (gone,), (kept,) = store.bill_items("BA1"), store.bill_items("BA2")
    assert (gone.tax_included_amount, gone.name, gone.billing_account) == (kept.tax_included_amount, None, None)
    assert kept.name == "Bo's"
    paid, theirs = store.payments()
    assert (paid.status, paid.payer, theirs.payer) == ("done", None, RelatedParty(name="Bo"))
    assert (store.setting("view"), store.setting("theme")) == (None, "dark")
    assert store.log_storage.keys("sync") == ["B1"]
    assert store.cart_row("A1") == CartRow(
        "A1", None, "open", 3, "15", (("monthly", "89.7"),), "EUR", None, "2026-10-01T10:00:00Z", "2026-10-02T10:00:00Z"
    )


def test_the_history_is_verified_as_before_and_says_what_was_done(store: CartStore) -> None:
    hashes = [record.hash for record in store.history("A1")]
    store.erase_customer("P1", at=AT)
    records = store.history("A1")
    assert [record.hash for record in records[:-1]] == hashes
    assert {(record.change.entry, record.erased) for record in records[:-1]} == {("", AT)}
    assert (records[-1].change.kind, records[-1].change.entry) == ("erase", "personal data erased")
    assert records[4].change.after == {"now": 5}
    assert store.verify_history("A1") is None
    assert store.cart_at("A1", 5).cart_item[0].quantity == 5
    assert store.undo_target("A1") is None
    store.record(make_cart("A1"), change("again"))
    assert store.verify_history("A1") is None


@pytest.mark.parametrize("member", ["state", "content", "after", "who"])
def test_an_erased_record_that_was_changed_since_is_named(store: CartStore, member: str) -> None:
    store.erase_customer("P1", at=AT)
    body = json.loads(store.log_storage.body("history", "A1/3") or b"")
    body[member] = {"now": 1_000} if member == "after" else "0" * 64
    store.log_storage.commit({("history", "A1/3"): json.dumps(body).encode()})
    assert store.verify_history("A1") == 3


def test_an_erased_cart_of_the_past_that_was_changed_with_its_record_is_named(store: CartStore) -> None:
    from cartdesk.store.history import digest

    store.erase_customer("P1", at=AT)
    state = (store.log_storage.body("history_states", "A1/3") or b"").replace(b'"quantity":3', b'"quantity":9')
    body = json.loads(store.log_storage.body("history", "A1/3") or b"")
    body["state"] = digest(state)
    store.log_storage.commit({("history", "A1/3"): json.dumps(body).encode(), ("history_states", "A1/3"): state})
    assert store.verify_history("A1") == 30, "the record of the erasure seals what stands in those it erased"


def test_erasing_again_and_erasing_who_is_not_there(store: CartStore, tmp_path: Path) -> None:
    store.erase_customer("P1", at=AT)
    store.record(with_quantity(anns_cart(), 3), change("she called again"))
    store.put_customer(ann())
    done = store.erase_customer("P1", at="2026-12-02T10:00:00Z")
    assert done.carts == ["A1"]
    assert _traces(tmp_path) == []
    assert store.verify() == []
    assert store.history("A1")[0].erased == AT
    assert store.erase_customer("nobody", at=AT).carts == []


def test_a_cart_that_only_once_named_them_is_erased_too(store: CartStore, tmp_path: Path) -> None:
    store.record(anns_cart("A2"), change("new", "create"))
    store.record(make_cart("A2"), change("customer taken off"))
    store.record(anns_cart("A3"), change("new", "create"))
    store.remove_cart("A3")
    assert set(store.erase_customer("P1", at=AT).carts) == {"A1", "A2", "A3"}
    assert _traces(tmp_path) == []
    assert store.verify() == []


def test_a_history_that_damage_made_unreadable_in_part_is_erased_too(store: CartStore, tmp_path: Path) -> None:
    store.log_storage.commit({("history_states", "A1/4"): b'{"delta":[]}'})
    store.erase_customer("P1", at=AT)
    assert _traces(tmp_path) == []
    assert store.verify_history("A1") == 4
    assert [record.seq for record in store.history("A1")] == list(range(1, 31))


def test_a_customer_whose_id_is_personal_leaves_a_hash(store: CartStore, tmp_path: Path) -> None:
    store.put_customer(Individual.model_validate({"id": "ann@example.com", "fullName": "Ann Ek"}))
    store.erase_customer("P1", at=AT)
    store.erase_customer("ann@example.com", at=AT)
    assert _traces(tmp_path) == []
    assert all(key == "P1" or key.startswith("sha256:") for key in store.log_storage.keys("erased"))


def test_copies_beside_the_store_go_too(store: CartStore, tmp_path: Path) -> None:
    (tmp_path / "store.damaged-001").write_bytes(b"Ann Ek")
    (tmp_path / "unrelated").write_bytes(b"Ann of another house")
    done = store.erase_customer("P1", at=AT)
    assert done.copies == [tmp_path / "store.damaged-001"]
    assert _traces(tmp_path) == []
    assert (tmp_path / "unrelated").exists()


def test_an_erasure_that_was_interrupted_is_finished_when_the_store_is_opened(light_path: Path) -> None:
    with CartStore(light_path / "count", disk=(disk := FailingDisk())) as store:
        _fill(store)
        start = len(disk.calls)
        store.erase_customer("P1", at=AT)
        kinds = disk.calls[start:]
    refused = 0
    for number in [at for at, kind in enumerate(kinds) if kind != "read"]:
        folder = light_path / str(number)
        folder.mkdir()
        refusing = FailingDisk()
        store = CartStore(folder / "store", disk=refusing)
        _fill(store)
        first = len(refusing.calls) + number
        refusing.refuse = lambda kind, at, first=first: FULL if at > first else None
        try:
            store.erase_customer("P1", at=AT)
        except StoreError:
            refused += 1
        refusing.refuse = lambda kind, at: None
        store.close()
        with CartStore(folder / "store") as again:
            if again.get_customer("P1") is not None:
                again.erase_customer("P1", at=AT)
            assert again.customers()
            assert again.verify() == []
        assert _traces(folder) == [], number
    assert refused >= 5


def test_redacting_twice_is_redacting_once() -> None:
    body = json.dumps(anns_cart().wire(), default=str).encode()
    once = redact_cart(body)
    assert redact_cart(once) == once
    assert ShoppingCart.model_validate(json.loads(once)).id == "A1"


def _closed(cart_id: str, changed: str, state: CartState = CartState.ORDERED) -> ShoppingCart:
    return anns_cart(cart_id, state=state.value, changed=changed)


def test_closed_carts_move_to_the_archive_with_their_history(store: CartStore, tmp_path: Path) -> None:
    for number in range(60):
        store.record(_closed(f"old{number}", "2026-08-01T10:00:00Z"), change("new", "create"))
    store.record(_closed("young", "2026-11-29T10:00:00Z", CartState.DISCARDED), change("new", "create"))
    old = store.get_cart("old7")
    now = datetime(2026, 12, 1, tzinfo=UTC)
    assert store.retain(now).archived == []
    store.set_setting(ARCHIVE_AFTER, 30)
    assert set(store.retain(now).archived) == {f"old{number}" for number in range(60)}
    assert store.retain(now).archived == []
    assert {row.id for row in store.cart_rows()} == {"A1", "B1", "young"}
    assert store.get_cart("old7") is None
    assert store.history("old7") == []
    with store.open_archive(read_only=True) as archive:
        assert archive.get_cart("old7") == old
        assert len(archive.cart_rows()) == 60
        assert archive.cart_at("old7", 1) == old
        assert archive.verify() == []
    assert (tmp_path / "store.archive").stat().st_mode & 0o777 == 0o600
    assert store.verify() == []
    done = store.erase_customer("P1", at=AT)
    assert len(done.carts) == 62
    store.close()
    assert _traces(tmp_path) == []


def test_personal_data_goes_after_so_many_days(store: CartStore, tmp_path: Path) -> None:
    store.record(_closed("old", "2026-08-01T10:00:00Z"), change("new", "create"))
    store.put_order(anns_order("O-old", "2026-08-01T10:00:00Z"))
    store.set_setting(ARCHIVE_AFTER, 30)
    now = datetime(2026, 12, 1, tzinfo=UTC)
    store.retain(now)
    store.set_setting(ERASE_AFTER, 90)
    assert store.retain(now).erased == ["O-old", "old"]
    assert store.get_customer("P1") is not None, "a younger cart still names her"
    assert store.retain(now).erased == []
    with store.open_archive() as archive:
        assert archive.verify_history("old") is None
        assert archive.cart_row("old") == CartRow(
            "old", None, "ordered", 3, "15", (("monthly", "89.7"),), "EUR", None, "2026-10-01T10:00:00Z", "2026-08-01T10:00:00Z"
        )
    store.record(_closed("A1", "2026-10-02T10:00:00Z"), change("checkout"))
    assert set(store.retain(datetime(2027, 6, 1, tzinfo=UTC)).erased) >= {"A1", "O1", "P1"}
    assert store.get_customer("P1") is None
    assert store.get_customer("P2") is not None, "an open cart names him"
    assert store.verify() == []


@pytest.mark.parametrize("value", ["30", -1, 1.5, True])
def test_days_that_are_none_are_refused(store: CartStore, value: Any) -> None:
    store.set_setting(ERASE_AFTER, value)
    with pytest.raises(SettingsError, match="must be a whole number of days, 0 or more"):
        store.retain(datetime(2026, 12, 1, tzinfo=UTC))
