"""Which lines of a cart are as they were, and what a change elsewhere in the cart means for them.

Called by ``cart`` when there is a former result to take over from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from operator import is_
from typing import TYPE_CHECKING, NamedTuple

from cartdesk.pricing.conditions import PricingContext
from cartdesk.pricing.matching import fold
from cartdesk.pricing.workings import WorkedLine
from cartdesk.tmf.cart import Action, CartItem, ItemStatus, SeatNotes

if TYPE_CHECKING:
    from cartdesk.pricing.priced import PriceBook, PricedCart, PricedItem
    from cartdesk.pricing.reader import OfferReader
    from cartdesk.pricing.workings import Workings
    from cartdesk.tmf.cart import PriceOverride


def usable(previous: PricedCart | None, catalog: PriceBook, now: datetime, limits: Mapping[str, Decimal]) -> Workings | None:
    """Return what can be taken over: nothing where the catalog, its rounding, the limits or the answers to "holds now?" are others."""
    workings = previous.workings if previous is not None else None
    if workings is None or not workings.reader.reads(catalog) or workings.limits != limits:
        return None
    return workings if workings.moment.same_answers_at(now) else None


_OVERRIDE = "override:"


class Change(NamedTuple):
    """How a cart's lines differ from those there were."""

    first: int
    """Where the lines begin to differ."""
    same_after: int
    """How many lines at the end are the same again."""
    between: list[WorkedLine | None]
    """The worked lines of the items in between; None where an item is new or changed."""
    added: list[CartItem]
    """The items that are new or changed."""
    removed: list[CartItem]
    """The items that are gone, or as they were before they changed."""
    gone: list[WorkedLine]
    """The worked lines of those."""


def changed_lines(items: tuple[CartItem, ...], before: Workings) -> Change:
    """Return how the lines differ, looking closely only between the first and the last that are not the very same objects."""
    old = before.items
    first = _same_run(items, old)
    last = _same_run(items[first:][::-1], old[first:][::-1])
    lines = {line.item.id: line for line in before.lines[first : len(old) - last]}
    between: list[WorkedLine | None] = []
    added = []
    for item in items[first : len(items) - last]:
        line = lines.get(item.id)
        if line is not None and line.item is not item:
            line = moved_to(line, item) if same_line(line.item, item) else None
        if line is None:
            added.append(item)
        else:
            del lines[item.id]
        between.append(line)
    gone = list(lines.values())
    return Change(first, last, between, added, [line.item for line in gone], gone)


def _same_run(items: tuple[CartItem, ...], old: tuple[CartItem, ...]) -> int:
    """Return how many items at the start are the very same objects."""
    same = list(map(is_, items, old))
    try:
        return same.index(False)
    except ValueError:
        return len(same)


def same_line(one: CartItem, other: CartItem) -> bool:
    """Say whether two items are the same as far as their price goes: they may differ in notes and in prices written into them."""
    if one is other:
        return True
    return (
        one.quantity == other.quantity
        and one.action is other.action
        and one.status is other.status
        and (one.product is other.product or one.product == other.product)
        and (one.product_offering is other.product_offering or one.product_offering == other.product_offering)
        and (one.cart_term is other.cart_term or one.cart_term == other.cart_term)
        and one.id == other.id
        and len(one.cart_item) == len(other.cart_item)
        and all(map(same_line, one.cart_item, other.cart_item))
    )


def moved_to(line: WorkedLine, item: CartItem) -> WorkedLine:
    """Return a worked line for an item that is the same as far as its price goes."""
    base = moved(line.base, item)
    final = base if line.final is line.base else moved(line.final, item)
    return WorkedLine(item, base, final, {way: moved(each, item) for way, each in line.ways.items()})


def moved(priced: PricedItem, item: CartItem) -> PricedItem:
    """Return a priced line for an item that is the same as far as its price goes."""
    if priced.item is item:
        return priced
    if not priced.children:
        return priced._replace(item=item)
    return priced._replace(item=item, children=tuple(map(moved, priced.children, item.cart_item)))


def all_new(items: tuple[CartItem, ...]) -> Change:
    """Return the change from nothing to these lines."""
    return Change(0, 0, [None] * len(items), list(items), [], [])


def touched_lines(lines: Sequence[WorkedLine | None], facts: set[str], before: Workings) -> list[tuple[int, WorkedLine]]:
    """Return the lines, with their places, that rest on a fact that changed or have other overrides than before."""
    overridden = {fact.removeprefix(_OVERRIDE) for fact in facts if fact.startswith(_OVERRIDE)}
    if not overridden and facts.isdisjoint(before.rests_on):
        return []
    return [
        (place, line)
        for place, line in enumerate(lines)
        if line is not None and not (line.base.rests_on.isdisjoint(facts) and (not overridden or overridden.isdisjoint(_ids(line.item))))
    ]


