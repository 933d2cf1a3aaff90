"""Bringing a store of an older format forward: one step a version, the old file kept beside the new one.

Opening a store runs it. A step gets every document and returns what it is now; the new file takes the old one's name in one rename,
so a kill at any moment leaves one whole store or the other.
"""

from __future__ import annotations

from pathlib import Path

from cartdesk.store.compaction import Rewriter
from cartdesk.store.disk import Disk
from cartdesk.store.formats import Format, Step
from cartdesk.store.frame import Op
from cartdesk.store.log import Log
from cartdesk.store.salvage import copy_aside


def migrate(disk: Disk, path: Path, log: Log, layout: Format) -> tuple[Log, Path]:
    """Rewrite the store in the newest format; return it and the copy of the old file.

    Raises:
        OSError: the system refused; the old file is as it was.
    """
    kept = copy_aside(disk, path, log, f"format-{log.header.version}")
    steps = [layout.steps[version] for version in range(log.header.version, layout.version)]
    with Rewriter(disk, path, log, version=layout.version) as rewriter:
        for table, documents in log.contents.tables.items():
            if not documents:
                rewriter.put([Op(table, None, b"")])
            for key, place in documents.items():
                rewriter.put(_walk(steps, Op(table, key, log.body(place))))
        for table, place in log.contents.values.items():
            rewriter.put([Op(table, None, log.body(place))])
        return rewriter.finish(), kept


def _walk(steps: list[Step], op: Op) -> list[Op]:
    ops = [op]
    for step in steps:
        ops = [later for now in ops for later in (step(now.table, now.key, now.body) if now.key is not None and now.body else (now,))]
    return ops
