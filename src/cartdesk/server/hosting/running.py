"""Starting and stopping: the socket, the tables, the workers.

``cartdesk serve`` calls :func:`run`; it returns when the server has stopped, after every request under way was answered.
"""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address
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
from cartdesk.text import safe_text

STOP_SECONDS = 30
"""How long requests under way may take to finish when the server is told to stop."""

_KEEP_ALIVE_SECONDS = 5
_BACKLOG = 2048


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
        port = listening.getsockname()[1]
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        say(f"cartdesk serves on http://{host}:{port}. Stop it with Ctrl-C.")
        if not guarded:
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


def is_loopback(host: str) -> bool:
    """Return True for a host that only this machine can reach."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def open_socket(host: str, port: int) -> socket.socket:
    """Listen on an address.

    Raises:
        ServingError: it is taken, not ours, or none.
    """
    shown = safe_text(host, 80)
    if not 0 <= port <= 65_535:
        raise ServingError(f"There is no port {port}; choose one from 1 to 65535 with --port.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listening = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError):
        raise ServingError(f"{shown} is no address to listen on; leave --host away to listen on this machine only.") from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise ServingError(f"Port {port} on {shown} is taken by another program; choose another one with --port.") from None
        if error.errno == errno.EACCES:
            raise ServingError(f"Port {port} may not be used by this user; choose one above 1023 with --port.") from None
        raise ServingError(f"{shown} is not an address of this machine; leave --host away to listen on this machine only.") from None
    listening.set_inheritable(True)
    return listening


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
