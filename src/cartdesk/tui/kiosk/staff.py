"""How staff leave the kiosk: a long row of keys that nobody presses by chance, then a PIN that is kept as a hash only.

The app feeds it keys; ``cartdesk kiosk pin`` sets the PIN.
"""

from __future__ import annotations

import json
import os
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from cartdesk.desk.pins import LEAST, MOST, fits, hashed
from cartdesk.errors import Refused, StoreFull
from cartdesk.language import tr
from cartdesk.store.disk import PRIVATE
from cartdesk.text import safe_text

__all__ = ["LEAST", "MOST", "Guard", "Knock", "fits", "hashed", "read_pin", "write_pin"]

SEQUENCE = ("f9", "f10", "f9", "f9", "f10", "f10", "f9", "f10", "f10", "f9")
"""The keys, in their order."""
WITHIN = 15.0
"""Seconds the whole row may take."""
_FILE = "kiosk.json"
_TRIES = 5
_LOCKED = 60.0


@dataclass
class Knock:
    """Listens for the row of keys."""

    keys: tuple[str, ...] = SEQUENCE
    within: float = WITHIN
    _heard: deque[tuple[str, float]] = field(init=False)

    def __post_init__(self) -> None:
        self._heard = deque(maxlen=len(self.keys))

    def hear(self, key: str, now: float) -> bool:
        """Take in a key; True where it ends the row in time."""
        self._heard.append((key, now))
        if tuple(each for each, _ in self._heard) != self.keys or now - self._heard[0][1] > self.within:
            return False
        self._heard.clear()
        return True


@dataclass
class Guard:
    """Counts wrong PINs: after five, nobody may try for a minute, then for two, then four."""

    stored: str
    """What :func:`hashed` made."""
    wrong: int = 0
    until: float = 0.0

    def opens(self, pin: str, now: float) -> bool:
        """Say whether the PIN is right; always no while locked."""
        if now < self.until:
            return False
        if fits(pin, self.stored):
            self.wrong = 0
            return True
        self.wrong += 1
        if self.wrong >= _TRIES:
            self.until = now + _LOCKED * 2 ** min(self.wrong - _TRIES, 6)
        return False

    def locked(self, now: float) -> int:
        """Return for how many seconds more nobody may try."""
        return max(int(self.until - now + 0.999), 0)


def read_pin(folder: Path) -> str | None:
    """Return what is kept of this kiosk's PIN, or None where none was set.

    Raises:
        Refused: the file cannot be read.
    """
    path = folder / _FILE
    try:
        kept = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise Refused(tr("{path} cannot be read; set the PIN anew with `cartdesk kiosk pin`.", path=safe_text(str(path)))) from None
    pin = kept.get("pin") if isinstance(kept, dict) else None
    return pin if isinstance(pin, str) else None


def write_pin(folder: Path, pin: str) -> Path:
    """Keep a PIN's hash and return the file.

    Raises:
        Refused: it is no good PIN.
        StoreFull: it cannot be written.
    """
    stored = hashed(pin)
    path = folder / _FILE
    fresh = path.with_name(path.name + ".new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump({"pin": stored}, stream)
        fresh.replace(path)
    except OSError as error:
        raise StoreFull(
            tr("{path} cannot be written: {strerror}.", path=safe_text(str(path)), strerror=(error.strerror or str(error)).lower())
        ) from None
    return path
