"""What changes a price from outside the catalog's own list: promotion codes, and prices set by hand.

Called by the desk through ``basket``. Whether a code holds is pricing's business and said there; here it only has to exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from cartdesk.errors import BeyondLimit, Mend, Refused
from cartdesk.language import tr
from cartdesk.pricing.overrides import DEFAULT_LIMITS, SOURCE
from cartdesk.selling.free_text import clean_text
from cartdesk.selling.lines import item_at, item_name, require_open, with_seat
from cartdesk.selling.shelf import Shelf
from cartdesk.text import safe_text
from cartdesk.tmf.cart import PriceOverride, ShoppingCart
from cartdesk.tmf.money import minor_digits
from cartdesk.tmf.price import PriceType

if TYPE_CHECKING:
    from cartdesk.pricing.priced import PricedCart, PricedCharge, PricedItem

MAX_CODES = 20
"""How many promotion codes one cart may carry."""
MAX_PERIODS = 600


def add_promotion(cart: ShoppingCart, code: str, shelf: Shelf) -> ShoppingCart:
    """Return the cart with a promotion code, in the catalog's spelling.

    Raises:
        Refused: no such code, given already, or too many of them.
    """
    require_open(cart)
    promotion = shelf.promotion(code.strip()) if code.strip() else None
    if promotion is None:
        raise Refused(tr("There is no promotion code «{code}» in this catalog; check its spelling.", code=safe_text(code.strip(), 40)))
    spelled = promotion.code or code.strip()
    if any(spelled.casefold() == each.casefold() for each in cart.notes.promotion_code):
        raise Refused(
            tr("The code {spelled} is on this cart already.", spelled=safe_text(spelled, 40)), Mend(tr("Take it off"), f"%-{spelled}")
        )
    if len(cart.notes.promotion_code) >= MAX_CODES:
        first = cart.notes.promotion_code[0]
        raise Refused(
            tr("A cart takes at most {max_codes} promotion codes; take one off first.", max_codes=MAX_CODES),
            Mend(tr("Take one off"), f"%-{first}"),
        )
    return with_seat(cart, promotion_code=(*cart.notes.promotion_code, spelled))


def remove_promotion(cart: ShoppingCart, code: str) -> ShoppingCart:
    """Return the cart without a promotion code.

    Raises:
        Refused: the cart does not have it.
    """
    require_open(cart)
    wanted = code.strip().casefold()
    kept = tuple(each for each in cart.notes.promotion_code if each.casefold() != wanted)
    if len(kept) == len(cart.notes.promotion_code):
        codes = ", ".join(safe_text(each, 40) for each in kept)
        there = tr("its codes are {codes}", codes=codes) if codes else tr("it has none")
        raise Refused(tr("The code «{code}» is not on this cart; {there}.", code=safe_text(code.strip(), 40), there=there))
    return with_seat(cart, promotion_code=kept)


def override_price(
    cart: ShoppingCart,
    item_id: str,
    priced: PricedCart,
    *,
    percentage: Decimal | None = None,
    amount: Decimal | None = None,
    price_type: PriceType = PriceType.RECURRING,
    periods: int | None = None,
    who: str,
    role: str,
    why: str,
    approved_by: str | None = None,
    limits: Mapping[str, Decimal] = DEFAULT_LIMITS,
) -> ShoppingCart:
    """Return the cart with a price of one item lowered by hand; an earlier one of the same kind on it is replaced.

    Args:
        cart: the cart.
        item_id: the item, at any depth.
        priced: the cart as priced now, for what the list price is.
        percentage: how much is taken off, in percent; or else ``amount``.
        amount: how much is taken off for one, in money with tax.
        price_type: which of the item's prices, recurring or one-off.
        periods: for how many charge periods; None is always.
        who: who sets it.
        role: their role, which sets the limit.
        why: the reason, kept with it.
        approved_by: who of that role allowed it, where it is more than who sets it may give.
        limits: how much of the list price each role may take off, in percent.

    Raises:
        BeyondLimit: more than the role may take off.
        Refused: below nothing, without a reason, or no such price on the item.
    """
    require_open(cart)
    name = item_name(item_at(cart, item_id))
    reason = clean_text(why, tr("The reason"), limit=200)
    if (percentage is None) == (amount is None):
        raise Refused(tr("Say either how many per cent or how much money to take off."))
    if periods is not None and not 1 <= periods <= MAX_PERIODS:
        raise Refused(tr("A price set by hand lasts 1 to {max_periods} periods, or always.", max_periods=MAX_PERIODS))
    charges = _charges(priced, item_id, price_type)
    if not charges:
        one_off = price_type is PriceType.ONE_TIME
        raise Refused(
            tr("{name} has no one-off price to change.", name=name)
            if one_off
            else tr("{name} has no recurring price to change.", name=name)
        )
    taken = percentage if percentage is not None else amount
    if taken is None or not taken.is_finite() or taken <= 0:
        raise Refused(tr("What is taken off must be more than nothing; to charge more, choose another offering."))
    if amount is not None and -int(amount.normalize().as_tuple().exponent) > minor_digits(priced.currency):
        raise Refused(
            tr(
                "{currency} has {minor_digits} digits after the point; take off an amount it can pay.",
                currency=priced.currency,
                minor_digits=minor_digits(priced.currency),
            )
        )
    limit = limits.get(role.strip().lower(), Decimal(0))
    for charge in charges if percentage is not None else charges[:1]:
        _refuse_too_much(charge, name, role, limit, percentage, taken)
    override = PriceOverride(
        item_id=item_id,
        percentage=f"{percentage:f}" if percentage is not None else None,
        amount=f"{amount:f}" if amount is not None else None,
        price_type=price_type.value,
        periods=periods,
        who=clean_text(who, tr("Who sets the price"), limit=80),
        role=role,
        why=reason,
        approved_by=approved_by,
    )
    kept = (each for each in cart.notes.override if (each.item_id, each.price_type) != (item_id, price_type.value))
    return with_seat(cart, override=(*kept, override))


def remove_override(cart: ShoppingCart, item_id: str) -> ShoppingCart:
    """Return the cart with the item's list prices again.

    Raises:
        Refused: none of them was set by hand.
    """
    require_open(cart)
    kept = tuple(each for each in cart.notes.override if each.item_id != item_id)
    if len(kept) == len(cart.notes.override):
        raise Refused(tr("No price of {name} was set by hand.", name=item_name(item_at(cart, item_id))))
    return with_seat(cart, override=kept)


def _charges(priced: PricedCart, item_id: str, price_type: PriceType) -> list[PricedCharge]:
    """Return the item's own charges of a kind: a percentage is off them all, an amount off the first."""
    found = next((each for top in priced.items for each in _walk(top) if each.item.id == item_id), None)
    return [each for each in found.charges if each.kind is price_type and each.category == "charge"] if found is not None else []


