"""Is this installation's arithmetic right? Runs the shipped cases through the engine and says, group by group, how many came out.

Called by ``cartdesk verify-prices``. The cases are in ``vectors.json`` beside this file, each with its source; a case names its inputs
and what must come of them, and is worked by the very functions that price carts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from typing import Any

from cartdesk.errors import CartdeskError
from cartdesk.pricing.allocation import allocate, allocate_within
from cartdesk.pricing.bills import change_within_cycle, project, sum_over
from cartdesk.pricing.book import SmallBook
from cartdesk.pricing.cart import price_cart
from cartdesk.pricing.cycles import cycles_charged, days_in_fixed_months, next_cycle_day, part_month
from cartdesk.pricing.explanations import explain, replay
from cartdesk.pricing.priced import Amounts, PricedCart
from cartdesk.pricing.rounding import round_fraction, round_money
from cartdesk.tmf.cart import CartItem, SeatNotes, ShoppingCart
from cartdesk.tmf.money import Money
from cartdesk.tmf.resource import Reference
from cartdesk.tmf.rounding import RoundingLevel, RoundingPolicy
from cartdesk.tmf.wire import loads

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
"""When the cases' carts are priced; none of them depends on it."""

Case = Mapping[str, Any]
Results = dict[str, Any]


@dataclass(frozen=True, slots=True)
class GroupResult:
    """How one group of cases came out."""

    name: str
    passed: int
    failures: tuple[str, ...] = ()
    """One sentence for each case that did not come out: its source, what was expected and what came."""

    @property
    def ran(self) -> int:
        """How many cases there were."""
        return self.passed + len(self.failures)

    @property
    def right(self) -> bool:
        """Whether all cases came out."""
        return not self.failures


def verify() -> list[GroupResult]:
    """Run all shipped cases; return a result for each group, in a fixed order."""
    vectors = loads(files("cartdesk.pricing").joinpath("vectors.json").read_bytes(), where="the shipped price cases")
    return [_run_group(name, vectors[key], run) for key, (name, run) in RUNNERS.items()]


def _run_group(name: str, cases: Sequence[Case], run: Callable[[Case], Results]) -> GroupResult:
    failures = []
    for case in cases:
        wrong = differences(case, run)
        if wrong:
            failures.append(f"{case.get('source', 'a case of our own')}: {wrong}")
    return GroupResult(name, len(cases) - len(failures), tuple(failures))


def differences(case: Case, run: Callable[[Case], Results]) -> str:
    """Return in words where a case's results are other than expected; nothing where they are as expected."""
    try:
        results = run(case)
    except CartdeskError as error:
        return str(error)
    wrong = [
        f"{key} should be {expected} and is {results.get(key)}"
        for key, expected in case["expect"].items()
        if not _equal(results.get(key), expected)
    ]
    return "; ".join(wrong)


def _equal(result: Any, expected: Any) -> bool:
    if isinstance(expected, list):
        return isinstance(result, list) and len(result) == len(expected) and all(map(_equal, result, expected))
    if isinstance(result, Decimal):
        return expected is not None and result == Decimal(str(expected))
    if isinstance(result, Fraction):
        return sum((Fraction(part) for part in str(expected).split("+")), start=Fraction(0)) == result
    return bool(result == expected)


def run_rounding(case: Case) -> Results:
    """Round one number to a currency's digits."""
    return {"amount": round_money(Decimal(case["value"]), case.get("currency", "JPY"), case.get("mode", "HALF_UP"))}


def run_allocation(case: Case) -> Results:
    """Spread an amount over weights, within limits where the case has them."""
    weights = [Decimal(str(weight)) for weight in case["weights"]]
    if "limits" in case:
        return {"parts": [Decimal(part) for part in allocate_within(int(case["amount"]), weights, [int(each) for each in case["limits"]])]}
    total = Money(Decimal(str(case["amount"])), case.get("currency", "JPY"))
    return {"parts": [part.amount for part in allocate(total, weights)]}


