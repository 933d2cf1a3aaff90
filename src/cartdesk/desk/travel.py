"""Back and forth in a cart's history: undo and redo without end, back to any point, and a cart as it was.

The commands of ``commands/past.py`` and ``commands/carts.py`` call this on their draft.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cartdesk.desk.command import Outcome
from cartdesk.errors import EntryError, Refused
from cartdesk.language import message, tr

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft
    from cartdesk.tmf import ShoppingCart


def travel(draft: Draft, kind: Literal["undo", "redo"], steps: int) -> Outcome:
    """Go so many changes back or forward in the current cart's history.

    Holding a cart and taking it up again are changes that cannot be seen, so they are not what somebody wants undone: they are passed.

    Raises:
        Refused: there are not so many changes.
    """
    from cartdesk.selling.lines import require_open

    cart_id = draft.cart_id
    if cart_id is None:
        raise _nothing(draft, kind)
    now = draft.load(cart_id)
    require_open(now)
    find = draft.store.undo_target if kind == "undo" else draft.store.redo_target
    count = steps
    while True:
        target = find(cart_id, count)
        if target is None:
            if steps > 1 and find(cart_id, 1) is not None:
                fewer = (
                    message("There are fewer than {steps} changes to undo.")
                    if kind == "undo"
                    else message("There are fewer than {steps} changes to redo.")
                )
                raise Refused(tr(fewer, steps=steps))
            raise _nothing(draft, kind)
        then = _same_items(draft.store.cart_at(cart_id, target), now)
        if _visible(then) != _visible(now):
            break
        count += 1
    draft.put(then, kind=kind, to_seq=target)
    if kind == "undo":
        if steps == 1:
            return Outcome(tr("The last change undone."), label=tr("Undo the last change"))
        return Outcome(tr("{steps} changes undone.", steps=steps), label=tr("Undo {steps} changes", steps=steps))
    if steps == 1:
        return Outcome(tr("The last change redone."), label=tr("Redo the last change"))
    return Outcome(tr("{steps} changes redone.", steps=steps), label=tr("Redo {steps} changes", steps=steps))


def _nothing(draft: Draft, kind: str) -> Refused:
    sentence = (
        message("There is nothing to undo in cart {letter}.") if kind == "undo" else message("There is nothing to redo in cart {letter}.")
    )
    return Refused(tr(sentence, letter=draft.letter))


def restore(draft: Draft, seq: int) -> Outcome:
    """Make the current cart what it was after a change; a change of its own, which can be undone."""
    from cartdesk.selling.lines import require_open

    if draft.cart_id is not None:
        require_open(draft.cart)
    draft.put(cart_as_it_was(draft, seq, None))
    return Outcome(tr("The cart is as it was after change {seq}.", seq=seq))


def cart_as_it_was(draft: Draft, seq: int, cart_id: str | None) -> ShoppingCart:
    """Return a cart as it was after a change; ``cart_id`` None is the current one.

    Raises:
        EntryError: it has no such change.
    """
    wanted = cart_id or draft.cart_id
    if wanted is None or not 1 <= seq <= draft.store.journal.length(wanted):
        raise EntryError(tr("This cart has no change {seq}; its history lists them.", seq=seq), at=draft.spot("seq"))
    return draft.store.cart_at(wanted, seq)


def _same_items(cart: ShoppingCart, known: ShoppingCart) -> ShoppingCart:
    """Return ``cart`` with those of its items that equal ``known``'s being the very same objects, so that they need no new price."""
    items = {item.id: item for item in known.cart_item}
    lines = tuple(items[item.id] if items.get(item.id) == item else item for item in cart.cart_item)
    return cart.model_copy(update={"cart_item": lines})


def _visible(cart: ShoppingCart) -> ShoppingCart:
    """Return the cart without what only says where it is in its life."""
    from cartdesk.tmf import CartState

    return cart.model_copy(update={"seat": cart.notes.model_copy(update={"state": CartState.OPEN, "changed": None})})
