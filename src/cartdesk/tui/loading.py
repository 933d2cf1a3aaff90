"""What is loaded only after the first picture: the commands, the models, the palette.

``CartdeskApp`` runs the loaders on the desk's own thread, so that every command waits for them and the screen does not.
"""

from __future__ import annotations

import gc
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from textual.app import App
    from textual.command import Provider

    from cartdesk.desk import Desk
    from cartdesk.desk.keys import Keymap
    from cartdesk.documents.script import Statement
    from cartdesk.pricing.priced import PricedCart


def load_keymap(desk: Desk) -> Keymap:
    """Load the command classes and return the key map with this seat's changes."""
    from cartdesk.desk.keys import Keymap

    return Keymap.make(desk.store.setting("keys"))


def load_models(desk: Desk, for_good: bool) -> None:
    """Import what commands need, off the event loop, and price the cart as of now.

    Where the process is this shop's alone, what was loaded is kept out of the garbage collector's way for good.
    """
    for name in ("cartdesk.tmf.cart", "cartdesk.tmf.catalog", "cartdesk.pricing", "cartdesk.selling"):
        import_module(name)
    if for_good:
        gc.freeze()
        gc.enable()
    desk.refresh()


def read_aloud(desk: Desk, priced: PricedCart, now: datetime, method: str) -> Sequence[Statement]:
    """Return what is to be read aloud of a cart; the desk asks it."""
    from cartdesk.documents.checkout_text import read_aloud

    return read_aloud(desk, priced, now, method)


def command_provider() -> type[Provider]:
    """Return the palette's provider of commands."""
    from cartdesk.tui.palette import CommandProvider

    return CommandProvider


def offering_provider() -> type[Provider]:
    """Return the palette's provider of offerings."""
    from cartdesk.tui.palette import OfferingProvider

    return OfferingProvider


def cart_provider() -> type[Provider]:
    """Return the palette's provider of carts."""
    from cartdesk.tui.palette import CartProvider

    return CartProvider


def customer_provider() -> type[Provider]:
    """Return the palette's provider of customers."""
    from cartdesk.tui.palette import CustomerProvider

    return CustomerProvider


PROVIDERS: set[type[Provider] | Callable[[], type[Provider]]] = {command_provider, offering_provider, cart_provider, customer_provider}
"""What the palette looks through."""


def open_palette(app: App[Any]) -> None:
    """Open the palette, unless it is open."""
    from cartdesk.tui.palette import Palette

    if not Palette.is_open(app):
        app.push_screen(Palette(id="--command-palette"))
