"""What a server can do, found out by asking: with one cart of our own that is made, changed and removed again.

``cartdesk remote check`` shows the result as a table and keeps it for the engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cartdesk.errors import Declined, NoAnswer
from cartdesk.sync.api import Api
from cartdesk.sync.carts import RESOURCE, CartApi, NewerThere, There
from cartdesk.sync.echo import Sent
from cartdesk.sync.facts import JSON_PATCH, MERGE_PATCH, PLAIN_JSON
from cartdesk.sync.marker import Marker, new_revision
from cartdesk.sync.tree import fingerprint, tree_of
from cartdesk.tmf.wire import dumps

_REFUSED = frozenset({400, 403, 404, 405, 409, 412, 415, 422, 501})
_STALE = '"cartdesk-no-such-version"'


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table."""

    what: str
    found: bool | None
    """None could not be found out."""
    means: str
    """What follows from it."""


async def probe(carts: CartApi, *, ids: Callable[[], str]) -> list[Finding]:
    """Find out what a server of carts can do. Leaves nothing behind where it can delete.

    Raises:
        NoAnswer: the server cannot be reached.
        Declined: it takes no cart of ours.
    """
    carts.learn(delete=None)  # what was known is asked anew: servers learn too
    await _sample(carts)
    ref, item = f"urn:uuid:{ids()}", ids()
    offering = {"id": "cartdesk-check", "name": "A line that cartdesk made to see what this server can do"}
    cart = {"cartItem": [{"id": item, "action": "add", "quantity": 1, "status": "Active", "productOffering": offering}]}
    tree = tree_of(cart)
    mark = Marker(ref, new_revision(ids), (), fingerprint(tree))
    sent = Sent(carts.written(cart, mark), tree, mark)
    there = await carts.create(dumps(sent.members), ref, sent) or next(iter(await carts.find(ref, {item})), None)
    if there is None:
        raise NoAnswer("The server took a cart and does not show it.")
    try:
        findings = [Finding("dialect", True, carts.facts.dialect or "v4"), *await _doors(carts, there, ref, cart)]
    finally:
        deleted = await carts.delete(there.id, None)
    findings.append(Finding("DELETE", deleted, "discarded carts go there too" if deleted else "discarded carts stay there"))
    findings.append(await _hub(carts.api))
    carts.learn(hub=findings[-1].found)
    return findings


async def _sample(carts: CartApi) -> None:
    """Look at a cart of the server's own for its dialect where nothing else tells it."""
    if carts.facts.dialect is None:
        async for _ in carts.api.pages(RESOURCE):
            break


async def _doors(carts: CartApi, there: There, ref: str, cart: dict[str, Any]) -> list[Finding]:
    kept = there.marker is not None and there.marker.ref == ref
    again = await carts.read(there.id)
    tagged = again is not None and again.etag is not None
    patched = await _patched(carts, there, cart)
    guarded = tagged and patched is not None and await _guards(carts, there.id)
    tests = patched is not None and await _tests(carts, there.id)
    found = [each for each in await carts.all({"relatedParty.id": ref}) if each.marker is not None] if kept else []
    filters = [each.id for each in found] == [there.id]
    paging = await _pages(carts.api)
    carts.learn(markers=kept, etag=guarded, patch=patched is not None, json_patch=tests, filters=filters, paging=paging)
    carts.learn(media=patched or carts.facts.media)
    return [
        Finding("keeps our mark", kept, "two people's edits are merged safely" if kept else "this server cannot protect concurrent edits"),
        Finding("PATCH", patched is not None, f"as {patched}" if patched else "changes to a cart stay on this seat"),
        Finding("ETag and If-Match", guarded, "one request for a change" if guarded else "two requests for a change: look, then write"),
        Finding("JSON Patch with test", tests, "a change is held against what was read" if tests else ""),
        Finding("filter by our mark", filters, "lost answers are found at once" if filters else "lost answers are looked for in the list"),
        Finding("paging", paging, "" if paging else "lists come whole, or pages overlap"),
    ]


async def _patched(carts: CartApi, there: There, cart: dict[str, Any]) -> str | None:
    """Return what a PATCH is called here; None where none does anything."""
    for count, media in enumerate((MERGE_PATCH, PLAIN_JSON), 2):
        changed = {"cartItem": [{**cart["cartItem"][0], "quantity": count}]}
        members = {"cartItem": carts.written(changed, there.marker or Marker("urn:cartdesk:check"))["cartItem"]}
        url = carts.api.at(RESOURCE, there.id)
        try:
            await carts.api.ask("PATCH", url, body=dumps(members).encode(), headers={"Content-Type": media})
            shown = await carts.read(there.id)
        except Declined:
            continue
        if shown is not None and [each.get("quantity") for each in shown.members.get("cartItem", [])] == [count]:
            return media
    return None


async def _guards(carts: CartApi, remote_id: str) -> bool:
    """Say whether a change of an older version is refused; an ETag alone protects nothing."""
    try:
        await carts.patch(remote_id, {"cartItem": []}, _STALE)
    except NewerThere:
        return True
    except Declined:
        return False
    return False


async def _tests(carts: CartApi, remote_id: str) -> bool:
    """Say whether JSON Patch is taken, and one whose test fails is not."""
    url, headers = carts.api.at(RESOURCE, remote_id), {"Content-Type": JSON_PATCH}
    for known, is_fine in ((remote_id, True), ("cartdesk-no-such-cart", False)):
        body = dumps([{"op": "test", "path": "/id", "value": known}]).encode()
        reply = await carts.api.ask("PATCH", url, body=body, headers=headers, accept=_REFUSED)
        if (200 <= reply.status < 300) != is_fine:
            return False
    return True


async def _pages(api: Api) -> bool | None:
    reply = await api.ask("GET", f"{api.at(RESOURCE)}?offset=0&limit=1", accept=frozenset({400, 416, 501}))
    return len(reply.data) <= 1 if isinstance(reply.data, list) else None


async def _hub(api: Api) -> Finding:
    body = dumps({"callback": "http://127.0.0.1:9/cartdesk-check"}).encode()
    try:
        reply = await api.ask("POST", api.at("hub"), body=body, accept=frozenset({400, 404, 405, 409, 422, 501}))
    except (NoAnswer, Declined):
        return Finding("hub", None, "could not be found out; the list is looked through every minute")
    found = 200 <= reply.status < 300 or reply.status in (400, 409, 422)
    hub_id = reply.data.get("id") if isinstance(reply.data, dict) else None
    hub_id = hub_id or reply.headers.get("location", "").rstrip("/").rpartition("/")[2]
    if 200 <= reply.status < 300 and hub_id:
        try:
            await api.ask("DELETE", api.at("hub", str(hub_id)), accept=frozenset({404, 405, 501}))
        except (NoAnswer, Declined):
            return Finding("hub", True, "but a listener cannot be taken back there")
    return Finding("hub", found, "`sync --listen` hears of changes at once" if found else "the list is looked through")
