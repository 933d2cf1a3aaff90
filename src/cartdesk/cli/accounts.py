"""``cartdesk accounts``: whose accounts there are, when they are billed, and what is on their bills."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from cartdesk.cli.desks import open_desk
from cartdesk.cli.output import say, table, write_json
from cartdesk.cli.places import places
from cartdesk.language import tr

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.pricing.priced import Amounts
    from cartdesk.selling.books import AccountBook, CustomerBook, Owned


@click.group("accounts")
@places
def group() -> None:
    """Customers' accounts, bills and products."""


@group.command("list")
@click.option("--text", default="", help="Only customers this means: a name, a phone number, an id, an account.")
@click.option("--json", "as_json", is_flag=True, help="Print TMF666 JSON.")
@places
def list_accounts(text: str, as_json: bool) -> None:
    """List the accounts, by their customers' names."""
    from cartdesk.desk.accounts import customers_with_accounts, reading_of

    with open_desk(read_only=True) as desk:
        listed = customers_with_accounts(desk, text)
        reading = reading_of(desk.store)
    if as_json:
        write_json([account.wire() for each in listed for account in each.accounts])
        return
    from cartdesk.documents.account_words import KINDS
    from cartdesk.selling.accounts import ordinal
    from cartdesk.selling.books import bill_day_of

    cells = []
    for each in listed:
        for account in each.accounts:
            day = bill_day_of(account, reading)
            row = (account.id, account.name or "", tr(KINDS.get(account.kind, "")), account.state or "", ordinal(day) if day else "")
            cells.append((*row, each.customer.name, each.customer.id or ""))
    say(table(("account", "name", "kind", "state", "bill day", "customer", ""), cells) if cells else "There are no such accounts.")


@group.command()
@click.argument("customer")
@click.option("--bills", type=click.IntRange(0, 400), default=3, show_default=True, help="How many bills back and ahead.")
@click.option("--width", type=click.IntRange(20, 200), default=80, show_default=True, help="How wide the text is, in columns.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@places
def show(customer: str, bills: int, width: int, as_json: bool) -> None:
    """Show a customer's accounts.

    With the days bills are made on, bills past and to come, what they own and ordered. CUSTOMER is a name, an id or an account's id.
    """
    with open_desk(read_only=True) as desk:
        book = _book(desk, customer)
        if as_json:
            write_json(book_json(book))
            return
        from cartdesk.documents.account_words import book_paper
        from cartdesk.documents.paper_text import paper_text

        shop = desk.catalog
        made = book_paper(book, desk.now(), locale=shop.locale, show_tax=desk.show_tax, shop=shop.name, bills=bills)
    say(paper_text(made, width))


def _book(desk: Desk, wanted: str) -> CustomerBook:
    from cartdesk.desk.accounts import book_for, find_one

    return book_for(desk, find_one(desk, wanted).id or "")


def book_json(book: CustomerBook) -> dict[str, Any]:
    """Return a customer's books as JSON values."""
    return {
        "customer": {"id": book.customer.id, "name": book.customer.name, "since": book.since.isoformat() if book.since else None},
        "accounts": [_account_json(each) for each in book.accounts],
        "products": [_owned_json(each) for each in book.owned],
        "orders": [{"id": order.id, "state": order.state} for order in book.orders],
    }


def _account_json(book: AccountBook) -> dict[str, Any]:
    return {
        "account": book.account.wire(),
        "billDay": book.bill_day,
        "nextDays": [day.isoformat() for day in book.next_days],
        "dueDays": [day.isoformat() for day in book.due_days],
        "bills": [
            {
                "on": bill.on.isoformat(),
                "past": bill.past,
                "total": _amounts_json(bill.total),
                "charges": [
                    {"name": charge.name, "amount": _amounts_json(charge.amounts), "why": charge.why, "order": charge.order_id}
                    for charge in bill.charges
                ],
            }
            for bill in book.bills
        ],
    }


def _owned_json(owned: Owned) -> dict[str, Any]:
    return {
        "product": owned.product.wire(),
        "account": owned.account_id,
        "boundUntil": owned.bound_until.isoformat() if owned.bound_until is not None else None,
        "every": list(_every_json(owned)),
    }


def _every_json(owned: Owned) -> Iterator[dict[str, Any]]:
    for period, amounts in owned.every:
        yield {"recurringChargePeriod": str(period), "amount": _amounts_json(amounts)}


def _amounts_json(amounts: Amounts) -> dict[str, Any]:
    from cartdesk.tmf.wire import json_number

    net, gross = json_number(amounts.duty_free.amount), json_number(amounts.tax_included.amount)
    return {"unit": amounts.duty_free.currency, "dutyFree": net, "taxIncluded": gross}
