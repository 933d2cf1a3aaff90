"""The message line: one sentence about what just happened, and the key that undoes or mends it.

Pages have one above the footer; ``CartdeskApp`` writes to it after every command.
"""

from __future__ import annotations

from enum import Enum

from textual import events

from cartdesk.tui.keys import key_label
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

    def say(self, text: str, tone: Tone = Tone.PLAIN, *, aside: str = "", mend: str = "") -> None:
        """Show a sentence with a sign; ``mend`` names what ``ctrl+o`` does about it."""
        if not text:
            self.set_words(())
            return
        sign, colour = tone.value
        words = [Word(f" {sign} ", f"bold {colour}"), Word(text, colour if tone is Tone.BAD else "")]
        if mend:
            words += [Word("  ▸ ", "$accent"), Word(f"{key_label('ctrl+o')} {mend}", "bold $accent", self._mend, "Do this.")]
        if aside:
            words.append(Word(f"  {aside}", "$quiet"))
        self.set_words(words)

    def _mend(self) -> None:
        self.app.post_message(events.Key("ctrl+o", None))
