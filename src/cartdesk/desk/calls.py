"""A file that the telephone system writes when a call comes in, read once and taken away: it holds somebody's name and number.

Faces watch it with :class:`HandoffFile` and give what it says to ``commands.call.TakeCall``.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cartdesk.text import safe_text

LARGEST = 16_384
"""The largest file that is read, in bytes."""
_NAMES = {
    "customer": ("customer", "name", "callername", "caller"),
    "phone": ("phone", "number", "callernumber", "ani", "callerid", "phonenumber"),
}
_PHONE = re.compile(r"\+?[\d(][\d ()/.-]{3,}\d")


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, as the telephone has it."""

    customer: str = ""
    phone: str = ""


def read_call(text: str) -> Call | None:
    """Return the call that a text tells of, or None.

    It may be JSON (``{"customer": "Berg", "phone": "+47 …"}``), lines ``customer=Berg``, or just ``Berg, +47 …``.
    """
    stripped = text.strip()
    try:
        value = json.loads(stripped)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        pairs = dict(line.split("=", 1) for line in stripped.splitlines() if "=" in line)
        value = pairs or _plain(stripped)
    found = {field: next((_text(value[key]) for key in value if _bare(key) in names), "") for field, names in _NAMES.items()}
    return Call(**found) if any(found.values()) else None


def _plain(text: str) -> dict[str, str]:
    line = text.splitlines()[0] if text else ""
    number = _PHONE.search(line)
    return {"customer": line[: number.start()].strip(" ,;\t"), "phone": number[0]} if number else {"customer": line.strip(" ,;\t")}


def _bare(key: Any) -> str:
    return re.sub(r"[^a-z]", "", str(key).casefold())


def _text(value: Any) -> str:
    return safe_text(str(value).strip(), 80) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


class HandoffFile:
    """A file that calls come in by."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None

    def take(self) -> Call | None:
        """Return the call that came in since it was last asked, and take the file away; None where none did.

        A file that is not whole yet is read again once it has changed; one that cannot be taken away is not read twice.
        """
        try:
            state = self.path.stat()
            mark = (state.st_mtime_ns, state.st_size, state.st_ino)
            if mark == self._seen or not state.st_size or state.st_size > LARGEST:
                return None
            self._seen = mark
            call = read_call(self.path.read_text(encoding="utf-8", errors="replace"))
        except OSError:
            return None  # not there, or not for us to read
        if call is not None:
            with suppress(OSError):
                self.path.unlink()
        return call
