"""What changes a price from outside the catalog's own list: promotion codes, and prices set by hand.

Called by the desk through ``basket``. Whether a code holds is pricing's business and said there; here it only has to exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from cartdesk.errors import Mend, Refused
from cartdesk.selling.free_text import clean_text
from cartdesk.selling.lines import item_at, item_name, require_open, with_seat
from cartdesk.selling.shelf import Shelf
from cartdesk.text import safe_text
from cartdesk.tmf.cart import PriceOverride, ShoppingCart
from cartdesk.tmf.money import minor_digits
from cartdesk.tmf.price import PriceType

if TYPE_CHECKING:
    from cartdesk.pricing.priced import PricedCart, PricedItem

MAX_CODES = 20
"""How many promotion codes one cart may carry."""
OVERRIDE_LIMITS: Mapping[str, Decimal] = MappingProxyType(
    {"agent": Decimal(10), "supervisor": Decimal(30), "manager": Decimal(50), "admin": Decimal(100)}
)
"""How much of a list price each role may take off by hand, in percent; a role that is not here may take off nothing."""
MAX_PERIODS = 600


def add_promotion(cart: ShoppingCart, code: str, shelf: Shelf) -> ShoppingCart:
    """Return the cart with a promotion code, in the catalog's spelling.

    Raises:
        Refused: no such code, given already, or too many of them.
    """
    require_open(cart)
    promotion = shelf.promotion(code.strip()) if code.strip() else None
    if promotion is None:
        raise Refused(f"There is no promotion code «{safe_text(code.strip(), 40)}» in this catalog; check its spelling.")
    spelled = promotion.code or code.strip()
    if any(spelled.casefold() == each.casefold() for each in cart.notes.promotion_code):
        raise Refused(f"The code {safe_text(spelled, 40)} is on this cart already.", Mend("Take it off", f"%-{spelled}"))
    if len(cart.notes.promotion_code) >= MAX_CODES:
        first = cart.notes.promotion_code[0]
        raise Refused(f"A cart takes at most {MAX_CODES} promotion codes; take one off first.", Mend("Take one off", f"%-{first}"))
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
        there = f"its codes are {codes}" if codes else "it has none"
        raise Refused(f"The code «{safe_text(code.strip(), 40)}» is not on this cart; {there}.")
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
    limits: Mapping[str, Decimal] = OVERRIDE_LIMITS,
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
        limits: how much of the list price each role may take off, in percent.

    Raises:
        Refused: beyond the role's limit, below nothing, without a reason, or no such price on the item.
    """
    require_open(cart)
    name = item_name(item_at(cart, item_id))
    reason = clean_text(why, "The reason", limit=200)
    if (percentage is None) == (amount is None):
        raise Refused("Say either how many per cent or how much money to take off.")
    if periods is not None and not 1 <= periods <= MAX_PERIODS:
        raise Refused(f"A price set by hand lasts 1 to {MAX_PERIODS} periods, or always.")
    list_price = _list_price(priced, item_id, price_type)
    if list_price is None:
        kind = "one-off" if price_type is PriceType.ONE_TIME else "recurring"
        raise Refused(f"{name} has no {kind} price to change.")
    taken = percentage if percentage is not None else amount
    if taken is None or not taken.is_finite() or taken <= 0:
        raise Refused("What is taken off must be more than nothing; to charge more, choose another offering.")
    if amount is not None and -int(amount.normalize().as_tuple().exponent) > minor_digits(priced.currency):
        raise Refused(f"{priced.currency} has {minor_digits(priced.currency)} digits after the point; take off an amount it can pay.")
    limit = limits.get(role, Decimal(0))
    most = limit if percentage is not None else list_price * limit / 100
    if taken > most:
        raise Refused(_beyond(name, role, limit))
    override = PriceOverride(
        item_id=item_id,
        percentage=f"{percentage:f}" if percentage is not None else None,
        amount=f"{amount:f}" if amount is not None else None,
        price_type=price_type.value,
        periods=periods,
        who=clean_text(who, "Who sets the price", limit=80),
        role=role,
        why=reason,
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
        raise Refused(f"No price of {item_name(item_at(cart, item_id))} was set by hand.")
    return with_seat(cart, override=kept)


def _list_price(priced: PricedCart, item_id: str, price_type: PriceType) -> Decimal | None:
    """Return the item's list price for one, with tax: its charges of that kind together, or None where it has none."""
    found = next((each for top in priced.items for each in _walk(top) if each.item.id == item_id), None)
    charges = [each for each in found.charges if each.kind is price_type and each.category == "charge"] if found is not None else []
    return sum((each.unit.tax_included.amount for each in charges), start=Decimal(0)) if charges else None


def _walk(item: PricedItem) -> list[PricedItem]:
    return [item, *(below for child in item.children for below in _walk(child))]


def _beyond(name: str, role: str, limit: Decimal) -> str:
    who = safe_text(role, 30) or "nobody"
    if not limit:
        return f"The role «{who}» may not set prices by hand; ask someone who may."
    return f"The role «{who}» may take at most {limit:f} % off {name}; ask someone who may take off more."
