"""A cart as an order: TMF622's shape, with what it costs written in.

Called by ``checkout`` once nothing stands in the way; documents write receipts from what is made here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from cartdesk.pricing import fill_prices
from cartdesk.selling.customers import CUSTOMER, Customer, contact_media
from cartdesk.selling.lines import is_active
from cartdesk.tmf.cart import Action, CartItem, ShoppingCart
from cartdesk.tmf.order import ChargedTotal, OrderItem, OrderNotes, OrderTerm, ProductOrder
from cartdesk.tmf.price import Price
from cartdesk.tmf.resource import Reference, RelatedParty

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Amounts, PricedCart

SELLER = "seller"
_ACTIONS = {Action.ADD: "add", Action.MODIFY: "modify", Action.DELETE: "delete", Action.NO_CHANGE: "noChange"}


def ordered_lines(cart: ShoppingCart) -> tuple[CartItem, ...]:
    """Return the lines an order is for: what is saved for later, and what the customer has and keeps, is not."""
    return tuple(item for item in cart.cart_item if is_active(item) and item.action is not Action.NO_CHANGE)


def order_of(cart: ShoppingCart, priced: PricedCart, customer: Customer, *, order_id: str, now: datetime, who: str) -> ProductOrder:
    """Return the order that a cart becomes.

    Args:
        cart: the cart, checked.
        priced: the same cart with its prices worked out.
        customer: who orders, checked.
        order_id: the order's number, which is its external id too, so that it is never placed twice on a server.
        now: the moment.
        who: the agent who places it.
    """
    filled = fill_prices(cart, priced)
    notes = cart.notes
    parties = [RelatedParty(id=customer.id, name=customer.name, role=CUSTOMER, referred_type="Individual")]
    if who:
        parties.append(RelatedParty(id=who, name=who, role=SELLER))
    others = (party for party in cart.related_party if (party.role or "").strip().lower() not in {CUSTOMER, SELLER})
    return ProductOrder(
        id=order_id,
        external_id=order_id,
        order_date=now,
        requested_start_date=_start_of_day(notes.start, now),
        order_total_price=filled.cart_total_price,
        product_order_item=tuple(_order_item(item) for item in ordered_lines(filled)),
        related_party=(*parties, *others),
        contact_medium=contact_media(customer),
        note=notes.note,
        shopping_cart=Reference(id=cart.id, href=cart.href, referred_type="ShoppingCart"),
        seat=OrderNotes(
            charged=tuple(_charged(priced)),
            who=who or None,
            start=notes.start,
            bill_cycle_day=notes.bill_cycle_day,
            promotion_code=notes.promotion_code,
        ),
    )


def _order_item(item: CartItem) -> OrderItem:
    return OrderItem(
        id=item.id,
        action=_ACTIONS[item.action],
        quantity=item.quantity,
        state="acknowledged",
        item_price=item.item_price,
        item_total_price=item.item_total_price,
        item_term=tuple(OrderTerm(name=term.name, description=term.description, duration=term.duration) for term in item.cart_term),
        note=item.note,
        product=item.product,
        product_offering=item.product_offering,
        product_order_item=tuple(_order_item(child) for child in item.cart_item if is_active(child)),
    )


def _charged(priced: PricedCart) -> Iterator[ChargedTotal]:
    """Yield what is really charged, run by run, one-off first."""
    for total in priced.totals:
        for phase in total.phases:
            yield ChargedTotal(
                price_type=total.kind.value,
                recurring_charge_period=str(total.period) if total.period is not None else None,
                first=phase.first,
                last=phase.last,
                price=_price(phase.amounts),
            )


def _price(amounts: Amounts) -> Price:
    return Price(duty_free_amount=amounts.duty_free, tax_included_amount=amounts.tax_included, tax_rate=amounts.tax_rate)


def _start_of_day(start: str | None, now: datetime) -> datetime | None:
    return datetime.combine(date.fromisoformat(start), time(), tzinfo=now.tzinfo) if start else None
