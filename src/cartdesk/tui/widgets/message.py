"""The message line: one sentence about what just happened, and the key that undoes or mends it.

Pages have one above the footer; ``CartdeskApp`` writes to it after every command.
"""

from __future__ import annotations

from enum import Enum

from rich.cells import cell_len
from textual import events

from cartdesk.language import tr
from cartdesk.tui.keys import key_label
from cartdesk.tui.plain import cut
from cartdesk.tui.widgets.bar import Bar, Word


class Tone(Enum):
    """What kind of news it is: the sign before it and its colour."""

    PLAIN = (" ", "$foreground")
    GOOD = ("✓", "$success")
    WARNING = ("!", "$warning")
    BAD = ("✗", "$error")
    BUSY = ("…", "$quiet")


class MessageLine(Bar):
    """The last news, until something else happens."""

    DEFAULT_CSS = "MessageLine { height: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._said: tuple[str, Tone, str, str] = ("", Tone.PLAIN, "", "")

    def say(self, text: str, tone: Tone = Tone.PLAIN, *, aside: str = "", mend: str = "") -> None:
        """Show a sentence with a sign; ``mend`` names what ``ctrl+o`` does about it."""
        self._said = (text, tone, aside, mend)
        self._write()

    def on_resize(self) -> None:
        """Cut the sentence for the new width."""
        self._write()

    def _write(self) -> None:
        text, tone, aside, mend = self._said
        if not text:
            self.set_words(())
            return
        sign, colour = tone.value
        tail = []
        if mend:
            tail += [Word("  ▸ ", "$accent"), Word(f"{key_label('ctrl+o')} {mend}", "bold $accent", self._mend, tr("Do this."))]
        if aside:
            tail.append(Word(f"  {aside} ", "$quiet"))
        room = self.size.width - 3 - sum(cell_len(word.text) for word in tail)
        sentence = Word(cut(text, max(room, 20)), colour if tone is Tone.BAD else "")
        self.set_words([Word(f" {sign} ", f"bold {colour}"), sentence, *tail])

    def _mend(self) -> None:
        self.app.post_message(events.Key("ctrl+o", None))
