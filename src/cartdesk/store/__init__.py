"""The seat's store: carts, history, orders, customers and settings in a TinyDB that never loses what it acknowledged.

The desk and the command line open a :class:`CartStore`; ``TinyDB(path, storage=LogStorage)`` works too. Importing it loads no models.
"""

from __future__ import annotations

from cartdesk.store.cart_store import CartStore
from cartdesk.store.log_storage import LogStorage
from cartdesk.store.log_table import KeyedTable, LogTable
from cartdesk.store.records import CartRow, Change, HistoryRecord
from cartdesk.store.salvage import Recovery

__all__ = ["CartRow", "CartStore", "Change", "HistoryRecord", "KeyedTable", "LogStorage", "LogTable", "Recovery"]
