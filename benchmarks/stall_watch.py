"""Opens the shop as ``cartdesk`` does and tells, when it is left, the longest time its event loop was away. ``desk_speed.py`` runs it."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.opening import run

BEAT = 0.005


async def beat(app: CartdeskApp, longest: list[float]) -> None:
    """Wake every few milliseconds and note how late; what comes before the first picture and after leaving is not counted."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(BEAT)
        if app._exit:
            return
        longest[0] = max(longest[0], time.perf_counter() - before - BEAT)


def main() -> int:
    longest, watch, mounted = [0.0], [], CartdeskApp.on_mount

    def on_mount(app: CartdeskApp) -> None:
        mounted(app)
        app.call_after_refresh(lambda: watch.append(asyncio.create_task(beat(app, longest))))

    CartdeskApp.on_mount = on_mount  # type: ignore[method-assign]
    status = run(data_dir=Path(sys.argv[1]), catalog_path=Path(sys.argv[2]), agent="ana")
    print(f"longest stall {longest[0] * 1000:.1f} ms")
    return status


if __name__ == "__main__":
    sys.exit(main())
