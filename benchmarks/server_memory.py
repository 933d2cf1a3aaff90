"""What the server's memory does while carts come and go: does it stay flat, however many there are?

``python benchmarks/server_memory.py [--carts 100000] [--made 100000] [--postgresql]`` makes carts of ten items by POST, the rest as copies
of one in the database, then reads each, walks through all of them in pages of 100, and changes as many as it made; it prints the worker's
resident memory as it goes.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson

from server_load import (
    CARTS,
    CONNECTIONS,
    FIRST,
    Connection,
    PrivatePostgres,
    cart,
    fill,
    items,
    postgres_programs,
    request,
    resident,
    serving,
)

STEPS = 10


async def _sent(port: int, requests: Iterator[bytes], heard: Callable[[bytes], None] | None = None) -> None:
    turn, statuses, took = iter(requests), set[int](), list[float]()
    made = [
        await asyncio.get_running_loop().create_connection(lambda: Connection(turn, took, float("inf"), statuses, heard), "127.0.0.1", port)
        for _ in range(CONNECTIONS)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in made))
    if statuses - {200, 201, 206}:
        raise SystemExit(f"answered {statuses}")


def measure(url: str, folder: Path, carts: int, made: int) -> None:
    """Print the memory of a server over one database."""
    with serving(url, folder, "--no-access-log", "--rate", "0") as server:
        port, pid = int(server.url.rpartition(":")[2]), server.process.pid
        body = orjson.dumps(cart(FIRST))
        ids: list[str] = []

        def note(answer: bytes) -> None:
            start = answer.index(b'"id":"', answer.index(b"\r\n\r\n")) + 6
            ids.append(answer[start : answer.index(b'"', start)].decode())

        def run(name: str, many: int, requests: Callable[[int], bytes], heard: Callable[[bytes], None] | None = None) -> None:
            seen = []
            for step in range(STEPS):
                numbers = range(many * step // STEPS, many * (step + 1) // STEPS)
                asyncio.run(_sent(port, map(requests, numbers), heard))
                seen.append(resident(pid))
            print(f"  {name:28} {' '.join(f'{each:4.0f}' for each in seen)} MB", flush=True)

        print(f"  {'before':28} {resident(pid):4.0f} MB", flush=True)
        like = request("POST", CARTS, body).replace(b"merge-patch+json", b"json").partition(b"\r\n\r\n")[0] + b"\r\n\r\n"

        def post(number: int) -> bytes:
            ours = body.replace(FIRST.encode(), f"{number:08}x"[: len(FIRST)].encode())
            return like + ours

        run(f"{made:,} made", made, post, note)
        ids += fill(url, ids[0], carts - made)
        run(f"{carts:,} read", carts, lambda number: request("GET", f"{CARTS}/{ids[number]}"))
        run(f"{carts // 100:,} pages of 100", carts // 100, lambda number: request("GET", f"{CARTS}?limit=100&offset={number * 100}"))
        run(f"{made:,} changed", made, lambda number: request("PATCH", f"{CARTS}/{ids[number]}", items(number, "changed")))
        server.stop()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--carts", type=int, default=100_000)
    parser.add_argument("--made", type=int, default=100_000)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        programs = postgres_programs() if asked.postgresql else None
        if programs is None:
            measure(f"sqlite:///{folder / 'carts.sqlite'}", folder / "data", asked.carts, min(asked.made, asked.carts))
            return
        postgres = PrivatePostgres.start(programs)
        try:
            measure(postgres.create("carts"), folder / "data", asked.carts, min(asked.made, asked.carts))
        finally:
            postgres.stop()


if __name__ == "__main__":
    main()
