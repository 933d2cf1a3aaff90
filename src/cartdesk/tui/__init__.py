"""The full screen: app, screens, widgets and themes.

``cli`` calls :func:`run`; everything here shows what ``Desk`` says and hands it what was pressed, and works out nothing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cartdesk.tui.app import CartdeskApp, run

__all__ = ["CartdeskApp", "run"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from cartdesk.tui import app

        return getattr(app, name)
    raise AttributeError(f"module 'cartdesk.tui' has no attribute {name!r}")
