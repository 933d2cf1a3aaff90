"""How work becomes durable and visible: a draft goes into the store in one transaction, and its picture becomes the view.

Only ``Desk`` uses this, under its lock.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from cartdesk.desk.training import is_training
from cartdesk.desk.view import AreaView, CartView, DeskView, FindingView, ShowTax, SyncView, as_show_tax
from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.desk import Desk
    from cartdesk.desk.draft import Changed, Draft
    from cartdesk.desk.lineviews import MadeLine
    from cartdesk.pricing.priced import PricedCart
    from cartdesk.selling.rules import Known
    from cartdesk.store import CartRow
    from cartdesk.tmf import ShoppingCart

Made: TypeAlias = "dict[str, dict[str, MadeLine]]"
"""The lines of each cart as they were made last."""

VIEW = "view"
"""The setting the view is kept under."""

TIDIED = "tidied"
"""The setting that says on which day the store was last tidied."""


class Keeper:
    """The carts in memory, with their prices, as they were last kept."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.apart = False
        """True where the view is neither restored nor kept: a script works beside somebody's screen."""
        self.carts: dict[str, ShoppingCart] = {}
        self._priced: dict[str, PricedCart] = {}
        self._lines: Made = {}
        self._known: dict[str, Known] = {}
        """What was found amiss of each cart's lines last."""
        self._findings: dict[int, tuple[FindingView, str]] = {}
        """The findings shown last, by which object each is, with their JSON."""

    def restored(self, fresh: DeskView) -> DeskView:
        """Return the view that was kept last, or ``fresh`` where there is none that can be read."""
        store = self._desk.store
        fresh = replace(fresh, training=is_training(store), show_tax=as_show_tax(store.setting("show_tax")))
        if self.apart:
            return fresh
        try:
            kept = DeskView.from_json(store.setting(VIEW))
        except (TypeError, ValueError, KeyError, IndexError):
            return fresh
        areas = tuple(self._area(area) for area in kept.areas)
        sync = SyncView("offline", len(store.log_storage.keys("outbox"))) if self._desk.syncs else SyncView()
        view = replace(kept, agent=fresh.agent, role=fresh.role, show_tax=fresh.show_tax, areas=areas, sync=sync, training=fresh.training)
        current = view.area.cart_id
        if (kept.cart.cart_id, kept.cart.seq, kept.show_tax) == (current, self._seq(current), view.show_tax):
            return view
        # A script changed the cart since: better empty until ``refresh`` has priced it than a picture of what is no longer so.
        return replace(view, cart=CartView.nothing(kept.cart.currency))

    def load(self, cart_id: str) -> ShoppingCart:
        """Return a cart from memory, else from the store; raises Refused where there is none."""
        cart = self.carts.get(cart_id) or self._desk.store.get_cart(cart_id)
        if cart is None:
            raise Refused(tr("There is no cart {cart_id} here; `carts` lists them.", cart_id=safe_text(cart_id, 40)))
        if any(area.cart_id == cart_id for area in self._desk.view.areas):
            self.carts[cart_id] = cart
        return cart

    def price(self, cart: ShoppingCart) -> PricedCart:
        """Return a cart with its prices."""
        from cartdesk.pricing import price_cart

        before = self._priced.get(cart.id)
        if before is not None and before.cart is cart:
            return before
        desk = self._desk
        priced: PricedCart = price_cart(cart, desk.catalog, desk.now(), previous=before, limits=desk.roles.limits)
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
        if not draft.changed and not draft.writes and (draft.areas, draft.agent, draft.role) == (view.areas, view.agent, view.role):
            return view
        from cartdesk.tmf.period import write_time

        moment = write_time(desk.now())
        kept = {cart_id: _stamped(changed, moment) for cart_id, changed in draft.changed.items()}
        priced = {cart_id: self._quoted(draft.changed[cart_id], self.price(cart)) for cart_id, cart in kept.items()}
        kept = {cart_id: each.cart for cart_id, each in priced.items()}
        after = replace(view, agent=draft.agent, role=draft.role, show_tax=draft.show_tax, revision=view.revision + 1)
        after = replace(after, areas=tuple(_shown(area, priced.get(area.cart_id or "")) for area in draft.areas))
        lines: Made = {}
        current = after.area.cart_id
        if current in priced or current != view.cart.cart_id or draft.show_tax != view.show_tax:
            cart_view, made = self._picture(current, draft.show_tax, priced=priced.get(current or ""), changed=moment)
            after = replace(after, cart=cart_view)
            lines = {current: made} if current is not None else {}
        with desk.store.transaction():
            for cart_id, changed in draft.changed.items():
                seq = self._record(changed, priced[cart_id], entry, moment, _signed(draft))
                if cart_id == current:
                    after = replace(after, cart=replace(after.cart, seq=seq))
            for write in draft.writes:
                write(desk.store)
            if desk.syncs:
                from cartdesk.desk.syncing import noted

                after = noted(desk, draft, after, moment)
            if not self.apart:
                desk.store.set_setting(VIEW, after.to_json(*self._texts(after, lines or self._lines)))
        self._remember(after, kept, priced, lines)
        return after

    def refreshed(self) -> DeskView:
        """Return the view with the current cart priced at this moment."""
        view = self._desk.view
        view = replace(view, areas=tuple(self._area(area) for area in view.areas))
        cart_id = view.area.cart_id
        if cart_id is not None:
            self._priced.pop(cart_id, None)
        cart, lines = self._picture(cart_id, view.show_tax)
        if cart_id is not None:
            self._lines[cart_id] = lines
        after = replace(view, cart=cart, shop=self._desk.catalog.name)
        return self._desk.view if after == self._desk.view else replace(after, revision=view.revision + 1)

    def tidy(self) -> None:
        """Check what opening the store left unread, and archive and erase what is older than the settings allow; once a day is enough."""
        store = self._desk.store
        today = self._desk.now().date().isoformat()
        if self.apart or store.read_only or store.setting(TIDIED) == today:
            return
        store.log_storage.check()
        for name in store.settings("checkout "):
            store.remove_setting(name)  # where checkouts were kept once
        done = store.retain(self._desk.now())
        store.set_setting(TIDIED, today)
        if done.archived or done.erased:
            self.carts.clear()
            self._priced.clear()

    def _picture(
        self, cart_id: str | None, show_tax: ShowTax, *, priced: PricedCart | None = None, changed: str | None = None
    ) -> tuple[CartView, dict[str, MadeLine]]:
        """Return the view of a cart, and of its lines with what they were made from.

        Args:
            cart_id: the cart; None is an area without one.
            show_tax: included or excluded.
            priced: the cart with its prices where it is about to change; else it is priced as it was kept.
            changed: when it is changed; else when it was.
        """
        if cart_id is None:
            return self._desk.empty_cart(), {}
        from cartdesk.desk.picture import picture
        from cartdesk.selling.rules import Known

        if priced is None:
            row = self._row(cart_id)
            changed = row.changed if row is not None else None
            priced = self.price(self.load(cart_id))
        before, known = self._lines.get(cart_id, {}), self._known.setdefault(cart_id, Known())
        view, made = picture(priced, self._desk.catalog, show_tax=show_tax, changed=changed, before=before, known=known)
        return replace(view, seq=self._seq(cart_id)), made

    def _record(self, changed: Changed, priced: PricedCart, entry: str, moment: str, who: str) -> int:
        from cartdesk.desk.records import row_of, totals_of
        from cartdesk.selling import basket
        from cartdesk.store import Change

        store = self._desk.store
        cart = priced.cart
        row = row_of(priced, moment)
        before = self.carts.get(cart.id) or store.get_cart(cart.id)
        if before is None and changed.kind == "change":
            store.record(basket.new_cart(cart.id, self._desk.now()), Change(who, "new", moment, kind="create"), row)
        totals = totals_of(self.price(before)) if before is not None else {}
        if cart.notes.state.value in ("ordered", "discarded"):
            store.remove_checkout(cart.id)
        change = Change(who, entry, moment, changed.kind, changed.to_seq, totals, totals_of(priced))
        return store.record(cart, change, row).seq

    def _quoted(self, changed: Changed, priced: PricedCart) -> PricedCart:
        """Return a cart that is about to be kept with what its lines cost noted in it; a rise that nobody agreed to keeps its old note."""
        if changed.kind in ("undo", "redo"):
            return priced  # an undo gives back the very bytes there were
        from cartdesk.selling.lines import with_seat
        from cartdesk.selling.price_guard import requoted

        before = self.carts.get(priced.cart.id) or self._desk.store.get_cart(priced.cart.id)
        noted = requoted(priced, self.price(before) if before is not None and before.notes.quoted else None)
        return priced if noted == priced.cart.notes.quoted else replace(priced, cart=with_seat(priced.cart, quoted=noted))

    def _remember(self, view: DeskView, kept: dict[str, ShoppingCart], priced: dict[str, PricedCart], lines: Made) -> None:
        at_hand = {area.cart_id for area in view.areas}
        self.carts = {cart_id: cart for cart_id, cart in {**self.carts, **kept}.items() if cart_id in at_hand}
        self._priced = {cart_id: each for cart_id, each in {**self._priced, **priced}.items() if cart_id in at_hand}
        self._lines = {cart_id: each for cart_id, each in {**self._lines, **lines}.items() if cart_id in at_hand}
        self._known = {cart_id: each for cart_id, each in self._known.items() if cart_id in at_hand}

    def _texts(self, view: DeskView, lines: Made) -> tuple[list[str], list[str]]:
        """Return the lines and findings of the view's cart as JSON, most of it written before; no lines where they were not made here."""
        from cartdesk.desk.lineviews import text_of

        made = lines.get(view.cart.cart_id or "", {})
        known = [each for line in view.cart.lines if (each := made.get(line.item_id)) is not None and each.view is line]
        before = self._findings
        self._findings = {id(each): before.get(id(each)) or (each, text_of(each)) for each in view.cart.findings}
        texts = [text for _, text in self._findings.values()]
        return [each.text for each in known] if len(known) == len(view.cart.lines) else [], texts

    def _seq(self, cart_id: str | None) -> int:
        """Return the number of a cart's last history record."""
        return 0 if cart_id is None else self._desk.store.journal.length(cart_id)

    def _row(self, cart_id: str | None) -> CartRow | None:
        from cartdesk.store import CartRow
        from cartdesk.store.tables import ROWS

        body = None if cart_id is None else self._desk.store.log_storage.body(ROWS, cart_id)
        return None if body is None else CartRow.from_json(json.loads(body))

    def _area(self, area: AreaView) -> AreaView:
        row = self._row(area.cart_id)
        if row is None:
            return AreaView(area.letter, current=area.current)
        return replace(area, label=row.label or "", state=row.state, lines=row.lines)


def _signed(draft: Draft) -> str:
    """Return who did a piece of work, and who allowed what they may not do alone."""
    if draft.received:
        return "server"
    return draft.agent if draft.approved is None else f"{draft.agent}, approved by {draft.approved.said}"


def _stamped(changed: Changed, moment: str) -> ShoppingCart:
    if changed.kind in ("undo", "redo"):
        return changed.cart  # an undo gives back the very bytes there were
    from cartdesk.selling.expiry import expires_at
    from cartdesk.selling.lines import with_seat
    from cartdesk.tmf import TimePeriod
    from cartdesk.tmf.period import read_time

    if changed.kind == "create" and changed.cart.valid_for is not None:
        return with_seat(changed.cart, changed=moment)  # a cart from elsewhere says itself how long it is good for
    valid = TimePeriod(end_date_time=expires_at(read_time(moment), len(changed.cart.cart_item)))
    return with_seat(changed.cart, changed=moment).model_copy(update={"valid_for": valid})


def _shown(area: AreaView, priced: PricedCart | None) -> AreaView:
    if priced is None:
        return area
    from cartdesk.desk.picture import label_of

    return replace(area, label=label_of(priced.cart), state=priced.cart.notes.state.value, lines=len(priced.cart.cart_item))
