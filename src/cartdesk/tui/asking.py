"""What widgets ask of the app when something is clicked or chosen: an entry, or a command.

Bars, panes and the palette post them; ``CartdeskApp`` does them in the order they were asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from cartdesk.desk.command import Command


@dataclass
class Typed(Message):
    """An entry that a click stands for; it is done as if it had been typed."""

    entry: str


@dataclass
class Asked(Message):
    """A command that was chosen away from its key, in the palette or by a click."""

    command: Command
    confirmed: bool = False
    """True once its question was answered with yes."""
