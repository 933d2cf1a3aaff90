"""The footer: the keys that work now, each of which can be clicked.

``Page`` fills it from the command registry and its own bindings.
"""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from textual import events
from textual.keys import key_to_character

from cartdesk.tui.keys import Hint, key_label
from cartdesk.tui.widgets.bar import Bar, Word


class KeyBar(Bar):
    """Keys and words: those of the focused pane above, the desk's below; on low terminals all on one line."""

    DEFAULT_CSS = """
    KeyBar { height: 1; }
    Page.-tall KeyBar { height: 2; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._hints: tuple[Hint, ...] = ()

    @property
    def shown(self) -> tuple[Hint, ...]:
        """The hints that fit and are on the screen."""
        rows = self._layout()
        return tuple(hint for row in rows for hint in row)

    def show(self, hints: tuple[Hint, ...]) -> None:
        """Show these keys, as far as they fit; earlier ones are kept first."""
        self._hints = hints
        self._write()

    def on_resize(self) -> None:
        """Show as many as fit now."""
        self._write()

    def _layout(self) -> tuple[tuple[Hint, ...], ...]:
        local = [hint for hint in self._hints if hint.local]
        wide = [hint for hint in self._hints if not hint.local]
        rows = (local, wide) if self.size.height > 1 else (wide + local,)
        return tuple(_fitting(row, self.size.width) for row in rows)

    def _write(self) -> None:
        rows = []
        for row in self._layout():
            words = [Word(" ")]
            for hint in row:
                press = self._presser(hint.key)
                words.append(Word(key_label(hint.key), "bold $accent", press, hint.tip))
                words.append(Word(f" {hint.word} ", "", press, hint.tip))
            rows.append(words)
        self.set_words(*rows)

    def _presser(self, key: str) -> Callable[[], object]:
        return lambda: self.app.post_message(events.Key(key, key_to_character(key)))


def _fitting(hints: list[Hint], width: int) -> tuple[Hint, ...]:
    left, fitting = width - 1, []
    for hint in hints:
        left -= cell_len(f"{key_label(hint.key)} {hint.word} ")
        if left < 0:
            break
        fitting.append(hint)
    return tuple(fitting)
