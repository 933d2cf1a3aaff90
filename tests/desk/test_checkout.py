"""The checkout by entries: both use cases, what is kept at once or not at all, and that nothing is ever ordered or paid twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest

from cartdesk.desk import Desk
from cartdesk.desk.checkout_reader import look
from cartdesk.documents.checkout_text import checkout_text, read_aloud
from cartdesk.errors import EntryError, Refused, StoreError
from cartdesk.pricing import project
from cartdesk.selling.checkout_draft import Step
from cartdesk.tmf import ProductOrder

from .conftest import Clock

CARD = "4111 1111 1111 1111"
PERSON = "E name=Ingrid Berg; E email=ingrid@berg.example; E phone=+47 22 33 44 99"
ADDRESS = "E option=COURIER; E street=Storgata 5; E post code=0155; E city=Oslo"
ACCOUNT = "E account=new; E account name=Family; E bill day=15; E bill by=letter; E bill format=itemised"


@pytest.fixture
def till(desk: Desk) -> Desk:
    """A desk with a cart to be checked out, whose script is read aloud."""
    desk.script = read_aloud
    desk.enter("FIB500; SIM; E")
    return desk


def order_of(desk: Desk) -> ProductOrder:
    (order,) = desk.store.orders()
    return order


def kept(desk: Desk) -> dict[str, object]:
    found = desk.store.get_checkout(desk.view.cart.cart_id or "")
    assert found is not None
    return found


def test_a_prospect_becomes_a_customer_and_orders(till: Desk) -> None:
    for entry in (PERSON, ADDRESS, ACCOUNT, "E appointment=Mondays, after four", "E pay=terminal AB-1234", "E heard", "E confirm"):
        till.enter(entry)
    order = order_of(till)
    store = till.store
    (customer,), (payment,) = store.customers(), store.payments()
    account = next(each for each in store.accounts(customer.id) if each.kind == "BillingAccount")
    financial = next(each for each in store.accounts(customer.id) if each.kind == "FinancialAccount")
    assert (account.name, account.wire()["financialAccount"]["id"]) == ("Family", financial.id)
    assert account.wire()["billStructure"]["cycleSpecification"]["dateShift"] == 15
    assert (payment.status, payment.correlator_id, payment.authorization_code) == ("done", order.external_id, "AB-1234")
    assert payment.total_amount == till.priced.due_now.tax_included if till.priced else False
    assert payment.amount is not None
    assert payment.tax_amount is not None
    assert payment.amount + payment.tax_amount == payment.total_amount
    assert order.billing_account is not None
    assert order.billing_account.id == account.id
    assert order.seat is not None
    assert order.seat.appointment == "Mondays, after four"
    assert order.seat.consent is not None
    assert [change.state for change in order.seat.history] == ["acknowledged"]
    roles = {
        item.product_offering.id: item.product.place[0].role for item in order.product_order_item if item.product_offering and item.product
    }
    assert roles == {"FIB500": "installation", "SIM": "delivery", "COURIER": "delivery"}
    assert (store.checkouts(), till.view.cart.read_only) == ([], True)


def test_what_is_billed_is_what_the_projection_says(till: Desk) -> None:
    for entry in (PERSON, ADDRESS, ACCOUNT, "E pay=cash", "E heard", "E confirm"):
        till.enter(entry)
    priced = till.priced
    assert priced is not None
    account = next(each.id for each in till.store.accounts() if each.kind == "BillingAccount")
    items = till.store.bill_items(account)
    assert {item.type for item in items} == {"recurring"}
    billed: dict[date, Decimal] = {}
    for item in items:
        assert item.date is not None
        assert item.tax_included_amount is not None
        billed[item.date.date()] = billed.get(item.date.date(), Decimal(0)) + item.tax_included_amount.amount
    bills = [bill for bill in project(priced, date(2026, 11, 22), 15, months=24) if not bill.is_today]
    assert billed == {bill.on: bill.total.tax_included.amount for bill in bills if bill.total.tax_included.amount}


def test_a_customer_orders_on_the_first_bill_with_a_line_on_another_account(desk: Desk) -> None:
    desk.script = read_aloud
    desk.enter("TALK50; #C-1001; ESIM")
    desk.enter("E; E account=home; E account @2=children; E pay=bill; E heard; E confirm")
    order = order_of(desk)
    assert order.billing_account is not None
    assert order.billing_account.id == "A-4711"
    once = {name: [item for item in desk.store.bill_items(name) if item.type == "oneTime"] for name in ("A-4711", "A-4712")}
    total = sum(item.tax_included_amount.amount for items in once.values() for item in items if item.tax_included_amount)
    assert desk.priced is not None
    assert total == desk.priced.due_now.tax_included.amount
    assert {item.date.day for item in once["A-4711"] if item.date} == {15}
    assert {item.date.day for item in once["A-4712"] if item.date} == {1}
    assert (desk.store.payments(), desk.store.customers()) == ([], [])
    assert {each.id for each in desk.store.accounts("C-1001")} == {"A-4711", "A-4712"}


def test_what_is_read_aloud_says_how_it_is_paid(desk: Desk) -> None:
    desk.script = read_aloud
    desk.enter("TALK50; #C-1001; ESIM; E; E account=home; E pay=link; E heard")
    with pytest.raises(EntryError, match="still to be read aloud: With the first bill"):
        desk.enter("E pay=bill; E confirm")
    desk.enter("E pay=bill; E heard; E confirm")
    order = order_of(desk)
    assert order.seat is not None
    assert order.seat.payment_method == "bill"


def test_steps_are_refused_until_they_are_right(till: Desk) -> None:
    def refused(entry: str) -> str:
        with pytest.raises(EntryError) as info:
            till.enter(entry)
        return str(info.value)

    assert "name is empty" in refused("E confirm")
    till.enter("E name=Ingrid Berg")
    assert "way to be reached" in refused("E confirm")
    till.enter("E email=ingrid@berg.example")
    assert "how it is delivered" in refused("E confirm")
    till.enter("E option=courier")
    assert "needs a street" in refused("E pay=cash")
    till.enter(ADDRESS)
    assert "how it is paid" in refused("E confirm")
    till.enter("E pay=terminal AB-1")
    till.enter("E payment=declined")
    assert "declined" in refused("E confirm")
    till.enter("E payment=unknown")
    assert "not known yet" in refused("E confirm")
    till.enter("E payment=approved")
    assert "read aloud" in refused("E confirm")
    till.enter("E heard what")
    assert "8 statements are still" in refused("E confirm")
    till.enter("E heard; E confirm")
    assert "can no longer be changed" in refused("E confirm")
    assert len(till.store.orders()) == len(till.store.payments()) == 1


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("E bill day=0", "from 1 to 31"),
        ("E bill day=32", "from 1 to 31"),
        ("E bill day=1e1", "from 1 to 31"),
        ("E phone=22 33 ab", "something other than digits"),
        ("E email=nobody", "no @"),
        ("E name=12345", "no letter"),
        ("E name=a\u202eb", "control characters"),
        (f"E name={'I' * 9_000}", "9,000 characters long"),
        ("E option=PIGEON", "The delivery is one of"),
        ("E account=A-4711", "The account is one of"),
        ("E account @9=new", "9"),
        ("E colour=black", "no field"),
        ("E pay=gold", "how it is paid"),
        ("E heard nonsense", "no such statement"),
    ],
)
def test_what_cannot_be_right_is_refused_and_changes_nothing(till: Desk, entry: str, words: str) -> None:
    till.enter(f"{PERSON}; {ADDRESS}")
    before = kept(till)
    with pytest.raises(Refused, match=words):
        till.enter(entry)
    assert kept(till) == before


ENTRIES = [
    "E name={}", "E email={}@x.example", "E phone={}", "E street={}", "E post code={}", "E city={}", "E country={}", "E appointment={}",
    "E account name={}", "E bill day={}", "E pay=terminal {}", "E reference={}", "E customer={}", "E shop={}", "E apart={}", "E option={}",
    "N {}", "N1 {}", "label {}", "#{}", "#+{}", "%{}", "?{}", "carts {}", "orders {}", "comment X {}", "cancel X {}", "track X held {}",
    "E {}, a@b.example", "E Ann, a@b.example, {}", "= color {}",
]  # fmt: skip


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("card", [CARD, "5500-0000-0000-0004", "3782/822463/10005", "4222222222222"])
def test_no_entry_takes_a_card_number(till: Desk, entry: str, card: str) -> None:
    with pytest.raises(Refused):
        till.enter(entry.format(card))
    data = till.store.path.read_bytes()
    assert card.encode() not in data
    assert "".join(each for each in card if each.isdigit()).encode() not in data


def test_a_phone_number_that_looks_like_a_card_is_a_phone_number(till: Desk) -> None:
    till.enter("E phone=+49 176 1234 5674 9")
    assert kept(till)["typed"] == {"phone": "+49 176 1234 5674 9"}


def test_a_cart_with_a_card_number_is_not_imported(desk: Desk) -> None:
    from cartdesk.selling.basket import add_note, new_cart

    cart = new_cart("C1", desk.now())
    noted = add_note(cart, None, "call back", "ana", desk.now())
    desk.adopt([noted], "import", copy=True)
    wire = json.loads(json.dumps(noted.wire()).replace("call back", CARD))
    with pytest.raises(Refused, match="payment card"):
        desk.adopt([type(noted).model_validate({**wire, "id": "C2", "relatedParty": [{"name": CARD, "role": "customer"}]})], "import")


def test_the_order_and_all_that_comes_of_it_is_one_frame(till: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for entry in (PERSON, ADDRESS, ACCOUNT, "E pay=cash", "E heard"):
        till.enter(entry)
    before = kept(till)

    def fail(*_: object) -> None:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(type(till.store), "put_bill_item", fail)
        with pytest.raises(StoreError):
            till.enter("E confirm")
    assert (till.store.orders(), till.store.payments(), till.store.customers(), till.store.accounts()) == ([], [], [], [])
    assert kept(till) == before
    till.enter("E confirm")
    assert order_of(till).id == before["orderId"]
    assert till.store.payments()[0].id == before["paymentId"]


def test_a_checkout_goes_on_in_another_process_with_the_same_numbers(till: Desk, open_desk: Callable[..., Desk]) -> None:
    till.enter(f"{PERSON}; {ADDRESS}; E pay=terminal AB-1234")
    before = kept(till)
    till.close()
    again = open_desk()
    again.script = read_aloud
    again.enter("E")
    assert kept(again) == before
    assert again.ask(look).paid is not None
    again.enter("E heard; E confirm")
    assert order_of(again).id == before["orderId"]


def test_another_way_of_paying_needs_the_first_to_be_given_back(till: Desk) -> None:
    till.enter(f"{PERSON}; {ADDRESS}; E pay=terminal AB-1234")
    with pytest.raises(EntryError, match="is paid already") as info:
        till.enter("E pay=cash")
    till.enter(info.value.mends[0].entry)
    till.enter("E pay=cash; E heard; E confirm")
    assert [payment.payment_method.name for payment in till.store.payments() if payment.payment_method] == ["Cash"]


def test_a_catalog_that_changes_meanwhile_is_read_again_and_paid_again(
    till: Desk, open_desk: Callable[..., Desk], nordlys: Path, tmp_path: Path
) -> None:
    till.enter(f"{PERSON}; {ADDRESS}; E pay=terminal AB-1234; E heard")
    till.close()
    other = copytree(nordlys, tmp_path / "catalog")
    for path in other.glob("productOfferingPrice-*.json"):
        prices = json.loads(path.read_text(encoding="utf-8"))
        for price in prices:
            if price["id"] == "COURIER-fee":
                price["price"]["value"] = price["price"]["value"] * 2
        path.write_text(json.dumps(prices), encoding="utf-8")
    again = open_desk(catalog=other)
    again.script = read_aloud
    with pytest.raises(EntryError) as info:
        again.enter("E confirm")
    while any("yes" in mend.entry for mend in info.value.mends):
        again.enter(next(mend.entry for mend in info.value.mends if "yes" in mend.entry))
        with pytest.raises(EntryError) as info:
            again.enter("E confirm")
    assert "was paid, and" in str(info.value)
    again.enter("E payment=again; E pay=terminal CD-5")
    with pytest.raises(EntryError, match="still to be read aloud"):
        again.enter("E confirm")
    again.enter("E heard; E confirm")
    assert len(again.store.orders()) == len(again.store.payments()) == 1


def test_the_checkout_goes_with_the_cart_and_with_the_customer(till: Desk) -> None:
    till.enter(PERSON)
    till.enter("discard")
    assert till.store.checkouts() == []
    till.enter("new; FIB500; E; E name=Somebody; E email=ann@example.com; E drop")
    assert till.store.checkouts() == []
    till.enter("E name=Ann Ek; E email=ann@example.com; E done customer")
    till.enter("new; FIB500; E Ann Ek, ann@example.com")
    (customer,) = till.store.customers()
    assert len(till.store.checkouts()) == 1
    till.store.erase_customer(customer.id, at="2026-11-22T10:00:00Z")
    assert till.store.checkouts() == []
    assert b"ann@example.com" not in till.store.path.read_bytes()


def test_what_older_versions_kept_in_settings_goes(till: Desk, open_desk: Callable[..., Desk], clock: Clock) -> None:
    till.store.set_setting("checkout X1", {"customer": "Ann Ek"})
    till.store.set_setting("theme", "dark")
    clock.later(days=1)
    till.refresh()
    assert (till.store.setting("checkout X1"), till.store.setting("theme")) == (None, "dark")


def test_the_checkout_in_words(till: Desk) -> None:
    till.enter(f"{PERSON}; {ADDRESS}; E bill day=15; E pay=link; E payment=unknown")
    text = checkout_text(till.ask(look))
    assert "✓ 1 Customer    Ingrid Berg · new customer · ingrid@berg.example · +47 22 33 44 99" in text
    assert "✓ 2 Delivery    Storgata 5, 0155 Oslo · Courier" in text
    assert "Pay link · no answer" in text
    assert till.ask(look).first_open is Step.PAYMENT


def test_orders_are_followed_cancelled_and_spoken_of(till: Desk) -> None:
    for entry in (PERSON, ADDRESS, ACCOUNT, "E pay=cash", "E heard", "E confirm"):
        till.enter(entry)
    name = order_of(till).id
    till.enter(f"comment {name} It came early; rate {name} 4")
    with pytest.raises(Refused, match="from 1 to 5"):
        till.enter(f"rate {name} 6")
    said = till.enter(f"cancel {name} moved abroad").said
    order = order_of(till)
    assert order.seat is not None
    assert order.state == "cancelled"
    assert order.cancellation_reason == "moved abroad"
    assert [change.state for change in order.seat.history] == ["acknowledged", "cancelled"]
    assert (order.seat.rating, order.note[-1].text, order.note[-1].author) == (4, "It came early", "Ingrid Berg")
    assert "Give back 73.94 EUR" in said
    assert all(not till.store.bill_items(account.id) for account in till.store.accounts())
    with pytest.raises(Refused, match="can no longer be cancelled"):
        till.enter(f"cancel {name}")
    with pytest.raises(Refused, match="no order"):
        till.enter("cancel 261122-NOSUCH")
