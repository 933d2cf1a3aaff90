"""The server under load, beside a bare Starlette application that does one SQL statement a request.

``python benchmarks/server_load.py [--seconds 5] [--carts 100000] [--postgresql | --sqlite]`` prints requests a second of both, their
ratio and how long they took: a GET by id, PATCHes of carts with ten items (twenty carts changed again and again, and "others'": a thousand
that this worker has not changed before), a list of 100, and memory over many carts.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import orjson
import sqlalchemy as sa

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from cartdesk.catalog import open_catalog, shipped_catalog  # noqa: E402  # the line above is needed for those below
from cartdesk.selling.basket import add_item, new_cart, set_quantity  # noqa: E402
from cartdesk.server.access.tokens import add_token  # noqa: E402
from cartdesk.server.database import Database, resource  # noqa: E402
from cartdesk.server.migrations import bring_forward  # noqa: E402
from cartdesk.tmf.dialects import write  # noqa: E402
from server.private_postgres import PrivatePostgres, postgres_programs  # noqa: E402
from server.served import serving  # noqa: E402

CARTS = "/tmf-api/shoppingCart/v4/shoppingCart"
CONNECTIONS = 8
SLICES = 5
WANTED = 0.5
FIRST = "the-first"
"""What the ids of the first cart's items end in; another cart's end in the start of its id."""


@dataclass(frozen=True)
class Load:
    """What a run of requests came to."""

    per_second: float
    p50: float
    p99: float
    cpu: float
    """Milliseconds of processor time that the server took for a request."""


class Connection(asyncio.Protocol):
    """One connection that sends the next request as soon as the last was answered; it reads no more of an answer than it must."""

    def __init__(
        self,
        requests: Iterator[bytes],
        took: list[float],
        until: float,
        statuses: set[int],
        heard: Callable[[bytes], None] | None = None,
    ) -> None:
        self._requests, self._took, self._until, self._statuses = requests, took, until, statuses
        self._tell = heard
        self._heard = bytearray()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def _send(self) -> None:
        request = next(self._requests, None)
        self._sent = time.perf_counter()
        if request is None or self._sent > self._until:
            self._transport.close()
            self.done.set_result(None)
        else:
            self._transport.write(request)  # type: ignore[attr-defined]  # a transport of a connection is one that writes

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head = self._heard.find(b"\r\n\r\n")
        if head < 0:
            return
        start = self._heard.find(b"content-length: ")
        length = int(self._heard[start + 16 : self._heard.find(b"\r\n", start)])
        if len(self._heard) < head + 4 + length:
            return
        self._took.append(time.perf_counter() - self._sent)
        self._statuses.add(int(self._heard[9:12]))
        if self._tell is not None:
            self._tell(bytes(self._heard))
        self._heard.clear()
        self._send()


async def _loaded(port: int, pid: int, requests: Sequence[bytes], seconds: float) -> Load:
    took: list[float] = []
    statuses: set[int] = set()

    def turns() -> Iterator[bytes]:
        while True:
            yield from requests

    turn, used, began = turns(), cpu_ms(pid), time.perf_counter()
    made = [
        await asyncio.get_running_loop().create_connection(lambda: Connection(turn, took, began + seconds, statuses), "127.0.0.1", port)
        for _ in range(CONNECTIONS)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in made))
    if statuses - {200, 206}:
        raise SystemExit(f"answered {statuses}")
    took.sort()
    per_second, used = len(took) / (time.perf_counter() - began), cpu_ms(pid) - used
    return Load(per_second, took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000, used / len(took))


def loads(asked: Sequence[tuple[int, int, Sequence[bytes]]], seconds: float) -> list[Load]:
    """Send each its requests, turn about in short slices, and return the medians: whatever else the machine does hits them alike."""
    slices: list[list[Load]] = [[] for _ in asked]
    for turn in range(SLICES + 1):
        for number, (port, pid, requests) in enumerate(asked):
            measured = asyncio.run(_loaded(port, pid, requests, seconds / SLICES))
            if turn:  # the first is to warm up
                slices[number].append(measured)
    return [
        Load(*(statistics.median(getattr(each, name) for each in measured) for name in ("per_second", "p50", "p99", "cpu")))
        for measured in slices
    ]


def request(method: str, path: str, body: bytes = b"", token: str = "") -> bytes:
    """Return a request's bytes."""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
    head += f"Authorization: Bearer {token}\r\n" if token else ""
    head += f"Content-Type: application/merge-patch+json\r\nContent-Length: {len(body)}\r\n" if body else ""
    return head.encode() + b"\r\n" + body


def cart(name: str, quantity: int = 1) -> dict[str, object]:
    """Return a cart of ten items as a seat sends it in v4, its items' ids its own."""
    catalog, now = open_catalog(shipped_catalog(), cache_dir=None), datetime.now(UTC)
    ids = (f"item-{number}-{name}" for number in count())
    made = new_cart("new", now)
    for code in ("FIB500", "SMART10", "TVPLUS", "SIM", "UNL", "WIFI6", "MESH", "HOMETEL", "CHSPORT", "CLOUD100"):
        offering = catalog.offering(code)
        assert offering is not None
        made = add_item(made, offering, catalog, ids=lambda: next(ids), now=now)
    made = set_quantity(made, made.cart_item[0].id, quantity)
    party = {"id": "C-1815", "name": "Ada", "role": "customer", "@referredType": "Individual"}
    return {"cartItem": write(made, "v4")["cartItem"], "relatedParty": [party]}


