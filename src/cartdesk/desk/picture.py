"""From a priced cart to what the screen shows of it.

The desk calls :func:`picture` after each change; lines that did not change keep the very view they had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from cartdesk.desk.details import details_of
from cartdesk.desk.view import CartView, EveryView, FindingView, LineView, PhaseView
from cartdesk.text import safe_text
from cartdesk.tmf.cart import CartState, ItemStatus
from cartdesk.tmf.period import MONTHLY, Period
from cartdesk.tmf.price import PriceType

if TYPE_CHECKING:
    from cartdesk.pricing import Bill, PricedCart, PricedCharge, PricedItem
    from cartdesk.pricing.priced import Amounts, Total
    from cartdesk.selling.rules import Finding
    from cartdesk.tmf.cart import CartItem, ShoppingCart
    from cartdesk.tmf.money import Money

USUAL_MONTHS = 24
"""Over how many months a cart without any commitment is summed up."""

Lines: TypeAlias = "Mapping[str, tuple[PricedItem, str, str | None, LineView]]"
"""What a line's view was made from, and the view, by item id."""


def shown(amounts: Amounts, show_tax: str) -> Money:
    """Return the side of an amount that this desk shows."""
    return amounts.duty_free if show_tax == "excluded" else amounts.tax_included


def label_of(cart: ShoppingCart) -> str:
    """Return what a cart is called: its label, else its customer's name; empty where it has neither."""
    if cart.notes.label:
        return safe_text(cart.notes.label, 60)
    customer = next((party for party in cart.related_party if (party.role or "").lower() == "customer"), None)
    return safe_text((customer.name or customer.id or "") if customer else "", 60)


def picture(
    priced: PricedCart,
    findings: Sequence[Finding],
    bills: Sequence[Bill],
    over_term: tuple[int, Amounts] | None,
    *,
    show_tax: str,
    changed: str | None,
    lines: Sequence[LineView],
    start: date,
) -> CartView:
    """Return the view of a cart.

    Args:
        priced: the cart with its prices.
        findings: what is not right with it.
        bills: the first bills, from ``project``.
        over_term: months, and what is paid over them.
        show_tax: included or excluded.
        changed: when it was last changed.
        lines: its lines, from :func:`line_views`.
        start: the day service starts.
    """
    notes = priced.cart.notes
    first = next((bill for bill in bills if not bill.is_today), None)
    return CartView(
        cart_id=priced.cart.id,
        label=label_of(priced.cart),
        state=notes.state.value,
        lines=tuple(lines),
        due_now=shown(priced.due_now, show_tax),
        every=tuple(_every(total, show_tax, start) for total in priced.totals if total.period is not None),
        first_bill=(first.on, shown(first.total, show_tax)) if first is not None else None,
        term_total=(over_term[0], shown(over_term[1], show_tax)) if over_term is not None else None,
        findings=tuple(_finding(finding, priced.cart) for finding in findings),
        read_only=notes.state in (CartState.ORDERED, CartState.DISCARDED),
        currency=priced.currency,
        order_id=notes.order_id,
        promotions=notes.promotion_code,
        changed=changed,
    )


def line_views(priced: PricedCart, findings: Sequence[Finding], show_tax: str, before: Lines) -> Lines:
    """Return each line's view with what it was made from; those in ``before`` that were made from the same are taken over."""
    problems: dict[str, str] = {}
    for finding in sorted(findings, key=lambda each: not each.blocking):
        if finding.item_id is not None:
            problems.setdefault(finding.item_id, finding.sentence)
    found = {}
    for number, item in enumerate(priced.items, start=1):
        problem = item.problem or problems.get(item.item.id)
        known = before.get(item.item.id)
        if known is not None and known[0] is item and known[1] == show_tax and known[2] == problem:
            view = known[3] if known[3].number == number else replace(known[3], number=number)
        else:
            view = _line(number, item, show_tax, problem)
        found[item.item.id] = (item, show_tax, problem, view)
    return found


def term_of(priced: PricedCart) -> int:
    """Return the longest commitment among the lines that count, in months; USUAL_MONTHS where there is none."""
    terms = (each.term_months or 0 for item in priced.items for each in item.counting())
    return max(terms, default=0) or USUAL_MONTHS


def totals_of(view: CartView) -> dict[str, str]:
    """Return a cart's totals as the history keeps them: each a decimal as text."""
    totals = {"currency": view.currency, "lines": str(len(view.lines)), "dueNow": _text(view.due_now)}
    totals.update({str(each.period): _text(each.steady) for each in view.every})
    return totals


def _text(money: Money) -> str:
    return f"{money.amount:f}"


def _line(number: int, item: PricedItem, show_tax: str, problem: str | None) -> LineView:
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


def _sum(charges: list[PricedCharge], period: Period | None, show_tax: str) -> Money | None:
    amounts = [shown(charge.total, show_tax) for charge in charges if charge.period == period]
    return sum(amounts[1:], start=amounts[0]) if amounts else None


def _by_length(period: Period) -> tuple[Decimal, str]:
    days = period.days if period.days is not None else (period.months or 0) * 30
    return Decimal(days), period.unit.value


def _every(total: Total, show_tax: str, start: date) -> EveryView:
    from cartdesk.desk.days import last_day

    period = total.period or MONTHLY
    phases = []
    for phase in total.phases:
        until = None if phase.last is None else last_day(start, period, phase.last)
        phases.append(PhaseView(phase.first, phase.last, until, shown(phase.amounts, show_tax)))
    return EveryView(period, shown(total.steady, show_tax), tuple(phases))


def _finding(finding: Finding, cart: ShoppingCart) -> FindingView:
    mends = tuple((mend.label, mend.entry) for mend in finding.mends)
    return FindingView(finding.item_id, finding.code, finding.sentence, finding.blocking, mends)


def walk(items: Sequence[CartItem]) -> Iterator[CartItem]:
    """Yield items and everything below them."""
    for item in items:
        yield item
        yield from walk(item.cart_item)
