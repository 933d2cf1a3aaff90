"""The ground of the cart store: a TinyDB over the log, with transactions, settings, orders, customers and accounts.

:class:`~cartdesk.store.cart_store.CartStore` builds on it and is what everybody opens.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
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
from cartdesk.store.tables import ACCOUNTS, CUSTOMERS, META, ORDERS

if TYPE_CHECKING:
    from cartdesk.tmf import Individual, ProductOrder, Reference
    from cartdesk.tmf.resource import Resource

_Model = TypeVar("_Model", bound="Resource")


class SeatStore(TinyDB):
    """What the seat keeps beside carts. Every method that changes something returns when the change is durable."""

    default_storage_class = LogStorage  # type: ignore[assignment]  # TinyDB's own hook, typed as its own storage
    table_class = KeyedTable

    def __init__(self, path: str | Path, *, read_only: bool = False, disk: Disk | None = None, layout: Format = LATEST) -> None:
        super().__init__(path, read_only=read_only, disk=disk, layout=layout)

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

    def put_customer(self, customer: Individual) -> None:
        """Save a customer."""
        self._put(CUSTOMERS, customer.id, customer)

    def get_customer(self, customer_id: str) -> Individual | None:
        """Return a customer, or None."""
        from cartdesk.tmf import Individual

        return self._get(CUSTOMERS, customer_id, Individual)

    def customers(self) -> list[Individual]:
        """Return all customers, in the order in which they were first put."""
        from cartdesk.tmf import Individual

        return self._all(CUSTOMERS, Individual)

    def put_account(self, account: Reference) -> None:
        """Save a billing account."""
        if not account.id:
            raise StoreError("A billing account needs an id to be saved.")
        self._put(ACCOUNTS, account.id, account)

    def get_account(self, account_id: str) -> Reference | None:
        """Return a billing account, or None."""
        from cartdesk.tmf import Reference

        return self._get(ACCOUNTS, account_id, Reference)

    def accounts(self) -> list[Reference]:
        """Return all billing accounts."""
        from cartdesk.tmf import Reference

        return self._all(ACCOUNTS, Reference)

    # Settings

    def setting(self, key: str, default: Any = None) -> Any:
        """Return a setting's JSON value, parsed anew; ``default`` where it was never set."""
        body = self.log_storage.body(META, key)
        return default if body is None else json.loads(body)["value"]

    def set_setting(self, key: str, value: Any) -> None:
        """Set a setting to a JSON value."""
        self.log_storage.apply([Op(META, key, write_plain({"value": value}))])

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
