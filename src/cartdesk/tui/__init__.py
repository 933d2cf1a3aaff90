"""The full screen: app, screens, widgets and themes.

``cli`` calls :func:`run`; everything here shows what ``Desk`` says and hands it what was pressed, and works out nothing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cartdesk.tui.app import CartdeskApp
    from cartdesk.tui.opening import run

__all__ = ["CartdeskApp", "run"]

_HOMES = {"CartdeskApp": "app", "run": "opening"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"cartdesk.tui.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'cartdesk.tui' has no attribute {name!r}")
