"""A barcode scanner told from hands, on any page: what it reads is entered, wherever the focus is.

A scanner is a keyboard that types very fast and presses Enter. :class:`Scanner` looks at the keys that wait, and takes those out that
are a scan; ``CartdeskApp`` enters them. How it decides stands at :meth:`Scanner.sift`.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from textual import events

FAST = 0.1
"""Seconds between two keys of a scan, at most."""
PAUSE = 0.15
"""Seconds without a key before a scan begins, at least: what somebody types ahead follows other keys."""
HOLD = 0.03
"""Seconds that a key which would do something at once waits for the next, to see whether it is a scan's first."""
SHORTEST = 4
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_HANDED = "CDH1."
Place = Literal["entry", "half", "field", "list", "closed"]
"""Where the focus is: on the entry line with nothing on it that a code would not go with (``2*``), on the entry line with another entry
half typed, on another line to type in, on anything that is not typed in, or where no scan may go."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What was scanned."""

    code: str
    typed: int = 0
    """How many of its characters were let through before it was known to be one."""


@dataclass
class Scanner:
    """Keeps the run of quick keys that may become a scan."""

    known: Callable[[str], bool]
    """Says whether the catalog has an offering of this code or barcode."""
    is_barcode: Callable[[str], bool]
    """Says whether a text is a barcode's number with its check digit."""
    how: str = "speed"
    prefix: str = ""
    suffix: str = ""
    _run: str = ""
    _last: float = 0.0
    _clean: bool = False
    _framed: list[events.Key] | None = None

    def set(self, kept: object) -> None:
        """Take over the setting; anything that is none means speed."""
        said: Mapping[str, Any] = kept if isinstance(kept, dict) else {}
        self.how, self.prefix, self.suffix = (str(said.get(name, "")) for name in ("how", "prefix", "suffix"))
        if self.how not in ("off", "prefix"):
            self.how = "speed"
        self._forget()

    def begins(self, event: events.Key | events.Paste) -> bool:
        """Say whether a key would be the first of a run: what the field holds now is what to go back to."""
        return not self._run or event.time - self._last > FAST

    def sift(self, arrived: deque[events.Key | events.Paste], place: Place, acts: bool, now: float) -> Scan | float | None:
        """Look at the first key that waits before it goes on its way.

        A scan is at least four letters and digits, each at most 100 ms behind the one before, after a pause, ended by Enter. On a list
        or a button it is taken where the catalog has the code, where it is a barcode's number, or where it has two digits and so is no
        keys' names. On the entry line it is simply typed, unless another entry stood there half typed: then that stays, and what the
        catalog has is entered by itself. In another line to type in, where serial numbers are scanned too, only a barcode that the
        catalog has is taken. Behind the prefix that a scanner can be set to send, everything is a scan, wherever the focus is.

        Args:
            arrived: the keys that wait; those of a scan that is whole are taken out.
            place: where the first of them would go.
            acts: whether it would do something there at once, so that it has to wait for the next.
            now: the time, on the clock of the keys.

        Returns:
            The scan; or how many seconds to wait for more; or None where the first key may go on.
        """
        first = arrived[0]
        if not isinstance(first, events.Key) or self.how == "off" or place == "closed":
            self._forget()
            return None
        if self.how == "prefix":
            return self._framed_scan(arrived)
        return self._quick_scan(arrived, place, acts, now)

    def _framed_scan(self, arrived: deque[events.Key | events.Paste]) -> Scan | float | None:
        keys: list[events.Key] = []
        if not isinstance(arrived[0], events.Key) or arrived[0].key != self.prefix:
            return None
        ends = {self.suffix or "enter"}
        for event in arrived:
            if not isinstance(event, events.Key):
                break
            keys.append(event)
            if len(keys) > 1 and event.key in ends:
                for _ in keys:
                    arrived.popleft()
                code = "".join(each.character or "" for each in keys[1:-1] if each.is_printable)
                return Scan(code) if code else 0.0
        if events.Show().time - keys[-1].time > FAST:
            arrived.popleft()  # the prefix by itself means nothing; what was typed behind it goes on
            return 0.0
        return FAST

    def _quick_scan(self, arrived: deque[events.Key | events.Paste], place: Place, acts: bool, now: float) -> Scan | float | None:
        first = arrived[0]
        if not isinstance(first, events.Key):
            return None
        quick = first.time - self._last <= FAST
        if self._run and first.key == "enter" and quick and self._clean and self._is_scan(self._run, place):
            arrived.popleft()
            found = Scan(self._run, len(self._run))
            self._forget()
            return found
        if not _is_code_key(first):
            self._forget(first.time)
            return None
        if not self._run:
            ahead, whole, newest = _ahead(arrived)
            clean = first.time - self._last >= PAUSE
            if whole and clean and self._is_scan(ahead, place):
                for _ in range(len(ahead) + 1):
                    arrived.popleft()
                self._forget(newest)
                return Scan(ahead)
            if not whole and acts and clean and len(ahead) == len(arrived) and now - newest < HOLD:
                return HOLD
            self._clean = clean
        elif not quick:
            self._clean = first.time - self._last >= PAUSE
            self._run = ""
        self._run, self._last = self._run + (first.character or ""), first.time
        return None

    def _is_scan(self, code: str, place: Place) -> bool:
        if len(code) < SHORTEST or not _CODE.fullmatch(code):
            return False
        if code.startswith(_HANDED):
            return place != "entry"
        match place:
            case "list":
                return sum(map(str.isdigit, code)) > 1 or self.known(code)
            case "half":
                return self.is_barcode(code) or self.known(code)
            case "field":
                return self.is_barcode(code) and self.known(code)
        return False

    def _forget(self, last: float | None = None) -> None:
        self._run, self._clean = "", False
        if last is not None:
            self._last = last


def _is_code_key(event: events.Key) -> bool:
    character = event.character
    return character is not None and len(character) == 1 and (character.isalnum() or character in "._/-") and character.isascii()


def _ahead(arrived: deque[events.Key | events.Paste]) -> tuple[str, bool, float]:
    """Return the characters that wait in one quick run, whether Enter ends it, and when the last of it came."""
    found, last = "", arrived[0].time
    for event in arrived:
        if not isinstance(event, events.Key) or event.time - last > FAST:
            break
        last = event.time
        if event.key == "enter":
            return found, True, last
        if not _is_code_key(event):
            break
        found += event.character or ""
    return found, False, last
