"""From a priced cart to what the screen shows of it.

The desk calls :func:`picture` after each change; lines that did not change keep the very view they had.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from cartdesk.desk.billing import bill_day_of, bills_of, months_of, start_of
from cartdesk.desk.details import details_of
from cartdesk.desk.view import CartView, EveryView, FindingView, LineView, PhaseView, ShowTax
from cartdesk.text import safe_text
from cartdesk.tmf.cart import CartState, ItemStatus
from cartdesk.tmf.period import MONTHLY, Period
from cartdesk.tmf.price import PriceType

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Amounts, PricedCart, PricedCharge, PricedItem, Total
    from cartdesk.selling.rules import Finding
    from cartdesk.selling.shelf import Shelf
    from cartdesk.tmf.cart import CartItem, ShoppingCart
    from cartdesk.tmf.money import Money

Lines: TypeAlias = "Mapping[str, tuple[PricedItem, str, str | None, LineView]]"
"""What a line's view was made from, and the view, by item id."""


def shown(amounts: Amounts, show_tax: ShowTax) -> Money:
    """Return the side of an amount that this desk shows."""
    return amounts.duty_free if show_tax == "excluded" else amounts.tax_included


def label_of(cart: ShoppingCart) -> str:
    """Return what a cart is called: its label, else its customer's name; empty where it has neither."""
    if cart.notes.label:
        return safe_text(cart.notes.label, 60)
    customer = next((party for party in cart.related_party if (party.role or "").lower() == "customer"), None)
    return safe_text((customer.name or customer.id or "") if customer else "", 60)


def picture(priced: PricedCart, catalog: Shelf, *, show_tax: ShowTax, changed: str | None, before: Lines) -> tuple[CartView, Lines]:
    """Return the view of a cart, and its lines' views with what they were made from.

    Args:
        priced: the cart with its prices.
        catalog: what its rules are checked against.
        show_tax: included or excluded.
        changed: when it was last changed.
        before: its lines' views as they were; those that were made from the same are taken over.
    """
    from cartdesk.pricing import sum_over
    from cartdesk.selling.rules import findings

    notes = priced.cart.notes
    start, bill_day, months = start_of(priced), bill_day_of(priced), months_of(priced)
    found = findings(priced.cart, catalog, priced.moment)
    lines = _lines(priced, found, show_tax, before)
    bills = bills_of(priced)
    first = next((bill for bill in bills if not bill.is_today), None)
    view = CartView(
        cart_id=priced.cart.id,
        label=label_of(priced.cart),
        state=notes.state.value,
        lines=tuple(line[3] for line in lines.values()),
        due_now=shown(priced.due_now, show_tax),
        every=tuple(_every(total, show_tax, start, bill_day) for total in priced.totals if total.period is not None),
        first_bill=(first.on, shown(first.total, show_tax)) if first is not None else None,
        term_total=(months, shown(sum_over(bills, months), show_tax)) if priced.items else None,
        findings=tuple(_finding(finding) for finding in found),
        read_only=notes.state in (CartState.ORDERED, CartState.DISCARDED),
        currency=priced.currency,
        order_id=notes.order_id,
        promotions=notes.promotion_code,
        changed=changed,
    )
    return view, lines


def _lines(priced: PricedCart, findings: Sequence[Finding], show_tax: ShowTax, before: Lines) -> Lines:
    problems: dict[str, str] = {}
    for finding in sorted(findings, key=lambda each: not each.blocking):
        if finding.item_id is not None:
            problems.setdefault(finding.item_id, finding.sentence)
    found = {}
    for number, item in enumerate(priced.items, start=1):
        problem = item.problem or (_problem(item.item, problems) if problems else None)
        known = before.get(item.item.id)
        if known is not None and known[0] is item and known[1:3] == (show_tax, problem):
            view = known[3] if known[3].number == number else replace(known[3], number=number)
        else:
            view = _line(number, item, show_tax, problem)
        found[item.item.id] = (item, show_tax, problem, view)
    return found


def _problem(item: CartItem, problems: Mapping[str, str]) -> str | None:
    own = problems.get(item.id)
    return own if own is not None else next((below for child in item.cart_item if (below := _problem(child, problems))), None)


def _line(number: int, item: PricedItem, show_tax: ShowTax, problem: str | None) -> LineView:
    charges = [charge for charge in item.all_charges() if charge.kind is not PriceType.USAGE]
    periods = sorted({charge.period for charge in charges if charge.period is not None}, key=_by_length)
    first = MONTHLY if MONTHLY in periods else (periods[0] if periods else None)
    offering = item.item.product_offering
    return LineView(
        number=number,
        item_id=item.item.id,
        offering_id=(offering.id or "") if offering is not None else "",
        name=safe_text(item.name, 120),
        quantity=item.item.quantity,
        one_off=_sum(charges, None, show_tax),
        recurring=_sum(charges, first, show_tax) if first is not None else None,
        period=first,
        details=tuple(details_of(item, show_tax, first)),
        saved=item.item.status is ItemStatus.SAVED_FOR_LATER,
        problem=problem,
    )


def _sum(charges: list[PricedCharge], period: Period | None, show_tax: ShowTax) -> Money | None:
    amounts = [shown(charge.total, show_tax) for charge in charges if charge.period == period]
    return sum(amounts[1:], start=amounts[0]) if amounts else None


def _by_length(period: Period) -> tuple[Decimal, str]:
    days = period.days if period.days is not None else (period.months or 0) * 30
    return Decimal(days), period.unit.value


def _every(total: Total, show_tax: ShowTax, start: date, bill_day: int) -> EveryView:
    period = total.period or MONTHLY
    phases = []
    for phase in total.phases:
        until = None if phase.last is None else _last_day(start, bill_day, period, phase.last)
        phases.append(PhaseView(phase.first, phase.last, until, shown(phase.amounts, show_tax)))
    return EveryView(period, shown(total.steady, show_tax), tuple(phases))


def _last_day(start: date, bill_day: int, period: Period, count: int) -> date:
    """Return the last day of the ``count``-th whole charge period: monthly ones run from cycle day to cycle day, others from the start."""
    from cartdesk.pricing.cycles import add_months, add_periods, next_cycle_day

    one_day = timedelta(days=1)
    if period == MONTHLY:
        return add_months(next_cycle_day(start - one_day, bill_day), count, bill_day) - one_day
    return add_periods(start, period, count) - one_day


def _finding(finding: Finding) -> FindingView:
    mends = tuple((mend.label, mend.entry) for mend in finding.mends)
    return FindingView(finding.item_id, finding.code, finding.sentence, finding.blocking, mends)
