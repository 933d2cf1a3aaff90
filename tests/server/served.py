"""``cartdesk serve`` as a process of its own, to be talked to, stopped and killed.

The tests of the server's processes start it, and the benchmarks.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

_LONGEST_WAIT = 60


@dataclass
class Served:
    """A running server."""

    process: subprocess.Popen[str]
    url: str
    log: Path

    def workers(self) -> list[int]:
        """Return the ids of its worker processes."""
        return [pid for pid in _children(self.process.pid) if "spawn_main" in _command(pid)]

    def kill(self) -> None:
        """End it and its workers as a power cut would."""
        for pid in [self.process.pid, *_children(self.process.pid)]:
            _kill(pid)
        self.process.wait(_LONGEST_WAIT)

    def stop(self) -> int:
        """Tell it to stop and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(_LONGEST_WAIT)


def start(database: str, folder: Path, *options: str, host: str = "127.0.0.1") -> Served:
    """Start a server and wait until it is ready."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "server.log"
    arguments = ["serve", "--port", "0", "--host", host, "--database", database, "--data-dir", str(folder), *options]
    with log.open("a") as errors:
        process = subprocess.Popen([sys.executable, "-m", "cartdesk", *arguments], stdout=subprocess.PIPE, stderr=errors, text=True)
    assert process.stdout is not None
    said = process.stdout.readline()
    if not said.startswith("cartdesk serves on "):
        process.wait(_LONGEST_WAIT)
        raise AssertionError(f"it did not start: {said}{log.read_text()}")
    url = said.removeprefix("cartdesk serves on ").partition(". ")[0]
    ready = httpx.get(f"{url}/health/ready", timeout=_LONGEST_WAIT, trust_env=False)
    assert ready.status_code == 200, ready.text
    return Served(process, url, log)


@contextmanager
def serving(database: str, folder: Path, *options: str) -> Iterator[Served]:
    """Serve for as long as the context is open."""
    server = start(database, folder, *options)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()
        if server.process.stdout is not None:
            server.process.stdout.close()


def is_running(pid: int) -> bool:
    """Return True for a process that runs, and has not merely been left for its parent to notice."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def _children(pid: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            parent = next(line for line in status.read_text().splitlines() if line.startswith("PPid:"))
        except OSError:
            continue  # it ended meanwhile
        if int(parent.split()[1]) == pid:
            found.append(int(status.parent.name))
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
