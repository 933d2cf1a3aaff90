"""How we say who we are: a token that was given, or one that OAuth2 gives for a client's secret.

``session`` makes them; ``api`` asks them for what goes into ``Authorization``.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote, urlencode

from cartdesk.errors import Declined, NoAnswer, WireError
from cartdesk.sync.api import UNSURE
from cartdesk.sync.messages import Request, Transport
from cartdesk.tmf.wire import loads

_EARLY = 30.0
"""Seconds before its end that a token is no longer used."""
_USUAL_LIFE = 300.0


class Bearer:
    """A token that was given."""

    def __init__(self, token: str) -> None:
        self._header = f"Bearer {token}"

    async def header(self, *, fresh: bool = False) -> str | None:
        """Return it; there is never a fresh one."""
        return self._header


class ClientCredentials:
    """Tokens from an OAuth2 server (RFC 6749, section 4.4), each used until shortly before it ends."""

    def __init__(
        self, transport: Transport, url: str, client_id: str, secret: str, scope: str | None, *, clock: Callable[[], float]
    ) -> None:
        """Make it.

        Args:
            transport: carries the request.
            url: the address that gives tokens.
            client_id: who we are there.
            secret: how we prove it.
            scope: what for, where the server wants to know.
            clock: seconds since any moment.
        """
        self._transport = transport
        self._url = url
        self._basic = b64encode(f"{quote(client_id, safe='')}:{quote(secret, safe='')}".encode()).decode()
        self._scope = scope
        self._clock = clock
        self._header: str | None = None
        self._until = 0.0
        self._one_at_a_time = asyncio.Lock()

    async def header(self, *, fresh: bool = False) -> str | None:
        """Return a token that holds.

        Raises:
            NoAnswer: there is none to be had now.
            Declined: the server does not know us.
        """
        refused = self._header if fresh else None
        async with self._one_at_a_time:
            if self._header is None or self._header == refused or self._clock() >= self._until:
                await self._ask()
        return self._header

    async def _ask(self) -> None:
        form = {"grant_type": "client_credentials", **({"scope": self._scope} if self._scope else {})}
        headers = {
            "Authorization": f"Basic {self._basic}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        answer = await self._transport.send(Request("POST", self._url, headers, urlencode(form).encode()))
        if answer.status >= 500 or answer.status in UNSURE:
            raise NoAnswer("The server that gives tokens is not well; it is asked again later.")
        if not answer.good:
            raise Declined(401, "The server that gives tokens does not know us; add the remote again with the right secret.")
        try:
            given = loads(answer.body)
        except WireError:
            given = None
        token = given.get("access_token") if isinstance(given, dict) else None
        if not isinstance(token, str) or not token:
            raise NoAnswer("The server that gives tokens answered without one.")
        life = given.get("expires_in")
        self._header = f"Bearer {token}"
        self._until = self._clock() + (float(life) if isinstance(life, (int, str)) and str(life).isdigit() else _USUAL_LIFE) - _EARLY
