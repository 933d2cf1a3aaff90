"""Keys in order: which command a key means here, how a key is named to people, and how one key waits for the one before.

``CartdeskApp`` owns the gate; pages ask :func:`command_for` and the footer asks :func:`hints`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from textual.keys import key_to_character
from textual.message import Message

if TYPE_CHECKING:
    from cartdesk.desk.command import Command, Focus

_LABELS = {
    "plus": "+", "minus": "-", "delete": "Del", "backspace": "Bksp", "enter": "Enter", "escape": "Esc", "tab": "Tab", "space": "Space",
    "slash": "/", "question_mark": "?", "pageup": "PgUp", "pagedown": "PgDn", "up": "↑", "down": "↓", "left": "←", "right": "→",
    "equals_sign": "=", "asterisk": "*", "full_stop": ".", "comma": ",", "number_sign": "#", "percent_sign": "%",
}  # fmt: skip
_EDITING = frozenset(
    "delete backspace enter escape tab shift+tab up down left right home end pageup pagedown space "
    "ctrl+a ctrl+e ctrl+w ctrl+u ctrl+k ctrl+d ctrl+f ctrl+h ctrl+v ctrl+x ctrl+c "
    "ctrl+left ctrl+right shift+left shift+right shift+home shift+end ctrl+shift+left ctrl+shift+right".split()
)
"""What a text field needs for itself."""


class KeySettled(Message):
    """Follows a key on its way up from the widget that got it; when it reaches the app, that key has been answered."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One key that works now, for the footer and the palette."""

    key: str
    """Textual's name of the key."""
    word: str
    """The word beside it."""
    tip: str = ""
    """What it does, in a sentence."""
    local: bool = False
    """True when it belongs to the focused pane rather than to the whole desk."""


def key_label(key: str) -> str:
    """Return the name people know a key by: ``f1`` → ``F1``, ``ctrl+q`` → ``^q``, ``plus`` → ``+``."""
    if key.startswith("ctrl+"):
        return "^" + key_label(key.removeprefix("ctrl+"))
    if key.startswith("alt+"):
        return "Alt-" + key_label(key.removeprefix("alt+"))
    if key.startswith("f") and key[1:].isdigit():
        return key.upper()
    return _LABELS.get(key, key)


def is_typing(key: str) -> bool:
    """Return whether a text field that has the focus keeps this key for itself."""
    return key in _EDITING or key_to_character(key) is not None


@lru_cache(maxsize=64)
def commands_by_key(contexts: tuple[str, ...]) -> Mapping[str, type[Command]]:
    """Return the commands that keys mean in these contexts; the first context that knows a key decides what it means."""
    from cartdesk.desk.commands import registry

    found: dict[str, type[Command]] = {}
    for context in contexts:
        for command in registry():
            if context in command.where:
                for key in command.keys:
                    found.setdefault(key, command)
    return found


def command_for(key: str, contexts: tuple[str, ...], focus: Focus) -> Command | None:
    """Return the command a key means here and now."""
    command = commands_by_key(contexts).get(key)
    return None if command is None else command.from_focus(focus)


def hints(contexts: tuple[str, ...], focus: Focus) -> Iterator[Hint]:
    """Yield the footer's keys that work here and now, those of the focused pane first."""
    shown: set[type[Command]] = set()
    for key, command in commands_by_key(contexts).items():
        if command.footer and command not in shown and command.from_focus(focus) is not None:
            shown.add(command)
            yield Hint(key, command.label, command.help(), local="anywhere" not in command.where)
