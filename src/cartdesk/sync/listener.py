"""The ear for a hub's events: whatever arrives is a hint to look, and never more than that.

``cartdesk sync --listen URL`` starts it beside the worker. Events may come twice, late, out of order, forged or never; the list is
looked through anyhow.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import quote, urlsplit

from cartdesk.errors import Declined, NoAnswer, SettingsError
from cartdesk.sync.api import Api
from cartdesk.tmf.wire import dumps

_MAX_HEAD = 16 * 1024
_MAX_BODY = 4 * 1024 * 1024
_PATIENCE = 10.0


@contextlib.asynccontextmanager
async def listening(url: str, hint: Callable[[], None]) -> AsyncIterator[int]:
    """Answer events at ``url`` while the block runs; yields the port.

    Args:
        url: where the hub is to send events: ``http://host:port/path``.
        hint: called for each.

    Raises:
        SettingsError: the address cannot be listened at.
    """
    host, port = _place(url)
    try:
        server = await asyncio.start_server(lambda reader, writer: _answer(reader, writer, hint), host, port, limit=_MAX_HEAD)
    except OSError as error:
        raise SettingsError(f"Nothing can listen at port {port}: {error.strerror or error}.") from None
    async with server:
        yield int(server.sockets[0].getsockname()[1])


def _place(url: str) -> tuple[str, int]:
    """Return the host and port of an address that can be listened at."""
    try:
        split = urlsplit(url)
        host, port = split.hostname, split.port
    except ValueError:  # a port past 65535, brackets that do not close
        host = port = None
    else:
        host = host if split.scheme == "http" else None
    if host is None or port is None:
        raise SettingsError("--listen takes an address with a port, such as http://127.0.0.1:8700/events; put a proxy before it for https.")
    return host, port


@contextlib.asynccontextmanager
async def registered(api: Api, url: str) -> AsyncIterator[bool]:
    """Keep our address with the server's hub while the block runs; yields whether it has one."""
    hub_id: Any = None
    try:
        reply = await api.ask("POST", api.at("hub"), body=dumps({"callback": url}).encode(), accept=frozenset({404, 405, 409, 501}))
        known = 200 <= reply.status < 300
        hub_id = reply.data.get("id") if isinstance(reply.data, dict) else None
        hub_id = hub_id or reply.headers.get("location", "").rstrip("/").rpartition("/")[2]
    except (NoAnswer, Declined):
        known = False
    try:
        yield known
    finally:
        if known and hub_id:
            with contextlib.suppress(NoAnswer, Declined):
                await api.ask("DELETE", f"{api.at('hub')}/{quote(str(hub_id), safe='')}")


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, hint: Callable[[], None]) -> None:
    try:
        async with asyncio.timeout(_PATIENCE):
            status = await _read(reader)
            if status == 204:
                hint()
            writer.write(f"HTTP/1.1 {status} {_WORDS[status]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
    except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass  # whoever sent it sends it again, or the next look finds what it was about
    finally:
        writer.close()


_WORDS = {204: "No Content", 400: "Bad Request", 405: "Method Not Allowed", 413: "Content Too Large"}


async def _read(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *fields = head.split("\r\n")
    if not line.startswith("POST "):
        return 405
    sizes = [value for name, _, value in (each.partition(":") for each in fields) if name.strip().lower() == "content-length"]
    if not sizes or not sizes[0].strip().isdigit():
        return 400
    if int(sizes[0]) > _MAX_BODY:
        return 413
    await reader.readexactly(int(sizes[0]))
    return 204
