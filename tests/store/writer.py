"""A process that changes a store until it is killed; the kill tests start it, and one fork of it for each round.

Reads one line a round from its input, ``FOLDER CARTS SEED WORK``, answers with the fork's process id, and with ``gone`` when that ended.
The fork appends ``try CART VERSION`` and ``done CART VERSION`` to ``FOLDER/acknowledged`` around each change.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from cartdesk.store import CartRow, CartStore, Change, compaction, log
from cartdesk.store.formats import Format
from cartdesk.store.frame import Op
from cartdesk.tmf import Individual, ShoppingCart

AT = "2026-11-23T10:00:00Z"


def cart(number: int, version: int) -> ShoppingCart:
    items = [{"id": f"i{each}", "quantity": version, "note": [{"text": "x" * 300}]} for each in range(3)]
    party = [{"id": f"cust-{number % 5}", "role": "customer"}]
    return ShoppingCart.model_validate({"id": f"C{number}", "cartItem": items, "relatedParty": party})


def same(table: str, key: str, body: bytes) -> list[Op]:
    return [Op(table, key, body)]


def work(folder: Path, carts: int, seed: int, what: str) -> None:
    chance = random.Random(seed)
    log.LAID_AHEAD = 64 << 10
    compaction.SMALLEST = 64 << 10
    told = os.open(folder / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    layout = Format(2, {1: same}) if what == "migrate" else Format(2 if _is_new(folder) else 1)
    with CartStore(folder / "store", layout=layout) as store:
        version = int(store.setting("version", 0))
        while True:
            number = chance.randrange(carts)
            version += 1
            os.write(told, f"try {number} {version}\n".encode())
            with store.transaction():
                store.record(cart(number, version), Change("ann", "x", AT), CartRow(f"C{number}", f"v{version}"))
                store.set_setting("version", version)
            os.write(told, f"done {number} {version}\n".encode())
            if what == "backup":
                store.backup(folder / "backup.json")
            elif what == "compact":
                store.compact()
            elif what == "erase":
                customer = f"cust-{chance.randrange(5)}"
                store.put_customer(Individual.model_validate({"id": customer}))
                store.erase_customer(customer, at=AT)


def _is_new(folder: Path) -> bool:
    store = folder / "store"
    return store.exists() and b"format 0002" in store.read_bytes()[:64]


def main() -> None:
    cart(0, 1)  # builds the models, so that a fork begins with the store
    for line in sys.stdin:
        folder, carts, seed, what = line.split()
        child = os.fork()
        if not child:
            work(Path(folder), int(carts), int(seed), what)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("gone", flush=True)


if __name__ == "__main__":
    main()
