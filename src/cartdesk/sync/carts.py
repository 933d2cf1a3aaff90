"""TMF663 as one server speaks it: carts written in its dialect, read from any, and its gaps got round.

``engine`` is the only caller. What a server turns out to be able to do is kept in ``facts``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cartdesk.errors import Declined, NoAnswer, WireError
from cartdesk.store.codec import write_document
from cartdesk.sync.api import Api, Reply
from cartdesk.sync.echo import Sent, is_echo
from cartdesk.sync.facts import JSON_PATCH, MERGE_PATCH, PLAIN_JSON, Facts
from cartdesk.sync.marker import Marker, marker_of
from cartdesk.sync.tree import ITEMS, Node, full_hash, item_ids, tree_of
from cartdesk.tmf import dialects

RESOURCE = "shoppingCart"
CANNOT = frozenset({403, 405, 501})
"""Refusals that mean: this server has no such door, or not for us."""
GONE = frozenset({404, 410})
_NOT_MODIFIED, _PRECONDITION = 304, 412
_THEIRS = ("id", "href", "validFor", "cartTotalPrice", "creationDate", "lastUpdate")


@dataclass(frozen=True, slots=True)
class There:
    """A cart as the server has it."""

    id: str
    tree: Node
    marker: Marker | None
    members: Mapping[str, Any]
    """The inner JSON values, prices and all; of an echo, its totals alone."""
    seen: str
    """What the server's JSON shares with the same JSON only: another time it need not be read."""
    etag: str | None = None

    @property
    def hash(self) -> str:
        """What equal contents share."""
        return full_hash(self.tree)


@dataclass(frozen=True, slots=True)
class Listed:
    """A cart in a list, of which no more has been read than whose it is."""

    id: str
    marker: Marker | None
    seen: str
    data: Mapping[str, Any]


class NewerThere(Exception):  # no error: the server's word that we have to look first
    """The server has another version than the one we meant to change."""


