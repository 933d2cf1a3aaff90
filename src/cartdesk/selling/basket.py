"""What one may do to a cart, as functions from a cart to a cart: the one front of this room for the desk.

Lines are added, counted, removed and put aside here; the neighbours' functions (configuration, parts, life, prices by hand) are offered
under the same roof.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cartdesk.errors import Mend, Refused
from cartdesk.language import grouped, tr
from cartdesk.selling.bundles import MAX_QUANTITY, NOTHING, Choices, Ids, build_item
from cartdesk.selling.characteristics import fold
from cartdesk.selling.configuration import set_characteristic, set_term
from cartdesk.selling.customers import customer_of, name_customer
from cartdesk.selling.life import add_note, discard, duplicate, hold, new_cart, resume, set_bill_day, set_label, set_start
from cartdesk.selling.lines import (
    item_at,
    item_name,
    line,
    line_number,
    offering_id,
    require_open,
    unpriced,
    walk,
    with_item,
    with_lines,
)
from cartdesk.selling.owned import cancel_product, change_product, is_owned, keep_product, more_of
from cartdesk.selling.parts import choose, choose_child, set_child_quantity
from cartdesk.selling.price_guard import accept_prices
from cartdesk.selling.promotions import add_promotion, override_price, remove_override, remove_promotion
from cartdesk.selling.relations import forget_items, relate_shipping
from cartdesk.selling.shelf import Shelf, refuse_not_sold, refuse_other_currency
from cartdesk.selling.standing import set_channel, set_place, set_segment
from cartdesk.tmf.cart import Action, CartItem, ItemStatus, ShoppingCart

if TYPE_CHECKING:
    from cartdesk.tmf.catalog import ProductOffering

__all__ = [
    "MAX_LINES", "MAX_QUANTITY", "Choices", "Ids", "accept_prices", "add_item", "add_note", "add_promotion", "cancel_product",
    "change_product", "choose", "choose_child", "customer_of", "discard", "duplicate", "hold", "keep_product", "line",
    "line_number", "name_customer", "new_cart", "override_price", "remove_item", "remove_override", "remove_promotion", "resume",
    "save_for_later", "set_bill_day", "set_channel", "set_characteristic", "set_child_quantity", "set_label", "set_place",
    "set_quantity", "set_segment", "set_start", "set_term", "take_back",
]  # fmt: skip

MAX_LINES = 5_000
"""The most lines a cart may have."""


def add_item(
    cart: ShoppingCart,
    offering: ProductOffering,
    catalog: Shelf,
    *,
    ids: Ids,
    now: datetime,
    quantity: int = 1,
    characteristics: Mapping[str, object] = NOTHING,
    term: str | None = None,
    choices: Choices = MappingProxyType({}),
) -> ShoppingCart:
    """Return the cart with an offering added.

    It is a new, last line with the offering's default characteristics and term and a bundle's mandatory parts; where a line is there
    that was made the very same way, that line's quantity grows instead.

    Args:
        cart: the cart.
        offering: what to add.
        catalog: where its parts and characteristics are.
        ids: makes the ids of the new items.
        now: the moment, for what is sold when.
        quantity: how many, from 1 to MAX_QUANTITY.
        characteristics: chosen values by name; a name that only a part of the bundle has may be given too.
        term: the chosen term's name or length; None is the first the offering lists.
        choices: how many of a bundle's parts, and which options of its choices, by id or name.

    Raises:
        Refused: the offering is not sold now or in another currency, or something chosen is not allowed.
    """
    require_open(cart)
    refuse_not_sold(offering, catalog, now)
    refuse_other_currency(offering, catalog)
    _refuse_quantity(quantity)
    taken = {item.id for top in cart.cart_item for item in walk(top)}
    own, others = _own_names(offering, characteristics, catalog)
    item = build_item(offering, catalog, _unused(ids, taken), quantity=quantity, characteristics=own, term=term, choices=choices)
    if others:
        item = _with_parts_chosen(item, others, catalog, ids)
    twin = next((each for each in reversed(cart.cart_item) if made_the_same_way(each, item)), None)
    if twin is not None and not any(each.item_id == twin.id for each in cart.notes.override):
        return set_quantity(cart, twin.id, twin.quantity + quantity)
    if len(cart.cart_item) >= MAX_LINES:
        raise Refused(
            tr("The cart has {max_lines} lines, the most it may; go on in another cart.", max_lines=grouped(MAX_LINES)),
            Mend(tr("Hold this cart"), "H"),
        )
    return relate_shipping(with_lines(cart, (*cart.cart_item, item)), catalog)


def set_quantity(cart: ShoppingCart, item_id: str, quantity: int) -> ShoppingCart:
    """Return the cart with a line's quantity set, from 1 to MAX_QUANTITY.

    Raises:
        Refused: no such line, a part of a bundle, or a number outside.
    """
    require_open(cart)
    item = _top_line(cart, item_id)
    _refuse_quantity(quantity, line_number(cart, item_id), item_name(item))
    if is_owned(item) and quantity != item.quantity:
        raise Refused(
            tr("{name} is what the customer has; how many stays as it is. Add more as a line of its own.", name=item_name(item)),
            *more_of(item),
        )
    return with_item(cart, item_id, lambda each: each if each.quantity == quantity else each.model_copy(update={"quantity": quantity}))


def remove_item(cart: ShoppingCart, item_id: str) -> ShoppingCart:
    """Return the cart without a line, its parts, the relations to them and the prices set by hand on them.

    Raises:
        Refused: no such line, or a part of a bundle.
    """
    require_open(cart)
    item = _top_line(cart, item_id)
    kept = with_lines(cart, (each for each in cart.cart_item if each is not item))
    return forget_items(kept, {each.id for each in walk(item)})


def save_for_later(cart: ShoppingCart, item_id: str) -> ShoppingCart:
    """Return the cart with a line put aside: it stays in sight and counts in no total.

    Raises:
        Refused: no such line, a part of a bundle, or put aside already.
    """
    require_open(cart)
    item = _top_line(cart, item_id)
    if item.status is ItemStatus.SAVED_FOR_LATER:
        number = line_number(cart, item_id)
        raise Refused(tr("{name} is saved for later already.", name=item_name(item)), Mend(tr("Take it back"), f"L{number} back"))
    return with_item(cart, item_id, lambda each: each.model_copy(update={"status": ItemStatus.SAVED_FOR_LATER}))


def take_back(cart: ShoppingCart, item_id: str) -> ShoppingCart:
    """Return the cart with a line counting again that was put aside.

    Raises:
        Refused: no such line, a part of a bundle, or not put aside.
    """
    require_open(cart)
    item = _top_line(cart, item_id)
    if item.status is ItemStatus.ACTIVE:
        number = line_number(cart, item_id)
        raise Refused(
            tr("{name} is not saved for later; it counts already.", name=item_name(item)), Mend(tr("Save it for later"), f"L{number}")
        )
    return with_item(cart, item_id, lambda each: each.model_copy(update={"status": ItemStatus.ACTIVE}))


def _top_line(cart: ShoppingCart, item_id: str) -> CartItem:
    """Return a line, refusing the parts of a bundle, which come and go with it."""
    top = cart.item(item_id)
    if top is not None:
        return top
    part = item_at(cart, item_id)
    number = line_number(cart, item_id)
    bundle = item_name(line(cart, number or 1))
    raise Refused(
        tr("{name} is part of {bundle} and comes and goes with it; change the bundle or remove it.", name=item_name(part), bundle=bundle),
        Mend(tr("Remove {bundle}", bundle=bundle), f"-{number}"),
    )


def _refuse_quantity(quantity: int, number: int | None = None, name: str | None = None) -> None:
    if quantity > MAX_QUANTITY:
        at = f" @{number}" if number is not None else ""
        mends = (Mend(tr("Take {max_quantity}", max_quantity=grouped(MAX_QUANTITY)), f"*{MAX_QUANTITY}{at}"),) if number is not None else ()
        raise Refused(
            (
                tr(
                    "A line has at most {max_quantity} of one thing ({name}); split a larger order.",
                    max_quantity=grouped(MAX_QUANTITY),
                    name=name,
                )
                if name
                else tr("A line has at most {max_quantity} of one thing; split a larger order.", max_quantity=grouped(MAX_QUANTITY))
            ),
            *mends,
        )
    if quantity >= 1:
        return
    if number is None:
        raise Refused(tr("At least one can be added; to add nothing, clear the entry."))
    what = tr("none is no quantity") if quantity == 0 else tr("fewer than none is no quantity")
    raise Refused(
        tr("{name} stays at one or more: {what}. Remove the line instead.", name=name, what=what),
        Mend(tr("Remove {name}", name=name), f"-{number}"),
    )


def made_the_same_way(there: CartItem, new: CartItem) -> bool:
    """Say whether a line differs from a new one in nothing but ids, quantity and prices worked out."""
    if (
        offering_id(there) != offering_id(new)
        or there.status is not ItemStatus.ACTIVE
        or there.action is not Action.ADD
        or there.note
        or len(there.cart_item) != len(new.cart_item)
    ):
        return False
    return _recipe(there) == _recipe(new)


def _recipe(item: CartItem, *, top: bool = True) -> dict[str, Any]:
    plain = unpriced(item).model_copy(update={"id": "", "cart_item": (), "cart_item_relationship": (), **({"quantity": 1} if top else {})})
    return {**plain.wire(), "cartItem": [_recipe(child, top=False) for child in item.cart_item]}


def _own_names(
    offering: ProductOffering, characteristics: Mapping[str, object], catalog: Shelf
) -> tuple[dict[str, object], dict[str, object]]:
    """Divide the given characteristics into the offering's own and those that only its parts can have."""
    if not offering.bundled_product_offering:
        return dict(characteristics), {}
    names = {fold(each.name or "") for each in catalog.characteristics_of(offering)}
    own = {name: value for name, value in characteristics.items() if fold(name) in names}
    return own, {name: value for name, value in characteristics.items() if name not in own}


def _with_parts_chosen(item: CartItem, chosen: Mapping[str, object], catalog: Shelf, ids: Ids) -> CartItem:
    alone = ShoppingCart(id="", cart_item=(item,))
    for name, value in chosen.items():
        alone = choose(alone, item.id, f"{name} {value}", catalog, ids=ids)
    return alone.cart_item[0]


def _unused(ids: Ids, taken: set[str]) -> Ids:
    """Return ``ids`` without those that are taken, so that an unlucky draw never makes two lines one."""

    def draw() -> str:
        for _ in range(1_000):
            drawn = ids()
            if drawn not in taken:
                taken.add(drawn)
                return drawn
        raise Refused(tr("No new line can be made: the source of line ids repeats itself."))

    return draw
