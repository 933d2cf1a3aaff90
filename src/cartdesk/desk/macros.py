"""Macros: entries with a name, ``@NEWCONNECT``, kept as one setting of the seat.

``commands.macro`` runs and sets them; ``cartdesk macros`` lists, exports and imports them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cartdesk.errors import EntryError, Refused
from cartdesk.language import tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.grammar import Part
    from cartdesk.store import CartStore

MACROS = "macros"
"""The setting: from each macro's name, in capitals, to its entry."""
NAME = r"[A-Za-z][A-Za-z0-9_-]{0,29}"
MOST = 200
LONGEST = 1_000
"""The longest entry of a macro, in characters."""


def macros_of(store: CartStore) -> dict[str, str]:
    """Return the seat's macros by their names, in the order of the alphabet."""
    kept = store.setting(MACROS)
    if not isinstance(kept, dict):
        return {}
    return {name: text for name, text in sorted(kept.items()) if isinstance(name, str) and isinstance(text, str)}


def set_macros(store: CartStore, macros: Mapping[str, str]) -> None:
    """Keep the seat's macros."""
    store.set_setting(MACROS, dict(macros))


def with_macro(macros: Mapping[str, str], name: str, text: str) -> dict[str, str]:
    """Return the macros with one more, or with one changed.

    Raises:
        Refused: its name or its entry cannot be a macro's, or there are too many.
    """
    found = {**macros, checked_name(name): checked_text(name, text)}
    if len(found) > MOST:
        raise Refused(tr("There are {most} macros, the most there may be; remove one first.", most=MOST))
    return found


def without_macro(macros: Mapping[str, str], name: str) -> dict[str, str]:
    """Return the macros without one.

    Raises:
        Refused: there is none of that name.
    """
    wanted = checked_name(name)
    if wanted not in macros:
        raise Refused(tr("There is no macro @{wanted}; macros lists them.", wanted=wanted))
    return {each: text for each, text in macros.items() if each != wanted}


def checked_name(name: str) -> str:
    """Return a macro's name as it is kept.

    Raises:
        Refused: it cannot be a name.
    """
    bare = name.strip().removeprefix("@")
    if not re.fullmatch(NAME, bare):
        raise Refused(tr("A macro's name is up to 30 letters, digits, - and _, a letter first, not {name}.", name=safe_text(name, 40)))
    return bare.upper()


def checked_text(name: str, text: str) -> str:
    """Return a macro's entry; what it would do is found out when it is used.

    Raises:
        Refused: it cannot be read, is too long, or holds what a macro may not do.
    """
    entry = text.strip()
    if len(entry) > LONGEST:
        raise Refused(tr("A macro's entry has at most {longest} characters.", longest=LONGEST))
    if not parts_of(name, entry):
        raise Refused(tr("The macro @{name} has no entry.", name=checked_name(name)))
    return entry


def parts_of(name: str, text: str) -> tuple[Part, ...]:
    """Return the commands of a macro's entry.

    Raises:
        Refused: a part cannot be read, or is one that must be seen to be done: it asks first, goes through the history, or is a macro.
    """
    from cartdesk.desk.commands import registry
    from cartdesk.desk.commands.macro import RunMacro
    from cartdesk.desk.grammar import parse

    called = f"@{checked_name(name)}"
    try:
        parts = parse(text, registry())
    except EntryError as error:
        raise Refused(f"{called}: {error}") from None
    for part in parts:
        if isinstance(part.command, RunMacro) or part.command.confirm or part.command.alone:
            raise Refused(tr("{called}: «{text}» cannot be in a macro; enter it by itself.", called=called, text=safe_text(part.text, 40)))
    return parts


def read_macros(value: Any) -> dict[str, str]:
    """Return the macros of an exported file.

    Raises:
        Refused: it is none, or one of them cannot be a macro.
    """
    given = value.get("macros") if isinstance(value, dict) else None
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        raise Refused(tr('This is no file of macros: {"macros": {"NAME": "entry"}} is one.'))
    found: dict[str, str] = {}
    for name, text in given.items():
        found = with_macro(found, str(name), text)
    return found
