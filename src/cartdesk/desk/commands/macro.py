"""Entries with a name: done by ``@NAME``, set and listed at the entry line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from cartdesk.desk.command import Command, Outcome
from cartdesk.desk.macros import MACROS, NAME
from cartdesk.errors import EntryError, Refused
from cartdesk.language import message, ntr, tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft

_MACROS = message("Macros")


@dataclass(frozen=True)
class RunMacro(Command):
    """Do a macro: all of its entries, or none."""

    name: ClassVar[str] = "macro.run"
    label: ClassVar[str] = message("Macro")
    group: ClassVar[str] = _MACROS
    entry: ClassVar[str | None] = "@NEWCONNECT"
    opener: ClassVar[str | None] = "@"
    pattern: ClassVar[str | None] = rf"@\s*(?P<macro>{NAME})"

    macro: str

    def run(self, draft: Draft) -> Outcome:
        """Run what the name stands for."""
        from cartdesk.desk.doing import as_one, run_parts
        from cartdesk.desk.macros import macros_of, parts_of

        name = self.macro.upper()
        text = macros_of(draft.store).get(name)
        if text is None:
            raise draft.refuse(tr("There is no macro @{name}; macros lists them.", name=safe_text(name, 40)), at="macro")
        spot = draft.spot("macro")
        try:
            done = as_one(run_parts(draft, parts_of(name, text)))
        except Refused as refused:
            sentence = str(refused) if str(refused).startswith("@") else f"@{name}: {refused}"
            raise EntryError(sentence, *refused.mends, at=spot) from None
        return Outcome(done.said, done.show, mends=done.mends, label=f"@{name}", listed=done.listed)

    def written(self) -> str | None:
        """Return ``@NEWCONNECT``."""
        return f"@{self.macro}"


@dataclass(frozen=True)
class ListMacros(Command):
    """List the macros with what each stands for."""

    name: ClassVar[str] = "macro.list"
    label: ClassVar[str] = message("Macros")
    group: ClassVar[str] = _MACROS
    entry: ClassVar[str | None] = "macros"
    pattern: ClassVar[str | None] = "macros"

    def run(self, draft: Draft) -> Outcome:
        """Say how many there are, and list them."""
        from cartdesk.desk.macros import macros_of

        found = macros_of(draft.store)
        if not found:
            return Outcome(tr('There are no macros yet; macro NEWCONNECT "FIB500; SIM" makes one.'))
        count = len(found)
        return Outcome(ntr("{n} macro.", "{n} macros.", count), listed=tuple(f"@{name}: {text}" for name, text in found.items()))

    def written(self) -> str | None:
        """Return ``macros``."""
        return "macros"


@dataclass(frozen=True)
class SetMacro(Command):
    """Make a macro, or change one; none takes it away. Several entries stand in quotes."""

    name: ClassVar[str] = "macro.set"
    label: ClassVar[str] = message("Set a macro")
    group: ClassVar[str] = _MACROS
    entry: ClassVar[str | None] = 'macro NEWCONNECT "FIB500; SIM" or macro NEWCONNECT none'
    opener: ClassVar[str | None] = r"macro\s"
    pattern: ClassVar[str | None] = rf"macro\s+@?(?P<macro>{NAME})\s+(?P<text>\S.*)"
    alone: ClassVar[bool] = True

    macro: str
    text: str

    def run(self, draft: Draft) -> Outcome:
        """Keep it with the seat's settings."""
        from cartdesk.desk.macros import macros_of, with_macro, without_macro

        known, name = macros_of(draft.store), self.macro.upper()
        taken = self.text.casefold() == "none"
        after = without_macro(known, name) if taken else with_macro(known, name, self.text)
        draft.writes.append(lambda store: store.set_setting(MACROS, after))
        return Outcome(
            tr("Macro @{name} is {value}.", name=name, value="gone" if taken else "changed" if name in known else "made"), label=f"@{name}"
        )

    def written(self) -> str | None:
        """Return ``macro NEWCONNECT "FIB500; SIM"``."""
        return f'macro {self.macro} "{self.text}"' if ";" in self.text else f"macro {self.macro} {self.text}"
