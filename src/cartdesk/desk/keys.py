"""Which key does what where: the classes' own keys, and a user's changes to them, checked before any of it counts.

Faces ask a :class:`Keymap` for the class a key means and for the keys to show; the settings screen shows its faults.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cartdesk.desk.command import CONTEXTS, Command
from cartdesk.desk.commands import registry, works_in
from cartdesk.language import cached, message, tr
from cartdesk.text import safe_text

RESERVED = frozenset({"tab", "shift+tab", "escape", "ctrl+c"})
"""Keys that move the focus, go back and copy everywhere; no command may take them."""

_PLAIN = frozenset(
    {"enter", "delete", "backspace", "insert", "home", "end", "pageup", "pagedown", "up", "down", "left", "right", "space"}
    | {f"f{number}" for number in range(1, 25)}
)
_SIGNS = {"plus": "+", "minus": "-", "slash": "/", "backslash": "\\", "at": "@", "underscore": "_"}
_SHOWN = {
    "enter": message("Enter"), "delete": message("Del"), "backspace": message("Bksp"), "insert": message("Ins"), "home": message("Home"),
    "end": message("End"), "pageup": message("PgUp"), "pagedown": message("PgDn"), "space": message("Space"),
    "up": "↑", "down": "↓", "left": "←", "right": "→",
}  # fmt: skip
_HELD = {"ctrl": message("Ctrl"), "alt": message("Alt"), "shift": message("Shift")}
_KEY = re.compile(r"((?:(?:ctrl|alt|shift|super|hyper|meta)\+)*)([a-z0-9_]+|[A-Z])")


def is_key(key: str) -> bool:
    """Say whether ``key`` is the name of a key as Textual writes them: ``f8``, ``ctrl+z``, ``plus``, ``question_mark``."""
    match = _KEY.fullmatch(key)
    return match is not None and (len(match[2]) == 1 or match[2] in _PLAIN or _sign(match[2]) is not None)


@cached(256)
def key_label(key: str) -> str:
    """Return a key as the footer shows it: ``F8``, ``Ctrl+Z``, ``+``, ``?``."""
    *modifiers, name = key.split("+")
    shown = tr(_SHOWN[name]) if name in _SHOWN else _sign(name) or (name.upper() if name in _PLAIN or modifiers else name)
    return "+".join((*(tr(_HELD.get(each, each.capitalize())) for each in modifiers), shown))


def _sign(name: str) -> str | None:
    if name in _SIGNS:
        return _SIGNS[name]
    try:
        return unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return None


@dataclass(frozen=True)
class Keymap:
    """What every key does in every context."""

    keys: Mapping[str, tuple[str, ...]]
    """The keys of each class by its name."""
    faults: tuple[str, ...] = ()
    """Sentences about the changes that were not taken."""
    classes: tuple[type[Command], ...] = field(default_factory=registry)

    @classmethod
    def make(cls, changes: Mapping[str, object] | None = None, classes: Sequence[type[Command]] | None = None) -> Keymap:
        """Return the key map with a user's changes; a bad one keeps the class's own keys and is named among the faults.

        Args:
            changes: from a class's name to its keys: ``{"cart.hold": ["f12"]}``, or one text with commas.
            classes: the classes; all of the registry's where left out.
        """
        known = tuple(classes) if classes is not None else registry()
        own = {each.name: each.keys for each in known}
        keys, faults = dict(own), []
        for name, wanted in (changes or {}).items():
            read = _read(wanted)
            if name not in own:
                faults.append(tr("Keys: there is no command «{name}».", name=safe_text(str(name), 40)))
            elif read is None:
                faults.append(
                    tr(
                        "Keys: {name} needs one key or a list of keys, such as f12 or ctrl+t; it keeps {listed}.",
                        name=name,
                        listed=_listed(own[name]),
                    )
                )
            elif (bad := next((key for key in read if not is_key(key) or key in RESERVED), None)) is not None:
                faults.append(
                    tr(
                        "Keys: «{bad}» cannot be the key of {name}; it keeps {listed}.",
                        bad=safe_text(bad, 40),
                        name=name,
                        listed=_listed(own[name]),
                    )
                )
            elif clash := _clash(known, {**keys, name: read}, name):
                faults.append(tr("Keys: {clash}; {name} keeps {listed}.", clash=clash, name=name, listed=_listed(own[name])))
            else:
                keys[name] = read
        return cls(keys, tuple(faults), known)

    def command(self, key: str, where: str) -> type[Command] | None:
        """Return the class that a key means in a context, or None."""
        return next((each for each in self.classes if key in self.keys[each.name] and works_in(each, where)), None)

    def label(self, command: type[Command]) -> str:
        """Return the first key of a class as it is shown; empty where it has none."""
        keys = self.keys.get(command.name, ())
        return key_label(keys[0]) if keys else ""

    def footer(self, where: str) -> tuple[tuple[str, type[Command]], ...]:
        """Return what the footer shows in a context: (key, class) in the registry's order."""
        return tuple((self.label(each), each) for each in self.classes if each.footer and self.keys[each.name] and works_in(each, where))


def faults_of(classes: Sequence[type[Command]]) -> list[str]:
    """Return what is wrong with the classes' own declarations: names, keys, contexts and clashes."""
    found = []
    names = [each.name for each in classes]
    found += [f"{name} is declared twice" for name in sorted(set(names)) if names.count(name) > 1]
    for each in classes:
        found += [f"{each.__name__} needs a {what}" for what in ("name", "label", "group") if not getattr(each, what)]
        found += [f"{each.name}: {key} is not a key it may have" for key in each.keys if not is_key(key) or key in RESERVED]
        found += [f"{each.name}: there is no context {where}" for where in sorted(each.where - CONTEXTS)]
    own = {each.name: each.keys for each in classes}
    found += [clash for each in classes if (clash := _clash(classes, own, each.name))]
    return found


def _clash(classes: Sequence[type[Command]], keys: Mapping[str, tuple[str, ...]], name: str) -> str | None:
    """Return why ``name`` cannot have its keys: another class has one of them in the same context."""
    ours = next(each for each in classes if each.name == name)
    for theirs in classes:
        if theirs is ours:
            continue
        shared = set(keys[name]) & set(keys[theirs.name])
        if shared and any(works_in(ours, where) and works_in(theirs, where) for where in CONTEXTS - {"anywhere"}):
            return tr("{key_label} is {label} ({name}) already", key_label=key_label(min(shared)), label=tr(theirs.label), name=theirs.name)
    return None


def _read(wanted: object) -> tuple[str, ...] | None:
    if isinstance(wanted, str):
        return tuple(key.strip() for key in wanted.split(",") if key.strip())
    if isinstance(wanted, (list, tuple)) and all(isinstance(key, str) for key in wanted):
        return tuple(wanted)
    return None


def _listed(keys: tuple[str, ...]) -> str:
    return ", ".join(map(key_label, keys)) if keys else tr("no key")
