"""One line of a cart at a time: which of its offering's prices hold, what alters them, and its children below it.

Called by ``cart`` for every line that changed, and by ``items`` for one item alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cartdesk.pricing.conditions import PricingContext, check
from cartdesk.pricing.floors import none_below_zero
from cartdesk.pricing.former import former_charges
from cartdesk.pricing.matching import Moment, chosen_values, term_fits, term_months, values_fit
from cartdesk.pricing.offers import ListAlteration, ListPrice, Offer
from cartdesk.pricing.overrides import with_overrides
from cartdesk.pricing.priced import AppliedAlteration, PricedCharge, PricedItem, RefusedAlteration
from cartdesk.pricing.reader import OfferReader
from cartdesk.pricing.rounding import Rounder
from cartdesk.text import safe_text
from cartdesk.tmf.cart import Action, CartItem, ItemStatus
from cartdesk.tmf.price import PriceType

_NOTHING: frozenset[str] = frozenset()
_NOT_SOLD = (Action.DELETE, Action.NO_CHANGE)


class LinePricer:
    """Prices lines of one cart; everything it needs besides the item stays the same from line to line."""

    def __init__(self, reader: OfferReader, moment: Moment, context: PricingContext) -> None:
        self.reader = reader
        self.rounder: Rounder = reader.rounder
        self._moment = moment
        self._context = context
        self._rests_on: set[str] = set()

    def line(self, item: CartItem, parent_quantity: int = 1) -> PricedItem:
        """Return one line with its prices, its discounts kept from taking more than it costs.

        A line that cannot be priced in all its parts is not counted at all, and says why.
        """
        self._rests_on = set()
        line = self._price(item, parent_quantity, 0, "", _NOTHING, True)
        problem = line.problem if not line.children else next((each.problem for each in every(line) if each.problem), None)
        line = _not_counted(line, problem) if problem else none_below_zero(line, self.rounder)
        return line._replace(rests_on=frozenset(self._rests_on)) if self._rests_on else line

    def list_charges(self, item: CartItem, offer: Offer, quantity: int) -> tuple[PricedCharge, ...]:
        """Return what an offer costs by its list prices alone, for what is chosen on an item."""
        holding, _ = self._holding(item, offer, chosen_values(item), _NOTHING)
        return tuple(self.reader.charge(price, quantity, (), ()) for price in holding)

    def _price(self, item: CartItem, parents: int, covered: int, bundle: str, covered_prices: frozenset[str], sold: bool) -> PricedItem:
        """Return an item and its children.

        Args:
            item: the item.
            parents: how many of its parent there are.
            covered: how many of it the bundle's own price covers.
            bundle: the name of that bundle.
            covered_prices: ids of prices that a bundle's own price stands for.
            sold: False below an item that is put aside or given up.
        """
        quantity = item.quantity * parents
        action = item.action
        sold = sold and item.status is ItemStatus.ACTIVE and action is not Action.DELETE
        counted = sold and action is not Action.NO_CHANGE
        offer, problem = self._offer(item)
        if offer is None:
            return PricedItem(item, _name(item), quantity, (), self._children(item, None, quantity, covered_prices, sold), counted, problem)
        charged = quantity - covered if quantity > covered else 0
        chosen = chosen_values(item) if item.product is not None else {}
        holding, problem = self._holding(item, offer, chosen, covered_prices)
        charges: tuple[PricedCharge, ...] = tuple(
            [self._charge(price, item, chosen, charged) for price in holding if charged or not covered or price.kind is PriceType.USAGE]
        )
        remark: str | None = None
        refused: tuple[RefusedAlteration, ...] = ()
        if action is Action.MODIFY and counted:
            charges, remark = former_charges(item, offer, charges, charged, self)
        if self._context.overrides:
            charges, refused = with_overrides(item, charges, self._context, self.rounder)
        children: tuple[PricedItem, ...] = ()
        if item.cart_item:
            below = covered_prices.union(*[price.covers for price in holding])
            children = self._children(item, offer, quantity, below, sold)
        return PricedItem(
            item,
            offer.name,
            quantity,
            charges,
            children,
            counted,
            problem if charged and action not in _NOT_SOLD else None,
            bundle if covered and not charged else None,
            remark,
            refused,
            _term(item) if item.cart_term else None,
        )

    def _children(
        self, item: CartItem, offer: Offer | None, quantity: int, covered_prices: frozenset[str], sold: bool
    ) -> tuple[PricedItem, ...]:
        included = offer.included if offer is not None else {}
        name = offer.name if offer is not None else ""
        return tuple(
            [
                self._price(each, quantity, included.get(_id(each).casefold(), 0) * quantity, name, covered_prices, sold)
                for each in item.cart_item
            ]
        )

    def _offer(self, item: CartItem) -> tuple[Offer | None, str | None]:
        """Return what an item offers, or why that has no price here; what a customer already has may be unknown."""
        wanted = _id(item)
        offer = self.reader.offer(wanted) if wanted else None
        if offer is not None:
            if offer.currency in ("", self.rounder.currency):
                return offer, None
            ours = self.rounder.currency
            return None, f"{offer.name} is priced in {offer.currency} and this cart is in {ours}; a cart has one currency."
        if item.action in _NOT_SOLD:
            return None, None
        if not wanted:
            return None, f"{_name(item)} names no offering, so it has no price; remove it or add an offering instead."
        return None, f"{_name(item)} is not in this catalog, so it has no price; remove it or open the catalog it is from."

    def _holding(
        self, item: CartItem, offer: Offer, chosen: Mapping[str, str], covered_prices: frozenset[str]
    ) -> tuple[Sequence[ListPrice], str | None]:
        """Return the offer's prices that hold for what is chosen, and what is wrong where none does."""
        if offer.plain and not covered_prices:
            return offer.prices, None
        holding, out_of_time, out_of_term = [], [], []
        for price in offer.prices:
            if price.id in covered_prices or values_fit(price.values, chosen) is not None:
                continue
            in_time, in_term = self._moment.holds(price.valid_for), term_fits(price.terms, item.cart_term)
            if in_time and in_term:
                holding.append(price)
            elif in_term:
                out_of_time.append(price)
            elif in_time:
                out_of_term.append(price)
        if any(map(_recurs, out_of_term)) and not any(map(_recurs, holding)):
            return holding, f"{offer.name} has no price for the term chosen; choose one of its terms."
        if holding or not offer.prices or covered_prices:
            return holding, None
        if out_of_time:
            return holding, f"{offer.name} has no price that holds on {self._moment.now.date().isoformat()}."
        return holding, f"{offer.name} has no price for what is chosen; choose other values."

    def _charge(self, price: ListPrice, item: CartItem, chosen: Mapping[str, str], quantity: int) -> PricedCharge:
        if not price.alterations:
            return self.reader.charge(price, quantity, (), ())
        applied: list[AppliedAlteration] = []
        refused: tuple[RefusedAlteration, ...] = ()
        for alteration in price.alterations:
            why = self._refusal(alteration, price, item, chosen)
            if why is None:
                applied.append(alteration.applied)
            else:
                refused = (*refused, why)
        return self.reader.charge(price, quantity, applied, refused)

    def _refusal(self, alteration: ListAlteration, price: ListPrice, item: CartItem, chosen: Mapping[str, str]) -> RefusedAlteration | None:
        """Return why a discount does not hold, or None where it does."""
        name, source = alteration.applied.name, alteration.applied.source
        if alteration.kind is not None and alteration.kind is not price.kind:
            return RefusedAlteration(name, source, f"for {_KINDS[alteration.kind]} only")
        if not self._moment.holds(alteration.valid_for):
            return RefusedAlteration(name, source, when_not(alteration.valid_for, self._moment.now))
        if not term_fits(alteration.terms, item.cart_term):
            names = " or ".join(safe_text(term.name or "", 40) for term in alteration.terms if term.name)
            mend = f"= term {names}" if names and len(alteration.terms) == 1 else None
            return RefusedAlteration(name, source, f"only with the term {names}" if names else "only with another term", mend)
        unmet = values_fit(alteration.values, chosen)
        if unmet is not None:
            what = safe_text(unmet.name or unmet.id or "", 40)
            values = [safe_text(str(each.value), 40) for each in unmet.product_spec_characteristic_value if each.value is not None]
            mend = f"= {what} {values[0]}" if len(values) == 1 else None
            return RefusedAlteration(name, source, f"only with {what} {' or '.join(values)}".rstrip(), mend)
        condition = alteration.applied.condition
        if condition is None:
            return None
        verdict = check(condition, item, self._context, self._rests_on)
        return None if verdict.holds else RefusedAlteration(name, source, verdict.reason, verdict.mend)


