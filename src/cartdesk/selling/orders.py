"""A cart as an order: TMF622's shape, with what it costs written in.

Called by ``checkout`` once nothing stands in the way; documents write receipts from what is made here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from cartdesk.pricing.cycles import add_months, add_periods, next_cycle_day
from cartdesk.pricing.fill import fill_prices
from cartdesk.pricing.kept import keep
from cartdesk.selling.customers import CUSTOMER, Customer, contact_media
from cartdesk.selling.lines import is_active
from cartdesk.tmf.cart import Action, CartItem, ShoppingCart
from cartdesk.tmf.order import ChargedTotal, OrderItem, OrderNotes, OrderTerm, ProductOrder
from cartdesk.tmf.period import MONTHLY, Period
from cartdesk.tmf.price import CartPrice, Price, PriceAlteration
from cartdesk.tmf.resource import Reference, RelatedParty, TimePeriod

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Amounts, PricedCart

SELLER = "seller"
USUAL_BILL_DAY = 1
"""The day of the month bills are made on where the cart does not say."""
_ONE_DAY = timedelta(days=1)
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
    service = Service(date.fromisoformat(notes.start) if notes.start else now.date(), notes.bill_cycle_day or USUAL_BILL_DAY, now.tzinfo)
    parties = [RelatedParty(id=customer.id, name=customer.name, role=CUSTOMER, referred_type=customer.party_type)]
    if who:
        parties.append(RelatedParty(id=who, name=who, role=SELLER))
    others = (party for party in cart.related_party if (party.role or "").strip().lower() not in {CUSTOMER, SELLER})
    return ProductOrder(
        id=order_id,
        external_id=order_id,
        order_date=now,
        requested_start_date=service.at(service.start) if notes.start else None,
        order_total_price=tuple(_dated(price, service) for price in filled.cart_total_price),
        product_order_item=tuple(_order_item(item, service) for item in ordered_lines(filled)),
        related_party=(*parties, *others),
        contact_medium=contact_media(customer),
        note=notes.note,
        shopping_cart=Reference(id=cart.id, href=cart.href, referred_type="ShoppingCart"),
        seat=OrderNotes(
            charged=tuple(_charged(priced, service)),
            who=who or None,
            start=service.start.isoformat(),
            bill_cycle_day=service.bill_day,
            promotion_code=notes.promotion_code,
            sold=keep(priced),
        ),
    )


@dataclass(frozen=True, slots=True)
class Service:
    """When what was ordered starts, and how its charge periods run."""

    start: date
    bill_day: int
    zone: tzinfo | None

    def last_day(self, period: Period, count: int) -> date:
        """Return the last day of the ``count``-th charge period: months run from bill day to bill day, other periods from the start."""
        if period == MONTHLY:
            return add_months(next_cycle_day(self.start - _ONE_DAY, self.bill_day), count, self.bill_day) - _ONE_DAY
        return add_periods(self.start, period, count) - _ONE_DAY

    def at(self, day: date) -> datetime:
        """Return the first moment of a day."""
        return datetime.combine(day, time(), tzinfo=self.zone)


def _order_item(item: CartItem, service: Service) -> OrderItem:
    return OrderItem(
        id=item.id,
        action=_ACTIONS[item.action],
        quantity=item.quantity,
        state="acknowledged",
        item_price=tuple(_dated(price, service) for price in item.item_price),
        item_total_price=tuple(_dated(price, service) for price in item.item_total_price),
        item_term=tuple(OrderTerm(name=term.name, description=term.description, duration=term.duration) for term in item.cart_term),
        note=item.note,
        product=item.product,
        product_offering=item.product_offering,
        product_order_item=tuple(_order_item(child, service) for child in item.cart_item if is_active(child)),
    )


def _dated(price: CartPrice, service: Service) -> CartPrice:
    """Return a price whose discounts say until when they hold, where they end."""
    period = Period.read(price.recurring_charge_period) if price.recurring_charge_period else None
    if period is None or not any(each.application_duration for each in price.price_alteration):
        return price
    return price.model_copy(update={"price_alteration": tuple(_ending(each, period, service) for each in price.price_alteration)})


def _ending(alteration: PriceAlteration, period: Period, service: Service) -> PriceAlteration:
    if not alteration.application_duration:
        return alteration
    last = service.at(service.last_day(period, alteration.application_duration) + _ONE_DAY) - timedelta(seconds=1)
    return alteration.model_copy(update={"valid_for": TimePeriod(start_date_time=service.at(service.start), end_date_time=last)})


def _charged(priced: PricedCart, service: Service) -> Iterator[ChargedTotal]:
    """Yield what is really charged, run by run, one-off first."""
    for total in priced.totals:
        for phase in total.phases:
            ends = service.last_day(total.period, phase.last) if total.period is not None and phase.last is not None else None
            yield ChargedTotal(
                price_type=total.kind.value,
                recurring_charge_period=str(total.period) if total.period is not None else None,
                first=phase.first,
                last=phase.last,
                until=ends.isoformat() if ends is not None else None,
                price=_price(phase.amounts),
            )


def _price(amounts: Amounts) -> Price:
    return Price(duty_free_amount=amounts.duty_free, tax_included_amount=amounts.tax_included, tax_rate=amounts.tax_rate)
