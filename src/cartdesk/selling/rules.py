"""What is amiss in a cart: companions that miss, things that exclude each other, what is no longer sold or not fully chosen.

Called by the desk after every change and by ``checkout``, which lets nothing through that blocks; the cart itself is never changed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from cartdesk.errors import Mend
from cartdesk.language import grouped, tr
from cartdesk.pricing import price_cart
from cartdesk.selling.bundles import MAX_QUANTITY, Slot
from cartdesk.selling.characteristics import allowed_values, choice_mends, value_mends
from cartdesk.selling.eligibility import eligibility
from cartdesk.selling.facts import OfferingFacts, facts_of, open_choices
from cartdesk.selling.finding import SHOWN, Finding, Look
from cartdesk.selling.lines import former_offering, is_active, item_name, offering_id, walk
from cartdesk.selling.possession import bereft, clashes, has
from cartdesk.selling.price_guard import price_findings
from cartdesk.selling.relations import shipped_by, shipping_offerings
from cartdesk.selling.shelf import Shelf, name_of, replacements
from cartdesk.selling.terms import term_mends, term_name
from cartdesk.text import safe_text
from cartdesk.tmf.cart import Action, CartItem, ShoppingCart

if TYPE_CHECKING:
    from cartdesk.pricing.priced import PricedCart
    from cartdesk.tmf.catalog import OfferingRelationship

__all__ = ["Finding", "Known", "findings"]

_SETTLED = frozenset({Action.NO_CHANGE, Action.DELETE})


def findings(
    cart: ShoppingCart, catalog: Shelf, now: datetime, priced: PricedCart | None = None, known: Known | None = None
) -> tuple[Finding, ...]:
    """Return everything amiss in a cart at ``now``, in the order of its lines.

    What is saved for later is left alone, and so is what the customer has already, except as somebody's companion.

    Args:
        cart: the cart.
        catalog: what it is checked against.
        now: the moment.
        priced: the same cart with its prices, where they are known; else they are worked out if a price was noted before.
        known: what was found of this cart before; lines about which nothing changed are taken from there, and it is brought up to date.
    """
    found = tuple(_all(Look(cart, catalog, now), known if known is not None else Known()))
    if not cart.notes.quoted:
        return found
    return (*found, *price_findings(priced if priced is not None else price_cart(cart, catalog, now)))


Pair = frozenset[str]
"""Two items that exclude each other."""


class Known:
    """What was found of a cart's lines, and around what: while nothing around a line changes but quantities, it holds for that line."""

    def __init__(self) -> None:
        self._around: tuple[object, ...] = ()
        self._lines: dict[str, tuple[CartItem, tuple[Finding, ...], frozenset[Pair]]] = {}
        self.undelivered: dict[str, tuple[CartItem, Finding | None]] = {}
        """What was found of lines that have no delivery; None where they need none."""

    def lines(self, look: Look) -> dict[str, tuple[CartItem, tuple[Finding, ...], frozenset[Pair]]]:
        """Return what is known, by line, brought up to date by the caller; nothing where something around the lines changed."""
        cart = look.cart
        minute = look.now.replace(second=0, microsecond=0)
        around = (id(look.catalog), minute, cart.related_party, cart.contact_medium, look.frame, look.standing)
        if around != self._around:
            self._around, self._lines, self.undelivered = around, {}, {}
        return self._lines


def _all(look: Look, known: Known) -> Iterator[Finding]:
    told: set[Pair] = set()
    lines = known.lines(look)
    for top in look.cart.cart_item:
        if not is_active(top):
            continue
        before = lines.get(top.id)
        if before is not None and before[0] is top:
            told |= before[2]
            yield from before[1]
            continue
        already = frozenset(told)
        found = tuple(_of_line(look, top, told))
        if _is_limited(look, top):
            lines.pop(top.id, None)  # how many there are on other lines matters to it
        else:
            lines[top.id] = (top, found, frozenset(told) - already)
        yield from found
    yield from bereft(look)
    yield from _shipping(look, known.undelivered)


def _is_limited(look: Look, top: CartItem) -> bool:
    offerings = (look.catalog.offering(offering_id(item) or "") for item in walk(top))
    return any(facts_of(offering, look.catalog).most is not None for offering in offerings if offering is not None)


