"""A first sync of many carts and a sync with one change each, beside bare httpx loops that make the same requests.

    python benchmarks/sync.py [--carts 1000] [--server plain|versions|cartdesk]

Prints requests per cart and the ratio of our time to each loop's. ``plain`` is a server that answers at once and gives no versions,
``versions`` one that gives ETags, ``cartdesk`` is ``cartdesk serve``. Ours and the loops take turns, some carts at a time, each at a
server process of its own, so that a busy machine burdens all of them alike. Our time holds everything: reading carts from the store,
prices, marks, durable writes before and after each request, and merging. The loops have the requests ready, read the answers' JSON, and
do no more.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import multiprocessing
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

PATH = "/tmf-api/shoppingCart/v4"
AT_ONCE = 6
TURN = 50
"""How many carts are synced between two turns of the loops."""


def serve(pipe: Connection, versions: bool) -> None:
    """Answer as a plain TMF663 server does, over asyncio streams, as quickly as can be."""
    carts: dict[str, bytes] = {}
    numbers: dict[str, int] = {}
    count = itertools.count(1)

    def reply(method: str, path: str, body: bytes) -> tuple[int, bytes, str]:
        cart_id = path.removeprefix(PATH + "/shoppingCart").strip("/").split("?")[0]
        if method == "POST":
            cart_id = f"c{next(count)}"
            carts[cart_id] = b'{"id":"%s",' % cart_id.encode() + body[1:]
            numbers[cart_id] = 1
            return 201, carts[cart_id], cart_id
        if method == "PATCH":
            carts[cart_id] = json.dumps({**json.loads(carts[cart_id]), **json.loads(body)}).encode()
            numbers[cart_id] += 1
        return 200, carts.get(cart_id, b"[]"), cart_id

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
            except (asyncio.IncompleteReadError, ConnectionResetError):
                writer.close()
                return
            line, *fields = head.split("\r\n")
            method, path, _ = line.split(" ")
            size = next((int(field.split(":")[1]) for field in fields if field.lower().startswith("content-length")), 0)
            status, body, cart_id = reply(method, path, await reader.readexactly(size) if size else b"")
            tag = f'ETag: "{numbers.get(cart_id)}"\r\n' if versions else ""
            writer.write(
                f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\n{tag}Content-Length: {len(body)}\r\n\r\n".encode() + body
            )

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=1 << 22)
        pipe.send(server.sockets[0].getsockname()[1])
        async with server:
            await server.serve_forever()

    asyncio.run(run())


@contextlib.contextmanager
def running(kind: str, folder: Path) -> Iterator[int]:
    """Run a server as a process; yield its port."""
    if kind != "cartdesk":
        here, there = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(target=serve, args=(there, kind == "versions"), daemon=True)
        process.start()
        yield here.recv()
        process.terminate()
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "cartdesk", "--data-dir", str(folder), "serve", "--port", str(port), "--no-access-log", "--rate", "0"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield port
        server.send_signal(signal.SIGTERM)


class Counted:
    """A transport that remembers what it carried, so that the loops can carry the same."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.carried: list[tuple[Any, Any]] = []

    async def send(self, request: Any) -> Any:
        answer = await self._inner.send(request)
        self.carried.append((request, answer))
        return answer

    async def close(self) -> None:
        await self._inner.close()


@dataclass
class Loop:
    """A bare loop at a server of its own, where the same carts have other ids and versions."""

    what: str
    port: int
    ask: Callable[[str, str, dict[str, str], bytes | None], Any]
    at_once: int = 0
    """How many at once; 0 is without asyncio."""
    names: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    processor: float = 0.0

    def ready(self, request: Any) -> tuple[str, str, dict[str, str], bytes | None]:
        """Return a request as it is at this loop's server."""
        remote_id = request.url.partition("/shoppingCart/v4/shoppingCart/")[2]
        name = self.names.get(remote_id, "")
        url = f"http://127.0.0.1:{self.port}{PATH}/shoppingCart" + (f"/{name}" if name else "")
        headers = dict(request.headers)
        if "If-Match" in headers:
            headers["If-Match"] = self.tags[remote_id]
        return request.method, url, headers, request.body

    async def take_turn(self, carried: list[tuple[Any, Any]]) -> None:
        """Make the same requests."""
        prepared = [self.ready(request) for request, _ in carried]
        answers: list[Any] = [None] * len(prepared)
        rest = iter(enumerate(prepared))
        began, used = time.perf_counter(), time.process_time()
        if self.at_once:
            await asyncio.gather(*(self._some(rest, answers) for _ in range(self.at_once)))
        else:
            for number, request in rest:
                answers[number] = self.ask(*request)
                json.loads(answers[number].content)
        self.seconds += time.perf_counter() - began
        self.processor += time.process_time() - used
        for (request, ours), theirs in zip(carried, answers, strict=True):
            if theirs.status_code != ours.status:
                raise SystemExit(f"{self.what}: {request.method} came to {theirs.status_code}, ours to {ours.status}")
            known = json.loads(ours.body)["id"]
            self.names[known], self.tags[known] = theirs.json()["id"], theirs.headers.get("etag", "")

    async def _some(self, rest: Iterator[tuple[int, Any]], answers: list[Any]) -> None:
        for number, request in rest:
            answers[number] = await self.ask(*request)
            json.loads(answers[number].content)


