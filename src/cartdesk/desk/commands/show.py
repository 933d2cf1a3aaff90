"""What opens a screen, looks something up, or changes how things are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from cartdesk.desk.command import Command, Outcome, Show
from cartdesk.desk.view import as_show_tax
from cartdesk.language import message, tr

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft

_LOOK = message("Look")
_PROGRAM = message("Program")


@dataclass(frozen=True)
class ShowHelp(Command):
    """Show what every key and entry does here."""

    name: ClassVar[str] = "show.help"
    label: ClassVar[str] = message("Help")
    group: ClassVar[str] = _LOOK
    keys: ClassVar[tuple[str, ...]] = ("f1",)
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "help"
    pattern: ClassVar[str | None] = "help"

    def run(self, draft: Draft) -> Outcome:
        """Open the help."""
        return Outcome("", Show("help"))

    def written(self) -> str | None:
        """Return ``help``."""
        return "help"


@dataclass(frozen=True)
class FillEntry(Command):
    """Go to the entry line."""

    name: ClassVar[str] = "entry.focus"
    label: ClassVar[str] = message("Entry")
    group: ClassVar[str] = _LOOK
    keys: ClassVar[tuple[str, ...]] = ("f2",)
    footer: ClassVar[bool] = True

    text: str = ""

    def run(self, draft: Draft) -> Outcome:
        """Focus the entry line, with something already in it where a command still has to be told something."""
        return Outcome("", Show("entry", {"text": self.text}))


@dataclass(frozen=True)
class ShowCarts(Command):
    """Show all carts: search, take up, copy, hold, discard."""

    name: ClassVar[str] = "show.carts"
    label: ClassVar[str] = message("Carts")
    group: ClassVar[str] = _LOOK
    keys: ClassVar[tuple[str, ...]] = ("f3",)
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "carts or carts Berg"
    pattern: ClassVar[str | None] = r"carts(?:\s+(?P<text>\S.*))?"

    text: str = ""

    def run(self, draft: Draft) -> Outcome:
        """Open the carts, searched for ``text``."""
        return Outcome("", Show("carts", {"text": self.text}))

    def written(self) -> str | None:
        """Return ``carts``."""
        return None if self.text else "carts"


@dataclass(frozen=True)
class ShowHistory(Command):
    """Show every change of this cart."""

    name: ClassVar[str] = "show.history"
    label: ClassVar[str] = message("History")
    group: ClassVar[str] = _LOOK
    keys: ClassVar[tuple[str, ...]] = ("f9",)
    where: ClassVar[frozenset[str]] = frozenset({"desk", "carts"})
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "history"
    pattern: ClassVar[str | None] = "history"

    cart_id: str | None = None

    def run(self, draft: Draft) -> Outcome:
        """Open the history."""
        return Outcome("", Show("history", {"cart_id": self.cart_id or draft.cart_id}))

    def written(self) -> str | None:
        """Return ``history``."""
        return "history" if self.cart_id is None else None


@dataclass(frozen=True)
class ShowOffering(Command):
    """Show an offering: details, configuration, what it needs and excludes."""

    name: ClassVar[str] = "show.offering"
    label: ClassVar[str] = message("Details")
    group: ClassVar[str] = _LOOK
    keys: ClassVar[tuple[str, ...]] = ("c",)
    where: ClassVar[frozenset[str]] = frozenset({"offerings", "cart"})
    entry: ClassVar[str | None] = "info FIB500 or info @3"
    pattern: ClassVar[str | None] = r"info\s+(?:@\s*(?P<line>\d+)|(?P<code>[^@\s].*))"

    code: str | None = None
    line: int | None = None

    def run(self, draft: Draft) -> Outcome:
        """Open the offering, for the line it is to change where one is named."""
        if self.line is not None or self.code is None:
            item = draft.item(self.line)
            return Outcome("", Show("offering", {"offering_id": draft.offering_id(item), "item_id": item.id}))
        return Outcome("", Show("offering", {"offering_id": draft.find(self.code).id, "item_id": None}))

    def written(self) -> str | None:
        """Return ``info FIB500`` or ``info @3``."""
        if self.line is not None:
            return f"info @{self.line}"
        return f"info {self.code}" if self.code else None


@dataclass(frozen=True)
class Search(Command):
    """Search the offerings; slips of the pen are forgiven."""

    name: ClassVar[str] = "show.search"
    label: ClassVar[str] = message("Search")
    group: ClassVar[str] = _LOOK
    keys: ClassVar[tuple[str, ...]] = ("slash", "question_mark")
    where: ClassVar[frozenset[str]] = frozenset({"offerings", "cart"})
    entry: ClassVar[str | None] = "?fibre 500"
    opener: ClassVar[str | None] = r"\?"
    pattern: ClassVar[str | None] = r"\?\s*(?P<text>.*)"
    prefill: ClassVar[str | None] = "?"

    text: str

    def run(self, draft: Draft) -> Outcome:
        """Narrow the list; an empty search shows all again."""
        return Outcome("", Show("offerings", {"text": self.text}))

    def written(self) -> str | None:
        """Return ``?fibre 500``."""
        return f"?{self.text}" if self.text == self.text.strip() and not set(';"') & set(self.text) else None


@dataclass(frozen=True)
class ShowTax(Command):
    """Show amounts with tax or without; without a word, the other way round."""

    name: ClassVar[str] = "settings.tax"
    label: ClassVar[str] = message("With or without tax")
    group: ClassVar[str] = _PROGRAM
    entry: ClassVar[str | None] = "tax, tax included or tax excluded"
    pattern: ClassVar[str | None] = r"tax(?:\s+(?P<side>included|excluded))?"

    side: str = ""

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Read the side in any case."""
        return cls(values.get("side", "").lower())

    def run(self, draft: Draft) -> Outcome:
        """Change which side of every amount is shown."""
        wanted = self.side or ("excluded" if draft.show_tax == "included" else "included")
        side = as_show_tax(wanted)
        draft.set_show_tax(side)
        return Outcome(tr("Amounts are shown with tax.") if side == "included" else tr("Amounts are shown without tax."))

    def written(self) -> str | None:
        """Return ``tax excluded``."""
        return f"tax {self.side}".strip()


