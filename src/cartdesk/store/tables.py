"""The names of the store's tables, in one place."""

from __future__ import annotations

CARTS = "carts"
"""Whole carts, by id."""
ROWS = "cart_index"
"""A small row for each cart, by its id."""
HISTORY = "history"
"""Journal records, by cart id, a slash and the record's number."""
STATES = "history_states"
"""The cart after each record: whole, or as ``{"delta": ...}`` against the one before."""
ORDERS = "orders"
CUSTOMERS = "customers"
ACCOUNTS = "accounts"
"""Party, billing, settlement and financial accounts, by id."""
BILL_ITEMS = "bill_items"
"""What accounts are charged on their bills, by the account's id, a slash and the item's."""
PAYMENTS = "payments"
CHECKOUTS = "checkouts"
"""What is known of a checkout that is not finished, by the cart's id; gone with the order."""
OUTBOX = "outbox"
"""What is still to be sent."""
SYNC = "sync"
"""What the server is known to have, by cart id."""
META = "meta"
"""Settings, by key."""
ERASED = "erased"
"""A tombstone for each erased customer: the id and when, nothing else."""

ALL = (CARTS, ROWS, HISTORY, STATES, ORDERS, CUSTOMERS, ACCOUNTS, BILL_ITEMS, PAYMENTS, CHECKOUTS, OUTBOX, SYNC, META, ERASED)
EXPORTED = (CARTS, ROWS, HISTORY, ORDERS, CUSTOMERS, ACCOUNTS, BILL_ITEMS, PAYMENTS)
"""What a plain export holds: documents that mean something to others."""
