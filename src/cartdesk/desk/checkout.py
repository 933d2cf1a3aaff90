"""From a draft's cart to an order in the store: the desk's side of the checkout.

The commands of ``commands/order.py`` call it; what may be ordered is decided in ``cartdesk.selling``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cartdesk.errors import EntryError

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft


def refuse_blocked(draft: Draft) -> None:
    """Raise EntryError with the first thing that stands in the way of an order, and the entries that mend it."""
    from cartdesk.selling import checkout

    blocking = [finding for finding in checkout.blockers(draft.cart, draft.catalog, draft.now()) if finding.blocking]
    if not blocking:
        return
    first = blocking[0]
    more = f" (and {len(blocking) - 1} more)" if len(blocking) > 1 else ""
    raise EntryError(f"{first.sentence}{more}", *first.mends, at=draft.spot(""))


def place_order(draft: Draft, given: Mapping[str, str]) -> str:
    """Turn the draft's cart into an order, which is stored with it; return the order's number.

    Args:
        draft: the work in hand.
        given: name, email, phone, street, post_code, city, country as they were typed.

    Raises:
        Refused: something stands in the way, or the customer cannot be reached so.
    """
    from cartdesk.desk.people import as_individual
    from cartdesk.selling import basket, checkout

    refuse_blocked(draft)
    now = draft.now()
    named = basket.customer_of(draft.cart)
    known_id = named.id if named is not None and named.known else None
    customer = checkout.check_customer(
        given["customer"],
        given.get("email"),
        given.get("phone"),
        street=given.get("street"),
        post_code=given.get("post_code"),
        city=given.get("city"),
        country=given.get("country"),
        customer_id=known_id or draft.ids(),
        known=known_id is not None,
    )
    draft.put(basket.name_customer(draft.cart, customer))
    order_id = order_number(now.strftime("%y%m%d"), draft.ids())
    while draft.store.get_order(order_id) is not None:
        order_id = order_number(now.strftime("%y%m%d"), draft.ids())
    cart, order = checkout.place_order(draft.cart, draft.priced(), customer, order_id=order_id, now=now, who=draft.agent)
    draft.put(cart)
    individual = as_individual(customer)
    draft.writes.append(lambda store: store.put_order(order))
    draft.writes.append(lambda store: store.put_customer(individual))
    return order_id


def order_number(day: str, token: str) -> str:
    """Return an order's number that can be read out on the phone: its day and a few letters of its id."""
    letters = "".join(character for character in token.upper() if character.isalnum())
    return f"{day}-{letters[-6:]}"
