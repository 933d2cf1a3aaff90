"""Has a large catalog's index made by another process, and hands it to the open catalog when it is there.

Called by ``opening``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from cartdesk.catalog.cache import opened
from cartdesk.catalog.catalog import Catalog
from cartdesk.catalog.faults import Fault
from cartdesk.catalog.index import Index
from cartdesk.errors import CatalogError

_READING = 0.9
"""What share of the work is reading; the rest is writing the index down."""


class Background:
    """One index being made."""

    def __init__(self, source: Path, target: Path | None, build: Callable[[], Index]) -> None:
        self._source = source
        self._build = build
        self._process: subprocess.Popen[str] | None = None
        self._own_folder: Path | None = None
        self._closed = False
        self._target = target if target is not None and _can_write(target) else self._own_target()

    def run(self, catalog: Catalog) -> None:
        """Have the index made and hand it to ``catalog``; returns when that is done."""
        index = self._by_worker(catalog)
        self._clear_up()
        if index is None and not self._closed:
            index = self._build()
        if self._closed:
            if index is not None:
                index.close()
        else:
            catalog.finish(index)

    def start(self, catalog: Catalog) -> None:
        """Do the same in a thread."""
        threading.Thread(target=self._run_alone, args=(catalog,), name="catalog", daemon=True).start()

    def _run_alone(self, catalog: Catalog) -> None:
        try:
            self.run(catalog)
        except CatalogError as error:
            catalog.finish(None, Fault(".", "", str(error).rstrip("."), "Open the catalog again", True))

    def close(self) -> None:
        """Stop making it."""
        self._closed = True
        if self._process is not None:
            with suppress(OSError):
                self._process.terminate()
        self._clear_up()

    def _own_target(self) -> Path:
        self._own_folder = Path(tempfile.mkdtemp(prefix="cartdesk-"))
        return self._own_folder / "catalog.index"

    def _clear_up(self) -> None:
        """Throw away what nobody will look for. An index in use stays readable, or where that cannot be, stays until it is closed."""
        if self._own_folder is not None:
            shutil.rmtree(self._own_folder, ignore_errors=True)

    def _by_worker(self, catalog: Catalog) -> Index | None:
        command = [sys.executable, "-m", "cartdesk.catalog.worker", str(self._source.resolve()), str(self._target)]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=_environment()
            )
        except OSError:
            return None
        with self._process:
            for line in self._process.stdout or ():
                self._listen(line, catalog)
        if self._process.returncode != 0 or self._closed:
            return None
        return opened(self._target)

    def _listen(self, line: str, catalog: Catalog) -> None:
        try:
            said: dict[str, Any] = json.loads(line)
        except ValueError:
            return
        if "first" in said:
            path = Path(said["first"])
            index = opened(path)
            with suppress(OSError):
                path.unlink()
            if index is not None:
                catalog.read_so_far(0.0, index)
        elif "read" in said:
            catalog.read_so_far(said["read"] * _READING)


def _can_write(target: Path) -> bool:
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return False
    return os.access(target.parent, os.W_OK)


def _environment() -> dict[str, str]:
    """The other process finds cartdesk where this one found it, and nothing in the folder it happens to be started in."""
    home = str(Path(__file__).parents[2])
    known = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in (home, known) if each), "PYTHONSAFEPATH": "1"}
