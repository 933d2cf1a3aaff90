"""How an item of a cart is configured: the characteristics and the term chosen for it, checked against its offering.

Called by ``basket`` for new lines, by the desk when something is chosen, and by ``rules`` to check what is in a cart already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.selling.characteristics import (
    can_be_set,
    checked_values,
    default_value,
    default_values,
    find_characteristic,
    fold,
    most_values,
    must_be_set,
    value_text,
)
from cartdesk.selling.lines import item_at, item_name, offering_id, require_open, spot, with_item
from cartdesk.selling.shelf import Shelf
from cartdesk.selling.terms import chosen_term
from cartdesk.tmf.cart import CartItem, Characteristic, Product, ShoppingCart

if TYPE_CHECKING:
    from cartdesk.tmf.catalog import ProductOffering, SpecificationCharacteristic


def configured(offering: ProductOffering, given: Mapping[str, object], shelf: Shelf) -> tuple[Characteristic, ...]:
    """Return the characteristics of a new item: the given ones, checked, and the defaults of the others.

    Raises:
        Refused: a name the offering does not have, or a value it does not allow.
    """
    offered = shelf.characteristics_of(offering)
    chosen = {}
    for name, value in given.items():
        characteristic = find_characteristic(offered, name, offering)
        chosen[characteristic.name] = checked_values(characteristic, value)
    return tuple(
        Characteristic(name=each.name, value=text)
        for each in offered
        if can_be_set(each)
        for text in chosen.get(each.name) or default_values(each)
    )


def set_characteristic(cart: ShoppingCart, item_id: str, name: str, value: object, shelf: Shelf) -> ShoppingCart:
    """Return the cart with one characteristic of one item (at any depth) set.

    Raises:
        Refused: no such item or characteristic, or a value that is not allowed.
    """
    require_open(cart)
    item = item_at(cart, item_id)
    offering = offering_of(item, shelf)
    characteristic = find_characteristic(shelf.characteristics_of(offering), name, offering)
    product = item.product or Product()
    places = [at for at, each in enumerate(product.characteristic) if fold(each.name or "") == fold(characteristic.name or "")]
    before = [value_text(product.characteristic[at].value) or "" for at in places]
    texts = checked_values(characteristic, value, spot(cart, item), before)
    if list(texts) == before:
        return cart
    chosen = list(product.characteristic)
    made = [Characteristic(name=characteristic.name, value=text) for text in texts]
    if len(places) == len(made):
        for at, text in zip(places, texts, strict=True):
            chosen[at] = chosen[at].model_copy(update={"value": text})
    elif places:
        chosen = [each for at, each in enumerate(chosen) if at not in places]
        chosen[places[0] : places[0]] = made
    else:
        chosen += made
    changed = product.model_copy(update={"characteristic": tuple(chosen)})
    return with_item(cart, item_id, lambda each: each.model_copy(update={"product": changed}))


def set_term(cart: ShoppingCart, item_id: str, term: str, shelf: Shelf) -> ShoppingCart:
    """Return the cart with the term of one item (at any depth) set.

    Raises:
        Refused: no such item or term.
    """
    require_open(cart)
    found = item_at(cart, item_id)
    chosen = chosen_term(offering_of(found, shelf), term, spot(cart, found))
    return with_item(cart, item_id, lambda item: item if item.cart_term == chosen else item.model_copy(update={"cart_term": chosen}))


def problems_of(item: CartItem, offering: ProductOffering, shelf: Shelf) -> Iterable[tuple[SpecificationCharacteristic, Refused | None]]:
    """Yield each characteristic of an item that an order cannot do with: missing (None), or with a value that is refused."""
    chosen: dict[str, list[str]] = {}
    for each in item.product.characteristic if item.product else ():
        text = value_text(each.value)
        if text is not None:
            chosen.setdefault(fold(each.name or ""), []).append(text)
    for characteristic in shelf.characteristics_of(offering):
        if not can_be_set(characteristic):
            continue
        values = chosen.get(fold(characteristic.name or ""))
        if not values:
            if must_be_set(characteristic) and default_value(characteristic) is None:
                yield characteristic, None
            continue
        try:
            checked_values(characteristic, values if most_values(characteristic) > 1 else values[-1])
        except Refused as refused:
            yield characteristic, refused


def offering_of(item: CartItem, shelf: Shelf) -> ProductOffering:
    """Return the offering of an item.

    Raises:
        Refused: the catalog does not have it.
    """
    wanted = offering_id(item)
    offering = shelf.offering(wanted) if wanted else None
    if offering is None:
        raise Refused(tr("{name} is not in this catalog, so nothing can be chosen on it; remove it and add it anew.", name=item_name(item)))
    return offering
