"""How long ``cartdesk --version`` and ``--help`` take beside ``python -c pass``, in one run.

    python benchmarks/startup_cli.py [rounds]

Prints the medians and what cartdesk adds; exits 1 where it adds more than 100 ms.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

ALLOWED_MS = 100.0
BASELINE = (sys.executable, "-c", "pass")
MEASURED = {
    "cartdesk --version": (sys.executable, "-m", "cartdesk", "--version"),
    "cartdesk --help": (sys.executable, "-m", "cartdesk", "--help"),
}


COMPILED = tempfile.TemporaryDirectory()
"""Compiled modules are kept here, as an installation keeps them, whatever the environment says about that."""
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": COMPILED.name}


def once(command: tuple[str, ...]) -> float:
    """Return how long one run of a command takes, in milliseconds."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return (time.perf_counter() - begun) * 1000


def main(rounds: int) -> int:
    """Measure baseline and commands in turns, so that a busy moment is everybody's."""
    commands = {"python -c pass": BASELINE, **MEASURED}
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():
        once(command)
    for _ in range(rounds):
        for name, command in commands.items():
            taken[name].append(once(command))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    base = medians["python -c pass"]
    worst = 0.0
    print(f"python -c pass       {base:7.1f} ms")
    for name in MEASURED:
        added = medians[name] - base
        worst = max(worst, added)
        print(f"{name:<20} {medians[name]:7.1f} ms   +{added:.1f} ms   {medians[name] / base:.2f} x")
    return 0 if worst <= ALLOWED_MS else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
