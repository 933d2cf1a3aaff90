"""Customers' books at the desk: everything the store and the catalog know of somebody, put together.

The accounts screen and ``cartdesk accounts`` ask here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.catalog import Catalog
    from cartdesk.desk.desk import Desk
    from cartdesk.selling.books import CustomerBook, Reading
    from cartdesk.selling.customers import Customer
    from cartdesk.store import CartStore
    from cartdesk.tmf import Account, BillItem, ProductOrder

SHIFT = "billing_date_shift"
"""The setting that says how ``billingDateShift`` is read: day or offset."""


class Listed(NamedTuple):
    """A customer with the ids of their accounts, for a list."""

    customer: Customer
    accounts: tuple[Account, ...]


def reading_of(store: CartStore) -> Reading:
    """Return how this seat reads ``billingDateShift``."""
    return "offset" if store.setting(SHIFT) == "offset" else "day"


def customers_with_accounts(desk: Desk, text: str = "") -> list[Listed]:
    """Return the customers that a text means with their accounts, by name; all of them for no text.

    A text that is an account's id, or the beginning of one, means its customers.
    """
    return fitting(everybody(desk), text)


def everybody(desk: Desk) -> list[Listed]:
    """Return every customer with their accounts, by name."""
    from cartdesk.desk.people import known_customers

    kept: dict[str, list[Account]] = {}
    for account in desk.store.accounts():
        for party_id in dict.fromkeys(party.id for party in account.related_party if party.id):
            kept.setdefault(party_id, []).append(account)
    people = known_customers(desk.store, desk.catalog)
    listed = [Listed(each, tuple(accounts_of(desk.store, desk.catalog, each.id or "", kept.get(each.id or "", [])))) for each in people]
    return sorted(listed, key=lambda each: (each.customer.name.casefold(), each.customer.id or ""))


def fitting(listed: list[Listed], text: str) -> list[Listed]:
    """Return those of a list that a text means."""
    from cartdesk.desk.people import find_customers

    wanted = text.strip()
    if not wanted:
        return listed
    found = {each.id for each in find_customers((each.customer for each in listed), wanted)}
    return [each for each in listed if each.customer.id in found or _has_account(each.accounts, wanted)]


def find_one(desk: Desk, text: str) -> Customer:
    """Return the one customer that a text means.

    Raises:
        Refused: nobody, or several.
    """
    found = [each.customer for each in customers_with_accounts(desk, text)] if text.strip() else []
    if len(found) == 1:
        return found[0]
    shown = safe_text(text, 40)
    if not found:
        raise Refused(tr("Nobody here is called {shown}, and no account is; `cartdesk accounts list` lists them.", shown=shown))
    raise Refused(
        tr(
            "{n} customers fit {shown}: {name}; give the id.",
            n=len(found),
            shown=shown,
            name=", ".join(f"{each.name} ({each.id})" for each in found[:4]),
        )
    )


def book_for(desk: Desk, customer_id: str) -> CustomerBook:
    """Return a customer's books.

    Raises:
        Refused: there is no such customer.
        PricingError: a price of the catalog's cannot be used.
    """
    from cartdesk.desk.people import known_customers
    from cartdesk.selling.books import Known, book_of

    customer = next((each for each in known_customers(desk.store, desk.catalog) if each.id == customer_id), None)
    if customer is None:
        raise Refused(tr("There is no customer {customer_id} here any more.", customer_id=safe_text(customer_id, 40)))
    listed = desk.catalog.customer(customer_id)
    since = listed.valid_for.start_date_time if listed is not None and listed.valid_for is not None else None
    accounts = accounts_of(desk.store, desk.catalog, customer_id, desk.store.accounts(customer_id))
    items: list[BillItem] = [item for account in accounts for item in desk.store.bill_items(account.id)]
    known = Known(
        customer=customer,
        since=since.date() if since is not None else None,
        accounts=accounts,
        products=listed.product if listed is not None else (),
        orders=orders_of(desk.store, customer_id),
        items=items,
    )
    book: CustomerBook = book_of(known, desk.catalog, desk.now(), reading_of(desk.store))
    return book


def accounts_of(store: CartStore, catalog: Catalog, customer_id: str, kept: list[Account]) -> list[Account]:
    """Return every account of a customer: those of the store, and those that come with the catalog; one of both is the store's.

    Args:
        store: the store, for accounts of the catalog's that were kept since.
        catalog: the catalog.
        customer_id: the customer.
        kept: accounts of the store among which theirs are.
    """
    from cartdesk.tmf.account import read_account

    mine = [account for account in kept if account.names(customer_id)]
    ids = {account.id for account in mine}
    listed = catalog.customer(customer_id)
    others = [read_account(each.wire()) for each in (listed.account if listed is not None else ())]
    return [*(store.get_account(each.id) or each for each in others if each.id not in ids), *mine]


def orders_of(store: CartStore, customer_id: str) -> list[ProductOrder]:
    """Return a customer's orders, the first one first."""
    return [order for order in store.orders() if any(_is_customer(party.role) and party.id == customer_id for party in order.related_party)]


def _is_customer(role: str | None) -> bool:
    return (role or "").strip().lower() == "customer"


def _has_account(accounts: tuple[Account, ...], wanted: str) -> bool:
    lowered = wanted.casefold()
    ids = [account.id.casefold() for account in accounts]
    return lowered in ids or (len(lowered) >= 3 and any(each.startswith(lowered) for each in ids))
