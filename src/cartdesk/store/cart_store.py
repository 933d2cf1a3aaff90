"""``CartStore``: everything the seat keeps, as a TinyDB with crash-safe storage and one repository a resource.

The desk writes through it and says so only when it is durable; the command line and the screens read from it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tinydb import TinyDB
from tinydb.table import Document

from cartdesk.errors import StoreError
from cartdesk.store.codec import write_plain
from cartdesk.store.disk import Disk
from cartdesk.store.frame import Op
from cartdesk.store.history import RECORDS, STATES, Journal
from cartdesk.store.log_storage import LogStorage
from cartdesk.store.log_table import LogTable
from cartdesk.store.migrations import LATEST, Format
from cartdesk.store.records import CartRow, Change, HistoryRecord
from cartdesk.store.rows import ROWS, RowIndex, matches, row_of
from cartdesk.store.salvage import Recovery

if TYPE_CHECKING:
    from cartdesk.store.writing import CartWriter
    from cartdesk.tmf import Individual, ProductOrder, Reference, ShoppingCart
    from cartdesk.tmf.resource import Resource

CARTS = "carts"
ORDERS = "orders"
CUSTOMERS = "customers"
ACCOUNTS = "accounts"
OUTBOX = "outbox"
SYNC = "sync"
META = "meta"

TABLES = (CARTS, ROWS, RECORDS, STATES, ORDERS, CUSTOMERS, ACCOUNTS, OUTBOX, SYNC, META)

_Model = TypeVar("_Model", bound="Resource")


class KeyedTable(LogTable):
    """A table whose document ids are texts: a document's own ``id`` where it has one."""

    document_id_class = str  # type: ignore[assignment]  # TinyDB says int; its own documentation allows any class
    default_query_cache_capacity = 0

    def insert(self, document: Mapping[str, Any]) -> Any:
        """Insert a document under its doc_id or its ``id``."""
        return super().insert(_keyed(document))

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> Any:
        """Insert documents, each under its doc_id or its ``id``."""
        return super().insert_multiple(map(_keyed, documents))


