"""One agent's workspace: the carts at hand, the catalog and the store, tied together once, and every action as a command.

The faces (screen, prompt, command line) work through :class:`Desk` alone. Importing this loads no models and no screen.
"""

from __future__ import annotations

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

__all__ = [
    "LETTERS", "AreaView", "CartView", "Command", "Desk", "DeskView", "DetailView", "EveryView", "FindingView", "Focus", "Keymap",
    "LineView", "Outcome", "PhaseView", "Preview", "Show", "SyncView", "cache_dir", "for_context", "key_label", "make_data_dir", "new_id",
    "parse", "registry", "store_path",
]  # fmt: skip
