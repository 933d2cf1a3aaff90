"""The ground of the cart store: a TinyDB over the log, with transactions, settings and a repository a resource.

:class:`~cartdesk.store.cart_store.CartStore` builds on it and is what everybody opens.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tinydb import TinyDB

from cartdesk.errors import StoreError
from cartdesk.store.codec import write_plain
from cartdesk.store.disk import Disk
from cartdesk.store.formats import LATEST, Format
from cartdesk.store.frame import Op
from cartdesk.store.log_storage import LogStorage
from cartdesk.store.log_table import KeyedTable
from cartdesk.store.salvage import Recovery
from cartdesk.store.tables import ACCOUNTS, BILL_ITEMS, CHECKOUTS, CUSTOMERS, META, ORDERS, PAYMENTS

if TYPE_CHECKING:
    from cartdesk.store.order_rows import OrderIndex, OrderRow
    from cartdesk.tmf import Account, BillItem, Party, Payment, ProductOrder
    from cartdesk.tmf.resource import Resource

_Model = TypeVar("_Model", bound="Resource")


class SeatStore(TinyDB):
    """What the seat keeps beside carts. Every method that changes something returns when the change is durable."""

    default_storage_class = LogStorage  # type: ignore[assignment]  # TinyDB's own hook, typed as its own storage
    table_class = KeyedTable

    def __init__(self, path: str | Path, *, read_only: bool = False, disk: Disk | None = None, layout: Format = LATEST) -> None:
        super().__init__(path, read_only=read_only, disk=disk, layout=layout)
        self._orders: OrderIndex | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {str(self.path)!r}>"

    @property
    def log_storage(self) -> LogStorage:
        """The storage below."""
        storage = self.storage
        if not isinstance(storage, LogStorage):
            raise StoreError("A cart store works on a LogStorage only.")
        return storage

    @property
    def path(self) -> Path:
        """The store's file."""
        return self.log_storage.path

    @property
    def read_only(self) -> bool:
        """True where nothing can be changed."""
        return self.log_storage.read_only

    @property
    def recovery(self) -> Recovery:
        """What was found and mended when the store was opened."""
        return self.log_storage.recovery

    def tables(self) -> set[str]:
        """Return the names of the tables."""
        return set(self.log_storage.tables())

    def drop_table(self, name: str) -> None:
        """Drop a table with all its documents."""
        self._tables.pop(name, None)
        self.log_storage.apply([Op(name, None, None)])

    def drop_tables(self) -> None:
        """Drop every table."""
        self._tables.clear()
        self.log_storage.apply([Op(name, None, None) for name in self.log_storage.tables()])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all changes inside one: durable when the block ends, none of them when it raises. An inner one joins the outer."""
        try:
            with self.log_storage.transaction():
                yield
        except BaseException:
            self.forget()
            raise

    def forget(self) -> None:
        """Drop what is remembered of documents, after changes were undone or made past the repositories."""

    # Orders, customers, accounts

    def put_order(self, order: ProductOrder) -> None:
        """Save an order."""
        self._put(ORDERS, order.id, order)

    def get_order(self, order_id: str) -> ProductOrder | None:
        """Return an order, or None."""
        from cartdesk.tmf import ProductOrder

        return self._get(ORDERS, order_id, ProductOrder)

    def orders(self) -> list[ProductOrder]:
        """Return all orders, in the order in which they were first put."""
        from cartdesk.tmf import ProductOrder

        return self._all(ORDERS, ProductOrder)

    def order_rows(self, text: str = "") -> list[OrderRow]:
        """Return a small row for each order that shows ``text``, the last placed first."""
        from cartdesk.store.order_rows import OrderIndex

        if self._orders is None:
            self._orders = OrderIndex(self.log_storage)
        wanted = text.strip().casefold()
        return [row for row in self._orders.rows() if not wanted or row.shows(wanted)]

    def put_customer(self, customer: Party) -> None:
        """Save a customer, a person or an organization."""
        self._put(CUSTOMERS, customer.id, customer)

    def get_customer(self, customer_id: str) -> Party | None:
        """Return a customer, or None."""
        from cartdesk.tmf.party import read_party

        body = self.log_storage.body(CUSTOMERS, customer_id)
        return None if body is None else read_party(exact(body))

    def customers(self) -> list[Party]:
        """Return all customers, in the order in which they were first put."""
        from cartdesk.tmf.party import read_party

        return [read_party(exact(body)) for _, body in self.log_storage.bodies(CUSTOMERS)]

    def put_account(self, account: Account) -> None:
        """Save an account of any of the four kinds."""
        if not account.id:
            raise StoreError("An account needs an id to be saved.")
        self._put(ACCOUNTS, account.id, account)

    def get_account(self, account_id: str) -> Account | None:
        """Return an account as the kind that it is, or None."""
        from cartdesk.tmf.account import read_account

        body = self.log_storage.body(ACCOUNTS, account_id)
        return None if body is None else read_account(exact(body))

    def accounts(self, party_id: str | None = None) -> list[Account]:
        """Return all accounts, or those that a party is related to, in the order in which they were first put."""
        from cartdesk.tmf.account import read_account

        mark = b"" if party_id is None else write_plain(party_id)
        found = [read_account(exact(body)) for _, body in self.log_storage.bodies(ACCOUNTS) if mark in body]
        return found if party_id is None else [account for account in found if account.names(party_id)]

    def put_bill_item(self, item: BillItem) -> None:
        """Save a bill item with the account that it is charged to."""
        account = item.billing_account.id if item.billing_account is not None else None
        self._put(BILL_ITEMS, f"{account or ''}/{item.id}", item)

    def bill_items(self, account_id: str) -> list[BillItem]:
        """Return an account's bill items, in the order in which they were first put."""
        from cartdesk.tmf import BillItem

        names = [name for name in self.log_storage.keys(BILL_ITEMS) if name.startswith(f"{account_id}/")]
        return [BillItem.model_validate(exact(body)) for _, body in self.log_storage.some(BILL_ITEMS, names)]

    def remove_bill_items(self, order_id: str) -> None:
        """Remove what an order would have been billed and was not yet; that there is nothing is no error."""
        mark = write_plain(order_id)
        ops = []
        for name, body in self.log_storage.bodies(BILL_ITEMS):
            if mark in body:
                item = exact(body)
                if (item.get("productOrder") or {}).get("id") == order_id and not item.get("isBilled"):
                    ops.append(Op(BILL_ITEMS, name, None))
        if ops:
            self.log_storage.apply(ops)

    def put_payment(self, payment: Payment) -> None:
        """Save a payment."""
        self._put(PAYMENTS, payment.id, payment)

    def get_payment(self, payment_id: str) -> Payment | None:
        """Return a payment, or None."""
        from cartdesk.tmf import Payment

        return self._get(PAYMENTS, payment_id, Payment)

    def payments(self) -> list[Payment]:
        """Return all payments, in the order in which they were first put."""
        from cartdesk.tmf import Payment

        return self._all(PAYMENTS, Payment)

    # Checkouts that are not finished

    def put_checkout(self, cart_id: str, checkout: Mapping[str, Any]) -> None:
        """Save what is known of a cart's checkout, as JSON values."""
        self.log_storage.apply([Op(CHECKOUTS, cart_id, write_plain(checkout))])

    def get_checkout(self, cart_id: str) -> dict[str, Any] | None:
        """Return what is known of a cart's checkout as JSON values, parsed anew; None where there is none."""
        body = self.log_storage.body(CHECKOUTS, cart_id)
        return None if body is None else dict(exact(body))

    def remove_checkout(self, cart_id: str) -> None:
        """Remove a cart's checkout; one that is not there is no error."""
        if self.log_storage.has(CHECKOUTS, cart_id):
            self.log_storage.apply([Op(CHECKOUTS, cart_id, None)])

    def checkouts(self) -> list[str]:
        """Return the ids of the carts whose checkout is not finished."""
        return self.log_storage.keys(CHECKOUTS)

    # Settings

    def setting(self, key: str, default: Any = None) -> Any:
        """Return a setting's JSON value, parsed anew; ``default`` where it was never set."""
        body = self.log_storage.body(META, key)
        return default if body is None else json.loads(body)["value"]

    def set_setting(self, key: str, value: Any) -> None:
        """Set a setting to a JSON value."""
        self.log_storage.apply([Op(META, key, write_plain({"value": value}))])

    def settings(self, beginning: str = "") -> list[str]:
        """Return the names of the settings that begin so."""
        return [name for name in self.log_storage.keys(META) if name.startswith(beginning)]

    def remove_setting(self, key: str) -> None:
        """Remove a setting; one that is not there is no error."""
        if self.log_storage.has(META, key):
            self.log_storage.apply([Op(META, key, None)])

    # Inside

    def _put(self, table: str, key: str, resource: Resource) -> None:
        from cartdesk.store.writing import write_resource

        self.log_storage.apply([Op(table, key, write_resource(resource))])

    def _get(self, table: str, key: str, model: type[_Model]) -> _Model | None:
        body = self.log_storage.body(table, key)
        return None if body is None else model.model_validate(exact(body))

    def _all(self, table: str, model: type[_Model]) -> list[_Model]:
        return [model.model_validate(exact(body)) for _, body in self.log_storage.bodies(table)]


def exact(body: bytes) -> Any:
    """Return JSON that the store wrote, every fraction as the Decimal that it is."""
    return json.loads(body.decode("utf-8", "surrogatepass"), parse_float=Decimal)
