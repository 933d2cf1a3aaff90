"""What each step of a checkout asks for, checked: who buys, where it goes, which account pays, how it is paid, what was said.

The desk applies what is right to the cart and shows what is wrong under its field.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartdesk.errors import Mend, Refused
from cartdesk.language import message, tr
from cartdesk.selling.accounts import FORMATS, MEDIA, NewAccount, billable, check_account_name, check_bill_day, check_new_account, pick
from cartdesk.selling.checkout_draft import NEW, Checkout, Step
from cartdesk.selling.customers import Customer, check_address, check_customer, check_email, check_name, check_phone
from cartdesk.selling.delivery import Shop, Way
from cartdesk.selling.free_text import clean_text
from cartdesk.selling.likeness import Likeness
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.tmf.account import Account, BillingAccount

MAX_APPOINTMENT = 200
"""The longest wish for an appointment, in characters."""
PERSON = "person"
ORGANIZATION = "organization"
KINDS: Mapping[str, str] = {PERSON: message("Person"), ORGANIZATION: message("Organization")}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a step, and with which of its fields."""

    field: str
    """The field's name; empty where it is none in particular."""
    sentence: str
    mends: tuple[Mend, ...] = ()


@dataclass(frozen=True, slots=True)
class Spoken:
    """A statement to be read aloud, and whether it was."""

    key: str
    title: str
    text: str
    aloud: bool
    """False for what is for the agent alone."""
    heard: bool


@dataclass(frozen=True, slots=True)
class Address:
    """Where something is brought or installed."""

    street: str
    post_code: str
    city: str
    country: str | None


def is_organization(checkout: Checkout) -> bool:
    """Say whether an organization buys."""
    return pick(checkout.get("kind") or PERSON, KINDS, tr("The customer")) == ORGANIZATION


def buyer_of(checkout: Checkout, known: Customer | None) -> Customer:
    """Return who buys: a known customer, with what was typed beside it, or a new one.

    Raises:
        Refused: no name, no way to reach them, or something that cannot be right.
    """
    name, email, phone = checkout.get("name"), checkout.get("email"), checkout.get("phone")
    if known is not None:
        return check_customer(
            name or known.name,
            email or known.email,
            phone or known.phone,
            street=known.street,
            post_code=known.post_code,
            city=known.city,
            country=known.country,
            customer_id=known.id,
            known=True,
            is_organization=known.is_organization,
        )
    return check_customer(name, email, phone, is_organization=is_organization(checkout))


def customer_faults(checkout: Checkout, known: Customer | None, likely: Sequence[Likeness]) -> Iterator[Fault]:
    """Yield what is wrong with the first step.

    Args:
        checkout: the checkout.
        known: the known customer that was chosen.
        likely: known customers like the one that is typed.
    """
    if checkout.get("customer") and known is None:
        yield Fault(
            "customer", tr("There is no customer {value} here any more; choose another.", value=safe_text(checkout.get("customer"), 40))
        )
        return
    checks: Mapping[str, Callable[[str], object]] = {"name": check_name, "email": check_email, "phone": check_phone}
    wrong = False
    for field, check in checks.items():
        text = checkout.get(field)
        if text or (field == "name" and known is None):
            for fault in _fault(field, lambda check=check, text=text: check(text)):  # type: ignore[misc]
                wrong = True
                yield fault
    if wrong:
        return
    yield from _fault("email", lambda: buyer_of(checkout, known))
    if known is None:
        for each in likely:
            if each.is_sure and each.customer.id not in checkout.apart:
                same = tr(" and ").join(each.by)
                mend = Mend(tr("Take {name}", name=safe_text(each.customer.name, 40)), f"E customer={each.customer.id}")
                apart = Mend(tr("Somebody else"), f"E apart={each.customer.id}")
                who = safe_text(each.customer.name, 60)
                sentence = tr(
                    "{who} has the same {same} and is a customer already; choose them, or say it is somebody else.", who=who, same=same
                )
                yield Fault("customer", sentence, (mend, apart))
                return


def address_of(checkout: Checkout, customer: Customer | None) -> Address | None:
    """Return the address that was typed, else the customer's own; None where there is neither.

    Raises:
        Refused: it is not whole.
    """
    typed = [checkout.get(field) for field in ("street", "post_code", "city", "country")]
    if not any(typed):
        if customer is None or not (customer.street and customer.city and customer.post_code):
            return None
        return Address(customer.street, customer.post_code, customer.city, customer.country)
    return Address(*check_address(*typed))


def chosen_shop(checkout: Checkout, way: Way) -> Shop:
    """Return the shop where the customer fetches it.

    Raises:
        Refused: none was chosen, or there is no such one.
    """
    names = {shop.id: shop.in_words for shop in way.shops}
    wanted = checkout.get("shop") or (way.shops[0].id if len(way.shops) == 1 else "")
    shop_id = pick(wanted, names, tr("The shop"))
    return next(shop for shop in way.shops if shop.id == shop_id)


