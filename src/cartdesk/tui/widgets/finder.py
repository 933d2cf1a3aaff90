"""A line to search a list with: the page's name, what is typed, and how many fit.

The carts, help and compare screens have one above their list; ``up`` and ``down`` in it move the list's cursor.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from cartdesk.language import grouped, tr
from cartdesk.tui.plain import content
from cartdesk.tui.widgets.grid import Grid
from cartdesk.tui.widgets.no_cards import NoCards

LIST_KEYS = frozenset({"up", "down", "pageup", "pagedown", "enter"})
"""The keys that act on the list while the line has the focus."""


class FindLine(NoCards):
    """The line itself; what moves the list goes to the page's grid, and Enter chooses the list's row or hands over what is typed."""

    @dataclass
    class Entered(Message):
        """Enter was pressed in a line that hands over what is typed."""

        line: FindLine

        @property
        def control(self) -> FindLine:
            """The line."""
            return self.line

    def __init__(self, value: str = "", *, placeholder: str = "", hands_over: bool = False, id: str | None = None) -> None:
        """Make the line.

        Args:
            value: the text at first.
            placeholder: shown while nothing is typed.
            hands_over: True where Enter hands over what is typed instead of choosing the list's row.
            id: the widget's id.
        """
        super().__init__(value, placeholder=placeholder, compact=True, id=id)
        self._hands_over = hands_over

    async def on_key(self, event: events.Key) -> None:
        """Hand the list its keys, and Enter to whom it is for."""
        grid = next((each for each in self.screen.query(Grid).results(Grid) if each.display), None)
        if event.key not in LIST_KEYS or grid is None:
            return
        event.stop()
        event.prevent_default()
        if event.key == "enter" and self._hands_over:
            self.post_message(self.Entered(self))
        else:
            grid.press(event.key)


class Finder(Horizontal):
    """The page's name, the line, and the count."""

    DEFAULT_CSS = """
    Finder {
        height: 1;
        margin: 1 1;
        padding: 0 2;
        & .finder--title { width: auto; text-style: bold; margin-right: 2; }
        & Input { width: 1fr; max-width: 44; background: $panel; }
        & .finder--count { width: 1fr; text-align: right; color: $quiet; }
    }
    Page.-short Finder { margin: 0 1; }
    """

    def __init__(self, title: str, *, hint: str, text: str = "", id: str | None = None) -> None:
        """Make the line.

        Args:
            title: the page's name.
            hint: what can be typed, shown while nothing is.
            text: what it is searched for at first.
            id: the widget's id.
        """
        super().__init__(id=id)
        self._title, self._hint, self._text = title, hint, text
        self._count = Static("", classes="finder--count")

    def compose(self) -> ComposeResult:
        """Lay out the three parts."""
        yield Static(content(self._title), classes="finder--title")
        yield FindLine(self._text, placeholder=self._hint)
        yield self._count

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(FindLine).value

    def count(self, fitting: int, of: int | None = None, words: str = "") -> None:
        """Show how many fit, of how many there are."""
        number = f"{fitting:,}" if of is None or of == fitting else tr("{fitting} of {of}", fitting=grouped(fitting), of=grouped(of))
        self._count.update(content(f"{number} {words}".strip()))
