"""How every story at the screen waits: until the app has nothing left to do, which is quicker than until the processor idles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from textual.app import App

LIMIT = 50_000
"""Looks that anything may take; more means that it will never be done."""
BREATH = 0.001
"""Seconds the app is left to itself between two looks at whether it is at rest."""
ENOUGH = 4
"""So many looks in a row that found it at rest mean that it is."""


async def rest(app: App[Any], is_quiet: Callable[[], bool]) -> None:
    """Wait until ``is_quiet`` holds, no widget has a message left, and the screen is drawn."""
    calm = 0
    for _ in range(LIMIT):
        await asyncio.sleep(BREATH)
        calm = calm + 1 if is_quiet() and not _has_messages(app) else 0
        if calm:
            app.screen._on_timer_update()
        if calm == ENOUGH:
            return
    raise AssertionError(f"the app never came to rest on {app.screen}")


def _has_messages(app: App[Any]) -> bool:
    if app.message_queue_size or app.screen._callbacks or app.animator._animations or app.animator._scheduled:
        return True
    return any(widget.message_queue_size for page in app.screen_stack for widget in page.walk_children(with_self=True))
