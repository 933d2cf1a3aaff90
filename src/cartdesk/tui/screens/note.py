"""What a call came to, as text: shown, and copied to the clipboard the moment it opens.

``CartdeskApp`` opens it for the entry ``note``.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cartdesk.documents.call_note import call_note
from cartdesk.language import message, tr
from cartdesk.tui.plain import content
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.message import Tone


class NoteScreen(Sheet):
    """The note of this call."""

    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", message("Copy"), tooltip=message("Copy the note to the clipboard.")),
    ]
    DEFAULT_CSS = """
    NoteScreen {
        & > #title { margin: 1 1 0 1; padding: 0 3; text-style: bold; }
        & > VerticalScroll { height: 1fr; margin: 1 1 0 1; padding: 0 3; scrollbar-size-vertical: 1; &:focus { background: transparent; } }
        & #note { width: auto; }
    }
    """

    def body(self) -> ComposeResult:
        """The title, and the note."""
        yield Static(content(tr("Call note")), id="title")
        with VerticalScroll():
            yield Static(id="note")

    @on(events.Mount)
    async def begin(self) -> None:
        """Write it, off the event loop, and copy it."""
        self._text = await self.shop.work(self._written) or ""
        self.query_one("#note", Static).update(Content("\n").join([content(line) for line in self._text.split("\n")]))
        self.action_copy()

    def action_copy(self) -> None:
        """Copy the note; the terminal does it (OSC 52), where it allows that."""
        self.app.copy_to_clipboard(self._text)
        self.say(tr("The note is copied, where the terminal allows that."), Tone.GOOD)

    def _written(self) -> str:
        desk, width = self.desk, min(max(self.size.width - 10, 20), 80)
        view = desk.view
        return call_note(desk.priced, shop=view.shop, agent=view.agent, now=desk.now(), width=width, show_tax=self.side)
