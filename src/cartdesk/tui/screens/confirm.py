"""A question before something that cannot be undone: the safe answer has the focus, and keys typed before it appeared are ignored.

The carts, checkout and history screens push it; it is dismissed with True or False.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from cartdesk.language import tr
from cartdesk.tui.plain import content
from cartdesk.tui.widgets.press import Press


class ConfirmScreen(ModalScreen[bool]):
    """Ask one question. ``left``, ``right`` and ``tab`` change the answer, ``enter`` gives it, ``escape`` keeps things as they are."""

    CSS_PATH = "confirm.tcss"
    ESCAPE_TO_MINIMIZE = False

    KEYS: ClassVar[dict[str, str]] = {
        "left": "turn",
        "right": "turn",
        "tab": "turn",
        "shift+tab": "turn",
        "enter": "give",
        "escape": "keep",
    }

    def __init__(self, question: str, *, yes: str, no: str = "", detail: str = "") -> None:
        """Make the question.

        Args:
            question: one sentence, ended by a question mark.
            yes: what goes ahead, as a verb: ``Discard``.
            no: the safe answer; to keep it as it is where left out.
            detail: what is at stake.
        """
        super().__init__()
        self._question, self._detail = question, detail
        self._yes, self._no = Press(yes, id="yes"), Press(no or tr("Keep it as it is"), id="no")
        self._seen_at: float | None = None

    def compose(self) -> ComposeResult:
        """Lay the question, what is at stake, and the two answers, the safe one first."""
        with Vertical(id="question"):
            yield Static(content(self._question), id="asks")
            if self._detail:
                yield Static(content(self._detail), id="detail")
            with Horizontal(id="answers"):
                yield self._no
                yield self._yes
            yield Static(content(tr("←→ change · Enter answer · Esc keep")), id="keys")

    def on_mount(self) -> None:
        """Focus the safe answer; from the first paint on, keys count."""
        self._no.focus()
        self.call_after_refresh(self._appear)

    def _appear(self) -> None:
        self._seen_at = events.Show().time

    def on_key(self, event: events.Key) -> None:
        """Take every key; those typed before the question could be read do nothing."""
        event.stop()
        event.prevent_default()
        if self._seen_at is None or event.time < self._seen_at:
            return
        what = self.KEYS.get(event.key)
        if what == "turn":
            (self._no if self._yes.has_focus else self._yes).focus()
        elif what == "give":
            self.dismiss(self._yes.has_focus)
        elif what == "keep":
            self.dismiss(False)

    def on_press_pressed(self, message: Press.Pressed) -> None:
        """A clicked answer is given at once."""
        self.dismiss(message.press is self._yes)
