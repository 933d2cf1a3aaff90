"""Relations between lines: what ships what, and nothing that points to a line that is gone.

Called by ``basket`` and ``parts`` whenever lines come or go.
"""

from __future__ import annotations

from collections.abc import Collection

from cartdesk.selling.facts import facts_of
from cartdesk.selling.lines import is_active, offering_id, walk, with_lines, with_seat
from cartdesk.selling.shelf import SHIPPING, Shelf
from cartdesk.tmf.cart import Action, CartItem, CartItemRef, CartItemRelationship, ShoppingCart

SHIPPING_TYPE = "Shipping"
"""The type of the relation from a delivery to what it delivers."""


def shipping_offerings(item: CartItem, shelf: Shelf) -> tuple[str, ...]:
    """Return the ids of the offerings that can deliver a line, its parts included; none for what needs no delivery."""
    if not item.cart_item:
        offering = shelf.offering(offering_id(item) or "")
        return facts_of(offering, shelf).shipping if offering is not None else ()
    found: dict[str, None] = {}
    for each in walk(item):
        offering = shelf.offering(offering_id(each) or "")
        if offering is not None:
            found.update(dict.fromkeys(facts_of(offering, shelf).shipping))
    return tuple(found)


def relate_shipping(cart: ShoppingCart, shelf: Shelf) -> ShoppingCart:
    """Return the cart with each delivery related to the lines it can deliver that no other delivery has yet.

    A delivery is a line whose offering others name in a ``shipping`` relation. Relations that are there already are kept.
    """
    lines = [item for item in cart.cart_item if is_active(item) and item.action is Action.ADD]
    selling: dict[str | None, CartItem] = {}
    for item in lines:
        selling.setdefault(offering_id(item), item)
    shipped = shipped_by(cart)
    added: dict[str, list[str]] = {}
    for item in lines:
        if item.id in shipped:
            continue
        ways = (selling.get(each) for each in shipping_offerings(item, shelf))
        delivery = next((each for each in ways if each is not None and each is not item), None)
        if delivery is not None:
            added.setdefault(delivery.id, []).append(item.id)
    if not added:
        return cart
    return with_lines(cart, (_shipping(item, added[item.id]) if item.id in added else item for item in cart.cart_item))


def shipped_by(cart: ShoppingCart) -> dict[str, str]:
    """Return, for each item that is delivered, the id of the delivery's line."""
    found: dict[str, str] = {}
    for item in cart.cart_item:
        for relation in item.cart_item_relationship:
            if _is_shipping(relation):
                found.update((ref.id, item.id) for ref in relation.cart_item if ref.id)
    return found


def forget_items(cart: ShoppingCart, gone: Collection[str]) -> ShoppingCart:
    """Return the cart without relations to, and hand-set prices of, items that are gone."""
    lines = tuple(_without_refs(item, gone) for item in cart.cart_item)
    if any(ours is not theirs for ours, theirs in zip(lines, cart.cart_item, strict=True)):
        cart = cart.model_copy(update={"cart_item": lines})
    overrides = tuple(each for each in cart.notes.override if each.item_id not in gone)
    return with_seat(cart, override=overrides) if len(overrides) != len(cart.notes.override) else cart


def _shipping(item: CartItem, ids: list[str]) -> CartItem:
    refs = tuple(CartItemRef(id=each) for each in ids)
    kept = list(item.cart_item_relationship)
    for place, relation in enumerate(kept):
        if _is_shipping(relation):
            kept[place] = relation.model_copy(update={"cart_item": (*relation.cart_item, *refs)})
            break
    else:
        kept.append(CartItemRelationship(id=ids[0], type=SHIPPING_TYPE, cart_item=refs))
    return item.model_copy(update={"cart_item_relationship": tuple(kept)})


def _without_refs(item: CartItem, gone: Collection[str]) -> CartItem:
    update: dict[str, object] = {}
    children = tuple(_without_refs(child, gone) for child in item.cart_item)
    if any(ours is not theirs for ours, theirs in zip(children, item.cart_item, strict=True)):
        update["cart_item"] = children
    if any(relation.id in gone or any(ref.id in gone for ref in relation.cart_item) for relation in item.cart_item_relationship):
        kept = (_without_ref(relation, gone) for relation in item.cart_item_relationship)
        update["cart_item_relationship"] = tuple(relation for relation in kept if relation is not None)
    return item.model_copy(update=update) if update else item


def _without_ref(relation: CartItemRelationship, gone: Collection[str]) -> CartItemRelationship | None:
    refs = tuple(ref for ref in relation.cart_item if ref.id not in gone)
    first = refs[0].id if refs else None
    own = first if relation.id in gone else relation.id
    return None if own is None and not refs else relation.model_copy(update={"cart_item": refs, "id": own})


def _is_shipping(relation: CartItemRelationship) -> bool:
    return (relation.type or "").strip().lower() == SHIPPING
