"""A seat as a process of its own: syncs a data folder once, and kills itself at its n-th write where it is told to.

``python seat_process.py DATA CATALOG NAME [N]``: N is the number of the write that is its last, before which nothing is cleaned up.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path


def main() -> None:
    data, catalog, name = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    last = int(sys.argv[4]) if len(sys.argv) > 4 else None
    from cartdesk.desk import Desk, new_id
    from cartdesk.desk.syncing import DeskSeat
    from cartdesk.store.log_storage import LogStorage
    from cartdesk.sync.http import HttpTransport
    from cartdesk.sync.session import Session, remote_of

    desk = Desk.open(data, catalog, now=lambda: datetime.now(UTC), ids=new_id, agent=name, apart=True)
    if last is not None:
        append, count = LogStorage._append, [0]

        def counted(storage: LogStorage, ops: list) -> None:  # type: ignore[type-arg]
            append(storage, ops)
            count[0] += 1
            if count[0] == last:
                os.kill(os.getpid(), signal.SIGKILL)

        LogStorage._append = counted  # type: ignore[method-assign,assignment]
    remote = remote_of(desk.store.log_storage)
    assert remote is not None
    transport = HttpTransport(timeout=5)
    session = Session(DeskSeat(desk), desk.store.log_storage, remote, transport, None, ids=new_id, clock=time.time, rng=random.Random(name))

    async def work() -> None:
        from cartdesk.errors import Declined, NoAnswer

        try:
            await session.rounds.visit([entry.id for entry in session.ledger.waiting() if entry.kind == "cart"])
            await session.parcels.push()
            await session.rounds.sweep()
        except (NoAnswer, Declined) as trouble:
            print(trouble)
        finally:
            await transport.close()

    asyncio.run(work())
    desk.close()


main()
