"""A customer's books: their accounts with the days bills are made on, what each was and will be charged, what they own and ordered.

Called by the desk with what the store and the catalog know; the amounts are pricing's and the bill items'.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, get_args

from cartdesk.pricing.bills import LONGEST, project, sum_amounts
from cartdesk.pricing.cycles import add_months, cycle_start, next_cycle_day
from cartdesk.pricing.owned import price_owned
from cartdesk.pricing.priced import Amounts, PriceBook
from cartdesk.selling.customers import Customer
from cartdesk.tmf.account import BILLING, FINANCIAL, PARTY, SETTLEMENT, Account, BillingAccount, BillingCycleSpecification, PartyAccount
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period

if TYPE_CHECKING:
    from cartdesk.tmf.bill import BillItem
    from cartdesk.tmf.customer import OwnedProduct
    from cartdesk.tmf.order import ProductOrder

Reading = Literal["day", "offset"]
"""What ``billingDateShift`` is read as: the day of the month, or an offset in days from its first."""
READINGS: tuple[Reading, ...] = get_args(Reading)

MONTHS_SHOWN = 12
"""How far back and ahead bills are shown."""
DAYS_SHOWN = 3
"""How many of the next bill days are named."""
_USUAL_DAY = 1
_YEARS = range(1900, 2200)
"""The years in which a product can have started."""
_ORDER = (BILLING, PARTY, SETTLEMENT, FINANCIAL)
"""What is billed comes first, and where it is booked last."""
_GONE = frozenset({"cancelled", "rejected", "failed", "pendingcancellation", "assessingcancellation"})


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge on a bill."""

    name: str
    amounts: Amounts
    why: str = ""
    """What it is for, where that is not a whole period."""
    order_id: str | None = None
    """The order it comes from; None for a product that was there before, which is foreseen at today's price."""


@dataclass(frozen=True, slots=True)
class BillMade:
    """What an account is charged on one day."""

    on: date
    past: bool
    charges: tuple[Charge, ...]
    total: Amounts


@dataclass(frozen=True, slots=True)
class AccountBook:
    """An account, when its bills are made, and what is on them."""

    account: Account
    bill_day: int | None
    """The day of the month, by the reading that was asked for; None where it has none."""
    last_day: date | None
    """The last day on which a bill was made."""
    next_days: tuple[date, ...]
    """The next days on which bills are made."""
    due_days: tuple[date, ...]
    """Until when each of those is to be paid; empty where the account does not say."""
    bills: tuple[BillMade, ...]
    """In order, from a year ago to a year ahead."""


@dataclass(frozen=True, slots=True)
class Owned:
    """A product that a customer has."""

    product: OwnedProduct
    account_id: str | None
    every: tuple[tuple[Period, Amounts], ...]
    """What it costs now, parts included."""
    bound_until: date | None
    """The last day of its commitment, where that is still to come."""


@dataclass(frozen=True, slots=True)
class CustomerBook:
    """All that is known of a customer's dealings."""

    customer: Customer
    since: date | None
    accounts: tuple[AccountBook, ...]
    owned: tuple[Owned, ...]
    orders: tuple[ProductOrder, ...]
    """The last one first."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the store and the catalog know of a customer."""

    customer: Customer
    since: date | None = None
    accounts: Sequence[Account] = ()
    products: Sequence[OwnedProduct] = ()
    orders: Sequence[ProductOrder] = ()
    items: Sequence[BillItem] = ()
    """The bill items of all the accounts."""


def book_of(known: Known, prices: PriceBook, now: datetime, reading: Reading = "day") -> CustomerBook:
    """Return a customer's books as they are at ``now``.

    Raises:
        PricingError: a price of the catalog's cannot be used.
    """
    today = now.date()
    usual = next((account.id for account in known.accounts if isinstance(account, BillingAccount)), None)
    owned = tuple(_owned(product, usual, prices, now) for product in known.products)
    gone = {order.id for order in known.orders if order.state.replace("_", "").replace(" ", "").lower() in _GONE}
    return CustomerBook(
        customer=known.customer,
        since=known.since,
        accounts=tuple(
            _account_book(account, known, owned, gone, prices, now, reading)
            for account in sorted(known.accounts, key=lambda account: (_ORDER.index(account.kind), account.id))
        ),
        owned=tuple(each if each.bound_until is None or each.bound_until >= today else _unbound(each) for each in owned),
        orders=tuple(reversed(known.orders)),
    )


def bill_day_of(account: Account, reading: Reading = "day") -> int | None:
    """Return the day of the month an account's bills are made on, as its ``billingDateShift`` is read; None where it has none."""
    cycle = _cycle(account)
    if cycle is None:
        return None
    shift = cycle.billing_date_shift if cycle.billing_date_shift is not None else cycle.date_shift
    if shift is None:
        return None
    day = shift if reading == "day" else shift + 1
    return day if 1 <= day <= 31 else None


