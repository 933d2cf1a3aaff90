"""The desk as the seat that syncs: its carts read and changed in its own transactions, and what is to be sent noted with each change.

``Keeper`` notes changes here where a remote is set; ``sync`` works on :class:`DeskSeat`. Nothing here is loaded on a seat that never syncs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cartdesk.errors import CatalogError, PricingError
from cartdesk.store.codec import read_document
from cartdesk.store.tables import CARTS, OUTBOX
from cartdesk.sync import outbox
from cartdesk.sync.seat import Local, cart_from, local_of
from cartdesk.sync.tree import Node
from cartdesk.text import safe_text
from cartdesk.tmf.period import write_time

if TYPE_CHECKING:
    from cartdesk.desk.desk import Desk
    from cartdesk.desk.draft import Draft
    from cartdesk.desk.view import DeskView, SyncView
    from cartdesk.pricing.priced import PricedCart
    from cartdesk.tmf import ProductOrder

SERVER = "server"
"""Who changed a cart, as its history says, where the change came from a server."""
_KEPT = 16
_LONGEST_ID = 60


def noted(desk: Desk, draft: Draft, view: DeskView, moment: str) -> DeskView:
    """Note what a draft changes as still to be sent, inside its transaction; return the view that says so.

    Args:
        desk: the desk.
        draft: the work.
        view: the view as it will be.
        moment: now, RFC 3339.
    """
    storage = desk.store.log_storage
    for cart_id, changed in draft.changed.items():
        if draft.received:
            continue
        outbox.note(storage, "cart", cart_id, moment)
        order_id = changed.cart.notes.order_id
        if order_id is not None and changed.cart.notes.state.value == "ordered":
            outbox.note(storage, "order", order_id, moment)
    return replace(view, sync=replace(view.sync, waiting=len(storage.keys(OUTBOX))))


class DeskSeat:
    """The carts of a desk, for the engine."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._read: dict[str, Local] = {}
        self._priced: dict[str, tuple[Local, PricedCart]] = {}

    def local(self, cart_id: str) -> Local | None:
        """Return a cart, or None."""
        body = self._desk.store.log_storage.body(CARTS, cart_id)
        if body is None:
            return None
        known = self._read.get(cart_id)
        if known is not None and known.token == body:
            return known
        local = self._read[cart_id] = local_of(read_document(body), body)
        if len(self._read) > _KEPT:
            del self._read[next(iter(self._read))]
        return local

    def priced(self, local: Local) -> Mapping[str, Any]:
        """Return a cart's JSON values with the prices of its items; as they are where the catalog cannot price it."""
        from cartdesk.pricing import written_item

        priced = self._worked_out(local)
        if priced is None:
            return local.members
        pairs = zip(local.members.get("cartItem", ()), priced.items, strict=True)
        return {**local.members, "cartItem": [written_item(item, line, priced.currency) for item, line in pairs]}

    def totals(self, local: Local) -> list[dict[str, Any]]:
        """Return what a cart comes to, as TMF663 has it; nothing where the catalog cannot price it."""
        from cartdesk.pricing import written_totals

        priced = self._worked_out(local)
        return [] if priced is None else written_totals(priced)

    def _worked_out(self, local: Local) -> PricedCart | None:
        from cartdesk.tmf import ShoppingCart

        cart_id = str(local.members["id"])
        before = self._priced.get(cart_id)
        if before is not None and before[0] is local:
            return before[1]
        with self._desk.exclusive():
            cart = self._desk.known(cart_id)
            if cart is None or self._desk.store.log_storage.body(CARTS, cart_id) != local.token:
                cart = ShoppingCart.model_validate(local.members)
            try:
                priced = self._desk.price(cart)
            except (CatalogError, PricingError):
                return None
        self._priced[cart_id] = (local, priced)
        if len(self._priced) > _KEPT:
            del self._priced[next(iter(self._priced))]
        return priced

    def take(self, cart_id: str, tree: Node, members: Mapping[str, Any], token: object, said: str, also: Callable[[], None]) -> bool:
        """Make a cart what a merge made of it, unless it changed since; say whether that was done."""
        with self._desk.exclusive():
            local = self.local(cart_id)
            if local is None or local.token != token:
                return False
            self._desk.receive(cart_from(tree, self._desk.load(cart_id), members), said, also)
        return True

    def adopt(self, tree: Node, members: Mapping[str, Any], wanted: str, said: str, also: Callable[[str], None]) -> str:
        """Take in a cart that is new here, and return the id it has here."""
        from cartdesk.selling import basket

        desk = self._desk
        with desk.exclusive():
            plain = len(wanted) <= _LONGEST_ID and safe_text(wanted) == wanted and "/" not in wanted
            cart_id = wanted if plain and not desk.store.log_storage.has(CARTS, wanted) else desk.ids()
            fresh = basket.new_cart(cart_id, desk.now())
            desk.receive(cart_from(tree, fresh, members), said, lambda: also(cart_id), kind="create")
        return cart_id

    def write(self, also: Callable[[], None]) -> None:
        """Do some writing of the books in one transaction."""
        with self._desk.exclusive(), self._desk.store.transaction():
            also()

    def put_order(self, order: ProductOrder, also: Callable[[], None]) -> None:
        """Keep an order as the server has it by now."""
        with self._desk.exclusive(), self._desk.store.transaction():
            self._desk.store.put_order(order)
            also()

    def moment(self) -> str:
        """Return now, RFC 3339."""
        return write_time(self._desk.now())

    def show(self, view: SyncView) -> None:
        """Show how this seat stands with the server."""
        self._desk.show_sync(view)
