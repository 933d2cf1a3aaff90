"""A customer's books in words: accounts, bill days, bills, products and orders, one way for the screen, the prompt and on paper.

Called by the accounts screen and ``cartdesk accounts``; the amounts are the books'.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from cartdesk.documents.money import OURS, format_day, format_money, period_suffix
from cartdesk.documents.paper import Facts, Line, Paper, Section, Text
from cartdesk.documents.words import ShowTax, shown, tax_words
from cartdesk.language import message, ntr, tr
from cartdesk.selling.accounts import ordinal
from cartdesk.selling.books import AccountBook, BillMade, Charge, CustomerBook, Owned, balance_of
from cartdesk.text import safe_text
from cartdesk.tmf.account import PartyAccount

if TYPE_CHECKING:
    from cartdesk.selling.customers import Customer
    from cartdesk.tmf.account import Account
    from cartdesk.tmf.order import ProductOrder

KINDS = {
    "BillingAccount": message("billing"),
    "PartyAccount": message("party"),
    "SettlementAccount": message("settlement"),
    "FinancialAccount": message("financial"),
}
"""What the kinds of accounts are called."""
FORESEEN = message("To come at today's prices for what was there before; what was ordered here is charged at the prices it was ordered at.")


def account_title(account: Account) -> str:
    """Return an account's name with its id and kind: "Home A-4711, billing"."""
    name = f"{safe_text(account.name or '', 60)} {safe_text(account.id, 60)}".strip()
    return f"{name}, {tr(KINDS.get(account.kind, 'billing'))}"


def account_facts(book: AccountBook, locale: str = OURS) -> Iterator[tuple[str, str]]:
    """Yield what is known of an account: its state, its bills' form and days, what is owed."""
    account = book.account
    if account.state:
        yield tr("State"), safe_text(account.state, 40)
    if isinstance(account, PartyAccount):
        structure = account.bill_structure
        if structure is not None:
            media = ", ".join(safe_text(each.name or "", 40) for each in structure.presentation_media if each.name)
            style = safe_text((structure.format.name if structure.format is not None else None) or "", 40)
            yield from _known((tr("Bills"), ", ".join(part for part in (style, media) if part)))
        yield from _known((tr("Payment"), safe_text(account.payment_status or "", 40)))
    yield from _known((tr("Bill day"), bill_day_words(book, locale)))
    balance = balance_of(account)
    if balance is not None:
        yield tr("Balance"), format_money(balance, locale=locale)
    if isinstance(account, PartyAccount) and account.financial_account is not None and account.financial_account.id:
        yield tr("Booked to"), safe_text(account.financial_account.id, 60)
    for relation in account.account_relationship:
        other = relation.account
        if other is not None and (other.name or other.id):
            yield safe_text(relation.relationship_type or tr("Related"), 40).capitalize(), safe_text(other.name or other.id or "", 60)


def bill_day_words(book: AccountBook, locale: str = OURS) -> str:
    """Return when an account's bills are made: "15th: last 15 Nov 2026, next 15 Dec, 15 Jan 2027, 15 Feb"."""
    if book.bill_day is None:
        return ""
    named: list[str] = []
    before = book.last_day
    for day in book.next_days:
        named.append(format_day(day, year=before is None or day.year != before.year, locale=locale))
        before = day
    days = ", ".join(named)
    last = tr("last {day}, ", day=_day(book.last_day, locale)) if book.last_day is not None else ""
    due = tr("; to be paid by {day}", day=_day(book.due_days[0], locale)) if book.due_days else ""
    return tr("{ordinal}: {last}next {days}{due}", ordinal=ordinal(book.bill_day), last=last, days=days, due=due)


def bill_words(bill: BillMade, most: int = 3) -> str:
    """Return what is on a bill in a few words: "Fibre 500, Smart 20, TV Plus and 1 more"."""
    names = list(dict.fromkeys(safe_text(charge.name, 60).partition(": ")[0] for charge in bill.charges))
    more = tr(" and {n} more", n=len(names) - most) if len(names) > most else ""
    return ", ".join(names[:most]) + more


def charge_words(charge: Charge) -> str:
    """Return what is charged, without saying its name twice: "Smart 20 monthly" for "Smart 20: Smart 20 monthly"."""
    name, _, what = safe_text(charge.name, 160).partition(": ")
    return what if what.startswith(name) else safe_text(charge.name, 160)


