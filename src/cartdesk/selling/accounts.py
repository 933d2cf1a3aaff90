"""Billing accounts as a checkout needs them: opening one, choosing among a customer's, and what each will be charged on which day.

The desk's checkout calls it; the accounts that come of it are TMF666's, the charges bill items.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from cartdesk.errors import Mend, Refused
from cartdesk.language import ENGLISH, current, message, tr
from cartdesk.pricing.bills import contract_months, project
from cartdesk.selling.free_text import clean_text
from cartdesk.tmf.account import (
    Account,
    AccountBalance,
    AccountRef,
    BillFormat,
    BillingAccount,
    BillingCycleSpecification,
    BillPresentationMedia,
    BillStructure,
    FinancialAccount,
    FinancialAccountRef,
    PartyAccount,
)
from cartdesk.tmf.bill import AppliedTax, BillItem
from cartdesk.tmf.money import Money
from cartdesk.tmf.resource import Reference, RelatedParty, TimePeriod

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Bill, BillLine, PricedCart
    from cartdesk.selling.customers import Customer

MAX_ACCOUNT_NAME = 60
"""The longest name of an account, in characters."""
USUAL_DAY = 1
USUAL_MONTHS = 24
"""For how many months bill items are foreseen where nothing in an order has a longer term."""
OWNER = "owner"
PAYER = "payer"

FORMATS: Mapping[str, str] = {
    "FORMAT-SUM": message("Summary"),
    "FORMAT-DETAIL": message("Itemised"),
    "FORMAT-COST": message("By cost centre"),
}
"""How detailed a bill can be: id and name."""
MEDIA: Mapping[str, str] = {
    "MEDIA-MAIL": message("E-mail"),
    "MEDIA-APP": message("In the app"),
    "MEDIA-POST": message("Letter"),
    "MEDIA-EHF": message("Electronic invoice"),
}
"""How a bill can reach its receiver: id and name."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be opened with the order, checked."""

    name: str
    format: str
    """One of FORMATS."""
    media: str
    """One of MEDIA."""
    day: int
    """The day of the month its bills are made on."""


def check_account_name(text: str) -> str:
    """Return an account's name.

    Raises:
        Refused: empty, too long, without a letter or digit, or with control characters or a card number in it.
    """
    name = clean_text(text, tr("The account's name"), limit=MAX_ACCOUNT_NAME)
    if not any(character.isalnum() for character in name):
        raise Refused(tr("The account's name has no letter in it; type a name."))
    return name


def check_bill_day(text: str) -> int:
    """Return the day of the month bills are made on.

    Raises:
        Refused: not a whole number from 1 to 31.
    """
    typed = text.strip()
    if typed.isascii() and typed.isdigit() and len(typed) <= 2 and 1 <= int(typed) <= 31:
        return int(typed)
    raise Refused(
        tr("The bill day is a day of the month, from 1 to 31; in shorter months it is the last."), Mend(tr("The 1st"), "E bill day=1")
    )


def pick(text: str, among: Mapping[str, str], what: str) -> str:
    """Return the id that a word means among names by id: an id, a name, or something that stands in one alone.

    Raises:
        Refused: none, or several.
    """
    wanted = " ".join(text.casefold().split())
    exact = [key for key, name in among.items() if wanted in (key.casefold(), name.casefold(), tr(name).casefold())]
    begun = exact or [key for key, name in among.items() if wanted and (wanted in name.casefold() or wanted in tr(name).casefold())]
    if len(begun) == 1:
        return begun[0]
    raise Refused(tr("{what} is one of: {values}.", what=what, values=", ".join(map(tr, among.values()))))


def check_new_account(name: str, format: str, media: str, day: str) -> NewAccount:
    """Return an account to be opened; what is left out is the usual.

    Raises:
        Refused: something cannot be right; the sentence says which.
    """
    return NewAccount(
        check_account_name(name),
        pick(format, FORMATS, tr("The bill's format")) if format.strip() else next(iter(FORMATS)),
        pick(media, MEDIA, tr("How the bill comes")) if media.strip() else next(iter(MEDIA)),
        check_bill_day(day) if day.strip() else USUAL_DAY,
    )


def open_account(
    new: NewAccount, customer: Customer, *, account_id: str, financial: FinancialAccount, now: datetime, currency: str
) -> BillingAccount:
    """Return the billing account that a customer opens with their order.

    Args:
        new: what was chosen.
        customer: who owns and pays it.
        account_id: its id.
        financial: the financial account it is booked to.
        now: the moment.
        currency: the currency of its balance.
    """
    referred = customer.party_type
    parties = tuple(RelatedParty(id=customer.id, name=customer.name, role=role, referred_type=referred) for role in (OWNER, PAYER))
    return BillingAccount(
        id=account_id,
        name=new.name,
        state="Active",
        account_type="Business" if customer.is_organization else "Residential",
        last_modified=now,
        related_party=parties,
        financial_account=FinancialAccountRef(id=financial.id, name=financial.name),
        account_balance=(_nothing_owed(now, currency),),
        bill_structure=BillStructure(
            format=BillFormat(id=new.format, name=FORMATS[new.format]),
            presentation_media=(BillPresentationMedia(id=new.media, name=MEDIA[new.media]),),
            cycle_specification=BillingCycleSpecification(
                id=f"CYCLE-{new.day}", name=f"{_english(new.day)} of the month", frequency="monthly", date_shift=new.day
            ),
        ),
    )


