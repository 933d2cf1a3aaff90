"""What was sold at which prices, as plain values that stay with an order, and back: prices of a catalog come and go, an order's do not.

``selling.orders`` keeps them when an order is placed; the desk reads them back for its documents and for the bills to come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from cartdesk.errors import PricingError
from cartdesk.pricing.priced import (
    Amounts,
    AppliedAlteration,
    Penalty,
    Phase,
    PricedCart,
    PricedCharge,
    PricedItem,
    RoundingLevel,
    RoundingPolicy,
)
from cartdesk.pricing.totals import alteration_key, totals_of
from cartdesk.tmf.cart import CartItem, ShoppingCart
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period, read_time, write_time
from cartdesk.tmf.price import PriceType

FORMAT = 1
"""The shape of what is kept; raised when it changes."""


def keep(priced: PricedCart) -> dict[str, Any]:
    """Return what a priced cart sells, as JSON values: every charge, what is taken off it, and what leaving early costs.

    Lines that are put aside, and what the customer has already, are left out.
    """
    return {
        "format": FORMAT,
        "currency": priced.currency,
        "rounding": [priced.policy.mode, priced.policy.level.value],
        "moment": write_time(priced.moment),
        "lines": [_kept_item(line) for line in priced.items if line.counting()],
    }


def read_kept(values: Mapping[str, Any], cart: ShoppingCart) -> PricedCart:
    """Return what was sold as a priced cart again: with the same totals, bills and costs of leaving as when it was kept.

    Args:
        values: what :func:`keep` returned.
        cart: the cart whose items these are; a line that is not in it has an item with nothing but its id.

    Raises:
        PricingError: the values cannot be read.
    """
    try:
        if values["format"] != FORMAT:
            raise PricingError("What was sold was kept by a newer version of cartdesk; bring this one up to date.")
        reader = _Reader(str(values["currency"]), dict(_by_id(cart.cart_item)))
        items = tuple(reader.item(line) for line in values["lines"])
        mode, level = values["rounding"]
        policy = RoundingPolicy(mode, RoundingLevel(level))
        moment: datetime = read_time(values["moment"])
        return PricedCart(cart, reader.currency, policy, moment, items, totals_of(items, reader.currency))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, InvalidOperation):
        raise PricingError("What was sold cannot be read from this order any more.") from None


def _kept_item(line: PricedItem) -> dict[str, Any]:
    kept = {
        "id": line.item.id,
        "name": line.name,
        "quantity": line.quantity,
        "counted": line.counted,
        "term": line.term_months,
        "in": line.included_in,
        "charges": [_kept_charge(charge) for charge in line.charges],
        "parts": [_kept_item(child) for child in line.children],
    }
    return {name: value for name, value in kept.items() if value not in (None, [])}


def _kept_charge(charge: PricedCharge) -> dict[str, Any]:
    kept = {
        "price": charge.price_id,
        "name": charge.name,
        "kind": charge.kind.value,
        "period": _period(charge.period),
        "per": charge.per,
        "unit": _amounts(charge.unit),
        "total": _amounts(charge.total),
        "quantity": charge.quantity,
        "installments": charge.installments,
        "category": charge.category,
        "phases": [[phase.first, phase.last, _amounts(phase.amounts)] for phase in charge.phases],
        "off": [_kept_alteration(each) for each in charge.alterations],
        "leaving": [_kept_penalty(each) for each in charge.penalties],
    }
    return {name: value for name, value in kept.items() if value not in (None, [])}


def _kept_alteration(alteration: AppliedAlteration) -> dict[str, Any]:
    kept = {
        "name": alteration.name,
        "source": alteration.source,
        "percentage": _text(alteration.percentage),
        "amount": _text(alteration.amount.amount) if alteration.amount is not None else None,
        "priority": alteration.priority,
        "periods": alteration.periods,
        "condition": alteration.condition,
        "effect": _amounts(alteration.effect),
        "note": alteration.note or None,
        "side": alteration.side,
    }
    return {name: value for name, value in kept.items() if value is not None}


def _kept_penalty(penalty: Penalty) -> dict[str, Any]:
    kept = {
        "name": penalty.name,
        "source": penalty.source,
        "amounts": _amounts(penalty.amounts) if penalty.amounts is not None else None,
        "percentage": _text(penalty.percentage),
        "per": _period(penalty.per),
    }
    return {name: value for name, value in kept.items() if value is not None}


def _amounts(amounts: Amounts) -> list[str | None]:
    return [_text(amounts.duty_free.amount), _text(amounts.tax_included.amount), _text(amounts.tax_rate)]


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _period(period: Period | None) -> list[Any] | None:
    return None if period is None else [period.unit.value, period.length]


def _by_id(items: Sequence[CartItem]) -> Iterator[tuple[str, CartItem]]:
    for item in items:
        yield item.id, item
        yield from _by_id(item.cart_item)


class _Reader:
    """Reads what was kept, in one currency."""

    def __init__(self, currency: str, items: Mapping[str, CartItem]) -> None:
        self.currency = currency
        self._items = items

    def item(self, kept: Mapping[str, Any]) -> PricedItem:
        item_id = str(kept["id"])
        return PricedItem(
            item=self._items.get(item_id) or CartItem(id=item_id),
            name=str(kept["name"]),
            quantity=int(kept["quantity"]),
            charges=tuple(self._charge(charge) for charge in kept.get("charges", ())),
            children=tuple(self.item(part) for part in kept.get("parts", ())),
            counted=bool(kept["counted"]),
            included_in=kept.get("in"),
            term_months=kept.get("term"),
        )

    def _charge(self, kept: Mapping[str, Any]) -> PricedCharge:
        period = kept.get("period")
        return PricedCharge(
            price_id=kept.get("price"),
            name=str(kept["name"]),
            kind=PriceType(kept["kind"]),
            period=Period.read(*period) if period else None,
            per=kept.get("per"),
            unit=self._amounts(kept["unit"]),
            total=self._amounts(kept["total"]),
            alterations=tuple(self._alteration(each) for each in kept.get("off", ())),
            installments=kept.get("installments"),
            category=str(kept["category"]),
            phases=tuple(Phase(first, last, self._amounts(amounts)) for first, last, amounts in kept.get("phases", ())),
            quantity=int(kept["quantity"]),
            penalties=tuple(self._penalty(each) for each in kept.get("leaving", ())),
        )

    def _alteration(self, kept: Mapping[str, Any]) -> AppliedAlteration:
        amount, percentage = kept.get("amount"), kept.get("percentage")
        made = AppliedAlteration(
            name=str(kept["name"]),
            source=str(kept["source"]),
            percentage=None if percentage is None else Decimal(percentage),
            amount=None if amount is None else self._money(amount),
            priority=int(kept["priority"]),
            periods=kept.get("periods"),
            condition=kept.get("condition"),
            effect=self._amounts(kept["effect"]),
            note=str(kept.get("note", "")),
            side=kept.get("side"),
        )
        return made._replace(key=alteration_key(made))

    def _penalty(self, kept: Mapping[str, Any]) -> Penalty:
        amounts, percentage, per = kept.get("amounts"), kept.get("percentage"), kept.get("per")
        return Penalty(
            name=str(kept["name"]),
            source=str(kept["source"]),
            amounts=None if amounts is None else self._amounts(amounts),
            percentage=None if percentage is None else Decimal(percentage),
            per=Period.read(*per) if per else None,
        )

    def _amounts(self, kept: Sequence[str | None]) -> Amounts:
        net, gross, rate = kept
        return Amounts(self._money(net), self._money(gross), None if rate is None else Decimal(rate))

    def _money(self, text: str | None) -> Money:
        if text is None:
            raise TypeError("an amount is missing")
        return Money(Decimal(text), self.currency)
