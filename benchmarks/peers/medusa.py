"""The same cart priced by cartdesk and by Medusa's published totals function, timed in one run.

Run it with ``python benchmarks/peers/medusa.py``; it needs ``node`` and ``npm``. ``decorateCartTotals`` of ``@medusajs/utils`` is
installed from npm into a temporary folder (or the one given with ``--into``, to be used again); nothing of it is kept in this project.

The cart has 100 lines, each with a tax and one discount. Medusa is handed the prices, tax rates and discount amounts in the cart;
cartdesk works them out of a catalog (which prices hold, which discounts, on what condition, for how long) and totals them by period.
"""

from __future__ import annotations

import argparse
import gc
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from cartdesk.pricing import SmallBook, price_cart
from cartdesk.tmf import CartItem, Reference, ShoppingCart

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LINES = 100
SCRIPT = Path(__file__).with_name("medusa.js")


def lines() -> list[dict[str, Any]]:
    """Return the cart's lines: a net price, a quantity, a tax rate, and how much is off each piece."""
    rates = (7, 10, 19, 25)
    return [
        {
            "price": Decimal(1000 + number * 137) / 100,
            "quantity": 1 + number % 4,
            "rate": rates[number % 4],
            "off": Decimal(100 + number) / 100,
        }
        for number in range(LINES)
    ]


def ours() -> tuple[Callable[[], SmallBook], ShoppingCart]:
    """Return what makes the catalog, and the cart."""
    offerings, prices = [], []
    for number, line in enumerate(lines()):
        code, tax = f"O{number}", [{"taxRate": line["rate"]}]
        offerings.append({"id": code, "name": f"Thing {number}", "productOfferingPrice": [{"id": f"{code}-p"}]})
        prices.append(
            {
                "id": f"{code}-p",
                "name": "Price",
                "priceType": "oneTime",
                "price": {"unit": "EUR", "value": line["price"]},
                "tax": tax,
                "popRelationship": [{"id": f"{code}-d", "relationshipType": "alteration"}],
            }
        )
        off = {"unit": "EUR", "value": line["off"]}
        prices.append({"id": f"{code}-d", "@type": "ProductOfferingPriceAlteration", "name": "Discount", "price": off, "tax": tax})
    items = tuple(
        CartItem(id=f"i{number}", quantity=line["quantity"], product_offering=Reference(id=f"O{number}"))
        for number, line in enumerate(lines())
    )
    return (lambda: SmallBook(offerings, prices)), ShoppingCart(id="c", cart_item=items)


def theirs() -> dict[str, Any]:
    """Return the same cart as Medusa has it."""
    return {
        "currency_code": "eur",
        "items": [
            {
                "id": f"i{number}",
                "unit_price": float(line["price"]),
                "quantity": line["quantity"],
                "is_tax_inclusive": False,
                "tax_lines": [{"rate": line["rate"]}],
                "adjustments": [{"amount": float(line["off"] * line["quantity"])}],
            }
            for number, line in enumerate(lines())
        ],
    }


def median_ms(work: Callable[[], object], rounds: int) -> float:
    """Return the median time of a call in milliseconds."""
    times = []
    gc.collect()
    gc.disable()
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    gc.enable()
    return statistics.median(times) * 1000


def medusa(folder: Path, rounds: int) -> dict[str, Any]:
    """Install the package unless it is there, run the script, and return what it printed."""
    if not (folder / "node_modules" / "@medusajs" / "utils").is_dir():
        (folder / "package.json").write_text('{"name": "peer", "private": true}', encoding="utf-8")
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "@medusajs/utils@2"]
        subprocess.run(command, cwd=folder, check=True)
    shutil.copy(SCRIPT, folder / SCRIPT.name)
    asked = json.dumps({"rounds": rounds, "cart": theirs()})
    ran = subprocess.run(["node", SCRIPT.name], cwd=folder, input=asked, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(ran.stdout.strip().splitlines()[-1])
    return answer


def main() -> int:
    """Print both sides' figures; 1 where cartdesk is not the faster, or the totals differ by more than roundings do."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--into", type=Path, help="a folder to install the package in and to find it again")
    parser.add_argument("--rounds", type=int, default=300)
    asked = parser.parse_args()
    if shutil.which("node") is None or shutil.which("npm") is None:
        print("This comparison needs node and npm.")
        return 2
    with tempfile.TemporaryDirectory(prefix="cartdesk-peer-") as temporary:
        folder = asked.into or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        peer = medusa(folder, asked.rounds)

    make_book, cart = ours()
    book = make_book()
    priced = price_cart(cart, book, NOW)
    warm = median_ms(lambda: price_cart(cart, book, NOW), asked.rounds)
    books = [make_book() for _ in range(15)]
    cold = median_ms(lambda: price_cart(cart, books.pop(), NOW), 14)
    changed = cart.model_copy(update={"cart_item": (*cart.cart_item[:-1], cart.cart_item[-1].model_copy(update={"quantity": 9}))})
    one = median_ms(lambda: price_cart(changed, book, NOW, previous=priced), asked.rounds)

    total = priced.due_now.tax_included.amount
    print(f"a cart of {LINES} lines, a tax and a discount each; node {peer['node']}, @medusajs/utils {peer['version']}")
    print(f"{'Medusa decorateCartTotals, median once warm':48} {peer['median']:8.3f} ms   1.00   total {peer['total']}")
    print(f"{'Medusa decorateCartTotals, first call':48} {peer['first']:8.3f} ms   {peer['first'] / peer['median']:4.2f}")
    for name, taken in (
        ("cartdesk price_cart, the whole cart", warm),
        ("cartdesk price_cart, the catalog read as well", cold),
        ("cartdesk price_cart, after one change", one),
    ):
        print(f"{name:48} {taken:8.3f} ms   {taken / peer['median']:4.2f}" + (f"   total {total}" if taken is warm else ""))
    apart = abs(Decimal(str(peer["total"])) - total)
    print(f"totals apart by {apart}: Medusa does not round, cartdesk rounds each line's tax to the cent")
    return 0 if warm < peer["median"] and apart <= Decimal("0.005") * LINES else 1


if __name__ == "__main__":
    sys.exit(main())
