"""Entries that fill in a checkout, ``E name=Ingrid Berg``: which field a word means, and what else follows from it.

``commands/order.py`` calls it; a face fills in the same fields by :func:`keep_typed`, as they are typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from cartdesk.desk.checkout import Till
from cartdesk.errors import EntryError, Mend
from cartdesk.language import capital, message, tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.desk import Desk
    from cartdesk.desk.draft import Draft
    from cartdesk.selling.checkout_draft import Step

WORDS: Mapping[str, str] = {
    "kind": "kind", "name": "name", "email": "email", "e-mail": "email", "mail": "email", "phone": "phone", "street": "street",
    "post code": "post_code", "postcode": "post_code", "zip": "post_code", "city": "city", "country": "country", "option": "option",
    "delivery": "option", "deliver": "option", "shop": "shop", "appointment": "appointment", "account": "account",
    "account name": "account_name", "bill format": "bill_format", "format": "bill_format", "bill by": "bill_media",
    "bill media": "bill_media", "bill day": "bill_day", "day": "bill_day", "method": "method", "reference": "reference",
    "result": "result", "customer": "customer", "pay": "pay", "payment": "payment", "apart": "apart",
}  # fmt: skip
"""What a field may be called in an entry."""
_SAID = {
    "post_code": message("post code"),
    "account_name": message("account name"),
    "bill_format": message("bill format"),
    "bill_media": message("bill by"),
    "bill_day": message("bill day"),
    "kind": message("kind"),
    "name": message("name"),
    "email": message("email"),
    "phone": message("phone"),
    "street": message("street"),
    "city": message("city"),
    "country": message("country"),
    "shop": message("shop"),
    "appointment": message("appointment"),
    "method": message("method"),
    "reference": message("reference"),
    "result": message("result"),
}


def _named(field: str) -> str:
    return capital(tr(_SAID.get(field, field)))


def fill_in(draft: Draft, word: str, value: str, line: int | None = None) -> str:
    """Tell the checkout something and return what to say of it.

    Args:
        draft: the work in hand.
        word: what the field is called.
        value: what it is to be; empty takes it back.
        line: for ``account``: the line that goes to another one.

    Raises:
        EntryError: no such field, or a value that cannot be right.
        Refused: something stands in the way of the checkout.
    """
    field = WORDS.get(" ".join(word.casefold().replace("_", " ").split()))
    if field is None:
        raise draft.refuse(
            tr("The checkout has no field {word}; it has: {set}.", word=safe_text(word, 30), set=", ".join(sorted(set(WORDS)))), at="field"
        )
    if line is not None and field != "account":
        raise draft.refuse(tr("Only the account can be told for one line: E account @2=A-4712."), at="line")
    till = Till(draft)
    till.refuse_blocked()
    special: dict[str, Callable[[Till, str], str]] = {"customer": _customer, "pay": _pay, "payment": _payment, "apart": _apart}
    if field in special:
        return special[field](till, value.strip())
    if field == "account":
        return _account(till, value.strip(), line)
    if field == "option":
        return _option(till, value.strip())
    till.fill({field: value.strip()})
    _refuse_own(till, field)
    shown = safe_text(value.strip(), 60)
    return f"{_named(field)}: {shown}." if shown else tr("{field} is taken back.", field=_named(field))


def keep_typed(desk: Desk, cart_id: str, changes: Mapping[str, str]) -> None:
    """Keep what is typed, as it is typed, whether it is right or not.

    Raises:
        Refused: far too long, or a payment card's number.
        StoreError: it could not be kept.
    """

    def write(draft: Draft) -> None:
        if draft.cart_id != cart_id:
            return
        till = Till(draft)
        till.fill(changes)
        checkout = till.checkout
        draft.store.put_checkout(cart_id, checkout.wire())

    desk.ask(write)


def keep_step(desk: Desk, cart_id: str, step: Step) -> None:
    """Keep at which step the checkout is left."""

    def write(draft: Draft) -> None:
        till = Till(draft)
        if draft.cart_id == cart_id and till.begun is not None:
            till.go_to(step)
            draft.store.put_checkout(cart_id, till.checkout.wire())

    desk.ask(write)


def _refuse_own(till: Till, field: str) -> None:
    """Refuse a value that its step finds fault with; what else the step still misses can come later."""
    from cartdesk.selling.checkout_draft import FIELDS

    if not till.checkout.get(field):
        return
    for fault in till.faults(FIELDS[field]):
        if fault.field == field and not _is_missing(fault.sentence):
            raise EntryError(fault.sentence, *fault.mends, at=till.draft.spot("value"))


def _is_missing(sentence: str) -> bool:
    """Say whether a sentence is about something that is still to come rather than about what was typed."""
    return "needs a way to be reached" in sentence


def _customer(till: Till, value: str) -> str:
    from cartdesk.desk.people import find_customers, in_one_line, known_customers

    if not value:
        till.fill({"customer": ""})
        return tr("The customer is taken back.")
    found = find_customers(known_customers(till.draft.store, till.draft.catalog), value)
    if len(found) > 1:
        mends = tuple(Mend(in_one_line(each), f"E customer={each.id}") for each in found[:5])
        text = tr("{n} customers are called «{value}»; type more of the name.", n=len(found), value=safe_text(value, 40))
        raise EntryError(text, *mends, at=till.draft.spot("value"))
    if not found:
        till.fill({"customer": "", "name": value})
        _refuse_own(till, "name")
        return tr("{value} is new here.", value=safe_text(value, 60))
    till.fill({"customer": found[0].id or ""})
    return tr("{name} is a customer here.", name=safe_text(found[0].name, 60))


def _apart(till: Till, value: str) -> str:
    if not value:
        raise EntryError(tr("Say which customer is somebody else: E apart=C-1001."), at=till.draft.spot("value"))
    till.set_apart((value,))
    return tr("That is somebody else.")


def _option(till: Till, value: str) -> str:
    from cartdesk.errors import Refused
    from cartdesk.selling.accounts import pick

    ways = {way.offering_id: way.name for way in till.ways()}
    if not ways:
        raise EntryError(tr("Nothing in this cart has to be delivered."), at=till.draft.spot("value"))
    try:
        option = pick(value, ways, tr("The delivery")) if value else ""
    except Refused as refused:
        mends = tuple(Mend(name, f"E option={code}") for code, name in ways.items())
        raise EntryError(str(refused), *mends, at=till.draft.spot("value")) from None
    till.fill({"option": option})
    return tr("Delivery: {ways}.", ways=ways[option]) if option else tr("The delivery is taken back.")


def _account(till: Till, value: str, line: int | None) -> str:
    from cartdesk.errors import Refused
    from cartdesk.selling.accounts import billable
    from cartdesk.selling.checkout_steps import account_named

    accounts = billable(till.accounts())
    try:
        chosen = account_named(value, accounts) if value else ""
    except Refused as refused:
        raise EntryError(str(refused), at=till.draft.spot("value")) from None
    words = {account.id: tr("account {name}", name=account.name or account.id) for account in accounts}.get(chosen, tr("a new account"))
    if line is None:
        till.fill({"account": chosen})
        return tr("Charged to {state}.", state=safe_text(words, 60)) if chosen else tr("The account is taken back.")
    item = till.draft.item(line)
    till.charge_line(item.id, chosen)
    return (
        tr("Line {line} is charged to {state}.", line=line, state=safe_text(words, 60))
        if chosen
        else tr("Line {line} is charged like the others.", line=line)
    )


def _pay(till: Till, value: str) -> str:
    from cartdesk.selling.checkout_draft import Step
    from cartdesk.selling.payment import METHOD_WORDS, check_reference, read_method

    word, _, reference = value.partition(" ")
    method = read_method(word)
    changes = {"method": method.value, "reference": "", "result": ""}
    if reference.strip():
        changes |= {"reference": check_reference(reference), "result": "approved"}
    elif method.value == "cash":
        changes["result"] = "approved"
    till.through(Step.BILLING)
    till.fill(changes)
    if changes["result"]:
        till.report_payment()
    return tr(
        "Payment: {method}{value}.",
        method=tr(METHOD_WORDS[method]),
        value=", " + safe_text(reference.strip(), 40) if reference.strip() else "",
    )


def _payment(till: Till, value: str) -> str:
    from cartdesk.selling.payment import RESULT_WORDS, read_result

    if value.casefold() == "again":
        till.pay_again()
        return tr("What was paid is forgotten; pay anew.")
    result = read_result(value)
    till.fill({"result": result.value})
    till.report_payment()
    return tr("Payment: {result}.", result=tr(RESULT_WORDS[result].lower()))
