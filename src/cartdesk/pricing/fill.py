"""Prices written into a cart as TMF663 has them: ``itemPrice``, ``itemTotalPrice`` and ``cartTotalPrice``.

Called by the desk before a cart is stored, exported or ordered.
"""

from __future__ import annotations

from collections.abc import Sequence

from cartdesk.pricing.priced import Amounts, AppliedAlteration, PricedCart, PricedCharge, PricedItem, Total
from cartdesk.pricing.totals import line_charges, line_totals
from cartdesk.tmf.cart import CartItem, ShoppingCart
from cartdesk.tmf.period import Period
from cartdesk.tmf.price import CartPrice, Price, PriceAlteration, PriceType
from cartdesk.tmf.resource import Reference

TOTAL_NAMES = {PriceType.ONE_TIME: "One-off", PriceType.RECURRING: "Recurring", PriceType.USAGE: "Usage"}


def fill_prices(cart: ShoppingCart, priced: PricedCart) -> ShoppingCart:
    """Return the cart with what was worked out for it written in, children's prices too.

    List prices stand in ``price``; alterations stand beside them and are never folded in. In a total an alteration is a percentage where
    it is on all of that total, else the amount it adds.

    Args:
        cart: the cart that was priced; prices that were in it are replaced, but for lines that cannot be priced here.
        priced: its result.
    """
    lines = tuple(fill_item(item, line, priced.currency) for item, line in zip(cart.cart_item, priced.items, strict=True))
    return cart.model_copy(update={"cart_item": lines, "cart_total_price": total_prices(priced)})


def total_prices(priced: PricedCart) -> tuple[CartPrice, ...]:
    """Return a cart's totals as TMF663 has them, one for each price type and period."""
    charges = [charge for line in priced.items for item in line.counting() for charge in item.charges] if priced.totals else []
    return tuple(_total_price(total, charges) for total in priced.totals)


def fill_item(item: CartItem, line: PricedItem, currency: str) -> CartItem:
    """Return one line with its prices, its children's too; a line that cannot be priced here keeps those it has."""
    if line.problem is not None:
        return item
    children = tuple(fill_item(child, below, currency) for child, below in zip(item.cart_item, line.children, strict=False))
    charges = line_charges(line)
    return item.model_copy(
        update={
            "item_price": tuple(_item_price(charge) for charge in line.charges),
            "item_total_price": tuple(_total_price(total, charges) for total in line_totals(line, currency)),
            "cart_item": children or item.cart_item,
        }
    )


def _item_price(charge: PricedCharge) -> CartPrice:
    return CartPrice(
        name=charge.name,
        price_type=charge.kind.value,
        recurring_charge_period=_period(charge.period),
        unit_of_measure=charge.per,
        price=_price(charge.unit),
        price_alteration=tuple(_alteration(each, charge.period, each.percentage is not None) for each in charge.alterations),
        product_offering_price=Reference(id=charge.price_id, name=charge.name) if charge.price_id else None,
    )


def _total_price(total: Total, charges: Sequence[PricedCharge]) -> CartPrice:
    within = [charge for charge in charges if charge.kind is total.kind and charge.period == total.period]
    return CartPrice(
        name=TOTAL_NAMES[total.kind],
        price_type=total.kind.value,
        recurring_charge_period=_period(total.period),
        price=_price(total.amounts),
        price_alteration=tuple(_alteration(each, total.period, is_on_all(each, within)) for each in total.alterations),
    )


def is_on_all(alteration: AppliedAlteration, charges: Sequence[PricedCharge]) -> bool:
    """Say whether a percentage is on every charge of a total, so that it may stand as a percentage of that total."""
    if alteration.percentage is None:
        return False
    same = (alteration.source, alteration.percentage, alteration.periods)
    return all(any((each.source, each.percentage, each.periods) == same for each in charge.alterations) for charge in charges)


def _alteration(alteration: AppliedAlteration, period: Period | None, as_percentage: bool) -> PriceAlteration:
    price = Price(percentage=alteration.percentage) if as_percentage else _price(alteration.effect)
    return PriceAlteration(
        id=alteration.source or None,
        name=alteration.name,
        description=alteration.note or None,
        price_type=(PriceType.RECURRING if period is not None else PriceType.ONE_TIME).value,
        priority=alteration.priority,
        application_duration=alteration.periods,
        price_condition=alteration.condition,
        recurring_charge_period=_period(period),
        price=price,
    )


def _price(amounts: Amounts) -> Price:
    return Price(duty_free_amount=amounts.duty_free, tax_included_amount=amounts.tax_included, tax_rate=amounts.tax_rate)


def _period(period: Period | None) -> str | None:
    return None if period is None else str(period)
