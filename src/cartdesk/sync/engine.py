"""One cart's way to the server and back: created exactly once, changed only after looking, merged with what others did meanwhile.

``rounds`` calls :meth:`Engine.sync` for each cart that has something to send or to look after. Every step is written down before it is
taken, so that a seat that is killed anywhere goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cartdesk.errors import Declined, NoAnswer
from cartdesk.sync.carts import GONE, CartApi, NewerThere, There
from cartdesk.sync.facts import MERGE_PATCH, PLAIN_JSON
from cartdesk.sync.incoming import Incoming, completed, dropped, overlay
from cartdesk.sync.ledger import Ledger
from cartdesk.sync.link import Creation, Link, Status
from cartdesk.sync.marker import Marker, braid, new_revision
from cartdesk.sync.merge import contains, outgoing
from cartdesk.sync.outbox import Waiting
from cartdesk.sync.seat import Local, Seat, cart_from
from cartdesk.sync.tree import ITEMS, Node, fingerprint, item_ids
from cartdesk.tmf.wire import dumps

_MOST_TURNS = 6
"""How often one round looks again because somebody else was quicker."""
_GONE = "It was removed on the server. It is kept here: send it as a new cart, or discard it."
_LATE = "It was {state} here and changed on the server since; the server's copy was left as it is."
_NEVER_SENT = ("id", "href", "validFor", "cartTotalPrice", "creationDate", "lastUpdate")


@dataclass(frozen=True, slots=True)
class Habits:
    """What the engine relies on. The simulation breaks a habit to show that it is needed."""

    lineage: bool = True
    """Merge from the newest revision both sides know, as the marks tell."""
    look: bool = True
    """Read before writing where the server gives no version to hold a write against."""


class Engine:
    """Takes one cart at a time through a round. A cart is never in two rounds at once; the caller sees to that."""

    def __init__(self, seat: Seat, carts: CartApi, ledger: Ledger, *, ids: Callable[[], str], habits: Habits | None = None) -> None:
        """Make it.

        Args:
            seat: the carts here.
            carts: the carts there.
            ledger: the books.
            ids: makes texts that are never made twice.
            habits: what it relies on.
        """
        self._seat = seat
        self._ids = ids
        self._habits = habits or Habits()
        self.carts = carts
        self.ledger = ledger
        self.incoming = Incoming(seat, ledger, lambda: carts.facts, lineage=self._habits.lineage)

    async def sync(self, cart_id: str) -> Link | None:
        """Send what is to be sent of a cart and take in what is new; return its link, None where it needs none.

        Raises:
            NoAnswer: nobody knows; try again later.
            Declined: the server refuses it.
        """
        link = self.ledger.link(cart_id)
        there: There | None = None
        if link is None or link.remote_id is None:
            link, there = await self._create(cart_id, link)
            if link is None or link.remote_id is None or (there is None and link.status is Status.SENT):
                return link
        if link.status not in (Status.GONE, Status.REMOVED):
            await self._update(link, there)
        return link

    # Creating

    async def _create(self, cart_id: str, link: Link | None) -> tuple[Link | None, There | None]:
        """Create a cart there, or find the one that an earlier attempt created; then there is a cart still to be taken in."""
        if link is not None and link.creation is not None:
            found = await self.carts.find(link.ref, self._items(cart_id))
            if found:
                return self.take_up(link, found[0]), found[0]
            if self._is_discarded(cart_id):
                return self._never_made(link), None
        else:
            link = self._planned(cart_id, link)
            if link is None:
                return None, None
        creation = link.creation
        if creation is None:
            return link, None
        try:
            there = await self.carts.create(creation.body, link.ref)
        except Declined as refusal:
            if refusal.status != 409:
                link.creation = None
                self._seat.write(lambda: self.ledger.save(link))
                raise
            there = None
        if there is None:
            found = await self.carts.find(link.ref, self._items(cart_id))
            if not found:
                raise NoAnswer(f"The {self.carts.api.name} server took the cart but does not show it yet.")
            return self.take_up(link, found[0]), found[0]
        sent = self.ledger.contents(link, creation.revision)
        self._acknowledged(link, creation.revision, sent[0] if sent else Node(), there)
        return link, None

    def _never_made(self, link: Link) -> Link:
        """It was discarded before the server had it."""
        link.creation, link.status = None, Status.REMOVED
        self._seat.write(lambda: self._close(link, {}))
        return link

    def _planned(self, cart_id: str, link: Link | None) -> Link | None:
        """Write down what is going to be created; None where there is nothing to create."""
        entry = self.ledger.unsent("cart", cart_id)
        local = self._seat.local(cart_id)
        if local is None or local.state == "discarded" or not local.tree[ITEMS]:
            if entry is not None:
                self._seat.write(lambda: self._off(entry))
            return None
        planned = link or Link(cart_id, f"urn:uuid:{self._ids()}")
        revision = new_revision(self._ids)
        mark = Marker(planned.ref, revision, (), fingerprint(local.tree))
        written = self.carts.written(self._seat.priced(local.cart), mark)
        body = dumps({name: value for name, value in written.items() if name not in _NEVER_SENT})
        planned.creation = Creation(body, revision)
        self._seat.write(lambda: self.ledger.save(planned, {revision: (local.tree, local.tree)}))
        return planned

    def take_up(self, link: Link, there: There) -> Link:
        """Take up a cart that an earlier attempt created, or that moved: its contents are still to be taken in."""
        link.remote_id, link.creation, link.etag, link.rendering = there.id, None, None, None
        if link.status is Status.GONE:
            link.status = Status.WAITING
        self._seat.write(lambda: self.ledger.save(link))
        return link

    # Changing

    async def _update(self, link: Link, there: There | None) -> None:
        before = link.to_json()
        for _ in range(_MOST_TURNS):
            local = self._seat.local(link.cart_id)
            if local is None:
                self._seat.write(lambda: self._forgotten(link.cart_id))
                return
            if there is None and self._must_look(link, local):
                there = await self._look(link)
                if link.status is Status.GONE:
                    return
            if there is not None:
                if local.state in ("ordered", "discarded") and link.base is not None and self.incoming.is_news(link, there):
                    raise Declined(409, _LATE.format(state=local.state))
                self.incoming.take_in(link, there)
                there, local = None, self._seat.local(link.cart_id) or local
            done = await (self._removed(link) if local.state == "discarded" else self._sent(link, local))
            if done:
                if link.to_json() != before or self.ledger.unsent("cart", link.cart_id) is not None:
                    self._seat.write(lambda: self._close(link, {}))
                return
        raise NoAnswer("Somebody else keeps changing this cart on the server; it is tried again in a moment.")

    def _must_look(self, link: Link, local: Local) -> bool:
        if link.doubt or link.base is None or link.rendering is None:
            return True
        if not self._habits.look:
            return False
        return link.etag is None or not self._is_dirty(link, local)

    def _is_dirty(self, link: Link, local: Local) -> bool:
        held = self.ledger.contents(link, link.base) if link.base is not None else None
        return held is None or local.state == "discarded" or outgoing(local.tree, link.clashes) != held[0]

    async def _look(self, link: Link) -> There | None:
        """Return the cart as the server has it now; None where it is what it was."""
        try:
            return await self.carts.read(link.remote_id or "", link.etag if link.rendering is not None and not link.doubt else None)
        except Declined as refusal:
            if refusal.status not in GONE:
                raise
        found = await self.carts.find(link.ref, self._items(link.cart_id))
        if found:
            self.take_up(link, found[0])
            return found[0]
        self._lost(link)
        return None

    async def _sent(self, link: Link, local: Local) -> bool:
        """Send what differs; False where somebody else was quicker."""
        held = self.ledger.contents(link, link.base) if link.base is not None else None
        base = held[0] if held is not None else Node()
        wanted = outgoing(local.tree, link.clashes)
        if wanted == base:
            return True
        if self.carts.facts.patch is False:
            raise Declined(405, f"The {self.carts.api.name} server takes new carts only; this change stays on this seat.")
        revision = new_revision(self._ids)
        members = self._members(link, local, base, wanted, revision)
        link.bury(item_ids(base) - item_ids(wanted), revision)
        link.doubt = True
        self._seat.write(lambda: self.ledger.save(link, {revision: (wanted, wanted)}))
        try:
            there = await self._patched(link, members)
        except NewerThere:
            link.etag = None
            return False
        except Declined as refusal:
            self._refused(link, refusal)
            raise
        if there.marker is not None and there.marker.revision not in (None, revision):
            if there.hash == link.rendering:
                return await self._again(link, members, revision, wanted)
            self.incoming.take_in(link, there)
            return False
        if there.marker is None and there.hash == link.rendering and not contains(there.tree, wanted):
            return await self._again(link, members, revision, wanted)
        self._acknowledged(link, revision, wanted, there)
        return True

    def _members(self, link: Link, local: Local, base: Node, wanted: Node, revision: str) -> dict[str, object]:
        """Return the changed top-level members, whole, and our mark; what is emptied is an empty list and never null."""
        mark = Marker(link.ref, revision, braid(link.lineage), fingerprint(wanted))
        cart = local.cart if wanted == local.tree else cart_from(wanted, local.cart, {})
        written = self.carts.written(self._seat.priced(cart), mark)
        changed = [name for name in wanted if wanted[name] != base.get(name)]
        return {name: written.get(name, []) for name in (*changed, "relatedParty")}

    async def _patched(self, link: Link, members: dict[str, object]) -> There:
        there = await self.carts.patch(link.remote_id or "", members, link.etag)
        return there or await self._seen(link)

    async def _seen(self, link: Link) -> There:
        there = await self.carts.read(link.remote_id or "")
        if there is None:
            raise NoAnswer(f"The {self.carts.api.name} server does not show the cart.")
        return there

    async def _again(self, link: Link, members: dict[str, object], revision: str, wanted: Node) -> bool:
        """The server said yes and did nothing: call the same PATCH plain JSON, and if that does nothing either, say so."""
        if self.carts.facts.media == MERGE_PATCH:
            self.carts.learn(media=PLAIN_JSON)
            there = await self._patched(link, members)
            if there.hash != link.rendering and contains(there.tree, wanted):
                self._acknowledged(link, revision, wanted, there)
                return True
            self.carts.learn(media=MERGE_PATCH)
        raise Declined(200, f"The {self.carts.api.name} server says yes to a change and does not make it.")

    def _refused(self, link: Link, refusal: Declined) -> None:
        if refusal.status in (405, 501):
            self.carts.learn(patch=False)
        link.doubt = refusal.status in (*GONE, 409)
        self._seat.write(lambda: self.ledger.save(link))

    def _acknowledged(self, link: Link, revision: str, sent: Node, there: There) -> None:
        """The server has what was sent: it is what the next changes are measured against."""
        lost = sorted(item_ids(sent) - item_ids(there.tree))
        if lost:
            raise Declined(200, f"The {self.carts.api.name} server took the cart without {len(lost)} of its lines.")
        shown = there.tree
        if there.marker is None or there.marker.revision == revision:
            self.carts.learn(markers=there.marker is not None, fits=fingerprint(shown) == fingerprint(sent))
        missing = set(dropped(sent, shown))
        if not missing <= set(self.carts.facts.drops):
            self.carts.learn(drops=tuple(sorted({*self.carts.facts.drops, *missing})))
        held = overlay(sent, shown)
        link.remote_id, link.etag, link.creation, link.doubt = there.id, there.etag, None, False
        link.base, link.rendering, link.lineage = revision, there.hash, braid((revision,), link.lineage)
        link.removed = {item: since for item, since in link.removed.items() if item not in item_ids(sent)}
        self.carts.learn(etag=there.etag is not None or self.carts.facts.etag)
        contents = {revision: (held, shown)}
        while True:
            local = self._seat.local(link.cart_id)
            tree = None if local is None else completed(sent, local.tree, held)
            link.total = None if local is None else self.incoming.total(local.cart, there)
            if local is None or tree is None or tree == local.tree:
                self._seat.write(lambda: self._close(link, contents))
                return
            if self._seat.take(
                link.cart_id, tree, there.members, local.token, "completed by the server", lambda: self.ledger.save(link, contents)
            ):
                return

    # Writing down what came of it

    def _close(self, link: Link, contents: dict[str, tuple[Node, Node]]) -> None:
        """Save a link; where the server has all there is to send, strike it off. Runs inside the seat's transaction."""
        local = self._seat.local(link.cart_id)
        held = contents.get(link.base or "") or (self.ledger.contents(link, link.base) if link.base is not None else None)
        settled = link.status in (Status.REMOVED, Status.GONE)
        if settled or (local is not None and held is not None and outgoing(local.tree, link.clashes) == held[0]):
            if not settled:
                link.status, link.error = Status.SENT, None
            link.tries, link.due = 0, 0.0
            self._off(self.ledger.unsent("cart", link.cart_id))
        self.ledger.save(link, contents)

    def _off(self, entry: Waiting | None) -> None:
        self.ledger.strike(entry)

    def _forgotten(self, cart_id: str) -> None:
        """The cart is no longer here: archived or erased. What is known of it goes too."""
        self.ledger.forget(cart_id)
        self._off(self.ledger.unsent("cart", cart_id))

    async def _removed(self, link: Link) -> bool:
        """Remove a cart there that was discarded here; False where somebody else was quicker."""
        try:
            could = await self.carts.delete(link.remote_id or "", link.etag)
        except NewerThere:
            link.etag = None
            return False
        link.status = Status.REMOVED
        link.error = None if could else f"The {self.carts.api.name} server does not let us delete it; it stays there."
        return True

    def _lost(self, link: Link) -> None:
        """The server has it no longer. It stays here, and somebody chooses what to do."""
        link.status, link.etag, link.error = Status.GONE, None, _GONE
        self._seat.write(lambda: self.ledger.save(link))

    def _is_discarded(self, cart_id: str) -> bool:
        local = self._seat.local(cart_id)
        return local is None or local.state == "discarded"

    def _items(self, cart_id: str) -> set[str]:
        local = self._seat.local(cart_id)
        return item_ids(local.tree) if local is not None else set()