def run_totals(case: Case) -> Results:
    """Price a cart of one-off lines and return its totals, its lines', and whether every step behind them comes out."""
    priced = priced_case(case)
    due = priced.due_now
    lines = [line.charges[0].phases[0].amounts if line.charges else priced.nothing for line in priced.items]
    if priced.items and priced.items[0].children:
        lines = [child.charges[0].phases[0].amounts for child in priced.items[0].children]
    listed = next((total.amounts for total in priced.totals), priced.nothing)
    return {
        "net": due.duty_free.amount,
        "tax": due.tax.amount,
        "gross": due.tax_included.amount,
        "lines": [line.tax_included.amount for line in lines],
        "nets": [line.duty_free.amount for line in lines],
        "listed": listed.tax_included.amount,
        "refused": [refused.source for refused in priced.refused],
        "explained": replay(explain(priced, what="due_now")),
        "exact_tax": _exact_tax(priced),
    }


def run_part_month(case: Case) -> Results:
    """Return a part month, the days in it and the cycles charged by a day."""
    start, day = date.fromisoformat(case["start"]), int(case.get("day", 1))
    convention = case.get("convention", "actual")
    results: Results = {}
    if "until" in case:
        end = date.fromisoformat(case["end"]) if case.get("end") else None
        results["cycles"] = cycles_charged(start, day, date.fromisoformat(case["until"]), end=end, convention=convention)
        results["rounded"] = round_fraction(results["cycles"])
    if "month_days" in case:
        results["days"] = Decimal(days_in_fixed_months(start, date.fromisoformat(case["end"]), int(case["month_days"])))
    results["share"] = part_month(start, day, convention)
    results["next"] = next_cycle_day(start, day).isoformat()
    return results


def run_bills(case: Case) -> Results:
    """Project a cart and return its bills, their sum, and a change of price within a cycle."""
    if "old" in case:
        credit, charge = change_within_cycle(_amounts(case["old"]), _amounts(case["new"]), Fraction(case["left"]))
        return {"net_change": (credit + charge).tax_included.amount}
    priced = priced_case(case)
    months = int(case.get("months", 1))
    bills = project(priced, date.fromisoformat(case["start"]), int(case["day"]), case.get("convention", "actual"), months)
    monthly = bills[1:]
    return {
        "today": bills[0].total.tax_included.amount,
        "bills": [bill.total.tax_included.amount for bill in monthly],
        "days": [bill.on.isoformat() for bill in monthly],
        "part": next((line.amounts.tax_included.amount for line in monthly[0].lines if line.rule == "partPeriod"), Decimal(0)),
        "advance": sum((line.amounts.tax_included.amount for line in monthly[0].lines if line.rule == "advance"), start=Decimal(0)),
        "sum": sum_over(bills, months).tax_included.amount,
    }


def priced_case(case: Case) -> PricedCart:
    """Return a case's cart, priced: one offering for each of its lines, under one bundle where the case says so."""
    book, cart = case_cart(case)
    return price_cart(cart, book, MOMENT)


def case_cart(case: Case) -> tuple[SmallBook, ShoppingCart]:
    """Return a case's catalog and cart."""
    currency = case.get("currency", "EUR")
    offerings: list[dict[str, Any]] = []
    prices: list[dict[str, Any]] = []
    items = []
    for number, line in enumerate(case["lines"], start=1):
        code = f"L{number}"
        offerings.append({"id": code, "name": f"Line {number}", "productOfferingPrice": [{"id": f"{code}-p"}]})
        prices += _line_prices(code, line, currency)
        items.append(CartItem(id=f"i{number}", quantity=int(line.get("quantity", 1)), product_offering=Reference(id=code)))
    if case.get("bundle"):
        offerings.append({"id": "B", "name": "Bundle", "isBundle": True})
        items = [CartItem(id="b", product_offering=Reference(id="B"), cart_item=tuple(items))]
    policy = RoundingPolicy(case.get("mode", "HALF_UP"), RoundingLevel(case.get("level", "line")))
    promotions = [_promotion(number, each, currency) for number, each in enumerate(case.get("promotions", ()), start=1)]
    notes = SeatNotes(promotion_code=tuple(each["code"] for each in promotions), customer_known=bool(case.get("known", False)))
    return SmallBook(offerings, prices, promotions, currency=currency, policy=policy), ShoppingCart(
        id="case", cart_item=tuple(items), seat=notes
    )


