"""What is particular to carts: items validated and priced by the seat's own engine, totals, and how long a cart is valid.

``behaviours`` calls it for every cart made or changed. A line that did not change keeps its model, its price and its JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import is_
from typing import Any, NamedTuple

from pydantic import ValidationError

from cartdesk.errors import CartdeskError
from cartdesk.pricing import price_cart, total_prices, written_totals
from cartdesk.pricing.priced import PriceBook, PricedCart
from cartdesk.server.checks import wrong
from cartdesk.server.given_prices import with_given
from cartdesk.server.items import Items, Known
from cartdesk.server.problems import Problem
from cartdesk.server.seams import Document
from cartdesk.tmf.cart import CartItem, SeatNotes, ShoppingCart
from cartdesk.tmf.dialects import write_members
from cartdesk.tmf.period import write_time

IDLE = timedelta(days=90)
"""How long a cart with items stays valid after its last change (R18: "90 if no activity")."""
EMPTY = timedelta(days=7)
"""How long an empty one does."""
MOST_OF_ONE = 1_000_000
"""The largest quantity of an item."""

_NOT_FROM_OUTSIDE = frozenset({"cartdesk", "seat", "validFor", "valid_for", "cartTotalPrice", "cart_total_price", "cart_item", "href"})
_PARTS = ("cartItem", "cartTotalPrice", "validFor")
_INNER_NAMES = frozenset(ShoppingCart.model_fields) - frozenset(field.alias for field in ShoppingCart.model_fields.values())
"""Names of our own making for what has another on the wire: where one of them comes, all of a cart is read together."""

_BLANK = ShoppingCart(id="")
_NOTES = {known: SeatNotes(customer_known=known) for known in (False, True)}


class Line(NamedTuple):
    """One item of a cart that was worked out."""

    known: Known
    model: CartItem
    form: Document
    """What ``sent`` was made of."""
    sent: Document
    """As it is stored."""


@dataclass(frozen=True, slots=True)
class CartWork:
    """What working out a cart leaves for its next change."""

    lines: Mapping[str, Line]
    """By the items' ids."""
    priced: PricedCart


@dataclass(frozen=True, slots=True)
class CartRules:
    """How carts are worked out here."""

    catalog: PriceBook
    ids: Callable[[], str]
    most_items: int
    items: Items = field(default_factory=Items)

    def prepare(
        self, document: Document, before: Document | None, work: CartWork | None, now: datetime
    ) -> tuple[Document, CartWork | None, datetime]:
        """Return a cart as it is stored, what its next change can use, and the moment it expires.

        Args:
            document: the cart as it is to be, in inner names, its items perhaps without ids, prices or defaults.
            before: the cart as it is stored, None for a new one.
            work: what ``before`` left.
            now: the moment.

        Raises:
            Problem: 400 naming the attribute that cannot be used.
        """
        head = _head(document, before)
        kept = before is not None and document.get("cartItem") is before.get("cartItem")
        items: list[Document] = document["cartItem"] if kept and "cartItem" in document else self._with_ids(document.get("cartItem"))
        if before is not None and items == before.get("cartItem", []) and _parties(head) == _parties(before):
            stored, totals = before.get("cartItem", items), before.get("cartTotalPrice")
        else:
            stored, totals, work = self._priced(head, items, work, now)
        start = write_time(now) if before is None else before.get("validFor", {}).get("startDateTime", write_time(now))
        end = now + (IDLE if stored else EMPTY)
        cart: Document = {"id": head["id"], "@type": head.get("@type", "ShoppingCart")}
        cart |= {name: value for name, value in head.items() if name not in cart}
        cart["validFor"] = {"startDateTime": start, "endDateTime": write_time(end)}
        cart["cartItem"] = stored
        if totals:
            cart["cartTotalPrice"] = totals
        return cart, work, end

    def _priced(
        self, head: Document, items: list[Document], work: CartWork | None, now: datetime
    ) -> tuple[list[Document], list[Document], CartWork | None]:
        before = work.lines if work is not None else {}
        asked = [self._asked(item, number, before.get(item["id"])) for number, item in enumerate(items)]
        models = tuple([model for _, model in asked])
        memories = {model.id: known.memory for known, model in asked}
        cart = _BLANK.model_copy(update={"id": head["id"], "cart_item": models, "seat": _NOTES[self._is_known(head)]})
        try:
            priced = price_cart(cart, self.catalog, now, previous=work.priced if work else None, memories=memories)
            told = _totals(priced)
        except CartdeskError as error:
            raise Problem(400, f"The cart cannot be priced: {error}", code="notPriced") from None
        lines: dict[str, Line] = {}
        for (known, model), line in zip(asked, priced.items, strict=True):
            form, former = known.stored(line, priced.currency), before.get(model.id)
            sent = former.sent if former is not None and former.form is form else form | {"id": model.id}
            lines[model.id] = Line(known, model, form, sent)
        return [line.sent for line in lines.values()], told, CartWork(lines, priced)

    def _asked(self, item: Document, number: int, before: Line | None) -> tuple[Known, CartItem]:
        """Return what is known of an item, and its model: the former one where the same is asked for again."""
        if before is not None and before.sent is item:
            return before.known, before.model
        known = self.items.known(item)
        if known is None:
            try:
                known = self.items.remember(item, CartItem.model_validate(item))
            except ValidationError as error:
                raise _refusal(error, f"cartItem[{number}]") from None
        if before is not None and before.known is known:
            return known, before.model
        return known, known.model_for(item["id"])

    def _with_ids(self, value: Any) -> list[Document]:
        items = [value] if isinstance(value, dict) else value if value is not None else []
        if not isinstance(items, list):
            raise wrong("cartItem", "a list")
        count = _Count(self.most_items)
        return _identified(items, "cartItem", self.ids, count)

    def _is_known(self, head: Document) -> bool:
        """Say whether a customer is named whom the catalog's own customers have, so that new customers' discounts do not hold."""
        known = getattr(self.catalog, "customer", None)
        parties = head.get("relatedParty") or ()
        return known is not None and any(
            str(party.get("role", "")).strip().lower() == "customer" and known(str(party.get("id"))) is not None for party in parties
        )


