"""Requests over the network: the only module that knows httpx.

The client and its TLS context are made when the first request goes out, off the event loop. Certificates are always verified; the proxy
is the environment's. httpx is used blocking, on a few threads: that takes less than half the processor time of its way over asyncio.
"""

from __future__ import annotations

import ssl
import threading
from urllib.parse import urlsplit

import httpx

from cartdesk.errors import NoAnswer, SettingsError
from cartdesk.sync.messages import MAX_ANSWER, Answer, Request
from cartdesk.sync.threads import Threads
from cartdesk.text import safe_text


class HttpTransport:
    """Carries requests over HTTP."""

    def __init__(self, *, ca: str | None = None, timeout: float = 15.0, connections: int = 4) -> None:
        """Make it; nothing is opened yet.

        Args:
            ca: a file of certificates to trust; None trusts the usual ones.
            timeout: seconds until an answer is given up on.
            connections: how many at once.
        """
        self._ca = ca
        self._timeout = timeout
        self._connections = connections
        self._threads = Threads(connections, "sync")
        self._client: httpx.Client | None = None
        self._opening = threading.Lock()

    async def send(self, request: Request) -> Answer:
        """Carry a request there and the answer back.

        Raises:
            NoAnswer: there is none.
            SettingsError: the certificates cannot be read.
        """
        return await self._threads.run(lambda: self._carried(request))

    async def close(self) -> None:
        """Close all connections; a request whose answer nobody waits for any more ends by itself."""
        self._threads.stop()
        with self._opening:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _carried(self, request: Request) -> Answer:
        client = self._opened()
        try:
            with client.stream(request.method, request.url, headers=dict(request.headers), content=request.body) as response:
                parts, size = [], 0
                for part in response.iter_bytes():
                    size += len(part)
                    if size > MAX_ANSWER:
                        raise NoAnswer(f"{_host(request)} sent more than {MAX_ANSWER // 1024 // 1024} MB at once; that cannot be right.")
                    parts.append(part)
                return Answer(response.status_code, response.headers, b"".join(parts))
        except httpx.TimeoutException:
            raise NoAnswer(f"{_host(request)} did not answer within {self._timeout:g} seconds.") from None
        except httpx.ConnectError as error:
            raise NoAnswer(_unreachable(request, error)) from None
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise NoAnswer(f"The connection to {_host(request)} broke off ({type(error).__name__}).") from None

    def _opened(self) -> httpx.Client:
        with self._opening:
            if self._client is None:
                self._client = httpx.Client(
                    verify=self._context(),
                    timeout=httpx.Timeout(self._timeout, connect=min(self._timeout, 5.0)),
                    limits=httpx.Limits(max_connections=self._connections, max_keepalive_connections=self._connections),
                    headers={"User-Agent": "cartdesk"},
                )
            return self._client

    def _context(self) -> ssl.SSLContext:
        if self._ca is None:
            return httpx.create_ssl_context()
        context = ssl.create_default_context()
        try:
            context.load_verify_locations(cafile=self._ca)
        except (OSError, ssl.SSLError):
            raise SettingsError(f"{safe_text(self._ca)} holds no certificates that can be read.") from None
        return context


def _host(request: Request) -> str:
    return safe_text(urlsplit(request.url).netloc, 80)


def _unreachable(request: Request, error: httpx.ConnectError) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return f"The certificate of {_host(request)} is not one we trust; give its issuer's with `cartdesk remote add --ca FILE`."
    return f"{_host(request)} cannot be reached."