def owned_words(owned: Owned, locale: str = OURS) -> str:
    """Return a product with how many there are, since when, and until when it is bound."""
    product = owned.product
    times = f" ×{product.quantity:,}" if product.quantity != 1 else ""
    since = tr(", since {day}", day=_day(product.start_date.date(), locale)) if product.start_date is not None else ""
    bound = tr(", bound until {day}", day=_day(owned.bound_until, locale)) if owned.bound_until is not None else ""
    state = f", {safe_text(product.status, 30)}" if product.status and product.status.lower() != "active" else ""
    return f"{safe_text(product.name or product.id or '', 80)}{times}{since}{bound}{state}"


def owned_amount(owned: Owned, show_tax: ShowTax = "included", locale: str = OURS) -> str:
    """Return what a product costs every period: "39.00/mo"."""
    every = owned.every
    return " + ".join(
        f"{format_money(shown(each, show_tax), currency=False, locale=locale)}{period_suffix(period)}" for period, each in every
    )


def order_words(order: ProductOrder, locale: str = OURS) -> str:
    """Return an order in one line: its number, day, state and how many lines."""
    on = f", {_day(order.order_date.date(), locale)}" if order.order_date is not None else ""
    count = len(order.product_order_item)
    return ntr(
        "{id}{on}, {state}, {n} line",
        "{id}{on}, {state}, {n} lines",
        count,
        id=safe_text(order.id, 60),
        on=on,
        state=safe_text(order.state, 40),
    )


def customer_words(customer: Customer, since: date | None, locale: str = OURS) -> str:
    """Return who a customer is and since when: "C-1001 · customer since 4 Mar 2019 · 0155 Oslo"."""
    place = " ".join(part for part in (customer.post_code, customer.city) if part)
    parts = [
        customer.id or "",
        tr("customer since {day}", day=_day(since, locale)) if since is not None else "",
        customer.phone or "",
        customer.email or "",
    ]
    return " · ".join(safe_text(part, 80) for part in (*parts, place) if part)


def book_paper(
    book: CustomerBook, now: datetime, *, locale: str = OURS, show_tax: ShowTax = "included", shop: str = "", bills: int = 3
) -> Paper:
    """Return a customer's books as a paper, with so many bills of each account back and ahead."""
    sections: list[Facts | Section | Text] = [
        Facts(((tr("Customer"), safe_text(book.customer.name, 120)), ("", customer_words(book.customer, book.since, locale))))
    ]
    for each in book.accounts:
        facts = tuple(Line(f"{name}: {value}") for name, value in account_facts(each, locale))
        sections.append(Section(account_title(each.account), (*facts, *_bill_lines(each, locale, show_tax, bills))))
    if not book.accounts:
        sections.append(Text((tr("There is no account yet; the checkout opens one."),), tr("Accounts")))
    if book.owned:
        sections.append(Section(tr("Products ({tax})", tax=tax_words(show_tax)), tuple(_owned_lines(book, locale, show_tax))))
    if book.orders:
        sections.append(Section(tr("Orders"), tuple(Line(order_words(order, locale)) for order in book.orders)))
    if any(charge.order_id is None for each in book.accounts for bill in each.bills for charge in bill.charges):
        sections.append(Text((tr(FORESEEN),), quiet=True))
    return Paper(
        "accounts",
        tr("Accounts of {name}", name=safe_text(book.customer.name, 120)),
        book.customer.id or "",
        shop,
        now,
        tuple(sections),
        locale,
    )


def _bill_lines(book: AccountBook, locale: str, show_tax: ShowTax, most: int) -> Iterator[Line]:
    past = [bill for bill in book.bills if bill.past]
    to_come = [bill for bill in book.bills if not bill.past]
    for title, bills, left_out in (
        (tr("Bills until today"), past[max(len(past) - most, 0) :], len(past) - most),
        (tr("Bills to come"), to_come[:most], len(to_come) - most),
    ):
        if bills:
            yield Line(title)
        for bill in bills:
            yield Line(f"{_day(bill.on, locale)}  {bill_words(bill)}", shown(bill.total, show_tax), depth=1)
        if bills and left_out > 0:
            yield Line(tr("and {left_out} more within a year", left_out=left_out), depth=1)


def _owned_lines(book: CustomerBook, locale: str, show_tax: ShowTax) -> Iterator[Line]:
    for owned in book.owned:
        words = owned_words(owned, locale)
        if not owned.every:
            yield Line(words)
        for period, amounts in owned.every:
            yield Line(words, shown(amounts, show_tax), period)


def _known(fact: tuple[str, str]) -> Iterator[tuple[str, str]]:
    if fact[1]:
        yield fact


def _day(day: date, locale: str) -> str:
    return format_day(day, year=True, locale=locale)
