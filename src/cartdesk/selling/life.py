"""A cart's life at the seat: made, labelled, held, resumed, discarded, duplicated, and what is noted on it.

Called by the desk through ``basket``; the times are the desk's, which knows a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from cartdesk.errors import Mend, Refused
from cartdesk.language import tr
from cartdesk.selling.bundles import Ids
from cartdesk.selling.free_text import clean_text
from cartdesk.selling.lines import item_at, require_open, with_item, with_seat
from cartdesk.tmf.cart import CartItem, CartItemRef, CartItemRelationship, CartState, SeatNotes, ShoppingCart
from cartdesk.tmf.period import write_time
from cartdesk.tmf.resource import Note

MAX_LABEL = 60
"""The longest label, in characters."""
MAX_NOTE = 2_000
"""The longest note, in characters."""
MAX_NOTES = 100
"""How many notes one line, or the cart, may have."""


def new_cart(cart_id: str, now: datetime, *, channel: str | None = None) -> ShoppingCart:
    """Return an empty, open cart made at ``now``, sold through a channel; None is an agent's."""
    moment = write_time(now)
    return ShoppingCart(id=cart_id, seat=SeatNotes(created=moment, changed=moment, channel=channel))


def set_label(cart: ShoppingCart, label: str | None) -> ShoppingCart:
    """Return the cart with what the agent calls it; None, or nothing but space, takes the label off.

    Raises:
        Refused: too long, or with control characters or a card number in it.
    """
    require_open(cart)
    text = clean_text(label, tr("The label"), limit=MAX_LABEL) if label is not None and label.strip() else None
    return cart if cart.notes.label == text else with_seat(cart, label=text)


def hold(cart: ShoppingCart) -> ShoppingCart:
    """Return the cart held: put by with everything in it until it is resumed.

    Raises:
        Refused: it is held already, or history.
    """
    require_open(cart)
    if cart.notes.state is CartState.HELD:
        raise Refused(tr("This cart is held already; go on with it or with another."))
    return with_seat(cart, state=CartState.HELD)


def resume(cart: ShoppingCart) -> ShoppingCart:
    """Return a held cart open again; an open one as it is.

    Raises:
        Refused: it is history.
    """
    require_open(cart)
    return cart if cart.notes.state is CartState.OPEN else with_seat(cart, state=CartState.OPEN)


def discard(cart: ShoppingCart) -> ShoppingCart:
    """Return the cart thrown away: history that can only be read and duplicated.

    Raises:
        Refused: it is history already.
    """
    require_open(cart)
    return with_seat(cart, state=CartState.DISCARDED)


def set_start(cart: ShoppingCart, start: date | None) -> ShoppingCart:
    """Return the cart with the day service starts; None is the day of asking.

    Raises:
        Refused: the cart is history.
    """
    require_open(cart)
    text = start.isoformat() if start is not None else None
    return cart if cart.notes.start == text else with_seat(cart, start=text)


def set_bill_day(cart: ShoppingCart, day: int | None) -> ShoppingCart:
    """Return the cart with the day of the month its bills are made; None is the catalog's usual day.

    Raises:
        Refused: no day of a month.
    """
    require_open(cart)
    if day is not None and not 1 <= day <= 31:
        raise Refused(
            tr("The bill day is a day of the month, from 1 to 31; in shorter months it is the last."), Mend(tr("Take the 1st"), "B 1")
        )
    return cart if cart.notes.bill_cycle_day == day else with_seat(cart, bill_cycle_day=day)


def add_note(cart: ShoppingCart, item_id: str | None, text: str, author: str, now: datetime) -> ShoppingCart:
    """Return the cart with a note on one item (at any depth), or on the cart itself where ``item_id`` is None.

    Raises:
        Refused: no such item; a note that is empty, too long, or has control characters or a card number in it; too many notes.
    """
    require_open(cart)
    note = Note(author=author, date=now, text=clean_text(text, tr("The note"), limit=MAX_NOTE, lines=True))
    notes = cart.notes.note if item_id is None else item_at(cart, item_id).note
    if len(notes) >= MAX_NOTES:
        raise Refused(
            tr("There are {max_notes} notes here, the most there may be; write on another line or on the cart.", max_notes=MAX_NOTES)
        )
    if item_id is None:
        return with_seat(cart, note=(*notes, note))
    return with_item(cart, item_id, lambda item: item.model_copy(update={"note": (*item.note, note)}), prices_hold=True)


def duplicate(cart: ShoppingCart, cart_id: str, ids: Ids, now: datetime) -> ShoppingCart:
    """Return an open copy of a cart, history or not, with a new id for it and for every item.

    Relations and prices set by hand follow the new ids. What belongs to the old cart alone (its order, its place on a server, its
    validity) stays behind.
    """
    renamed: dict[str, str] = {}
    lines = tuple(_copied(item, ids, renamed) for item in cart.cart_item)
    lines = tuple(_related(item, renamed) for item in lines)
    notes = cart.notes
    moment = write_time(now)
    overrides = tuple(each.model_copy(update={"item_id": renamed.get(each.item_id, each.item_id)}) for each in notes.override)
    update = {"state": CartState.OPEN, "order_id": None, "created": moment, "changed": moment, "override": overrides}
    quoted = {renamed[each]: text for each, text in notes.quoted.items() if each in renamed}
    seat = notes.model_copy(update={**update, "quoted": quoted})
    return cart.model_copy(update={"id": cart_id, "href": None, "valid_for": None, "cart_item": lines, "seat": seat})


def renamed_items(items: Iterable[CartItem], ids: Ids, taken: set[str]) -> tuple[tuple[CartItem, ...], dict[str, str]]:
    """Return items, at every depth, with new ids in place of those that are taken, and what each id became."""
    renamed: dict[str, str] = {}
    kept = tuple(_copied(item, ids, renamed, taken) for item in items)
    return tuple(_related(item, renamed) for item in kept), renamed


def _copied(item: CartItem, ids: Ids, renamed: dict[str, str], taken: set[str] | None = None) -> CartItem:
    """Return an item with a new id, unless only ``taken`` ones are to be given up and its own is free."""
    renamed[item.id] = item.id if taken is not None and item.id not in taken else _fresh(ids, taken)
    if taken is not None:
        taken.add(renamed[item.id])
    children = tuple(_copied(child, ids, renamed, taken) for child in item.cart_item)
    return item.model_copy(update={"id": renamed[item.id], "cart_item": children})


def _fresh(ids: Ids, taken: set[str] | None) -> str:
    for _ in range(1_000):
        drawn = ids()
        if taken is None or drawn not in taken:
            return drawn
    raise Refused(tr("No new line can be made: the source of line ids repeats itself."))


def _related(item: CartItem, renamed: Mapping[str, str]) -> CartItem:
    children = tuple(_related(child, renamed) for child in item.cart_item)
    relations = tuple(_renamed(relation, renamed) for relation in item.cart_item_relationship)
    return item.model_copy(update={"cart_item": children, "cart_item_relationship": relations})


def _renamed(relation: CartItemRelationship, renamed: Mapping[str, str]) -> CartItemRelationship:
    refs: tuple[CartItemRef, ...] = tuple(ref.model_copy(update={"id": renamed.get(ref.id or "", ref.id)}) for ref in relation.cart_item)
    return relation.model_copy(update={"id": renamed.get(relation.id or "", relation.id), "cart_item": refs})
