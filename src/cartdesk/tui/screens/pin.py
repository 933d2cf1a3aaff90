"""A PIN, asked for by itself: what is typed is never shown, kept or written, and keys typed before it was asked are ignored.

``questions`` pushes it where something needs somebody's leave; it is dismissed with True once that was given.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from cartdesk.desk.pins import MOST
from cartdesk.language import tr
from cartdesk.tui.plain import content
from cartdesk.tui.widgets.press import Press


class PinScreen(ModalScreen[bool]):
    """Ask for a PIN. ``enter`` gives it, ``escape`` leaves everything as it is."""

    DEFAULT_CSS = """
    PinScreen {
        align: center middle;
        background: $background 60%;
        & #question { width: 64; max-width: 94%; height: auto; padding: 1 2; border: round $warning; background: $surface; }
        & #asks { text-style: bold; }
        & #dots { margin-top: 1; height: 1; }
        & #wrong { height: auto; color: $text-error; }
        & #answers { margin-top: 1; height: auto; }
        & #keys { margin-top: 1; color: $quiet; }
    }
    """
    ESCAPE_TO_MINIMIZE = False
    WORKING: ClassVar[str] = "…"

    def __init__(self, question: str, give: Callable[[str], Awaitable[str | None]]) -> None:
        """Make it.

        Args:
            question: why a PIN is wanted, in a sentence.
            give: looks at a PIN; answers None where it was right, else what is wrong with it.
        """
        super().__init__()
        self._question, self._give = question, give
        self._digits = ""
        self._seen_at: float | None = None
        self._looking = False

    def compose(self) -> ComposeResult:
        """Lay the question, a dot for each digit, what was wrong with the last one, and the two answers."""
        with Vertical(id="question"):
            yield Static(content(self._question), id="asks")
            yield Static("", id="dots")
            yield Static("", id="wrong")
            with Horizontal(id="answers"):
                for id, label in (("no", tr("Leave it as it is")), ("yes", tr("Allow it"))):
                    answer = Press(label, id=id)
                    answer.can_focus = False  # Enter gives the PIN, wherever one would think the focus is
                    yield answer
            yield Static(content(tr("digits, Enter allow · Esc leave it")), id="keys")

    def on_mount(self) -> None:
        """From the first paint on, keys count."""
        self._draw()
        self.call_after_refresh(self._appear)

    def _appear(self) -> None:
        self._seen_at = events.Show().time

    async def on_key(self, event: events.Key) -> None:
        """Take every key; those typed before the question could be read do nothing."""
        event.stop()
        event.prevent_default()
        if self._seen_at is None or event.time < self._seen_at or self._looking:
            return
        if event.character and event.character.isascii() and event.character.isdigit():
            self._digits = (self._digits + event.character)[:MOST]
            self._draw()
        elif event.key == "backspace":
            self._digits = self._digits[:-1]
            self._draw()
        elif event.key == "enter":
            await self._look()
        elif event.key == "escape":
            self.dismiss(False)

    def on_paste(self, event: events.Paste) -> None:
        """Take nothing from a clipboard: a PIN does not belong there."""
        event.stop()

    async def on_press_pressed(self, message: Press.Pressed) -> None:
        """A clicked answer is given at once."""
        if message.press.id == "no":
            self.dismiss(False)
        elif not self._looking:
            await self._look()

    async def _look(self) -> None:
        pin, self._digits, self._looking = self._digits, "", True
        self._draw()
        wrong = await self._give(pin) if pin else tr("Type the PIN.")
        self._looking = False
        if wrong is None:
            self.dismiss(True)
            return
        self.query_one("#wrong", Static).update(content(wrong))
        self._draw()

    def _draw(self) -> None:
        dots = self.WORKING if self._looking else "•" * len(self._digits)
        self.query_one("#dots", Static).update(content(f"PIN  {dots}"))
