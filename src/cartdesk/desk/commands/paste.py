"""Many lines at once, as a spreadsheet or a mail gives them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from cartdesk.desk.command import Command, Outcome
from cartdesk.errors import CartdeskError, Refused
from cartdesk.language import message, tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft

_COUNTED = re.compile(r"(?P<count>\d{1,6})\s*[*×]\s*(?P<code>.+)|(?P<code_first>.+?)\s*[,;\t]\s*(?P<count_last>\d{1,6})")
_MOST = 500
_LONGEST = 200


@dataclass(frozen=True)
class PasteLines(Command):
    """Add every line of a pasted list that can be added, and name the others with the reason."""

    name: ClassVar[str] = "cart.paste"
    label: ClassVar[str] = message("Paste a list")
    group: ClassVar[str] = message("Lines")
    numbers: ClassVar[frozenset[str]] = frozenset({"text"})

    text: str
    """Lines ``CODE,quantity``, ``quantity*CODE`` or ``CODE``."""

    def run(self, draft: Draft) -> Outcome:
        """Add the good lines as one change."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        if len(lines) > _MOST:
            raise Refused(tr("That is {n} lines; paste at most {most} at once.", n=len(lines), most=_MOST))
        bad: list[str] = []
        for line in lines:
            try:
                _add(line, draft)
            except CartdeskError as error:
                bad.append(f"{safe_text(line, 40)}: {error}")
        good = len(lines) - len(bad)
        if not good:
            raise Refused(
                tr("None of the {n} lines could be added: {bad}", n=len(lines), bad=bad[0]) if bad else tr("There is nothing to add.")
            )
        rest = tr("; {n} could not be added", n=len(bad)) if bad else ""
        return Outcome(tr("{good} of {n} lines added{rest}.", good=good, n=len(lines), rest=rest), listed=tuple(bad))


def _add(line: str, draft: Draft) -> None:
    from cartdesk.desk.commands.lines import AddOffering

    if len(line) > _LONGEST:
        raise Refused(tr("A line has at most {longest} characters.", longest=_LONGEST))
    match = _COUNTED.fullmatch(line)
    code = (match["code"] or match["code_first"]) if match else line
    count = int(match["count"] or match["count_last"]) if match else 1
    if not 1 <= count <= 9999:
        raise Refused(tr("A quantity is a whole number from 1 to 9999, not {count}.", count=count))
    AddOffering(code.strip(), count).run(draft)