@dataclass(frozen=True)
class ShowSettings(Command):
    """Show the settings: theme, keys, language, tax."""

    name: ClassVar[str] = "show.settings"
    label: ClassVar[str] = message("Settings")
    group: ClassVar[str] = _PROGRAM
    entry: ClassVar[str | None] = "settings"
    pattern: ClassVar[str | None] = "settings"

    def run(self, draft: Draft) -> Outcome:
        """Open the settings."""
        return Outcome("", Show("settings"))

    def written(self) -> str | None:
        """Return ``settings``."""
        return "settings"


@dataclass(frozen=True)
class ShowThemes(Command):
    """Choose the colours."""

    name: ClassVar[str] = "show.themes"
    label: ClassVar[str] = message("Themes")
    group: ClassVar[str] = _PROGRAM
    entry: ClassVar[str | None] = "themes"
    pattern: ClassVar[str | None] = "themes"

    def run(self, draft: Draft) -> Outcome:
        """Open the themes."""
        return Outcome("", Show("themes"))

    def written(self) -> str | None:
        """Return ``themes``."""
        return "themes"


@dataclass(frozen=True)
class Quit(Command):
    """Leave; everything is kept as it stands."""

    name: ClassVar[str] = "quit"
    label: ClassVar[str] = message("Quit")
    group: ClassVar[str] = _PROGRAM
    keys: ClassVar[tuple[str, ...]] = ("ctrl+q",)
    entry: ClassVar[str | None] = "quit"
    pattern: ClassVar[str | None] = "quit"
    alone: ClassVar[bool] = True

    def run(self, draft: Draft) -> Outcome:
        """Ask the face to end."""
        return Outcome("", Show("quit"))

    def written(self) -> str | None:
        """Return ``quit``."""
        return "quit"
