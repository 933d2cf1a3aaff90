"""Talking to a server: carts, orders, customers and accounts travel by TM Forum's APIs, and nothing is lost or doubled on the way.

Off until a remote is added. Importing this package loads nothing; only ``http`` imports httpx, and only the command line and the full
screen import that, so a seat that never syncs loads none of it.
"""

from __future__ import annotations
