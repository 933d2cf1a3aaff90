"""What a user action is: one small frozen class, from which key, footer, palette, help and entry grammar are all made.

The classes themselves are in ``commands/``; faces build them from a key's focus, a click or an entry and give them to ``Desk.run``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar

from cartdesk.errors import Mend

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft
    from cartdesk.desk.view import DeskView

CONTEXTS = frozenset(
    {"anywhere", "desk", "offerings", "cart", "carts", "bill", "why", "checkout", "offering", "history", "compare", "orders", "help"}
    | {"accounts", "script", "products", "merge", "sync", "conflict"}
)
"""Where a key may work. ``desk`` covers its two panes ``offerings`` and ``cart``."""

SCREENS = frozenset(
    {
        "desk", "offerings", "offering", "carts", "checkout", "orders", "receipt", "bill", "why", "compare", "history", "help", "settings",
        "accounts", "script", "products", "merge", "sync", "conflict", "themes", "entry", "quit", "applied", "note",
    }
)  # fmt: skip
"""What an outcome may ask a face to show.

Four are not screens of their own: ``offerings`` is the desk's list searched for ``text``, ``entry`` is the entry line focused and
filled with ``text``, ``applied`` says that a ``setting`` has changed, and ``quit`` ends the session.
"""


@dataclass(frozen=True, slots=True)
class Show:
    """A screen to open, with what it needs to know."""

    screen: str
    """One of ``SCREENS``."""
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did."""

    said: str
    """One sentence for the message line; empty where the screen says enough."""
    show: Show | None = None
    changed: bool = False
    """True when a cart changed, and the change is on the disk; the desk says so, not the command."""
    mends: tuple[Mend, ...] = ()
    """Ways on, each an entry."""
    label: str = ""
    """What it is about in a few words, for the preview; the sentence itself where empty."""
    listed: tuple[str, ...] = ()
    """Sentences to list below: each line of a paste that could not be added, and why."""


@dataclass(frozen=True, slots=True)
class Focus:
    """What a key was pressed on."""

    line: int | None = None
    """A line's number in the current cart."""
    code: str | None = None
    """An offering's id."""
    cart_id: str | None = None
    """A cart of the carts screen."""
    letter: str | None = None
    """A work area."""
    seq: int | None = None
    """A record of the history screen."""
    order_id: str | None = None
    """An order of the orders screen."""
    product: int | None = None
    """The number of something the customer has."""


@dataclass(frozen=True)
class Command:
    """One user action. Each class is an action, each instance is that action on something."""

    name: ClassVar[str] = ""
    """What key maps and logs call it: ``cart.quantity``."""
    label: ClassVar[str] = ""
    """The word in the footer and the palette."""
    group: ClassVar[str] = ""
    """The heading it stands under in the help."""
    keys: ClassVar[tuple[str, ...]] = ()
    """Textual key names, the first one shown."""
    where: ClassVar[frozenset[str]] = frozenset({"anywhere"})
    """The contexts its keys work in."""
    footer: ClassVar[bool] = False
    """Whether the footer shows it."""
    entry: ClassVar[str | None] = None
    """The entry's syntax as the help shows it; None where it has none."""
    opener: ClassVar[str | None] = None
    """What an entry meant for this class starts with (a pattern), so that a slip is answered with this class's syntax."""
    pattern: ClassVar[str | None] = None
    """What a right entry looks like; its named groups are the class's fields."""
    prefill: ClassVar[str | None] = None
    """What its key puts in the entry line where the command still needs to be told something: ``N{line} ``."""
    confirm: ClassVar[bool] = False
    """Whether a face may have to ask first; see ``question``."""
    alone: ClassVar[bool] = False
    """True where it cannot stand in one entry with others."""
    numbers: ClassVar[frozenset[str]] = frozenset()
    """Fields that may hold a long number which happens to look like a payment card's, and are checked by what they are for."""

    def run(self, draft: Draft) -> Outcome:
        """Do it on a draft; the desk makes it durable, or drops it all when this raises.

        Raises:
            Refused: the rules do not allow it.
        """
        raise NotImplementedError

    def written(self) -> str | None:
        """Return the entry as this class would write it; ``as_entry`` makes sure that it reads back."""
        return None

    def as_entry(self) -> str | None:
        """Return the entry that does exactly the same, or None where there is none."""
        from cartdesk.desk.commands import registry
        from cartdesk.desk.grammar import reads_as

        entry = self.written()
        return entry if entry is not None and reads_as(entry, self, registry()) else None

    def question(self, view: DeskView) -> str | None:
        """Return what a face must ask before it runs this, the safe answer being no; None where it need not ask."""
        return None

    @classmethod
    def help(cls) -> str:
        """Return the sentence that says what it does."""
        return (cls.__doc__ or "").strip().split("\n\n", maxsplit=1)[0].replace("\n    ", " ").strip()

    @classmethod
    def from_focus(cls, focus: Focus) -> Command | None:
        """Return the command that its key means on ``focus``; None where it means nothing there.

        A command that has to be told more in words answers with one that fills the entry line.
        """
        known: dict[str, Any] = {}
        missing = False
        for each in fields(cls):
            value = getattr(focus, each.name, None)
            if value is not None:
                known[each.name] = value
            elif each.default is MISSING:
                missing = True
        if not missing:
            return cls(**known)
        if cls.prefill is None:
            return None
        from cartdesk.desk.commands.show import FillEntry

        return FillEntry(cls.prefill.format(line="" if focus.line is None else focus.line, at=at_line(focus.line)))

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Build it from an entry's named parts, numbers already read; raises ValueError where a part is not right."""
        return cls(**values)


def at_line(line: int | None) -> str:
    """Return the end of an entry that names a line: `` @3``, or nothing for the last line."""
    return "" if line is None else f" @{line}"


def quoted(text: str) -> str:
    """Return ``text`` as an entry carries it: in quotes where it holds a ``;``."""
    return f'"{text}"' if ";" in text else text
