"""Whether amounts, percentages and durations make sense: what is wrong with a price once it is in the inner shape.

Called by ``tariff`` for prices and discounts and by ``normal`` for promotions.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from cartdesk.catalog.faults import Issue, below, shown
from cartdesk.tmf.currencies import MINOR_DIGITS

Json = dict[str, Any]

SIDES = ("dutyFreeAmount", "taxIncludedAmount")
"""The members of a Price that are amounts: without tax, and with it."""

MAX_PERIODS = 600
"""The longest discount, installment plan or charge period: fifty years of months."""

MAX_AMOUNT = 10**12
"""More than any price, in major units."""


def check_amounts(value: Json, issues: list[Issue], member: str = "price") -> list[Json]:
    """Check every amount of a price; returns those there are."""
    price = value.get(member)
    if not isinstance(price, dict):
        return []
    since = len(issues)
    amounts = [price[side] for side in SIDES if side in price]
    for side in SIDES:
        if side in price:
            _check_amount(price[side], side, issues)
    if len(amounts) == len(SIDES) and len(issues) == since:
        _check_both(amounts[0], amounts[1], issues)
    rate = price.get("taxRate")
    if rate is not None and not 0 <= rate <= 100:
        issues.append(Issue(".taxRate", f"{shown(rate)} is not a tax rate in percent", "Write 0 to 100", True))
    below(member, issues, since)
    return amounts


def _check_amount(amount: Json, side: str, issues: list[Issue]) -> None:
    unit = amount.get("unit")
    if "value" not in amount:
        issues.append(Issue(f".{side}", "the amount has no value", "Write its value as a number", True))
    elif abs(amount["value"]) >= MAX_AMOUNT:
        issues.append(Issue(f".{side}.value", "the amount is more than any price", "Write a smaller amount", True))
    if unit is None:
        issues.append(Issue(f".{side}", "the amount has no currency", "Add its currency as unit, such as EUR", True))
    elif unit not in MINOR_DIGITS:
        issues.append(Issue(f".{side}.unit", f"{shown(unit)!r} is not an ISO 4217 currency", "Write a code such as EUR", True))


def _check_both(net: Json, gross: Json, issues: list[Issue]) -> None:
    if net["unit"] != gross["unit"]:
        issues.append(Issue("", "the amounts with and without tax are in two currencies", "Write both in one", True))
    elif net["value"] != gross["value"] and (not net["value"] or Decimal(gross["value"]) / net["value"] < 1):
        issues.append(Issue("", "the amount with tax is less than the one without", "Write one of them, and the tax rate", True))


def discount_issues(value: Json) -> list[Issue]:
    """Return what is wrong with a discount that stands by itself, such as a promotion's."""
    issues: list[Issue] = []
    check_amounts(value, issues)
    check_amounts(value, issues, "minimumTotal")
    check_percentage(value, issues)
    check_duration(value, issues)
    return issues


def check_percentage(value: Json, issues: list[Issue]) -> None:
    """Check what a discount takes off in percent."""
    percentage = value.get("percentage")
    if percentage is not None and not 0 <= percentage <= 100:
        what = f"{shown(percentage)} is not a percentage that can be taken off"
        issues.append(Issue(".percentage", what, "Write 0 to 100; a positive number takes off", True))


def check_duration(value: Json, issues: list[Issue]) -> None:
    """Check for how many charge periods a discount or an installment plan runs."""
    duration = value.get("applicationDuration")
    if duration is not None and not 1 <= duration <= MAX_PERIODS:
        what = f"{duration} is not a number of charge periods it can run for"
        issues.append(Issue(".applicationDuration", what, f"Write 1 to {MAX_PERIODS}, or leave it out for always", True))
