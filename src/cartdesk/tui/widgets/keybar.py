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

CAN_WAIT = ("f9", "f5", "f4", "f7", "f3")
"""The desk's keys that leave a narrow footer first, in this order."""


class KeyBar(Bar):
    """Keys and words: those of the focused pane above, the desk's below; on low terminals all on one line."""

    DEFAULT_CSS = "KeyBar { height: 1; }"

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
        if hints != self._hints:
            self._hints = hints
            self._write()

    def on_resize(self) -> None:
        """Show as many as fit now."""
        self._write()

    def _layout(self) -> tuple[tuple[Hint, ...], ...]:
        local = [hint for hint in self._hints if hint.local]
        desk = sorted((hint for hint in self._hints if not hint.local), key=lambda hint: (len(hint.key), hint.key))
        if self.size.height > 1:
            return _fitting(local, self.size.width), _fitting(desk, self.size.width)
        return (_fitting(desk + local, self.size.width),)

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
    """Return the hints that fit; what can wait goes first, then what stands last."""
    left = width - 1 - sum(_width(hint) for hint in hints)
    dispensable = sorted((hint for hint in hints if hint.key in CAN_WAIT), key=lambda hint: CAN_WAIT.index(hint.key))
    queue = [*[hint for hint in reversed(hints) if hint.local], *dispensable, *reversed(hints)]
    gone: set[str] = set()
    for hint in queue:
        if left >= 0:
            break
        if hint.key not in gone:
            gone.add(hint.key)
            left += _width(hint)
    return tuple(hint for hint in hints if hint.key not in gone)


def _width(hint: Hint) -> int:
    return cell_len(f"{key_label(hint.key)} {hint.word} ")
