"""A seat's own process: it opens the desk or the kiosk that it is told to, and ends the moment its server is gone.

``process`` starts it as ``python -m cartdesk.web.seat``, with what to open as JSON and the reading end of a pipe that nobody writes to.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from threading import Thread
from typing import Any

STORE, CATALOG, OTHER, FAULT = 3, 4, 5, 70
"""Exit codes, the same as the command line's."""


def main(told: dict[str, Any], lifeline: int) -> int:
    """Open what was told and return the exit code when it is closed."""
    folder = Path(told["folder"])
    watch(lifeline, folder if told["kiosk"] else None)

    from cartdesk.errors import CartdeskError, CatalogError, StoreError

    try:
        return _kiosk(told, folder) if told["kiosk"] else _desk(told, folder)
    except CatalogError:
        return CATALOG
    except StoreError:
        return STORE
    except CartdeskError:
        return OTHER
    except Exception as error:  # noqa: BLE001  # the outermost frame: the log is told, the page hears of a fault
        from cartdesk import crash

        crash.record(error, folder, "web")
        return FAULT


def watch(lifeline: int, wipe: Path | None) -> None:
    """End this process when the other end of a pipe is closed, which the system does whatever becomes of the server.

    Args:
        lifeline: the pipe's reading end.
        wipe: a folder that must not outlast the process.
    """

    def wait() -> None:
        while os.read(lifeline, 1):
            pass
        if wipe is not None:
            from shutil import rmtree

            rmtree(wipe, ignore_errors=True)
        os._exit(FAULT)

    Thread(target=wait, name="lifeline", daemon=True).start()


def _desk(told: dict[str, Any], folder: Path) -> int:
    from cartdesk.tui.opening import run

    options = {name: told[name] for name in ("agent", "by_system", "role", "training", "low_bandwidth")}
    return run(data_dir=folder, catalog_path=Path(told["catalog"]), speak=lambda kept: _speak(told, kept), **options)


def _kiosk(told: dict[str, Any], folder: Path) -> int:
    from cartdesk.errors import Refused
    from cartdesk.tui.kiosk.opening import run
    from cartdesk.tui.kiosk.staff import read_pin

    pin = read_pin(Path(told["home"]))
    if pin is None:
        raise Refused("This kiosk has no PIN.")
    _speak(told, None)
    return run(data_dir=folder, catalog_path=Path(told["catalog"]), pin=pin, large=told["large"], contrast=told["contrast"])


def _speak(told: dict[str, Any], kept: object) -> None:
    """Speak the language in the seat's settings, else the server's."""
    from cartdesk.desk import cache_dir
    from cartdesk.language.choosing import choose

    home = Path(told["home"])
    choose(None, kept if isinstance(kept, str) else told["language"], data_dir=home, cache_dir=cache_dir(home))


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1]), int(sys.argv[2])))
