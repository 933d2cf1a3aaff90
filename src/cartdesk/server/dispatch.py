"""From a path under ``/tmf-api`` to the operation that answers it: one table look-up, no route patterns.

``app`` mounts it; the operations raise Problems, which are answered here.
"""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cartdesk.server.problems import Problem
from cartdesk.server.seams import ServerConfig


class Dispatch:
    """The ASGI application of every ``/tmf-api/{api}/{version}/{resource}[/{id}]``."""

    def __init__(self, config: ServerConfig) -> None:
        self._config = config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive, send)
        try:
            response = await self._answer(request)
        except Problem as problem:
            response = Response(
                orjson.dumps(problem.body("v4")), status_code=problem.status, headers=problem.headers, media_type="application/json"
            )
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        raise Problem(404, f"There is no resource at {request.url.path}.")
