"""What is amiss in a cart: companions that miss, things that exclude each other, what is no longer sold or not fully chosen.

Called by the desk after every change and by ``checkout``, which lets nothing through that blocks; the cart itself is never changed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cartdesk.errors import Mend
from cartdesk.selling.bundles import Slot
from cartdesk.selling.characteristics import allowed_values, choice_mends, value_mends
from cartdesk.selling.facts import OfferingFacts, facts_of, open_choices
from cartdesk.selling.lines import is_active, item_name, line_number, offering_id, spot, walk
from cartdesk.selling.relations import shipped_by, shipping_offerings
from cartdesk.selling.shelf import Shelf, add_mends, name_of, replacements, why_not_sold
from cartdesk.selling.terms import term_mends, term_name
from cartdesk.text import safe_text
from cartdesk.tmf.cart import Action, CartItem, ShoppingCart

if TYPE_CHECKING:
    from cartdesk.tmf.catalog import OfferingRelationship

_SHOWN = 6
_SETTLED = frozenset({Action.NO_CHANGE, Action.DELETE})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is amiss, and what mends it."""

    item_id: str | None
    """The item it is about, at any depth; None is the whole cart."""
    code: str
    """What kind: companion, excluded, not-sold, unknown, currency, bundle, missing, value, term, shipping; at the checkout also empty and
    history."""
    sentence: str
    blocking: bool
    """Whether an order cannot be placed so."""
    mends: tuple[Mend, ...] = ()


def findings(cart: ShoppingCart, catalog: Shelf, now: datetime) -> tuple[Finding, ...]:
    """Return everything amiss in a cart at ``now``, in the order of its lines.

    What is saved for later is left alone, and so is what the customer has already, except as somebody's companion.
    """
    return tuple(_all(cart, catalog, now, _Present(cart)))


class _Present:
    """Which offerings are in the cart: the items that count, and the lines put aside."""

    def __init__(self, cart: ShoppingCart) -> None:
        self.active: dict[str, list[CartItem]] = {}
        self.saved: dict[str, CartItem] = {}
        for top in cart.cart_item:
            counts = is_active(top)
            for item in walk(top):
                own = offering_id(item)
                if own is None or item.action is Action.DELETE:
                    continue
                if counts and is_active(item):
                    self.active.setdefault(own, []).append(item)
                else:
                    self.saved.setdefault(own, top)


def _all(cart: ShoppingCart, catalog: Shelf, now: datetime, present: _Present) -> Iterator[Finding]:
    told: set[frozenset[str]] = set()
    for top in cart.cart_item:
        if not is_active(top):
            continue
        for item in walk(top):
            if item.action in _SETTLED or not is_active(item):
                continue
            offering = catalog.offering(offering_id(item) or "")
            if offering is None:
                yield from _unknown(cart, item)
                continue
            facts = facts_of(offering, catalog)
            yield from _sold(cart, item, facts, catalog, now, part=item is not top)
            yield from _chosen(cart, item, facts, catalog)
            if facts.slots:
                yield from _parts(cart, item, facts)
            for alternatives in facts.requirements:
                yield from _companion(cart, item, facts, alternatives, catalog, now, present)
            for excluded in facts.excludes:
                yield from _exclusion(cart, item, facts, excluded, present, told)
    yield from _shipping(cart, catalog, now)


def _unknown(cart: ShoppingCart, item: CartItem) -> Iterator[Finding]:
    own = offering_id(item)
    if own is None and item.action is Action.MODIFY:
        return
    what = f"{item_name(item)} is not in this catalog" if own is not None else f"{item_name(item)} does not say which offering it is"
    yield Finding(item.id, "unknown", f"{what}, so it cannot be sold.", True, _removal(cart, item))


def _sold(cart: ShoppingCart, item: CartItem, facts: OfferingFacts, catalog: Shelf, now: datetime, *, part: bool) -> Iterator[Finding]:
    why = facts.why_not_sold(now, alone=not part)
    if why is not None:
        mends = (*_removal(cart, item), *replacements(facts.offering, catalog, now))
        yield Finding(item.id, "not-sold", f"{name_of(facts.offering)} {why}.", True, mends)
    if facts.currency is not None:
        sentence = f"{name_of(facts.offering)} is priced in {facts.currency}, and this cart is in {catalog.currency}."
        yield Finding(item.id, "currency", sentence, True, _removal(cart, item))


def _chosen(cart: ShoppingCart, item: CartItem, facts: OfferingFacts, catalog: Shelf) -> Iterator[Finding]:
    for characteristic, refused in open_choices(item, facts.offering, catalog):
        name = name_of(facts.offering)
        what = safe_text(characteristic.name or "", 40)
        mends = value_mends(characteristic, spot(cart, item)) or _removal(cart, item)
        if refused is not None:
            yield Finding(item.id, "value", f"{name}: {refused}", True, mends)
            continue
        values = allowed_values(characteristic)
        choose = f": choose {', '.join(safe_text(value, 30) for value in values[:_SHOWN])}" if values else ""
        yield Finding(item.id, "missing", f"{name} needs its {what}{choose}.", True, mends)
    if item.cart_term and facts.terms and not any(term_name(term).casefold() in facts.terms for term in item.cart_term):
        sentence = f"{name_of(facts.offering)} is not sold with the term {term_name(item.cart_term[0])}."
        yield Finding(item.id, "term", sentence, True, term_mends(facts.offering, spot(cart, item)))


