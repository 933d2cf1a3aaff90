"""One notification to one callback: connected to an address that was checked, within a time, and never led elsewhere.

The courier posts through :class:`Poster`. A name is resolved once for a connection, its addresses are checked, and the connection goes
to a checked address, so that a name server cannot say one thing to the check and another to the connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import httpcore

from cartdesk.server.events.callbacks import CallbackPolicy, CallbackRefused

SECONDS = 10.0
"""How long one delivery may take altogether, however slowly the listener answers."""

_CONNECTIONS = 64
_KEPT = 16
_READ = 65_536
"""How much of an answer is read to be able to use its connection again; what is longer costs the connection."""


_HEADERS = [("Content-Type", "application/json"), ("Accept", "application/json"), ("User-Agent", "cartdesk")]


class NotDelivered(Exception):
    """A notification that did not arrive; its text says why, in words that may be shown to an admin."""


class Poster:
    """Posts notifications; it keeps connections for a while."""

    def __init__(self, policy: CallbackPolicy, *, seconds: float = SECONDS) -> None:
        self._policy = policy
        self._seconds = seconds
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=_CONNECTIONS,
            max_keepalive_connections=_KEPT,
            keepalive_expiry=30.0,
            network_backend=_Checked(policy),
        )

    async def post(self, url: str, body: bytes) -> None:
        """Post JSON to a callback; it has arrived when the listener answers 2xx.

        Raises:
            NotDelivered: anything else.
        """
        try:
            self._policy.check_url(url)
            async with asyncio.timeout(self._seconds):
                status = await self._send(url, body)
        except TimeoutError:
            raise NotDelivered(f"no answer within {self._seconds:g} s") from None
        except CallbackRefused as error:
            raise NotDelivered(str(error)) from None
        except (OSError, UnicodeError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise NotDelivered(f"not reached ({type(error).__name__})") from None
        if not 200 <= status <= 299:
            raise NotDelivered(f"answered {status}" + (", and redirects are not followed" if 300 <= status <= 399 else ""))

    async def _send(self, url: str, body: bytes) -> int:
        async with self._pool.stream("POST", url, headers=_HEADERS, content=body) as answer:
            read = 0
            async for part in answer.aiter_stream():
                read += len(part)
                if read > _READ:
                    break
            return int(answer.status)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Checked(httpcore.AsyncNetworkBackend):
    """Connects only to addresses the policy allows."""

    def __init__(self, policy: CallbackPolicy) -> None:
        self._policy = policy
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failed: Exception | None = None
        for address in await self._policy.addresses(host, port):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or httpcore.ConnectError(f"{host} has no address")

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError("notifications go to no socket of this machine")

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)
