"""The help: every key and every entry, made from the command classes themselves, searchable as you type.

``CartdeskApp`` opens it for F1; what works on the page it was opened from stands first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from cartdesk.language import message, tr
from cartdesk.tui.keys import Hint, commands_by_key, key_label
from cartdesk.tui.page import Page
from cartdesk.tui.plain import content
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.cells import Piece
from cartdesk.tui.widgets.finder import Finder
from cartdesk.tui.widgets.grid import Column, Grid, Row

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.command import Command

_HERE = message("Here")
_GRAMMAR = message("The entry line")


@dataclass(frozen=True, slots=True)
class Topic:
    """One row of the help."""

    group: str
    keys: str
    entry: str
    words: str
    example: str = ""
    """What Enter puts into the entry line."""
    heading: bool = False

    def fits(self, words: Iterable[str]) -> bool:
        """Say whether every word stands somewhere in it."""
        all_of_it = f"{self.group} {self.keys} {self.entry} {self.words}".casefold()
        return all(word in all_of_it for word in words)


GRAMMAR = (
    Topic(_GRAMMAR, "", "a; b; c", message("Several entries in one line: all of them are done, or none.")),
    Topic(_GRAMMAR, "", "@3", message("At the end of an entry: line 3 of the cart, instead of the last one.")),
    Topic(_GRAMMAR, "", '"a; b"', message("In quotes, a semicolon is a semicolon.")),
)


def topics(
    keys: Mapping[str, Sequence[str]], kinds: Sequence[type[Command]], here: Iterable[type[Command]], own: Iterable[Hint]
) -> list[Topic]:
    """Return the help's rows: what works here first, then every command under its group, then the grammar.

    Args:
        keys: each command's keys, by its name, as this seat has them.
        kinds: the registry.
        here: the commands whose keys work on the page the help was opened from.
        own: the keys that page has for itself.
    """
    rows = [_topic(tr(_HERE), kind, keys) for kind in here]
    rows += [Topic(tr(_HERE), key_label(hint.key), "", hint.tip or hint.word) for hint in own]
    for group in dict.fromkeys(kind.group for kind in kinds):
        rows += [_topic(tr(group), kind, keys) for kind in kinds if kind.group == group]
    return [*rows, *(Topic(tr(each.group), each.keys, each.entry, tr(each.words)) for each in GRAMMAR)]


def found(rows: Iterable[Topic], text: str) -> list[Topic]:
    """Return the rows that hold every word of ``text``, each group under its heading."""
    words = text.casefold().split()
    shown: list[Topic] = []
    group = None
    for row in rows:
        if row.fits(words):
            if row.group != group:
                group = row.group
                shown.append(Topic(group, "", "", "", heading=True))
            shown.append(row)
    return shown


def _topic(group: str, kind: type[Command], keys: Mapping[str, Sequence[str]]) -> Topic:
    entry = kind.entry or ""
    example = kind.prefill.format(line="", at="") if kind.prefill else entry.split(" or ")[0].split(",")[0]
    return Topic(group, " ".join(key_label(key) for key in keys.get(kind.name, kind.keys)), entry, tr(kind.help()), example)


def _draw(topic: Topic) -> Row:
    if topic.heading:
        return Row((Piece(topic.group), "", ""), heading=True)
    return Row((Piece(topic.keys, "accent"), Piece(topic.entry, "strong"), topic.words))


class HelpScreen(Sheet):
    """What every key and entry does; type to search."""

    CSS_PATH = "help.tcss"
    WHERE = "help"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "use", message("To the entry line"), show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._topics: list[Topic] = []

    def body(self) -> ComposeResult:
        """A line to search in, the topics, and the one under the cursor in full."""
        yield Finder(tr("Help"), hint=tr("a key, an entry, or a word"))
        yield Grid(
            Column(tr("Key"), 12),
            Column(tr("Entry"), 28),
            Column(tr("What it does")),
            draw=_draw,
            empty=tr("No help has these words. Esc goes back."),
        )
        yield Static(id="sentence")

    def on_mount(self) -> None:
        """Collect the topics for the page below."""
        from cartdesk.desk.commands import registry

        below = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else self
        page = below if isinstance(below, Page) else self
        keymap = self.shop.keymap
        here = commands_by_key(page.contexts(), keymap)
        own = [hint for hint in page.hints() if hint.key not in here]
        self._topics = topics(keymap.keys if keymap is not None else {}, registry(), dict.fromkeys(here.values()), own)
        self._search("")

    def hints(self) -> Iterator[Hint]:
        """Yield Enter, where the row under the cursor has an entry, then the other keys."""
        topic = self.query_one(Grid).current if self.is_mounted else None
        if topic is not None and topic.example:
            yield Hint("enter", tr("To the entry line"), tr("Go to the entry line with this entry begun."), local=True)
        yield from super().hints()

    @on(Input.Changed)
    def search(self, event: Input.Changed) -> None:
        """Show what fits, as it is typed."""
        self._search(event.value)

    @on(Grid.Moved)
    def tell(self, event: Grid.Moved) -> None:
        """Say in full what the row under the cursor is."""
        topic = event.grid.current
        sentence = "" if topic is None or topic.heading else f"{topic.words}  {topic.entry}"
        self.query_one("#sentence", Static).update(content(sentence))
        self.refresh_keys()

    @on(Grid.Chosen)
    async def chosen(self) -> None:
        """A chosen row goes to the entry line."""
        await self.action_use()

    async def action_use(self) -> None:
        """Go to the entry line with the entry under the cursor begun."""
        from cartdesk.desk.commands import FillEntry

        topic = self.query_one(Grid).current
        if topic is not None and topic.example:
            await self.shop.perform(FillEntry(topic.example))

    def _search(self, text: str) -> None:
        rows = found(self._topics, text)
        self.query_one(Grid).show(rows, cursor=1 if rows else 0)
        self.query_one(Finder).count(sum(not row.heading for row in rows))