def _keyed(document: Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(document, Document) or not isinstance(document, Mapping):
        return document
    if not isinstance(document.get("id"), str):
        raise ValueError("A document here needs an 'id' that is a text, or comes as a tinydb Document with one.")
    return Document(document, document["id"])


def _random_salt() -> str:
    return os.urandom(16).hex()


class CartStore(TinyDB):
    """A seat's store. Every method that changes something returns when the change is durable."""

    default_storage_class = LogStorage  # type: ignore[assignment]  # TinyDB's own hook, typed as its own storage
    table_class = KeyedTable

    def __init__(
        self,
        path: str | Path,
        *,
        read_only: bool = False,
        salt: Callable[[], str] = _random_salt,
        disk: Disk | None = None,
        layout: Format = LATEST,
    ) -> None:
        """Open the store at ``path``, making it where there is none.

        Args:
            path: the file; its folder must exist.
            read_only: take no lock and change nothing; another process may go on writing.
            salt: makes a random text for each journal record, so that erased contents cannot be guessed from their hash.
            disk: the way to the system; tests bring their own.
            layout: the format version to keep.

        Raises:
            StoreLocked: another process has it open.
            StoreForeign: not a store, or from a newer version; it was left as it is.
            StoreFull: no room, or the folder may not be written.
            StoreError: the system refused otherwise.
        """
        super().__init__(path, read_only=read_only, disk=disk, layout=layout)
        self.journal = Journal(self.log_storage, salt)
        self._index = RowIndex(self.log_storage)
        self._carts: CartWriter | None = None

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

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all changes inside one: durable when the block ends, none of them when it raises. An inner one joins the outer."""
        try:
            with self.log_storage.transaction():
                yield
        except BaseException:
            self.journal.forget()
            raise

    # Carts

    def put_cart(self, cart: ShoppingCart, row: CartRow | None = None) -> None:
        """Save a cart and its row in the index, without a record in its history.

        Args:
            cart: the cart.
            row: its row; without one it is made from the cart.
        """
        self.log_storage.apply(self._cart_ops(cart.id, self._written(cart), row or row_of(cart)))

    def get_cart(self, cart_id: str) -> ShoppingCart | None:
        """Return a cart, or None."""
        body = self.log_storage.body(CARTS, cart_id)
        return None if body is None else read_cart(body)

    def remove_cart(self, cart_id: str) -> None:
        """Remove a cart and its row; its history stays. One that is not there is no error."""
        self.log_storage.apply([Op(CARTS, cart_id, None), Op(ROWS, cart_id, None)])

    def cart_ids(self) -> list[str]:
        """Return the ids of all carts, in the order in which they were first put."""
        return self.log_storage.keys(CARTS)

    def cart_rows(self, *, state: str | None = None, text: str = "") -> list[CartRow]:
        """Return the rows of the index, last changed first.

        Args:
            state: only carts in this state.
            text: only carts that show it in their id, label, contact or order id; case does not matter.
        """
        rows = self._index.rows()
        wanted = text.strip().casefold()
        return [row for row in rows if matches(row, state, wanted)] if state is not None or wanted else rows

    # History

    def record(self, cart: ShoppingCart, change: Change, row: CartRow | None = None) -> HistoryRecord:
        """Save a cart, its row and the record of what changed it, all in one frame; return the record."""
        with self.transaction():
            body = self._written(cart)
            record, ops = self.journal.append(cart.id, body, change)
            self.log_storage.apply(self._cart_ops(cart.id, body, row or row_of(cart)) + ops)
        return record

    def history(self, cart_id: str) -> list[HistoryRecord]:
        """Return a cart's records, oldest first; empty for a cart without any."""
        return self.journal.records(cart_id)

    def cart_at(self, cart_id: str, seq: int) -> ShoppingCart:
        """Return the cart as it was after record ``seq``.

        Raises:
            StoreError: there is no such record.
        """
        return read_cart(self.journal.state(cart_id, seq))

    def undo_target(self, cart_id: str, steps: int = 1) -> int | None:
        """Return the record whose cart an undo of so many steps goes back to; None where there are not so many."""
        return _nth_last(self.journal.head(cart_id).undo, steps)

    def redo_target(self, cart_id: str, steps: int = 1) -> int | None:
        """Return the record whose cart a redo of so many steps goes forward to; None where there are not so many."""
        return _nth_last(self.journal.head(cart_id).redo, steps)

    def verify_history(self, cart_id: str) -> int | None:
        """Return the number of the first record that does not fit; None where the whole history does."""
        return self.journal.verify(cart_id)

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

    def _written(self, cart: ShoppingCart) -> bytes:
        if self._carts is None:
            from cartdesk.store.writing import CartWriter

            self._carts = CartWriter()
        return self._carts.write(cart)

    def _cart_ops(self, cart_id: str, body: bytes, row: CartRow) -> list[Op]:
        return [Op(CARTS, cart_id, body), Op(ROWS, cart_id, write_plain(row.to_json()))]

    def _put(self, table: str, key: str, resource: Resource) -> None:
        from cartdesk.store.writing import write_resource

        self.log_storage.apply([Op(table, key, write_resource(resource))])

    def _get(self, table: str, key: str, model: type[_Model]) -> _Model | None:
        body = self.log_storage.body(table, key)
        return None if body is None else model.model_validate(_exact(body))

    def _all(self, table: str, model: type[_Model]) -> list[_Model]:
        return [model.model_validate(_exact(body)) for _, body in self.log_storage.bodies(table)]


def read_cart(body: bytes) -> ShoppingCart:
    """Return the cart that the store wrote as ``body``."""
    from cartdesk.tmf import ShoppingCart

    return ShoppingCart.model_validate(_exact(body))


def _exact(body: bytes) -> Any:
    return json.loads(body.decode("utf-8", "surrogatepass"), parse_float=Decimal)


def _nth_last(numbers: list[int], steps: int) -> int | None:
    return numbers[-steps] if 0 < steps <= len(numbers) else None
