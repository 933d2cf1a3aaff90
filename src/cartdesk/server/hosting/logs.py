"""Logs as JSON lines on standard error, without anybody's data: no bodies, no queries, no ids of carts, no addresses of clients.

Every worker sets them up with :func:`set_up`; :class:`AccessLog` writes a line for each request.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict, WrappedLogger

from cartdesk.server.dispatch import plain_path
from cartdesk.server.table import RESOURCES

_PLAIN = frozenset({"/health/live", "/health/ready", "/admin/listeners"})


def set_up() -> None:
    """Write everything that is logged in this process as JSON lines."""
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    shared: list[Any] = [structlog.stdlib.add_log_level, stamp, _without_values]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=orjson.dumps)],
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=lambda value, **_: orjson.dumps(value).decode()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("alembic", "sqlalchemy", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _without_values(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace an error by its kind and the places it passed: its message may hold a customer's data."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["errors"] = _chain(error)
    return event


def _chain(error: BaseException | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while error is not None and len(found) < 10:
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
        found.append({"kind": f"{type(error).__module__}.{type(error).__qualname__}", "frames": frames})
        error = error.__cause__ or error.__context__
    return found


class AccessLog:
    """Writes a line for each request: what was asked for in general, what came of it, and how long it took.

    The lines look as structlog's do, whose processors would take longer than the smallest of requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._write = structlog.BytesLogger(sys.stderr.buffer).msg

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request and log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = time.perf_counter()
        try:
            await self._app(scope, receive, noted)
        finally:
            line = {
                "event": "request",
                "method": scope["method"],
                "route": route_of(scope["path"]),
                "status": status,
                "ms": round((time.perf_counter() - began) * 1000, 2),
                "level": "info",
                "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            }
            self._write(orjson.dumps(line))


def route_of(path: str) -> str:
    """Return a path without what a client chose in it: ``/tmf-api/shoppingCart/v4/shoppingCart/{id}``."""
    if path in _PLAIN:
        return path
    parts = plain_path(path).split("/")
    if len(parts) in (5, 6) and parts[1] == "tmf-api" and ((parts[2], parts[4]) in RESOURCES or parts[4] == "hub") and len(parts[3]) <= 3:
        return "/".join(parts[:5]) if len(parts) == 5 else "/".join([*parts[:5], "{id}"])
    return "/admin/listeners/{id}" if path.startswith("/admin/listeners/") else "other"
