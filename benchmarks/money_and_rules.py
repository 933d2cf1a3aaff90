"""How long it takes to write an amount, to change a line and to check a cart's rules, each beside a baseline of the same run.

Run it with ``python benchmarks/money_and_rules.py``; it prints one line a measurement and the ratio to its baseline.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter

from babel.numbers import format_currency

from cartdesk.catalog import Catalog, open_catalog
from cartdesk.documents.money import format_money
from cartdesk.selling import basket
from cartdesk.selling.rules import findings
from cartdesk.tmf import Money, ShoppingCart

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
NORDLYS = Path(__file__).parent.parent / "catalog_fixtures" / "nordlys"
LINES = 200


def timed(act: Callable[[], object], rounds: int, times: int = 1) -> float:
    """Return the median time of one ``act``, in microseconds."""
    act()
    spans = []
    for _ in range(rounds):
        start = perf_counter()
        for _ in range(times):
            act()
        spans.append((perf_counter() - start) / times)
    return median(spans) * 1e6


def tell(what: str, ours: float, baseline: str, theirs: float) -> None:
    print(f"{what:<44} {ours:>10.2f} µs   {ours / theirs:>8.3f} × {baseline} ({theirs:.2f} µs)")


def main() -> None:
    catalog = open_catalog(NORDLYS, cache_dir=None)
    numbers = count(1)

    def ids() -> str:
        return f"i{next(numbers)}"

    sold = [catalog.row(number).id for number in range(len(catalog)) if catalog.row(number).status == "sold"]
    cart = basket.new_cart("c", NOW)
    place = 0
    while len(cart.cart_item) < LINES:
        offering = catalog.offering(sold[place % len(sold)])
        cart = basket.add_item(cart, offering, catalog, ids=ids, now=NOW)
        place += 1
    item = cart.cart_item[LINES // 2]
    text = json.dumps(cart.wire(), default=str)

    money = Money(Decimal("1247.10"), "EUR")
    babel = timed(lambda: format_currency(money.amount, money.currency, locale="en"), 50, 20)
    tell("write an amount that was written before", timed(lambda: format_money(money), 200, 100), "Babel", babel)
    fresh = count(1)
    tell("write an amount for the first time", timed(lambda: format_money(Money(Decimal(next(fresh)), "EUR")), 50, 20), "Babel", babel)

    parse = timed(lambda: json.loads(text), 20)
    tell(f"set a quantity in {LINES} lines", timed(lambda: basket.set_quantity(cart, item.id, 2), 50), "reading its JSON", parse)
    offering = catalog.offering("FIB500")
    tell(
        f"add a line to {LINES}",
        timed(lambda: basket.add_item(cart, offering, catalog, ids=ids, now=NOW, term="No contract"), 50),
        "reading its JSON",
        parse,
    )
    tell(f"check the rules of {LINES} lines, one changed", _changing(cart, catalog, item.id), "reading its JSON", parse)
    catalog.close()


def _changing(cart: ShoppingCart, catalog: Catalog, item_id: str) -> float:
    quantities = count(1)

    def act() -> None:
        findings(basket.set_quantity(cart, item_id, next(quantities) % 99 + 1), catalog, NOW)

    return timed(act, 50)


if __name__ == "__main__":
    main()
