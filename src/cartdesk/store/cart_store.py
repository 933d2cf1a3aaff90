"""``CartStore``: everything the seat keeps, as a TinyDB with crash-safe storage and one repository a resource.

The desk writes through it and says so only when it is durable; the command line and the screens read from it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cartdesk.errors import StoreError
from cartdesk.store.disk import Disk
from cartdesk.store.formats import LATEST, Format
from cartdesk.store.frame import Op
from cartdesk.store.history import Journal
from cartdesk.store.records import CartRow, Change, HistoryRecord
from cartdesk.store.rows import RowIndex, matches, row_of, write_row
from cartdesk.store.seat_store import SeatStore, exact
from cartdesk.store.tables import CARTS, EXPORTED, HISTORY, META, ROWS

if TYPE_CHECKING:
    from cartdesk.store.checking import StoreInfo
    from cartdesk.store.comparing import Difference
    from cartdesk.store.erasure import Erasure
    from cartdesk.store.retention import Retained
    from cartdesk.store.writing import CartWriter
    from cartdesk.tmf import ShoppingCart


def _random_salt() -> str:
    return os.urandom(16).hex()


class CartStore(SeatStore):
    """A seat's store. Every method that changes something returns when the change is durable."""

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
        self._salt = salt
        self.journal = Journal(self.log_storage, salt)
        self._index = RowIndex(self.log_storage)
        self._carts: CartWriter | None = None
        if not read_only:
            self._go_on()

    def _go_on(self) -> None:
        """Finish what was interrupted or damaged: an erasure's last step, rows and carts that damage took."""
        if self.recovery.damaged:
            from cartdesk.store.mending import mend

            self.recovery.lost += mend(self)
        if self.log_storage.has(META, "erasure.unfinished"):
            from cartdesk.store.erasure import Erasure, finish

            finish(self.log_storage, Erasure())

    def forget(self) -> None:
        """Drop what is remembered of journals and written carts."""
        self.journal.forget()
        self._carts = None

    # Carts

    def put_cart(self, cart: ShoppingCart, row: CartRow | None = None) -> None:
        """Save a cart and its row in the index, without a record in its history.

        Args:
            cart: the cart.
            row: its row; without one it is made from the cart.
        """
        with self.log_storage.writing:
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

    def cart_row(self, cart_id: str) -> CartRow | None:
        """Return one cart's row, or None."""
        body = self.log_storage.body(ROWS, cart_id)
        return None if body is None else CartRow.from_json(exact(body))

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

    def record_at(self, cart_id: str, moment: datetime) -> int | None:
        """Return the number of the last record at or before ``moment``: the cart as it was then; None where it was not there yet."""
        from cartdesk.tmf.period import read_time

        return max((each.seq for each in self.history(cart_id) if read_time(each.change.at) <= moment), default=None)

    def difference(self, cart_id: str, before: int, after: int) -> list[Difference]:
        """Return what differs between a cart after record ``before`` and after record ``after``, member by member.

        Raises:
            StoreError: there is no such record.
        """
        from cartdesk.store.comparing import compare

        return compare(exact(self.journal.state(cart_id, before)), exact(self.journal.state(cart_id, after)))

    def branch(self, cart_id: str, seq: int, *, new_id: str, who: str, at: str) -> ShoppingCart:
        """Make an open copy of a cart as it was after record ``seq``, with a history of its own, and return it.

        Args:
            cart_id: the cart to copy.
            seq: the record.
            new_id: the copy's id.
            who: who does it.
            at: now, RFC 3339.

        Raises:
            StoreError: there is no such record, or the new id is taken.
        """
        from cartdesk.tmf import CartState

        if self.log_storage.has(CARTS, new_id):
            raise StoreError(f"There is a cart {new_id} already; a copy needs an id of its own.")
        then = self.cart_at(cart_id, seq)
        notes = then.notes.model_copy(update={"state": CartState.OPEN, "order_id": None, "created": at, "changed": at})
        copy = then.model_copy(update={"id": new_id, "href": None, "seat": notes})
        self.record(copy, Change(who, f"copy of {cart_id} as of record {seq}", at, "branch", seq))
        return copy

    def carts_with_history(self) -> list[str]:
        """Return the ids of all carts that have a history, also of those that were removed."""
        return list(dict.fromkeys(name.rpartition("/")[0] for name in self.log_storage.keys(HISTORY)))

    # Upkeep

    def info(self) -> StoreInfo:
        """Return the store's facts."""
        from cartdesk.store.checking import describe

        return describe(self)

    def verify(self) -> list[str]:
        """Read and check all of the file; return what is wrong, one sentence each. Empty is sound."""
        from cartdesk.store.checking import verify

        return verify(self)

    def compact(self) -> None:
        """Rewrite the file with only what counts, now."""
        self.log_storage.compact()

    def backup(self, target: Path) -> int:
        """Write everything to one file that any TinyDB opens and ``restore`` takes back; return how many documents."""
        from cartdesk.store.backup import write_snapshot

        log, contents = self.log_storage.snapshot()
        return write_snapshot(self.log_storage.disk, log, contents, target, sealed=True)

    def export(self, target: Path, tables: Sequence[str] = EXPORTED) -> int:
        """Write some tables as a plain TinyDB file, for other programs; return how many documents."""
        from cartdesk.store.backup import write_snapshot

        log, contents = self.log_storage.snapshot()
        contents.tables = {table: contents.tables[table] for table in tables if table in contents.tables}
        return write_snapshot(self.log_storage.disk, log, contents, target, sealed=False)

    def erase_customer(self, customer_id: str, *, at: str) -> Erasure:
        """Erase a customer's personal data from carts, orders, history and archive, and from the file itself; a tombstone stays.

        Args:
            customer_id: the customer.
            at: now, RFC 3339.

        Raises:
            StoreError: it could not be finished; asking again, or opening the store again, goes on with it.
        """
        from cartdesk.store.retention import erase_customer

        return erase_customer(self, customer_id, at)

    def retain(self, now: datetime) -> Retained:
        """Archive closed carts and erase personal data that are older than the settings allow."""
        from cartdesk.store.retention import retain

        return retain(self, now)

    def open_archive(self, *, read_only: bool = False) -> CartStore:
        """Open the archive of closed carts: a store like this one, to be closed by the caller.

        Raises:
            StoreError: for reading, when nothing was archived yet; or as for any store.
        """
        from cartdesk.store.retention import archive_path

        storage = self.log_storage
        return CartStore(archive_path(self.path), read_only=read_only, salt=self._salt, disk=storage.disk, layout=storage.layout)

    # Inside

    def _written(self, cart: ShoppingCart) -> bytes:
        if self._carts is None:
            from cartdesk.store.writing import CartWriter

            self._carts = CartWriter()
        return self._carts.write(cart)

    def _cart_ops(self, cart_id: str, body: bytes, row: CartRow) -> list[Op]:
        return [Op(CARTS, cart_id, body), Op(ROWS, cart_id, write_row(row))]


def read_cart(body: bytes) -> ShoppingCart:
    """Return the cart that the store wrote as ``body``."""
    from cartdesk.tmf import ShoppingCart

    return ShoppingCart.model_validate(exact(body))


def _nth_last(numbers: list[int], steps: int) -> int | None:
    return numbers[-steps] if 0 < steps <= len(numbers) else None
