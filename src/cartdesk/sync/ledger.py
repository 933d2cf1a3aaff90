"""The books of syncing in the seat's store: links, held revisions, parcels, and what is known of the server.

The engine changes them inside the seat's transactions only, so that a cart and what is known of it never disagree.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

from cartdesk.store.codec import read_document, write_document, write_plain
from cartdesk.store.frame import Op
from cartdesk.store.tables import META, SYNC
from cartdesk.sync import outbox
from cartdesk.sync.facts import Facts
from cartdesk.sync.link import Link, Status
from cartdesk.sync.outbox import Documents, Waiting
from cartdesk.sync.tree import Node, dump, load


class Ledger:
    """The books. Used by one thread at a time, the one that syncs; the desk only adds to the outbox."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self._links: dict[str, tuple[str, str | None]] = {}
        self._by_ref: dict[str, str] = {}
        self._by_remote: dict[str, str] = {}
        for key, body in documents.bodies(SYNC):
            if key.startswith("cart/"):
                self._index(Link.from_json(json.loads(body)))

    def transaction(self) -> AbstractContextManager[None]:
        """Make all changes inside one."""
        return self.documents.transaction()

    # Links

    def link(self, cart_id: str) -> Link | None:
        """Return a cart's link, a copy of its own."""
        body = self.documents.body(SYNC, f"cart/{cart_id}")
        return None if body is None else Link.from_json(read_document(body))

    def cart_of(self, *, ref: str | None = None, remote_id: str | None = None) -> str | None:
        """Return the id of the cart that is linked to a mark or to a cart of the server; None where there is none."""
        found = self._by_ref.get(ref) if ref is not None else None
        return found or (self._by_remote.get(remote_id) if remote_id is not None else None)

    def carts(self) -> list[str]:
        """Return the ids of all linked carts."""
        return list(self._links)

    def links(self) -> Iterator[Link]:
        """Yield every link."""
        for cart_id in self.carts():
            link = self.link(cart_id)
            if link is not None:
                yield link

    def save(self, link: Link, contents: Mapping[str, tuple[Node, Node]] | None = None) -> None:
        """Save a link, with the contents of revisions that are new.

        Args:
            link: the link.
            contents: by revision, what it holds here, and how the server shows it.
        """
        ops = []
        for revision, (tree, there) in (contents or {}).items():
            written = {"tree": dump(tree), **({} if there == tree else {"there": dump(there)})}
            ops.append(Op(SYNC, _held(link.cart_id, revision), write_document(written)))
            ops += [Op(SYNC, _held(link.cart_id, old), None) for old in link.hold(revision)]
        ops.append(Op(SYNC, f"cart/{link.cart_id}", write_document(link.to_json())))
        self.documents.apply(ops)
        self._index(link)

    def contents(self, link: Link, revision: str) -> tuple[Node, Node] | None:
        """Return what a held revision holds: here, and as the server shows it; None where it is not held."""
        body = self.documents.body(SYNC, _held(link.cart_id, revision))
        if body is None:
            return None
        value = read_document(body)
        tree = load(value["tree"])
        return tree, load(value["there"]) if "there" in value else tree

    def forget(self, cart_id: str) -> None:
        """Drop all that is known of a cart's counterpart."""
        link = self.link(cart_id)
        if link is not None:
            ops = [Op(SYNC, _held(cart_id, revision), None) for revision in link.held]
            self.documents.apply([*ops, Op(SYNC, f"cart/{cart_id}", None)])
        ref, remote_id = self._links.pop(cart_id, ("", None))
        self._by_ref.pop(ref, None)
        self._by_remote.pop(remote_id or "", None)

    def begin_anew(self, kinds: set[str]) -> None:
        """Forget what is known of things at an address that is another now, but for their marks, by which they are looked for first.

        Args:
            kinds: cart, order, customer, account: those whose address changed.
        """
        for kind in kinds - {"cart"}:
            for name, page in list(self.pages(f"parcel/{kind}/")):
                self.write_page(name, {"mark": page["mark"], "posting": True} if "mark" in page else None)
        if "cart" not in kinds:
            return
        self.write_page("facts/carts", None)
        for link in list(self.links()):
            link.remote_id = link.etag = link.rendering = link.seen = link.creation = None
            link.doubt, link.status, link.error, link.total = True, Status.WAITING, None, None
            self.save(link)

    def _index(self, link: Link) -> None:
        ref, remote_id = self._links.get(link.cart_id, (link.ref, link.remote_id))
        if ref != link.ref:
            self._by_ref.pop(ref, None)
        if remote_id is not None and remote_id != link.remote_id and self._by_remote.get(remote_id) == link.cart_id:
            del self._by_remote[remote_id]
        self._links[link.cart_id] = (link.ref, link.remote_id)
        self._by_ref[link.ref] = link.cart_id
        if link.remote_id is not None:
            self._by_remote[link.remote_id] = link.cart_id

    # The outbox

    def waiting(self) -> list[Waiting]:
        """Return what is still to be sent, the longest waiting first."""
        return outbox.waiting(self.documents)

    def unsent(self, kind: str, resource_id: str) -> Waiting | None:
        """Return what is still to be sent of one resource."""
        return outbox.one(self.documents, kind, resource_id)

    def note(self, kind: str, resource_id: str, moment: str) -> None:
        """Note that something is to be sent."""
        outbox.note(self.documents, kind, resource_id, moment)

    def strike(self, sent: Waiting | None) -> bool:
        """Take off what was sent, unless it was changed again since."""
        return outbox.strike(self.documents, sent)

    # The server, and everything that is no cart

    def facts(self, api: str) -> Facts:
        """Return what is known of an API."""
        found = self.page(f"facts/{api}")
        return Facts() if found is None else Facts.from_json(found)

    def learn(self, api: str, facts: Facts) -> None:
        """Remember what is known of an API."""
        self.write_page(f"facts/{api}", facts.to_json())

    def page(self, name: str) -> dict[str, Any] | None:
        """Return a page of the books by its name, or None."""
        body = self.documents.body(SYNC, name)
        if body is None:
            return None
        value: dict[str, Any] = json.loads(body)
        return value

    def pages(self, prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the pages whose names begin with ``prefix``."""
        for name, body in self.documents.bodies(SYNC):
            if name.startswith(prefix):
                yield name, json.loads(body)

    def write_page(self, name: str, value: Mapping[str, Any] | None) -> None:
        """Write a page; None takes it out."""
        self.documents.apply([Op(SYNC, name, None if value is None else write_plain(dict(value)))])

    def setting(self, key: str) -> Any:
        """Return one of the store's settings, or None."""
        body = self.documents.body(META, key)
        return None if body is None else json.loads(body)["value"]


def _held(cart_id: str, revision: str) -> str:
    return f"held/{cart_id}/{revision}"
