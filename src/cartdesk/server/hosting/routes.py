"""What stands beside the APIs: whether the server lives, whether it is ready, and how its listeners fare.

``worker`` adds these routes to the application. Health needs no token and says nothing about anybody; the rest needs an admin's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cartdesk.errors import StoreError
from cartdesk.server.events.hub import listener_states, remove_listener, resume_listener, undelivered
from cartdesk.server.events.tables import listener
from cartdesk.server.migrations import HEAD, revision_of
from cartdesk.server.problems import Problem
from cartdesk.server.seams import ADMIN

if TYPE_CHECKING:
    from cartdesk.server.database import Database
    from cartdesk.server.seams import Authorize

_READY_SECONDS = 3.0


def routes(database: Database, authorize: Authorize) -> list[Route]:
    """Return the routes."""
    admin = _Admin(database, authorize)
    return [
        Route("/health/live", _live),
        Route("/health/ready", _Ready(database).answer),
        Route("/admin/listeners", admin.guarded(admin.listeners)),
        Route("/admin/listeners/{id}", admin.guarded(admin.remove), methods=["DELETE"]),
        Route("/admin/listeners/{id}/resume", admin.guarded(admin.resume), methods=["POST"]),
        Route("/admin/listeners/{id}/undelivered", admin.guarded(admin.undelivered)),
    ]


async def _live(request: Request) -> Response:
    """Say that this process answers."""
    return JSONResponse({"status": "live"})


class _Ready:
    """Says whether requests can be served: the database answers, and its tables are those of this version or a later one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._forward = False

    async def answer(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(_READY_SECONDS):
                if not self._forward:
                    found = await asyncio.to_thread(revision_of, self._database.engine())
                    self._forward = found is not None and found >= HEAD
                await self._database.fetch(sa.select(sa.literal(1)))
        except (SQLAlchemyError, StoreError, OSError, TimeoutError):
            return JSONResponse({"status": "not ready", "reason": "the database does not answer"}, 503)
        if not self._forward:
            return JSONResponse({"status": "not ready", "reason": "the database has not been brought forward"}, 503)
        return JSONResponse({"status": "ready"})


_Handler = Callable[[Request], Awaitable[Response]]


class _Admin:
    """What admins see and do about listeners."""

    def __init__(self, database: Database, authorize: Authorize) -> None:
        self._database = database
        self._authorize = authorize

    def guarded(self, handler: _Handler) -> _Handler:
        async def guarded(request: Request) -> Response:
            try:
                await self._authorize(request, ADMIN)
                return await handler(request)
            except Problem as problem:
                return JSONResponse(problem.body("v4"), problem.status, problem.headers)

        return guarded

    async def listeners(self, request: Request) -> Response:
        return JSONResponse([asdict(state) for state in await listener_states(self._database)])

    async def undelivered(self, request: Request) -> Response:
        return JSONResponse(await undelivered(self._database, request.path_params["id"]))

    async def resume(self, request: Request) -> Response:
        return _found(await resume_listener(self._database, request.path_params["id"]))

    async def remove(self, request: Request) -> Response:
        return _found(await remove_listener(self._database, listener.c.id == request.path_params["id"]))


def _found(found: bool) -> Response:
    if not found:
        raise Problem(404, "There is no such listener.")
    return Response(status_code=204)
