"""Lines of a cart: how they are numbered, found at any depth, and replaced so that all the others stay the very same objects.

Called by every function of this room that changes or names a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cartdesk.errors import Mend, Refused
from cartdesk.language import tr
from cartdesk.text import safe_text
from cartdesk.tmf.cart import CartItem, CartState, ItemStatus, Product, SeatNotes, ShoppingCart


def _copy() -> Mend:
    return Mend(tr("Duplicate it"), "copy")


def require_open(cart: ShoppingCart) -> None:
    """Refuse to change a cart that has become history.

    Raises:
        Refused: it was ordered or discarded.
    """
    notes = cart.notes
    if notes.state is CartState.ORDERED:
        order = tr("order {order_id}", order_id=safe_text(notes.order_id, 40)) if notes.order_id else tr("an order")
        raise Refused(
            tr("This cart became {order} and can no longer be changed; duplicate it to sell the same again.", order=order), _copy()
        )
    if notes.state is CartState.DISCARDED:
        raise Refused(tr("This cart was discarded and can no longer be changed; duplicate it to go on with it."), _copy())


def line(cart: ShoppingCart, number: int) -> CartItem:
    """Return the line with this number, counted from 1 in the cart's order.

    Raises:
        Refused: there is no such line.
    """
    count = len(cart.cart_item)
    if 1 <= number <= count:
        return cart.cart_item[number - 1]
    if not count:
        raise Refused(tr("There is no line {short}: the cart is empty. Type an offering's code to add one.", short=_short(number)))
    there = tr("the cart has one line") if count == 1 else tr("the lines are 1 to {count}", count=count)
    raise Refused(tr("There is no line {short}; {there}.", short=_short(number), there=there))


def line_number(cart: ShoppingCart, item_id: str) -> int | None:
    """Return the number of the line that is this item or contains it, or None."""
    for number, top in enumerate(cart.cart_item, start=1):
        if top.id == item_id or (top.cart_item and any(each.id == item_id for each in walk(top))):
            return number
    return None


def item_at(cart: ShoppingCart, item_id: str) -> CartItem:
    """Return the item with this id, at any depth.

    Raises:
        Refused: the cart has no such item.
    """
    top = cart.item(item_id)
    if top is not None:
        return top
    for each in walk_all(cart):
        if each.id == item_id:
            return each
    raise Refused(tr("That line is no longer in the cart; look at the cart and choose again."))


def walk(item: CartItem) -> Iterator[CartItem]:
    """Yield the item and everything below it, parents first."""
    yield item
    for child in item.cart_item:
        yield from walk(child)


def walk_all(cart: ShoppingCart) -> Iterator[CartItem]:
    """Yield every item of the cart at any depth, in its order."""
    for item in cart.cart_item:
        yield from walk(item)


def spot(cart: ShoppingCart, item: CartItem) -> tuple[str, str]:
    """Return what an entry writes before and after a choice to mean this very item: ``("P12.", " @2")`` for a part of line 2."""
    number = line_number(cart, item.id)
    part = f"{offering_id(item)}." if number is not None and cart.cart_item[number - 1].id != item.id and offering_id(item) else ""
    return part, f" @{number}" if number is not None else ""


def is_active(item: CartItem) -> bool:
    """Say whether the item counts now, rather than being saved for later."""
    return item.status is ItemStatus.ACTIVE


def item_name(item: CartItem) -> str:
    """Return what the item is called, safe to show."""
    offering = item.product_offering
    product = item.product
    name = (offering and (offering.name or offering.id)) or (product and (product.name or product.id)) or tr("this line")
    return safe_text(name, 120)


def offering_id(item: CartItem) -> str | None:
    """Return the id of the item's offering, if it names one."""
    return item.product_offering.id if item.product_offering is not None else None


def former_offering(product: Product) -> str | None:
    """Return the id of the offering that an owned product was sold as (TMF637's ``productOffering``), if it says so."""
    former = (product.model_extra or {}).get("productOffering")
    return former.get("id") if isinstance(former, dict) and isinstance(former.get("id"), str) else None


def with_item(cart: ShoppingCart, item_id: str, change: Callable[[CartItem], CartItem], *, prices_hold: bool = False) -> ShoppingCart:
    """Return the cart with one item changed, at any depth.

    The item's and its parents' prices and the cart's total are dropped, since they no longer fit, unless ``prices_hold``; every other
    item stays the same object. A change that returns the item itself returns the cart itself.

    Raises:
        Refused: the cart has no such item.
    """
    for place, top in enumerate(cart.cart_item):
        changed = _changed(top, item_id, change, prices_hold)
        if changed is top:
            return cart
        if changed is not None:
            lines = (*cart.cart_item[:place], changed, *cart.cart_item[place + 1 :])
            return cart.model_copy(update={"cart_item": lines}) if prices_hold else with_lines(cart, lines)
    raise Refused(tr("That line is no longer in the cart; look at the cart and choose again."))


def with_lines(cart: ShoppingCart, lines: Iterable[CartItem]) -> ShoppingCart:
    """Return the cart with these lines, its total dropped since it no longer fits."""
    update: dict[str, Any] = {"cart_item": tuple(lines)}
    if cart.cart_total_price:
        update["cart_total_price"] = ()
    return cart.model_copy(update=update)


def with_seat(cart: ShoppingCart, **update: Any) -> ShoppingCart:
    """Return the cart with some of the seat's notes changed."""
    notes = cart.seat if cart.seat is not None else SeatNotes()
    return cart.model_copy(update={"seat": notes.model_copy(update=update)})


def unpriced(item: CartItem) -> CartItem:
    """Return the item without the prices that were worked out for it; itself where it has none."""
    if not item.item_price and not item.item_total_price:
        return item
    return item.model_copy(update={"item_price": (), "item_total_price": ()})


def _changed(item: CartItem, item_id: str, change: Callable[[CartItem], CartItem], prices_hold: bool) -> CartItem | None:
    """Return ``item`` with the change made in it, the item itself when it changed nothing, or None when it is not in there."""
    if item.id == item_id:
        changed = change(item)
        return changed if changed is item or prices_hold else unpriced(changed)
    for place, child in enumerate(item.cart_item):
        below = _changed(child, item_id, change, prices_hold)
        if below is child:
            return item
        if below is not None:
            children = (*item.cart_item[:place], below, *item.cart_item[place + 1 :])
            above = item.model_copy(update={"cart_item": children})
            return above if prices_hold else unpriced(above)
    return None


def _short(number: int) -> str:
    return str(number) if abs(number) < 10**9 else tr("with so large a number")
