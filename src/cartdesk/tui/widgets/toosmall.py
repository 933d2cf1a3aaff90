"""The sentence that takes the place of a page when the terminal is too small for it."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from cartdesk.language import message, tr

SENTENCE = message("This terminal is too small: cartdesk needs 60×20. Make it larger; nothing is lost.")


class TooSmall(Widget, can_focus=False):
    """Covers the page below 60×20."""

    DEFAULT_CSS = """
    TooSmall {
        layer: too-small;
        dock: top;
        width: 100%;
        height: 100%;
        display: none;
        content-align: center middle;
        text-align: center;
        padding: 0 1;
        background: $background;
    }
    """

    def render(self) -> Content:
        """Say it."""
        return Content(tr(SENTENCE))
