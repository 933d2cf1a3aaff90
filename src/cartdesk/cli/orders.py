"""``cartdesk orders``: find them, follow their states, cancel them, and keep what customers say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cartdesk.cli import completing
from cartdesk.cli.desks import open_desk, open_store
from cartdesk.cli.output import say, table, write_json
from cartdesk.cli.places import places
from cartdesk.errors import Refused
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.command import Command
    from cartdesk.store import CartStore
    from cartdesk.store.order_rows import OrderRow
    from cartdesk.tmf import ProductOrder


@click.group("orders")
@places
def group() -> None:
    """The orders placed at this seat."""


@group.command("list")
@click.option("--text", default="", help="Only orders that show this in their number, customer, contact or state.")
@click.option("--json", "as_json", is_flag=True, help="Print TMF622 JSON.")
@places
def list_orders(text: str, as_json: bool) -> None:
    """List the orders, the last one first."""
    with open_store() as store:
        rows = store.order_rows(text)
        if as_json:
            write_json([order_in(store, row.id).wire() for row in rows])
            return
    say(rows_text(rows))


@group.command()
@click.argument("order", shell_complete=completing.orders)
@click.option("--json", "as_json", is_flag=True, help="Print TMF622 JSON.")
@places
def show(order: str, as_json: bool) -> None:
    """Show an order's receipt."""
    with open_store() as store:
        if as_json:
            write_json(order_in(store, order).wire())
        else:
            say(receipt_of(store, order))


@group.command()
@click.argument("order", shell_complete=completing.orders)
@click.argument("state", required=False)
@click.option("--why", default="", help="Why, for the order's history.")
@click.option("--json", "as_json", is_flag=True, help="Print the history as JSON.")
@places
def track(order: str, state: str | None, why: str, as_json: bool) -> None:
    """Show an order's states, or put it into another one: inProgress, completed, held…"""
    if state is not None:
        from cartdesk.desk.commands import TrackOrder

        _do(TrackOrder(order, state, why))
    elif why:
        raise click.UsageError("--why belongs to a state.")
    with open_store() as store:
        found = order_in(store, order)
    from cartdesk.selling.tracking import history_of

    if as_json:
        write_json({"id": found.id, "state": found.state, "history": [change.wire() for change in history_of(found)]})
    else:
        say(track_text(found))


@group.command()
@click.argument("order", shell_complete=completing.orders)
@click.option("--why", default="", help="Why, for the order's history.")
@places
def cancel(order: str, why: str) -> None:
    """Cancel an order; where work on it has begun, ask for its cancellation."""
    from cartdesk.desk.commands import CancelOrder

    _do(CancelOrder(order, why))


@group.command()
@click.argument("order", shell_complete=completing.orders)
@click.argument("text")
@places
def comment(order: str, text: str) -> None:
    """Keep what the customer says of an order."""
    from cartdesk.desk.commands import CommentOrder

    _do(CommentOrder(order, text))


@group.command()
@click.argument("order", shell_complete=completing.orders)
@click.argument("stars", type=int)
@places
def rate(order: str, stars: int) -> None:
    """Keep how the customer rates an order, from 1 to 5."""
    from cartdesk.desk.commands import RateOrder

    _do(RateOrder(order, stars))


def order_in(store: CartStore, order_id: str) -> ProductOrder:
    """Return an order.

    Raises:
        Refused: there is none.
    """
    found = store.get_order(order_id)
    if found is None:
        raise Refused(f"There is no order {safe_text(order_id, 40)}; `cartdesk orders list` lists them.")
    return found


def receipt_of(store: CartStore, order_id: str) -> str:
    """Return an order's receipt as text."""
    from cartdesk.documents.receipt import receipt_text

    return receipt_text(order_in(store, order_id))


def rows_text(rows: list[OrderRow]) -> str:
    """Return the list of orders as text."""
    if not rows:
        return "There are no such orders."
    cells = [
        (row.id, (row.placed or "")[:16], row.state, row.customer, str(row.lines), row.due_now or "", row.currency or "", _stars(row))
        for row in rows
    ]
    return table(("order", "placed", "state", "customer", "lines", "due now", "", "rated"), cells, right=frozenset({4, 5}))


def _stars(row: OrderRow) -> str:
    return str(row.rating or "")


def track_text(order: ProductOrder) -> str:
    """Return an order's states as text, and what the customer said of it."""
    from cartdesk.selling.tracking import WORDS, comments_of, history_of

    lines = [f"Order {order.id}"]
    for change in history_of(order):
        said = " · ".join(part for part in (WORDS.get(change.state, change.state), change.who, change.why) if part)
        lines.append(f"  {change.at}  {said}")
    lines += [f"  {note.author or 'customer'}: {note.text}" for note in comments_of(order)]
    if order.seat is not None and order.seat.rating:
        lines.append(f"  rated {order.seat.rating} of 5")
    return "\n".join(lines)


def _do(command: Command) -> None:
    with open_desk() as desk:
        say(desk.run(command).said)