def _parts(cart: ShoppingCart, item: CartItem, facts: OfferingFacts) -> Iterator[Finding]:
    name = name_of(facts.offering)
    for slot in facts.slots:
        count = slot.counted(item.cart_item)
        if not slot.allows(count):
            mends = _part_mends(slot, count, spot(cart, item)) or _removal(cart, item)
            yield Finding(item.id, "bundle", f"{name} has {slot.limits()} of {slot.name}; here it has {count:,}.", True, mends)
    belongs = {option for slot in facts.slots for option, _ in slot.options}
    for child in item.cart_item:
        own = offering_id(child)
        if own is not None and own not in belongs and child.action is Action.ADD:
            yield Finding(child.id, "bundle", f"{item_name(child)} is not part of {name}.", True, _removal(cart, child))


def _part_mends(slot: Slot, count: int, at: tuple[str, str]) -> tuple[Mend, ...]:
    if not slot.is_choice:
        right = slot.lower if count < slot.lower else slot.most
        return choice_mends(slot.name, [(str(right), f"{right} × {slot.name}")], at)
    return choice_mends(slot.name, slot.options[:_SHOWN], at) if count < slot.lower == 1 else ()


def _companion(
    cart: ShoppingCart,
    item: CartItem,
    facts: OfferingFacts,
    alternatives: tuple[OfferingRelationship, ...],
    catalog: Shelf,
    now: datetime,
    present: _Present,
) -> Iterator[Finding]:
    wanted = [relation.id or "" for relation in alternatives]
    if any(each in present.active for each in wanted):
        return
    names = [_called(relation, catalog) for relation in alternatives]
    saved = [present.saved[each] for each in wanted if each in present.saved]
    back = [Mend(f"Take back {item_name(top)}", f"L{line_number(cart, top.id)} back") for top in saved]
    mends = (*back, *_ways_to_add(wanted, catalog, now)) or _removal(cart, item)
    where = "is saved for later" if saved and len(alternatives) == 1 else "is not in this cart"
    what = f"{names[0]}, which {where}" if len(names) == 1 else f"one of {', '.join(names[:_SHOWN])}; none of them is in this cart"
    yield Finding(item.id, "companion", f"{name_of(facts.offering)} needs {what}.", True, mends)


def _exclusion(
    cart: ShoppingCart, item: CartItem, facts: OfferingFacts, excluded: str, present: _Present, told: set[frozenset[str]]
) -> Iterator[Finding]:
    other = next((each for each in present.active.get(excluded, ()) if each is not item), None)
    if other is None or frozenset((item.id, other.id)) in told:
        return
    told.add(frozenset((item.id, other.id)))
    sentence = f"{name_of(facts.offering)} cannot be sold together with {item_name(other)}; one of them has to go."
    yield Finding(item.id, "excluded", sentence, True, tuple(dict.fromkeys((*_removal(cart, other), *_removal(cart, item)))))


def _shipping(cart: ShoppingCart, catalog: Shelf, now: datetime) -> Iterator[Finding]:
    shipped = shipped_by(cart)
    lines = {top.id: top for top in cart.cart_item}
    known: dict[tuple[str, ...], tuple[Mend, ...]] = {}
    for top in cart.cart_item:
        if not is_active(top) or top.action is not Action.ADD or not top.product_offering:
            continue
        ways = shipping_offerings(top, catalog)
        delivery = lines.get(shipped.get(top.id, "")) if ways else None
        if not ways or (delivery is not None and is_active(delivery)):
            continue
        if delivery is not None:
            back = Mend(f"Take back {item_name(delivery)}", f"L{line_number(cart, delivery.id)} back")
            yield Finding(top.id, "shipping", f"The delivery of {item_name(top)} is saved for later.", False, (back,))
            continue
        if ways not in known:
            known[ways] = _ways_to_add(ways, catalog, now)
        yield Finding(top.id, "shipping", f"{item_name(top)} has to be delivered; choose how.", False, known[ways])


def _ways_to_add(codes: Iterable[str], catalog: Shelf, now: datetime) -> tuple[Mend, ...]:
    """Return the ways out that add one of these offerings, of those that are sold at ``now``; the first few."""
    found = (catalog.offering(code) for code in codes)
    return add_mends([each for each in found if each is not None and why_not_sold(each, now) is None][:_SHOWN])


def _called(relation: OfferingRelationship, catalog: Shelf) -> str:
    offering = catalog.offering(relation.id or "")
    return name_of(offering) if offering is not None else safe_text(relation.name or relation.id or "", 60)


def _removal(cart: ShoppingCart, item: CartItem) -> tuple[Mend, ...]:
    number = line_number(cart, item.id)
    if number is None:
        return ()
    return (Mend(f"Remove {item_name(cart.cart_item[number - 1])}", f"-{number}"),)
