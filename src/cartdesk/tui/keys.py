"""Keys: which command one means here, and which the footer shows.

Pages ask :func:`command_for` and :func:`hints`. The registry is loaded by the first question, which comes after the first picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from textual.keys import key_to_character

from cartdesk.language import tr

if TYPE_CHECKING:
    from cartdesk.desk.command import Command, Focus
    from cartdesk.desk.keys import Keymap

__all__ = ["Hint", "command_for", "commands_by_key", "hints", "is_function_key", "is_typing", "key_label"]

_EDITING = frozenset({
    "delete", "backspace", "enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pageup", "pagedown",
    "space", "ctrl+left", "ctrl+right", "shift+left", "shift+right", "shift+home", "shift+end", "ctrl+shift+left", "ctrl+shift+right",
    *(f"ctrl+{letter}" for letter in "aewukdfhvxc"),
})  # fmt: skip
"""What a text field needs for itself."""


class Hint(NamedTuple):
    """One key that works now, for the footer."""

    key: str
    """Textual's name of the key."""
    word: str
    """The word beside it."""
    tip: str = ""
    """What it does, in a sentence."""
    name: str = ""
    """What the command behind it is called; nothing for a page's own key."""
    local: bool = False
    """True when it belongs to the focused pane rather than to the whole desk."""


def key_label(key: str) -> str:
    """Return a key as the footer shows it; those that no command may have are named here."""
    from cartdesk.desk import keys

    return {"tab": tr("Tab"), "shift+tab": "Shift+Tab", "escape": tr("Esc")}.get(key) or keys.key_label(key)


def is_function_key(key: str) -> bool:
    """Return whether ``key`` is one of F1 to F24."""
    return key[:1] == "f" and key[1:].isdigit()


def is_typing(key: str) -> bool:
    """Return whether a text field that has the focus keeps this key for itself."""
    return key in _EDITING or key_to_character(key) is not None


def commands_by_key(contexts: tuple[str, ...], keymap: Keymap | None = None) -> Mapping[str, type[Command]]:
    """Return the commands that keys mean in these contexts; the first context that knows a key decides what it means."""
    from cartdesk.desk.commands import works_in
    from cartdesk.desk.keys import Keymap

    keymap = keymap or Keymap.make()
    found: dict[str, type[Command]] = {}
    for context in contexts:
        for command in keymap.classes:
            if works_in(command, context):
                for key in keymap.keys[command.name]:
                    found.setdefault(key, command)
    return found


def command_for(key: str, contexts: tuple[str, ...], focus: Focus, keymap: Keymap) -> Command | None:
    """Return the command a key means here and now."""
    for context in contexts:
        command = keymap.command(key, context)
        if command is not None:
            return command.from_focus(focus)
    return None


def hints(by_key: Mapping[str, type[Command]], contexts: tuple[str, ...], focus: Focus) -> Iterator[Hint]:
    """Yield the keys the footer shows here and now: all of the focused pane's, and those that ask to be shown.

    Args:
        by_key: what :func:`commands_by_key` answers for the contexts.
        contexts: the nearest first.
        focus: what the keys would act on.
    """
    shown: set[type[Command]] = set()
    pane = contexts[0] if len(contexts) > 2 else None
    for key, command in by_key.items():
        if (command.footer or pane in command.where) and command not in shown and command.from_focus(focus) is not None:
            shown.add(command)
            yield Hint(key, tr(command.label), tr(command.help()), command.name, local=not is_function_key(key))
