"""A TMF663 server in memory, with the faults that servers in the field have, each one a switch."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from cartdesk.sync.messages import Answer, Request

BASE = "https://shop.example/tmf-api/shoppingCart"


@dataclass(frozen=True)
class Traits:
    """What a server is like. All at their defaults: a good one without versions."""

    dialect: str = "v4"
    etag: bool = False
    idempotent: bool = False
    ignores_merge_patch: bool = False
    refuses_null: bool = True
    json_patch: bool = False
    has_delete: bool = True
    keeps_marker: bool = True
    broken_filter: bool = False
    refuses_filter: bool = False
    overlapping_pages: bool = False
    ignores_limit: bool = False
    adds_members: bool = False
    drops_notes: bool = False
    quiet: bool = False
    """Answers a POST and a PATCH without a body."""
    one_in_a_list: bool = False
    partial: bool = False
    """Answers lists with 206 and a total that ignores the filter."""


class Server:
    """The carts and the doors to them."""

    def __init__(self, traits: Traits) -> None:
        self.traits = traits
        self.carts: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, int] = {}
        self.keys: dict[str, tuple[str, str]] = {}
        self.requests: list[tuple[str, int]] = []
        self._next = 1

    def handle(self, request: Request) -> Answer:
        """Answer a request; it has taken effect when this returns."""
        split = urlsplit(request.url)
        path = split.path.removeprefix(urlsplit(BASE).path).strip("/").split("/")
        cart_id = unquote(path[1]) if len(path) > 1 else None
        answer = self._answer(request, cart_id, dict(parse_qsl(split.query)))
        self.requests.append((request.method, answer.status))
        return answer

    def _answer(self, request: Request, cart_id: str | None, query: dict[str, str]) -> Answer:
        if request.method == "POST" and cart_id is None:
            return self._create(request)
        if request.method == "GET" and cart_id is None:
            return self._list(query)
        if cart_id is None or cart_id not in self.carts:
            return _refusal(404, "no such cart")
        if request.method == "GET":
            tag = request.headers.get("If-None-Match")
            if tag is not None and self.traits.etag and tag == self._tag(cart_id):
                return Answer(304)
            return self._shown(200, cart_id)
        wanted = request.headers.get("If-Match")
        if wanted is not None and self.traits.etag and wanted != self._tag(cart_id):
            return _refusal(412, "another version")
        if request.method == "DELETE":
            if not self.traits.has_delete:
                return _refusal(405, "no")
            del self.carts[cart_id]
            return Answer(204)
        return self._patch(request, cart_id)

    def _create(self, request: Request) -> Answer:
        body = json.loads(request.body or b"{}")
        key = request.headers.get("Idempotency-Key")
        if self.traits.idempotent and key is not None and key in self.keys:
            digest, known = self.keys[key]
            if digest != hashlib.sha256(request.body or b"").hexdigest():
                return _refusal(422, "the key was used for something else")
            return self._shown(201, known) if known in self.carts else _refusal(404, "gone since")
        fault = self._fault(body)
        if fault is not None:
            return _refusal(400, fault)
        cart_id = str(self._next)
        self._next += 1
        self.carts[cart_id] = self._kept(body)
        self.versions[cart_id] = 1
        if key is not None:
            self.keys[key] = (hashlib.sha256(request.body or b"").hexdigest(), cart_id)
        return self._shown(201, cart_id)

    def _fault(self, body: dict[str, Any]) -> str | None:
        if self.traits.dialect != "v2":
            return None
        if not body.get("cartItem"):
            return "cartItem is missing"
        lacking = [each for each in body["cartItem"] if "id" not in each or "action" not in each]
        return "cartItem.action is missing" if lacking else None

    def _patch(self, request: Request, cart_id: str) -> Answer:
        media = request.headers.get("Content-Type", "")
        body = json.loads(request.body or b"{}")
        if media == "application/json-patch+json":
            if not self.traits.json_patch:
                return _refusal(415, "no JSON Patch here")
            view = self._view(cart_id)
            if any(step["op"] == "test" and view.get(step["path"][1:]) != step["value"] for step in body):
                return _refusal(409, "a test failed")
            body = {step["path"][1:]: step["value"] for step in body if step["op"] != "test"}
        if media == "application/merge-patch+json" and self.traits.ignores_merge_patch:
            return self._shown(200, cart_id)
        if self.traits.refuses_null and any(value is None for value in body.values()):
            return _refusal(400, "null is not allowed")
        if set(body) & {"id", "href", "validFor", "cartTotalPrice"}:
            return _refusal(400, "not patchable")
        self.carts[cart_id] = self._kept({**self.carts[cart_id], **body})
        self.versions[cart_id] += 1
        return self._shown(200, cart_id)

    def _kept(self, body: dict[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = json.loads(json.dumps(body))
        if not self.traits.keeps_marker:
            kept["relatedParty"] = [each for each in kept.get("relatedParty", []) if each.get("role") != "cartSync"]
        if self.traits.drops_notes:
            for item in kept.get("cartItem", []):
                item.pop("note", None)
        if self.traits.adds_members:
            kept["status"] = "open"
            for item in kept.get("cartItem", []):
                item.setdefault("vendorLine", f"line of {item['id']}")
        return kept

    def _list(self, query: dict[str, str]) -> Answer:
        wanted = query.get("relatedParty.id")
        if wanted is not None and self.traits.refuses_filter:
            return _refusal(400, "relatedParty.id is no filter here")
        found = list(self.carts)
        if wanted is not None:
            found = [] if self.traits.broken_filter else [each for each in found if wanted in json.dumps(self.carts[each])]
        offset, limit = int(query.get("offset", 0)), int(query.get("limit", 20))
        if self.traits.ignores_limit:
            offset, limit = 0, len(found)
        if self.traits.overlapping_pages:
            limit = min(limit, 3)
            offset = max(0, offset - 1)
        page = found[offset : offset + limit]
        headers = {"x-total-count": str(len(self.carts))}
        status = 206 if self.traits.partial or self.traits.overlapping_pages else 200
        return Answer(status, headers, json.dumps([self._view(each) for each in page]).encode())

    def _view(self, cart_id: str) -> dict[str, Any]:
        return {"id": cart_id, "href": f"{BASE}/shoppingCart/{cart_id}", **self.carts[cart_id]}

    def _tag(self, cart_id: str) -> str:
        return f'"{self.versions[cart_id]}"'

    def _shown(self, status: int, cart_id: str) -> Answer:
        headers = {"etag": self._tag(cart_id)} if self.traits.etag else {}
        if self.traits.quiet and status != 200:
            return Answer(201, headers)
        view: Any = self._view(cart_id)
        return Answer(status, headers, json.dumps([view] if self.traits.one_in_a_list and status == 200 else view).encode())


def _refusal(status: int, reason: str) -> Answer:
    return Answer(status, {}, json.dumps({"code": str(status), "reason": reason}).encode())
