"""The operations on resources: who may, then what is done. ``dispatch`` runs one for each request."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from cartdesk.server import exact, shelf
from cartdesk.server.answers import answer, unchanged
from cartdesk.server.bodies import JSON, media_type, read_body, read_object
from cartdesk.server.carts import CartRules
from cartdesk.server.checks import missing, wrong
from cartdesk.server.listing import Lister
from cartdesk.server.problems import Problem
from cartdesk.server.query import read_query
from cartdesk.server.rendering import Renderings, chosen
from cartdesk.server.seams import WRITE, Caller, ServerConfig
from cartdesk.server.shop import Shop
from cartdesk.server.table import Operation, ResourceType
from cartdesk.server.writing import Writer, not_there


class Operations:
    """Everything a request can ask for."""

    def __init__(self, config: ServerConfig) -> None:
        self._config = config
        self._catalog: Any = config.catalog if config.catalog is not None else _shipped()
        carts = CartRules(self._catalog, config.ids, config.limits.cart_items)
        self._renderings = Renderings(config.public_url)
        self._writer = Writer(config, carts, self._renderings)
        self._lister = Lister(config, self._renderings)
        self._shop = Shop(self._catalog, config.public_url, _changed(self._catalog) or config.now())

    async def run(self, operation: Operation, request: Request, row: ResourceType, version: str, resource_id: str | None) -> Response:
        """Run one operation for whoever asks.

        Raises:
            Problem: it is refused.
        """
        caller = await self._config.authorize(request, row.scope_of(operation))
        if resource_id is None:
            if operation == "create":
                return await self._writer.create(request, row, version, caller)
            if row.behaviour == "catalog":
                return await asyncio.to_thread(self._lister.answer_from, request, row, version, lambda: self._shop.of(row).values())
            return await self._lister.answer(request, row, version, caller)
        if operation == "patch":
            return await self._writer.change(request, row, version, caller, resource_id)
        if operation == "delete":
            return await self._writer.delete(request, row, version, caller, resource_id)
        if row.behaviour == "catalog":
            return await asyncio.to_thread(self._sold, request, row, version, resource_id)
        return await self._retrieve(request, row, version, caller, resource_id)

    async def _retrieve(self, request: Request, row: ResourceType, version: str, caller: Caller, resource_id: str) -> Response:
        kept = await shelf.find(self._config.database, row, resource_id)
        if kept is None or not shelf.may_see(row, kept, caller, self._config.now()):
            raise not_there(row, resource_id)
        not_modified = unchanged(request, kept)
        if not_modified is not None:
            return not_modified
        fields = self._fields(request, row, version)
        return answer(200, self._renderings.some(row, version, kept, fields), {"ETag": kept.tag})

    def _fields(self, request: Request, row: ResourceType, version: str) -> frozenset[str] | None:
        raw: bytes = request.scope["query_string"]
        return read_query(raw, row, version, self._config.limits).fields if raw else None

    def _sold(self, request: Request, row: ResourceType, version: str, resource_id: str) -> Response:
        document = self._shop.of(row).get(resource_id)
        if document is None:
            raise not_there(row, resource_id)
        fields = self._fields(request, row, version)
        body = exact.dumps(document if fields is None else chosen(document, fields))
        tag = f'"{sha256(body).hexdigest()[:24]}"'
        if request.headers.get("if-none-match") == tag:
            return answer(304, headers={"ETag": tag})
        return answer(200, body, {"ETag": tag})

    async def register(self, request: Request, api: str, version: str) -> Response:
        """Answer a POST to a hub."""
        caller = await self._config.authorize(request, WRITE)
        media_type(request, JSON)
        body = read_object(await read_body(request, self._config.limits), self._config.limits)
        if body.get("callback") is None:
            raise missing("callback")
        for name in ("callback", "query"):
            if not isinstance(body.get(name, ""), str | None):
                raise wrong(name, "text")
        if self._config.hub is None:
            raise Problem(501, "This server has no hub.")
        told = await self._config.hub.register(api, version, body, caller)
        place = f"{self._config.public_url}/tmf-api/{api}/{version}/hub/{told['id']}"
        return answer(201, exact.dumps(told), {"Location": place})

    async def unregister(self, request: Request, api: str, version: str, listener_id: str) -> Response:
        """Answer a DELETE of a listener."""
        caller = await self._config.authorize(request, WRITE)
        if self._config.hub is None or not await self._config.hub.unregister(api, version, listener_id, caller):
            raise Problem(404, f"There is no listener with the id '{listener_id}'.", code="notFound")
        return answer(204)


def _changed(catalog: Any) -> datetime | None:
    """Return when the newest of the catalog's files was written: the same for every worker, whenever it was started."""
    path = getattr(catalog, "path", None)
    if path is None:
        return None
    files = [path, *path.glob("*.json")] if path.is_dir() else [path]
    return datetime.fromtimestamp(int(max(file.stat().st_mtime for file in files)), UTC)


def _shipped() -> Any:
    from cartdesk.catalog import open_catalog, shipped_catalog

    return open_catalog(shipped_catalog(), cache_dir=None)
