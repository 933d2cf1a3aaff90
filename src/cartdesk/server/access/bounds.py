"""What a request may weigh, refused before anything is done with it: its head, its encoding, its body and how long that takes.

``cartdesk serve`` puts :class:`Bounds` around the application. A body is read here, whole, so that what is behind never waits for one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cartdesk.server.bodies import HELD
from cartdesk.server.problems import Problem
from cartdesk.server.seams import Limits

HEAD_BYTES = 16_384
HEADERS = 100
TARGET_BYTES = 8_192

_DRAINED = 8
"""How many times the allowed body is read and thrown away, so that the sender is there to hear the refusal."""
_ADD_TOKEN = "Add a token with `cartdesk tokens add`."
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Bounds:
    """Refuses what is too big, too slow, encoded, or meant for another host.

    Args:
        app: what is behind.
        limits: the bounds of a body.
        local_only: take only requests that name this machine as their host and come from no web page: a page in a browser here must not
            reach a server without tokens, neither across origins nor by a name of its own that leads to the loopback address.
    """

    def __init__(self, app: ASGIApp, limits: Limits, *, local_only: bool = False) -> None:
        self._app = app
        self._limits = limits
        self._local_only = local_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, with its body, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            headers = _checked_head(scope)
            if self._local_only:
                _check_host(headers)
            passed = receive
            if not _is_bare(scope, headers):
                scope[HELD] = await self._body(headers, receive)
                passed = _Read(scope[HELD], receive)
        except Problem as problem:
            await _refuse(problem, send)
            return
        await self._app(scope, passed, send)

    async def _body(self, headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
        if headers.get(b"content-encoding", b"identity").strip().lower() not in (b"", b"identity"):
            raise Problem(415, "A body is sent as it is, without a Content-Encoding.", headers={"Accept-Encoding": "identity", **_CLOSE})
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                return await self._read(receive)
        except TimeoutError:
            raise Problem(408, f"The body took longer than {self._limits.body_seconds:g} s to arrive.", headers=_CLOSE) from None

    async def _read(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Problem(400, "The connection was closed before the whole body was there.", headers=_CLOSE)
            part = message.get("body", b"")
            size += len(part)
            if size <= self._limits.body_bytes:
                parts.append(part)
            elif size > _DRAINED * self._limits.body_bytes:
                break
            more = message.get("more_body", False)
        if size > self._limits.body_bytes:
            raise Problem(413, f"A body has at most {self._limits.body_bytes:,} bytes.", headers=_CLOSE)
        return b"".join(parts)


class _Read:
    """Gives a body that was read already, and after it whatever comes."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


_CLOSE = {"Connection": "close"}


def _checked_head(scope: Scope) -> dict[bytes, bytes]:
    pairs: list[tuple[bytes, bytes]] = scope["headers"]
    if len(pairs) > HEADERS or sum(len(name) + len(value) for name, value in pairs) > HEAD_BYTES:
        raise Problem(431, f"A request has at most {HEADERS} headers of {HEAD_BYTES:,} bytes together.", headers=_CLOSE)
    target: bytes = scope.get("raw_path") or scope["path"].encode()
    if len(target) + len(scope["query_string"]) > TARGET_BYTES:
        raise Problem(414, f"A request's target has at most {TARGET_BYTES:,} bytes.", headers=_CLOSE)
    if b"\0" in unquote_to_bytes(target):
        raise Problem(400, "A path holds no NUL.", headers=_CLOSE)
    headers: dict[bytes, bytes] = {}
    for name, value in pairs:
        if name in headers and name in (b"content-type", b"content-encoding", b"content-length", b"host"):
            raise Problem(400, f"The header {name.decode('ascii', 'replace')} is there twice.", headers=_CLOSE)
        headers[name] = value
    if b"content-length" in headers and b"transfer-encoding" in headers:
        raise Problem(400, "A body has a Content-Length or a Transfer-Encoding, not both.", headers=_CLOSE)
    return headers


def _is_bare(scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
    """Return True for a request without a body."""
    return b"transfer-encoding" not in headers and headers.get(b"content-length", b"0") == b"0"


def _check_host(headers: Mapping[bytes, bytes]) -> None:
    host = headers.get(b"host", b"").decode("ascii", "replace").lower()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if name not in _LOCAL_HOSTS or b"origin" in headers:
        raise Problem(
            403,
            "Without tokens this server answers only to localhost, and to no web page.",
            message="Add a token with `cartdesk tokens add`.",
        )


async def _refuse(problem: Problem, send: Send) -> None:
    body = orjson.dumps(problem.body("v4"))
    headers = [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in problem.headers.items()]
    headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode("ascii"))]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
