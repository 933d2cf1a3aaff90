"""The store beside SQLite (WAL, synchronous=FULL) on the same machine, in the same run: medians, and ratios to it.

Run it as ``python benchmarks/store.py [--carts 10000]``. Both are given a cart. SQLite gets the models' own JSON of it, as anybody would
write it; a second ratio lets it use the store's own writer too, and then what is compared is one sync of the disk with another.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from tinydb.table import Document

from cartdesk.store import CartRow, CartStore, Change
from cartdesk.store.rows import row_of, write_row
from cartdesk.store.writing import CartWriter
from cartdesk.tmf import ShoppingCart
from cartdesk.tmf.wire import dumps, loads

AT = "2026-11-22T10:00:00Z"


def price(amount: Decimal, kind: str) -> dict[str, Any]:
    net = (amount / Decimal("1.24")).quantize(Decimal("0.01"))
    money = {"dutyFreeAmount": {"unit": "EUR", "value": net}, "taxIncludedAmount": {"unit": "EUR", "value": amount}, "taxRate": 24}
    return {"name": kind, "priceType": kind, "price": money} | ({"recurringChargePeriod": "monthly"} if kind == "recurring" else {})


def cart_of(cart_id: str, items: int = 10) -> ShoppingCart:
    """Return a cart of the usual size: ten items take 7.6 KB."""
    lines = [
        {
            "id": f"item-{number:06d}",
            "action": "add",
            "quantity": 1,
            "status": "Active",
            "itemPrice": [price(Decimal("29.90"), "recurring")],
            "itemTotalPrice": [price(Decimal("29.90"), "recurring")],
            "product": {"characteristic": [{"name": "color", "value": "black"}], "productSpecification": {"id": "specification-12"}},
            "productOffering": {"id": "FIB500", "href": "/productOffering/FIB500", "name": "Fibre 500 with a router"},
        }
        for number in range(items)
    ]
    seat = {"state": "open", "label": f"Caller {cart_id}", "created": AT, "changed": AT}
    data = {"id": cart_id, "cartTotalPrice": [price(Decimal(299), "recurring")], "cartItem": lines, "cartdesk": seat}
    return ShoppingCart.model_validate(loads(dumps(data)))


def edited(cart: ShoppingCart, number: int) -> ShoppingCart:
    """Return the cart as an agent leaves it after one more key: one item changed, the others the same objects."""
    items = list(cart.cart_item)
    at = number % len(items)
    items[at] = items[at].model_copy(update={"quantity": number % 50 + 1})
    return cart.model_copy(update={"cart_item": tuple(items)})


def medians(rounds: int, *actions: Callable[[int], object]) -> list[float]:
    """Return the median milliseconds of each action, taken in turns so that a busy moment meets all of them."""
    times: list[list[float]] = [[] for _ in actions]
    for number in range(rounds):
        for action, taken in zip(actions, times, strict=True):
            begin = time.perf_counter()
            action(number)
            taken.append((time.perf_counter() - begin) * 1e3)
    return [statistics.median(taken) for taken in times]


def sqlite_at(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS carts (id TEXT PRIMARY KEY, body TEXT)")
    connection.execute("CREATE TABLE IF NOT EXISTS cart_index (id TEXT PRIMARY KEY, body TEXT)")
    return connection


PUT_CART = "INSERT OR REPLACE INTO carts VALUES (?, ?)"
PUT_ROW = "INSERT OR REPLACE INTO cart_index VALUES (?, ?)"


def fill(folder: Path, count: int) -> None:
    """Make a store and an SQLite database of so many carts."""
    body = CartWriter().write(cart_of("CART")).decode()
    connection = sqlite_at(folder / "sqlite")
    connection.execute("BEGIN")
    with CartStore(folder / "store") as store:
        for start in range(0, count, 5):
            puts: dict[tuple[str, str], bytes] = {}
            for number in range(start, min(start + 5, count)):
                name = f"cart-{number:06d}"
                row = CartRow(name, f"Caller {number}", "open", 10, "0", (("monthly", "299"),), "EUR", created=AT, changed=AT)
                text, row_text = body.replace("CART", name, 1), write_row(row).decode()
                puts["carts", name], puts["cart_index", name] = text.encode(), row_text.encode()
                connection.execute(PUT_CART, (name, text))
                connection.execute(PUT_ROW, (name, row_text))
            store.log_storage.commit(puts)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def writes(folder: Path, rounds: int) -> dict[str, float]:
    """Measure durable writes; the same cart, edited as the same agent would, goes into both."""
    connection = sqlite_at(folder / "sqlite")
    writer = CartWriter()
    with CartStore(folder / "store") as store:
        for number in range(60):  # lets the room ahead be laid, and both warm up
            store.put_cart(edited(cart_of("cart-000001"), number))
            connection.execute(PUT_CART, ("cart-000001", "x"))
        carts = [edited(cart_of("cart-000003"), 0)]
        for number in range(1, rounds):
            carts.append(edited(carts[-1], number))

        def sqlite_put(number: int) -> None:
            cart = carts[number]
            row = write_row(row_of(cart)).decode()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(PUT_CART, (cart.id, writer.write(cart).decode()))
            connection.execute(PUT_ROW, (cart.id, row))
            connection.execute("COMMIT")

        def sqlite_plain(number: int) -> None:
            cart = carts[number]
            row = write_row(row_of(cart)).decode()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(PUT_CART, (cart.id, dumps(cart.wire())))
            connection.execute(PUT_ROW, (cart.id, row))
            connection.execute("COMMIT")

        table = store.table("documents")
        document = json.loads(writer.write(carts[0]))

        def tinydb_upsert(number: int) -> None:
            table.upsert(Document({**document, "n": number}, doc_id="d"))  # type: ignore[arg-type]

        def sqlite_upsert(number: int) -> None:
            connection.execute(PUT_CART, ("d", json.dumps({**document, "n": number})))

        names = ["put_cart", "sqlite put_cart", "sqlite put_cart, plain JSON", "record", "tinydb upsert", "sqlite upsert", "serialise"]
        found = medians(
            rounds,
            lambda number: store.put_cart(carts[number]),
            sqlite_put,
            sqlite_plain,
            lambda number: store.record(carts[number], Change("ann", "quantity", AT)),
            tinydb_upsert,
            sqlite_upsert,
            lambda number: CartWriter().write(carts[number]),
        )
    connection.close()
    return dict(zip(names, found, strict=True))


OPEN = """
import sys, time
from cartdesk.store import CartStore
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
before = resident()
begin = time.perf_counter()
store = CartStore(sys.argv[1])
opened = time.perf_counter()
held = resident() - before
rows = len(store.cart_rows())
first = time.perf_counter()
store.cart_rows()
print((opened - begin) * 1e3, held, (first - opened) * 1e3, (time.perf_counter() - first) * 1e3, rows)
"""


def opening(folder: Path) -> list[float]:
    """Return milliseconds to open, bytes held, milliseconds of the first and of the next ``cart_rows``; each in a fresh process."""
    runs = []
    for _ in range(5):
        done = subprocess.run([sys.executable, "-c", OPEN, str(folder / "store")], capture_output=True, text=True, check=True)
        runs.append([float(word) for word in done.stdout.split()])
    return [statistics.median(column) for column in zip(*runs, strict=True)]


def stall(folder: Path) -> tuple[float, float]:
    """Return how long a compaction takes and how long it ever holds up an event loop, in milliseconds."""
    with CartStore(folder / "store") as store:

        async def ticks() -> tuple[float, float]:
            worst = 0.0
            begin = time.perf_counter()
            task = asyncio.get_running_loop().run_in_executor(None, store.compact)
            while not task.done():
                before = time.perf_counter()
                await asyncio.sleep(0.001)
                worst = max(worst, time.perf_counter() - before - 0.001)
            await task
            return (time.perf_counter() - begin) * 1e3, worst * 1e3

        return asyncio.run(ticks())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--carts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=400)
    options = parser.parse_args()
    gc.disable()
    sizes = sorted({100, 1_000, options.carts})
    puts = {}
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCHMARK_FOLDER")) as name:
        for count in sizes:
            folder = Path(name) / str(count)
            folder.mkdir()
            fill(folder, count)
            facts = opening(folder)
            with CartStore(folder / "store") as store:
                store.compact()
            packed = opening(folder)
            found = writes(folder, options.rounds)
            puts[count] = found["put_cart"]
            print(f"\n{count} carts, {(folder / 'store').stat().st_size / 1e6:.1f} MB")
            for what, milliseconds in found.items():
                print(f"  {what:<28} {milliseconds:8.3f} ms")
            print(f"  put_cart / SQLite            {found['put_cart'] / found['sqlite put_cart, plain JSON']:8.2f}   (wanted: 0.8 or less)")
            print(f"  the same, both serialising with the store's own writer {found['put_cart'] / found['sqlite put_cart']:.2f}")
            print(f"  upsert / SQLite              {found['tinydb upsert'] / found['sqlite upsert']:8.2f}   (wanted: 1.2 or less)")
            for how, each in (("as written", facts), ("compacted", packed)):
                print(f"  {how}: open {each[0]:.1f} ms, cart_rows first {each[2]:.1f} ms and next {each[3]:.1f} ms")
            print(f"  in memory, a cart            {facts[1] / count / 1e3:8.2f} KB  (wanted: 7.8 or less)")
            took, worst = stall(folder)
            print(f"  compaction                   {took:8.1f} ms, holding up an event loop {worst:.1f} ms at most")
    print(f"\nput_cart at {sizes[-1]} carts / at {sizes[0]}: {puts[sizes[-1]] / puts[sizes[0]]:.2f}   (wanted: 1.3 or less)")


if __name__ == "__main__":
    main()
