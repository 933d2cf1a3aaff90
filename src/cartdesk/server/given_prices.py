"""Prices that came with lines the catalog here cannot price, taken into a cart's totals as they were given.

``carts`` calls it. Such a line keeps its ``itemPrice`` and ``itemTotalPrice``; a cart's total then says what all of it costs, not only what
this server sells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from cartdesk.pricing.priced import PricedCart, PricedItem
from cartdesk.tmf.cart import Action, ItemStatus
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period
from cartdesk.tmf.price import CartPrice, Price

_Key = tuple[str, str | None, str]

_NOT_TOTALLED = "usage"


def with_given(totals: Sequence[CartPrice], priced: PricedCart) -> tuple[CartPrice, ...]:
    """Return the totals with what unpriceable lines brought added: one for each price type, period and currency still.

    Args:
        totals: what could be worked out.
        priced: the cart they come from.
    """
    found = {_key(total): total for total in totals}
    for line in priced.items:
        if line.problem is None or line.item.status is not ItemStatus.ACTIVE or line.item.action is not Action.ADD:
            continue
        for price in _given(line):
            key = _key(price)
            if key[0] != _NOT_TOTALLED and key[2]:
                found[key] = _sum(found[key], price) if key in found else _bare(price)
    return tuple(found.values())


def _given(line: PricedItem) -> Iterable[CartPrice]:
    if line.item.item_total_price:
        return line.item.item_total_price
    return [_times(price, line.item.quantity) for price in line.item.item_price]


def _key(price: CartPrice) -> _Key:
    period = price.recurring_charge_period
    if period is not None:
        try:
            period = str(Period.read(period))
        except ValueError:
            period = period.strip().lower()
    kind = price.price_type or ("recurring" if period else "oneTime")
    amount = price.price and (price.price.tax_included_amount or price.price.duty_free_amount)
    return kind, period, amount.currency if amount else ""


def _bare(price: CartPrice) -> CartPrice:
    """Return a given price as a total: a former alteration beside it belongs to its line."""
    return CartPrice(name=price.name, price_type=price.price_type, recurring_charge_period=price.recurring_charge_period, price=price.price)


def _sum(total: CartPrice, price: CartPrice) -> CartPrice:
    one, other = total.price or Price(), price.price or Price()
    rate = one.tax_rate if one.tax_rate == other.tax_rate else None
    together = Price(
        duty_free_amount=_both(one.duty_free_amount, other.duty_free_amount),
        tax_included_amount=_both(one.tax_included_amount, other.tax_included_amount),
        tax_rate=rate,
    )
    return total.model_copy(update={"price": together})


def _both(one: Money | None, other: Money | None) -> Money | None:
    """Return a sum, or None where one side does not say its amount: half a sum would be wrong."""
    return one + other if one is not None and other is not None and one.currency == other.currency else None


def _times(price: CartPrice, quantity: int) -> CartPrice:
    if price.price is None:
        return price
    amounts = {
        name: None if amount is None else amount * Decimal(quantity)
        for name, amount in (("duty_free_amount", price.price.duty_free_amount), ("tax_included_amount", price.price.tax_included_amount))
    }
    return price.model_copy(update={"price": price.price.model_copy(update=amounts)})
