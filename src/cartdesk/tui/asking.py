"""What widgets ask of the app when something is clicked or chosen: an entry, or a command.

Bars, panes and the palette post them; ``CartdeskApp`` does them in the order they were asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from cartdesk.desk.command import Command


class Typed(Message):
    """An entry that a click stands for; it is done as if it had been typed."""

    def __init__(self, entry: str) -> None:
        super().__init__()
        self.entry = entry


class Asked(Message):
    """A command that was chosen away from its key, in the palette or by a click."""

    def __init__(self, command: Command, *, confirmed: bool = False) -> None:
        super().__init__()
        self.command = command
        self.confirmed = confirmed
        """True once its question was answered with yes."""
