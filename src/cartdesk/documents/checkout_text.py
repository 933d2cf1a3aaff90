"""A checkout in words: one line for each step, and all of it as text for those who have no screen.

The checkout screen and ``cartdesk do`` call it; it computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from cartdesk.documents.money import format_money
from cartdesk.errors import Refused
from cartdesk.language import ntr, tr
from cartdesk.selling.accounts import FORMATS, MEDIA, account_words, check_bill_day, ordinal, pick
from cartdesk.selling.checkout_draft import NEW, STEPS, Step
from cartdesk.selling.checkout_steps import STEP_WORDS, address_or_none, chosen_shop, unheard
from cartdesk.selling.payment import METHOD_WORDS, RESULT_WORDS, Method, Result, read_method
from cartdesk.text import safe_text
from cartdesk.tmf.money import Money

if TYPE_CHECKING:
    from cartdesk.catalog import Catalog
    from cartdesk.documents.script import Statement
    from cartdesk.documents.words import ShowTax
    from cartdesk.pricing.priced import PricedCart
    from cartdesk.selling.checkout_look import CheckoutLook
    from cartdesk.store import CartStore


def step_line(look: CheckoutLook, step: Step, locale: str = "en") -> str:
    """Return what is known of a step, in one line; empty where nothing is."""
    words = {
        Step.CUSTOMER: _customer,
        Step.DELIVERY: _delivery,
        Step.BILLING: _billing,
        Step.READ: _read,
        Step.CONFIRM: _confirm,
    }.get(step)
    return safe_text(words(look) if words is not None else _payment(look, locale), 200)


def checkout_text(look: CheckoutLook, locale: str = "en") -> str:
    """Return the whole checkout as text: each step with its state, what is known of it and what it still needs, then the entries."""
    lines = [tr("Checkout of order {order_id}", order_id=look.checkout.order_id)]
    for step in STEPS:
        mark = "✓" if look.is_done(step) else "·"
        lines.append(f"{mark} {step.number} {tr(STEP_WORDS[step]):<11} {step_line(look, step, locale)}".rstrip())
        if step is not Step.CONFIRM:
            lines += [f"    {fault.sentence}" for fault in look.faults[step][:1] if not look.is_done(step)]
    lines.append(tr("E FIELD=VALUE fills it in, E heard says that all was read aloud, E confirm places the order."))
    lines.append(tr("E NAME, EMAIL or PHONE places it at once, with what is due now on the first bill."))
    return "\n".join(lines)


class Seat(Protocol):
    """What is asked of the desk that a script is read at."""

    @property
    def catalog(self) -> Catalog:
        """The shop's offerings, whose name and language the script has."""
        ...

    @property
    def show_tax(self) -> ShowTax:
        """Whether amounts are told with tax or without."""
        ...

    @property
    def store(self) -> CartStore:
        """The settings, of which one says whose rules the script follows."""
        ...


SCRIPT_FORM = "script_form"
"""The setting that ``script uk`` sets: neutral, uk, eu or us."""


def read_aloud(seat: Seat, priced: PricedCart, now: datetime, method: str = "") -> Sequence[Statement]:
    """Return what is to be read aloud of a cart at a seat, as its settings have it; ``Desk.script`` is this.

    Args:
        seat: where it is sold.
        priced: the cart with its prices.
        now: the moment.
        method: how the one-off charges are to be paid, as it was typed.
    """
    from cartdesk.documents.script import script_of

    form = str(seat.store.setting(SCRIPT_FORM, "neutral"))
    shop = seat.catalog
    return script_of(
        priced.cart,
        priced,
        form,
        now,
        locale=shop.locale,
        show_tax=seat.show_tax,
        shop=shop.name,
        on_first_bill=_means_first_bill(method),
    )


def _means_first_bill(method: str) -> bool:
    try:
        return read_method(method) is Method.BILL
    except Refused:
        return False


def _customer(look: CheckoutLook) -> str:
    checkout = look.checkout
    who = look.customer
    name = who.name if who is not None else checkout.get("name")
    email = who.email if who is not None else checkout.get("email")
    phone = who.phone if who is not None else checkout.get("phone")
    status = ""
    if look.known is not None:
        status = tr("customer since {since}", since=look.since) if look.since else tr("customer")
    elif name:
        status = tr("new customer")
    return " · ".join(part for part in (name, status, email, phone) if part)


def _delivery(look: CheckoutLook) -> str:
    checkout = look.checkout
    there = address_or_none(checkout, look.customer)
    place = f"{there.street}, {there.post_code} {there.city}" if there is not None else ""
    if look.way is None:
        return place if not look.needed else " · ".join(part for part in (place, tr("how is not chosen yet")) if part)
    if look.way.is_pick_up:
        try:
            place = chosen_shop(checkout, look.way).in_words
        except Refused:
            place = tr("which shop is not chosen yet")
    return " · ".join(part for part in (place, look.way.name) if part)


def _billing(look: CheckoutLook) -> str:
    checkout = look.checkout
    others = len({line.account for line in look.lines if line.account and line.account != look.account})
    more = ntr(" · {n} more account", " · {n} more accounts", others) if others else ""
    if look.account != NEW:
        account = next((each for each in look.accounts if each.id == look.account), None)
        return (account_words(account) if account is not None else look.account) + more
    name = checkout.get("account_name") or (look.customer.name if look.customer is not None else "")
    try:
        day = ordinal(check_bill_day(checkout.get("bill_day") or "1"))
        media = tr(MEDIA[pick(checkout.get("bill_media") or "e-mail", MEDIA, "")])
        form = tr(FORMATS[pick(checkout.get("bill_format") or "summary", FORMATS, "")])
    except Refused:
        return tr("new account") + more
    return " · ".join(part for part in (tr("new account"), name, day, media, form) if part) + more


def _payment(look: CheckoutLook, locale: str) -> str:
    due = format_money(look.due, locale=locale)
    if not look.due.amount:
        return tr("nothing is due now")
    if look.paid is not None:
        paid = format_money(Money(Decimal(look.paid.amount), look.paid.currency), locale=locale)
        return tr("{paid} paid · {method}", paid=paid, method=tr(METHOD_WORDS[Method(look.paid.method)])) + (
            f" {look.paid.reference}" if look.paid.reference else ""
        )
    try:
        method = read_method(look.checkout.get("method"))
    except Refused:
        return tr("of {due} now", due=due)
    last = look.checkout.attempt[-1] if look.checkout.attempt else None
    state = f" · {tr(RESULT_WORDS[Result(last.result)].lower())}" if last is not None and method is not Method.BILL else ""
    return f"{due} · {tr(METHOD_WORDS[method])}{state}"


def _read(look: CheckoutLook) -> str:
    aloud = [each for each in look.spoken if each.aloud]
    left = len(unheard(look.spoken))
    count = ntr("{n} statement", "{n} statements", len(aloud))
    return (
        count
        if left == len(aloud)
        else tr("{count}, all read", count=count)
        if not left
        else tr("{count}, {left} to go", count=count, left=left)
    )


def _confirm(look: CheckoutLook) -> str:
    faults = look.faults[Step.CONFIRM]
    return faults[0].sentence if faults and look.first_open is Step.CONFIRM else ""
