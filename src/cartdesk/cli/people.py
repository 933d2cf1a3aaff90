"""``cartdesk customers``: who bought here, and forgetting them."""

from __future__ import annotations

import click

from cartdesk.cli.desks import open_store
from cartdesk.cli.output import plural, say, table, write_json
from cartdesk.cli.places import places
from cartdesk.errors import Refused
from cartdesk.text import safe_text


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
    from cartdesk.documents.writing import remove_papers
    from cartdesk.tmf.period import write_time

    with open_store(read_only=False) as store:
        if store.get_customer(customer) is None:
            raise Refused(f"There is no customer {safe_text(customer, 40)}; `cartdesk customers list` lists them.")
        done = store.erase_customer(customer, at=write_time(now()))
        papers = remove_papers(store.path.parent, (customer, *done.carts, *done.orders))
    say(f"Customer {customer} is erased from {plural(len(done.carts), 'cart')} and {plural(len(done.orders), 'order')}.")
    if papers:
        say(f"{plural(papers, 'paper')} removed from the folder of papers.")
    if done.copies:
        say(f"{plural(len(done.copies), 'copy', 'copies')} of the store removed; backups elsewhere are yours to remove.")
