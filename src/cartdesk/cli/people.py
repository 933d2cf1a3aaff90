"""``cartdesk customers`` and ``cartdesk orders``: who bought what here, and forgetting them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cartdesk.cli.desks import open_store
from cartdesk.cli.output import plural, say, table, write_json
from cartdesk.cli.places import places
from cartdesk.errors import Refused
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.store import CartStore
    from cartdesk.tmf import ProductOrder


@click.group()
@places
def customers() -> None:
    """The customers this seat knows."""


@customers.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@places
def list_customers(as_json: bool) -> None:
    """List the customers."""
    from cartdesk.desk.people import as_customer

    with open_store() as store:
        known = store.customers()
    if as_json:
        write_json([each.wire() for each in known])
        return
    people = [as_customer(each) for each in known]
    cells = [(each.id or "", each.name, each.email or "", each.phone or "", each.city or "") for each in people]
    say(table(("customer", "name", "email", "phone", "city"), cells) if cells else "There are no customers yet.")


@customers.command()
@click.argument("customer")
@places
def erase(customer: str) -> None:
    """Remove a customer's personal data for good; what was sold stays, without them."""
    from cartdesk.cli.desks import now
    from cartdesk.tmf.period import write_time

    with open_store(read_only=False) as store:
        if store.get_customer(customer) is None:
            raise Refused(f"There is no customer {safe_text(customer, 40)}; `cartdesk customers list` lists them.")
        done = store.erase_customer(customer, at=write_time(now()))
    say(f"Customer {customer} is erased from {plural(len(done.carts), 'cart')} and {plural(len(done.orders), 'order')}.")
    if done.copies:
        say(f"{plural(len(done.copies), 'copy', 'copies')} of the store removed; backups elsewhere are yours to remove.")


@click.group()
@places
def orders() -> None:
    """The orders placed at this seat."""


@orders.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@places
def list_orders(as_json: bool) -> None:
    """List the orders, the last one first."""
    with open_store() as store:
        placed = store.orders()[::-1]
    if as_json:
        write_json([order.wire() for order in placed])
        return
    cells = [_order_cells(order) for order in placed]
    say(table(("order", "placed", "state", "customer", "lines"), cells, right=frozenset({4})) if cells else "There are no orders yet.")


@orders.command()
@click.argument("order")
@click.option("--json", "as_json", is_flag=True, help="Print TMF622 JSON.")
@places
def show(order: str, as_json: bool) -> None:
    """Show an order's receipt."""
    with open_store() as store:
        if as_json:
            write_json(_order(store, order).wire())
        else:
            say(receipt_of(store, order))


def receipt_of(store: CartStore, order_id: str) -> str:
    """Return an order's receipt as text."""
    from cartdesk.documents.receipt import receipt_text

    return receipt_text(_order(store, order_id))


def _order(store: CartStore, order_id: str) -> ProductOrder:
    found = store.get_order(order_id)
    if found is None:
        raise Refused(f"There is no order {safe_text(order_id, 40)}; `cartdesk orders list` lists them.")
    return found


def _order_cells(order: Any) -> tuple[str, ...]:
    customer = next((party.name for party in order.related_party if (party.role or "").lower() == "customer"), "")
    placed = order.order_date.isoformat(timespec="minutes") if order.order_date else ""
    return order.id, placed, order.state, customer or "", str(len(order.product_order_item))
