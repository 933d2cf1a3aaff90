"""What is wrong in a catalog: where, what, and what to do about it.

Made by every step that reads a catalog, shown by ``cartdesk catalog check`` and counted on the desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cartdesk.text import safe_text


class Fault(NamedTuple):
    """One thing that is wrong in a catalog. ``str()`` is one line."""

    file: str
    """The file, relative to the catalog's folder; the folder itself is ``.``."""
    json_path: str
    """Where in the file: ``$[12].price.value``; empty for the file as a whole."""
    what: str
    """What is wrong, as a sentence without its full stop."""
    mend: str
    """What to do, as a sentence without its full stop."""
    left_out: bool = False
    """True where something is missing from the shop because of it."""

    def __str__(self) -> str:
        where = f"{self.file} {self.json_path}".rstrip()
        return f"{where}: {self.what}. {self.mend}."


class Issue(NamedTuple):
    """A fault inside one resource, before it is known where the resource stands."""

    path: str
    """Below the resource: ``.price.value``."""
    what: str
    mend: str
    fatal: bool = False
    """True where the resource cannot be sold with it."""


def below(member: str | int, issues: list[Issue], since: int) -> None:
    """Move the issues from number ``since`` on below ``member``, a name or a number in a list."""
    step = f"[{member}]" if isinstance(member, int) else f".{safe_text(member, 60)}"
    for number in range(since, len(issues)):
        issues[number] = issues[number]._replace(path=step + issues[number].path)


def as_faults(file: str, path: str, issues: Iterable[Issue]) -> list[Fault]:
    """Return the issues of the resource at ``path`` of ``file`` as faults."""
    return [Fault(file, path + issue.path, issue.what, issue.mend, issue.fatal) for issue in issues]


def shown(value: object, limit: int = 40) -> str:
    """Return a value from outside as a fault's sentence quotes it: short and safe."""
    text = value if isinstance(value, str) else str(value)
    return safe_text(text, limit)
