"""Paying the one-off charges of an order: how it can be done, what the agent reports of it, and the payment that is kept.

The checkout calls it. Cards are paid at a terminal or on a pay page; here there is only what those answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from cartdesk.errors import Mend, Refused
from cartdesk.language import message, tr
from cartdesk.selling.checkout_draft import Attempt, Checkout
from cartdesk.selling.free_text import clean_text
from cartdesk.tmf.account import AccountRef
from cartdesk.tmf.money import Money
from cartdesk.tmf.payment import Payment, PaymentItem, PaymentMethod
from cartdesk.tmf.period import write_time
from cartdesk.tmf.resource import Reference, RelatedParty

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Amounts
    from cartdesk.selling.customers import Customer

MAX_REFERENCE = 40
"""The longest reference of a payment, in characters."""
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./#:_-]*")


class Method(StrEnum):
    """How one-off charges are paid."""

    TERMINAL = "terminal"
    CASH = "cash"
    LINK = "link"
    BILL = "bill"


class Result(StrEnum):
    """What became of a try to pay."""

    APPROVED = "approved"
    DECLINED = "declined"
    UNKNOWN = "unknown"


METHOD_WORDS: Mapping[Method, str] = {
    Method.TERMINAL: message("Card terminal"),
    Method.CASH: message("Cash"),
    Method.LINK: message("Pay link"),
    Method.BILL: message("On the first bill"),
}
_WITHIN = (message("paid"), message("declined"), message("no answer"))
"""How the same answers are said within a sentence."""
RESULT_WORDS: Mapping[Result, str] = {
    Result.APPROVED: message("Paid"),
    Result.DECLINED: message("Declined"),
    Result.UNKNOWN: message("No answer"),
}
_METHODS = {
    "terminal": Method.TERMINAL, "card": Method.TERMINAL, "card terminal": Method.TERMINAL, "cash": Method.CASH, "link": Method.LINK,
    "pay link": Method.LINK, "bill": Method.BILL, "first bill": Method.BILL, "on the first bill": Method.BILL,
}  # fmt: skip
_RESULTS = {
    "approved": Result.APPROVED, "paid": Result.APPROVED, "done": Result.APPROVED, "declined": Result.DECLINED, "refused": Result.DECLINED,
    "unknown": Result.UNKNOWN, "no answer": Result.UNKNOWN,
}  # fmt: skip
_STATUS = {Result.APPROVED: "done", Result.DECLINED: "failed", Result.UNKNOWN: "unknown"}


def read_method(text: str) -> Method:
    """Return the way to pay that a word means.

    Raises:
        Refused: none.
    """
    found = _METHODS.get(" ".join(text.casefold().split()))
    if found is None:
        ways = tuple(Mend(tr(words), f"E pay={method}") for method, words in METHOD_WORDS.items())
        raise Refused(tr("Say how it is paid: terminal, cash, link or bill."), *ways)
    return found


def read_result(text: str) -> Result:
    """Return what became of a try to pay.

    Raises:
        Refused: a word that does not say.
    """
    found = _RESULTS.get(" ".join(text.casefold().split()))
    if found is None:
        raise Refused(tr("Say what became of the payment: approved, declined or unknown."))
    return found


def check_reference(text: str) -> str:
    """Return a terminal's or pay page's reference.

    Raises:
        Refused: empty, too long, strange signs, or a payment card's number.
    """
    reference = clean_text(text, tr("The reference"), limit=MAX_REFERENCE)
    if not _REFERENCE.fullmatch(reference):
        raise Refused(tr("The reference has something other than letters, digits and . / # : _ - in it; type it as the receipt shows it."))
    return reference


def link_code(checkout: Checkout) -> str:
    """Return the code a customer pays by on the shop's pay page; the same for the whole checkout, so that nothing is paid twice."""
    return f"PAY-{checkout.order_id}"


