"""How many bytes the desk sends to a terminal for a key, for a change of the cart and for a page, on a usual line and on a slow one.

Prints each with its limit, and exits 1 where one is passed::

    python benchmarks/bytes_sent.py                  # 120×40
    python benchmarks/bytes_sent.py --size 80x24

Bytes are counted on a real pseudo-terminal, from the key until the program has nothing more to do.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "tui"))

from terminal import Terminal  # noqa: E402

SHIPPED = ROOT / "catalog_fixtures" / "nordlys"
KEY, CHANGE, PAGE = 1_000, 2_000, 8_000
"""The limits, in bytes: a key that moves or types, a change of the cart, a page opened or left."""
STILL = 1.0
"""Seconds without a byte and without work after which a key is answered."""
BLINK = 100
"""Bytes that a blinking cursor takes, which goes on when everything else is done."""
STEPS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("type a code's first digit", CHANGE, ("1",)),
    ("type its second", KEY, ("4",)),
    ("type the rest", KEY, ("277",)),
    ("add the first line", CHANGE, ("enter",)),
    ("add a second", CHANGE, ("2*FIB500", "enter")),
    ("set its quantity", CHANGE, ("*3", "enter")),
    ("undo", CHANGE, ("U", "enter")),
    ("go to the list", PAGE, ("tab",)),
    ("next offering", CHANGE, ("down",)),
    ("next offering", CHANGE, ("down",)),
    ("next screenful", PAGE, ("pagedown",)),
    ("go to the cart", PAGE, ("tab",)),
    ("one more", CHANGE, ("+",)),
    ("one more", CHANGE, ("+",)),
    ("one fewer", CHANGE, ("-",)),
)
PAGES = (("help", "f1"), ("carts", "f3"), ("bill", "f6"), ("why", "f7"), ("checkout", "f8"), ("history", "f9"))


def worked(terminal: Terminal) -> int:
    """The program's time on a processor, in ticks."""
    fields = Path(f"/proc/{terminal.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def settle(terminal: Terminal) -> None:
    """Wait until the program neither writes nor works."""
    ticks, still = worked(terminal), time.monotonic()
    while time.monotonic() - still < STILL:
        count, now = terminal.pump(0.05), worked(terminal)
        if count > BLINK or now > ticks + 1:
            ticks, still = now, time.monotonic()


def sent(terminal: Terminal, *keys: str) -> int:
    """Press keys and return how many bytes came."""
    before = len(terminal.raw)
    terminal.press(*keys)
    settle(terminal)
    return len(terminal.raw) - before


def run(columns: int, rows: int, options: list[str]) -> tuple[int, bool]:
    """Drive one desk; print each count and return the sum, and whether a limit was passed."""
    failed, total = False, 0

    def tell(what: str, count: int, limit: int) -> None:
        nonlocal failed, total
        failed |= count > limit
        total += count
        print(f"{'ok  ' if count <= limit else 'OVER'} {what:<32} {count:>7,} bytes   limit {limit:,}")

    with tempfile.TemporaryDirectory() as folder:
        program = [sys.executable, "-m", "cartdesk", "--data-dir", Path(folder), "--catalog", SHIPPED, *options]
        # No NO_COLOR: all colours are the case to be measured.
        os.environ.pop("NO_COLOR", None)
        with Terminal(program, columns=columns, rows=rows, env={"CARTDESK_AGENT": "ana"}) as desk:
            desk.wait_for("ue now", "F1 Help", "/mo", "goes well with")
            settle(desk)
            print(f"     {'the start':<32} {len(desk.raw):>7,} bytes")
            for what, limit, keys in STEPS:
                tell(what, sent(desk, *keys), limit)
            for name, key in PAGES:
                tell(f"open the page: {name}", sent(desk, key), PAGE)
                tell(f"leave the page: {name}", sent(desk, "escape"), PAGE)
            desk.kill()
    return total, failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="120x40", help="columns x rows")
    columns, rows = map(int, parser.parse_args().size.split("x"))
    over = False
    sums = []
    for name, options in (("usual", []), ("low bandwidth", ["--low-bandwidth"])):
        print(f"\n{name}, {columns}×{rows}")
        total, failed = run(columns, rows, options)
        over |= failed
        sums.append(total)
    print(f"\nall of it: {sums[0]:,} bytes, on a slow line {sums[1]:,}, {sums[1] / sums[0]:.0%}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
