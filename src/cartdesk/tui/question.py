"""The one question that is ever asked: before what cannot be undone, with the safe answer focused.

``CartdeskApp.perform`` opens it for commands that ask; keys typed before it appeared are dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from cartdesk.tui.plain import content

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Question(ModalScreen[bool]):
    """Yes or no; Enter and Esc are no until the focus is moved."""

    AUTO_FOCUS: ClassVar[str | None] = "#no"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "dismiss(False)", "No"),
        Binding("y", "dismiss(True)", "Yes"),
        Binding("left,right,tab", "app.focus_next", "Other answer", show=False),
    ]
    DEFAULT_CSS = """
    Question { align: center middle; background: $background 60%; }
    Question > Vertical { width: 60; max-width: 90%; height: auto; padding: 1 2; border: round $accent; background: $surface; }
    Question Horizontal { height: auto; margin-top: 1; align-horizontal: right; }
    Question Button { margin-left: 2; }
    """

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Show the question over its two answers."""
        with Vertical():
            yield Static(content(self._question))
            with Horizontal():
                yield Button("n  No, leave it", id="no")
                yield Button("y  Yes", id="yes")

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        """Answer with the button."""
        self.dismiss(event.button.id == "yes")