def attempted(checkout: Checkout, due: Money, *, at: datetime, who: str) -> Checkout:
    """Return the checkout with what the agent reports of the payment: method, reference and result as they are typed.

    Cash, and a terminal's reference, mean that it is paid where no result is said. What is reported already is not reported twice, and
    what was paid stays what it was, also where another amount is due since: that has to be given back and paid anew.

    Raises:
        Refused: the method, the reference or the result cannot be right.
    """
    method = read_method(checkout.get("method"))
    if method is Method.BILL:
        return checkout
    reference = check_reference(checkout.get("reference")) if checkout.get("reference") else None
    usual = method is Method.CASH or (method is Method.TERMINAL and reference is not None)
    if method is Method.TERMINAL and reference is None and checkout.get("result") in ("", Result.APPROVED):
        raise Refused(tr("Type the reference that the card terminal printed, or say that it declined or did not answer."))
    result = read_result(checkout.get("result") or (Result.APPROVED if usual else ""))
    tried = Attempt(
        at=write_time(at), who=who, method=method, result=result, amount=str(due.amount), currency=due.currency, reference=reference
    )
    last = checkout.attempt[-1] if checkout.attempt else None
    if last is not None and (_same(last, tried) or last.result == result == Result.APPROVED):
        return checkout
    return checkout.model_copy(update={"attempt": (*checkout.attempt, tried)})


def _same(one: Attempt, other: Attempt) -> bool:
    return (one.method, one.result, one.amount, one.currency, one.reference) == (
        other.method,
        other.result,
        other.amount,
        other.currency,
        other.reference,
    )


def paid(checkout: Checkout) -> Attempt | None:
    """Return the payment that went through, or None."""
    last = checkout.attempt[-1] if checkout.attempt else None
    return last if last is not None and last.result == Result.APPROVED else None


def refuse_unpaid(checkout: Checkout, due: Money) -> None:
    """Refuse a checkout whose one-off charges are neither paid nor put on the bill.

    Raises:
        Refused: the sentence says what is to be done about it.
    """
    if not due.amount:
        return
    method = read_method(checkout.get("method"))
    done = paid(checkout)
    if done is not None and (done.amount, done.currency) != (str(due.amount), due.currency):
        raise Refused(
            tr(
                "{amount} {currency} was paid, and {other} {currency2} is due now;"
                " give back what was paid, then pay anew: the cart has changed since.",
                amount=done.amount,
                currency=done.currency,
                other=due.amount,
                currency2=due.currency,
            ),
            Mend(tr("Pay anew"), "E payment=again"),
        )
    if done is not None or method is Method.BILL:
        return
    last = checkout.attempt[-1] if checkout.attempt else None
    if last is None:
        raise Refused(
            tr("What is due now is not paid yet; pay it, or put it on the first bill."), Mend(tr("On the first bill"), "E pay=bill")
        )
    if last.result == Result.DECLINED:
        raise Refused(tr("The payment was declined; try again, or pay in another way."), Mend(tr("On the first bill"), "E pay=bill"))
    raise Refused(tr("Whether the payment went through is not known yet; ask the terminal or the pay page, then say what it answered."))


def payment_of(
    checkout: Checkout, due: Amounts, customer: Customer, account_id: str | None, order_id: str, *, now: datetime
) -> Payment | None:
    """Return the payment to keep with the order; None where nothing was due, or it comes with the first bill.

    Args:
        checkout: the checkout.
        due: the one-off charges.
        customer: who pays.
        account_id: the account they are booked to.
        order_id: the order.
        now: the moment of confirmation.
    """
    done = paid(checkout)
    if done is None or not due.tax_included.amount:
        return None
    method = Method(done.method)
    tax = due.tax_included - due.duty_free
    return Payment(
        id=checkout.payment_id,
        correlator_id=checkout.order_id,
        name=f"One-off charges of order {order_id}",
        authorization_code=done.reference,
        payment_date=now,
        status=_STATUS[Result.APPROVED],
        status_date=now,
        amount=due.duty_free,
        tax_amount=tax,
        total_amount=due.tax_included,
        account=AccountRef(id=account_id, referred_type="BillingAccount") if account_id else None,
        payer=RelatedParty(id=customer.id, name=customer.name, role="payer", referred_type="Individual"),
        payment_method=PaymentMethod(name=METHOD_WORDS[method], id=method.value, type_=_METHOD_TYPES[method]),
        payment_item=(
            PaymentItem(
                id="1",
                amount=due.duty_free,
                tax_amount=tax,
                total_amount=due.tax_included,
                item=Reference(id=order_id, referred_type="ProductOrder"),
            ),
        ),
    )


_METHOD_TYPES = {Method.TERMINAL: "BankCard", Method.CASH: "Cash", Method.LINK: "DigitalWallet", Method.BILL: "AccountPayment"}
