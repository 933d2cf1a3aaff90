"""Orders, customers and billing accounts on their way: each created once, found again by a mark of ours before any second POST.

``session`` makes rounds of it after the carts. The store's own JSON is what travels; nothing here needs a model.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from cartdesk.errors import Declined, NoAnswer
from cartdesk.store import tables
from cartdesk.store.codec import write_document
from cartdesk.store.frame import Op
from cartdesk.sync.api import Api
from cartdesk.sync.carts import rank
from cartdesk.sync.facts import MERGE_PATCH, PLAIN_JSON
from cartdesk.sync.ledger import Ledger
from cartdesk.sync.outbox import Waiting
from cartdesk.sync.rounds import Tally, pause_after
from cartdesk.tmf.wire import dumps

_DONE = frozenset({"completed", "cancelled", "rejected", "failed"})
_LOCAL = ("id", "href", "cartdesk")
_THERE_ALREADY = 409


class Writer(Protocol):
    """Whoever keeps a seat's transactions."""

    def write(self, also: Callable[[], None]) -> None:
        """Do some writing in one transaction."""
        ...

    def moment(self) -> str:
        """Return now, RFC 3339."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of parcel."""

    name: str
    api: str
    table: str
    mark: Callable[[dict[str, Any], str], dict[str, Any]]
    """Puts our mark into what is sent."""
    query: Callable[[str], dict[str, str]]
    """The filter that finds it by its mark."""
    marked: Callable[[Mapping[str, Any], str], bool]
    """Whether a resource of the server carries it."""
    resource: Callable[[Mapping[str, Any]], str]
    """What the API calls it."""


def _named(reference: Any, name: str) -> bool:
    return isinstance(reference, dict) and reference.get("name") == name


def _with_both_names(body: dict[str, Any]) -> dict[str, Any]:
    """Return an individual with the two names that TMF632 wants, from the one that the desk asks for."""
    if body.get("@type") == "Organization" or (body.get("givenName") and body.get("familyName")):
        return body
    whole = str(body.get("fullName") or body.get("name") or body.get("familyName") or body.get("givenName") or "").split()
    given, family = " ".join(whole[:-1]), whole[-1] if whole else ""
    return {**body, "givenName": body.get("givenName") or given or family, "familyName": body.get("familyName") or family or given}


def _with_party(body: dict[str, Any], name: str) -> dict[str, Any]:
    """TMF666 wants a name of every party, so that the mark has one too."""
    mark = {"id": name, "name": "cartdesk", "role": "cartSync", "@referredType": "CartSync"}
    return {**body, "relatedParty": [*body.get("relatedParty", []), mark]}


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "customer",
            "customers",
            tables.CUSTOMERS,
            lambda body, name: {
                **_with_both_names(body),
                "externalReference": [*body.get("externalReference", []), {"name": name, "externalReferenceType": "cartdesk"}],
            },
            lambda name: {"externalReference.name": name},
            lambda found, name: any(_named(each, name) for each in found.get("externalReference") or ()),
            lambda body: "organization" if body.get("@type") == "Organization" else "individual",
        ),
        Kind(
            "account",
            "accounts",
            tables.ACCOUNTS,
            _with_party,
            lambda name: {"relatedParty.id": name},
            lambda found, name: any(isinstance(each, dict) and each.get("id") == name for each in found.get("relatedParty") or ()),
            lambda body: str(body.get("@type") or "BillingAccount")[:1].lower() + str(body.get("@type") or "BillingAccount")[1:],
        ),
        Kind(
            "order",
            "orders",
            tables.ORDERS,
            lambda body, name: {**body, "externalId": name},
            lambda name: {"externalId": name},
            lambda found, name: found.get("externalId") == name,
            lambda body: "productOrder",
        ),
    )
}
"""Customers go first, then their accounts, then the orders that name both."""


