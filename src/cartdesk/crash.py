"""What is kept of a fault that nobody planned for: its kind and the places in the code, never a message or a value.

Every face's outermost frame calls :func:`record`; ``cartdesk doctor --report`` gathers what is there for whoever mends it.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path, PurePath
from types import TracebackType
from typing import Any

LOG_NAME = "cartdesk.log"
"""The log's file: one JSON object a line, beside the events of the servers' talk."""
LOG_SIZE = 1_000_000
LOG_FILES = 3
"""How large the log grows, in bytes, and how many older ones are kept."""
_DEEPEST = 10
_MOST_FRAMES = 60


def record(error: BaseException, folder: Path, face: str) -> Path:
    """Append a fault to the log in ``folder`` and return the log's path; a log that cannot be written is no reason to stop.

    Messages and values may hold a customer's data and a folder's name its owner's, so neither is written.

    Args:
        error: the fault.
        folder: where the log is; made where it is missing.
        face: where it happened: screen, kiosk, prompt, or a command's name.

    Raises:
        OSError: the log cannot be written.
    """
    from logging import ERROR, LogRecord
    from logging.handlers import RotatingFileHandler

    path = folder / LOG_NAME
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=LOG_SIZE, backupCount=LOG_FILES, encoding="utf-8")
    try:
        handler.handle(LogRecord("cartdesk", ERROR, "", 0, json.dumps(described(error, face)), None, None))
    finally:
        handler.close()
    return path


def described(error: BaseException, face: str) -> dict[str, Any]:
    """Return a fault as JSON values: when, in which program, and the chain of errors with their places."""
    import platform

    from cartdesk import __version__

    return {
        "event": "fault",
        "timestamp": datetime.now(UTC).isoformat(),
        "face": face,
        "cartdesk": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "terminal": os.environ.get("TERM", ""),
        "errors": _chain(error),
    }


def faults_in(folder: Path, most: int = 50) -> list[dict[str, Any]]:
    """Return the faults that the log in ``folder`` has, the last ones last; none where there is no log."""
    found: list[dict[str, Any]] = []
    for path in (*(folder / f"{LOG_NAME}.{number}" for number in range(LOG_FILES, 0, -1)), folder / LOG_NAME):
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        for line in lines:
            try:
                value = json.loads(line)
            except ValueError:
                continue
            if isinstance(value, dict) and value.get("event") == "fault":
                found.append(value)
    return found[-most:]


def _chain(error: BaseException | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while error is not None and len(found) < _DEEPEST:
        found.append({"kind": f"{type(error).__module__}.{type(error).__qualname__}", "frames": _frames(error.__traceback__)})
        error = error.__cause__ or error.__context__
    return found


def _frames(trace: TracebackType | None) -> list[str]:
    import traceback

    return [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-_MOST_FRAMES:]]


def _place(filename: str) -> str:
    """Return a module's path from its package on: what is above it tells whose machine this is."""
    parts = PurePath(filename).parts
    for root in ("site-packages", "dist-packages", "src", "lib"):
        if root in parts:
            at = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[at + 1 :])
    return parts[-1] if parts else filename