class CartApi:
    """The carts of one server."""

    def __init__(self, api: Api, facts: Facts, learn: Callable[[Facts], None]) -> None:
        """Make it.

        Args:
            api: its address and who we are.
            facts: what is known of it.
            learn: keeps what is found out.
        """
        self.api = api
        self.facts = facts
        self._learn = learn
        self._looked: dict[str, Mapping[str, Any]] = {}
        """Carts as they were just read, to hold a change against where the server gives no versions."""

    def learn(self, **found: Any) -> None:
        """Keep what was found out, where it is news."""
        facts = self.facts.learned(**found)
        if facts != self.facts:
            self.facts = facts
            self._learn(facts)

    def written(self, members: Mapping[str, Any], marker: Marker) -> dict[str, Any]:
        """Return a cart's inner JSON values as the server reads them, with our mark and without what is the server's to say."""
        told = {name: value for name, value in members.items() if name not in _THEIRS}
        told["relatedParty"] = [*told.get("relatedParty", ()), marker.party()]
        return dialects.write_members(told, self.facts.dialect or "v4", strict=True)

    def parties(self, parties: list[dict[str, Any]]) -> list[Any]:
        """Return related parties as the server reads them."""
        found: list[Any] = dialects.write_members({"relatedParty": parties}, self.facts.dialect or "v4")["relatedParty"]
        return found

    async def create(self, body: str, ref: str, sent: Sent) -> There | None:
        """Create a cart; None where the server took it without showing it.

        Args:
            body: the request's, to the byte.
            ref: the cart's own name.
            sent: what the body says.

        Raises:
            NoAnswer: look for it before sending it again.
            Declined: the server does not take it.
        """
        headers = {"Idempotency-Key": ref}
        reply = await self.api.ask("POST", self.api.at(RESOURCE), body=body.encode(), headers=headers)
        return self._there(reply, sent) if isinstance(reply.data, dict) else None

    async def read(self, remote_id: str, etag: str | None = None, seen: str | None = None) -> There | None:
        """Return a cart; None where it is still what it was at ``etag``, or when it was ``seen``.

        Raises:
            Declined: with 404 or 410 where there is none.
        """
        headers = {"If-None-Match": etag} if etag else {}
        reply = await self.api.ask("GET", self.api.at(RESOURCE, remote_id), headers=headers, accept=frozenset({_NOT_MODIFIED}))
        if reply.status == _NOT_MODIFIED:
            return None
        self.learn(etag=reply.etag is not None)
        if self.facts.json_patch and reply.etag is None and isinstance(_one(reply.data), dict):
            self._looked[remote_id] = _one(reply.data)
        if seen is not None and reply.etag is None and seen == full_hash(_one(reply.data)):
            return None
        found = self._there(reply)
        if found is None:
            raise NoAnswer(f"The {self.api.name} server answered with something that is no cart.")
        return found

    async def patch(self, remote_id: str, members: Mapping[str, Any], etag: str | None, sent: Sent | None = None) -> There | None:
        """Change some of a cart's members; None where the server took it without showing the cart.

        Args:
            remote_id: the cart's id there.
            members: what changes.
            etag: the version that is changed.
            sent: the whole cart as it is with that.

        Raises:
            NewerThere: it is another version by now.
            NoAnswer: look before sending it again.
            Declined: the server does not take it.
        """
        looked = self._looked.pop(remote_id, None)
        if looked is not None and etag is None and self.facts.json_patch:
            reply = await self._guarded(remote_id, members, looked)
            if reply is not None:
                return self._there(reply, sent) if isinstance(reply.data, (dict, list)) else None
        url, body = self.api.at(RESOURCE, remote_id), write_document(members)
        for media in dict.fromkeys((self.facts.media, MERGE_PATCH, PLAIN_JSON)):
            headers = {"Content-Type": media, **({"If-Match": etag} if etag else {})}
            try:
                reply = await self.api.ask("PATCH", url, body=body, headers=headers, accept=frozenset({_PRECONDITION}))
            except Declined as refusal:
                if refusal.status != 415:
                    raise
                continue
            if reply.status == _PRECONDITION:
                raise NewerThere
            self.learn(media=media, patch=True)
            return self._there(reply, sent) if isinstance(reply.data, (dict, list)) else None
        raise Declined(415, f"The {self.api.name} server takes no form of PATCH that we know.")

    async def _guarded(self, remote_id: str, members: Mapping[str, Any], looked: Mapping[str, Any]) -> Reply | None:
        """Change a cart by JSON Patch, held against what was just read; None where the server does not go along.

        Raises:
            NewerThere: somebody was quicker.
        """
        tests = {name: looked[name] for name in (ITEMS, "relatedParty") if name in looked}
        steps = [{"op": "test", "path": f"/{name}", "value": value} for name, value in tests.items()]
        steps += [{"op": "add", "path": f"/{name}", "value": value} for name, value in members.items()]
        url, refused = self.api.at(RESOURCE, remote_id), frozenset({400, 409, 412, 415, 422})
        reply = await self.api.ask("PATCH", url, body=write_document(steps), headers={"Content-Type": JSON_PATCH}, accept=refused)
        if reply.status not in refused:
            return reply
        now = _one((await self.api.ask("GET", url)).data)
        if isinstance(now, dict) and any(now.get(name) != value for name, value in tests.items()):
            raise NewerThere
        self.learn(json_patch=False)
        return None

    async def delete(self, remote_id: str, etag: str | None) -> bool:
        """Delete a cart; False where the server cannot, or not for us.

        Raises:
            NewerThere: it is another version by now.
        """
        if self.facts.delete is False:
            return False
        headers = {"If-Match": etag} if etag else {}
        accepted = CANNOT | GONE | {_PRECONDITION}
        reply = await self.api.ask("DELETE", self.api.at(RESOURCE, remote_id), headers=headers, accept=frozenset(accepted))
        if reply.status == _PRECONDITION:
            raise NewerThere
        if reply.status not in GONE:
            self.learn(delete=reply.status not in CANNOT)
        return reply.status not in CANNOT

    async def find(self, ref: str, items: set[str]) -> list[There]:
        """Return the carts that carry our mark, or have an item that only we can have made; the lowest id first.

        An empty answer to a filter is believed only where that filter is known to work: some servers find nothing that way.
        """
        found = [each for each in await self._listed({"relatedParty.id": ref}) if _is(each, ref, items)]
        if found:
            self.learn(filters=True)
        elif not self.facts.filters:
            found = [each for each in await self._listed({}) if _is(each, ref, items)]
        return sorted(found, key=lambda each: rank(each.id))

    async def all(self, query: Mapping[str, str]) -> list[There]:
        """Return every cart that a filter lets through, in the server's order.

        Raises:
            Declined: the server does not take the filter.
        """
        return [there for each in await self.listed(query) if (there := self.opened(each)) is not None]

    async def listed(self, query: Mapping[str, str]) -> list[Listed]:
        """Return every cart that a filter lets through, unread, in the server's order.

        Raises:
            Declined: the server does not take the filter.
        """
        return [
            Listed(str(each["id"]), _marker(each), full_hash(each), each)
            async for page in self.api.pages(RESOURCE, query)
            for each in page
            if each.get("id")
        ]

    def opened(self, listed: Listed) -> There | None:
        """Read a cart of a list; None where it is none that can be read."""
        return self._cart(listed.data)

    async def touch(self) -> None:
        """Ask for the least there is to ask for.

        Raises:
            NoAnswer: nobody is there.
        """
        await self.api.ask("GET", f"{self.api.at(RESOURCE)}?limit=1&fields=id", accept=frozenset({400, 403, 404, 405, 416, 501}))

    async def _listed(self, query: Mapping[str, str]) -> list[There]:
        try:
            return await self.all(query)
        except Declined as refusal:
            if query and refusal.status in (400, 404, 422, 501):
                return []
            raise

    def _there(self, reply: Reply, sent: Sent | None = None) -> There | None:
        return self._cart(_one(reply.data), reply.etag, sent)

    def _cart(self, data: Any, etag: str | None = None, sent: Sent | None = None) -> There | None:
        if not isinstance(data, dict) or not data.get("id"):
            return None
        remote_id, seen = str(data["id"]), full_hash(data)
        if sent is not None and is_echo(data, sent):
            return There(remote_id, sent.tree, sent.marker, {"cartTotalPrice": data.get("cartTotalPrice")}, seen, etag)
        if self.facts.dialect is None and data.get("cartItem"):
            self.learn(dialect=dialects.version_of(data))
        try:
            members = dialects.read(data).wire()
        except WireError:
            return None
        return There(remote_id, tree_of(members), marker_of(members), members, seen, etag)


def _one(data: Any) -> Any:
    """Return a cart that some servers show as a list of one."""
    return data[0] if isinstance(data, list) and len(data) == 1 else data


def _marker(data: Mapping[str, Any]) -> Marker | None:
    parties = data.get("relatedParty")
    return marker_of(dialects.read_members({"relatedParty": [parties] if isinstance(parties, dict) else parties}))


def _is(there: There, ref: str, items: set[str]) -> bool:
    if there.marker is not None:
        return there.marker.ref == ref and not there.marker.twin
    return bool(items and ITEMS in there.tree and items & item_ids(there.tree))


def rank(remote_id: str) -> tuple[int, int, str]:
    """Return what puts ids in order: numbers by value, before everything else by spelling."""
    return (0, int(remote_id), "") if remote_id.isdigit() else (1, 0, remote_id)
