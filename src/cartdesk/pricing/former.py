"""What a customer already pays for a product that is modified, so that only the difference is sold.

Called by ``items`` for items whose action is ``modify``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import ValidationError

from cartdesk.pricing.charges import given_price, priced_charge, settle, unit_amounts
from cartdesk.pricing.offers import amount_of
from cartdesk.pricing.priced import Given, PricedCharge
from cartdesk.tmf.period import Period
from cartdesk.tmf.price import CartPrice, PriceType

if TYPE_CHECKING:
    from cartdesk.pricing.offers import Offer
    from cartdesk.pricing.reader import OfferReader
    from cartdesk.pricing.rounding import Rounder
    from cartdesk.tmf.cart import CartItem


class LinePricer(Protocol):
    """What this file needs of the line that is being priced."""

    reader: OfferReader
    rounder: Rounder

    def list_charges(self, item: CartItem, offer: Offer, quantity: int) -> tuple[PricedCharge, ...]:
        """Return what an offer costs by its list prices alone."""
        ...


def former_charges(
    item: CartItem, offer: Offer, charges: tuple[PricedCharge, ...], quantity: int, line: LinePricer
) -> tuple[tuple[PricedCharge, ...], str | None]:
    """Return the charges of a modified item, with what is paid now taken off, and what there is to remark.

    What is paid now is read from the product: its ``productPrice`` (TMF637), else the list price of its ``productOffering``. A one-off
    price that came with the product is not charged again, and neither is what it is paid for in installments, which go on as they are.
    Where the product says neither, it is counted as unchanged.

    Args:
        item: the modified item.
        offer: what it becomes.
        charges: what that costs.
        quantity: how many there are, the parents' quantities included.
        line: prices what is paid now.
    """
    extra = (item.product.model_extra or {}) if item.product is not None else {}
    former = extra.get("productOffering")
    former_id = former.get("id") if isinstance(former, dict) else None
    paid = _paid(extra.get("productPrice"), quantity, line.rounder)
    had = line.reader.offer(former_id) if isinstance(former_id, str) else None
    if not paid and had is None:
        return (), "Nothing says what is paid for it now, so it is counted as unchanged."
    listed = line.list_charges(item, had, quantity) if had is not None else ()
    had_ids = {price.id for price in had.prices} if had is not None else set()
    kept = tuple(charge for charge in charges if charge.price_id not in had_ids or not _came_with_it(charge))
    lasting = (charge for charge in listed if charge.kind is PriceType.RECURRING and charge.installments is None)
    taken_off = paid or tuple(_negative(charge, line.rounder) for charge in lasting)
    return (*kept, *taken_off), None


def _came_with_it(charge: PricedCharge) -> bool:
    """Say whether a price is for getting a product rather than for having it."""
    return charge.kind is PriceType.ONE_TIME or charge.installments is not None


def _negative(charge: PricedCharge, rounder: Rounder) -> PricedCharge:
    given = charge.given
    if given is None:
        return charge
    return _former(charge, Given(-given.amount, given.side, given.tax, given.stated_rate), rounder)


def _former(charge: PricedCharge, given: Given, rounder: Rounder) -> PricedCharge:
    unit = unit_amounts(given, settle(given.amount, given.side, given.tax, rounder), rounder)
    bare = charge._replace(name=f"{charge.name}, paid now", category="former", given=given, unit=unit, total=unit, penalties=(), floor=None)
    return priced_charge(bare, (), rounder)


def _paid(prices: Any, quantity: int, rounder: Rounder) -> tuple[PricedCharge, ...]:
    """Return a product's recurring prices, negative; those that cannot be read, or are in another currency, are left out."""
    return tuple(_read_paid(prices if isinstance(prices, list) else [prices], quantity, rounder))


def _read_paid(prices: Iterable[Any], quantity: int, rounder: Rounder) -> Iterable[PricedCharge]:
    for raw in prices:
        try:
            price = CartPrice.model_validate(raw)
            period = Period.read(price.recurring_charge_period or "month")
        except (ValidationError, ValueError):
            continue
        amounts = price.price
        if amounts is None or PriceType.read(price.price_type) is not PriceType.RECURRING:
            continue
        net, gross = amounts.duty_free_amount, amounts.tax_included_amount
        stated = [each for each in (net, gross) if each is not None]
        if not stated or any(each.currency != rounder.currency for each in stated):
            continue
        name = price.name or "Monthly price"
        given = given_price(amount_of(net), amount_of(gross), amounts.tax_rate, name, rounder)
        negative = given._replace(amount=-given.amount)
        unit = unit_amounts(negative, settle(negative.amount, negative.side, negative.tax, rounder), rounder)
        bare = PricedCharge(None, name, PriceType.RECURRING, period, None, unit, unit, quantity=quantity, given=negative)
        yield _former(bare, negative, rounder)
