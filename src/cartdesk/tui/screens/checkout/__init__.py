"""The checkout's page: ``screen`` has its steps one below the other, and each step has a file of its own.

``CartdeskApp`` opens :class:`CheckoutScreen` for F8.
"""

from __future__ import annotations

from cartdesk.tui.screens.checkout.screen import CheckoutScreen

__all__ = ["CheckoutScreen"]
