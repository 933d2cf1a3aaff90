"""One thing that is amiss in a cart, and the cart as the rules look at it: who is where, which line everything stands on.

Made by ``rules`` and its neighbours (``eligibility``, ``possession``); the desk shows findings and never makes one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cartdesk.errors import Mend
from cartdesk.language import message, tr
from cartdesk.selling.lines import is_active, item_name, offering_id, walk
from cartdesk.selling.shelf import ADD, Shelf, add_mends, why_not_sold
from cartdesk.selling.standing import Standing, standing_of
from cartdesk.tmf.cart import Action, CartItem, ShoppingCart

SHOWN = 6
"""How many ways out are offered at most."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is amiss, and what mends it."""

    item_id: str | None
    """The item it is about, at any depth; None is the whole cart."""
    code: str
    """What kind: companion, excluded, not-sold, unknown, currency, quantity, bundle, missing, value, term, shipping, segment, channel,
    place, limit, price; at the checkout also empty and history."""
    sentence: str
    blocking: bool
    """Whether an order cannot be placed so."""
    mends: tuple[Mend, ...] = ()


class Look:
    """A cart as it is looked at: which offerings are in it, and on which line everything stands."""

    def __init__(self, cart: ShoppingCart, catalog: Shelf, now: datetime) -> None:
        self.cart = cart
        self.catalog = catalog
        self.now = now
        self.active: dict[str, list[CartItem]] = {}
        """The items that count, by their offering."""
        self.saved: dict[str, CartItem] = {}
        """The lines put aside, by the offerings on them."""
        self._numbers: dict[str, int] = {}
        self.frame: list[tuple[object, ...]] = []
        """What is where, quantities and choices left out."""
        for number, top in enumerate(cart.cart_item, start=1):
            counts = is_active(top)
            for item in walk(top) if top.cart_item else (top,):
                self._numbers[item.id] = number
                own = offering_id(item)
                self.frame.append((number, item.id, own, item.status, item.action))
                if own is None or item.action is Action.DELETE:
                    continue
                if counts and is_active(item):
                    self.active.setdefault(own, []).append(item)
                else:
                    self.saved.setdefault(own, top)

    @cached_property
    def standing(self) -> Standing:
        """Who the customer is, what they own, and where and how it is sold."""
        return standing_of(self.cart, self.catalog)

    def number(self, item: CartItem) -> int:
        """Return the number of the line an item is on."""
        return self._numbers[item.id]

    def top(self, item: CartItem) -> CartItem:
        """Return the line an item is on."""
        return self.cart.cart_item[self._numbers[item.id] - 1]

    def spot(self, item: CartItem) -> tuple[str, str]:
        """Return what an entry writes before and after a choice to mean this very item: ``("P12.", " @2")``."""
        number = self._numbers[item.id]
        own = offering_id(item)
        return "" if own is None or self.cart.cart_item[number - 1].id == item.id else f"{own}.", f" @{number}"

    def removal(self, item: CartItem) -> tuple[Mend, ...]:
        """Return the way out that removes the item's line."""
        number = self._numbers[item.id]
        return (Mend(tr("Remove {name}", name=item_name(self.cart.cart_item[number - 1])), f"-{number}"),)

    def back(self, top: CartItem) -> Mend:
        """Return the way out that takes a line back that was saved for later."""
        return Mend(tr("Take back {name}", name=item_name(top)), f"L{self._numbers[top.id]} back")

    def ways_to_add(self, codes: Iterable[str], words: str = ADD) -> tuple[Mend, ...]:
        """Return the ways out that add one of these offerings, of those that are sold now; the first few."""
        found = (self.catalog.offering(code) for code in codes)
        return add_mends([each for each in found if each is not None and why_not_sold(each, self.now) is None][:SHOWN], words)

    def segments_of(self, code: str) -> frozenset[str]:
        """Return the market segments an offering is for; none is everybody."""
        offering = self.catalog.offering(code)
        return frozenset() if offering is None else frozenset((each.id or "").casefold() for each in offering.market_segment)

    def instead(self, item: CartItem, codes: Iterable[str]) -> tuple[Mend, ...]:
        """Return the ways out that put one of these offerings in the place of the item's line; the first few."""
        number = self._numbers[item.id]
        added = self.ways_to_add(codes, message("Take {name} instead"))
        return tuple(Mend(mend.label, f"-{number}; {mend.entry}") for mend in added)
