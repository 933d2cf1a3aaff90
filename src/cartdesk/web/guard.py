"""Who may come in: the token that is told once, the cookies it is exchanged for, and requests that other pages made up.

``application`` asks here before it answers anything. Nothing here is ever logged.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cartdesk.errors import Refused, StoreFull
from cartdesk.text import safe_text
from cartdesk.web.settings import Addresses

_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,200}")
"""At least 128 bits, in characters that need no escaping in a URL."""
_MOST_KEPT = 1_000
"""How many signed-in browsers are remembered; beyond it the longest unseen has to sign in again."""
_PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser that has signed in."""

    key: str
    """Tells browsers apart, in memory only."""
    seat: str
    """The name of its seat's folder; whoever knows it cannot work out the cookie from it."""
    agent: str = ""
    """Who the address it signed in by says works there."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a browser gets for the token: two secrets for its cookies."""

    key: str
    """Opens the door while this server runs."""
    seat: str
    """Finds the seat's folder again, also after the server was started anew; opens nothing by itself."""


class SignIns:
    """The token, and who has shown it."""

    def __init__(self, token: str, *, make: Callable[[], str] = lambda: secrets.token_urlsafe(_BYTES)) -> None:
        self._token = _digest(token)
        self._make = make
        self._visitors: dict[str, Visitor] = {}

    def sign_in(self, token: str, *, key: str = "", seat: str = "", agent: str = "") -> SignedIn | None:
        """Let a browser in that shows the token; None for a wrong one.

        Args:
            token: what it shows.
            key: its cookie, where it was in already.
            seat: its seat's cookie, where it had one.
            agent: who works there, where its address says so.
        """
        if not hmac.compare_digest(_digest(token), self._token):
            return None
        before = self.visitor(key)
        signed_in = SignedIn(key if before else self._make(), seat if _TOKEN.fullmatch(seat) else self._make())
        hidden = _digest(signed_in.key)
        self._visitors.pop(hidden, None)
        self._visitors[hidden] = Visitor(hidden, _digest("seat " + signed_in.seat)[:32], agent or (before.agent if before else ""))
        while len(self._visitors) > _MOST_KEPT:
            del self._visitors[next(iter(self._visitors))]
        return signed_in

    def visitor(self, key: str) -> Visitor | None:
        """Return whose cookie this is; None where it is nobody's."""
        hidden = _digest(key)
        found = self._visitors.pop(hidden, None)  # what is looked up is a hash: how long that takes tells nothing of the cookie
        if found is not None:
            self._visitors[hidden] = found
        return found


def foreign(headers: Mapping[str, str], addresses: Addresses, *, socket: bool = False) -> str:
    """Return why a request was not meant for this server, or was made by somebody else's page; nothing where all is well.

    A name that somebody points at this machine arrives with that name in ``Host``. Another page's websocket arrives with that page's
    ``Origin``, and a browser's own always has one.
    """
    if headers.get("Host", "").lower() not in addresses.hosts:
        return "host"
    origin = headers.get("Origin")
    if origin is None:
        return "origin" if socket else ""
    return "" if origin.lower() in addresses.origins else "origin"


def read_token(path: Path) -> str:
    """Return the token in a file that nobody else may read, making the file where it is missing.

    Raises:
        Refused: there is no good token in it, or others may read it.
        StoreFull: it cannot be made.
    """
    shown = safe_text(str(path))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE)
    except FileExistsError:
        return _kept_token(path)
    except OSError as error:
        raise StoreFull(f"{shown} cannot be written: {(error.strerror or str(error)).lower()}.") from None
    token = new_token()
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(token + "\n")
    return token


def _kept_token(path: Path) -> str:
    shown = safe_text(str(path))
    try:
        text, mode = path.read_text("ascii", errors="replace").strip(), path.stat().st_mode
    except OSError as error:
        raise Refused(f"{shown} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    if mode & 0o077:
        raise Refused(f"Others may read {shown}, so a token in it is none: make it yours alone with chmod 600.")
    if not _TOKEN.fullmatch(text):
        raise Refused(f"{shown} holds no token; remove it and a new one is made.")
    return text


def new_token() -> str:
    """Return 256 random bits, as they stand in a URL."""
    return secrets.token_urlsafe(_BYTES)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
