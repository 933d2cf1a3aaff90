"""The catalog, opened beside the first paint: a thread reads it while the screen already shows where the agent stopped.

Only ``Desk`` uses this; ``Desk.catalog`` waits for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cartdesk.catalog import Catalog


class Opening:
    """A catalog that is being opened, from the moment this is made or from when it is wanted."""

    def __init__(self, open_it: Callable[[], Catalog], *, begin: bool = True) -> None:
        self._open_it = open_it
        self._catalog: Future[Catalog] = Future()
        self._lock = threading.Lock()
        self._begun = False
        if begin:
            self.begin()

    def begin(self) -> None:
        """Begin, where nobody has; does not wait."""
        with self._lock:
            if self._begun:
                return
            self._begun = True
        worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="catalog")
        worker.submit(self._open_it).add_done_callback(self._take)
        worker.shutdown(wait=False)

    def _take(self, opened: Future[Catalog]) -> None:
        error = opened.exception()
        if error is not None:
            self._catalog.set_exception(error)
        else:
            self._catalog.set_result(opened.result())

    @property
    def done(self) -> bool:
        """True once the catalog is open or cannot be."""
        return self._catalog.done()

    @property
    def open(self) -> bool:
        """True once the catalog can be asked for without waiting."""
        return self._catalog.done() and self._catalog.exception() is None

    def result(self) -> Catalog:
        """Return the catalog, waiting for it.

        Raises:
            CatalogError: it cannot be opened.
        """
        self.begin()
        return self._catalog.result()

    def when_done(self, callback: Callable[[], None]) -> None:
        """Call back once it is open or has failed: at once where that is so already, else on the thread that opens it."""
        self._catalog.add_done_callback(lambda _: callback())

    def close(self) -> None:
        """Close the catalog, now or as soon as it is open; one that was never begun with is left alone."""
        self._catalog.add_done_callback(_close)


def _close(catalog: Future[Catalog]) -> None:
    if catalog.exception() is None:
        catalog.result().close()