def _cycle(account: Account) -> BillingCycleSpecification | None:
    structure = account.bill_structure if isinstance(account, PartyAccount) else None
    return structure.cycle_specification if structure is not None else None


def _account_book(
    account: Account,
    known: Known,
    owned: Sequence[Owned],
    gone: set[str],
    prices: PriceBook,
    now: datetime,
    reading: Reading,
) -> AccountBook:
    today = now.date()
    day = bill_day_of(account, reading)
    days = tuple(_next_days(today, day)) if day is not None else ()
    charges = [each for each in _ordered(known.items, account.id, now) if each[1].order_id not in gone]
    if isinstance(account, BillingAccount):
        mine = [each.product for each in owned if each.account_id == account.id]
        charges += _foreseen(mine, day or _USUAL_DAY, prices, now)
    cycle = _cycle(account)
    due = cycle.payment_due_date_offset if cycle is not None else None
    return AccountBook(
        account=account,
        bill_day=day,
        last_day=cycle_start(today, day) if day is not None else None,
        next_days=days,
        due_days=tuple(each + timedelta(days=due) for each in days) if due is not None and 0 <= due <= 366 else (),
        bills=tuple(_bills(charges, today)),
    )


def _next_days(today: date, day: int) -> Iterator[date]:
    on = today
    for _ in range(DAYS_SHOWN):
        on = next_cycle_day(on, day)
        yield on


def _bills(charges: Iterable[tuple[date, Charge]], today: date) -> Iterator[BillMade]:
    """Yield the charges bill by bill, a year back and a year ahead; one in another currency stands on a bill of its own."""
    first, last = add_months(today, -MONTHS_SHOWN), add_months(today, MONTHS_SHOWN)
    by_day: dict[tuple[date, str], list[Charge]] = {}
    for on, charge in charges:
        if first <= on <= last:
            by_day.setdefault((on, charge.amounts.duty_free.currency), []).append(charge)
    for (on, unit), listed in sorted(by_day.items()):
        yield BillMade(on, on <= today, tuple(listed), sum_amounts((charge.amounts for charge in listed), unit))


def _ordered(items: Iterable[BillItem], account_id: str, now: datetime) -> Iterator[tuple[date, Charge]]:
    """Yield what orders are charged, with the day of its bill."""
    for item in items:
        if item.date is None or item.billing_account is None or item.billing_account.id != account_id:
            continue
        net, gross = item.tax_excluded_amount or item.tax_included_amount, item.tax_included_amount or item.tax_excluded_amount
        if net is None or gross is None or net.currency != gross.currency:
            continue
        rate = item.applied_tax[0].tax_rate if len(item.applied_tax) == 1 else None
        on = item.date.astimezone(now.tzinfo).date() if now.tzinfo is not None else item.date.date()
        order = item.product_order.id if item.product_order is not None else None
        yield on, Charge(item.name or "Charge", Amounts(net, gross, rate), item.description or "", order)


def _foreseen(products: Sequence[OwnedProduct], day: int, prices: PriceBook, now: datetime) -> list[tuple[date, Charge]]:
    """Return what products that were there before are charged from now on, at what they cost today."""
    found: list[tuple[date, Charge]] = []
    today = now.date()
    for product in products:
        priced = price_owned((product,), prices, now)
        start = _started(product) or cycle_start(today, day)
        months = max((today.year - start.year) * 12 + today.month - start.month, 0)
        if months + MONTHS_SHOWN + 1 > LONGEST:
            start, months = cycle_start(today, day), 0
        for bill in project(priced, start, day, months=months + MONTHS_SHOWN + 1):
            if not bill.is_today and bill.on > today:
                found += [(bill.on, Charge(line.name, line.amounts, "", None)) for line in bill.lines if _is_something(line.amounts)]
    return found


def _owned(product: OwnedProduct, usual: str | None, prices: PriceBook, now: datetime) -> Owned:
    priced = price_owned((product,), prices, now)
    every = tuple((total.period, total.steady) for total in priced.totals if total.period is not None)
    months = max((item.term_months for top in priced.items for item in top.counting() if item.term_months), default=0)
    start = _started(product)
    until = add_months(start, months) - timedelta(days=1) if start is not None and months else None
    return Owned(product, (product.billing_account.id if product.billing_account is not None else None) or usual, every, until)


def _started(product: OwnedProduct) -> date | None:
    """Return the day a product started; None where that is not known, or no day that can be right."""
    start = product.start_date.date() if product.start_date is not None else None
    return start if start is not None and start.year in _YEARS else None


def _unbound(owned: Owned) -> Owned:
    return Owned(owned.product, owned.account_id, owned.every, None)


def _is_something(amounts: Amounts) -> bool:
    return bool(amounts.duty_free.amount or amounts.tax_included.amount)


def balance_of(account: Account) -> Money | None:
    """Return what is owed on an account, where it says."""
    return next((each.amount for each in account.account_balance if each.amount is not None), None)
