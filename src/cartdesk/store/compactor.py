"""Compaction in the background: a thread copies what counts while others write, and takes a moment only to change files.

The storage asks after each write whether one is due.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from cartdesk.errors import StoreError
from cartdesk.store import compaction
from cartdesk.store.compaction import Follower, Rewriter, copy_live, is_due
from cartdesk.store.disk import explain
from cartdesk.store.log import Log

if TYPE_CHECKING:
    from cartdesk.store.log_storage import LogStorage


class Compactor:
    """Runs one compaction at a time."""

    def __init__(self, storage: LogStorage) -> None:
        self._storage = storage
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._not_before = 0
        self.failure: StoreError | None = None
        """Why the last compaction came to nothing; None if it did not."""

    def consider(self, log: Log) -> None:
        """Start a compaction where one is due and none is running."""
        if is_due(log) and log.end > self._not_before and not self._stopping and not (self._thread and self._thread.is_alive()):
            self._thread = threading.Thread(target=self._run_quietly, name="cartdesk-store-compaction", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Wait for the compaction that is running, if one is."""
        if self._thread is not None:
            self._thread.join()

    def stop(self) -> None:
        """Break off what is running, for good."""
        self._stopping = True
        self.wait()

    def run(self) -> None:
        """Compact now, in this thread.

        Raises:
            StoreError: something that should be copied is damaged.
            OSError: the system refused.
        """
        storage = self._storage
        with storage.writing:
            old, contents = storage.snapshot()
            follower = Follower(old)
        with Rewriter(storage.disk, storage.path, old) as rewriter:
            copy_live(old, contents, rewriter, lambda: self._stopping)
            while follower.behind > compaction.TAIL and not self._stopping:
                follower.catch_up(rewriter)
            rewriter.sync()

            def finish() -> Log:
                follower.catch_up(rewriter)
                return rewriter.finish()

            if not self._stopping:
                storage.swap(old, finish)

    def _run_quietly(self) -> None:
        try:
            self.run()
            self.failure = None
        except (OSError, StoreError) as error:
            self.failure = explain(error, self._storage.path, "compacted") if isinstance(error, OSError) else error
            self._not_before = self._storage.snapshot()[0].end + compaction.SMALLEST
