"""What becomes of an order once it is placed: TMF622's states and their history, cancelling, and what the customer thinks of it.

Called by the desk's orders; who may do what and when it is kept is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cartdesk.errors import Mend, Refused
from cartdesk.language import message, tr
from cartdesk.selling.free_text import clean_text
from cartdesk.text import safe_text
from cartdesk.tmf.order import OrderItem, OrderNotes, ProductOrder, StateChange
from cartdesk.tmf.period import write_time
from cartdesk.tmf.resource import Note

MAX_COMMENT = 2_000
"""The longest comment, in characters."""
MAX_COMMENTS = 100
COMMENT = "CustomerComment"
"""The class of an order's note that is the customer's own word."""

FOLLOWING: Mapping[str, tuple[str, ...]] = {
    "acknowledged": ("inProgress", "pending", "held", "rejected", "cancelled"),
    "pending": ("inProgress", "held", "cancelled"),
    "held": ("inProgress", "pending", "cancelled"),
    "inProgress": ("completed", "partial", "failed", "pending", "held", "assessingCancellation"),
    "assessingCancellation": ("pendingCancellation", "cancelled", "inProgress"),
    "pendingCancellation": ("cancelled",),
    "partial": (),
    "completed": (),
    "failed": (),
    "rejected": (),
    "cancelled": (),
}
"""TMF622's states, and those that can come after each."""
STATES = tuple(FOLLOWING)
WORDS: Mapping[str, str] = {
    "acknowledged": message("acknowledged"),
    "pending": message("pending"),
    "held": message("held"),
    "inProgress": message("in progress"),
    "assessingCancellation": message("cancellation asked for"),
    "pendingCancellation": message("being cancelled"),
    "partial": message("completed in part"),
    "completed": message("completed"),
    "failed": message("failed"),
    "rejected": message("rejected"),
    "cancelled": message("cancelled"),
}
"""The states as they are said."""
_AT_ONCE = frozenset({"acknowledged", "pending", "held"})
_BEGUN = frozenset({"inProgress"})


def read_state(text: str) -> str:
    """Return the state that a word means, in any case and spelling.

    Raises:
        Refused: none.
    """
    wanted = _plain(text)
    found = next((state for state, words in WORDS.items() if wanted in (_plain(state), _plain(words), _plain(tr(words)))), None)
    if found is None:
        raise Refused(tr("An order has no state {text}; it has: {states}.", text=safe_text(text, 30), states=", ".join(STATES)))
    return found


def state_of(order: ProductOrder) -> str:
    """Return an order's state in TMF622's own spelling; one it does not know as it is."""
    wanted = _plain(order.state)
    return next((state for state in STATES if _plain(state) == wanted), order.state)


def history_of(order: ProductOrder) -> tuple[StateChange, ...]:
    """Return every state an order was in; for one from elsewhere the state it is in."""
    kept = order.seat.history if order.seat is not None else ()
    if kept:
        return kept
    placed = write_time(order.order_date) if order.order_date is not None else ""
    return (StateChange(state=order.state, at=placed),)


def track(order: ProductOrder, state: str, *, at: datetime, who: str, why: str = "") -> ProductOrder:
    """Return the order in another state, its items too, with that in its history.

    Raises:
        Refused: the state cannot come after the one it is in.
    """
    now = state_of(order)
    if state not in FOLLOWING.get(now, STATES):
        after = FOLLOWING.get(now, ())
        can = tr("after that it can be {after}", after=", ".join(after)) if after else tr("that is the end of it")
        raise Refused(tr("Order {id} is {now}; {can}.", id=order.id, now=tr(WORDS.get(now, now)), can=can))
    reason = clean_text(why, tr("The reason"), limit=MAX_COMMENT, lines=True) if why.strip() else None
    change = StateChange(state=state, at=write_time(at), who=who, why=reason)
    notes = (order.seat or OrderNotes()).model_copy(update={"history": (*history_of(order), change)})
    update: dict[str, object] = {
        "state": state,
        "seat": notes,
        "product_order_item": tuple(_in_state(item, state) for item in order.product_order_item),
    }
    if state == "completed":
        update["completion_date"] = at
    if state == "cancelled":
        update |= {"cancellation_date": at, "cancellation_reason": reason or order.cancellation_reason}
    return order.model_copy(update=update)


def can_cancel(order: ProductOrder) -> bool:
    """Say whether an order can still be cancelled, at once or by asking for it."""
    return state_of(order) in _AT_ONCE | _BEGUN


def cancel(order: ProductOrder, *, at: datetime, who: str, why: str = "") -> ProductOrder:
    """Return the order cancelled; where work on it has begun, with its cancellation asked for, which the operator then decides.

    Raises:
        Refused: it is too late.
    """
    state = state_of(order)
    if state in _AT_ONCE:
        return track(order, "cancelled", at=at, who=who, why=why)
    if state in _BEGUN:
        return track(order, "assessingCancellation", at=at, who=who, why=why)
    if state in ("assessingCancellation", "pendingCancellation"):
        raise Refused(tr("Cancelling order {id} was asked for already; the operator decides.", id=order.id))
    raise Refused(tr("Order {id} is {state} and can no longer be cancelled.", id=order.id, state=tr(WORDS.get(state, state))))


def comment(order: ProductOrder, text: str, *, author: str, at: datetime) -> ProductOrder:
    """Return the order with the customer's comment.

    Raises:
        Refused: empty, too long, with control characters or a card number in it, or too many.
    """
    if len(order.note) >= MAX_COMMENTS:
        raise Refused(tr("There are {max_comments} notes on this order, the most there may be.", max_comments=MAX_COMMENTS))
    said = Note(author=author, date=at, text=clean_text(text, tr("The comment"), limit=MAX_COMMENT, lines=True), type_=COMMENT)
    return order.model_copy(update={"note": (*order.note, said)})


def comments_of(order: ProductOrder) -> tuple[Note, ...]:
    """Return what the customer said of the order."""
    return tuple(note for note in order.note if note.type_ == COMMENT)


def rate(order: ProductOrder, stars: int) -> ProductOrder:
    """Return the order with the customer's rating; another one takes its place.

    Raises:
        Refused: not from 1 to 5.
    """
    if not 1 <= stars <= 5:
        raise Refused(tr("A rating is a number from 1 to 5; 5 is best."), Mend(tr("Rate it 5"), f"rate {order.id} 5"))
    return order.model_copy(update={"seat": (order.seat or OrderNotes()).model_copy(update={"rating": stars})})


def _in_state(item: OrderItem, state: str) -> OrderItem:
    parts = tuple(_in_state(each, state) for each in item.product_order_item)
    return item.model_copy(update={"state": state, "product_order_item": parts})


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
