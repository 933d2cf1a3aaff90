"""An event loop whose time passes only when there is nothing left to do: hours in a moment, and the same every time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class VirtualLoop(asyncio.SelectorEventLoop):
    """Jumps to the next thing that is due."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = 1_000_000.0

    def time(self) -> float:
        return self.moment

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self.moment = max(self.moment, self._scheduled[0]._when)  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def run(world: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a coroutine to its end under virtual time."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(world)
    finally:
        loop.close()
