"""Who may come in: the token that is told once, the cookies it is exchanged for, and requests that other pages made up.

``application`` asks here before it answers anything. Nothing here is ever logged.
"""

from __future__ import annotations

import base64
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
_PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser that has signed in."""

    seat: str
    """The name of its seat, and of the seat's folder; whoever knows it cannot work out a cookie from it."""
    agent: str = ""
    """Who the address it signed in by says works there."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a browser gets for the token: two secrets for its cookies."""

    key: str
    """Opens the door, for as long as the token is the same."""
    seat: str
    """Finds the seat's folder again, whatever the token is by then; opens nothing by itself."""


class SignIns:
    """The token, and the cookies that it is good for; they are sealed with it, so that nothing has to be remembered."""

    def __init__(self, token: str, *, make: Callable[[], str] = lambda: secrets.token_urlsafe(_BYTES)) -> None:
        self._token = _digest(token)
        self._secret = token.encode()
        self._make = make

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
        browser = key.partition(".")[0] if before is not None else self._make()
        name = agent or (before.agent if before is not None else "")
        told = f"{browser}.{base64.urlsafe_b64encode(name.encode('utf-8', 'replace')).decode().rstrip('=')}"
        return SignedIn(f"{told}.{self._seal(told)}", seat if _TOKEN.fullmatch(seat) else self._make())

    def visitor(self, key: str, seat: str = "") -> Visitor | None:
        """Return whose cookies these are; None where they are nobody's.

        Args:
            key: the cookie that opens.
            seat: the seat's cookie; without one the browser has a seat for as long as it has the other.
        """
        told, _, seal = key.rpartition(".")
        if not hmac.compare_digest(_digest(seal), _digest(self._seal(told))):
            return None
        browser, _, name = told.partition(".")
        agent = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode("utf-8", "replace")
        return Visitor(_digest("seat " + (seat if _TOKEN.fullmatch(seat) else browser))[:32], agent)

    def _seal(self, told: str) -> str:
        return hmac.new(self._secret, told.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


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
