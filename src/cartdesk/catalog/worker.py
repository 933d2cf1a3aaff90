"""Makes the index of a large catalog in a process of its own, so that the shop stays quick while it is made.

Started by ``background`` as ``python -m cartdesk.catalog.worker CATALOG INDEX``. Each line it prints is a JSON object: ``read`` is the
share that has been read, ``first`` a small index to browse meanwhile; when it ends well, the index is where it was asked for.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from cartdesk.catalog import cache
from cartdesk.catalog.builder import index_of, read_catalog, taste_catalog
from cartdesk.catalog.folder import look_into

_STEP = 0.02
"""From which share read on another line is printed."""


def main() -> None:
    """Read the catalog and keep its index."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    # Nothing here is given back before the end, so looking for what could be is time lost.
    gc.disable()
    with suppress(AttributeError, OSError):
        os.nice(5)
    began = time.time_ns()
    moment = datetime.now(UTC)
    folder = look_into(source)
    first = target.with_suffix(f".{os.getpid()}.first.new")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    index_of(taste_catalog(folder, moment)).save(first)
    _say(first=str(first))
    spill = target.with_suffix(f".{os.getpid()}.new")
    try:
        stock = read_catalog(folder, moment, _Teller(folder.bytes), spill=spill)
        cache.save(index_of(stock), folder, target, began, stock.sums)
    finally:
        spill.unlink(missing_ok=True)


class _Teller:
    """Tells now and then how much has been read."""

    def __init__(self, size: int) -> None:
        self._size = max(size, 1)
        self._told = 0.0

    def __call__(self, done: int) -> None:
        share = min(done / self._size, 1.0)
        if share >= self._told + _STEP:
            self._told = share
            _say(read=round(share, 3))


def _say(**what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
