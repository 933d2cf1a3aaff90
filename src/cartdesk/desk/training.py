"""Training: a store of its own in which nothing is real, marked for good, so that it is never sold from or sent by mistake.

``Desk.open`` calls :func:`begin_training`; the keeper shows the mark in every view, and what talks to a server asks for it first.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cartdesk.errors import Refused
from cartdesk.language import tr

if TYPE_CHECKING:
    from cartdesk.store import CartStore

TRAINING = "training"
"""The setting that says that nothing in a store is real. Once set it stays, wherever the store is opened from."""
FOLDER = "training"
"""The folder within the data folder that training has its store in."""


def training_dir(data_dir: Path) -> Path:
    """Return where training keeps its store; removing it begins anew."""
    return data_dir / FOLDER


def is_training(store: CartStore) -> bool:
    """Say whether nothing in a store is real."""
    return store.setting(TRAINING) is True


def begin_training(store: CartStore) -> None:
    """Mark a store as training's.

    Raises:
        Refused: real carts are in it.
    """
    if is_training(store) or store.read_only:
        return
    if store.cart_rows():
        raise Refused(tr("There are real carts in the folder for training; move them away, or choose another with --data-dir."))
    store.set_setting(TRAINING, True)


def refuse_training(store: CartStore) -> None:
    """Raise Refused where a store must not talk to a server."""
    if is_training(store):
        raise Refused(tr("This is training: nothing here is real, so nothing is sent. Leave out --training to work with real carts."))
