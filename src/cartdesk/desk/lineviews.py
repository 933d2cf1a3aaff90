"""The lines of a cart as views, with what each adds to the bills: made anew only where something about the line changed.

``picture`` calls :func:`made_lines` after each change, so that a key costs the same in a cart of two hundred lines as in one of two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from cartdesk.desk.details import details_of, shown, sold_charges
from cartdesk.desk.view import FindingView, LineView, ShowTax
from cartdesk.language import tr
from cartdesk.text import safe_text
from cartdesk.tmf.cart import Action, ItemStatus
from cartdesk.tmf.period import MONTHLY, Period
from cartdesk.tmf.price import PriceType

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Amounts, PricedCart, PricedCharge, PricedItem
    from cartdesk.selling.rules import Finding
    from cartdesk.tmf.cart import CartItem
    from cartdesk.tmf.money import Money


@dataclass(frozen=True, slots=True)
class Stretch:
    """Over which days a cart is billed."""

    start: date
    bill_day: int
    months: int


def text_of(view: LineView | FindingView) -> str:
    """Return a part of a view as JSON."""
    return json.dumps(view.to_json(), ensure_ascii=False, separators=(",", ":"))


@dataclass(slots=True)
class MadeLine:
    """A line's view and its part of the bills, with what they were made from."""

    item: PricedItem
    show_tax: ShowTax
    problem: str | None
    stretch: Stretch
    view: LineView
    first_bill: Amounts
    """What it adds to the first bill."""
    altogether: Amounts
    """What it adds to everything paid over the stretch, today included."""
    _text: str | None = None

    @property
    def text(self) -> str:
        """The view's JSON, written once."""
        if self._text is None:
            self._text = text_of(self.view)
        return self._text


def made_lines(
    priced: PricedCart, findings: Sequence[Finding], stretch: Stretch, show_tax: ShowTax, before: Mapping[str, MadeLine]
) -> dict[str, MadeLine]:
    """Return the lines by item id; those in ``before`` that were made from the same are taken over."""
    problems: dict[str, str] = {}
    for finding in sorted(findings, key=lambda each: not each.blocking):
        if finding.item_id is not None:
            problems.setdefault(finding.item_id, finding.sentence)
    found = {}
    for number, item in enumerate(priced.items, start=1):
        problem = item.problem or (_problem(item.item, problems) if problems else None)
        known = before.get(item.item.id)
        if known is not None and (known.item is not item or known.stretch != stretch):
            known = None
        if known is not None and known.view.number == number and known.show_tax == show_tax and known.problem == problem:
            found[item.item.id] = known
            continue
        first_bill, altogether = (known.first_bill, known.altogether) if known is not None else _billed(priced, item, stretch)
        if known is not None and (known.show_tax, known.problem) == (show_tax, problem):
            view = known.view if known.view.number == number else replace(known.view, number=number)
        else:
            view = _line(number, item, show_tax, problem)
        found[item.item.id] = MadeLine(item, show_tax, problem, stretch, view, first_bill, altogether)
    return found


def _billed(priced: PricedCart, item: PricedItem, stretch: Stretch) -> tuple[Amounts, Amounts]:
    """Return a line's part of the first bill and of the whole stretch: a bill is the sum of its lines, so these add up to the cart's."""
    from cartdesk.pricing import project, sum_over

    bills = project(replace(priced, items=(item,)), stretch.start, stretch.bill_day, months=stretch.months)
    first = next((bill.total for bill in bills if not bill.is_today), priced.nothing)
    return first, sum_over(bills, stretch.months)


def _problem(item: CartItem, problems: Mapping[str, str]) -> str | None:
    own = problems.get(item.id)
    return own if own is not None else next((below for child in item.cart_item if (below := _problem(child, problems))), None)


def line_view(number: int, item: PricedItem, show_tax: ShowTax) -> LineView:
    """Return a priced line as it is shown, whichever cart it is of."""
    return _line(number, item, show_tax, item.problem)


def _line(number: int, item: PricedItem, show_tax: ShowTax, problem: str | None) -> LineView:
    charges = [charge for charge in sold_charges(item) if charge.kind is not PriceType.USAGE]
    periods = sorted({charge.period for charge in charges if charge.period is not None}, key=_by_length)
    first = MONTHLY if MONTHLY in periods else (periods[0] if periods else None)
    offering = item.item.product_offering
    return LineView(
        number=number,
        item_id=item.item.id,
        offering_id=(offering.id or "") if offering is not None else "",
        name=_called(item),
        quantity=item.item.quantity,
        one_off=_sum(charges, None, show_tax),
        recurring=_sum(charges, first, show_tax) if first is not None else None,
        period=first,
        details=tuple(details_of(item, show_tax, first)),
        saved=item.item.status is ItemStatus.SAVED_FOR_LATER,
        problem=problem,
    )


def _called(item: PricedItem) -> str:
    """Return what a line is called: what it does first, where it is about something the customer has."""
    name = safe_text(item.name, 100)
    product = item.item.product
    before = safe_text(product.name, 60) if product is not None and product.name else name
    match item.item.action:
        case Action.MODIFY:
            return tr("Change {before}", before=before) if before == name else tr("Change to {name}", name=name)
        case Action.DELETE:
            return tr("Cancel {before}", before=before)
        case Action.NO_CHANGE:
            return tr("Keep {before}", before=before)
        case _:
            return safe_text(item.name, 120)


def _sum(charges: list[PricedCharge], period: Period | None, show_tax: ShowTax) -> Money | None:
    amounts = [shown(charge.total, show_tax) for charge in charges if charge.period == period]
    return sum(amounts[1:], start=amounts[0]) if amounts else None


def _by_length(period: Period) -> tuple[Decimal, str]:
    days = period.days if period.days is not None else (period.months or 0) * 30
    return Decimal(days), period.unit.value
