"""The checkout at the prompt: by entries for a script, question by question for somebody at a terminal."""

from __future__ import annotations

from collections.abc import Callable

from cartdesk.desk import Desk

Said = Callable[[str], str]


def read_all(talk: Said, said: str) -> str:
    """Say yes to every statement, and return what comes after the last one."""
    statements = 0
    while "Read to the customer." in said:
        said = talk("yes")
        statements += 1
    assert statements > 3
    return said


def test_a_script_fills_it_in_by_entries(say: Said, desk: Desk) -> None:
    say("NP12; SIM")
    assert "It needs: Choose how it is delivered. Enter E option=PARCEL (Parcel)" in say("E")
    for entry in (
        "E customer=Ingrid Nord",
        "E email=i@nord.example",
        "E option=PARCEL",
        "E street=Storgata 5",
        "E post code=0155",
        "E city=Oslo",
    ):
        assert "Refused" not in say(entry), entry
    assert "Payment: Card terminal, AB-12." in say("E pay=terminal AB-12")
    assert "Step 2, Delivery, done: Storgata 5, 0155 Oslo, Parcel." in say("E")
    assert "statements read aloud." in say("E heard")
    placed = say("E confirm").splitlines()
    assert placed[0].endswith("is placed.") and "Customer: Ingrid Nord." in placed
    (order,) = desk.store.orders()
    assert placed[0] == f"Order {order.id} is placed."


def test_it_is_asked_question_by_question(talk: Said, desk: Desk) -> None:
    talk("NP12; SIM; FIB500")
    assert "Who buys?" in talk("E").splitlines()[-1]
    assert "Their e-mail address" in talk("Ingrid Nord")
    refused = talk("no address").splitlines()
    assert refused[0].startswith("Refused: The e-mail address has no @") and refused[-1].startswith("Their e-mail address")
    talk("i@nord.example")
    delivery = talk("")
    assert "Step 1, Customer, done: Ingrid Nord, new customer, i@nord.example." in delivery
    assert "How is it delivered? 1: Parcel, 4.95 EUR" in delivery
    assert "Refused: Answer with a number" in talk("by balloon")
    assert "street and number" in talk("parcel")
    assert "post code" in talk("Storgata 5")
    assert "city" in talk("0155")
    assert "country" in talk("Oslo")
    assert "city" in talk("back")
    assert "country" in talk("Bergen")
    assert "day of the month" in talk("")
    assert "How does the bill come?" in talk("15")
    assert "How detailed is it?" in talk("2")
    payment = talk("")
    assert "Step 3, Billing, done" in payment and "How are " in payment
    assert "reference that the card terminal printed" in talk("1")
    confirm = read_all(talk, talk("AB-12"))
    assert "Does the customer agree" in confirm
    placed = talk("yes")
    assert "is placed." in placed.splitlines()[0]
    (order,) = desk.store.orders()
    assert "Storgata 5, 0155 Bergen" in placed
    assert order.seat is not None and len(order.seat.heard) > 3


def test_leaving_keeps_what_was_told_and_no_keeps_the_cart(talk: Said, desk: Desk) -> None:
    talk("14277")
    talk("E")
    talk("Ingrid Nord")
    assert "kept as it stands" in talk("stop")
    assert "Their e-mail address" in talk("E")
    talk("i@nord.example")
    for answer in ("", "", "", "", ""):
        said = talk(answer)
    confirm = read_all(talk, said)
    assert "Does the customer agree" in confirm
    assert "Nothing was ordered" in talk("no")
    assert not desk.store.orders() and not desk.view.cart.empty


def test_somebody_who_is_a_customer_already_is_offered(talk: Said, desk: Desk) -> None:
    talk("14277")
    talk("E")
    talk("Solveig Borg")
    talk("solveig.berg@example.com")
    said = talk("")
    assert "is a customer already" in said and "1: Take Solveig Berg; 2: Somebody else." in said
    assert "Which account pays?" in talk("1") or "Step 1, Customer, done: Solveig Berg" in said


def test_what_cannot_be_undone_is_asked_and_no_is_the_safe_answer(talk: Said, desk: Desk) -> None:
    talk("14277")
    assert talk("E Ingrid Nord, i@nord.example").endswith("Yes or no.")
    assert talk("") == "Nothing was done."
    assert not desk.store.orders()
    talk("E Ingrid Nord, i@nord.example")
    assert "is placed" in talk("yes")


def test_the_form_that_was_chosen_is_the_one_that_is_read_before_the_order(say: Said, desk: Desk) -> None:
    from cartdesk.desk.checkout_reader import look

    say("14277; #+Ingrid Nord")
    say("E")
    neutral = [each.text for each in desk.ask(look).spoken]
    assert "Before you agree" in say("script uk")
    said = [each.text for each in desk.ask(look).spoken]
    assert said != neutral and len(said) > len(neutral)
