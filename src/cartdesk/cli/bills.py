"""``cartdesk bill``, ``why`` and ``verify-prices``: the numbers, the steps behind them, and whether this machine gets them right."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

import click

from cartdesk.cli import completing
from cartdesk.cli.desks import find_cart, open_desk
from cartdesk.cli.output import say, write_json
from cartdesk.cli.places import places

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.pricing.priced import Amounts, Bill, Convention, Step

_SUMS = (12, 24, 36)


@click.command()
@click.argument("cart", shell_complete=completing.carts)
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="The day service starts; the cart's own, else today.")
@click.option("--day", type=click.IntRange(1, 31), help="The day of the month bills are made on; the cart's own, else the 1st.")
@click.option("--months", type=click.IntRange(1, 120), help="How many monthly bills; the contract's, else 24.")
@click.option(
    "--part-month", type=click.Choice(["actual", "thirty", "none"]), default="actual", show_default=True, help="How part months count."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@places
def bill(cart: str, start: datetime | None, day: int | None, months: int | None, part_month: Convention, as_json: bool) -> None:
    """Show a cart's bills.

    What is due today, the first bill, and every later one.
    """
    chosen = start.date() if start is not None else None
    with open_desk(read_only=True) as desk:
        cart_id = find_cart(desk.store, cart)
        if as_json:
            bills = _bills(desk, cart_id, chosen, day, months, part_month)
            write_json({"cart": cart_id, "convention": part_month, "bills": [_bill_json(each) for each in bills]})
        else:
            say(bill_as_text(desk, cart_id, start=chosen, day=day, months=months, convention=part_month))


@click.command()
@click.argument("cart", shell_complete=completing.carts)
@click.option("--line", type=click.IntRange(1), help="Only this line; without it the totals.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@places
def why(cart: str, line: int | None, as_json: bool) -> None:
    """Show why a cart costs what it does.

    The steps behind its numbers, and the discounts that do not hold.
    """
    from cartdesk.selling import basket

    with open_desk(read_only=True) as desk:
        cart_id = find_cart(desk.store, cart)
        item_id = basket.line(desk.load(cart_id), line).id if line is not None else None
        if as_json:
            found = steps_of(desk, cart_id, item_id)
            write_json({"cart": cart_id, "line": line, "amounts": {name: [_step_json(step) for step in steps] for name, steps in found}})
        else:
            say(why_as_text(desk, cart_id, item_id))


@click.command("verify-prices")
@click.pass_context
def verify_prices(context: click.Context) -> None:
    """Check this machine's arithmetic.

    Published cases are worked out here; exits 1 where a number differs.
    """
    from cartdesk.pricing.verification import verify

    groups = verify()
    for group in groups:
        say(f"{group.name}: {group.passed} of {group.ran} right")
        for failure in group.failures:
            say(f"  {failure}")
    if not all(group.right for group in groups):
        context.exit(1)


def bill_as_text(
    desk: Desk,
    cart_id: str,
    *,
    start: date | None = None,
    day: int | None = None,
    months: int | None = None,
    convention: Convention = "actual",
) -> str:
    """Return a cart's bills as text, with what they come to over the usual numbers of months."""
    from cartdesk.documents.bill_text import bill_text
    from cartdesk.documents.words import shown
    from cartdesk.pricing import sum_over

    bills = _bills(desk, cart_id, start, day, months, convention)
    longest = _bills(desk, cart_id, start, day, max(_SUMS), convention)
    sums = [(count, shown(sum_over(longest, count), desk.show_tax)) for count in _SUMS] if longest else []
    return bill_text(bills, sums=sums, convention=convention, locale=desk.catalog.locale, show_tax=desk.show_tax)


def why_as_text(desk: Desk, cart_id: str, item_id: str | None) -> str:
    """Return the steps behind a line, or behind the totals, as text."""
    from cartdesk.documents.why_text import why_text

    parts = [why_text(steps, locale=desk.catalog.locale) for _, steps in steps_of(desk, cart_id, item_id)]
    return "\n\n".join(parts) if parts else "There is nothing to explain: the cart is empty."


def steps_of(desk: Desk, cart_id: str, item_id: str | None) -> list[tuple[str, list[Step]]]:
    """Return the steps behind each amount of a line, or of the cart: a name such as "due now" or "monthly", and the steps."""
    from cartdesk.pricing.explanations import explain
    from cartdesk.tmf import PriceType

    priced = desk.price(desk.load(cart_id))
    if item_id is None:
        totals = [("due now", explain(priced, what="due_now", shown=_side(desk)))] if priced.items else []
        periods = [total.period for total in priced.totals if total.period is not None]
        return totals + [(str(period), explain(priced, what="total", period=period, shown=_side(desk))) for period in periods]
    line = next((item for item in priced.items if item.item.id == item_id), None)
    charges = line.all_charges() if line is not None else ()
    kinds = dict.fromkeys(charge.period for charge in charges if charge.kind is not PriceType.USAGE)
    found: list[tuple[str, list[Step]]] = []
    for period in kinds:
        steps = explain(priced, item_id=item_id, period=period, shown=_side(desk))
        found.append(("due now" if period is None else str(period), steps))
    return found


def _side(desk: Desk) -> Literal["gross", "net"]:
    return "net" if desk.show_tax == "excluded" else "gross"


def _bills(desk: Desk, cart_id: str, start: date | None, day: int | None, months: int | None, convention: Convention) -> list[Bill]:
    from cartdesk.desk.billing import bills_of

    return bills_of(desk.price(desk.load(cart_id)), months=months, start=start, day=day, convention=convention)


def _bill_json(bill: Bill) -> dict[str, Any]:
    return {
        "on": bill.on.isoformat(),
        "today": bill.is_today,
        "total": _amounts_json(bill.total),
        "listPrice": _amounts_json(bill.list_price),
        "lines": [
            {
                "item": line.item_id,
                "name": line.name,
                "rule": line.rule,
                "from": line.first_day.isoformat(),
                "to": line.last_day.isoformat(),
                "share": str(line.fraction),
                "amount": _amounts_json(line.amounts),
            }
            for line in bill.lines
        ],
        "changes": [
            {"item": each.item_id, "name": each.name, "what": each.what, "number": each.number, "of": each.of} for each in bill.changes
        ],
    }


def _amounts_json(amounts: Amounts) -> dict[str, Any]:
    from cartdesk.tmf.wire import json_number

    return {
        "unit": amounts.duty_free.currency,
        "dutyFree": json_number(amounts.duty_free.amount),
        "taxIncluded": json_number(amounts.tax_included.amount),
    }


def _step_json(step: Step) -> dict[str, Any]:
    from cartdesk.tmf.wire import json_number

    return {
        "rule": step.rule,
        "subject": step.subject,
        "operation": step.operation,
        "inputs": {name: json_number(value) for name, value in step.inputs},
        "result": json_number(step.result),
        "currency": step.currency,
        "source": step.source,
        "reason": step.reason,
    }