def open_financial_account(customer: Customer, *, account_id: str, now: datetime, currency: str) -> FinancialAccount:
    """Return the financial account of somebody who has none yet."""
    referred = customer.party_type
    return FinancialAccount(
        id=account_id,
        name=f"{customer.name}, receivables",
        state="Active",
        account_type="Receivables",
        last_modified=now,
        related_party=(RelatedParty(id=customer.id, name=customer.name, role=OWNER, referred_type=referred),),
        account_balance=(_nothing_owed(now, currency),),
    )


def _nothing_owed(now: datetime, currency: str) -> AccountBalance:
    return AccountBalance(balance_type="ReceivableBalance", amount=Money.zero(currency), valid_for=TimePeriod(start_date_time=now))


def billable(accounts: Iterable[Account]) -> tuple[BillingAccount, ...]:
    """Return the billing accounts among some that charges can go to."""
    return tuple(account for account in accounts if isinstance(account, BillingAccount) and account.is_active)


def account_words(account: Account) -> str:
    """Return an account in a few words: ``Home A-4711 · 15th · E-mail``."""
    parts = [f"{account.name or ''} {account.id}".strip()]
    if isinstance(account, PartyAccount):
        if account.bill_day is not None:
            parts.append(ordinal(account.bill_day))
        media = account.bill_structure.presentation_media if account.bill_structure is not None else ()
        parts += [medium.name for medium in media[:1] if medium.name]
    return " · ".join(parts)


def ordinal(day: int) -> str:
    """Return a day of the month as it is said: 1st, 22nd, 15th."""
    return _english(day) if current() is ENGLISH else tr("day {day}", day=day)


def _english(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


@dataclass(frozen=True, slots=True)
class Charged:
    """An account and the lines of the cart that are charged to it."""

    account: BillingAccount
    item_ids: frozenset[str]
    """The top-level items; those in none of several go to the first."""

    @property
    def day(self) -> int:
        """The day its bills are made on."""
        return self.account.bill_day or USUAL_DAY


def share_out(priced: PricedCart, charged: Sequence[Charged]) -> Iterator[tuple[Charged, PricedCart]]:
    """Yield each account with the cart cut down to its lines; their prices are those of the whole cart."""
    others = frozenset[str]().union(*(each.item_ids for each in charged[1:]))
    for place, each in enumerate(charged):
        lines = tuple(line for line in priced.items if (line.item.id not in others if place == 0 else line.item.id in each.item_ids))
        yield each, replace(priced, items=lines, workings=None)


def bills_by_account(priced: PricedCart, charged: Sequence[Charged], start: date) -> Iterator[tuple[Charged, list[Bill]]]:
    """Yield each account with its bills from ``start`` on: today's one-off charges first, then month by month by its own bill day."""
    months = max(contract_months(priced) or 0, USUAL_MONTHS)
    for each, part in share_out(priced, charged):
        if part.items:
            yield each, project(part, start, each.day, months=months)


def bill_items(
    order_id: str, priced: PricedCart, charged: Sequence[Charged], *, start: date, zone: tzinfo | None, one_off_on_bill: bool
) -> Iterator[BillItem]:
    """Yield what each account will be charged on each of its bills, every amount as the projection has it.

    Args:
        order_id: the order.
        priced: the cart with its prices.
        charged: the accounts, the usual one first.
        start: the first day of service.
        zone: the zone of its days.
        one_off_on_bill: whether the one-off charges come with the first bill instead of being paid on confirmation.
    """
    number = 0
    for each, bills in bills_by_account(priced, charged, start):
        first = next((bill.on for bill in bills if not bill.is_today), start)
        for bill in bills:
            if bill.is_today and not one_off_on_bill:
                continue
            for line in bill.lines:
                if not line.amounts.tax_included.amount and not line.amounts.duty_free.amount:
                    continue
                number += 1
                yield _item(f"{order_id}-{number:04d}", order_id, each.account, line, first if bill.is_today else bill.on, zone)


def _item(item_id: str, order_id: str, account: BillingAccount, line: BillLine, on: date, zone: tzinfo | None) -> BillItem:
    amounts = line.amounts
    once = line.rule == "oneOff"
    taxed = amounts.tax_rate is not None
    return BillItem(
        id=item_id,
        name=line.name,
        description=_WHY.get(line.rule),
        type="oneTime" if once else "recurring",
        date=datetime.combine(on, time(), tzinfo=zone),
        is_billed=False,
        period_coverage=None if once else _stretch(line.first_day, line.last_day, zone),
        tax_excluded_amount=amounts.duty_free,
        tax_included_amount=amounts.tax_included,
        applied_tax=(AppliedTax(tax_rate=amounts.tax_rate, tax_amount=amounts.tax_included - amounts.duty_free),) if taxed else (),
        billing_account=AccountRef(id=account.id, name=account.name, referred_type="BillingAccount"),
        product_order=Reference(id=order_id, referred_type="ProductOrder"),
    )


_WHY = {"oneOff": message("Charged once"), "partPeriod": message("Part of a month"), "installment": message("Instalment")}


def _stretch(first: date, last: date, zone: tzinfo | None) -> TimePeriod:
    """Return days as a period: from the first moment of the first to the last second of the last."""
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=zone) - timedelta(seconds=1)
    return TimePeriod(start_date_time=datetime.combine(first, time(), tzinfo=zone), end_date_time=end)
