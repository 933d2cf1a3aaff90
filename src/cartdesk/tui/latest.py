"""Questions asked faster than they can be answered: the last one counts, the ones before are dropped.

The desk screen asks its searches, previews and details this way, so that the event loop never waits for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Latest(Generic[Answer]):
    """One question at a time on another thread; of those asked meanwhile only the last is asked next."""

    def __init__(self, show: Callable[[Answer], None], refused: Callable[[BaseException], None]) -> None:
        """Make it.

        Args:
            show: takes the answer, on the event loop.
            refused: takes the error where there is none.
        """
        self._show, self._refused = show, refused
        self._wanted: tuple[Executor, Callable[[], Answer]] | None = None
        self._running: asyncio.Future[Answer] | None = None

    @property
    def is_quiet(self) -> bool:
        """True when nothing is asked."""
        return self._running is None

    def ask(self, executor: Executor, job: Callable[[], Answer]) -> None:
        """Ask; an answer still on its way to an earlier question is dropped."""
        self._wanted = (executor, job)
        if self._running is None:
            self._start()

    def drop(self) -> None:
        """Want no answer any more."""
        self._wanted = None
        self._dropped = self._running

    async def settled(self) -> None:
        """Wait until the last question is answered and shown."""
        while self._running is not None:
            await asyncio.wait({self._running})
            await asyncio.sleep(0)

    _dropped: asyncio.Future[Answer] | None = None

    def _start(self) -> None:
        if self._wanted is None:
            return
        (executor, job), self._wanted = self._wanted, None
        self._running = asyncio.wrap_future(executor.submit(job))
        self._running.add_done_callback(self._done)

    def _done(self, answered: asyncio.Future[Answer]) -> None:
        self._running = None
        if self._wanted is not None:
            answered.exception()
            self._start()
        elif answered is self._dropped:
            answered.exception()
        elif (error := answered.exception()) is not None:
            self._refused(error)
        else:
            self._show(answered.result())