async def measure(desk: Any, folder: Path, loops: list[Loop], what: str) -> None:
    """Sync everything that waits, in turns with the loops, and print what it came to."""
    from cartdesk.desk.syncing import DeskSeat
    from cartdesk.sync.http import HttpTransport
    from cartdesk.sync.session import Session, remote_of

    remote = remote_of(desk.store.log_storage)
    assert remote is not None
    transport = Counted(HttpTransport())
    session = Session(DeskSeat(desk), desk.store.log_storage, remote, transport, None, ids=desk.ids, rng=random.Random(1), parallel=AT_ONCE)
    seconds = processor = 0.0
    requests, waiting = 0, session.rounds.due()
    for loop in loops:
        loop.seconds = loop.processor = 0.0
    for start in range(0, len(waiting), TURN):
        began, used = time.perf_counter(), time.process_time()
        await session.rounds.visit(waiting[start : start + TURN])
        seconds += time.perf_counter() - began
        processor += time.process_time() - used
        for loop in loops:
            await loop.take_turn(transport.carried)
        requests += len(transport.carried)
        transport.carried.clear()
    await transport.close()
    assert not session.ledger.waiting()
    count = len(waiting)
    print(f"{what}, {count} carts: {requests / count:.2f} requests a cart, {seconds / count * 1000:.2f} ms a cart")
    for loop in loops:
        print(
            f"  {seconds / loop.seconds:5.2f} × {loop.what}, {loop.seconds / requests * 1000:.2f} ms a request"
            f"  ({processor / loop.processor:.2f} × its processor time)"
        )


@contextlib.asynccontextmanager
async def loops_at(ports: list[int]) -> AsyncIterator[list[Loop]]:
    """Yield the loops, their connections open."""
    import httpx

    def asked(client: Any) -> Callable[[str, str, dict[str, str], bytes | None], Any]:
        return lambda method, url, headers, body: client.request(method, url, headers=headers, content=body)

    with httpx.Client() as plain:
        async with httpx.AsyncClient() as first, httpx.AsyncClient() as second:
            for port, client in zip(ports, (first, second, plain), strict=True):
                opened = client.get(f"http://127.0.0.1:{port}{PATH}/shoppingCart")
                opened if client is plain else await opened
            yield [
                Loop("a bare httpx.AsyncClient, one after another", ports[0], asked(first), 1),
                Loop(f"a bare httpx.AsyncClient, {AT_ONCE} at once", ports[1], asked(second), AT_ONCE),
                Loop("a bare httpx.Client, one after another", ports[2], asked(plain)),
            ]


async def compare(folder: Path, ports: list[int], count: int) -> None:
    """Make carts, sync them, change each, and sync again."""
    from cartdesk.catalog import shipped_catalog
    from cartdesk.desk import Desk, new_id
    from cartdesk.selling import basket
    from cartdesk.sync.settings import Remote

    desk = Desk.open(folder, shipped_catalog(), now=lambda: datetime.now(UTC), ids=new_id, agent="bench", apart=True)
    desk.store.set_setting("remote", Remote({"carts": f"http://127.0.0.1:{ports[0]}{PATH}"}).to_json())
    desk.enter("2*FIB500; TVPLUS; SMART10")
    known = desk.cart
    assert known is not None
    desk.adopt([basket.duplicate(known, new_id(), new_id, desk.now()) for _ in range(count - 1)], "bench")
    async with loops_at(ports[1:]) as loops:
        await measure(desk, folder, loops, "first sync")
        for number, row in enumerate(desk.store.cart_rows()):
            desk.work_on(row.id)
            desk.enter(f"*{number % 7 + 3} @1")
        await measure(desk, folder, loops, "one change each")
    desk.close()


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--carts", type=int, default=1000)
    arguments.add_argument("--server", choices=["plain", "versions", "cartdesk"], default="plain")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as servers:
        folder = Path(name)
        ports = [servers.enter_context(running(chosen.server, folder / f"server{number}")) for number in range(4)]
        asyncio.run(compare(folder / "seat", ports, chosen.carts))


if __name__ == "__main__":
    main()
