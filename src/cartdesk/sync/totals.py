"""The server's totals beside ours: compared, told, and never taken over.

``incoming`` and ``engine`` keep what differs in the link; the Sync screen shows it.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from cartdesk.tmf.period import Period
from cartdesk.tmf.price_type import PriceType

_Totals = dict[tuple[str, str, str], Decimal]


def difference_of(ours: Any, theirs: Any) -> str | None:
    """Return how the server's totals differ from ours, in words; None where they do not or one side has none.

    Args:
        ours: our ``cartTotalPrice``, as JSON values.
        theirs: the server's.
    """
    here, there = _totals(ours), _totals(theirs)
    if not here or not there:
        return None
    apart = [key for key in dict.fromkeys((*here, *there)) if here.get(key) != there.get(key)]
    return "; ".join(_words(key, here.get(key), there.get(key)) for key in apart) or None


def _totals(listed: Any) -> _Totals:
    """Return the amounts by price type, period and currency; with tax where that is stated."""
    found: _Totals = {}
    for each in listed if isinstance(listed, list) else ():
        price = each.get("price") if isinstance(each, dict) else None
        money = price.get("taxIncludedAmount") or price.get("dutyFreeAmount") if isinstance(price, dict) else None
        if not isinstance(money, dict):
            continue
        try:
            amount = Decimal(str(money.get("value")))
        except InvalidOperation:
            continue
        kind = PriceType.read(each.get("priceType"))
        key = (str(kind), _period(each.get("recurringChargePeriod")) if kind == PriceType.RECURRING else "", str(money.get("unit")))
        found[key] = found.get(key, Decimal(0)) + amount
    return {key: amount for key, amount in found.items() if amount}


def _period(text: Any) -> str:
    try:
        return str(Period.read(str(text)))
    except ValueError:
        return str(text)


def _words(key: tuple[str, str, str], here: Decimal | None, there: Decimal | None) -> str:
    kind, period, currency = key
    what = period or {"oneTime": "due now"}.get(kind, kind)
    return f"{what} {_amount(here)} here, {_amount(there)} there ({currency})"


def _amount(amount: Decimal | None) -> str:
    return "nothing" if amount is None else f"{amount:,.2f}"
