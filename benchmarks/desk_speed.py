"""How fast the desk is, beside an empty Textual app started and driven in turn on the same machine.

Prints each measure with its ratio or its distance to the empty app, and exits 1 where a limit is passed::

    python benchmarks/desk_speed.py                 # the shipped catalog and one of 100,000 offerings
    python benchmarks/desk_speed.py --runs 9 --big 10000

The start is the time from spawn to the totals on the screen; a key is the time from the key to the last byte of what it changed.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "tui"))

from terminal import KEYS, Terminal  # noqa: E402

HERE = Path(__file__).parent
EMPTY = [sys.executable, HERE / "empty_app.py"]
SHIPPED = ROOT / "catalog_fixtures" / "nordlys"
LIMITS = {"shipped start": 1.5, "big start": 3.0, "key": 16.0, "search": 50.0, "stall": 100.0, "memory": 400.0}
CART_LINES = 200
COMPILED = tempfile.TemporaryDirectory()
"""Where the compiled modules are kept while this runs."""


class Report:
    """Prints each measure with its limit, and remembers whether one was passed."""

    def __init__(self) -> None:
        self.failed = False

    def tell(self, what: str, measured: float, limit: float, unit: str, beside: str = "") -> None:
        good = measured <= limit
        self.failed |= not good
        print(f"{'ok  ' if good else 'OVER'} {what:<44} {measured:8.2f} {unit:<3} limit {limit:g}{f'   {beside}' if beside else ''}")


def shop(data: Path, catalog: Path) -> list[str | Path]:
    """The command that opens the shop on a data folder."""
    return [sys.executable, "-m", "cartdesk", "--data-dir", data, "--catalog", catalog]


def run(argv: list[str | Path]) -> Terminal:
    """Start a program as it is once installed, with its compiled modules kept, whatever the environment says about that."""
    return Terminal(argv, env={"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": COMPILED.name})


def start(argv: list[str | Path], text: str) -> float:
    """Seconds from spawn until ``text`` is on the screen."""
    with run(argv) as terminal:
        terminal.wait_for(text, timeout=60)
        took = terminal.since_start()
        terminal.kill()
    return took


def starts(report: Report, name: str, data: Path, catalog: Path, runs: int, limit: float) -> None:
    """Compare the desk's start with the empty app's, each in turn."""
    ours, theirs = [], []
    for run in range(runs + 1):
        mine, empty = start(shop(data, catalog), "Every month"), start(EMPTY, "READY")
        if run:
            ours.append(mine)
            theirs.append(empty)
    ratio = statistics.median(mine / empty for mine, empty in zip(ours, theirs, strict=True))
    report.tell(f"{name}: first usable desk / empty app", ratio, limit, "×", f"{_ms(ours)} beside {_ms(theirs)}")


def keys(terminal: Terminal, names: list[str], runs: int) -> float:
    """Median seconds from a key to the last byte of its effect."""
    took = []
    for run in range(runs):
        reaction = terminal.reaction(KEYS.get(names[run % len(names)], names[run % len(names)]).encode())
        if reaction is not None:
            took.append(reaction)
    return statistics.median(took)


def key_latency(report: Report, data: Path, catalog: Path, runs: int) -> None:
    """Compare keys on a desk with many offerings and a long cart with a key of the empty app."""
    with run(EMPTY) as empty, run(shop(data, catalog)) as desk:
        empty.wait_for("READY")
        desk.wait_for("F1 Help", "/mo", timeout=120)
        empty.settle()
        desk.settle(1.0)
        desk.press("tab")
        desk.settle()
        moves: dict[str, list[str]] = {"arrow": ["down"], "page": ["pagedown", "pageup"]}
        for what, names in moves.items():
            base, mine = keys(empty, ["down"], runs), keys(desk, names, runs)
            report.tell(f"{what} key over the empty app's", (mine - base) * 1000, LIMITS["key"], "ms", _beside(mine, base))
        desk.press("tab")
        desk.settle()
        base, mine = keys(empty, ["down"], runs), keys(desk, ["+", "-"], runs)
        report.tell("+ on the cart over the empty app's key", (mine - base) * 1000, LIMITS["key"], "ms", _beside(mine, base))
        report.tell("memory", desk.memory() / 1_000_000, LIMITS["memory"], "MB")
        desk.kill()


def searches(report: Report, data: Path, catalog: Path, runs: int) -> None:
    """Time from each typed character of a search until the counts on the screen are the result's."""
    count = re.compile(r"· ([\d,]+) of")
    took = []
    with run(shop(data, catalog)) as desk:
        desk.wait_for("F1 Help", timeout=60)
        desk.wait(lambda screen: count.search(screen) is not None and "indexing" not in screen, "the offerings", 120)
        desk.settle(1.0)
        for _ in range(runs):
            desk.press("?")
            desk.settle()
            for character in "fibre 5":
                reaction = desk.reaction(character.encode())
                if reaction is not None:
                    took.append(reaction)
            desk.press("escape")
            desk.settle(0.3)
        desk.kill()
    report.tell("search result after the key", statistics.median(took) * 1000, LIMITS["search"], "ms", f"slowest {max(took) * 1000:.0f}")