def _ids(item: CartItem) -> set[str]:
    return {item.id}.union(*map(_ids, item.cart_item))


def ids_after(items: tuple[CartItem, ...], change: Change, before: Workings | None) -> frozenset[str]:
    """Return the ids of the lines; fewer than there are lines where two have the same."""
    if before is None:
        return frozenset([item.id for item in items])
    if not change.added and not change.removed:
        return before.ids
    return before.ids.difference([item.id for item in change.removed]).union([item.id for item in change.added])


def resting_after(before: Workings | None, fresh: Iterable[WorkedLine], former: Iterable[WorkedLine]) -> dict[str, int]:
    """Return what lines rest on, and how many of them do, when some have taken others' places."""
    found = dict(before.rests_on) if before is not None else {}
    for lines, sign in ((former, -1), (fresh, 1)):
        for line in lines:
            for fact in line.base.rests_on:
                found[fact] = found.get(fact, 0) + sign
    return {fact: count for fact, count in found.items() if count}


def context_of(
    notes: SeatNotes,
    reader: OfferReader,
    limits: Mapping[str, Decimal],
    before: PricingContext | None,
    added: Iterable[CartItem],
    removed: Iterable[CartItem],
) -> tuple[PricingContext, set[str]]:
    """Return what prices may rest on in this cart, and what of it is other than before.

    Args:
        notes: the seat's notes on the cart.
        reader: the catalog.
        limits: what each role may give by hand.
        before: the context of the former pricing, or None.
        added: the lines that are new or changed; all of them where there is no former pricing.
        removed: the lines that are gone, or as they were before they changed.
    """
    pieces = dict(before.pieces) if before is not None else {}
    everything = before.all_pieces if before is not None else 0
    touched: dict[str, int] = {}
    for items, sign in ((removed, -1), (added, 1)):
        for item in items:
            everything += sign * _count(item, sign, pieces, touched, 1)
    context = PricingContext(
        customer_known=notes.customer_known,
        pieces=pieces,
        all_pieces=everything,
        codes=frozenset(code.casefold() for code in notes.promotion_code),
        name_of=_Names(reader),
        overrides=_by_item(notes.override),
        limits=limits,
    )
    return context, set() if before is None else _changed(before, context, touched)


def _count(item: CartItem, sign: int, pieces: dict[str, int], touched: dict[str, int], parents: int) -> int:
    """Count an item and those below it into ``pieces``; return how many pieces it is itself."""
    if item.status is not ItemStatus.ACTIVE or item.action is Action.DELETE:
        return 0
    quantity = item.quantity * parents
    offering = item.product_offering
    if offering is not None:
        key, name = fold(offering.id or ""), fold(offering.name or "")
        for each in (key, name) if name and name != key else (key,):
            there = pieces.get(each, 0)
            touched.setdefault(each, there)
            pieces[each] = there + sign * quantity
    for child in item.cart_item:
        _count(child, sign, pieces, touched, quantity)
    return quantity if item.action is not Action.NO_CHANGE else 0


def _changed(before: PricingContext, after: PricingContext, touched: Mapping[str, int]) -> set[str]:
    changed = {f"promo:{code}" for code in before.codes ^ after.codes}
    if before.customer_known != after.customer_known:
        changed.add("customer")
    if before.all_pieces != after.all_pieces:
        changed.add("pieces")
    for key, there in touched.items():
        now = after.pieces.get(key, 0)
        if now != there:
            changed.add(f"pieces:{key}")
            if (now > 0) != (there > 0):
                changed.add(f"with:{key}")
    for item_id in before.overrides.keys() | after.overrides.keys():
        if before.overrides.get(item_id) != after.overrides.get(item_id):
            changed.add(f"{_OVERRIDE}{item_id}")
    return changed


def _by_item(overrides: tuple[PriceOverride, ...]) -> dict[str, tuple[PriceOverride, ...]]:
    found: dict[str, tuple[PriceOverride, ...]] = {}
    for override in overrides:
        found[override.item_id] = (*found.get(override.item_id, ()), override)
    return found


class _Names:
    """What offerings are called, asked only when a refusal names one."""

    __slots__ = ("_reader",)

    def __init__(self, reader: OfferReader) -> None:
        self._reader = reader

    def __call__(self, offering_id: str) -> str:
        offering = self._reader.book.offering(offering_id)
        return offering.name or offering_id if offering is not None else offering_id
