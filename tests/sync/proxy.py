"""A proxy over real sockets that does what networks do: cuts requests, cuts answers, answers for the server, and lets the rest through."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Iterator

_SORRY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 15\r\nConnection: close\r\n\r\n<html>no</html>"


class Proxy:
    """Between a seat and a server on this machine. One exchange a connection, so that each may go wrong by itself."""

    def __init__(self, port: int, rng: random.Random) -> None:
        self._port = port
        self._rng = rng
        self.bad = 0.0
        self.mishaps = 0
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await self._exchange(reader, writer)
        writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _message(reader)
        mishap = self._mishap()
        if mishap == "lost":
            return
        if mishap == "sorry":
            writer.write(_SORRY)
            await writer.drain()
            return
        answer = await self._asked(request)
        if mishap == "twice":
            answer = await self._asked(request)
        if mishap == "unheard":
            return
        if mishap == "cut":
            answer = answer[: len(answer) // 2]
        writer.write(answer)
        await writer.drain()

    def _mishap(self) -> str:
        if self._rng.random() >= self.bad:
            return ""
        self.mishaps += 1
        return self._rng.choice(["lost", "sorry", "unheard", "cut", "twice"])

    async def _asked(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        head, _, body = request.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
        writer.write(b"\r\n".join(lines) + b"\r\nConnection: close\r\n\r\n" + body)
        await writer.drain()
        answer = await reader.read()
        writer.close()
        return answer


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    size = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    return head + (await reader.readexactly(size) if size else b"")


@contextlib.contextmanager
def running(port: int, seed: int) -> Iterator[Proxy]:
    """Run a proxy before the server at ``port`` on a thread of its own."""
    proxy, ready, loop = Proxy(port, random.Random(seed)), threading.Event(), asyncio.new_event_loop()

    async def serve() -> None:
        server = await asyncio.start_server(proxy.answer, "127.0.0.1", 0)
        proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        async with server:
            await stop.wait()

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
