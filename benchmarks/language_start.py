"""What a language costs at the start: English, and German from the cache, from its file, and as a share of a short command."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

RUNS = 15
LOAD = """
from time import perf_counter
from pathlib import Path
from cartdesk.language.choosing import choose
begun = perf_counter()
choose({code!r}, None, data_dir=Path({data!r}), cache_dir=Path({cache!r}))
print((perf_counter() - begun) * 1000)
"""


def load(code: str, data: Path, cache: Path) -> float:
    """Return the milliseconds that choosing a language takes in a fresh interpreter."""
    script = LOAD.format(code=code, data=str(data), cache=str(cache))
    return float(subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout)


def command(code: str, data: Path) -> float:
    """Return the milliseconds of a whole short command."""
    begun = perf_counter()
    environment = {**os.environ, "CARTDESK_LANGUAGE": code}
    subprocess.run(
        [sys.executable, "-m", "cartdesk", "--data-dir", str(data), "macros", "--help"], check=True, capture_output=True, env=environment
    )
    return (perf_counter() - begun) * 1000


def main() -> None:
    """Measure, and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        data, cache = Path(folder), Path(folder) / "cache"
        first = load("de", data, cache)
        rows = {code: median(load(code, data, cache) for _ in range(RUNS)) for code in ("en", "de", "fr", "es")}
        whole = {code: median(command(code, data) for _ in range(RUNS)) for code in ("en", "de")}
    print(f"German, read from its file for the first time   {first:8.1f} ms")
    for code, taken in rows.items():
        print(f"{code}, {'nothing to read' if code == 'en' else 'from the cache'}{'':<32}{taken:8.2f} ms")
    print(f"a short command in English                      {whole['en']:8.1f} ms")
    print(f"the same in German                              {whole['de']:8.1f} ms, {whole['de'] / whole['en']:.2f} of it")


if __name__ == "__main__":
    main()
