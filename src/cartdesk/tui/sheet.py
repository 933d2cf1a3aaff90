"""What the pages beside the desk have in common: which side of the tax they show, the bill's terms, and a footer that tells the truth.

Every page that is opened over the desk is a :class:`Sheet`; see :mod:`cartdesk.tui.screens` for how one is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from textual.keys import key_to_character
from textual.widgets import Input

from cartdesk.tui.page import Page

if TYPE_CHECKING:
    from cartdesk.documents.words import ShowTax
    from cartdesk.tui.keys import Hint

USUAL_DAY = 1
"""The bill day of a cart that has none of its own."""


class Sheet(Page):
    """A page over the desk. On short terminals too its own keys have a line of their own in the footer."""

    DEFAULT_CSS = """
    Sheet.-short KeyBar { height: 2; }
    """

    @property
    def side(self) -> ShowTax:
        """Whether amounts are shown with tax or without."""
        return "excluded" if self.desk.view.show_tax == "excluded" else "included"

    @property
    def bill_terms(self) -> tuple[date, int]:
        """The day the current cart's service starts, and its bill day."""
        cart = self.desk.cart
        today = self.desk.now().date()
        if cart is None:
            return today, USUAL_DAY
        return date.fromisoformat(cart.notes.start) if cart.notes.start else today, cart.notes.bill_cycle_day or USUAL_DAY

    def hints(self) -> Iterator[Hint]:
        """Yield the keys that work now; a letter is no key while a line is typed in."""
        typing = isinstance(self.focused, Input)
        for hint in super().hints():
            if not (typing and hint.local and _is_letter(hint.key)):
                yield hint


def _is_letter(key: str) -> bool:
    character = key_to_character(key)
    return character is not None and character.isprintable()
