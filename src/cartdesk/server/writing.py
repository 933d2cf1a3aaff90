"""Create, change, delete: what a body may say, what is stored of it, and the one transaction it is stored in.

``dispatch`` calls it. A change is stored only over the revision it was made from; without If-Match it is made again on what is there now.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response

from cartdesk.server import exact, shelf
from cartdesk.server.answers import answer, check_condition, wanted_revision
from cartdesk.server.behaviours import CANCELLABLE, Prepared, cancelled, prepare, same_order
from cartdesk.server.bodies import JSON, JSON_PATCH, MERGE_PATCH, media_type, read_body, read_json, read_object
from cartdesk.server.carts import CartRules
from cartdesk.server.checks import check, check_rules, missing
from cartdesk.server.database import Transaction
from cartdesk.server.faces import document_of, shows_as_stored, stored_form
from cartdesk.server.idempotent import Attempt, attempt_of, forget_old, former_answer, keep_answer
from cartdesk.server.patches import first_steps, merged, patched
from cartdesk.server.problems import Problem
from cartdesk.server.rendering import Hot, Renderings
from cartdesk.server.seams import Caller, Change, Document, ServerConfig
from cartdesk.server.shapes import shapes_of
from cartdesk.server.shelf import Kept, millis
from cartdesk.server.table import APIS, RESOURCES, ResourceType
from cartdesk.tmf.period import write_time

_TRIES = 30
"""How often a change without If-Match is made again when others change the same resource meanwhile."""
_FORGET_EVERY = 500
_RETRIED = frozenset({"40001", "40P01"})
"""PostgreSQL's and CockroachDB's states for "try the transaction again"."""

_Conflict = (sa.exc.IntegrityError,)


class Writer:
    """Creates, changes and deletes resources.

    Args:
        config: the server's.
        carts: how carts are worked out.
        renderings: the server's.
    """

    def __init__(self, config: ServerConfig, carts: CartRules, renderings: Renderings) -> None:
        self._config = config
        self._carts = carts
        self._renderings = renderings
        self._hot = Hot()
        self._created = 0
        self._listened = set(APIS) if config.hook_hears_all else set[str]()

    async def create(self, request: Request, row: ResourceType, version: str, caller: Caller) -> Response:
        """Answer a POST."""
        media_type(request, JSON)
        body = await read_body(request, self._config.limits)
        attempt = attempt_of(request, caller, body)
        if attempt is not None and (former := await former_answer(self._config.database, attempt)) is not None:
            return self._created_answer(row, version, *former)
        document = self._new_document(row, version, read_object(body, self._config.limits))
        if row.unique and (known := await self._known(row, version, document, caller)) is not None:
            return known
        try:
            kept, told = await self._insert(row, version, document, caller, attempt)
        except _Conflict:
            former = await former_answer(self._config.database, attempt) if attempt is not None else None
            if former is not None:
                return self._created_answer(row, version, *former)
            known = await self._known(row, version, document, caller) if row.unique else None
            if known is None:
                raise
            return known
        self._hot.put(row, kept)
        await self._forget_old_keys()
        return self._created_answer(row, version, kept.id, told)

    def _new_document(self, row: ResourceType, version: str, members: Document) -> Document:
        face = row.faces[version]
        for name in face.mandatory:
            if members.get(name) is None:
                raise missing(name)
        given = frozenset((*row.given, "id", "href"))
        document = self._read(row, version, {name: value for name, value in members.items() if name not in given and value is not None})
        head = {"id": self._config.ids(), "@type": document.get("@type", row.type_name)}
        return head | {name: value for name, value in ({**row.defaults} | document).items() if name not in head}

    def _read(self, row: ResourceType, version: str, members: Document) -> Document:
        """Test what a client sent and return it in stored names; a cart's items that are known need neither."""
        face, shapes, cart = row.faces[version], shapes_of(row.api, version), row.behaviour == "cart"
        items = members.get("cartItem") if cart else None
        look = self._carts.items.look(version, items)
        sent = {name: value for name, value in members.items() if value is not None}
        passed = look.passed(items) if isinstance(items, list) else frozenset[int]()
        check(shapes, row.type_name, sent, required=False, below=face.strict, tolerant=cart, passed=passed)
        check_rules(face.rules, sent)
        if not isinstance(items, list):
            return document_of(row, version, members)
        document = document_of(row, version, members | {"cartItem": look.unknown(items)})
        return document | {"cartItem": look.taken(items, document["cartItem"])}

    async def _known(self, row: ResourceType, version: str, document: Document, caller: Caller) -> Response | None:
        """Return the answer for a resource that is there already under the same unique member, made by an earlier sending of it."""
        value = document.get(row.unique or "")
        kept = await shelf.find_unique(self._config.database, row, value) if isinstance(value, str) and value else None
        if kept is None:
            return None
        if not shelf.may_see(row, kept, caller, self._config.now()) or not same_order(document, kept.parsed()):
            raise Problem(409, f"Another {row.type_name} has this '{row.unique}'.", code="alreadyThere")
        return self._created_answer(row, version, kept.id, self._renderings.whole(row, version, kept), kept.tag)

    async def _insert(
        self, row: ResourceType, version: str, document: Document, caller: Caller, attempt: Attempt | None
    ) -> tuple[Kept, bytes]:
        now = self._config.now()
        prepared = prepare(row, document, None, None, caller=caller, carts=self._carts, now=now)
        async with self._config.database.transaction() as transaction:
            if row.behaviour == "cancel":
                prepared = await self._cancel(transaction, prepared.document, caller)
            blank = Kept(0, document["id"], 1, caller.owner, caller.team, None, 0, True, b"", shown={})
            kept = await shelf.insert(transaction, row, self._kept(row, blank, prepared))
            await self._tell(transaction, row, "create", None, kept, caller)
            told = self._renderings.whole(row, version, kept)
            if attempt is not None:
                await keep_answer(transaction, attempt, row.name, kept.id, told, kept.changed)
        return kept, told

    def _kept(self, row: ResourceType, like: Kept, prepared: Prepared) -> Kept:
        document = stored_form(row, {"id": like.id, **prepared.document})
        expires = None if prepared.expires is None else millis(prepared.expires)
        return replace(
            like,
            expires=expires,
            changed=millis(self._config.now()),
            as_is=like.as_is if _same_items(like.document, document) else shows_as_stored(row, document),
            body=exact.dumps_stored(document),
            document=document,
            work=prepared.work,
        )

    async def _cancel(self, transaction: Transaction, task: Document, caller: Caller) -> Prepared:
        """Cancel the order a task names, in the task's own transaction; the task says whether that was possible."""
        orders = RESOURCES[("productOrderingManagement", "productOrder")]
        reference = task.get("productOrder") or {}
        named = str(reference.get("id") or str(reference.get("href", "")).rsplit("/", 1)[-1])
        now = self._config.now()
        kept = await shelf.find_in(transaction, orders, named)
        if kept is None or not shelf.may_see(orders, kept, caller, now) or kept.parsed().get("state") not in CANCELLABLE:
            return Prepared({**task, "state": "terminatedWithError"})
        after = cancelled(kept.parsed(), task.get("cancellationReason"), now)
        changed = self._kept(orders, replace(kept, revision=kept.revision + 1), Prepared(after))
        listened = await shelf.update(transaction, orders, kept, changed)
        if listened is None:
            return Prepared({**task, "state": "terminatedWithError"})
        self._hot.drop(orders, kept.id)
        await self._tell(transaction, orders, "state", kept, changed, caller, listened)
        return Prepared({**task, "state": "done", "effectiveCancellationDate": write_time(now)})

    async def _tell(
        self,
        transaction: Transaction,
        row: ResourceType,
        kind: Any,
        before: Kept | None,
        after: Kept,
        caller: Caller,
        listened: bool = True,
    ) -> None:
        change = Change(
            kind,
            row.api,
            row.name,
            after.id,
            after.revision,
            None if before is None else before.parsed(),
            None if kind == "delete" else after.parsed(),
            self._config.now(),
            caller,
            after.owner,
            after.team,
            after.body,
            listened,
        )
        await self._config.hook(transaction, change)

    def _created_answer(self, row: ResourceType, version: str, resource_id: str, told: bytes, tag: str = '"1"') -> Response:
        return answer(201, told, {"Location": self._renderings.location(row, version, resource_id), "ETag": tag})

    async def _forget_old_keys(self) -> None:
        self._created += 1
        if self._created % _FORGET_EVERY == 0:
            await forget_old(self._config.database, millis(self._config.now()))

    async def change(self, request: Request, row: ResourceType, version: str, caller: Caller, resource_id: str) -> Response:
        """Answer a PATCH."""
        kind = media_type(request, MERGE_PATCH, JSON, JSON_PATCH)
        patch = read_json(await read_body(request, self._config.limits), self._config.limits)
        self._check_fixed(row, version, kind, patch)
        wanted = wanted_revision(request)
        before = self._hot.get(row, resource_id)
        for _ in range(_TRIES):
            fresh = before is None
            before = before or await self._found(row, resource_id)
            try:
                self._check_seen(row, before, caller)
                check_condition(wanted, before)
                after = self._changed(row, version, kind, patch, before, caller)
            except Problem:
                if fresh:
                    raise
                after = before
            if (fresh and after is before) or (after is not before and await self._stored(row, before, after, caller)):
                return answer(200, self._renderings.whole(row, version, after), {"ETag": after.tag})
            others = self._hot.get(row, resource_id)
            if others is before:
                self._hot.drop(row, resource_id)
                others = None
            before = others
        raise Problem(503, "Too many others change the resource at the same time.", headers={"Retry-After": "1"})

    async def _found(self, row: ResourceType, resource_id: str) -> Kept:
        kept = await shelf.find(self._config.database, row, resource_id)
        if kept is None:
            raise not_there(row, resource_id)
        return replace(kept, document=kept.parsed(), shown={})

    def _check_seen(self, row: ResourceType, kept: Kept, caller: Caller) -> None:
        if not shelf.may_see(row, kept, caller, self._config.now()):
            raise not_there(row, kept.id)

    def _check_fixed(self, row: ResourceType, version: str, kind: str, patch: Any) -> None:
        named = first_steps(patch) if kind == JSON_PATCH else set(patch) if isinstance(patch, dict) else {""}
        if "" in named:
            raise Problem(400, "A patch must name the attributes it changes: a JSON object of them.", code="invalidPatch")
        for name in row.fixed:
            if name in named:
                raise Problem(400, f"The attribute '{name}' is not patchable.", code="notPatchable", message=f"Leave '{name}' out.")
        if kind != JSON_PATCH:
            for name in row.faces[version].mandatory:
                if name in patch and patch[name] is None:
                    raise Problem(400, f"The attribute '{name}' is mandatory; it cannot be removed.", code="missingAttribute")

    def _changed(self, row: ResourceType, version: str, kind: str, patch: Any, before: Kept, caller: Caller) -> Kept:
        """Return the resource with the patch applied; ``before`` itself where that changes nothing."""
        stored = before.parsed()
        if kind == JSON_PATCH:
            face = {name: value for name, value in self._renderings.document(row, version, before).items() if name != "href"}
            result = patched(face, patch)
            if result == face:
                return before
            for name in row.faces[version].mandatory:
                if result.get(name) is None:
                    raise missing(name)
            document = self._read(row, version, {name: value for name, value in result.items() if name not in row.fixed})
            document |= {name: stored[name] for name in row.fixed if name in stored}
        else:
            document = merged(stored, self._read(row, version, patch))
            self._check_parts(row, patch, document)
        document["id"] = stored["id"]
        if document == stored:
            return before
        now = self._config.now()
        prepared = prepare(row, document, stored, before.work, caller=caller, carts=self._carts, now=now)
        if _but_for_times(prepared.document) == _but_for_times(stored):
            return before
        return self._kept(row, replace(before, revision=before.revision + 1), prepared)

    def _check_parts(self, row: ResourceType, patch: Document, document: Document) -> None:
        """Test what objects have become that a merge patch reached into: what they lack now is refused."""
        inside = {name for name, value in patch.items() if isinstance(value, dict)}
        if inside and row.behaviour != "cart":
            first = next(iter(row.faces))
            changed = {name: value for name, value in document.items() if name in inside}
            check(shapes_of(row.api, first), row.type_name, changed, required=False)

    async def _stored(self, row: ResourceType, before: Kept, after: Kept, caller: Caller) -> bool:
        """Store a change and tell of it: by one statement where nobody listened the last time that somebody looked."""
        try:
            alone = row.api not in self._listened and await shelf.update_unheard(self._config.database, row, before, after)
            if not alone and not await self._stored_and_told(row, before, after, caller):
                return False
        except sa.exc.IntegrityError:
            raise Problem(409, f"Another {row.type_name} has this '{row.unique}'.", code="alreadyThere") from None
        except sa.exc.OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in _RETRIED:
                raise
            return False
        self._hot.put(row, after)
        return True

    async def _stored_and_told(self, row: ResourceType, before: Kept, after: Kept, caller: Caller) -> bool:
        state = row.state is not None and before.parsed().get(row.state) != after.parsed().get(row.state)
        async with self._config.database.transaction() as transaction:
            listened = await shelf.update(transaction, row, before, after)
            if listened is None:
                return False
            await self._tell(transaction, row, "state" if state else "change", before, after, caller, listened)
        if listened:
            self._listened.add(row.api)
        elif not self._config.hook_hears_all:
            self._listened.discard(row.api)
        return True

    async def delete(self, request: Request, row: ResourceType, version: str, caller: Caller, resource_id: str) -> Response:
        """Answer a DELETE."""
        wanted = wanted_revision(request)
        for _ in range(_TRIES):
            before = await self._found(row, resource_id)
            self._check_seen(row, before, caller)
            check_condition(wanted, before)
            async with self._config.database.transaction() as transaction:
                if await shelf.delete(transaction, row, before):
                    await self._tell(transaction, row, "delete", before, replace(before, revision=before.revision + 1), caller)
                    self._hot.drop(row, resource_id)
                    return answer(204)
        raise Problem(503, "Too many others change the resource at the same time.", headers={"Retry-After": "1"})


def _same_items(before: Document | None, after: Document) -> bool:
    """Say whether a changed cart has the very items it had."""
    return before is not None and "cartItem" in after and before.get("cartItem") is after["cartItem"]


def _but_for_times(document: Document) -> Document:
    return {name: value for name, value in document.items() if name not in ("validFor", "lastModified")}


def not_there(row: ResourceType, resource_id: str) -> Problem:
    """Return the refusal of an id that is none, or not the caller's to see."""
    return Problem(404, f"There is no {row.type_name} with the id '{resource_id}'.", code="notFound")
