"""What a store is and whether it is sound: the facts for ``cartdesk store info``, the findings for ``cartdesk store verify``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cartdesk.errors import StoreError
from cartdesk.store import tables
from cartdesk.store.disk import explain
from cartdesk.store.log import Log
from cartdesk.store.salvage import copies, read_all
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.store.cart_store import CartStore


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """A store's facts."""

    path: Path
    format: int
    """The format version."""
    generation: int
    """How often the file was rewritten."""
    size: int
    """The file's size in bytes, room laid ahead included."""
    used: int
    """How much of it holds frames."""
    live: int
    """How much of that still counts, roughly."""
    documents: dict[str, int]
    """How many documents each table has."""
    copies: tuple[Path, ...]
    """Copies kept beside it: of damaged files, older formats, and stores before a restore."""
    read_only: bool
    found: tuple[str, ...]
    """What was found and mended when it was opened, in sentences."""


def describe(store: CartStore) -> StoreInfo:
    """Return a store's facts."""
    storage = store.log_storage
    log, contents = storage.snapshot()
    found = tuple(store.recovery.sentences())
    if storage.compactor.failure is not None:
        found += (str(storage.compactor.failure),)
    return StoreInfo(
        path=storage.path,
        format=log.header.version,
        generation=log.header.generation,
        size=log.size,
        used=log.end,
        live=contents.live,
        documents={table: len(contents.tables.get(table, ())) for table in dict.fromkeys([*tables.ALL, *contents.tables])},
        copies=tuple(copies(storage.path)),
        read_only=storage.read_only,
        found=found,
    )


def verify(store: CartStore) -> list[str]:
    """Read the whole file from the disk again and check all of it; return what is wrong, one sentence each.

    Every frame and document is checked against its checksum, every document must be JSON, every cart must have its row and every row
    its cart, and every history's chain must hold.
    """
    found = _verify_file(store)
    storage = store.log_storage
    for table in storage.tables():
        found += _verify_documents(store, table)
    carts, rows = set(storage.keys(tables.CARTS)), set(storage.keys(tables.ROWS))
    found += [f"Cart {safe_text(cart_id, 60)} is missing in the index." for cart_id in sorted(carts - rows)]
    found += [f"The index has a row for cart {safe_text(cart_id, 60)}, which is not there." for cart_id in sorted(rows - carts)]
    for cart_id in store.carts_with_history():
        try:
            bad = store.verify_history(cart_id)
        except (StoreError, ValueError) as error:
            found.append(str(error))
            continue
        if bad is not None:
            found.append(f"Record {bad} in the history of cart {safe_text(cart_id, 60)} does not fit.")
    return found


def _verify_file(store: CartStore) -> list[str]:
    """Check the bytes up to what is known to be written."""
    storage = store.log_storage
    with storage.writing:
        end = storage.snapshot()[0].end
        try:
            fresh = Log.open(storage.disk, storage.path, writable=False, newest=storage.layout.version)
            try:
                found = read_all(fresh, upto=end)
            finally:
                fresh.close()
        except OSError as error:
            raise explain(error, storage.path, "read") from error
    if fresh.end < end and not found.lost:
        found.lost.append(f"{storage.path} is damaged between byte {fresh.end} and byte {end}.")
    if fresh.header.generation == 0:
        found.lost.append(f"The first line of {storage.path} is damaged.")
    return found.lost


def _verify_documents(store: CartStore, table: str) -> list[str]:
    found = []
    for key in store.log_storage.keys(table):
        try:
            body = store.log_storage.body(table, key)
            if body is not None:
                json.loads(body.decode("utf-8", "surrogatepass"))
        except (StoreError, ValueError) as error:
            found.append(f"Document {safe_text(key, 60)} of {table} cannot be read: {error}")
    return found
