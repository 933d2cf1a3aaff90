"""From a priced cart to what the screen shows of it.

The desk calls :func:`picture` after each change; lines that did not change keep the very view they had.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from cartdesk.desk.billing import bill_day_of, months_of, start_of
from cartdesk.desk.details import shown
from cartdesk.desk.lineviews import MadeLine, Stretch, made_lines
from cartdesk.desk.view import CartView, EveryView, FindingView, PhaseView, ShowTax
from cartdesk.selling.facts import ByIdentity
from cartdesk.text import safe_text
from cartdesk.tmf.cart import CartState
from cartdesk.tmf.period import MONTHLY, Period

if TYPE_CHECKING:
    from cartdesk.pricing.priced import PricedCart, Total
    from cartdesk.selling.rules import Finding, Known
    from cartdesk.selling.shelf import Shelf
    from cartdesk.tmf.cart import ShoppingCart


def label_of(cart: ShoppingCart) -> str:
    """Return what a cart is called: its label, else its customer's name; empty where it has neither."""
    if cart.notes.label:
        return safe_text(cart.notes.label, 60)
    customer = next((party for party in cart.related_party if (party.role or "").lower() == "customer"), None)
    return safe_text((customer.name or customer.id or "") if customer else "", 60)


def picture(
    priced: PricedCart,
    catalog: Shelf,
    *,
    show_tax: ShowTax,
    changed: str | None,
    before: Mapping[str, MadeLine],
    known: Known | None = None,
) -> tuple[CartView, dict[str, MadeLine]]:
    """Return the view of a cart, and its lines with what they were made from.

    Args:
        priced: the cart with its prices.
        catalog: what its rules are checked against.
        show_tax: included or excluded.
        changed: when it was last changed.
        before: its lines as they were made last; what has not changed is taken over.
        known: what was found amiss of them last.
    """
    from cartdesk.pricing import next_cycle_day
    from cartdesk.pricing.bills import sum_amounts
    from cartdesk.selling.rules import findings
    from cartdesk.selling.standing import standing_of

    notes = priced.cart.notes
    stretch = Stretch(start_of(priced), bill_day_of(priced), months_of(priced))
    first_day = next_cycle_day(stretch.start - timedelta(days=1), stretch.bill_day)
    found = findings(priced.cart, catalog, priced.moment, priced, known)
    lines = made_lines(priced, found, stretch, show_tax, before)
    first_bill = sum_amounts([line.first_bill for line in lines.values()], priced.currency)
    altogether = sum_amounts([line.altogether for line in lines.values()], priced.currency)
    view = CartView(
        cart_id=priced.cart.id,
        label=label_of(priced.cart),
        state=notes.state.value,
        lines=tuple(line.view for line in lines.values()),
        due_now=shown(priced.due_now, show_tax),
        every=tuple(_every(total, show_tax, stretch) for total in priced.totals if total.period is not None),
        first_bill=(first_day, shown(first_bill, show_tax)) if lines else None,
        term_total=(stretch.months, shown(altogether, show_tax)) if lines else None,
        findings=tuple(_FINDINGS.get(finding, partial(_finding, finding)) for finding in found),
        read_only=notes.state in (CartState.ORDERED, CartState.DISCARDED),
        currency=priced.currency,
        order_id=notes.order_id,
        promotions=notes.promotion_code,
        changed=changed,
        place=safe_text(standing_of(priced.cart, catalog).post_code or "", 12),
    )
    return view, lines


def _every(total: Total, show_tax: ShowTax, stretch: Stretch) -> EveryView:
    period = total.period or MONTHLY
    phases = []
    for phase in total.phases:
        until = None if phase.last is None else _last_day(stretch, period, phase.last)
        phases.append(PhaseView(phase.first, phase.last, until, shown(phase.amounts, show_tax)))
    return EveryView(period, shown(total.steady, show_tax), tuple(phases))


def _last_day(stretch: Stretch, period: Period, count: int) -> date:
    """Return the last day of the ``count``-th whole charge period: monthly ones run from cycle day to cycle day, others from the start."""
    from cartdesk.pricing.cycles import add_months, add_periods, next_cycle_day

    one_day = timedelta(days=1)
    if period == MONTHLY:
        return add_months(next_cycle_day(stretch.start - one_day, stretch.bill_day), count, stretch.bill_day) - one_day
    return add_periods(stretch.start, period, count) - one_day


_FINDINGS: ByIdentity[Finding, FindingView] = ByIdentity(4_096)


def _finding(finding: Finding) -> FindingView:
    mends = tuple((mend.label, mend.entry) for mend in finding.mends)
    return FindingView(finding.item_id, finding.code, finding.sentence, finding.blocking, mends)
