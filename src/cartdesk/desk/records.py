"""What the store keeps beside a cart: its row of the index, and the totals its history shows. Always with tax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartdesk.desk.picture import label_of
from cartdesk.text import safe_text
from cartdesk.tmf.money import minor_digits

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Amounts, PricedCart
    from cartdesk.store import CartRow


def row_of(priced: PricedCart, changed: str) -> CartRow:
    """Return a cart's row of the index.

    Args:
        priced: the cart with its prices.
        changed: when it was last changed, RFC 3339.
    """
    from cartdesk.selling import basket
    from cartdesk.store import CartRow

    cart = priced.cart
    customer = basket.customer_of(cart)
    reached = (customer.name, customer.email, customer.phone) if customer is not None else ()
    return CartRow(
        id=cart.id,
        label=label_of(cart) or None,
        state=cart.notes.state.value,
        lines=len(cart.cart_item),
        due_now=_text(priced.due_now),
        every=tuple((str(total.period), _text(total.steady)) for total in priced.totals if total.period is not None),
        currency=priced.currency,
        contact=", ".join(safe_text(each, 60) for each in reached if each) or None,
        created=cart.notes.created or changed,
        changed=changed,
        order_id=cart.notes.order_id,
    )


def totals_of(priced: PricedCart) -> dict[str, str]:
    """Return a cart's totals as the history keeps them: what is due now and every period, each a decimal as text."""
    totals = {"currency": priced.currency, "lines": str(len(priced.items)), "due now": _text(priced.due_now)}
    totals.update({str(total.period): _text(total.steady) for total in priced.totals if total.period is not None})
    return totals


def _text(amounts: Amounts) -> str:
    """Return an amount with tax as a decimal with the currency's digits at least."""
    money = amounts.tax_included
    digits = minor_digits(money.currency)
    exponent = money.amount.as_tuple().exponent
    return f"{money.amount:f}" if isinstance(exponent, int) and -exponent >= digits else f"{money.amount:.{digits}f}"