def _of_line(look: Look, top: CartItem, told: set[Pair]) -> Iterator[Finding]:
    for item in walk(top):
        if item.action in _SETTLED or not is_active(item):
            continue
        offering = look.catalog.offering(offering_id(item) or "")
        if offering is None:
            yield from _unknown(look, item)
            continue
        facts = facts_of(offering, look.catalog)
        if item is top and not 1 <= top.quantity <= MAX_QUANTITY:
            yield from _counted(look, top)
        yield from _sold(look, item, facts, part=item is not top)
        yield from _chosen(look, item, facts)
        yield from eligibility(look, item, facts)
        if facts.slots:
            yield from _parts(look, item, facts)
        for alternatives in facts.requirements:
            yield from _companion(look, item, facts, alternatives)
        for excluded in facts.excludes:
            yield from _exclusion(look, item, facts, excluded, told)
        if look.standing.owned:
            yield from clashes(look, item, facts)


def _unknown(look: Look, item: CartItem) -> Iterator[Finding]:
    own = offering_id(item)
    if own is None and item.action is Action.MODIFY:
        return
    what = (
        tr("{name} is not in this catalog", name=item_name(item))
        if own is not None
        else tr("{name} does not say which offering it is", name=item_name(item))
    )
    yield Finding(item.id, "unknown", tr("{what}, so it cannot be sold.", what=what), True, look.removal(item))


def _counted(look: Look, top: CartItem) -> Iterator[Finding]:
    at = look.spot(top)[1]
    mends = (Mend(tr("Take 1"), f"*1{at}"), *look.removal(top))
    yield Finding(
        top.id,
        "quantity",
        tr(
            "{name} is there {quantity} times; a line has 1 to {max_quantity}.",
            name=item_name(top),
            quantity=grouped(top.quantity),
            max_quantity=grouped(MAX_QUANTITY),
        ),
        True,
        mends,
    )


def _sold(look: Look, item: CartItem, facts: OfferingFacts, *, part: bool) -> Iterator[Finding]:
    if item.action is Action.MODIFY and item.product is not None and former_offering(item.product) == facts.offering.id:
        return  # what the customer has may stay as it is, whether or not it is still sold
    why = facts.why_not_sold(look.now, alone=not part)
    if why is not None:
        mends = (*look.removal(item), *replacements(facts.offering, look.catalog, look.now))
        yield Finding(item.id, "not-sold", f"{name_of(facts.offering)} {why}.", True, mends)
    if facts.currency is not None:
        sentence = tr(
            "{name} is priced in {currency}, and this cart is in {currency2}.",
            name=name_of(facts.offering),
            currency=facts.currency,
            currency2=look.catalog.currency,
        )
        yield Finding(item.id, "currency", sentence, True, look.removal(item))


def _chosen(look: Look, item: CartItem, facts: OfferingFacts) -> Iterator[Finding]:
    for characteristic, refused in open_choices(item, facts.offering, look.catalog):
        name = name_of(facts.offering)
        what = safe_text(characteristic.name or "", 40)
        mends = value_mends(characteristic, look.spot(item)) or look.removal(item)
        if refused is not None:
            yield Finding(item.id, "value", f"{name}: {refused}", True, mends)
            continue
        values = allowed_values(characteristic)
        choose = tr(": choose {value}", value=", ".join(safe_text(value, 30) for value in values[:SHOWN])) if values else ""
        yield Finding(item.id, "missing", tr("{name} needs its {what}{choose}.", name=name, what=what, choose=choose), True, mends)
    if item.cart_term and facts.terms and not any(term_name(term).casefold() in facts.terms for term in item.cart_term):
        sentence = tr("{name} is not sold with the term {other}.", name=name_of(facts.offering), other=term_name(item.cart_term[0]))
        yield Finding(item.id, "term", sentence, True, term_mends(facts.offering, look.spot(item)))


def _parts(look: Look, item: CartItem, facts: OfferingFacts) -> Iterator[Finding]:
    name = name_of(facts.offering)
    for slot in facts.slots:
        count = slot.counted(item.cart_item)
        if not slot.allows(count):
            mends = _part_mends(slot, item, count, look.spot(item)) or look.removal(item)
            yield Finding(
                item.id,
                "bundle",
                tr(
                    "{name} has {limits} of {other}; here it has {count}.",
                    name=name,
                    limits=slot.limits(),
                    other=slot.name,
                    count=grouped(count),
                ),
                True,
                mends,
            )
    belongs = {option for slot in facts.slots for option, _ in slot.options}
    for child in item.cart_item:
        own = offering_id(child)
        if own is not None and own not in belongs and child.action is Action.ADD:
            yield Finding(
                child.id, "bundle", tr("{name} is not part of {other}.", name=item_name(child), other=name), True, look.removal(child)
            )