def when_not(valid_for: Any, now: datetime) -> str:
    """Return why something does not hold now, as a short sentence: it ended, or has yet to start."""
    if valid_for.start_date_time is not None and now < valid_for.start_date_time:
        return f"starts on {valid_for.start_date_time.date().isoformat()}"
    return f"ended on {valid_for.end_date_time.date().isoformat()}"


def every(item: PricedItem) -> list[PricedItem]:
    """Return an item and all below it."""
    return [item, *[each for child in item.children for each in every(child)]]


def _recurs(price: ListPrice) -> bool:
    return price.kind is PriceType.RECURRING


def _not_counted(item: PricedItem, problem: str | None) -> PricedItem:
    children = tuple(_not_counted(child, None) for child in item.children)
    return item._replace(counted=False, children=children, problem=problem or item.problem)


def _term(item: CartItem) -> int | None:
    return max((months for months in (term_months(term) for term in item.cart_term) if months is not None), default=None)


def _id(item: CartItem) -> str:
    return (item.product_offering.id or "") if item.product_offering is not None else ""


def _name(item: CartItem) -> str:
    offering, product = item.product_offering, item.product
    name = (offering and (offering.name or offering.id)) or (product and (product.name or product.id)) or "This line"
    return safe_text(name, 120)


_KINDS = {PriceType.ONE_TIME: "one-off charges", PriceType.RECURRING: "recurring charges", PriceType.USAGE: "usage"}
