"""What a face tells the desk to read aloud before an order: the desk keeps which statements were said, and knows none of the words.

``Desk.script`` is set by the screen and the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from cartdesk.desk.desk import Desk
    from cartdesk.pricing.priced import PricedCart


class Statement(Protocol):
    """Something to be read aloud before an order."""

    @property
    def key(self) -> str:
        """What it is, the same for every cart."""
        ...

    @property
    def title(self) -> str:
        """What it is about, in a word or two."""
        ...

    @property
    def text(self) -> str:
        """The sentence."""
        ...

    @property
    def aloud(self) -> bool:
        """False for what is for the agent alone."""
        ...


Script: TypeAlias = "Callable[[Desk, PricedCart, datetime, str], Sequence[Statement]]"
"""Writes what is to be read aloud of a cart at a moment, paid in some way (as it was typed; empty while it is not known)."""
