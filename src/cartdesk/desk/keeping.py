"""How work becomes durable and visible: a draft goes into the store in one transaction, and its picture becomes the view.

Only ``Desk`` uses this, under its lock.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from cartdesk.desk.view import AreaView, CartView, DeskView, LineView
from cartdesk.errors import Refused
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.desk import Desk
    from cartdesk.desk.draft import Changed, Draft
    from cartdesk.pricing import PricedCart
    from cartdesk.store import CartRow
    from cartdesk.tmf import ShoppingCart

VIEW = "view"
"""The setting the view is kept under."""


class Keeper:
    """The carts in memory, with their prices, as they were last kept."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.carts: dict[str, ShoppingCart] = {}
        self._priced: dict[str, PricedCart] = {}
        self._lines: dict[str, Any] = {}

    def restored(self, fresh: DeskView) -> DeskView:
        """Return the view that was kept last, or ``fresh`` where there is none that can be read."""
        store = self._desk.store
        show_tax = store.setting("show_tax")
        fresh = replace(fresh, show_tax=show_tax if show_tax in ("included", "excluded") else "included")
        try:
            kept = DeskView.from_json(store.setting(VIEW))
        except (TypeError, ValueError, KeyError, IndexError):
            return fresh
        view = replace(kept, agent=fresh.agent, role=fresh.role, show_tax=fresh.show_tax)
        areas = tuple(self._area(area) for area in view.areas)
        view = replace(view, areas=areas)
        row = self.row(view.area.cart_id)
        if row is None or row.changed != view.cart.changed or view.cart.cart_id != view.area.cart_id or kept.show_tax != view.show_tax:
            # Another process changed the cart since: better to build it from the store than to show what is no longer so.
            return self._pictured(view)
        return view

    def load(self, cart_id: str) -> ShoppingCart:
        """Return a cart from memory, else from the store; raises Refused where there is none."""
        cart = self.carts.get(cart_id) or self._desk.store.get_cart(cart_id)
        if cart is None:
            raise Refused(f"There is no cart {safe_text(cart_id, 40)} here; `carts` lists them.")
        if any(area.cart_id == cart_id for area in self._desk.view.areas):
            self.carts[cart_id] = cart
        return cart

    def price(self, cart: ShoppingCart) -> PricedCart:
        """Return a cart with its prices."""
        from cartdesk.pricing import price_cart

        before = self._priced.get(cart.id)
        if before is not None and before.cart is cart:
            return before
        priced = price_cart(cart, self._desk.catalog, self._desk.now(), previous=before)
        if self.carts.get(cart.id) is cart:
            self._priced[cart.id] = priced
        return priced

    def keep(self, draft: Draft, entry: str) -> DeskView:
        """Put all of a draft into the store at once and return the view that results.

        Raises:
            StoreError: it could not be kept; nothing in memory changed.
        """
        desk = self._desk
        view = desk.view
        if not draft.changed and not draft.writes and draft.areas == view.areas:
            return view
        from cartdesk.tmf.period import write_time

        moment = write_time(desk.now())
        kept = {cart_id: self._stamped(changed, moment) for cart_id, changed in draft.changed.items()}
        priced = {cart_id: self.price(cart) for cart_id, cart in kept.items()}
        pictures = {cart_id: self._picture(each, draft.show_tax, moment) for cart_id, each in priced.items()}
        areas = tuple(_shown(area, pictures) for area in draft.areas)
        after = replace(view, areas=areas, show_tax=draft.show_tax, revision=view.revision + 1)
        current = after.area.cart_id
        lines = {cart_id: found for cart_id, (_, found) in pictures.items()}
        if current is not None and current in pictures:
            after = replace(after, cart=pictures[current][0])
        elif current != view.cart.cart_id or draft.show_tax != view.show_tax:
            after, found = self._current(after)
            lines.update(found)
        with desk.store.transaction():
            for cart_id, changed in draft.changed.items():
                self._record(changed, kept[cart_id], pictures[cart_id][0], entry, moment)
            for write in draft.writes:
                write(desk.store)
            desk.store.set_setting(VIEW, after.to_json())
        self._remember(after, kept, priced, lines)
        return after

    def refreshed(self) -> DeskView:
        """Return the view with the current cart priced at this moment."""
        view = self._desk.view
        cart_id = view.area.cart_id
        if cart_id is not None:
            self._priced.pop(cart_id, None)
        after = self._pictured(view)
        return view if after == view else replace(after, revision=view.revision + 1)

    def row(self, cart_id: str | None) -> CartRow | None:
        """Return a cart's row of the index."""
        return None if cart_id is None else self._desk.store.cart_row(cart_id)

    def _pictured(self, view: DeskView) -> DeskView:
        after, lines = self._current(view)
        self._lines.update(lines)
        return after

    def _current(self, view: DeskView) -> tuple[DeskView, dict[str, Any]]:
        cart_id = view.area.cart_id
        if cart_id is None:
            return replace(view, cart=self._desk.empty_cart()), {}
        row = self.row(cart_id)
        priced = self.price(self.load(cart_id))
        cart, lines = self._picture(priced, view.show_tax, row.changed if row is not None else None)
        return replace(view, cart=cart, shop=self._desk.catalog.name), {cart_id: lines}

    def _picture(self, priced: PricedCart, show_tax: str, changed: str | None) -> tuple[CartView, Any]:
        from cartdesk.desk.picture import line_views, picture, term_of
        from cartdesk.pricing import project, sum_over
        from cartdesk.selling.rules import findings

        notes = priced.cart.notes
        start = date.fromisoformat(notes.start) if notes.start else priced.moment.date()
        found = findings(priced.cart, self._desk.catalog, priced.moment)
        lines = line_views(priced, found, show_tax, self._lines.get(priced.cart.id, {}))
        views: list[LineView] = [each[3] for each in lines.values()]
        bills = project(priced, start, notes.bill_cycle_day or 1, months=1) if priced.items else []
        months = term_of(priced)
        over_term = (months, sum_over(priced, months)) if priced.items else None
        view = picture(priced, found, bills, over_term, show_tax=show_tax, changed=changed, lines=views, start=start)
        return view, lines

    def _record(self, changed: Changed, cart: ShoppingCart, view: CartView, entry: str, moment: str) -> None:
        from cartdesk.desk.picture import totals_of
        from cartdesk.selling import basket
        from cartdesk.store import Change

        store, who = self._desk.store, self._desk.view.agent
        row = self._row(cart, view, moment)
        before = self.carts.get(cart.id) or store.get_cart(cart.id)
        if before is None and changed.kind == "change":
            empty = basket.new_cart(cart.id, self._desk.now())
            store.record(empty, Change(who, "new", moment, kind="create"), row)
        totals: dict[str, str] = {}
        if before is not None:
            totals = totals_of(self._picture(self.price(before), "included", None)[0])
        store.record(
            cart,
            Change(who, entry, moment, kind=changed.kind, to_seq=changed.to_seq, before=totals, after=totals_of(view)),
            row,
        )

    def _row(self, cart: ShoppingCart, view: CartView, moment: str) -> CartRow:
        from cartdesk.selling import basket
        from cartdesk.store import CartRow

        customer = basket.customer_of(cart)
        reached = (customer.name, customer.email, customer.phone) if customer is not None else ()
        steady = view.every[0].steady.amount if view.every else None
        return CartRow(
            id=cart.id,
            label=view.label,
            state=view.state,
            lines=len(view.lines),
            due_now=f"{view.due_now.amount:f}",
            every=None if steady is None else f"{steady:f}",
            currency=view.currency,
            contact=" ".join(each for each in reached if each),
            created=cart.notes.created or moment,
            changed=moment,
            order_id=cart.notes.order_id,
        )

    def _stamped(self, changed: Changed, moment: str) -> ShoppingCart:
        if changed.kind in ("undo", "redo"):
            return changed.cart
        from cartdesk.selling.lines import with_seat

        return with_seat(changed.cart, changed=moment)

    def _remember(self, view: DeskView, kept: dict[str, ShoppingCart], priced: dict[str, PricedCart], lines: dict[str, Any]) -> None:
        at_hand = {area.cart_id for area in view.areas}
        self.carts = {cart_id: cart for cart_id, cart in {**self.carts, **kept}.items() if cart_id in at_hand}
        self._priced = {cart_id: each for cart_id, each in {**self._priced, **priced}.items() if cart_id in at_hand}
        self._lines = {cart_id: each for cart_id, each in {**self._lines, **lines}.items() if cart_id in at_hand}

    def _area(self, area: AreaView) -> AreaView:
        row = self.row(area.cart_id)
        if row is None:
            return AreaView(area.letter, current=area.current)
        return replace(area, label=row.label, state=row.state, lines=row.lines)


def _shown(area: AreaView, pictures: dict[str, tuple[CartView, Any]]) -> AreaView:
    if area.cart_id is None or area.cart_id not in pictures:
        return area
    view = pictures[area.cart_id][0]
    return replace(area, label=view.label, state=view.state, lines=len(view.lines))
