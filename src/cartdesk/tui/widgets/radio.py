"""One of several, each on a row of its own: ``(•) Home A-4711 · 15th · E-mail``.

The checkout's step "Billing" lists accounts with it; ``up`` and ``down`` walk the rows, Space chooses, and so does a click.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive

from cartdesk.language import message
from cartdesk.text import safe_text
from cartdesk.tui.plain import cut
from cartdesk.tui.widgets.form import FormRow


class Radio(FormRow):
    """One option; the page makes sure that one is on."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,right", "pick", message("Choose"), show=False)]

    on: reactive[bool] = reactive(False)
    """Whether it is the chosen one."""

    @dataclass
    class Picked(Message):
        """It was chosen."""

        radio: Radio

        @property
        def control(self) -> Radio:
            """The row."""
            return self.radio

    def __init__(self, label: str, text: str, value: str, *, on: bool = False, label_width: int = 18) -> None:
        """Make the row.

        Args:
            label: what is chosen; only the first row of several has it.
            text: what this one is.
            value: what the page knows it by.
            on: whether it is chosen at first.
            label_width: the width of the labels' column.
        """
        super().__init__(label, label_width=label_width)
        self.text = safe_text(text, 120)
        self.value = value
        self.set_reactive(Radio.on, on)

    def parts(self, width: int) -> list[tuple[str, str, int]]:
        """The mark and the text."""
        return [(cut(f"({'•' if self.on else ' '}) {self.text}", width), "chosen" if self.on else "", 0)]

    def pressed(self, part: int) -> None:
        """A click chooses it."""
        self.action_pick()

    def action_pick(self) -> None:
        """Choose it."""
        self.post_message(self.Picked(self))
