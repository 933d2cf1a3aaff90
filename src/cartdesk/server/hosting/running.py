"""Starting and stopping: the socket, the tables, the workers.

``cartdesk serve`` calls :func:`run`; it returns when the server has stopped, after every request under way was answered.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from cartdesk.errors import Refused, ServingError
from cartdesk.server.access.tokens import has_tokens
from cartdesk.server.database import Database
from cartdesk.server.hosting.logs import set_up
from cartdesk.server.hosting.protocol import HEAD_BYTES, PatientProtocol
from cartdesk.server.hosting.settings import VARIABLE, ServerSettings
from cartdesk.server.migrations import bring_forward
from cartdesk.sockets import is_loopback, open_socket
from cartdesk.text import safe_text

STOP_SECONDS = 30
"""How long requests under way may take to finish when the server is told to stop."""

_KEEP_ALIVE_SECONDS = 5


def run(settings: ServerSettings, say: Callable[[str], None]) -> None:
    """Serve until told to stop.

    Args:
        settings: what to serve, where.
        say: told in a sentence or two where the server is.

    Raises:
        ServingError: the address cannot be had.
        Refused: without a token, on an address that others can reach.
        StoreError: the database cannot be used.
    """
    guarded = prepare(settings.database)
    local = is_loopback(settings.host)
    if not guarded and not local:
        raise Refused(
            f"Without a token the server listens on this machine only, not on {safe_text(settings.host, 80)}. "
            "Add a token with `cartdesk tokens add`, or leave --host away."
        )
    settings = replace(settings, unguarded=not guarded, callbacks_here=settings.callbacks_here or not guarded)
    with open_socket(settings.host, settings.port) as listening:
        listening.set_inheritable(True)  # the workers answer on it
        port = listening.getsockname()[1]
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        place = f"http://{host}:{port}"
        say(f"cartdesk serves on {place}. Stop it with Ctrl-C.")
        if not guarded:
            settings = replace(settings, public_url=settings.public_url or place)
            say("There is no token yet: whoever is on this machine may do everything, and nobody else gets in. See `cartdesk tokens add`.")
        _serve(replace(settings, port=port), listening)


def prepare(url: str) -> bool:
    """Bring the database's tables forward, and return whether there is any token."""
    database = Database.open(url)
    bring_forward(database.engine())

    async def look() -> bool:
        try:
            return await has_tokens(database)
        finally:
            await database.close()

    return asyncio.run(look())


def _serve(settings: ServerSettings, listening: socket.socket) -> None:
    settings = replace(settings, parent=os.getpid() if settings.workers > 1 else 0)
    os.environ[VARIABLE] = settings.dump()
    set_up()
    config = uvicorn.Config(
        "cartdesk.server.hosting.worker:application",
        factory=True,
        workers=settings.workers,
        http=PatientProtocol,
        h11_max_incomplete_event_size=HEAD_BYTES,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    try:
        if settings.workers > 1:
            Multiprocess(config, sockets=[listening]).run()
            return
        signal.signal(signal.SIGTERM, _ended)  # uvicorn sends itself the signal again when it has stopped, to end the process by it
        signal.signal(signal.SIGINT, _ended)
        server = uvicorn.Server(config)
        server.run(sockets=[listening])
    finally:
        del os.environ[VARIABLE]
    if not server.started:
        raise ServingError("The server did not start; its log says why.")


def _ended(number: int, frame: Any) -> None:
    """Let the process end of itself."""
