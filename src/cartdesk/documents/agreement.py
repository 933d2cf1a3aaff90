"""What a customer agrees to with a cart or an order, gathered once from pricing: prices with their days, bills, terms, leaving early.

Every document that tells terms (the script that is read aloud, quotes, summaries, confirmations) is written from an :class:`Agreement`,
so that they cannot tell different ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from cartdesk.pricing import contract_months, leaving_lines, project, sum_over
from cartdesk.pricing.bills import LONGEST, sum_amounts
from cartdesk.pricing.cycles import add_months
from cartdesk.selling.orders import USUAL_BILL_DAY, Service
from cartdesk.selling.payment import Method
from cartdesk.tmf.order import ProductOrder
from cartdesk.tmf.period import MONTHLY, Period
from cartdesk.tmf.price_type import PriceType

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Amounts, Bill, PricedCart, PricedCharge, PricedItem
    from cartdesk.tmf.cart import ShoppingCart

_ONE_DAY = timedelta(days=1)
_YEAR = 12
_USUAL_MONTHS = 24
_YEARS_TOLD = 5
"""After how many years leaving is worked out at most, before the end itself."""


class Run(NamedTuple):
    """A run of charge periods in which a total costs the same."""

    period: Period
    begins: date
    """Its first day; a part month before the first whole one belongs to the first run."""
    until: date | None
    """Its last day; None is for good."""
    amounts: Amounts
    """For each charge period."""


class Sold(NamedTuple):
    """One charge of one line."""

    item: PricedItem
    charge: PricedCharge
    first: Amounts
    """What is charged in the first period; for usage, the price of one unit."""


class Ending(NamedTuple):
    """A day on which a line's price changes by itself: a discount or a plan of installments ends."""

    item: PricedItem
    charge: PricedCharge
    names: tuple[str, ...]
    """The discounts that end; none where installments do."""
    last_day: date
    before: Amounts
    after: Amounts


class Commitment(NamedTuple):
    """What is committed to for how long."""

    items: tuple[PricedItem, ...]
    months: int
    last_day: date


class Leaving(NamedTuple):
    """What leaving everything on a day costs."""

    months: int
    """After so many months of service."""
    on: date
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Agreement:
    """A priced cart with everything there is to say of it. Made by :func:`agreement_of`."""

    priced: PricedCart
    made: datetime
    """The moment it is told, from which rights to cancel run."""
    start: date
    """The day service starts."""
    bill_day: int
    bills: tuple[Bill, ...]
    """What is due today and then the monthly bills, as many as the longest commitment has months."""
    months: int
    """How many monthly bills those are."""
    term_months: int | None
    """The longest commitment; None where there is none."""
    term_total: Amounts | None
    """Today's payment and all of ``bills`` together, where there is a commitment."""
    runs: tuple[Run, ...]
    """What every recurring total costs from when to when, in the totals' order."""
    sold: tuple[Sold, ...]
    """Every charge that counts, line by line."""
    endings: tuple[Ending, ...]
    """The days prices change by themselves, in order."""
    commitments: tuple[Commitment, ...]
    on_first_bill: bool
    """True where the one-off charges are not paid today and come with the first bill."""
    leaving: tuple[Leaving, ...]
    """What leaving early costs on the first day and after each year, until it costs nothing; empty where it never costs anything."""

    @property
    def first_bill(self) -> Bill | None:
        """The first bill of the account; None where nothing recurs."""
        return self.bills[1] if len(self.bills) > 1 and any(total.period is not None for total in self.priced.totals) else None

    @property
    def first_total(self) -> Amounts | None:
        """What the first bill comes to, the one-off charges among it where they come with it; None where nothing recurs."""
        first = self.first_bill
        if first is None:
            return None
        return sum_over(self.bills, 1) if self.on_first_bill else first.total

    def charges(self, kind: PriceType, period: Period | None = None) -> tuple[Sold, ...]:
        """Return the charges of one kind and, for recurring ones, of one period."""
        return tuple(each for each in self.sold if each.charge.kind is kind and each.charge.period == period)


