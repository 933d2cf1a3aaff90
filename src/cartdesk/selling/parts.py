"""Choosing within a line: the parts of a bundle, and whatever else a line lets choose, by the words an agent types.

Called by the desk for ``= color black`` and by the offering's screen; the rules of each part are ``bundles``' and ``configuration``'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.selling.bundles import Ids, Slot, build_item, find_slot, not_an_option, slots_of
from cartdesk.selling.characteristics import can_be_set, fold
from cartdesk.selling.configuration import offering_of, set_characteristic, set_term
from cartdesk.selling.lines import item_at, item_name, offering_id, require_open, spot, walk, with_item
from cartdesk.selling.owned import refuse_owned
from cartdesk.selling.relations import forget_items
from cartdesk.selling.shelf import Shelf, name_of
from cartdesk.selling.terms import TERM
from cartdesk.text import safe_text
from cartdesk.tmf.cart import CartItem, ShoppingCart

if TYPE_CHECKING:
    from cartdesk.tmf.catalog import ProductOffering

_NONE = frozenset({"no", "none", "off", "without"})


def set_child_quantity(cart: ShoppingCart, item_id: str, child: str, quantity: int, shelf: Shelf, *, ids: Ids) -> ShoppingCart:
    """Return the cart with so many of a child, or of an option of a choice, for each one of the bundle.

    Args:
        cart: the cart.
        item_id: the bundle's item, at any depth.
        child: the child's or option's offering id or name.
        quantity: how many; 0 takes an optional child out.
        shelf: the catalog.
        ids: makes the ids of new items.

    Raises:
        Refused: no such part, or a number the bundle's limits do not allow.
    """
    require_open(cart)
    item = item_at(cart, item_id)
    offering = offering_of(item, shelf)
    slot, option = find_slot(offering, child)
    if option is None:
        raise not_an_option(slot, child, spot(cart, item))
    others = slot.counted([each for each in item.cart_item if offering_id(each) != option])
    slot.refuse_beyond_limits(max(quantity, 0) + others if quantity >= 0 else quantity, name_of(offering))
    return _with_children(cart, item, _with_option(item.cart_item, option, quantity, slot, shelf, ids))


def choose_child(cart: ShoppingCart, item_id: str, choice: str, option: str, shelf: Shelf, *, ids: Ids) -> ShoppingCart:
    """Return the cart with one option of a choice in place of what was chosen before.

    Args:
        cart: the cart.
        item_id: the bundle's item, at any depth.
        choice: the choice's id or name.
        option: the option's offering id or name.
        shelf: the catalog.
        ids: makes the ids of new items.

    Raises:
        Refused: no such choice or option.
    """
    require_open(cart)
    item = item_at(cart, item_id)
    slot, _ = find_slot(offering_of(item, shelf), choice)
    wanted = slot.option(option)
    if wanted is None:
        raise not_an_option(slot, option, spot(cart, item))
    counted = slot.counted(item.cart_item)
    if counted and all(offering_id(each) == wanted for each in item.cart_item if slot.option(offering_id(each) or "")):
        return cart
    unwanted = {each for each, _ in slot.options} - {wanted}
    place = next((at for at, each in enumerate(item.cart_item) if offering_id(each) in unwanted), len(item.cart_item))
    kept = [each for each in item.cart_item if offering_id(each) not in unwanted]
    count = max(counted, slot.lower, 1) if slot.upper is None else min(max(counted, slot.lower, 1), max(slot.upper, 1))
    return _with_children(cart, item, _with_option(tuple(kept), wanted, count, slot, shelf, ids, place))


def choose(cart: ShoppingCart, item_id: str, text: str, shelf: Shelf, *, ids: Ids) -> ShoppingCart:
    """Return the cart with what the words say chosen on a line: a characteristic, its term, an option or an optional part.

    ``color black``, ``term 24 months``, ``Choose your phone P12``, ``SPORT 2``, ``SPORT no``. Characteristics and parts of the line's own
    children are found too; where several have one of the same name, ``P12.color black`` says which.

    Raises:
        Refused: nothing of that name, or a value it does not allow.
    """
    require_open(cart)
    item = item_at(cart, item_id)
    refuse_owned(item, "choosing")
    named = [found for found in _choosable(item, shelf) if found.value_in(text) is not None]
    if not named:
        raise _nothing_named(item, text, shelf)
    longest = max(len(found.folded) for found in named)
    depth = min(found.depth for found in named if len(found.folded) == longest)
    best = [found for found in named if len(found.folded) == longest and found.depth == depth]
    if len({found.item_id for found in best}) > 1:
        ways = tr(" or ").join(f"{found.owner}.{found.name}" for found in best[:4])
        raise Refused(tr("Several parts of {name} have {other}; say {ways}.", name=item_name(item), other=best[0].name, ways=ways))
    return best[0].apply(cart, best[0].value_in(text) or "", shelf, ids)


class _Choosable:
    """One thing that can be chosen on a line, by the name an entry gives it."""

    def __init__(self, kind: str, item: CartItem, name: str, spoken: str, depth: int) -> None:
        self.kind = kind
        self.item_id = item.id
        self.owner = safe_text(offering_id(item) or item_name(item), 40)
        self.name = name
        self.folded = fold(spoken)
        self.depth = depth

    def value_in(self, text: str) -> str | None:
        """Return what ``text`` says after this name, or None when it does not start with it."""
        at = 0
        for wanted in self.folded:
            while at < len(text) and text[at].isspace():
                at += 1
            folded = text[at].casefold() if at < len(text) else ""
            if folded != wanted:
                return None
            at += 1
        rest = text[at:]
        return rest.strip().lstrip("=:").strip() if not rest or rest[0].isspace() or rest[0] in "=:" else None

    def apply(self, cart: ShoppingCart, value: str, shelf: Shelf, ids: Ids) -> ShoppingCart:
        if self.kind == "characteristic":
            return set_characteristic(cart, self.item_id, self.name, value, shelf)
        if self.kind == "term":
            return set_term(cart, self.item_id, value, shelf)
        if self.kind == "choice":
            return choose_child(cart, self.item_id, self.name, value, shelf, ids=ids)
        return set_child_quantity(cart, self.item_id, self.name, _how_many(self.name, value), shelf, ids=ids)


def _choosable(top: CartItem, shelf: Shelf) -> list[_Choosable]:
    found: list[_Choosable] = []
    for item, depth in _with_depth(top, 0):
        offering = shelf.offering(offering_id(item) or "")
        if offering is None:
            continue
        names: list[tuple[str, str]] = [
            ("characteristic", each.name or "") for each in shelf.characteristics_of(offering) if can_be_set(each) and each.name
        ]
        if offering.product_offering_term:
            names.append(("term", TERM))
        for slot in slots_of(offering):
            names.extend(_slot_names(slot))
        for kind, name in names:
            found.append(_Choosable(kind, item, name, name, depth))
            found.append(_Choosable(kind, item, name, f"{offering_id(item)}.{name}", depth))
    return found


def _slot_names(slot: Slot) -> list[tuple[str, str]]:
    options = [("part", name) for option in slot.options for name in dict.fromkeys(option)]
    return [("choice", slot.name), *options] if slot.is_choice else options


def _with_depth(item: CartItem, depth: int) -> list[tuple[CartItem, int]]:
    return [(item, depth), *(pair for child in item.cart_item for pair in _with_depth(child, depth + 1))]


def _nothing_named(item: CartItem, text: str, shelf: Shelf) -> Refused:
    names = dict.fromkeys(safe_text(found.name, 40) for found in _choosable(item, shelf) if found.kind != "part")
    there = tr("choose {names}", names=", ".join(list(names)[:8])) if names else tr("there is nothing to choose on it")
    if not text.strip():
        return Refused(tr("Say what to choose on {name} and its value; {there}.", name=item_name(item), there=there))
    return Refused(tr("«{text}» names nothing to choose on {name}; {there}.", text=safe_text(text, 40), name=item_name(item), there=there))


def _how_many(name: str, value: str) -> int:
    folded = fold(value)
    if folded in _NONE:
        return 0
    if folded in {"", "yes", "on", "with"}:
        return 1
    if folded.isascii() and folded.isdigit() and len(folded) < 10:
        return int(folded)
    raise Refused(tr("{name} takes a number, yes or no; «{value}» is none of them.", name=safe_text(name, 60), value=safe_text(value, 40)))


def _with_option(
    children: tuple[CartItem, ...], option: str, quantity: int, slot: Slot, shelf: Shelf, ids: Ids, place: int | None = None
) -> tuple[CartItem, ...]:
    """Return the children with so many of one option; a new one stands at ``place``, else last."""
    there = next((child for child in children if offering_id(child) == option), None)
    if there is not None:
        if not quantity:
            return tuple(child for child in children if child is not there)
        if there.quantity == quantity:
            return children
        return tuple(child.model_copy(update={"quantity": quantity}) if child is there else child for child in children)
    if not quantity:
        return children
    offering: ProductOffering | None = shelf.offering(option)
    if offering is None:
        raise Refused(tr("{name} is {option}, which is not in this catalog; choose another.", name=slot.name, option=safe_text(option, 40)))
    at = len(children) if place is None else place
    return (*children[:at], build_item(offering, shelf, ids, quantity=quantity), *children[at:])


def _with_children(cart: ShoppingCart, item: CartItem, children: tuple[CartItem, ...]) -> ShoppingCart:
    gone = {each.id for child in item.cart_item for each in walk(child)} - {each.id for child in children for each in walk(child)}
    changed = with_item(cart, item.id, lambda each: each if children is each.cart_item else each.model_copy(update={"cart_item": children}))
    return forget_items(changed, gone) if gone else changed
