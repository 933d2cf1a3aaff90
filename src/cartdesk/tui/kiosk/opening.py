"""Opening the kiosk on a terminal; ``cartdesk kiosk`` calls :func:`run`."""

from __future__ import annotations

import gc
from datetime import datetime
from pathlib import Path
from typing import Any


def run(*, data_dir: Path, catalog_path: Path, pin: str, **options: Any) -> int:
    """Open the kiosk and return the exit status when it has ended.

    Args:
        data_dir: where the key, the lock and the catalog's index are; nothing of a visitor comes there.
        catalog_path: the catalog's folder.
        pin: what is kept of the staff's PIN.
        options: what ``KioskApp`` takes beside these (``large``, ``contrast``, ``idle``, ``one_visitor``).

    Raises:
        CartdeskError: the catalog cannot be opened, or another kiosk works here.
    """
    gc.disable()  # until the first picture there is nothing to collect

    from cartdesk.desk import cache_dir, make_data_dir, new_id
    from cartdesk.desk.handoff import make_key
    from cartdesk.tui.kiosk.app import KioskApp
    from cartdesk.tui.kiosk.watchdog import Watchdog

    make_data_dir(data_dir)

    def open_it() -> Any:
        from cartdesk.catalog import open_catalog

        return open_catalog(catalog_path, cache_dir=cache_dir(data_dir))

    app = KioskApp(
        open_it,
        folder=data_dir,
        key=make_key(data_dir),
        pin=pin,
        now=lambda: datetime.now().astimezone(),
        ids=new_id,
        owns_process=True,
        watchdog=Watchdog(),
        **options,
    )
    app.run()
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0
