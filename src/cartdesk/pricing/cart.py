"""The price of a whole cart, from nothing or from how it was priced before.

``price_cart`` is what the desk calls after every change. Given the former result it prices only the lines that changed, or that rest on
something in the cart that did, and comes to exactly what pricing from nothing would.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from cartdesk.pricing.levels import rounded_on_total
from cartdesk.pricing.lines import LinePricer
from cartdesk.pricing.matching import Moment
from cartdesk.pricing.overrides import DEFAULT_LIMITS
from cartdesk.pricing.priced import PriceBook, PricedCart, PricedItem, RefusedAlteration
from cartdesk.pricing.promotions import Ways, with_promotions
from cartdesk.pricing.reader import reader_of
from cartdesk.pricing.reuse import OVERRIDE, context_of, moved_to, same_line, usable
from cartdesk.pricing.rounding import exactly
from cartdesk.pricing.totals import Tally
from cartdesk.pricing.workings import WorkedLine, Workings
from cartdesk.tmf.cart import CartItem, ShoppingCart
from cartdesk.tmf.rounding import RoundingLevel


def price_cart(
    cart: ShoppingCart,
    catalog: PriceBook,
    now: datetime,
    *,
    previous: PricedCart | None = None,
    limits: Mapping[str, Decimal] = DEFAULT_LIMITS,
) -> PricedCart:
    """Return the cart with every price, alteration and total worked out at one moment.

    A line is one of the cart's top-level items; those saved for later, had already or given up are priced and not counted. The totals
    hold list prices in ``amounts`` and what is really charged, period by period, in ``phases``.

    Args:
        cart: the cart.
        catalog: where the prices are.
        now: the moment whose prices and discounts hold.
        previous: how the cart was priced before. Lines that are the same objects, and rest on nothing that changed, are taken over; the
            result is the same as without.
        limits: how many per cent off the price of one each role may give by hand.

    Raises:
        PricingError: a price of the catalog's cannot be used.
    """
    with exactly():
        before = usable(previous, catalog, now, limits)
        return _price(cart, catalog, now, before, limits)


def _price(cart: ShoppingCart, catalog: PriceBook, now: datetime, before: Workings | None, limits: Mapping[str, Decimal]) -> PricedCart:
    notes = cart.notes
    reader = before.reader if before is not None else reader_of(catalog)
    moment = before.moment.at(now) if before is not None else Moment(now)
    known, kept = _kept(cart, before)
    added = [item for item, line in zip(cart.cart_item, kept, strict=True) if line is None]
    staying = {line.item.id for line in kept if line is not None} if added or len(kept) != len(known) else known
    removed = [line.item for item_id, line in known.items() if item_id not in staying] if staying is not known else []
    context, changed = context_of(notes, reader, limits, before.context if before is not None and known else None, added, removed)
    overridden = {fact.removeprefix(OVERRIDE) for fact in changed if fact.startswith(OVERRIDE)}
    pricer = LinePricer(reader, moment, context)
    worked: list[WorkedLine] = []
    for item, line in zip(cart.cart_item, kept, strict=True):
        if line is not None and not (changed and _touched(line, changed, overridden)):
            worked.append(line)
        else:
            base = pricer.line(item)
            worked.append(WorkedLine(item, base, base, {}))
    refused: tuple[RefusedAlteration, ...] = ()
    finals = [line.base for line in worked]
    ways: list[Ways] | None = None
    if notes.promotion_code:
        outcome = with_promotions(finals, [line.ways for line in worked], notes.promotion_code, reader, moment, context)
        finals, refused, ways = outcome.lines, outcome.refused, outcome.ways
    if catalog.policy.level is RoundingLevel.TOTAL:
        finals = rounded_on_total(finals, reader.rounder)
    worked = _finished(worked, finals, ways)
    tally = _tallied(worked, known, before, reader.rounder.currency)
    lines = {line.item.id: line for line in worked}
    workings = Workings(reader, limits, moment, context, lines, tally) if len(lines) == len(worked) else None
    return PricedCart(
        cart=cart,
        currency=reader.rounder.currency,
        policy=reader.rounder.policy,
        moment=now,
        items=tuple(finals),
        totals=tally.totals(),
        refused=refused,
        workings=workings,
    )


def _kept(cart: ShoppingCart, before: Workings | None) -> tuple[dict[str, WorkedLine], list[WorkedLine | None]]:
    """Return the lines there were, and for each item of the cart the line it was, or None where it is new or changed."""
    if before is None:
        return {}, [None] * len(cart.cart_item)
    known = before.lines
    kept = [_line_of(item, known.get(item.id)) for item in cart.cart_item]
    if len({item.id for item in cart.cart_item}) != len(kept):
        return {}, [None] * len(kept)
    return known, kept


def _line_of(item: CartItem, line: WorkedLine | None) -> WorkedLine | None:
    if line is None or line.item is item:
        return line
    return moved_to(line, item) if same_line(line.item, item) else None


def _touched(line: WorkedLine, changed: set[str], overridden: set[str]) -> bool:
    """Say whether a line rests on something that changed, or has another override than before."""
    return not line.base.rests_on.isdisjoint(changed) or (bool(overridden) and not overridden.isdisjoint(_ids(line.item)))


def _ids(item: CartItem) -> set[str]:
    return {item.id}.union(*map(_ids, item.cart_item))


def _finished(worked: list[WorkedLine], finals: list[PricedItem], ways: list[Ways] | None) -> list[WorkedLine]:
    """Return the worked lines with what they finally came to; those that need no change are the same objects."""
    finished = []
    for place, (line, final) in enumerate(zip(worked, finals, strict=True)):
        its_ways = ways[place] if ways is not None else {}
        if line.final is final and not its_ways and not line.ways:
            finished.append(line)
        else:
            finished.append(WorkedLine(line.item, line.base, final, its_ways))
    return finished


def _tallied(worked: list[WorkedLine], known: dict[str, WorkedLine], before: Workings | None, currency: str) -> Tally:
    """Return the totals' tally: the former one with what changed taken away and added, or a new one."""
    if before is None or not known:
        tally = Tally(currency)
        for line in worked:
            tally.add(line.final)
        return tally
    tally = before.tally.copy()
    staying = 0
    for line in worked:
        old = known.get(line.item.id)
        if old is None:
            tally.add(line.final)
            continue
        staying += 1
        if not _same_numbers(old.final, line.final):
            tally.take(old.final)
            tally.add(line.final)
    if staying != len(known):
        there = {line.item.id for line in worked}
        for item_id, old in known.items():
            if item_id not in there:
                tally.take(old.final)
    return tally


def _same_numbers(one: PricedItem, other: PricedItem) -> bool:
    return one is other or (one.charges is other.charges and one.children is other.children and one.counted == other.counted)
