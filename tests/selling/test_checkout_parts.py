"""Accounts, payments, likeness and tracking, each as tables of what is taken and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from cartdesk.errors import Refused
from cartdesk.selling import payment, tracking
from cartdesk.selling.accounts import (
    FORMATS,
    account_words,
    billable,
    check_account_name,
    check_bill_day,
    check_new_account,
    open_account,
    open_financial_account,
    ordinal,
    pick,
)
from cartdesk.selling.checkout_draft import MAX_TYPED, STEPS, Checkout, Step, begin_checkout, fill, read_checkout
from cartdesk.selling.customers import Customer, check_address
from cartdesk.selling.likeness import alike
from cartdesk.tmf import Money, ProductOrder
from cartdesk.tmf.account import read_account
from cartdesk.tmf.wire import dumps, loads

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BERG = Customer("Solveig Berg", "solveig.berg@example.com", "+47 22 33 44 55", id="C-1", known=True)
KAYA = Customer("Emre Kaya", "emre.kaya@example.com", "+47 22 66 77 88", id="C-2", known=True)
DUE = Money(Decimal("73.94"), "EUR")


def begun(**typed: str) -> Checkout:
    return begin_checkout("A1", "261122-ABCDEF", "Y-261122-ABCDEF", at=NOW, who="ana", typed=typed)


def placed(state: str = "acknowledged") -> ProductOrder:
    return ProductOrder.model_validate(
        {
            "id": "O1",
            "state": state,
            "orderDate": "2026-11-22T10:00:00Z",
            "productOrderItem": [{"id": "1", "productOrderItem": [{"id": "2"}]}],
        }
    )


@pytest.mark.parametrize(("text", "day"), [("1", 1), (" 15 ", 15), ("31", 31), ("07", 7)])
def test_bill_days_that_are_taken(text: str, day: int) -> None:
    assert check_bill_day(text) == day


@pytest.mark.parametrize("text", ["", "0", "32", "-1", "1.5", "1e1", "٣", "15th", "100", "9" * 1000, "\n1\x00"])
def test_bill_days_that_are_refused(text: str) -> None:
    with pytest.raises(Refused, match="from 1 to 31"):
        check_bill_day(text)


@pytest.mark.parametrize("text", ["", "   ", "…", "\U0001f600", "a\x07b", "a\u202eb", "x" * 61, "4111 1111 1111 1111"])
def test_account_names_that_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        check_account_name(text)


@pytest.mark.parametrize("text", ["Family", "家族", "العائلة", "№ 5", "Emoji \U0001f600 too"])
def test_account_names_that_are_taken(text: str) -> None:
    assert check_account_name(text) == text


@pytest.mark.parametrize(("text", "found"), [("FORMAT-SUM", "FORMAT-SUM"), ("itemised", "FORMAT-DETAIL"), ("cost", "FORMAT-COST")])
def test_a_word_means_one_of_several(text: str, found: str) -> None:
    assert pick(text, FORMATS, "The format") == found


@pytest.mark.parametrize("text", ["", "m", "gold"])
def test_a_word_that_means_none_or_several_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="one of"):
        pick(text, FORMATS, "The format")


@pytest.mark.parametrize(
    ("day", "said"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (21, "21st"), (31, "31st")]
)
def test_days_as_they_are_said(day: int, said: str) -> None:
    assert ordinal(day) == said


def test_an_opened_account_is_one_that_the_standard_reads() -> None:
    buyer = Customer("Ingrid Berg", "i@berg.example", id="P1", is_organization=True)
    financial = open_financial_account(buyer, account_id="F1", now=NOW, currency="EUR")
    opened = open_account(
        check_new_account("Family", "itemised", "letter", "15"), buyer, account_id="A1", financial=financial, now=NOW, currency="EUR"
    )
    assert read_account(loads(dumps(opened.wire()))) == opened
    assert (opened.kind, opened.bill_day, opened.names("P1")) == ("BillingAccount", 15, True)
    assert account_words(opened) == "Family A1 · 15th · Letter"
    assert billable([financial, opened, opened.model_copy(update={"state": "Suspended"})]) == (opened,)
    assert {party.referred_type for party in opened.related_party} == {"Organization"}


@pytest.mark.parametrize(
    ("given", "by"),
    [
        ({"email": "SOLVEIG.BERG@example.com"}, ("e-mail",)),
        ({"phone": "22334455"}, ("phone",)),
        ({"phone": "0047 22 33 44 55", "name": "berg, solveig"}, ("phone", "name")),
        ({"name": "Solvéig  BERG"}, ("name",)),
        ({"name": "Solveig Maria Berg"}, ("name",)),
    ],
)
def test_somebody_who_is_known_is_found(given: dict[str, str], by: tuple[str, ...]) -> None:
    (found,) = alike([KAYA, BERG], **given)
    assert (found.customer, found.by, found.is_sure) == (BERG, by, by != ("name",))


@pytest.mark.parametrize("given", [{}, {"name": "Berg"}, {"phone": "4455"}, {"email": "berg@example.com"}, {"name": "Solveig Kaya"}])
def test_somebody_else_is_not_found(given: dict[str, str]) -> None:
    assert alike([KAYA, BERG], **given) == ()


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("", "0155", "Oslo"), "a street"),
        (("Storgata 5", "", "Oslo"), "a post code"),
        (("Storgata 5", "0155", ""), "a city"),
        (("Storgata 5", "—", "Oslo"), "no digit or letter"),
        (("Storgata 5", "0155", "123"), "no letter"),
        (("x" * 121, "0155", "Oslo"), "characters long"),
        (("Storgata\x1b[2J", "0155", "Oslo"), "control characters"),
        (("5500 0000 0000 0004", "0155", "Oslo"), "payment card"),
    ],
)
def test_addresses_that_are_refused(parts: tuple[str, str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        check_address(*parts)


def test_a_checkout_comes_back_from_json_as_it_was() -> None:
    checkout = fill(begun(name="Ann"), {"email": "ann@example.com", "city": ""}).with_done(Step.CUSTOMER)
    assert read_checkout(loads(dumps(checkout.wire()))) == checkout
    assert (checkout.step, checkout.done) == (Step.DELIVERY, (Step.CUSTOMER,))
    assert [step.number for step in STEPS] == [1, 2, 3, 4, 5, 6]


def test_a_field_that_changes_has_to_be_gone_through_again() -> None:
    checkout = begun(name="Ann").with_done(Step.CUSTOMER).with_done(Step.DELIVERY)
    assert fill(checkout, {"name": "Ann"}).done == (Step.CUSTOMER, Step.DELIVERY)
    assert fill(checkout, {"name": "Bo"}).done == (Step.DELIVERY,)


@pytest.mark.parametrize(
    "changes", [{"nosuch": "x"}, {"name": "x" * (MAX_TYPED + 1)}, {"city": "4111-1111-1111-1111"}, {"phone": "+378282246310005"}]
)
def test_what_a_checkout_does_not_keep(changes: dict[str, str]) -> None:
    with pytest.raises(Refused):
        fill(begun(), changes)


@pytest.mark.parametrize(
    ("typed", "result"),
    [
        ({"method": "terminal", "reference": "AB-1"}, "approved"),
        ({"method": "cash"}, "approved"),
        ({"method": "link", "result": "paid"}, "approved"),
        ({"method": "terminal", "result": "declined"}, "declined"),
        ({"method": "link", "result": "no answer"}, "unknown"),
    ],
)
def test_tries_to_pay(typed: dict[str, str], result: str) -> None:
    once = payment.attempted(begun(**typed), DUE, at=NOW, who="ana")
    assert [each.result for each in once.attempt] == [result]
    assert payment.attempted(once, DUE, at=NOW, who="ana") == once


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"method": "gold"},
        {"method": "terminal"},
        {"method": "terminal", "result": "approved"},
        {"method": "link"},
        {"method": "cash", "result": "maybe"},
        {"method": "terminal", "reference": "4111111111111111"},
        {"method": "terminal", "reference": "<b>"},
        {"method": "terminal", "reference": "A" * 41},
    ],
)
def test_tries_to_pay_that_cannot_be_right(typed: dict[str, str]) -> None:
    with pytest.raises(Refused):
        payment.attempted(begun(**typed), DUE, at=NOW, who="ana")


def test_what_was_paid_stays_what_it_was_when_another_amount_is_due() -> None:
    done = payment.attempted(begun(method="cash"), DUE, at=NOW, who="ana")
    more = Money(Decimal("80"), "EUR")
    assert payment.attempted(done, more, at=NOW, who="ana") == done
    payment.refuse_unpaid(done, DUE)
    with pytest.raises(Refused, match=r"73.94 EUR was paid, and 80 EUR is due"):
        payment.refuse_unpaid(done, more)


@pytest.mark.parametrize("state", tracking.STATES)
def test_an_order_goes_only_where_its_state_leads(state: str) -> None:
    for wanted in tracking.STATES:
        order = placed(state)
        if wanted in tracking.FOLLOWING[state]:
            after = tracking.track(order, wanted, at=NOW, who="ana")
            assert (after.state, after.product_order_item[0].product_order_item[0].state) == (wanted, wanted)
            assert [change.state for change in tracking.history_of(after)] == [state, wanted]
        else:
            with pytest.raises(Refused):
                tracking.track(order, wanted, at=NOW, who="ana")


@pytest.mark.parametrize(
    ("state", "after"),
    [("acknowledged", "cancelled"), ("pending", "cancelled"), ("held", "cancelled"), ("inProgress", "assessingCancellation")],
)
def test_cancelling_where_the_state_allows_it(state: str, after: str) -> None:
    assert tracking.can_cancel(placed(state))
    assert tracking.cancel(placed(state), at=NOW, who="ana", why="moved").state == after


@pytest.mark.parametrize(
    "state", ["completed", "cancelled", "failed", "rejected", "partial", "assessingCancellation", "pendingCancellation"]
)
def test_cancelling_where_it_is_too_late(state: str) -> None:
    assert not tracking.can_cancel(placed(state))
    with pytest.raises(Refused):
        tracking.cancel(placed(state), at=NOW, who="ana")


def test_any_spelling_of_a_state_and_none_that_there_is_not() -> None:
    assert [tracking.read_state(text) for text in ("In Progress", "in_progress", "COMPLETED")] == ["inProgress", "inProgress", "completed"]
    with pytest.raises(Refused, match="no state"):
        tracking.read_state("lost")


def test_comments_and_ratings() -> None:
    order = tracking.comment(placed(), "Came early", author="Ann", at=NOW)
    assert [(note.text, note.author) for note in tracking.comments_of(order)] == [("Came early", "Ann")]
    for text in ("", "x" * 2_001, "4111 1111 1111 1111", "\x1b[31m"):
        with pytest.raises(Refused):
            tracking.comment(order, text, author="Ann", at=NOW)
    rated = tracking.rate(order, 5)
    assert rated.seat is not None
    assert rated.seat.rating == 5
    for stars in (0, 6, -1):
        with pytest.raises(Refused, match="from 1 to 5"):
            tracking.rate(order, stars)
