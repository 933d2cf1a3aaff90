"""Prices as the JSON values that TMF663 has for them, straight from what was worked out, without a model in between.

Called by those who keep carts as JSON. It says exactly what ``fill`` says, whose models written out come to the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cartdesk.pricing.fill import TOTAL_NAMES, is_on_all
from cartdesk.pricing.priced import Amounts, AppliedAlteration, PricedCart, PricedCharge, PricedItem, Total
from cartdesk.pricing.totals import line_charges, line_totals
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period
from cartdesk.tmf.price import PriceType
from cartdesk.tmf.wire import json_number

Members = dict[str, Any]


def written_item(item: Members, line: PricedItem, currency: str) -> Members:
    """Return an item's JSON with its prices, its children's too; a line that cannot be priced here keeps those it has.

    Args:
        item: the item as JSON, in v2's names.
        line: how it was priced.
        currency: the cart's.
    """
    if line.problem is not None:
        return item
    charges = line_charges(line)
    written = {name: value for name, value in item.items() if name not in ("itemPrice", "itemTotalPrice")}
    if line.charges:
        written["itemPrice"] = [_item_price(charge) for charge in line.charges]
    if charges and (totals := line_totals(line, currency)):
        written["itemTotalPrice"] = [_total_price(total, charges) for total in totals]
    if line.children:
        pairs = zip(item.get("cartItem", ()), line.children, strict=False)
        written["cartItem"] = [written_item(child, below, currency) for child, below in pairs]
    return written


def written_totals(priced: PricedCart) -> list[Members]:
    """Return a cart's totals as JSON values, one for each price type and period."""
    charges = [charge for line in priced.items for item in line.counting() for charge in item.charges] if priced.totals else []
    return [_total_price(total, charges) for total in priced.totals]


def _item_price(charge: PricedCharge) -> Members:
    written: Members = {"name": charge.name, "priceType": charge.kind.value}
    if charge.period is not None:
        written["recurringChargePeriod"] = str(charge.period)
    if charge.per is not None:
        written["unitOfMeasure"] = charge.per
    written["price"] = _price(charge.unit)
    if charge.alterations:
        written["priceAlteration"] = [_alteration(each, charge.period, each.percentage is not None) for each in charge.alterations]
    if charge.price_id:
        written["productOfferingPrice"] = {"id": charge.price_id, "name": charge.name}
    return written


def _total_price(total: Total, charges: Sequence[PricedCharge]) -> Members:
    written: Members = {"name": TOTAL_NAMES[total.kind], "priceType": total.kind.value}
    if total.period is not None:
        written["recurringChargePeriod"] = str(total.period)
    written["price"] = _price(total.amounts)
    if total.alterations:
        within = [charge for charge in charges if charge.kind is total.kind and charge.period == total.period]
        written["priceAlteration"] = [_alteration(each, total.period, is_on_all(each, within)) for each in total.alterations]
    return written


def _alteration(alteration: AppliedAlteration, period: Period | None, as_percentage: bool) -> Members:
    members = {
        "id": alteration.source or None,
        "name": alteration.name,
        "description": alteration.note or None,
        "priceType": (PriceType.RECURRING if period is not None else PriceType.ONE_TIME).value,
        "priority": alteration.priority,
        "applicationDuration": alteration.periods,
        "priceCondition": alteration.condition,
        "recurringChargePeriod": None if period is None else str(period),
    }
    written: Members = {name: value for name, value in members.items() if value is not None}
    percentage = alteration.percentage if as_percentage else None
    written["price"] = _price(alteration.effect) if percentage is None else {"percentage": json_number(percentage)}
    return written


def _price(amounts: Amounts) -> Members:
    written: Members = {"dutyFreeAmount": _money(amounts.duty_free), "taxIncludedAmount": _money(amounts.tax_included)}
    if amounts.tax_rate is not None:
        written["taxRate"] = _number(amounts.tax_rate)
    return written


def _money(money: Money) -> Members:
    return {"unit": money.currency, "value": _number(money.amount)}


@lru_cache(4096)
def _number(amount: Decimal) -> int | float | Decimal:
    """Return an amount as JSON values have it; the same prices come again and again."""
    return json_number(amount)
