"""Two carts made one: a prospect's into the customer's, line by line, with nothing lost on the way.

Called by the desk: :func:`plan` says what could be done with each line, :func:`merge` does what was chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cartdesk.errors import Refused
from cartdesk.language import grouped, tr
from cartdesk.selling.basket import MAX_LINES, MAX_QUANTITY, made_the_same_way
from cartdesk.selling.bundles import Ids
from cartdesk.selling.life import renamed_items
from cartdesk.selling.lines import require_open, walk, with_lines, with_seat
from cartdesk.selling.owned import is_owned
from cartdesk.selling.relations import forget_items, relate_shipping
from cartdesk.selling.shelf import Shelf
from cartdesk.tmf.cart import CartItem, CartState, ShoppingCart


class Way(StrEnum):
    """What becomes of a line of the other cart."""

    ADD = "add"
    """It becomes a line of its own."""
    JOIN = "join"
    """It is counted onto the line that was made the same way."""
    LEAVE = "leave"
    """It stays in the other cart."""


@dataclass(frozen=True, slots=True)
class MergeLine:
    """One line of the other cart, and what can be done with it."""

    item: CartItem
    number: int
    """Its number in the other cart."""
    twin: int | None
    """The number of the line here that was made the same way, or is about the same product; None where there is none."""
    ways: tuple[Way, ...]
    """What can be done, the usual first."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Two carts after they were merged."""

    cart: ShoppingCart
    """The one that took lines in."""
    rest: ShoppingCart
    """The other, with what was left; discarded where that is nothing."""


def plan(into: ShoppingCart, other: ShoppingCart) -> tuple[MergeLine, ...]:
    """Return what can be done with each line of ``other``, in its order.

    A line that is made as one here is counted onto it, unless that is too many; what is said of a product that this cart says something
    of already stays where it is.
    """
    return tuple(_planned(into, item, number) for number, item in enumerate(other.cart_item, start=1))


def merge(
    into: ShoppingCart, other: ShoppingCart, ways: Mapping[str, Way], catalog: Shelf, *, ids: Ids, risen: Collection[str] = ()
) -> Merged:
    """Return both carts with the lines of ``other`` taken in as chosen.

    What lies on the lines goes with them: parts, notes, what was put aside, prices set by hand. The other cart's promotion codes, notes and
    label come along where this one lacks them.

    Args:
        into: the cart that takes lines in.
        other: the cart they come from.
        ways: what becomes of each line, by its id; one that is not named goes its usual way.
        catalog: for how deliveries go with what they deliver.
        ids: makes ids for lines whose id is taken.
        risen: the lines of ``other`` whose price rose and was not agreed to: that still has to be.

    Raises:
        Refused: one of the carts is history, they are one and the same, a way is not open to a line, or there would be too many lines.
    """
    require_open(into)
    require_open(other)
    if into.id == other.id:
        raise Refused(tr("A cart cannot be merged into itself; say another one."))
    lines = list(into.cart_item)
    moved: list[CartItem] = []
    left: list[CartItem] = []
    for each in plan(into, other):
        way = ways.get(each.item.id, each.ways[0])
        if way not in each.ways:
            raise Refused(tr("Line {number} cannot be dealt with so; it can {ways}.", number=each.number, ways=tr(" or ").join(each.ways)))
        if way is Way.LEAVE:
            left.append(each.item)
        elif way is Way.JOIN and each.twin is not None:
            twin = lines[each.twin - 1]
            total = twin.quantity + each.item.quantity
            if total > MAX_QUANTITY:
                raise Refused(
                    tr(
                        "Line {twin} would have {total}; a line has at most {max_quantity}.",
                        twin=each.twin,
                        total=grouped(total),
                        max_quantity=grouped(MAX_QUANTITY),
                    )
                )
            lines[each.twin - 1] = twin.model_copy(update={"quantity": total})
        else:
            moved.append(each.item)
    if len(lines) + len(moved) > MAX_LINES:
        raise Refused(
            tr("The cart would have {n} lines; it may have {max_lines}.", n=grouped(len(lines) + len(moved)), max_lines=grouped(MAX_LINES))
        )
    taken = {item.id for top in lines for item in walk(top)}
    fresh, renamed = renamed_items(moved, ids, taken)
    cart = with_lines(into, (*lines, *fresh))
    cart = _with_notes(cart, other, renamed, risen)
    gone = {item.id for top in other.cart_item for item in walk(top)} - set(renamed.values())
    cart = relate_shipping(forget_items(cart, gone - {item.id for top in cart.cart_item for item in walk(top)}), catalog)
    return Merged(cart, _rest(other, left))


def _planned(into: ShoppingCart, item: CartItem, number: int) -> MergeLine:
    if is_owned(item):
        product = item.product.id if item.product is not None else None
        said = next((n for n, each in enumerate(into.cart_item, start=1) if is_owned(each) and _product(each) == product and product), None)
        return MergeLine(item, number, said, (Way.LEAVE,) if said is not None else (Way.ADD, Way.LEAVE))
    hand_set = {each.item_id for each in into.notes.override}
    twin = next((n for n, each in enumerate(into.cart_item, start=1) if made_the_same_way(each, item) and each.id not in hand_set), None)
    if twin is None or into.cart_item[twin - 1].quantity + item.quantity > MAX_QUANTITY:
        return MergeLine(item, number, twin, (Way.ADD, Way.LEAVE))
    return MergeLine(item, number, twin, (Way.JOIN, Way.ADD, Way.LEAVE))


def _product(item: CartItem) -> str | None:
    return item.product.id if item.product is not None else None


def _with_notes(cart: ShoppingCart, other: ShoppingCart, renamed: Mapping[str, str], risen: Collection[str]) -> ShoppingCart:
    ours, theirs = cart.notes, other.notes
    codes = {code.casefold() for code in ours.promotion_code}
    overrides = tuple(each.model_copy(update={"item_id": renamed[each.item_id]}) for each in theirs.override if each.item_id in renamed)
    quoted = {renamed[each]: text for each, text in theirs.quoted.items() if each in renamed and each in risen}
    return with_seat(
        cart,
        label=ours.label or (theirs.label if not cart.related_party else None),
        promotion_code=(*ours.promotion_code, *(code for code in theirs.promotion_code if code.casefold() not in codes)),
        override=(*ours.override, *overrides),
        note=(*ours.note, *theirs.note),
        quoted={**ours.quoted, **quoted},
        post_code=ours.post_code or theirs.post_code,
        start=ours.start or theirs.start,
        bill_cycle_day=ours.bill_cycle_day or theirs.bill_cycle_day,
    )


def _rest(other: ShoppingCart, left: list[CartItem]) -> ShoppingCart:
    if not left:
        return with_seat(other, state=CartState.DISCARDED)
    kept = {item.id for top in left for item in walk(top)}
    gone = {item.id for top in other.cart_item for item in walk(top)} - kept
    return forget_items(with_lines(other, left), gone) if gone else other
