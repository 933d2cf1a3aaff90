"""The rows below a line: what was chosen, what it is made of, what is taken off, what was refused, what was noted.

``picture`` asks for them when a line changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from cartdesk.desk.view import DetailView, ShowTax
from cartdesk.language import ntr, tr
from cartdesk.text import safe_text
from cartdesk.tmf.cart import Action
from cartdesk.tmf.price import PriceType

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Amounts, AppliedAlteration, PricedCharge, PricedItem
    from cartdesk.tmf.money import Money
    from cartdesk.tmf.period import Period

_LIMIT = 100
_MINUS = "−"


def shown(amounts: Amounts, show_tax: ShowTax) -> Money:
    """Return the side of an amount that this desk shows."""
    return amounts.duty_free if show_tax == "excluded" else amounts.tax_included


def details_of(item: PricedItem, show_tax: ShowTax, first: Period | None) -> Iterator[DetailView]:
    """Yield a line's rows in the order they are shown.

    Args:
        item: the line.
        show_tax: included or excluded.
        first: the period whose sum stands on the line itself; other periods' charges get rows.
    """
    yield from past_of(item, show_tax)
    yield from _choices(item)
    for child in item.children:
        yield from _child(child, show_tax, 1)
    for charge in sold_charges(item):
        if charge.kind is PriceType.USAGE:
            per = tr(" per {per}", per=safe_text(charge.per, 40)) if charge.per else ""
            yield DetailView("usage", safe_text(charge.name, _LIMIT) + per, shown(charge.unit, show_tax))
        elif charge.period is not None and charge.period != first:
            yield DetailView("charge", safe_text(charge.name, _LIMIT), shown(charge.total, show_tax), charge.period)
        if charge.installments is not None:
            yield DetailView(
                "charge", tr("{installments} payments", installments=charge.installments), shown(charge.total, show_tax), charge.period
            )
    for charge in sold_charges(item):
        yield from _alterations(charge, show_tax)
    for refused in item.refused:
        yield DetailView("refused", safe_text(f"{refused.name}: {refused.reason}", _LIMIT))
    if item.remark:
        yield DetailView("note", safe_text(item.remark, _LIMIT))
    for note in item.item.note:
        who = f"{note.author}: " if note.author else ""
        yield DetailView("note", safe_text(f"{who}{note.text or ''}", _LIMIT))


def sold_charges(item: PricedItem) -> tuple[PricedCharge, ...]:
    """Return a line's charges; none of something that is given up or stays as it is."""
    return item.all_charges() if item.counted or item.item.action is Action.ADD else ()


def past_of(item: PricedItem, show_tax: ShowTax) -> Iterator[DetailView]:
    """Yield what the customer has now where a line changes that, gives it up or keeps it, and what leaving early costs."""
    if item.item.action is Action.ADD:
        return
    from cartdesk.selling import owned

    product = item.item.product
    name = safe_text(product.name if product is not None and product.name else item.name, _LIMIT)
    word = {Action.MODIFY: tr("now"), Action.DELETE: tr("ends"), Action.NO_CHANGE: tr("stays as it is")}[item.item.action]
    side = 0 if show_tax == "excluded" else 1
    sign = 1 if item.item.action is Action.NO_CHANGE else -1
    sums = owned.sums_paid_now(item.item) if item.item.action is not Action.MODIFY else _former(item, show_tax)
    rows = [
        DetailView("before", f"{word}: {name}", amounts[side] * sign, period) for period, amounts in sums.items() if amounts[side].amount
    ]
    yield from rows or (DetailView("before", f"{word}: {name}"),)
    for price in owned.leaving_charges(item.item):
        amounts = price.price
        owed = (amounts.duty_free_amount if show_tax == "excluded" else amounts.tax_included_amount) if amounts is not None else None
        yield DetailView("penalty", safe_text(price.name or tr("Leaving early"), _LIMIT), owed)


def _former(item: PricedItem, show_tax: ShowTax) -> dict[Period, tuple[Money, Money]]:
    """Return what a changed line is paid for now, every period, as it is taken off: the side that is shown, twice."""
    sums: dict[Period, Money] = {}
    for charge in item.all_charges():
        if charge.category == "former" and charge.period is not None:
            amount = -shown(charge.total, show_tax)
            sums[charge.period] = sums[charge.period] + amount if charge.period in sums else amount
    return {period: (amount, amount) for period, amount in sums.items()}


def _choices(item: PricedItem) -> Iterator[DetailView]:
    for term in item.item.cart_term:
        text = term.name or term.description
        if text:
            yield DetailView("term", safe_text(text, _LIMIT))
    for characteristic in item.item.product.characteristic if item.item.product is not None else ():
        if characteristic.name and characteristic.value is not None:
            yield DetailView("characteristic", safe_text(f"{characteristic.name}: {characteristic.value}", _LIMIT))


def _child(child: PricedItem, show_tax: ShowTax, depth: int) -> Iterator[DetailView]:
    indent = "  " * (depth - 1)
    times = f" ×{child.item.quantity}" if child.item.quantity != 1 else ""
    amount, period = _own_amount(child, show_tax)
    yield DetailView("child", f"{indent}{safe_text(child.name, _LIMIT)}{times}", amount, period)
    for below in child.children:
        yield from _child(below, show_tax, depth + 1)


def _own_amount(item: PricedItem, show_tax: ShowTax) -> tuple[Money | None, Period | None]:
    recurring = [charge for charge in item.charges if charge.kind is PriceType.RECURRING]
    charges = recurring or [charge for charge in item.charges if charge.kind is PriceType.ONE_TIME]
    if not charges:
        return None, None
    same = [shown(charge.total, show_tax) for charge in charges if charge.period == charges[0].period]
    return sum(same[1:], start=same[0]), charges[0].period


def _alterations(charge: PricedCharge, show_tax: ShowTax) -> Iterator[DetailView]:
    for applied in charge.alterations:
        kind = "override" if applied.source == "override" else "alteration"
        yield DetailView(kind, _taken_off(applied, charge), shown(applied.effect, show_tax), charge.period)
    for refused in charge.refused:
        yield DetailView("refused", safe_text(f"{refused.name}: {refused.reason}", _LIMIT))


def _taken_off(applied: AppliedAlteration, charge: PricedCharge) -> str:
    what = safe_text(applied.name, _LIMIT)
    if applied.percentage is not None:
        off = f"{_MINUS}{_plain(applied.percentage)} %"
        what = off if not what or off in what else f"{off} {what}"
    if applied.periods is not None and charge.period is not None:
        unit = charge.period.unit.value
        length = applied.periods * charge.period.length
        what += f", {ntr(f'{{n}} {unit}', f'{{n}} {unit}s', length)}"
    return what + (f" ({safe_text(applied.note, _LIMIT)})" if applied.note else "")


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