def _refuse_too_much(charge: PricedCharge, name: str, role: str, limit: Decimal, percentage: Decimal | None, taken: Decimal) -> None:
    """Refuse what is more than the role may take off the list price for one, or than the catalog's lowest price leaves."""
    unit = charge.unit.tax_included.amount
    most = limit if percentage is not None else unit * limit / 100
    if taken > most:
        percent = taken if percentage is not None or not unit else taken / unit * 100
        raise BeyondLimit(_beyond(name, role, limit), percent)
    if charge.floor is None:
        return
    for phase in charge.phases:
        by_hand = sum(
            (effect.tax_included.amount for each, effect in zip(charge.alterations, phase.effects, strict=False) if each.source == SOURCE),
            start=Decimal(0),
        )
        charged = phase.amounts.tax_included.amount - by_hand
        left = charged - (charged * taken / 100 if percentage is not None else taken * charge.quantity)
        if left < charge.floor.amount * charge.quantity:
            lowest = f"{charge.floor.amount:f} {charge.floor.currency}"
            raise Refused(
                tr("{name} may not go below its lowest price, {lowest} with tax for one; take off less.", name=name, lowest=lowest)
            )


def _walk(item: PricedItem) -> list[PricedItem]:
    return [item, *(below for child in item.children for below in _walk(child))]


def _beyond(name: str, role: str, limit: Decimal) -> str:
    who = safe_text(role, 30) or tr("nobody")
    if not limit:
        return tr("The role «{who}» may not set prices by hand; ask someone who may.", who=who)
    return tr(
        "The role «{who}» may take at most {limit} % off {name}; ask someone who may take off more.", who=who, limit=f"{limit:f}", name=name
    )
