"""Addresses to listen on: which of them only this machine reaches, and getting one, or one sentence that says why not.

Whatever serves somebody calls it: the server of carts, and the desk in a browser.
"""

from __future__ import annotations

import errno
import socket
from ipaddress import ip_address
from typing import Any

from cartdesk.errors import ServingError
from cartdesk.text import safe_text

_BACKLOG = 2048
_LOOKED_AT = 50


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
            free = _free_after(family, kind, address)
            mend = f"{free} is free: --port {free}." if free else "choose another one with --port."
            raise ServingError(f"Port {port} on {shown} is taken by another program; {mend}") from None
        if error.errno == errno.EACCES:
            raise ServingError(f"Port {port} may not be used by this user; choose one above 1023 with --port.") from None
        raise ServingError(f"{shown} is not an address of this machine; leave --host away to listen on this machine only.") from None
    return listening


def _free_after(family: int, kind: int, address: Any) -> int | None:
    """Return the next port that could be had instead."""
    host, port, *rest = address
    for other in range(port + 1, min(port + _LOOKED_AT, 65_536)):
        with socket.socket(family, kind) as trying:
            try:
                trying.bind((host, other, *rest))
            except OSError:
                continue
            return other
    return None
