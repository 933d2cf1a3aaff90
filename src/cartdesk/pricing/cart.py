"""The price of a whole cart, from nothing or from how it was priced before.

``price_cart`` is what the desk calls after every change. Given the former result it prices only the lines that changed, or that rest on
something in the cart that did, and comes to exactly what pricing from nothing would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from cartdesk.pricing.levels import rounded_on_total
from cartdesk.pricing.lines import LinePricer
from cartdesk.pricing.matching import Moment
from cartdesk.pricing.overrides import DEFAULT_LIMITS
from cartdesk.pricing.priced import PriceBook, PricedCart, PricedItem, RefusedAlteration
from cartdesk.pricing.promotions import with_promotions
from cartdesk.pricing.reader import reader_of
from cartdesk.pricing.remembered import LineMemory
from cartdesk.pricing.reuse import all_new, changed_lines, context_of, ids_after, moved, resting_after, touched_lines, usable
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
    memories: Mapping[str, LineMemory] | None = None,
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
        memories: by the ids of top-level items, what those that say the same came to in other carts; what this one comes to is kept
            there. The result is the same as without.

    Raises:
        PricingError: a price of the catalog's cannot be used.
    """
    with exactly():
        return _Pricing(cart, catalog, now, usable(previous, catalog, now, limits), limits, memories or {}).run()


class _Pricing:
    """One pricing of one cart."""

    def __init__(
        self,
        cart: ShoppingCart,
        catalog: PriceBook,
        now: datetime,
        before: Workings | None,
        limits: Mapping[str, Decimal],
        memories: Mapping[str, LineMemory],
    ) -> None:
        self._memories = memories
        self._cart = cart
        self._now = now
        self._before = before
        self._limits = limits
        self._reader = before.reader if before is not None else reader_of(catalog)
        self._rounder = self._reader.rounder
        self._moment = before.moment.at(now) if before is not None else Moment(now)
        self._codes = cart.notes.promotion_code
        self._on_total = catalog.policy.level is RoundingLevel.TOTAL
        self._plain = not self._codes and not self._on_total
        before_context = before.context if before is not None else None
        self._change = changed_lines(cart.cart_item, before) if before is not None else all_new(cart.cart_item)
        self._context, self._facts = context_of(cart.notes, self._reader, limits, before_context, self._change.added, self._change.removed)

    def run(self) -> PricedCart:
        """Price the cart."""
        bases, fresh, former = self._bases()
        lines, refused = self._finished(bases)
        items = tuple([line.final for line in lines])
        ids = ids_after(self._cart.cart_item, self._change, self._before)
        tally = self._tally(lines, fresh, former, self._before if len(ids) == len(items) else None)
        workings = None
        if len(ids) == len(items):
            rests_on = resting_after(self._before, fresh, former)
            workings = Workings(
                self._reader,
                self._limits,
                self._moment,
                self._context,
                self._cart.cart_item,
                tuple(lines),
                ids,
                rests_on,
                self._plain,
                tally,
            )
        return PricedCart(
            cart=self._cart,
            currency=self._rounder.currency,
            policy=self._rounder.policy,
            moment=self._now,
            items=items,
            totals=tally.totals(),
            refused=refused,
            workings=workings,
        )

    def _bases(self) -> tuple[list[WorkedLine], list[WorkedLine], list[WorkedLine]]:
        """Return all lines with their own prices; of these the ones that were priced anew; and what those were before, or what is gone."""
        before, change = self._before, self._change
        lines: list[WorkedLine | None] = list(change.between)
        former = list(change.gone)
        if before is not None:
            lines = [*before.lines[: change.first], *lines, *before.lines[len(before.lines) - change.same_after :]]
        anew = [place for place, line in enumerate(lines) if line is None]
        if before is not None:
            again = touched_lines(lines, self._facts, before)
            anew += [place for place, _ in again]
            former += [line for _, line in again]
        pricer = LinePricer(self._reader, self._moment, self._context)
        fresh = []
        for place in anew:
            item = self._cart.cart_item[place]
            base = self._remembered(item) if item.id in self._memories else pricer.line(item)
            line = lines[place] = WorkedLine(item, base, base, {})
            fresh.append(line)
        return [line for line in lines if line is not None], fresh, former

    def _remembered(self, item: CartItem) -> PricedItem:
        """Return an item's line as it came out in another cart, or else work it out and keep it in mind."""
        memory = self._memories[item.id]
        known = memory.find(self._reader, self._now, self._context) if not self._context.overrides else None
        if known is None:
            moment = Moment(self._now)
            line = LinePricer(self._reader, moment, self._context).line(item)
            memory.keep(self._reader, moment, self._context, line)
        else:
            line, moment = moved(known[0], item), known[1]
        self._moment.also(moment)
        return line

    def _finished(self, lines: list[WorkedLine]) -> tuple[list[WorkedLine], tuple[RefusedAlteration, ...]]:
        """Return the lines with promotion codes taken off and tax rounded on the total, where that is to be; and the codes refused."""
        if self._plain:
            if self._before is not None and not self._before.plain:
                lines = [WorkedLine(line.item, line.base, line.base, {}) for line in lines]
            return lines, ()
        refused: tuple[RefusedAlteration, ...] = ()
        finals, ways = [line.base for line in lines], [line.ways for line in lines]
        if self._codes:
            outcome = with_promotions(finals, ways, self._codes, self._reader, self._moment, self._context)
            finals, refused, ways = outcome.lines, outcome.refused, outcome.ways
        if self._on_total:
            finals = rounded_on_total(finals, self._rounder)
        together = zip(lines, finals, ways, strict=True)
        return [WorkedLine(line.item, line.base, final, way) for line, final, way in together], refused

    def _tally(
        self, lines: Sequence[WorkedLine], fresh: Sequence[WorkedLine], former: Sequence[WorkedLine], before: Workings | None
    ) -> Tally:
        """Return the totals' tally: the former one with what changed taken away and added, or a new one."""
        if before is None:
            tally = Tally(self._rounder.currency)
            for line in lines:
                tally.add(line.final)
            return tally
        tally = before.tally.copy()
        if not (self._plain and before.plain):
            known = {line.item.id: line for line in before.lines}
            same = {line.item.id for line in lines if (old := known.get(line.item.id)) is not None and _same_numbers(old, line)}
            former = [line for line in before.lines if line.item.id not in same]
            fresh = [line for line in lines if line.item.id not in same]
        for line in former:
            tally.take(line.final)
        for line in fresh:
            tally.add(line.final)
        return tally


def _same_numbers(one: WorkedLine, other: WorkedLine) -> bool:
    before, after = one.final, other.final
    if before is after:
        return True
    return before.charges is after.charges and before.children is after.children and before.counted == after.counted
