"""Opening the shop on a terminal, with the start kept short.

``cli`` calls :func:`run`. Nothing is imported here before the garbage collector has been told to wait: until the first picture there is
nothing to collect, and looking for it would be an eighth of the start.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.calls import Call


def run(
    *,
    data_dir: Path,
    catalog_path: Path,
    agent: str,
    now: Callable[[], datetime] | None = None,
    ids: Callable[[], str] | None = None,
    call: Call | None = None,
    handoff: Path | None = None,
    speak: Callable[[object], None] | None = None,
    low_bandwidth: bool = False,
    **options: Any,
) -> int:
    """Open the shop on this terminal and return the exit status.

    Args:
        data_dir: where the seat's store is.
        catalog_path: the catalog's folder.
        agent: who sells.
        now: the clock; the system's where it is left out.
        ids: makes new ids; random ones where it is left out.
        call: who is calling already.
        handoff: a file that the telephone system writes when somebody calls.
        low_bandwidth: whether the line is slow, whatever the settings say.
        speak: chooses the language, by the seat's setting where nothing else was asked for.
        options: what ``Desk.open`` takes beside these (``role``, ``read_only``).

    Raises:
        CartdeskError: the store or the catalog cannot be opened.
    """
    gc.disable()

    from cartdesk.desk import Desk, new_id
    from cartdesk.tui.app import CartdeskApp
    from cartdesk.tui.calling import CallWatch

    def open_desk() -> Desk:
        clock = now or (lambda: datetime.now().astimezone())
        desk = Desk.open(data_dir, catalog_path, now=clock, ids=ids or new_id, agent=agent, catalog_later=True, **options)
        if speak is not None:
            speak(desk.store.setting("language"))
        return desk

    app = CartdeskApp(open_desk, log_dir=data_dir, owns_process=True, low_bandwidth=low_bandwidth)
    app.first_call = call
    watch = CallWatch(app, handoff) if handoff is not None else None
    if watch is not None:
        watch.start()
    try:
        app.run()
    finally:
        if watch is not None:
            watch.stop()
        if app.background is not None:
            app.background.stop()
        app.seat.shutdown()
        app.lookups.shutdown()
        app.desk.close()
    return app.return_code or 0
