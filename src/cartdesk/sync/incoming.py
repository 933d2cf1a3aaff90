"""What a cart on the server means for the one here: which revision both have grown from, the merge, and what is to be chosen.

``engine`` calls it with every cart it reads. Nothing here talks to anybody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cartdesk.sync.carts import There
from cartdesk.sync.facts import Facts
from cartdesk.sync.ledger import Ledger
from cartdesk.sync.link import Link, Status
from cartdesk.sync.marker import MAX_ANCESTORS, REVISION_LENGTH, braid
from cartdesk.sync.merge import Back, Merged, Verdict, carry, contains, differences, is_item, merge, outgoing
from cartdesk.sync.seat import Local, Seat
from cartdesk.sync.totals import difference_of
from cartdesk.sync.tree import ABSENT, ITEMS, Node, Path, at, fingerprint, item_ids, put


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the server's contents come from."""

    revision: str
    """Their name: the mark's, or one made of what they are where somebody wrote past it. Every seat makes the same."""
    lineage: tuple[str, ...]
    """The revisions whose changes are in them for certain, the newest first."""
    basis: tuple[str, ...]
    """The revisions they have grown from: where somebody wrote past the mark, their changes need not all be left."""
    foreign: bool = False
    """True where whoever wrote them does not say what they had seen."""


def origin_of(there: There, facts: Facts) -> Origin:
    """Return where a cart's contents come from."""
    mark = there.marker
    if mark is None or mark.revision is None:
        return Origin(_made_up("", there.hash), (), (), foreign=facts.markers is not False)
    if facts.fits is not False and mark.fingerprint != fingerprint(there.tree):
        made_up = _made_up(mark.revision, there.hash)
        return Origin(made_up, (made_up,), mark.lineage, foreign=True)
    return Origin(mark.revision, mark.lineage, mark.lineage)


def _made_up(revision: str, full_hash: str) -> str:
    return hashlib.sha256(f"{revision} {full_hash}".encode()).hexdigest()[:REVISION_LENGTH]


