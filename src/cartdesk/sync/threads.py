"""A few threads for work that waits: an event loop awaits it, and none of them keeps the program from ending.

``http`` carries requests on them. The standard library's pool would be waited for at the end, as long as a server takes to answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
_Work = Callable[[], Callable[[], None]]


class Threads:
    """Threads that are started when there is work for them."""

    def __init__(self, most: int, name: str) -> None:
        """Make it; no thread is started yet.

        Args:
            most: how many threads at once.
            name: what they are called.
        """
        self._most = most
        self._name = name
        self._queue: SimpleQueue[tuple[asyncio.AbstractEventLoop, _Work] | None] = SimpleQueue()
        self._started = 0
        self._under_way = 0

    async def run(self, work: Callable[[], T]) -> T:
        """Do some work on one of the threads and return what came of it, or raise what it raised.

        Who is cancelled does not wait for it any more; the work goes on to its end.
        """
        loop = asyncio.get_running_loop()
        found: asyncio.Future[T] = loop.create_future()
        self._under_way += 1
        if self._started < min(self._under_way, self._most):
            self._started += 1
            threading.Thread(target=self._work, name=f"{self._name} {self._started}", daemon=True).start()
        self._queue.put((loop, lambda: _done(work, found)))
        try:
            return await found
        finally:
            self._under_way -= 1

    def stop(self) -> None:
        """Let each thread end after what it is at."""
        for _ in range(self._started):
            self._queue.put(None)
        self._started = 0

    def _work(self) -> None:
        while (next_one := self._queue.get()) is not None:
            loop, work = next_one
            hand_over = work()
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(hand_over)


def _done(work: Callable[[], T], found: asyncio.Future[T]) -> Callable[[], None]:
    """Do the work, and return what hands over what came of it on the loop's own thread."""
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001  # it is raised again where the work is awaited
        return _unless_done(found, found.set_exception, error)
    return _unless_done(found, found.set_result, result)


def _unless_done(found: asyncio.Future[T], tell: Callable[[Any], None], what: object) -> Callable[[], None]:
    def hand_over() -> None:
        if not found.done():
            tell(what)

    return hand_over
