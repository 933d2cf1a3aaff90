"""A first sync of many carts and a sync with one change each, beside a bare httpx loop that makes the same requests.

    python benchmarks/sync.py [--carts 1000] [--versions]

Prints requests per cart and the ratio of our time to the loop's, both against the same small server in a process of its own. Our time
holds everything: reading carts from the store, prices, marks, two durable writes for each request, and merging.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import multiprocessing
import random
import tempfile
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

BASE = "/tmf-api/shoppingCart/v4/shoppingCart"


def serve(pipe: Connection, versions: bool) -> None:
    """Answer as a plain TMF663 server does, over asyncio streams, as quickly as can be."""
    carts: dict[str, bytes] = {}
    numbers: dict[str, int] = {}
    count = itertools.count(1)

    def reply(method: str, path: str, body: bytes) -> tuple[int, bytes, str]:
        cart_id = path.removeprefix(BASE).strip("/").split("?")[0]
        if method == "POST":
            cart_id = f"c{next(count)}"
            carts[cart_id] = b'{"id":"%s",' % cart_id.encode() + body[1:]
            numbers[cart_id] = 1
            return 201, carts[cart_id], cart_id
        if method == "PATCH":
            carts[cart_id] = json.dumps({**json.loads(carts[cart_id]), **json.loads(body)}).encode()
            numbers[cart_id] += 1
        return 200, carts[cart_id], cart_id

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
            except asyncio.IncompleteReadError:
                writer.close()
                return
            line, *fields = head.split("\r\n")
            method, path, _ = line.split(" ")
            size = next((int(field.split(":")[1]) for field in fields if field.lower().startswith("content-length")), 0)
            status, body, cart_id = reply(method, path, await reader.readexactly(size) if size else b"")
            tag = f'ETag: "{numbers[cart_id]}"\r\n' if versions else ""
            writer.write(
                f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\n{tag}Content-Length: {len(body)}\r\n\r\n".encode() + body
            )

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=1 << 22)
        pipe.send(server.sockets[0].getsockname()[1])
        async with server:
            await server.serve_forever()

    asyncio.run(run())


class Counted:
    """A transport that remembers what it carried, so that the bare loop can carry the same."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.requests: list[Any] = []

    async def send(self, request: Any) -> Any:
        self.requests.append(request)
        return await self._inner.send(request)

    async def close(self) -> None:
        await self._inner.close()


async def ours(desk: Any, port: int, change: bool) -> tuple[float, list[Any]]:
    """Sync everything that waits; return the seconds and the requests."""
    from cartdesk.desk.syncing import DeskSeat
    from cartdesk.sync.http import HttpTransport
    from cartdesk.sync.session import Session, remote_of

    remote = remote_of(desk.store.log_storage)
    assert remote is not None
    transport = Counted(HttpTransport())
    session = Session(DeskSeat(desk), desk.store.log_storage, remote, transport, None, ids=desk.ids, rng=random.Random(1))
    began = time.perf_counter()
    await session.rounds.push()
    spent = time.perf_counter() - began
    await transport.close()
    assert not session.ledger.waiting()
    return spent, transport.requests


async def bare(requests: list[Any], parallel: int) -> float:
    """Make the same requests with nothing but httpx, so many at once."""
    import httpx

    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=8)) as client:
        rest = iter(requests)

        async def one_after_another() -> None:
            for request in rest:
                answer = await client.request(request.method, request.url, headers=dict(request.headers), content=request.body)
                json.loads(answer.content)

        began = time.perf_counter()
        await asyncio.gather(*(one_after_another() for _ in range(parallel)))
        return time.perf_counter() - began


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--carts", type=int, default=1000)
    arguments.add_argument("--versions", action="store_true", help="the server gives ETags")
    chosen = arguments.parse_args()
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there, chosen.versions), daemon=True)
    server.start()
    port = here.recv()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), port, chosen.carts)
    server.terminate()


def measure(folder: Path, port: int, count: int) -> None:
    """Make carts, sync them, change each, and sync again."""
    from cartdesk.catalog import shipped_catalog
    from cartdesk.desk import Desk, new_id
    from cartdesk.selling import basket
    from cartdesk.sync.settings import Remote

    desk = Desk.open(folder, shipped_catalog(), now=lambda: datetime.now(UTC), ids=new_id, agent="bench", apart=True)
    desk.store.set_setting("remote", Remote({"carts": f"http://127.0.0.1:{port}/tmf-api/shoppingCart/v4"}).to_json())
    desk.enter("2*FIB500; TVPLUS; SMART10")
    known = desk.cart
    assert known is not None
    desk.adopt([basket.duplicate(known, new_id(), new_id, desk.now()) for _ in range(count - 1)], "bench")
    tell("first sync", *asyncio.run(ours(desk, port, False)), count)
    for row in desk.store.cart_rows():
        desk.work_on(row.id)
        desk.enter("*3 @1")
    tell("one change each", *asyncio.run(ours(desk, port, True)), count)
    desk.close()


def tell(what: str, spent: float, requests: list[Any], count: int) -> None:
    loops = {parallel: asyncio.run(bare(requests, parallel)) for parallel in (1, 6)}
    print(f"{what}: {len(requests) / count:.2f} requests a cart, {spent / count * 1000:.2f} ms a cart")
    for parallel, loop in loops.items():
        words = "one after another" if parallel == 1 else f"{parallel} at once"
        print(f"  {spent / loop:.2f} × a bare httpx loop, {words} ({loop / len(requests) * 1000:.2f} ms a request)")


if __name__ == "__main__":
    main()
