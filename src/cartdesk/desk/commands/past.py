"""Back and forth through the cart's own history, without end and across restarts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from cartdesk.desk.command import Command, Outcome
from cartdesk.desk.travel import restore, travel
from cartdesk.language import message

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft

_PAST = message("Undo")
_WHERE = frozenset({"desk", "offering", "bill", "why", "history", "compare"})


@dataclass(frozen=True)
class Undo(Command):
    """Undo the last change of this cart, or the last few."""

    name: ClassVar[str] = "undo"
    label: ClassVar[str] = message("Undo")
    group: ClassVar[str] = _PAST
    keys: ClassVar[tuple[str, ...]] = ("ctrl+z",)
    where: ClassVar[frozenset[str]] = _WHERE
    entry: ClassVar[str | None] = "U or U 3"
    pattern: ClassVar[str | None] = r"(?:U|undo)\s*(?P<steps>\d+)?"
    alone: ClassVar[bool] = True

    steps: int = 1

    def run(self, draft: Draft) -> Outcome:
        """Go back; the changes can be redone until another one is made."""
        return travel(draft, "undo", self.steps)

    def written(self) -> str | None:
        """Return ``U 3``."""
        return "U" if self.steps == 1 else f"U {self.steps}"


@dataclass(frozen=True)
class Redo(Command):
    """Redo what was undone."""

    name: ClassVar[str] = "redo"
    label: ClassVar[str] = message("Redo")
    group: ClassVar[str] = _PAST
    keys: ClassVar[tuple[str, ...]] = ("ctrl+y",)
    where: ClassVar[frozenset[str]] = _WHERE
    entry: ClassVar[str | None] = "R or R 3"
    pattern: ClassVar[str | None] = r"(?:R|redo)\s*(?P<steps>\d+)?"
    alone: ClassVar[bool] = True

    steps: int = 1

    def run(self, draft: Draft) -> Outcome:
        """Go forward again."""
        return travel(draft, "redo", self.steps)

    def written(self) -> str | None:
        """Return ``R 3``."""
        return "R" if self.steps == 1 else f"R {self.steps}"


@dataclass(frozen=True)
class RestorePoint(Command):
    """Take the cart back to a point of its history; that too can be undone."""

    name: ClassVar[str] = "history.restore"
    label: ClassVar[str] = message("Back to here")
    group: ClassVar[str] = _PAST
    keys: ClassVar[tuple[str, ...]] = ("enter",)
    where: ClassVar[frozenset[str]] = frozenset({"history"})
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "U to 17"
    pattern: ClassVar[str | None] = r"U\s+to\s+(?P<seq>\d+)"
    alone: ClassVar[bool] = True

    seq: int

    def run(self, draft: Draft) -> Outcome:
        """Make the cart what it was after that change."""
        return restore(draft, self.seq)

    def written(self) -> str | None:
        """Return ``U to 17``."""
        return f"U to {self.seq}"
