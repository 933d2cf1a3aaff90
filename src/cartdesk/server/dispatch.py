"""From a path under ``/tmf-api`` to the operation that answers it: one table look-up, no route patterns.

``app`` sends it whatever no route of its own takes; the operations raise Problems, which are answered here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import sqlalchemy as sa
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cartdesk.errors import StoreError
from cartdesk.server import exact
from cartdesk.server.answers import answer
from cartdesk.server.operations import Operations
from cartdesk.server.problems import Problem
from cartdesk.server.seams import ServerConfig
from cartdesk.server.table import APIS, RESOURCES, ResourceType, operations_at

_log = structlog.get_logger(__name__)

_ID = re.compile(r"[^/\x00-\x1f\x7f]{1,200}")
_SLASHES = re.compile("/{2,}")
_ROOT = "tmf-api"
_HUB = "hub"


class Dispatch:
    """The ASGI application of every ``/tmf-api/{api}/{version}/{resource}[/{id}]``, and of what is nowhere."""

    def __init__(self, config: ServerConfig) -> None:
        self._operations = Operations(config)
        self._collections = {row.key: operations_at(row, one=False) for row in RESOURCES.values()}
        self._ones = {row.key: operations_at(row, one=True) for row in RESOURCES.values()}

    @property
    def operations(self) -> Operations:
        """What answers."""
        return self._operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        request = Request(scope, receive)
        try:
            response = await self._answer(request, scope)
        except Problem as problem:
            response = _refusal(problem, scope)
        except (StoreError, sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
            _log.error("database unavailable", error=type(error).__name__, path=scope["path"])
            response = _refusal(Problem(503, "The database cannot be reached at the moment.", headers={"Retry-After": "1"}), scope)
        await response(scope, receive, send)

    async def _answer(self, request: Request, scope: Scope) -> Response:
        parts = _path(scope).split("/")
        if len(parts) not in (5, 6) or parts[0] or parts[1] != _ROOT:
            raise _nothing(scope)
        api, version, name = parts[2:5]
        resource_id = parts[5] if len(parts) == 6 else None
        if resource_id is not None and (_ID.fullmatch(resource_id) is None or resource_id in (".", "..")):
            raise _nothing(scope)
        if name == _HUB and version in APIS.get(api, ()):
            return await self._hub(request, api, version, resource_id)
        row = RESOURCES.get((api, name))
        if row is None or version not in row.faces:
            raise _nothing(scope)
        return await self._resource(request, row, version, resource_id)

    async def _resource(self, request: Request, row: ResourceType, version: str, resource_id: str | None) -> Response:
        table = self._collections[row.key] if resource_id is None else self._ones[row.key]
        method = request.method
        operation = table.get("GET" if method == "HEAD" else method)
        if operation is None:
            return _not_allowed(method, table, f"{row.type_name} is not {_DONE.get(method, 'asked for that way')} here.")
        return await self._operations.run(operation, request, row, version, resource_id)

    async def _hub(self, request: Request, api: str, version: str, listener_id: str | None) -> Response:
        table = {"POST": "register"} if listener_id is None else {"DELETE": "unregister"}
        if request.method not in table:
            return _not_allowed(request.method, table, "A hub takes POST, and DELETE of a listener.")
        if listener_id is None:
            return await self._operations.register(request, api, version)
        return await self._operations.unregister(request, api, version, listener_id)


_DONE = {"PUT": "replaced as a whole", "POST": "created", "PATCH": "changed", "DELETE": "deleted"}


def plain_path(path: str) -> str:
    """Return a path with single slashes and none at its end: a client whose base path ends in one means the same."""
    if "//" in path:
        path = _SLASHES.sub("/", path)
    return path[:-1] if path.endswith("/") else path


def _path(scope: Scope) -> str:
    """Return the path: a slash that came encoded separates nothing."""
    path = plain_path(scope["path"])
    raw = scope.get("raw_path") or b""
    if b"%2f" in raw.lower() or b"\\" in raw or b"%5c" in raw.lower():
        raise _nothing(scope)
    return path


def _not_allowed(method: str, table: Mapping[str, object], reason: str) -> Response:
    methods = sorted({*table, *(("HEAD",) if "GET" in table else ()), "OPTIONS"})
    allow = {"Allow": ", ".join(methods)}
    if method == "OPTIONS":
        return answer(204, headers=allow)
    raise Problem(405, reason, code="methodNotAllowed", headers=allow)


def _nothing(scope: Scope) -> Problem:
    return Problem(404, f"There is nothing at {scope['path']}.", code="notFound")


def _refusal(problem: Problem, scope: Scope) -> Response:
    version = "v5" if "/v5/" in scope["path"] else "v4"
    return answer(problem.status, exact.dumps(problem.body(version)), problem.headers)