class Incoming:
    """Takes in carts from the server."""

    def __init__(self, seat: Seat, ledger: Ledger, facts: Callable[[], Facts], *, lineage: bool = True) -> None:
        """Make it.

        Args:
            seat: the carts here.
            ledger: the books.
            facts: what is known of the server.
            lineage: whether to believe the marks; the simulation turns it off to show what they are good for.
        """
        self._seat = seat
        self._ledger = ledger
        self._facts = facts
        self._lineage = lineage

    def is_news(self, link: Link, there: There) -> bool:
        """Say whether a cart is another than the one that was read last."""
        return there.seen != link.seen and self._is_other(link, there)

    def _is_other(self, link: Link, there: There) -> bool:
        return there.hash != link.rendering or origin_of(there, self._facts()).revision != link.base

    def take_in(self, link: Link, there: There) -> None:
        """Merge a cart from the server into the one here, and make it what the next changes are measured against.

        The link is changed and saved; edits made here while this works are merged too.
        """
        origin = origin_of(there, self._facts())
        if not self.is_news(link, there):
            link.etag, link.seen, link.doubt = there.etag, there.seen, False
            return
        base, theirs, known = self._grounds(link, there, origin)
        opened, link.foreign = link.clashes, link.foreign + origin.foreign
        apart = not known and not origin.foreign
        verdict = self._verdict(link, origin, apart)
        while True:
            local = self._seat.local(link.cart_id)
            if local is None:
                return
            common = removals_known(base, local.tree, self._last(link), theirs)
            if known and origin.revision in link.held:
                found = Merged(completed(base, local.tree, theirs))
            else:
                found = merge(common, local.tree, theirs, foreign=origin.foreign or not known, apart=apart, verdict=verdict)
            knows = link.base is None or link.base == origin.revision or link.base in origin.lineage or not self._lineage
            link.clashes = carry(opened, found.clashes, common, found.tree, theirs if knows else None)
            if self._kept(link, there, origin, base, theirs, local, found):
                return

    def total(self, local: Local, there: There) -> str | None:
        """Return how the server's totals differ from ours, in words; None where they do not, or where it has none."""
        theirs = there.members.get("cartTotalPrice")
        return difference_of(self._seat.totals(local), theirs) if theirs else None

    def absorb(self, link: Link, twin: There) -> None:
        """Merge a twin's contents into the cart here, so that the twin can go; what the cart itself is measured against stays."""
        origin = origin_of(twin, self._facts())
        base, theirs, known = self._grounds(link, twin, origin)
        if not known:
            base, theirs = Node({name: Node() for name in twin.tree if isinstance(twin.tree[name], Node)}), twin.tree
        opened, link.lineage = link.clashes, braid(link.lineage, origin.lineage)
        while True:
            local = self._seat.local(link.cart_id)
            if local is None:
                return
            common = removals_known(base, local.tree, self._last(link), theirs)
            found = merge(common, local.tree, theirs, verdict=self._verdict(link, origin))
            fresh = {clash.path for clash in found.clashes}
            link.clashes = (*(clash for clash in opened if clash.path not in fresh), *found.clashes)
            if self._put(link, found.tree, twin, local, "merged with its twin on the server", {}):
                return

    def adopt(self, there: There) -> str:
        """Take in a cart that somebody else made, and return the id it has here."""
        origin = origin_of(there, self._facts())
        ref = there.marker.ref if there.marker is not None else f"urn:cartdesk:{there.id}"
        lineage = braid((origin.revision,), origin.lineage)
        link = Link("", ref, there.id, None, origin.revision, there.hash, there.seen, lineage, status=Status.SENT)

        def save(cart_id: str) -> None:
            link.cart_id = cart_id
            self._ledger.save(link, {origin.revision: (there.tree, there.tree)})

        return self._seat.adopt(there.tree, there.members, there.id, "taken over from the server", save)

    def _grounds(self, link: Link, there: There, origin: Origin) -> tuple[Node, Node, bool]:
        """Return the common contents, the server's as this seat would hold them, and whether the marks told which is common."""
        if self._lineage and origin.revision in link.lineage and origin.revision not in link.held:
            return there.tree, there.tree, True  # an old revision that came late: all it says is in what is here
        for revision in self._common(link, origin):
            held = self._ledger.contents(link, revision)
            if held is None:
                continue
            tree, shown = held[0], rendered(held[1], self._facts().drops)
            if revision == origin.revision:
                return tree, overlay(tree, there.tree), True
            return tree, translated(shown, tree, there.tree), True
        held = self._ledger.contents(link, link.base) if link.base is not None else None
        tree, shown = held or (Node(), Node())
        plain = self._facts().markers is False or not self._lineage
        return tree, translated(shown, tree, there.tree), plain

    def _last(self, link: Link) -> Node:
        """Return what the server had last, as this seat holds it."""
        held = self._ledger.contents(link, link.base) if link.base is not None else None
        return held[0] if held is not None else Node()

    def _common(self, link: Link, origin: Origin) -> list[str]:
        """Return the revisions that both sides know, the one this seat came to know last first: it has grown from the others."""
        if not self._lineage:
            return []
        if origin.revision in link.held:
            return [origin.revision]
        known = set(origin.basis)
        return [revision for revision in link.held if revision in known]

    def _verdict(self, link: Link, origin: Origin, apart: bool = False) -> Verdict:
        """Return what to make of items that only the server has; ``apart`` where it may have them only since it knows no better."""

        def of(path: Path, item: Node) -> Back:
            if apart:
                return Back.ASK
            since = link.removed.get(path[-1])
            if since is None or since in origin.lineage or not self._lineage:
                return Back.WANTED
            unsure = origin.foreign or not origin.lineage or len(origin.lineage) > MAX_ANCESTORS
            return Back.ASK if unsure or not self._was_so(link, path, item) else Back.STALE

        return of

    def _was_so(self, link: Link, path: Path, item: Node) -> bool:
        """Say whether an item was just so before: else somebody changed it who did not know that it had been removed here."""
        for revision in link.held:
            held = self._ledger.contents(link, revision)
            if held is not None and any(at(tree, path) == item for tree in held):
                return True
        return False

    def _kept(self, link: Link, there: There, origin: Origin, base: Node, theirs: Node, local: Local, found: Merged) -> bool:
        kept = item_ids(found.tree)
        link.bury((item_ids(base) | item_ids(local.tree)) - item_ids(theirs) - kept, origin.revision)
        link.removed = {item: since for item, since in link.removed.items() if item not in kept}
        link.lineage = braid((origin.revision,), origin.lineage, link.lineage)
        link.base, link.rendering, link.seen, link.etag, link.doubt = origin.revision, there.hash, there.seen, there.etag, False
        link.total = self.total(local.with_tree(found.tree, there.members), there)
        return self._put(link, found.tree, there, local, _said(local.tree, found.tree), {origin.revision: (theirs, there.tree)})

    def _put(self, link: Link, tree: Node, there: There, local: Local, said: str, held: dict[str, tuple[Node, Node]]) -> bool:
        theirs = next((mine for mine, _ in held.values()), None)

        def save() -> None:
            self._ledger.save(link, held)
            wanted = outgoing(tree, link.clashes)
            if wanted != (theirs if theirs is not None else there.tree) and self._ledger.unsent("cart", link.cart_id) is None:
                self._ledger.note("cart", link.cart_id, self._seat.moment())

        if tree == local.tree:
            self._seat.write(save)
            return True
        return self._seat.take(link.cart_id, tree, there.members, local.token, said, save)