def agreement_of(
    subject: ShoppingCart | ProductOrder, priced: PricedCart, now: datetime, *, on_first_bill: bool | None = None
) -> Agreement:
    """Return what a customer agrees to.

    Args:
        subject: the cart or the order; says when service starts and on which day of the month bills are made.
        priced: the same with its prices.
        now: the moment it is told.
        on_first_bill: whether the one-off charges come with the first bill; where left out an order says so itself, and a cart's are paid
            today.
    """
    if on_first_bill is None:
        on_first_bill = isinstance(subject, ProductOrder) and subject.seat is not None and subject.seat.payment_method == Method.BILL
    start, bill_day = _when(subject, now)
    service = Service(start, bill_day, now.tzinfo)
    term = contract_months(priced)
    months = term or _USUAL_MONTHS
    bills = tuple(project(priced, start, bill_day, months=months))
    counting = tuple(item for top in priced.items for item in top.counting())
    return Agreement(
        priced=priced,
        made=now,
        start=start,
        bill_day=bill_day,
        bills=bills,
        months=months,
        term_months=term,
        term_total=sum_over(bills, months) if term else None,
        runs=tuple(_runs(priced, service)),
        sold=tuple(_sold(counting)),
        endings=tuple(sorted(_endings(counting, service), key=lambda ending: ending.last_day)),
        commitments=tuple(_commitments(counting, start)),
        on_first_bill=on_first_bill and priced.due_now.tax_included.amount > 0,
        leaving=_leaving(priced, counting, start),
    )


def _when(subject: ShoppingCart | ProductOrder, now: datetime) -> tuple[date, int]:
    notes = subject.seat
    start = date.fromisoformat(notes.start) if notes is not None and notes.start else now.date()
    return start, (notes.bill_cycle_day if notes is not None else None) or USUAL_BILL_DAY


def _runs(priced: PricedCart, service: Service) -> Iterator[Run]:
    for total in priced.totals:
        if total.period is None:
            continue
        for phase in total.phases:
            begins = service.start if phase.first == 1 else service.last_day(total.period, phase.first - 1) + _ONE_DAY
            until = None if phase.last is None else service.last_day(total.period, phase.last)
            yield Run(total.period, begins, until, phase.amounts)


def _sold(counting: Iterable[PricedItem]) -> Iterator[Sold]:
    for item in counting:
        for charge in item.charges:
            yield Sold(item, charge, charge.unit if charge.kind is PriceType.USAGE else charge.in_period(1))


def _endings(counting: Iterable[PricedItem], service: Service) -> Iterator[Ending]:
    for item in counting:
        for charge in item.charges:
            if charge.kind is not PriceType.RECURRING:
                continue
            period = charge.period or MONTHLY
            for phase, after in zip(charge.phases, charge.phases[1:], strict=False):
                if phase.last is None:
                    continue
                names = tuple(each.name for each in charge.alterations if each.periods == phase.last)
                yield Ending(item, charge, names, service.last_day(period, phase.last), phase.amounts, after.amounts)


def _commitments(counting: Iterable[PricedItem], start: date) -> Iterator[Commitment]:
    by_months: dict[int, list[PricedItem]] = {}
    for item in counting:
        if item.term_months:
            by_months.setdefault(item.term_months, []).append(item)
    for months, items in sorted(by_months.items()):
        yield Commitment(tuple(items), months, add_months(start, months) - _ONE_DAY)


def _leaving(priced: PricedCart, counting: Iterable[PricedItem], start: date) -> tuple[Leaving, ...]:
    longest = min(max((months for item in counting for months in _bound(item)), default=0), LONGEST)
    found = [_leaving_after(priced, start, months) for months in (*range(0, longest, _YEAR)[:_YEARS_TOLD], longest)]
    return tuple(found) if any(each.amounts.duty_free.amount or each.amounts.tax_included.amount for each in found) else ()


def _bound(item: PricedItem) -> Iterator[int]:
    """Yield for how many months something holds a customer: the term, and monthly installments."""
    yield item.term_months or 0
    for charge in item.charges:
        if charge.installments is not None and charge.period is not None:
            yield charge.installments * (charge.period.months or 1)


def _leaving_after(priced: PricedCart, start: date, months: int) -> Leaving:
    on = add_months(start, months)
    return Leaving(months, on, sum_amounts((line.amounts for line in leaving_lines(priced, start, on)), priced.currency))