def stalls(report: Report, data: Path, catalog: Path) -> None:
    """The longest time the event loop was away while the shop opened, was searched, scrolled and sold from."""
    with run([sys.executable, HERE / "stall_watch.py", data, catalog]) as desk:
        desk.wait_for("F1 Help", timeout=60)
        desk.settle(1.0)
        for chunk in ("tab", "down", "pagedown", "end", "home", "+", "?", "f", "i", "b", "escape", "f2", "1", "enter"):
            desk.press(chunk)
            desk.settle(0.3)
        desk.press("ctrl+q")
        desk.wait_end(30)
        found = re.search(rb"longest stall ([\d.]+) ms", bytes(desk.raw))
    report.tell("longest stall of the event loop", float(found[1]) if found else float("inf"), LIMITS["stall"], "ms")


def long_cart(data: Path, catalog: Path) -> None:
    """Fill the seat's cart with many lines, entered on the desk at once."""
    codes: dict[str, None] = {}
    for word in ("case", "charger", "phone", "tablet", "watch", "cable", "earbuds"):
        search = [*map(str, shop(data, catalog)), "catalog", "search", word, "--json"]
        found = json.loads(subprocess.run(search, check=True, capture_output=True).stdout)
        codes |= dict.fromkeys(row["id"] for row in found if row["status"] == "sold")
    entry = "; ".join([*codes][:CART_LINES])
    with run(shop(data, catalog)) as desk:
        desk.wait_for("F1 Help", "/mo", timeout=120)
        desk.press(entry, "enter")
        desk.wait(lambda screen: re.search(r"\[A \d+ lines\]", screen) is not None, "the long cart", 120)
        print(f"     the cart has {desk.line_with('[A ').split('[A ')[1].split(']')[0]}")
        desk.kill()


def _beside(mine: float, base: float) -> str:
    return f"{mine * 1000:.1f} beside {base * 1000:.1f}"


def _ms(values: list[float]) -> str:
    return f"{statistics.median(values) * 1000:.0f} ms"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--big", type=int, default=100_000, help="offerings of the large catalog; 0 leaves it out")
    options = parser.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        starts(report, "shipped catalog", work / "small", SHIPPED, options.runs, LIMITS["shipped start"])
        catalog, data = SHIPPED, work / "small"
        if options.big:
            catalog, data = work / "big-catalog", work / "big"
            maker = [sys.executable, HERE / "make_catalog.py", str(options.big), str(catalog)]
            subprocess.run(maker, check=True, stdout=subprocess.DEVNULL)
            starts(report, f"{options.big:,} offerings", data, catalog, options.runs, LIMITS["big start"])
        long_cart(data, catalog)
        key_latency(report, data, catalog, options.runs * 6)
        searches(report, data, catalog, max(options.runs // 2, 1))
        stalls(report, data, catalog)
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
