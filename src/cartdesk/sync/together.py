"""Writes of carts that are under way side by side, made as one: a durable write costs the same for one cart as for six.

``engine`` writes through it before and after each request. A cart goes on only when its own write is durable.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

Writing = Callable[[], None]


class Together:
    """Collects what comes up in one turn of the event loop and writes it in one transaction."""

    def __init__(self, write: Callable[[Writing], None]) -> None:
        """Make it.

        Args:
            write: does some writing in one durable transaction.
        """
        self._write = write
        self._waiting: list[Writing] = []
        self._next: asyncio.Future[None] | None = None

    async def write(self, also: Writing) -> None:
        """Do some writing with what others write now; it is durable when this returns.

        Raises:
            StoreError: nothing of it was written, nor of what the others wrote.
        """
        if self._next is None:
            self._next = asyncio.ensure_future(self._written())
        self._waiting.append(also)
        await asyncio.shield(self._next)  # who is cancelled keeps nobody else from theirs

    async def _written(self) -> None:
        waiting, self._waiting, self._next = self._waiting, [], None

        def all_of_it() -> None:
            for also in waiting:
                also()

        self._write(all_of_it)
