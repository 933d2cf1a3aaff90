"""The one price engine: from offerings to numbers, from numbers to bills, and from any number back to why.

Pure functions: the cart, the catalog and the moment go in, plain frozen values come out. Importing this package loads nothing; the
functions load what they need when they are first named.
"""

from __future__ import annotations

from typing import Any

_HOMES = {
    "allocation": "allocate allocate_within",
    "bills": "change_within_cycle contract_months part_of parts_of_cycle project sum_over",
    "book": "SmallBook",
    "cart": "price_cart",
    "comparison": "ComparedBill ComparedSum Comparison compare",
    "conditions": "PricingContext",
    "cycles": "cycles_charged next_cycle_day part_month",
    "explanations": "explain explain_bill",
    "fill": "fill_item fill_prices total_prices",
    "items": "fresh_item price_item price_offering",
    "leaving": "LeavingLine leaving_cost leaving_costs leaving_lines",
    "overrides": "DEFAULT_LIMITS",
    "priced": (
        "Amounts AppliedAlteration Bill BillChange BillLine Convention Given Penalty Phase PriceBook PricedCart PricedCharge PricedItem "
        "RefusedAlteration RoundingLevel RoundingMode RoundingPolicy Side Step Total"
    ),
    "remembered": "LineMemory",
    "rounding": "round_money",
    "totals": "line_charges line_totals totals_of",
    "trail": "replay",
    "verification": "GroupResult verify",
    "written": "written_item written_totals",
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'cartdesk.pricing' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"cartdesk.pricing.{module}"), name)
    globals()[name] = value
    return value
