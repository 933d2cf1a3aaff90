"""``Desk``: the carts at hand, the catalog and the store, tied together once.

Every face works through it: keys, clicks and entries become commands, each command one piece of work that is durable before it shows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from cartdesk.desk.approving import Approval, Approvals
from cartdesk.desk.card_guard import refuse_cards
from cartdesk.desk.keeping import Keeper
from cartdesk.desk.opening import Opening
from cartdesk.desk.places import cache_dir, make_data_dir, store_path
from cartdesk.desk.roles import Roles, RolesFile
from cartdesk.desk.training import begin_training, is_training
from cartdesk.desk.view import CartView, DeskView, ShowTax, SyncView

if TYPE_CHECKING:
    from datetime import datetime

    from cartdesk.catalog import Catalog
    from cartdesk.desk.command import Command, Outcome
    from cartdesk.desk.draft import Draft
    from cartdesk.desk.previews import Preview
    from cartdesk.desk.speaking import Script
    from cartdesk.pricing.priced import PricedCart
    from cartdesk.store import CartStore
    from cartdesk.tmf import ShoppingCart

Answer = TypeVar("Answer")


class Desk:
    """One agent's workspace. Made by :meth:`open`; may be used from several threads, which take turns."""

    def __init__(
        self,
        store: CartStore,
        opening: Opening,
        view: DeskView,
        *,
        now: Callable[[], datetime],
        ids: Callable[[], str],
        roles: RolesFile | None = None,
    ) -> None:
        self.store = store
        self._roles = roles or RolesFile(None)
        self.approvals = Approvals(store, self._roles, now)
        """Checks the PIN of somebody who may allow more."""
        self.unproven = ""
        """The role that was asked for at the start and still has to be shown by its PIN; empty where there is none."""
        self.shown_by: Approval | None = None
        """Whose PIN the role was shown by; None where it needs none."""
        self.agent_fixed = True
        """True where whoever opened the desk said who works here."""
        self.now = now
        self.ids = ids
        self._opening = opening
        self._view = view
        self._lock = threading.RLock()
        self._watchers: list[Callable[[DeskView], None]] = []
        self._keeper = Keeper(self)
        self._previewed: tuple[str, int, Preview] | None = None
        self.script: Script | None = None
        """Writes what is to be read aloud before an order; set by the face, which knows the words."""

    @classmethod
    def open(
        cls,
        data_dir: Path,
        catalog_path: Path,
        *,
        now: Callable[[], datetime],
        ids: Callable[[], str],
        agent: str,
        role: str = "agent",
        read_only: bool = False,
        apart: bool = False,
        catalog_later: bool = False,
        training: bool = False,
        by_system: bool = False,
    ) -> Desk:
        """Open the workspace where it was left; the catalog opens meanwhile.

        Args:
            data_dir: where the store is; made where it is missing.
            catalog_path: the catalog's file or folder.
            now: the clock.
            ids: makes ids that are never made twice.
            agent: who works here.
            role: what they may do: agent, supervisor; one that has a PIN is theirs only once it was given.
            read_only: change nothing; works beside another process that does.
            apart: leave the areas of whoever works at the screen as they are, for scripts.
            catalog_later: begin with the catalog at :meth:`open_catalog`, or when it is first asked for.
            training: nothing in this store is real, and nothing of it is ever sent.
            by_system: ``agent`` is only what the system calls its user: the name kept in the settings comes first.

        Raises:
            StoreError: the store cannot be opened.
            Refused: real carts are in what is to be for training.
            SettingsError: the file of roles cannot be used.
        """
        from cartdesk.store import CartStore

        roles = RolesFile(data_dir.parent if training else data_dir)
        believed = roles.roles().believed(role)
        if not read_only:
            make_data_dir(data_dir)
        store = CartStore(store_path(data_dir), read_only=read_only)
        if training:
            begin_training(store)

        def open_it() -> Catalog:
            from cartdesk.catalog import open_catalog

            return open_catalog(catalog_path, cache_dir=cache_dir(data_dir) if data_dir.is_dir() else None, wait=False)

        opening = Opening(open_it, begin=not catalog_later)
        name = str(store.setting("agent") or agent) if by_system else agent
        desk = cls(store, opening, DeskView(shop="", agent=name, role=believed), now=now, ids=ids, roles=roles)
        desk.agent_fixed = not by_system
        desk.unproven = role if believed != role else ""
        desk._keeper.apart = apart
        desk._view = desk._keeper.restored(desk._view)
        opening.when_done(desk._name_the_shop)
        return desk

    @property
    def view(self) -> DeskView:
        """What the screen shows; a later change makes a new one."""
        return self._view

    @property
    def catalog(self) -> Catalog:
        """The shop's offerings; waits while they are being opened.

        Raises:
            CatalogError: the catalog cannot be opened.
        """
        return self._opening.result()

    def open_catalog(self) -> None:
        """Begin with the catalog where it was put off; does not wait."""
        self._opening.begin()

    @property
    def catalog_open(self) -> bool:
        """True once ``catalog`` answers without waiting."""
        return self._opening.done

    def when_catalog_opens(self, callback: Callable[[], None]) -> None:
        """Call back, on whichever thread, once the catalog is open or cannot be."""
        self._opening.when_done(callback)

    @property
    def cart(self) -> ShoppingCart | None:
        """The current cart; None while nothing was ever put into it."""
        cart_id = self._view.area.cart_id
        return None if cart_id is None else self.load(cart_id)

    @property
    def priced(self) -> PricedCart | None:
        """The current cart with its prices."""
        cart = self.cart
        return None if cart is None else self.price(cart)

    @property
    def show_tax(self) -> ShowTax:
        """included or excluded: which side of every amount is shown."""
        return self._view.show_tax

    def load(self, cart_id: str) -> ShoppingCart:
        """Return a cart by its id.

        Raises:
            Refused: there is no such cart.
        """
        with self._lock:
            return self._keeper.load(cart_id)

    def known(self, cart_id: str) -> ShoppingCart | None:
        """Return a cart that is in memory as it was last kept, or None."""
        return self._keeper.carts.get(cart_id)

    def price(self, cart: ShoppingCart) -> PricedCart:
        """Return a cart with its prices, taking over what has not changed since it was last priced."""
        with self._lock:
            return self._keeper.price(cart)

    def watch(self, callback: Callable[[DeskView], None]) -> Callable[[], None]:
        """Call back with each new view, on the thread that made the change; returns what ends the watching."""
        self._watchers.append(callback)
        return lambda: self._watchers.remove(callback)

    @property
    def roles(self) -> Roles:
        """The roles of the shop as they stand."""
        return self._roles.roles()

    def run(self, command: Command, approval: Approval | None = None) -> Outcome:
        """Do a command: durable when this returns, or nothing happened.

        Args:
            command: the command.
            approval: somebody's leave for what the agent may not do alone.

        Raises:
            ApprovalNeeded: it takes somebody's leave.
            CartdeskError: refused, or the store could not keep it; the view is what it was.
        """
        with self._lock:
            before = self._view
            draft = self._draft()
            draft.approval = approval
            refuse_cards(command)
            outcome = replace(command.run(draft), changed=bool(draft.changed))
            self._keep(draft, command.as_entry() or command.written() or command.name)
        self._tell(before)
        return outcome

    def enter(self, text: str, approval: Approval | None = None) -> Outcome:
        """Do an entry: all of its parts as one change, or none of them; ``approval`` as for :meth:`run`.

        Raises:
            ApprovalNeeded: it takes somebody's leave.
            EntryError: a part cannot be read or is refused; ``at`` says where.
            CartdeskError: the store could not keep it.
        """
        from cartdesk.desk.command import Outcome
        from cartdesk.desk.commands import registry
        from cartdesk.desk.doing import as_one, run_parts
        from cartdesk.desk.grammar import parse

        parts = parse(text, registry())
        if not parts:
            return Outcome("")
        with self._lock:
            before = self._view
            draft = self._draft()
            draft.approval = approval
            outcome = replace(as_one(run_parts(draft, parts)), changed=bool(draft.changed))
            self._keep(draft, text.strip())
        self._tell(before)
        return outcome

    def preview(self, text: str) -> Preview:
        """Return what an entry would do, or why it cannot be done; changes nothing and never raises for what is typed."""
        with self._lock:
            known = self._previewed
            if known is not None and known[0] == text and known[1] == self._view.revision:
                return known[2]
            from cartdesk.desk.previews import preview_of

            made = preview_of(self, text)
            if not made.waiting:
                self._previewed = (text, self._view.revision, made)
            return made

    def ask(self, question: Callable[[Draft], Answer]) -> Answer:
        """Answer a question about what a piece of work would see now; nothing that it changes is kept.

        Raises:
            CartdeskError: as the question does.
        """
        with self._lock:
            return question(self._draft())

    def work_on(self, cart_id: str) -> None:
        """Make a cart the current one as it is, held or not, for a script."""
        with self._lock:
            before = self._view
            draft = self._draft()
            draft.place(self.load(cart_id), kind=None)
            self._view = self._keeper.keep(draft, "")
        self._tell(before)

    def adopt(self, carts: Sequence[ShoppingCart], entry: str, *, copy: bool = False) -> list[str]:
        """Take carts from outside among this desk's, all of them or none; return their ids.

        Args:
            carts: the carts.
            entry: what the history says of where they come from.
            copy: give them and their lines new ids.

        Raises:
            Refused: one of them is here already, or twice among them.
        """
        with self._lock:
            before = self._view
            draft = self._draft()
            from cartdesk.desk.adopting import adopt

            ids = [adopt(draft, cart, copy=copy) for cart in carts]
            self._view = self._keeper.keep(draft, entry)
        self._tell(before)
        return ids

    @property
    def syncs(self) -> bool:
        """True where a server is set that changes are sent to."""
        return self.store.log_storage.has("meta", "remote") and not is_training(self.store)

    def exclusive(self) -> AbstractContextManager[object]:
        """Keep everybody else from changing anything while the block runs; for what comes from a server, which must not wait inside."""
        return self._lock

    def receive(self, cart: ShoppingCart, said: str, also: Callable[[], None], *, kind: Literal["change", "create"] = "change") -> None:
        """Keep a cart as it came from a server.

        Args:
            cart: the cart.
            said: what its history says.
            also: writes what belongs into the same transaction.
            kind: create for one that is new here.
        """
        with self._lock:
            before = self._view
            draft = self._draft()
            draft.received = True
            draft.put_other(cart, kind=kind)
            draft.writes.append(lambda _: also())
            self._view = self._keeper.keep(draft, said)
        self._tell(before)

    def show_sync(self, sync: SyncView) -> None:
        """Show how this seat stands with the server."""
        with self._lock:
            before = self._view
            if before.sync != sync:
                self._view = replace(before, sync=sync, revision=before.revision + 1)
        self._tell(before)

    def refresh(self) -> None:
        """Price the current cart anew, as the catalog and the clock are now; a face calls it after its first paint and now and then.

        Once a day it also archives and erases what is older than the settings allow, so it belongs on a worker thread.

        Raises:
            CartdeskError: the catalog cannot be opened, or the store could not be tidied; the view is what it was.
        """
        with self._lock:
            before = self._view
            self._keeper.tidy()
            self._view = self._keeper.refreshed()
        self._tell(before)

    def close(self) -> None:
        """End: everything is kept already."""
        self._opening.close()
        with self._lock:
            self.store.close()

    def empty_cart(self) -> CartView:
        """Return the view of an area without a cart."""
        currency = self.catalog.currency if self._opening.open else self._view.cart.currency
        return CartView.nothing(currency)

    def _keep(self, draft: Draft, entry: str) -> None:
        self._view = self._keeper.keep(draft, entry)
        self.shown_by = draft.shown_by

    def _draft(self) -> Draft:
        from cartdesk.desk.draft import Draft

        return Draft(self)

    def _name_the_shop(self) -> None:
        with self._lock:
            before = self._view
            if not self._opening.open:
                return
            catalog = self._opening.result()
            cart = self._view.cart if self._view.cart.cart_id is not None else CartView.nothing(catalog.currency)
            if (self._view.shop, self._view.cart) == (catalog.name, cart):
                return
            self._view = replace(self._view, shop=catalog.name, cart=cart, revision=self._view.revision + 1)
        self._tell(before)

    def _tell(self, before: DeskView) -> None:
        view = self._view
        if view is not before:
            for callback in tuple(self._watchers):
                callback(view)
