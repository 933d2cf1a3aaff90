"""What the pages beside the desk have in common: which side of the tax they show, the bill's terms, and a footer that tells the truth.

Every page that is opened over the desk is a :class:`Sheet`; see :mod:`cartdesk.tui.screens` for how one is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from textual.widgets import Input

from cartdesk.tui.keys import is_function_key
from cartdesk.tui.latest import Latest
from cartdesk.tui.page import Page
from cartdesk.tui.widgets.message import Tone

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.documents.words import ShowTax
    from cartdesk.tui.keys import Hint

_NOT_TYPED = frozenset(
    ["escape", "enter", "tab", "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete", "backspace"]
)
USUAL_DAY = 1
"""The bill day of a cart that has none of its own."""


class Sheet(Page):
    """A page over the desk. On short terminals too its own keys have a line of their own in the footer."""

    DEFAULT_CSS = """
    Sheet.-short KeyBar { height: 2; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._lookups: list[Latest[Any]] = []

    def asking(self, show: Callable[[Any], None]) -> Latest[Any]:
        """Return something to ask the desk's thread with; ``show`` takes the answer on the event loop."""
        lookup: Latest[Any] = Latest(show, self.gone_wrong)
        self._lookups.append(lookup)
        return lookup

    def gone_wrong(self, error: BaseException) -> None:
        """Say what is wrong with an answer that could not be had."""
        self.shop.answer_error(error)

    def leave(self, said: str = "", aside: str = "") -> None:
        """Go back to the page below, and say there what was done. The app does it, since a page cannot wait for its own end."""
        self.shop.before_next_key(lambda: self._left(said, aside))

    def go_to_desk(self) -> None:
        """Go back to the desk, past every page between."""
        from cartdesk.desk.command import Show

        self.shop.before_next_key(lambda: self.shop.show(Show("desk")))

    async def _left(self, said: str, aside: str) -> None:
        await self.shop.action_close_page()
        if said:
            self.shop.say(said, Tone.GOOD, aside=aside)

    @property
    def is_quiet(self) -> bool:
        """True when every answer that was asked for is shown."""
        return all(lookup.is_quiet for lookup in self._lookups)

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
        """Yield the keys that work now; what a line types or edits with is no key while it has the focus."""
        typing = isinstance(self.focused, Input)
        for hint in super().hints():
            if not (typing and hint.local and _is_typed(hint.key)):
                yield hint


def _is_typed(key: str) -> bool:
    """Say whether a line that has the focus types or edits with this key rather than leaving it to the page."""
    return "+" not in key and key not in _NOT_TYPED and not is_function_key(key)
