"""What could not be done of a list, line by line with its reason.

``CartdeskApp`` opens it after a paste of which some lines were left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from cartdesk.language import message, tr
from cartdesk.tui.plain import content, join

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Listed(ModalScreen[None]):
    """Sentences under a heading; Enter or Esc goes on."""

    AUTO_FOCUS: ClassVar[str | None] = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "dismiss(None)", message("Go on"))]
    DEFAULT_CSS = """
    Listed { align: center middle; background: $background 60%; }
    Listed VerticalScroll {
        width: 84; max-width: 94%; height: auto; max-height: 80%;
        padding: 1 2; border: round $accent; background: $surface;
    }
    """

    def __init__(self, heading: str, lines: tuple[str, ...]) -> None:
        super().__init__()
        self._heading, self._lines = heading, lines

    def compose(self) -> ComposeResult:
        """Show the heading, the lines, and the key that goes on."""
        with VerticalScroll():
            yield Static(content(self._heading, "bold"))
            yield Static(Content("\n").join(join(content("✗ ", "$warning"), line) for line in self._lines))
            yield Static(join(content(tr("Enter"), "bold $accent"), tr(" goes on")))