class _Count:
    """How many items a cart may still have."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._left = most

    def one_more(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Problem(400, f"'cartItem' has more than {self._most} items; a cart may have no more.", code="tooManyItems")


def _identified(items: Sequence[Any], path: str, ids: Callable[[], str], count: _Count) -> list[Document]:
    """Return items that each have an id of their own, children too; what has one already is the same object."""
    seen: set[str] = set()
    found: list[Document] = []
    for number, item in enumerate(items):
        at = f"{path}[{number}]"
        if not isinstance(item, dict):
            raise wrong(at, "an object")
        count.one_more()
        if item.get("id") in (None, ""):
            item = {"id": ids(), **{name: value for name, value in item.items() if name != "id"}}
        if not isinstance(item["id"], str):
            raise wrong(f"{at}.id", "text")
        quantity = item.get("quantity")
        if isinstance(quantity, int) and quantity > MOST_OF_ONE:
            raise wrong(f"{at}.quantity", f"{MOST_OF_ONE} at most")
        if item["id"] in seen:
            raise Problem(400, f"'{at}.id' is another item's id too.", code="invalidValue", message="Give each item an id of its own.")
        seen.add(item["id"])
        children = item.get("cartItem")
        if children:
            below = [children] if isinstance(children, dict) else children
            named = _identified(below, f"{at}.cartItem", ids, count)
            if not (below is children and all(map(is_, named, below))):
                item = {**item, "cartItem": named}
        found.append(item)
    return found


def _head(document: Document, before: Document | None) -> Document:
    """Return a cart without its items and totals, in the inner spelling; what stood so before is not spelled again."""
    head = {name: value for name, value in document.items() if name not in _PARTS and name not in _NOT_FROM_OUTSIDE}
    if before is None:
        return _canonical_head(head)
    changed = {name: value for name, value in head.items() if name not in before or before[name] != value}
    if not changed:
        return head
    if not _INNER_NAMES.isdisjoint(changed):
        return _canonical_head(head)
    same = {name: value for name, value in head.items() if name not in changed}
    return same | _canonical_head({"id": head["id"], **changed})


def _canonical_head(head: Document) -> Document:
    try:
        cart = ShoppingCart.model_validate(head)
    except ValidationError as error:
        raise _refusal(error, "") from None
    written: Document = write_members(cart.wire(), "v2")
    return written


def _totals(priced: PricedCart) -> list[Document]:
    """Return a cart's totals as JSON, with what lines that cannot be priced here brought."""
    told: list[Document]
    if any(line.problem is not None and (line.item.item_price or line.item.item_total_price) for line in priced.items):
        totals = with_given(total_prices(priced), priced)
        told = write_members({"cartTotalPrice": [total.wire() for total in totals]}, "v2")["cartTotalPrice"]
    else:
        told = written_totals(priced)
    return told


def _refusal(error: ValidationError, at: str) -> Problem:
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    path = at
    for step in fault["loc"]:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    message = fault["msg"].removeprefix("Value error, ")
    return Problem(400, f"The attribute '{path}' cannot be used: {message[:1].lower()}{message[1:]}.", code="invalidValue")


def _parties(document: Document) -> Any:
    return document.get("relatedParty")
