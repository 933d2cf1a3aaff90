"""From a cart to an order: what stands in the way, and the step itself.

Called by the desk's checkout; once an order is placed the cart is history, which every other function of this room refuses to change.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from cartdesk.errors import Mend, Refused
from cartdesk.language import tr
from cartdesk.selling.customers import Customer, check_customer, name_customer
from cartdesk.selling.lines import is_active, item_name, require_open, with_seat
from cartdesk.selling.orders import order_of, ordered_lines
from cartdesk.selling.rules import Finding, findings
from cartdesk.selling.shelf import Shelf
from cartdesk.tmf.cart import CartState, ShoppingCart
from cartdesk.tmf.order import ProductOrder

if TYPE_CHECKING:
    from cartdesk.pricing.priced import PricedCart, PricedItem

__all__ = ["Customer", "blockers", "check_customer", "place_order", "refuse_blocked"]


def blockers(cart: ShoppingCart, catalog: Shelf, now: datetime, priced: PricedCart | None = None) -> tuple[Finding, ...]:
    """Return everything that stands between a cart and its order at ``now``; nothing when it can be placed.

    What has to be delivered and has no delivery blocks here, though not while the cart is being built. ``priced`` is the cart with its
    prices, where a shop has limits of its own.
    """
    try:
        require_open(cart)
    except Refused as refused:
        return (Finding(None, "history", str(refused), True, refused.mends),)
    if not ordered_lines(cart):
        return (_nothing_to_order(cart),)
    found = findings(cart, catalog, now, priced)
    return tuple(replace(each, blocking=True) for each in found if each.blocking or each.code == "shipping")


def refuse_blocked(cart: ShoppingCart, catalog: Shelf, now: datetime) -> None:
    """Refuse a cart that cannot be ordered, with the first reason and what mends it.

    Raises:
        Refused: something stands in the way.
    """
    found = blockers(cart, catalog, now)
    if found:
        more = tr(" (and {n} more)", n=len(found) - 1) if len(found) > 1 else ""
        raise Refused(f"{found[0].sentence}{more}", *found[0].mends)


def place_order(
    cart: ShoppingCart, priced: PricedCart, customer: Customer, *, order_id: str, now: datetime, who: str
) -> tuple[ShoppingCart, ProductOrder]:
    """Return the cart as history, and the order it became.

    Ask :func:`blockers` first: whether everything in the cart is sold and complete needs the catalog. What the prices and the customer
    show is checked here once more.

    Args:
        cart: the cart; its customer is replaced by ``customer``.
        priced: this very cart with its prices worked out for this customer.
        customer: who orders.
        order_id: the order's number.
        now: the moment.
        who: the agent who places it.

    Raises:
        Refused: history, nothing to order, a line without a price, prices of another cart, or a customer who cannot be reached.
    """
    require_open(cart)
    if not ordered_lines(cart):
        nothing = _nothing_to_order(cart)
        raise Refused(nothing.sentence, *nothing.mends)
    if priced.cart.cart_item != cart.cart_item:
        raise Refused(
            tr("The cart has changed since its prices were worked out; look at the review once more and confirm again."),
            Mend(tr("Check out"), "E"),
        )
    ordered = {item.id for item in ordered_lines(cart)}
    for number, line in enumerate(priced.items, start=1):
        problem = _problem(line) if line.item.id in ordered else None
        if problem is not None:
            name = item_name(line.item)
            raise Refused(
                tr("{name} cannot be ordered without a price: {problem}", name=name, problem=problem),
                Mend(tr("Remove {name}", name=name), f"-{number}"),
            )
    buyer = check_customer(
        customer.name,
        customer.email,
        customer.phone,
        street=customer.street,
        post_code=customer.post_code,
        city=customer.city,
        country=customer.country,
        customer_id=customer.id,
        known=customer.known,
        is_organization=customer.is_organization,
    )
    named = name_customer(cart, buyer)
    order = order_of(named, priced, buyer, order_id=order_id, now=now, who=who)
    return with_seat(named, state=CartState.ORDERED, order_id=order_id), order


def _problem(line: PricedItem) -> str | None:
    """Return why a line, or a part of it, has no price; None where all have."""
    if line.problem is not None:
        return line.problem
    return next((problem for problem in map(_problem, line.children) if problem is not None), None)


def _nothing_to_order(cart: ShoppingCart) -> Finding:
    saved = [(number, item) for number, item in enumerate(cart.cart_item, start=1) if not is_active(item)]
    if saved:
        number, item = saved[0]
        back = Mend(tr("Take back {name}", name=item_name(item)), f"L{number} back")
        return Finding(None, "empty", tr("Everything in the cart is saved for later; take back what is to be ordered."), True, (back,))
    if cart.cart_item:
        return Finding(None, "empty", tr("The customer has everything in the cart already; add something to order."), True, (_browse(),))
    return Finding(None, "empty", tr("The cart is empty; add an offering first."), True, (_browse(),))


def _browse() -> Mend:
    return Mend(tr("Browse the offerings"), "?")
