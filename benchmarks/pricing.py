"""How long pricing takes, beside a named baseline of the same run: the bare sums of the same amounts.

Run it with ``python benchmarks/pricing.py``. The baseline adds up the same lines' list prices, tax and discount with plain decimals and
knows nothing of rules, periods or reasons; a ratio says how much all of that costs, whatever the machine.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from cartdesk.pricing import SmallBook, explain, fill_prices, price_cart, project
from cartdesk.tmf import CartItem, Reference, ShoppingCart

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CENT = Decimal("0.01")


def shop(offerings: int) -> SmallBook:
    """Return a catalog whose offerings each have an activation fee, a monthly price and a discount for new customers."""
    sold, prices = [], []
    for number in range(offerings):
        code = f"O{number}"
        sold.append({"id": code, "name": f"Plan {number}", "productOfferingPrice": [{"id": f"{code}-m"}, {"id": f"{code}-s"}]})
        tax = {"tax": [{"taxCategory": "standard", "taxRate": 19}]}
        amount = {"unit": "EUR", "value": Decimal(1999 + number * 7) / 100}
        prices += [
            {
                "id": f"{code}-m",
                "name": "Monthly price",
                "priceType": "recurring",
                "recurringChargePeriodType": "month",
                "price": amount,
                "popRelationship": [{"id": f"{code}-d", "relationshipType": "alteration"}],
            }
            | tax,
            {"id": f"{code}-s", "name": "Activation", "priceType": "oneTime", "price": {"unit": "EUR", "value": 49}, "taxIncluded": True}
            | tax,
            {
                "id": f"{code}-d",
                "@type": "ProductOfferingPriceAlteration",
                "name": "Half for three months",
                "percentage": 50,
                "applicationDuration": 3,
                "priceCondition": "new customer",
            },
        ]
    return SmallBook(sold, prices)


def full_cart(lines: int, offerings: int) -> ShoppingCart:
    """Return a cart of that many lines."""
    items = tuple(
        CartItem(id=f"i{number}", quantity=1 + number % 3, product_offering=Reference(id=f"O{number % offerings}", name=f"Plan {number}"))
        for number in range(lines)
    )
    return ShoppingCart(id="bench", cart_item=items)


def with_one_change(cart: ShoppingCart, place: int) -> ShoppingCart:
    """Return the cart with one line's quantity set anew."""
    item = cart.cart_item[place]
    changed = item.model_copy(update={"quantity": item.quantity % 5 + 1})
    return cart.model_copy(update={"cart_item": (*cart.cart_item[:place], changed, *cart.cart_item[place + 1 :])})


def bare_sums(cart: ShoppingCart) -> Decimal:
    """The baseline: the same amounts, multiplied, discounted, taxed and added with plain decimals."""
    total = Decimal(0)
    for number, item in enumerate(cart.cart_item):
        monthly = (Decimal(1999 + number * 7) / 100 * item.quantity / 2).quantize(CENT, ROUND_HALF_UP)
        once = Decimal(49) * item.quantity
        total += monthly + (monthly * 19 / 100).quantize(CENT, ROUND_HALF_UP) + once - (once * 19 / 119).quantize(CENT, ROUND_HALF_UP)
    return total


def median_ms(work: Callable[[], object], rounds: int) -> float:
    """Return the median time of a call in milliseconds, the collector held still."""
    work()
    gc.collect()
    gc.disable()
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    gc.enable()
    return statistics.median(times) * 1000


def one_change_ms(book: SmallBook, cart: ShoppingCart, rounds: int) -> float:
    """Return the median time of pricing a cart again after one change, each change on top of the one before."""
    priced = price_cart(cart, book, NOW)
    times = []
    gc.collect()
    gc.disable()
    for turn in range(rounds):
        cart = with_one_change(cart, turn * 37 % len(cart.cart_item))
        begun = time.perf_counter()
        priced = price_cart(cart, book, NOW, previous=priced)
        times.append(time.perf_counter() - begun)
    gc.enable()
    return statistics.median(times) * 1000


def main() -> None:
    """Print each figure with its limit, and its ratio to the bare sums."""
    book, cart = shop(1000), full_cart(1000, 1000)
    few = full_cart(100, 1000)
    priced_few = price_cart(few, book, NOW)
    priced = price_cart(cart, book, NOW)
    baseline = median_ms(lambda: bare_sums(cart), 20)
    print(f"baseline: bare sums of 1,000 lines              {baseline:8.3f} ms")
    unread = [shop(1000) for _ in range(4)]
    rows = [
        ("1,000 lines from nothing", median_ms(lambda: price_cart(cart, book, NOW), 9), 60),
        ("the same, none of its prices ever read before", median_ms(lambda: price_cart(cart, unread.pop(), NOW), 3), None),
        ("one change in a cart of 1,000 lines", one_change_ms(book, cart, 200), 2),
        ("36 months of bills for 100 lines", median_ms(lambda: project(priced_few, date(2026, 12, 10), 1, months=36), 9), 20),
        ("prices written into a cart of 100 lines", median_ms(lambda: fill_prices(few, priced_few), 9), None),
        ("why the total of 100 lines", median_ms(lambda: explain(priced_few, what="total"), 9), None),
        ("36 months of bills for 1,000 lines", median_ms(lambda: project(priced, date(2026, 12, 10), 1, months=36), 3), None),
    ]
    for name, taken, limit in rows:
        verdict = "" if limit is None else f"   limit {limit:3} ms  {'ok' if taken < limit else 'TOO SLOW'}"
        print(f"{name:46}  {taken:8.3f} ms   {taken / baseline:8.2f} × bare sums{verdict}")


if __name__ == "__main__":
    main()