def _line_prices(code: str, line: Case, currency: str) -> list[dict[str, Any]]:
    """Return a line's price and its discounts, as a catalog has them."""
    price: dict[str, Any] = {
        "id": f"{code}-p",
        "name": code,
        "priceType": "recurring" if line.get("period") else "oneTime",
        "price": {"unit": currency, "value": Decimal(str(line["price"]))},
        "taxIncluded": line.get("side") == "gross",
    }
    if line.get("period"):
        price |= {"recurringChargePeriodType": line["period"], "recurringChargePeriodLength": int(line.get("length", 1))}
    if line.get("installments"):
        price["applicationDuration"] = int(line["installments"])
    if line.get("rate") is not None:
        price["tax"] = [{"taxRate": Decimal(str(line["rate"]))}]
    cuts = line.get("cuts", ())
    price["popRelationship"] = [{"id": f"{code}-c{at}", "relationshipType": "alteration"} for at in range(len(cuts))]
    made = [price]
    for at, cut in enumerate(cuts):
        made.append(
            {"id": f"{code}-c{at}", "@type": "ProductOfferingPriceAlteration", "name": f"{code} cut {at}"} | _cut(cut, at, currency)
        )
    return made


def _cut(cut: Case, at: int, currency: str) -> dict[str, Any]:
    made: dict[str, Any] = {"priority": int(cut.get("priority", at)), "priceCondition": cut.get("condition")}
    if cut.get("periods"):
        made["applicationDuration"] = int(cut["periods"])
    if "percent" in cut:
        return made | {"percentage": Decimal(str(cut["percent"]))}
    return made | {"price": {"unit": currency, "value": Decimal(str(cut["off"]))}, "taxIncluded": cut.get("side") == "gross"}


def _promotion(number: int, given: Case, currency: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": f"P{number}",
        "code": given.get("code", f"P{number}"),
        "name": given.get("code", f"P{number}"),
        "combinable": given.get("combinable", True),
        "priceCondition": given.get("condition"),
    }
    if "minimum" in given:
        made["minimumTotal"] = {"taxIncludedAmount": {"unit": currency, "value": Decimal(str(given["minimum"]))}}
    if "percent" in given:
        return made | {"percentage": Decimal(str(given["percent"]))}
    money = {"unit": currency, "value": Decimal(str(given["off"]))}
    if given.get("side") == "net":
        return made | {"price": {"dutyFreeAmount": money, "taxRate": Decimal(str(given.get("rate", 0)))}}
    return made | {"price": {"taxIncludedAmount": money}}


def _amounts(text: str) -> Amounts:
    money = Money(Decimal(text), "EUR")
    return Amounts(money, money)


def _exact_tax(priced: PricedCart) -> Decimal:
    """Return the sum of the lines' taxes before they were rounded, to six digits."""
    exact = sum((charge.phases[0].exact_tax for line in priced.items for charge in line.all_charges()), start=Decimal(0))
    return round(exact, 6)


RUNNERS: dict[str, tuple[str, Callable[[Case], Results]]] = {
    "rounding": ("Rounding", run_rounding),
    "allocation": ("Spreading amounts", run_allocation),
    "totals": ("Tax, discounts and totals", run_totals),
    "invoices": ("European invoices", run_totals),
    "codes": ("Promotion codes", run_totals),
    "part_months": ("Part months and cycles", run_part_month),
    "bills": ("Bills", run_bills),
}
"""For each group in the file: what it is called, and what works its cases."""