class Parcels:
    """The parcels of one seat."""

    def __init__(
        self,
        seat: Writer,
        ledger: Ledger,
        apis: Mapping[str, Api],
        *,
        ids: Callable[[], str],
        clock: Callable[[], float],
        rng: random.Random,
    ) -> None:
        """Make it.

        Args:
            seat: keeps the transactions.
            ledger: the books.
            apis: the APIs that are set, by name; what has none stays here.
            ids: makes texts that are never made twice.
            clock: seconds since the epoch.
            rng: the source of chance for pauses.
        """
        self._seat = seat
        self._ledger = ledger
        self._apis = apis
        self._ids = ids
        self._clock = clock
        self._rng = rng
        self._looked: dict[tuple[str, str], int] = {}
        """A hash of each customer and account as it was when it was last looked at: most stay as they are."""

    def note_changed(self) -> None:
        """Note customers and accounts that the server does not have as they are here."""
        for kind in (KINDS["customer"], KINDS["account"]):
            if kind.api in self._apis:
                for name, body in self._ledger.documents.bodies(kind.table):
                    seen = hash(body)
                    if self._looked.get((kind.name, name)) != seen:
                        self._note_changed(kind, name, content_of(body))
                        self._looked[kind.name, name] = seen

    def _note_changed(self, kind: Kind, name: str, content: dict[str, Any]) -> None:
        page = self._ledger.page(_page(kind, name)) or {}
        if content not in (page.get("sent"), page.get("refused")) and self._ledger.unsent(kind.name, name) is None:
            self._seat.write(lambda: self._ledger.note(kind.name, name, self._seat.moment()))

    async def push(self) -> Tally:
        """Send every parcel whose time has come."""
        self.note_changed()
        tally = Tally()
        entries = {kind: [entry for entry in self._ledger.waiting() if entry.kind == kind] for kind in KINDS}
        for name, listed in entries.items():
            kind = KINDS[name]
            for entry in listed:
                if kind.api in self._apis and self._is_due(kind, entry):
                    await self._attempt(kind, entry, tally)
        return tally

    def _is_due(self, kind: Kind, entry: Waiting) -> bool:
        page = self._ledger.page(_page(kind, entry.id)) or {}
        if page.get("status") == "parked":
            return bool(page.get("parked") != entry.changes)
        return float(page.get("due", 0)) <= self._clock()

    async def _attempt(self, kind: Kind, entry: Waiting, tally: Tally) -> None:
        page = self._ledger.page(_page(kind, entry.id)) or {}
        try:
            await self._send(kind, entry, page)
            tally.sent += 1
        except NoAnswer as unknown:
            tries = int(page.get("tries", 0)) + 1
            page.update(tries=tries, due=self._clock() + pause_after(tries, self._rng, unknown.after), error=str(unknown), status="waiting")
            self._save(kind, entry.id, page)
            tally.put_off += 1
            tally.told(str(unknown))
        except Declined as refusal:
            parked = (
                {"status": "parked", "parked": entry.changes} if refusal.status != 401 else {"due": self._clock() + 60, "status": "waiting"}
            )
            page.update(error=str(refusal), posting=False, **parked)
            self._save(kind, entry.id, page)
            tally.parked += 1
            tally.told(str(refusal))

    async def _send(self, kind: Kind, entry: Waiting, page: dict[str, Any]) -> None:
        raw = self._ledger.documents.body(kind.table, entry.id)
        if raw is None:
            self._seat.write(lambda: self._gone(kind, entry))
            return
        content = content_of(raw)
        if page.get("remote") is None:
            shown = await self._created(kind, entry.id, content, page)
        elif kind.name == "order" or page.get("sent") == content:
            shown = page.get("shown") or {}
        else:
            shown = await self._changed(kind, content, page)
        page.update(remote=str(shown.get("id", page.get("remote"))), sent=content, shown=_read(write_document(shown)))
        page.update(posting=False, tries=0, due=0.0, error=None, status="sent", refused=None)
        self._seat.write(lambda: self._struck(kind, entry, page))

    async def _created(self, kind: Kind, name: str, content: dict[str, Any], page: dict[str, Any]) -> dict[str, Any]:
        """Create it, unless an earlier attempt did."""
        mark = page.setdefault("mark", name if kind.name == "order" else f"urn:uuid:{self._ids()}")
        api, resource = self._apis[kind.api], kind.resource(content)
        if page.get("posting"):
            found = await self._found(kind, api, resource, mark)
            if found is not None:
                return found
        page["posting"] = True
        self._save(kind, name, page)
        body = dumps(kind.mark(content, mark)).encode()
        reply = await api.ask("POST", api.at(resource), body=body, headers={"Idempotency-Key": mark}, accept=frozenset({_THERE_ALREADY}))
        if reply.status == _THERE_ALREADY:
            found = await self._found(kind, api, resource, mark)
            if found is None:
                raise Declined(_THERE_ALREADY, f"The {api.name} server has something else under that name ({_THERE_ALREADY}).")
            return found
        if isinstance(reply.data, dict) and reply.data.get("id"):
            return reply.data
        found = await self._found(kind, api, resource, mark)
        if found is None:
            raise NoAnswer(f"The {api.name} server took it but does not show it yet.")
        return found

    async def _found(self, kind: Kind, api: Api, resource: str, mark: str) -> dict[str, Any] | None:
        """Look for it by its mark; where the filter finds nothing, through the whole list."""
        for query in (kind.query(mark), {}):
            try:
                pages = [each async for page in api.pages(resource, query) for each in page if kind.marked(each, mark)]
            except Declined as refusal:
                if query and refusal.status in (400, 404, 422, 501):
                    continue
                raise
            if pages:
                return min(pages, key=lambda each: rank(str(each.get("id"))))
        return None

    async def _changed(self, kind: Kind, content: dict[str, Any], page: dict[str, Any]) -> dict[str, Any]:
        """Send what changed here, unless somebody changed the very same there."""
        api, sent, shown = self._apis[kind.api], page.get("sent") or {}, page.get("shown") or {}
        url = api.at(kind.resource(content), str(page["remote"]))
        now = (await api.ask("GET", url)).data
        if not isinstance(now, dict):
            raise NoAnswer(f"The {api.name} server does not show it.")
        plain = _read(write_document(now))
        changed = {name: content.get(name, []) for name in {*content, *sent} if content.get(name) != sent.get(name)}
        both = sorted(name for name in changed if plain.get(name) != shown.get(name) and plain.get(name) != changed[name])
        if both:
            page["refused"] = content
            raise Declined(409, f"The {kind.name} was changed on the server too ({', '.join(both)}); it was left as it is there.")
        if "relatedParty" in changed and kind.name == "account":
            changed = {**changed, "relatedParty": _with_party(content, page["mark"])["relatedParty"]}
        for media in (MERGE_PATCH, PLAIN_JSON):
            try:
                reply = await api.ask("PATCH", url, body=dumps(changed).encode(), headers={"Content-Type": media})
            except Declined as refusal:
                if refusal.status != 415:
                    raise
                continue
            return reply.data if isinstance(reply.data, dict) else {**now, **changed}
        raise Declined(415, f"The {api.name} server takes no form of PATCH that we know.")

    # What became of orders

    async def fetch_states(self) -> int:
        """Fetch the states of orders that are under way; return how many changed."""
        api = self._apis.get("orders")
        if api is None:
            return 0
        names = [name.removeprefix("parcel/order/") for name, page in self._ledger.pages("parcel/order/") if page.get("remote") is not None]
        return sum([await self._fetch_state(api, order_id) for order_id in names])

    async def _fetch_state(self, api: Api, order_id: str) -> bool:
        """Fetch one order's state; one that is not shown to us keeps nobody from the others."""
        page, raw = self._ledger.page(f"parcel/order/{order_id}"), self._ledger.documents.body(tables.ORDERS, order_id)
        order = _read(raw) if raw is not None else None
        if page is None or order is None or order.get("state") in _DONE:
            return False
        reply = await api.ask("GET", api.at("productOrder", str(page["remote"])), accept=frozenset({403, 404, 410}))
        state = reply.data.get("state") if isinstance(reply.data, dict) else None
        if not isinstance(state, str) or not state or state == order.get("state"):
            return False
        self._seat.write(lambda: self._put_state(order_id, order, reply.data))
        return True

    def _put_state(self, order_id: str, order: dict[str, Any], there: Mapping[str, Any]) -> None:
        states = {str(each.get("id")): each.get("state") for each in there.get("productOrderItem") or () if isinstance(each, dict)}
        items = [
            {**item, "state": states[str(item.get("id"))]} if isinstance(item, dict) and states.get(str(item.get("id"))) else item
            for item in order.get("productOrderItem", [])
        ]
        fresh = {**order, "state": there["state"], **({"productOrderItem": items} if items else {})}
        self._ledger.documents.apply([Op(tables.ORDERS, order_id, write_document(fresh))])

    # Writing down

    def _gone(self, kind: Kind, entry: Waiting) -> None:
        self._ledger.write_page(_page(kind, entry.id), None)
        self._ledger.strike(entry)

    def _struck(self, kind: Kind, entry: Waiting, page: dict[str, Any]) -> None:
        self._ledger.write_page(_page(kind, entry.id), page)
        self._ledger.strike(entry)

    def _save(self, kind: Kind, name: str, page: dict[str, Any]) -> None:
        self._seat.write(lambda: self._ledger.write_page(_page(kind, name), page))

    def stuck(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield (kind, id, page) of each parcel that is not through."""
        for name, page in self._ledger.pages("parcel/"):
            if page.get("status") != "sent":
                _, kind, parcel_id = name.split("/", 2)
                yield kind, parcel_id, page


def _page(kind: Kind, name: str) -> str:
    return f"parcel/{kind.name}/{name}"


def _read(body: bytes) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(body.decode("utf-8", "surrogatepass"), parse_float=_number)
    return value


def _number(text: str) -> float | Decimal:
    exact, carrier = Decimal(text), float(text)
    return carrier if Decimal(repr(carrier)) == exact else exact


def content_of(body: bytes) -> dict[str, Any]:
    """Return what travels of a stored resource: all but what only this seat knows, and an order's state, which is the server's."""
    resource = _read(body)
    left_out = (*_LOCAL, "state") if "productOrderItem" in resource else _LOCAL
    return {name: value for name, value in resource.items() if name not in left_out}
