"""A button of one line: pressed with Enter, Space or a click.

The confirm question's answers, and what goes on or adds on the checkout and offering screens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from cartdesk.language import message
from cartdesk.tui.plain import content


class Press(Widget, can_focus=True):
    """One action, as wide as its words; the focus is marked without colour too."""

    DEFAULT_CSS = """
    Press {
        width: auto;
        height: 1;
        padding: 0 2 0 1;
        margin-right: 2;
        background: $here-quiet;
        &:hover { background: $here; }
        &:focus { background: $accent; color: $background; text-style: bold; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", message("Press"), show=False)]

    label: reactive[str] = reactive("", layout=True)
    """What it does, as a verb."""

    @dataclass
    class Pressed(Message):
        """It was pressed."""

        press: Press

        @property
        def control(self) -> Press:
            """The button."""
            return self.press

    def __init__(self, label: str, *, id: str) -> None:
        super().__init__(id=id)
        self.set_reactive(Press.label, label)

    def render(self) -> Content:
        """Show the label, with a mark when it has the focus."""
        return content(f"▸ {self.label}" if self.has_focus else f"  {self.label}")

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """The label and its mark."""
        return content(self.label).cell_length + 2

    def action_press(self) -> None:
        """Press it."""
        self.post_message(self.Pressed(self))

    def on_click(self) -> None:
        """A click presses it."""
        self.action_press()