def removals_known(base: Node, ours: Node, last: Node, theirs: Node) -> Node:
    """Return common contents with the items that were removed here since the server last had them, and that it has still.

    An item may be younger than the common contents and yet have been here: without it in them, its removal would look like its addition.

    Args:
        base: the common contents.
        ours: this seat's.
        last: what the server had last.
        theirs: what it has now.
    """
    known, here = last.get(ITEMS, ABSENT), ours.get(ITEMS, ABSENT)
    if not isinstance(known, Node) or not isinstance(here, Node):
        return base
    items = before = base.get(ITEMS, Node())
    for name, item in known.items():
        there = at(theirs, (ITEMS, name))
        if there is ABSENT:
            continue
        old = items.get(name, ABSENT)
        if name in here:
            fresh = removals_known(old if isinstance(old, Node) else Node(), here[name], item, there)
        else:
            fresh = old if isinstance(old, Node) else item
        if fresh is not old and fresh:
            items = Node(items)
            items[name] = fresh
    return base if items is before else put(base, (ITEMS,), items)


def overlay(sent: Node, shown: Node) -> Node:
    """Return what was sent with what the server added to it; what it left out of it stays."""
    result = Node(sent)
    for name, value in shown.items():
        mine = result.get(name, ABSENT)
        if isinstance(mine, Node) and isinstance(value, Node):
            result[name] = overlay(mine, value)
        elif mine is ABSENT or contains(value, mine):
            result[name] = value
    return result


def completed(sent: Node, ours: Node, held: Node) -> Node:
    """Return this seat's contents with what the server added to what was sent; what was changed here since is as it is here.

    Args:
        sent: what was sent.
        ours: what this seat has by now.
        held: what was sent, with what the server added.
    """
    found = merge(sent, ours, held)
    tree = found.tree
    for clash in found.clashes:
        tree = put(tree, clash.path, clash.ours)
    return tree


def dropped(sent: Node, shown: Node) -> Iterator[str]:
    """Yield what a server left out of what it was sent, ids of lines left out: ``cartItem.*.note``."""
    for path in differences(sent, shown):
        if at(shown, path) is ABSENT and not is_item(path) and len(path) > 1:
            yield ".".join("*" if is_item(path[: place + 1]) else name for place, name in enumerate(path[:4]))


def rendered(tree: Node, drops: tuple[str, ...], way: str = "") -> Node:
    """Return contents as a server shows them that is known to leave something out."""
    if not drops:
        return tree
    result = Node()
    for name, value in tree.items():
        spots = (f"{way}{name}", f"{way}*")
        below = next((f"{spot}." for spot in spots if any(drop.startswith(f"{spot}.") for drop in drops)), None)
        if any(spot in drops for spot in spots):
            continue
        result[name] = rendered(value, drops, below) if below is not None and isinstance(value, Node) else value
    return result


def translated(shown: Node, held: Node, there: Node) -> Node:
    """Return contents as the server shows them in this seat's own terms: what it changed since ``shown``, done to ``held``."""
    if shown == held:
        return there
    found = merge(shown, held, there)
    tree = found.tree
    for clash in found.clashes:
        tree = put(tree, clash.path, clash.theirs)
    return tree


def _said(before: Node, after: Node) -> str:
    """Return what a merge did, for the cart's history."""
    lines: dict[str, set[str]] = {"added": set(), "removed": set(), "changed": set()}
    others = False
    for path in differences(before, after):
        if len(path) < 2 or path[0] != "cartItem":
            others = True
        elif is_item(path) and len(path) == 2:
            lines["added" if at(before, path) is ABSENT else "removed"].add(path[1])
        else:
            lines["changed"].add(path[1])
    parts = [f"{len(names)} line{'' if len(names) == 1 else 's'} {what}" for what, names in lines.items() if names]
    return "from the server: " + ", ".join(parts + (["details changed"] if others else []))
