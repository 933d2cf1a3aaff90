"""Quote, contract summary and order confirmation, each a paper made of one agreement.

Called by ``cartdesk quote`` and ``cartdesk paper``, by the desk and by the checkout; the receipt is in ``receipt``.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from cartdesk.documents.agreement import Agreement, agreement_of
from cartdesk.documents.forms import form_of
from cartdesk.documents.money import format_moment
from cartdesk.documents.paper import Paper, Text
from cartdesk.documents.paper_parts import (
    Manner,
    customer_facts,
    due_section,
    facts,
    item_section,
    own_terms,
    price_section,
    recurring_section,
    said,
    usage_sections,
)
from cartdesk.documents.script import Statement, script_of
from cartdesk.documents.words import DUE_WHEN, DUE_WITH_BILL
from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.selling.payment import METHOD_WORDS, Method
from cartdesk.text import safe_text
from cartdesk.tmf.order import ProductOrder

if TYPE_CHECKING:
    from cartdesk.pricing.priced import PricedCart
    from cartdesk.tmf.cart import ShoppingCart

USUAL_VALIDITY = 30
"""For how many days a quote holds where nobody says otherwise."""
LONGEST_VALIDITY = 365


def valid_until(made: datetime, days: int) -> date:
    """Return the last day on which a quote holds.

    Raises:
        Refused: no day, or more than a year.
    """
    if not 1 <= days <= LONGEST_VALIDITY:
        raise Refused(
            tr("A quote can hold for 1 to {longest_validity} days, not for {days}.", longest_validity=LONGEST_VALIDITY, days=days)
        )
    return made.date() + timedelta(days=days)


def quote_paper(
    cart: ShoppingCart, priced: PricedCart, now: datetime, *, days: int = USUAL_VALIDITY, manner: Manner | None = None, agent: str = ""
) -> Paper:
    """Return a quote for a cart.

    Args:
        cart: the cart.
        priced: the same with its prices as of ``now``.
        now: the moment it is made.
        days: for how many days it holds.
        manner: how the shop writes.
        agent: who made it.

    Raises:
        Refused: the cart has nothing to quote, or the days are not possible.
    """
    style = manner or Manner()
    until = valid_until(now, days)
    agreement, statements = _told(cart, priced, now, style)
    label = cart.notes.label or ""
    return Paper(
        "quote",
        tr("Quote {id}", id=safe_text(cart.id, 60)),
        cart.id,
        style.shop,
        now,
        (
            facts(
                (tr("Made"), format_moment(now, style.locale)),
                (tr("Valid until"), style.day(until)),
                *(customer_facts(cart.related_party, cart.contact_medium) if _has_customer(cart) else [(tr("For"), safe_text(label, 120))]),
                (tr("Made by"), safe_text(agent, 60)),
            ),
            due_section(agreement, style),
            recurring_section(agreement, style),
            *usage_sections(agreement, style),
            *said(statements, tr("Changes of price"), "change"),
            *said(statements, tr("Bills and terms"), "first_bill", "term", "total", "leaving"),
            *own_terms(style),
            Text(
                (tr("The prices hold until {day}; after that day they may be different.", day=style.day(until)), tr(DUE_WHEN)), quiet=True
            ),
        ),
        style.locale,
    )


def summary_paper(subject: ShoppingCart | ProductOrder, priced: PricedCart, now: datetime, *, manner: Manner | None = None) -> Paper:
    """Return the contract summary of a cart or an order, which is meant to fit on one page.

    Raises:
        Refused: there is nothing in it, or no such form.
    """
    style = manner or Manner()
    agreement, statements = _told(subject, priced, now, style)
    words = form_of(style.form).summary
    return Paper(
        "summary",
        tr(words.title),
        subject.id,
        style.shop,
        now,
        (
            facts(
                (tr("Order") if isinstance(subject, ProductOrder) else tr("Offer"), safe_text(subject.id, 60)),
                (tr("Made"), format_moment(now, style.locale)),
                *customer_facts(subject.related_party, subject.contact_medium),
            ),
            item_section(agreement, tr(words.services)),
            price_section(agreement, style, tr(words.price)),
            *said(statements, tr(words.changes), "change", "first_bill", "total"),
            *said(statements, tr(words.duration), "term"),
            *said(statements, tr(words.leaving), "leaving", "cancel"),
            *own_terms(style),
            Text((tr(words.foot),), quiet=True),
        ),
        style.locale,
        one_page=True,
    )


def confirmation_paper(order: ProductOrder, priced: PricedCart, *, manner: Manner | None = None) -> Paper:
    """Return the confirmation of an order: what was agreed, what is paid when, and how to cancel.

    Args:
        order: the order.
        priced: what was sold, at the prices it was sold at.
        manner: how the shop writes.

    Raises:
        Refused: there is nothing in it, or no such form.
    """
    style = manner or Manner()
    made = order.order_date or priced.moment
    agreement, statements = _told(order, priced, made, style)
    notes = order.seat
    return Paper(
        "confirmation",
        tr("Confirmation of order {id}", id=safe_text(order.id, 60)),
        order.id,
        style.shop,
        made,
        (
            facts(
                (tr("Ordered"), format_moment(made, style.locale)),
                *customer_facts(order.related_party, order.contact_medium),
                (tr("Service from"), style.day(agreement.start)),
                (tr("Bills"), tr("on day {bill_day} of the month", bill_day=agreement.bill_day) if agreement.runs else ""),
                (tr("Billed to"), _account_words(order)),
                (tr("One-off charges"), _payment_words(order)),
                (tr("Served by"), safe_text((notes.who if notes is not None else None) or "", 60)),
            ),
            due_section(agreement, style),
            recurring_section(agreement, style),
            *usage_sections(agreement, style),
            *said(statements, tr("Changes of price"), "change"),
            *said(statements, tr("Bills and terms"), "first_bill", "term", "total", "leaving"),
            *said(statements, tr("Right to cancel"), "cancel"),
            *own_terms(style),
            Text((tr(DUE_WITH_BILL) if agreement.on_first_bill else tr(DUE_WHEN),), quiet=True),
        ),
        style.locale,
    )


def _account_words(order: ProductOrder) -> str:
    """Return the accounts an order is charged to, the usual one first."""
    accounts = [order.billing_account, *(item.billing_account for item in order.product_order_item)]
    words = (f"{each.name or ''} {each.id or ''}".strip() for each in accounts if each is not None)
    return ", ".join(dict.fromkeys(safe_text(each, 80) for each in words if each))


def _payment_words(order: ProductOrder) -> str:
    """Return how the one-off charges are paid; nothing where none were due, or that is not known."""
    method = order.seat.payment_method if order.seat is not None else None
    known = next((each for each in Method if each.value == method), None)
    return METHOD_WORDS[known] if known is not None else ""


def _told(
    subject: ShoppingCart | ProductOrder, priced: PricedCart, now: datetime, style: Manner
) -> tuple[Agreement, tuple[Statement, ...]]:
    statements = script_of(subject, priced, style.form, now, locale=style.locale, show_tax=style.show_tax, shop=style.shop)
    if not statements:
        raise Refused(tr("There is nothing to write down: the cart is empty."))
    return agreement_of(subject, priced, now), statements


def _has_customer(cart: ShoppingCart) -> bool:
    return any((party.role or "").strip().lower() == "customer" for party in cart.related_party)
