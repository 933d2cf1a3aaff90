"""One cart's way to the server and back: created exactly once, changed only after looking, merged with what others did meanwhile.

``rounds`` calls :meth:`Engine.sync` for each cart that has something to send or to look after. Every step is written down before it is
taken, so that a seat that is killed anywhere goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cartdesk.errors import Declined, NoAnswer
from cartdesk.store.codec import write_document
from cartdesk.sync.carts import GONE, CartApi, NewerThere, There
from cartdesk.sync.echo import Sent
from cartdesk.sync.facts import MERGE_PATCH, PLAIN_JSON
from cartdesk.sync.incoming import Incoming, completed, dropped, overlay
from cartdesk.sync.ledger import Ledger
from cartdesk.sync.link import Creation, Link, Status
from cartdesk.sync.marker import Marker, braid, new_revision
from cartdesk.sync.merge import contains, outgoing
from cartdesk.sync.outbox import Waiting
from cartdesk.sync.seat import Local, Seat
from cartdesk.sync.together import Together
from cartdesk.sync.tree import ITEMS, Node, fingerprint, item_ids
from cartdesk.tmf.wire import loads_plain

_MOST_TURNS = 6
"""How often one round looks again because somebody else was quicker."""
_GONE = "It was removed on the server. It is kept here: send it as a new cart, or discard it."
_LATE = "It was {state} here and changed on the server since; the server's copy was left as it is."


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
        self._together = Together(seat.write)
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
        sent: Sent | None = None
        if link is not None and (link.creation is not None or link.doubt):
            found = await self.carts.find(link.ref, self._items(cart_id))
            if found:
                return self.take_up(link, found[0]), found[0]
            if self._is_discarded(cart_id):
                return self._never_made(link), None
        if link is None or link.creation is None:
            planned = await self._planned(cart_id, link)
            if planned is None:
                return link, None
            link, sent = planned
        creation = link.creation
        if creation is None:
            return link, None
        sent = sent or self._sent_before(link, creation)
        try:
            there = await self.carts.create(creation.body, link.ref, sent)
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
        await self._acknowledged(link, creation.revision, sent.tree, there)
        return link, None

    def _never_made(self, link: Link) -> Link:
        """It was discarded before the server had it."""
        link.creation, link.status = None, Status.REMOVED
        self._seat.write(lambda: self._close(link, {}))
        return link

    async def _planned(self, cart_id: str, link: Link | None) -> tuple[Link, Sent] | None:
        """Write down what is going to be created, and return it; None where there is nothing to create."""
        local = self._seat.local(cart_id)
        if local is None or local.state == "discarded" or not local.tree[ITEMS]:
            entry = self.ledger.unsent("cart", cart_id)
            if entry is not None:
                self._seat.write(lambda: self._off(entry))
            return None
        planned = link or Link(cart_id, f"urn:uuid:{self._ids()}")
        revision = new_revision(self._ids)
        mark = Marker(planned.ref, revision, (), fingerprint(local.tree))
        sent = Sent(self.carts.written(self._seat.priced(local), mark), local.tree, mark)
        planned.creation = Creation(write_document(sent.members).decode(), revision)
        await self._together.write(lambda: self.ledger.save(planned, {revision: (sent.tree, sent.tree)}))
        return planned, sent

    def _sent_before(self, link: Link, creation: Creation) -> Sent:
        """Return what was sent, or was going to be, before this seat stopped."""
        held = self.ledger.contents(link, creation.revision)
        tree = held[0] if held is not None else Node()
        return Sent(loads_plain(creation.body.encode()), tree, Marker(link.ref, creation.revision, (), fingerprint(tree)))

    def take_up(self, link: Link, there: There) -> Link:
        """Take up a cart that an earlier attempt created, or that moved: its contents are still to be taken in."""
        link.remote_id, link.creation, link.etag, link.rendering, link.seen = there.id, None, None, None, None
        if link.status is Status.GONE:
            link.status = Status.WAITING
        self._seat.write(lambda: self.ledger.save(link))
        return link

    # Changing

    async def _update(self, link: Link, there: There | None) -> None:
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
                if self.ledger.link(link.cart_id) != link or self.ledger.unsent("cart", link.cart_id) is not None:
                    await self._together.write(lambda: self._close(link, {}))
                return
        raise NoAnswer("Somebody else keeps changing this cart on the server; it is tried again in a moment.")

    def _must_look(self, link: Link, local: Local) -> bool:
        if link.doubt or link.base is None or link.rendering is None:
            return True
        if not self._habits.look:
            return False
        return link.etag is None or not self._is_dirty(link, local)

    def _is_dirty(self, link: Link, local: Local) -> bool:
        held = self._held(link)
        return held is None or local.state == "discarded" or outgoing(local.tree, link.clashes) != held

    def _held(self, link: Link) -> Node | None:
        """Return what the server had last, as this seat holds it."""
        held = self.ledger.contents(link, link.base) if link.base is not None else None
        return None if held is None else held[0]

    async def _look(self, link: Link) -> There | None:
        """Return the cart as the server has it now; None where it is what it was."""
        try:
            known = link.rendering is not None and not link.doubt
            return await self.carts.read(link.remote_id or "", *((link.etag, link.seen) if known else ()))
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
        base = self._held(link) or Node()
        wanted = outgoing(local.tree, link.clashes)
        if wanted == base:
            return True
        if self.carts.facts.patch is False:
            raise Declined(405, f"The {self.carts.api.name} server takes new carts only; this change stays on this seat.")
        revision = new_revision(self._ids)
        mark = Marker(link.ref, revision, braid(link.lineage), fingerprint(wanted))
        sent = Sent(self.carts.written(self._seat.priced(local.with_tree(wanted)), mark), wanted, mark)
        members = self._members(sent, base)
        link.bury(item_ids(base) - item_ids(wanted), revision)
        link.doubt = True
        await self._together.write(lambda: self.ledger.save(link, {revision: (wanted, wanted)}))
        try:
            there = await self._patched(link, members, sent)
        except NewerThere:
            link.etag = None
            return False
        except Declined as refusal:
            self._refused(link, refusal)
            raise
        if there.marker is not None and there.marker.revision not in (None, revision):
            if there.hash == link.rendering:
                return await self._again(link, members, sent)
            self.incoming.take_in(link, there)
            return False
        if there.marker is None and there.hash == link.rendering and not contains(there.tree, wanted):
            return await self._again(link, members, sent)
        await self._acknowledged(link, revision, wanted, there)
        return True

    def _members(self, sent: Sent, base: Node) -> dict[str, object]:
        """Return the changed top-level members, whole, and our mark; what is emptied is an empty list and never null."""
        changed = [name for name in sent.tree if sent.tree[name] != base.get(name)]
        return {name: sent.members.get(name, []) for name in (*changed, "relatedParty")}

    async def _patched(self, link: Link, members: dict[str, object], sent: Sent) -> There:
        there = await self.carts.patch(link.remote_id or "", members, link.etag, sent)
        return there or await self._seen(link)

    async def _seen(self, link: Link) -> There:
        there = await self.carts.read(link.remote_id or "")
        if there is None:
            raise NoAnswer(f"The {self.carts.api.name} server does not show the cart.")
        return there

    async def _again(self, link: Link, members: dict[str, object], sent: Sent) -> bool:
        """The server said yes and did nothing: say it in the other ways there are, and if nothing helps, say so."""
        for known, other in (({"json_patch": True}, {"json_patch": False}), ({"media": MERGE_PATCH}, {"media": PLAIN_JSON})):
            if any(getattr(self.carts.facts, name) != value for name, value in known.items()):
                continue
            self.carts.learn(**other)
            there = await self._patched(link, members, sent)
            if there.hash != link.rendering and contains(there.tree, sent.tree):
                await self._acknowledged(link, sent.marker.revision or "", sent.tree, there)
                return True
        self.carts.learn(media=MERGE_PATCH)
        raise Declined(200, f"The {self.carts.api.name} server says yes to a change and does not make it.")

    def _refused(self, link: Link, refusal: Declined) -> None:
        if refusal.status in (405, 501):
            self.carts.learn(patch=False)
        link.doubt = refusal.status in (*GONE, 409)
        self._seat.write(lambda: self.ledger.save(link))

    async def _acknowledged(self, link: Link, revision: str, sent: Node, there: There) -> None:
        """The server has what was sent: it is what the next changes are measured against."""
        shown = there.tree
        held = sent if shown == sent else self._completed_by(sent, shown)
        if there.marker is None or there.marker.revision == revision:
            fits = shown is held or fingerprint(shown) == fingerprint(sent)
            self.carts.learn(markers=there.marker is not None, fits=fits)
        link.remote_id, link.etag, link.creation, link.doubt = there.id, there.etag, None, False
        link.base, link.rendering, link.seen = revision, there.hash, there.seen
        link.lineage = braid((revision,), link.lineage)
        if link.removed:
            link.removed = {item: since for item, since in link.removed.items() if item not in item_ids(sent)}
        self.carts.learn(etag=there.etag is not None or self.carts.facts.etag)
        contents = {} if held is sent else {revision: (held, shown)}
        while True:
            local = self._seat.local(link.cart_id) if held is not sent or there.members.get("cartTotalPrice") else None
            tree = None if local is None or held is sent else completed(sent, local.tree, held)
            link.total = None if local is None else self.incoming.total(local, there)
            if local is None or tree is None or tree == local.tree:
                await self._together.write(lambda: self._close(link, contents, held))
                return
            if self._seat.take(
                link.cart_id, tree, there.members, local.token, "completed by the server", lambda: self.ledger.save(link, contents)
            ):
                return

    def _completed_by(self, sent: Node, shown: Node) -> Node:
        """Return what was sent with what the server made of it, and learn what it leaves out."""
        lost = sorted(item_ids(sent) - item_ids(shown))
        if lost:
            raise Declined(200, f"The {self.carts.api.name} server took the cart without {len(lost)} of its lines.")
        missing = set(dropped(sent, shown))
        if not missing <= set(self.carts.facts.drops):
            self.carts.learn(drops=tuple(sorted({*self.carts.facts.drops, *missing})))
        return overlay(sent, shown)

    # Writing down what came of it

    def _close(self, link: Link, contents: dict[str, tuple[Node, Node]], held: Node | None = None) -> None:
        """Save a link; where the server has all there is to send, strike it off. Runs inside the seat's transaction."""
        local = self._seat.local(link.cart_id)
        held = held if held is not None else self._held(link)
        settled = link.status in (Status.REMOVED, Status.GONE)
        if settled or (local is not None and held is not None and outgoing(local.tree, link.clashes) == held):
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