def delivery_faults(checkout: Checkout, customer: Customer | None, way: Way | None, ways: Sequence[Way], needed: bool) -> Iterator[Fault]:
    """Yield what is wrong with the second step.

    Args:
        checkout: the checkout.
        customer: who buys.
        way: how it is delivered.
        ways: how it can be.
        needed: whether anything has to be delivered.
    """
    if needed and ways and way is None:
        yield Fault("option", tr("Choose how it is delivered."), tuple(Mend(each.name, f"E option={each.offering_id}") for each in ways))
        return
    if way is not None and way.is_pick_up:
        yield from _fault("shop", lambda: chosen_shop(checkout, way))
    fields = ("street", "post_code", "city")
    typed = any(checkout.get(field) for field in (*fields, "country"))
    must = needed and not (way is not None and way.is_pick_up)
    if typed or (must and address_or_none(checkout, customer) is None):
        try:
            check_address(*(checkout.get(field) for field in (*fields, "country")))
        except Refused as refused:
            yield Fault(_address_field(str(refused)), str(refused), refused.mends)
    if checkout.get("appointment"):
        text = checkout.get("appointment")
        yield from _fault("appointment", lambda: clean_text(text, tr("The wish for an appointment"), limit=MAX_APPOINTMENT))


def address_or_none(checkout: Checkout, customer: Customer | None) -> Address | None:
    """Return the address where it is whole, else None."""
    try:
        return address_of(checkout, customer)
    except Refused:
        return None


def _address_field(sentence: str) -> str:
    words = {"post code": "post_code", "city": "city", "country": "country"}
    return next((field for word, field in words.items() if word in sentence), "street")


def new_account_of(checkout: Checkout, customer: Customer | None) -> NewAccount:
    """Return the account that is to be opened; it is called like its owner where nothing else was typed.

    Raises:
        Refused: something cannot be right.
    """
    name = checkout.get("account_name") or (customer.name if customer is not None else "")
    return check_new_account(name[:60], checkout.get("bill_format"), checkout.get("bill_media"), checkout.get("bill_day"))


def account_choice(checkout: Checkout, accounts: Iterable[Account]) -> str:
    """Return the id of the account that charges go to, or NEW: what was chosen, else the customer's first one, else a new one."""
    first = next(iter(billable(accounts)), None)
    return checkout.get("account") or (first.id if first is not None else NEW)


def account_named(text: str, accounts: Sequence[BillingAccount]) -> str:
    """Return the id of the account that a word means, or NEW.

    Raises:
        Refused: none, or several.
    """
    if text.strip().casefold() == NEW:
        return NEW
    names = {account.id: account.name or account.id for account in accounts}
    return pick(text, {**names, NEW: "new"}, tr("The account"))


def billing_faults(checkout: Checkout, customer: Customer | None, accounts: Sequence[Account]) -> Iterator[Fault]:
    """Yield what is wrong with the third step."""
    choice = account_choice(checkout, accounts)
    ids = {account.id for account in billable(accounts)}
    if choice != NEW and choice not in ids:
        yield Fault(
            "account", tr("That account is not the customer's, or is not active; choose another, or open a new one."), (_open_new(),)
        )
    gone = [account_id for account_id in checkout.line_account.values() if account_id != NEW and account_id not in ids]
    if gone:
        yield Fault(
            "account", tr("A line goes to account {gone}, which is not the customer's; choose another for it.", gone=safe_text(gone[0], 40))
        )
    if choice == NEW or NEW in checkout.line_account.values():
        if checkout.get("account_name"):
            yield from _fault("account_name", lambda: check_account_name(checkout.get("account_name")))
        if checkout.get("bill_day"):
            yield from _fault("bill_day", lambda: check_bill_day(checkout.get("bill_day")))
        if checkout.get("bill_format"):
            yield from _fault("bill_format", lambda: pick(checkout.get("bill_format"), FORMATS, tr("The bill's format")))
        if checkout.get("bill_media"):
            yield from _fault("bill_media", lambda: pick(checkout.get("bill_media"), MEDIA, tr("How the bill comes")))
        if customer is None:
            yield Fault("account", tr("An account needs a customer first."))


def _open_new() -> Mend:
    return Mend(tr("Open a new account"), "E account=new")


def digest_of(text: str) -> str:
    """Return what tells a text from one that was changed since."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def unheard(spoken: Iterable[Spoken]) -> tuple[Spoken, ...]:
    """Return the statements that are still to be read aloud."""
    return tuple(each for each in spoken if each.aloud and not each.heard)


def read_faults(spoken: Sequence[Spoken]) -> Iterator[Fault]:
    """Yield what is wrong with the fifth step."""
    left = unheard(spoken)
    if left:
        count = tr("{n} statements are", n=len(left)) if len(left) > 1 else tr("One statement is")
        yield Fault(
            "",
            tr("{count} still to be read aloud: {title}.", count=count, title=safe_text(left[0].title or left[0].key, 40)),
            (Mend(tr("All were read"), "E heard"),),
        )


def _fault(field: str, check: Callable[[], object]) -> Iterator[Fault]:
    try:
        check()
    except Refused as refused:
        yield Fault(field, str(refused), refused.mends)


_WITHIN = (message("customer"), message("delivery"), message("billing"), message("payment"), message("read aloud"), message("confirm"))
"""How the steps are said within a sentence."""
STEP_WORDS: Mapping[Step, str] = {
    Step.CUSTOMER: message("Customer"),
    Step.DELIVERY: message("Delivery"),
    Step.BILLING: message("Billing"),
    Step.PAYMENT: message("Payment"),
    Step.READ: message("Read aloud"),
    Step.CONFIRM: message("Confirm"),
}
"""What the steps are called."""
