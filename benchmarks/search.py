"""How long the catalog takes to be read, opened and searched, each as a ratio to something known measured in the same run.

Run by hand: ``python benchmarks/search.py [--count 100000]``. The baselines are ``orjson.loads`` of the same files for reading and opening,
and SQLite over the same names for searching: FTS5 with prefixes, and ``LIKE`` over everything.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

import orjson

sys.path.insert(0, str(Path(__file__).parent))

from cartdesk.catalog import Catalog, Query, open_catalog
from make_catalog import make_catalog

SCREEN = 40
"""How many rows a screen shows."""

TYPED = {
    "one letter": list("abcdefghijklmnopqrstuvwxyz159"),
    "beginnings": ["un", "fa", "nor", "pix", "smar", "unli", "bus", "euro", "zeph", "1", "50"],
    "whole words": ["unlimited", "family", "business smart", "case for zephyr", "europe pass 5 gb", "nordphone pro"],
    "typing mistakes": ["unlimted famly", "bussiness", "europa pas", "nordfone por", "premum weeknd", "headphnoes"],
    "ids": ["MOB000", "DEV00", "mob000042", "ACC"],
    "nothing": ["zzzzzz", "qqqq wwww"],
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="how many offerings")
    parser.add_argument("--folder", type=Path, help="a catalog made before, instead of one made now")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name) / "catalog"
        if options.folder is None:
            make_catalog(options.count, folder)
        measure(folder, Path(name) / "cache")


def measure(folder: Path, cache: Path) -> None:
    """Measure one catalog."""
    parsed = timed(lambda: parse(folder), 3)
    print(f"baseline: orjson.loads of all files     {1000 * parsed:9.1f} ms")
    began = time.perf_counter()
    catalog = open_catalog(folder, cache_dir=cache, wait=False)
    usable = time.perf_counter() - began
    first, longest, last = None, 0.0, time.perf_counter()
    while not catalog.wait_ready(0.002):
        longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
        first = first or (len(catalog) and time.perf_counter() - began)
    row("returned from open, nothing kept yet", usable, parsed)
    row("first offerings to browse", first or usable, parsed)
    row("everything read and kept", time.perf_counter() - began, parsed)
    row("longest wait of this thread meanwhile", longest, parsed)
    catalog.close()
    row("opened again", timed(lambda: open_catalog(folder, cache_dir=cache).close(), 5), parsed)
    catalog = open_catalog(folder, cache_dir=cache)
    row("first screen of rows", timed(lambda: [catalog.row(number) for number in range(min(SCREEN, len(catalog)))], 5), parsed)
    print(f"offerings {len(catalog):,}\n")
    search(catalog)


def parse(folder: Path) -> None:
    """Parse every file and forget it again."""
    for path in sorted(folder.glob("*.json")):
        orjson.loads(path.read_bytes())


def search(catalog: Catalog) -> None:
    """Measure what is typed, against SQLite."""
    base = sqlite(catalog)
    print(f"{'typed':18}{'median':>10}{'p95':>10}{'worst':>10}{'FTS5':>10}{'LIKE':>10}  median / FTS5, / LIKE")
    everything: list[float] = []
    for kind, texts in TYPED.items():
        ours = [timed(lambda text=text: ask(catalog, text), 5) for text in texts]
        fts = median(timed(lambda text=text: ask_fts(base, text), 5) for text in texts)
        like = median(timed(lambda text=text: ask_like(base, text), 3) for text in texts)
        everything += ours
        middle = median(ours)
        cells = "".join(f"{1000 * value:8.2f}ms" for value in (middle, percentile(ours), max(ours), fts, like))
        print(f"{kind:18}{cells}  {middle / fts:6.2f} {middle / like:6.2f}")
    print(f"{'all':18}" + "".join(f"{1000 * value:8.2f}ms" for value in (median(everything), percentile(everything), max(everything))))


def ask(catalog: Catalog, text: str) -> None:
    """Find, count, and show the first screen."""
    found = catalog.rows(Query(text))
    for number in found[:SCREEN]:
        catalog.row(number)


def sqlite(catalog: Catalog) -> sqlite3.Connection:
    """Return the same names in SQLite."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE words USING fts5(id, name, detail, prefix='1 2 3', tokenize='unicode61 remove_diacritics 2')")
    base.execute("CREATE TABLE plain (id, name, detail)")
    rows = [(row.id, row.name, row.detail) for row in map(catalog.row, range(len(catalog)))]
    base.executemany("INSERT INTO words VALUES (?, ?, ?)", rows)
    base.executemany("INSERT INTO plain VALUES (?, ?, ?)", rows)
    return base


def ask_fts(base: sqlite3.Connection, text: str) -> None:
    """The first screen by rank, and how many there are; FTS5 forgives no mistakes."""
    match = " ".join(f'"{word}"' for word in text.split()) + "*"
    base.execute("SELECT id FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (match, SCREEN)).fetchall()
    base.execute("SELECT count(*) FROM words WHERE words MATCH ?", (match,)).fetchone()


def ask_like(base: sqlite3.Connection, text: str) -> None:
    """The same by looking at every name."""
    where = " AND ".join("(name LIKE ? OR id LIKE ? OR detail LIKE ?)" for _ in text.split())
    values = [f"%{word}%" for word in text.split() for _ in range(3)]
    base.execute(f"SELECT id FROM plain WHERE {where} LIMIT {SCREEN}", values).fetchall()
    base.execute(f"SELECT count(*) FROM plain WHERE {where}", values).fetchone()


def timed(work: Callable[[], object], times: int) -> float:
    """Return the median time of some runs, in seconds."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken)


def percentile(values: list[float]) -> float:
    """Return the 95th percentile."""
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def row(what: str, seconds: float, baseline: float) -> None:
    """Print one line."""
    print(f"{what:40}{1000 * seconds:9.1f} ms   {seconds / baseline:8.3f} × orjson")


if __name__ == "__main__":
    main()
