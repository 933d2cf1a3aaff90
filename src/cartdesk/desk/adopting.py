"""Carts from outside: checked, given what only a seat knows, and taken among the desk's own.

``Desk.adopt`` calls this for imports.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cartdesk.errors import Mend, Refused
from cartdesk.language import tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft
    from cartdesk.tmf import ShoppingCart

_LONGEST_ID = 100
_CODES = frozenset({"id", "href", "date", "startDateTime", "endDateTime", "created", "changed", "start", "@type", "@schemaLocation"})
"""Members that programs write, where a long number is an id or a time."""


def adopt(draft: Draft, cart: ShoppingCart, *, copy: bool) -> str:
    """Put a cart from outside into the draft and return the id it has here.

    Raises:
        Refused: a cart with its id is here already, or its id or its lines cannot be told apart.
    """
    from cartdesk.selling import basket

    shown = safe_text(cart.id, 40)
    if copy:
        cart = basket.duplicate(cart, draft.new_cart_id(), draft.ids, draft.now())
    elif draft.has(cart.id):
        raise Refused(tr("Cart {shown} is here already; import it as a copy.", shown=shown), Mend(tr("Import a copy"), "--copy"))
    elif not cart.id or len(cart.id) > _LONGEST_ID or safe_text(cart.id) != cart.id:
        raise Refused(
            tr("A cart cannot be called {shown} here; import it as a copy.", shown=shown or "nothing"), Mend(tr("Import a copy"), "--copy")
        )
    else:
        _refuse_twins(cart)
        cart = _seated(cart, draft)
    _refuse_card_numbers(cart)
    draft.put_other(cart, kind="create")
    return cart.id


def _refuse_card_numbers(cart: ShoppingCart) -> None:
    """Refuse a cart with a payment card's number in anything a person wrote: names, contacts, notes, choices."""
    from cartdesk.selling.free_text import has_card_number, is_card_as_phone

    for member, text in _texts(cart.wire()):
        if member in _CODES:
            continue
        if is_card_as_phone(text) if member == "phoneNumber" else has_card_number(text):
            shown = safe_text(cart.id, 40)
            raise Refused(
                tr(
                    "Cart {shown} seems to hold a payment card's number in {member}, which is never stored here.",
                    shown=shown,
                    member=safe_text(member, 40),
                )
            )


def _texts(value: object, member: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield member, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(each, str(name))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each, member)


def _refuse_twins(cart: ShoppingCart) -> None:
    from cartdesk.selling.lines import walk_all

    seen: set[str] = set()
    for item in walk_all(cart):
        if item.id in seen:
            raise Refused(tr("Cart {id} has two items {id2}; import it as a copy.", id=safe_text(cart.id, 40), id2=safe_text(item.id, 40)))
        seen.add(item.id)


def _seated(cart: ShoppingCart, draft: Draft) -> ShoppingCart:
    """Return the cart with this seat's own notes only: whatever a file claims of another seat's is not believed."""
    from cartdesk.tmf import SeatNotes
    from cartdesk.tmf.period import write_time

    moment = write_time(draft.now())
    return cart.model_copy(update={"seat": SeatNotes(created=moment, changed=moment)})