def _part_mends(slot: Slot, item: CartItem, count: int, at: tuple[str, str]) -> tuple[Mend, ...]:
    """Return the ways to as many of a slot as its limits allow: each option that can make up the difference, with its right number."""
    if not slot.is_choice:
        right = slot.lower if count < slot.lower else slot.most
        return choice_mends(slot.name, [(str(right), f"{right} × {slot.name}")], at)
    if count < slot.lower == 1:
        return choice_mends(slot.name, slot.options[:SHOWN], at)
    off = (slot.lower if count < slot.lower else slot.most) - count
    mends: list[Mend] = []
    for option, name in slot.options:
        there = sum(child.quantity for child in item.cart_item if offering_id(child) == option)
        if there + off >= 0:
            mends += choice_mends(option, [(str(there + off), f"{there + off} × {name}")], at)
    return tuple(mends[:SHOWN])


def _companion(look: Look, item: CartItem, facts: OfferingFacts, alternatives: tuple[OfferingRelationship, ...]) -> Iterator[Finding]:
    wanted = [relation.id or "" for relation in alternatives]
    if any(each in look.active for each in wanted) or (look.standing.owned and any(has(look, each) for each in wanted)):
        return
    names = [_called(relation, look.catalog) for relation in alternatives]
    saved = [look.saved[each] for each in wanted if each in look.saved]
    back = [look.back(top) for top in saved]
    mends = (*back, *look.ways_to_add(wanted)) or look.removal(item)
    where = tr("is saved for later") if saved and len(alternatives) == 1 else tr("is not in this cart")
    what = (
        tr("{names}, which {where}", names=names[0], where=where)
        if len(names) == 1
        else tr("one of {names}; none of them is in this cart", names=", ".join(names[:SHOWN]))
    )
    yield Finding(item.id, "companion", tr("{name} needs {what}.", name=name_of(facts.offering), what=what), True, mends)


def _exclusion(look: Look, item: CartItem, facts: OfferingFacts, excluded: str, told: set[Pair]) -> Iterator[Finding]:
    other = next((each for each in look.active.get(excluded, ()) if each is not item), None)
    if other is None or frozenset((item.id, other.id)) in told:
        return
    told.add(frozenset((item.id, other.id)))
    sentence = tr(
        "{name} cannot be sold together with {other}; one of them has to go.", name=name_of(facts.offering), other=item_name(other)
    )
    yield Finding(item.id, "excluded", sentence, True, tuple(dict.fromkeys((*look.removal(other), *look.removal(item)))))


def _shipping(look: Look, undelivered: dict[str, tuple[CartItem, Finding | None]]) -> Iterator[Finding]:
    shipped = shipped_by(look.cart)
    lines = {top.id: top for top in look.cart.cart_item}
    known: dict[tuple[str, ...], tuple[Mend, ...]] = {}
    for top in look.cart.cart_item:
        if not is_active(top) or top.action is not Action.ADD or not top.product_offering:
            continue
        before = undelivered.get(top.id)
        if before is not None and before[0] is top and top.id not in shipped:
            if before[1] is not None:
                yield before[1]
            continue
        ways = shipping_offerings(top, look.catalog)
        delivery = lines.get(shipped.get(top.id, "")) if ways else None
        if not ways:
            undelivered[top.id] = (top, None)
        if not ways or (delivery is not None and is_active(delivery)):
            continue
        if delivery is not None:
            yield Finding(
                top.id, "shipping", tr("The delivery of {name} is saved for later.", name=item_name(top)), False, (look.back(delivery),)
            )
            continue
        if ways not in known:
            known[ways] = look.ways_to_add(ways)
        found = Finding(top.id, "shipping", tr("{name} has to be delivered; choose how.", name=item_name(top)), False, known[ways])
        undelivered[top.id] = (top, found)
        yield found


def _called(relation: OfferingRelationship, catalog: Shelf) -> str:
    offering = catalog.offering(relation.id or "")
    return name_of(offering) if offering is not None else safe_text(relation.name or relation.id or "", 60)