def fill(url: str, like: str, many: int) -> list[str]:
    """Copy one stored cart until there are ``many``, and return their ids."""
    engine = Database.open(url).engine()
    with engine.connect() as connection:
        row = dict(connection.execute(sa.select(resource).where(resource.c.id == like)).one()._mapping)
    row.pop("seq")
    ids = [f"{number:08}-0000-4000-8000-000000000000" for number in range(many)]
    with engine.connect() as connection:
        sqlite = engine.dialect.name == "sqlite"
        if sqlite:
            connection.exec_driver_sql("BEGIN")
        for start in range(0, many, 1_000):
            body: bytes = row["body"]
            rows = [
                {**row, "id": each, "body": body.replace(like.encode(), each.encode()).replace(FIRST.encode(), each[:8].encode())}
                for each in ids[start : start + 1_000]
            ]
            connection.execute(resource.insert(), rows)
        if sqlite:
            connection.exec_driver_sql("COMMIT")
        connection.commit()
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    engine.dispose()
    return ids


@contextmanager
def bare(url: str, body: bytes) -> Iterator[tuple[int, int]]:
    """Run the bare application."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, str(ROOT / "benchmarks" / "bare_server.py"), url, str(port)], stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(body)
    process.stdin.close()
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def cpu_ms(pid: int) -> float:
    """Return how many milliseconds of processor time a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """Return how many MB of memory a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(name: str, url: str, seconds: float, carts: int, folder: Path) -> None:
    """Print the figures of one database."""
    database = Database.open(url)
    bring_forward(database.engine())

    async def token() -> str:
        try:
            return (await add_token(database, name="load", scopes=["admin"], now=time.time()))[1]
        finally:
            await database.close()

    secret = asyncio.run(token())
    with serving(url, folder / name, "--rate", "0") as server:
        import httpx

        port = int(server.url.rpartition(":")[2])
        made = httpx.post(server.url + CARTS, json=cart(FIRST), headers={"Authorization": f"Bearer {secret}"}, timeout=60, trust_env=False)
        made.raise_for_status()
        like = made.json()["id"]
        ids = fill(url, like, carts)
        print(f"\n{name}: a cart of ten items is {len(made.content):,} bytes; {carts:,} carts")
        few = ids[:: max(len(ids) // 20, 1)]
        cold = ids[1 :: max(len(ids) // 1_000, 2)]
        with bare(url, made.content) as peer:
            jobs = {
                "GET by id": [("GET", f"{CARTS}/{each}", b"") for each in ids[::7]],
                "PATCH a contact": [("PATCH", f"{CARTS}/{each}", contact(number)) for number, each in enumerate(few * 7)],
                "PATCH an item": [("PATCH", f"{CARTS}/{each}", items(number, each)) for number, each in enumerate(few * 7)],
                "PATCH, others'": [("PATCH", f"{CARTS}/{each}", items(number, each)) for number, each in enumerate(cold)],
                "list of 100": [("GET", f"{CARTS}?limit=100", b"")],
            }
            for job, asked in jobs.items():
                plain = [request(method, path.partition("?")[0], body) for method, path, body in asked]
                _print(job, *loads([(*peer, plain), (port, server.process.pid, [request(*each, secret) for each in asked])], seconds))
        before = resident(server.process.pid)
        asyncio.run(_each_once(port, [request("GET", f"{CARTS}/{each}", b"", secret) for each in ids]))
        after = resident(server.process.pid)
        print(f"  memory: {before:.0f} MB, after every one of {carts:,} carts was read {after:.0f} MB")
        server.stop()


def _print(job: str, theirs: Load, ours: Load) -> None:
    ratio = ours.per_second / theirs.per_second
    verdict = "ok" if ratio >= WANTED else "below"
    print(f"  {job:16} {ours.per_second:5.0f}/s, bare {theirs.per_second:5.0f}/s: ratio {ratio:4.2f} ({verdict} {WANTED})", end="   ")
    print(f"processor {ours.cpu:.2f} ms ({theirs.cpu:.2f}: {theirs.cpu / ours.cpu:.2f})", end="   ")
    print(f"median {ours.p50:.1f} ms ({theirs.p50:.1f})   99 % {ours.p99:.1f} ms ({theirs.p99:.1f})")


async def _each_once(port: int, requests: Sequence[bytes]) -> None:
    turn, statuses = iter(requests), set[int]()
    made = [
        await asyncio.get_running_loop().create_connection(lambda: Connection(turn, [], float("inf"), statuses), "127.0.0.1", port)
        for _ in range(CONNECTIONS)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in made))


def contact(number: int) -> bytes:
    """Return a PATCH's body with a contact."""
    return orjson.dumps({"contactMedium": [{"mediumType": "email", "characteristic": {"emailAddress": f"a{number}@example.com"}}]})


_WRITTEN = [orjson.dumps({"cartItem": cart(FIRST, quantity)["cartItem"]}) for quantity in range(1, 10)]


def items(number: int, cart_id: str) -> bytes:
    """Return a PATCH's body with all of a cart's items, the first one's quantity another than the time before."""
    return _WRITTEN[number % 9].replace(FIRST.encode(), cart_id[:8].encode())


def main() -> None:
    """Measure on each database there is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--carts", type=int, default=100_000)
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--sqlite", action="store_true")
    chosen.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if not asked.postgresql:
            measure("SQLite", f"sqlite:///{folder / 'carts.sqlite'}", asked.seconds, asked.carts, folder)
        programs = postgres_programs()
        if not asked.sqlite and programs is not None:
            postgres = PrivatePostgres.start(programs, durable=True)
            try:
                measure("PostgreSQL", postgres.create("carts"), asked.seconds, asked.carts, folder)
            finally:
                postgres.stop()


if __name__ == "__main__":
    main()
