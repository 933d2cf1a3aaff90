"""One agent's workspace: the carts at hand, the catalog and the store, tied together once, and every action as a command.

The faces (screen, prompt, command line) work through :class:`Desk` alone. Importing this loads nothing but what is
named: a face paints where the agent stopped before a single command class is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cartdesk.desk.command import Command, Focus, Outcome, Show
    from cartdesk.desk.commands import for_context, registry
    from cartdesk.desk.desk import Desk
    from cartdesk.desk.grammar import parse
    from cartdesk.desk.keys import Keymap, key_label
    from cartdesk.desk.places import cache_dir, make_data_dir, new_id, store_path
    from cartdesk.desk.previews import Preview
    from cartdesk.desk.view import (
        LETTERS,
        AreaView,
        CartView,
        DeskView,
        DetailView,
        EveryView,
        FindingView,
        LineView,
        PhaseView,
        SyncView,
    )

_HOMES = {
    "command": "Command Focus Outcome Show",
    "commands": "for_context registry",
    "desk": "Desk",
    "grammar": "parse",
    "keys": "Keymap key_label",
    "places": "cache_dir make_data_dir new_id store_path",
    "previews": "Preview",
    "view": "LETTERS AreaView CartView DeskView DetailView EveryView FindingView LineView PhaseView SyncView",
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [
    "LETTERS", "AreaView", "CartView", "Command", "Desk", "DeskView", "DetailView", "EveryView", "FindingView", "Focus", "Keymap",
    "LineView", "Outcome", "PhaseView", "Preview", "Show", "SyncView", "cache_dir", "for_context", "key_label", "make_data_dir", "new_id",
    "parse", "registry", "store_path",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'cartdesk.desk' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"cartdesk.desk.{module}"), name)
    globals()[name] = value
    return value
