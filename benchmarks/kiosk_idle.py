"""What the kiosk costs while nobody is there: its share of a processor, beside an empty Textual app in the same minutes.

Run it with ``python benchmarks/kiosk_idle.py``; it prints both shares and their ratio.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "tui"))
from terminal import Terminal

from cartdesk.tui.kiosk.staff import write_pin

SECONDS = 20.0
_EMPTY = "from textual.app import App\nApp().run()"


def seconds_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def shares(*terminals: Terminal) -> list[float]:
    """Return each program's share of a processor over the same time."""
    for each in terminals:
        each.settle(2.0)
    before = [seconds_of(each.pid) for each in terminals]
    begin = time.perf_counter()
    while time.perf_counter() - begin < SECONDS:
        for each in terminals:
            each.pump(0.25)
    took = time.perf_counter() - begin
    return [(seconds_of(each.pid) - used) / took for each, used in zip(terminals, before, strict=True)]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pin(folder, "481516")
        with (
            Terminal([sys.executable, "-c", _EMPTY]) as empty,
            Terminal([sys.executable, "-m", "cartdesk", "--data-dir", folder, "kiosk"]) as kiosk,
        ):
            kiosk.wait_for("TOUCH HERE TO BEGIN", timeout=60)
            nothing, idle = shares(empty, kiosk)
    print(f"empty app {nothing:.2%}  kiosk waiting {idle:.2%}  ratio {idle / max(nothing, 1e-4):.2f}")


if __name__ == "__main__":
    main()
