"""A line to type in that takes no payment card's number: the moment one is whole, the line is emptied and the reason said.

Every line of the program is one; pages say what :class:`NoCards.Refused` tells them.
"""

from __future__ import annotations

from textual.message import Message
from textual.widgets import Input

from cartdesk.language import message

SENTENCE = message("That looks like a payment card's number, which is never typed or stored here; the card terminal reads cards.")
SHORTEST = 13
"""The fewest digits of a card's number."""


class NoCards(Input):
    """A line to type in."""

    takes_phone = False
    """True for a phone number, whose digits behind a + may look like a card's by chance."""

    class Refused(Message):
        """A card's number was typed or pasted, and is gone again."""

    def on_mount(self) -> None:
        """Stand still: nothing moves on a desk, and over a slow line every blink is a word."""
        self.cursor_blink = False

    def replace(self, text: str, start: int, end: int) -> None:
        """Put text in, unless that makes a card's number; then nothing of it stays."""
        first, last = sorted((max(0, start), min(len(self.value), end)))
        whole = f"{self.value[:first]}{text}{self.value[last:]}"
        if self.is_card(whole):
            self.value = ""
            self.post_message(self.Refused())
            return
        super().replace(text, start, end)

    def is_card(self, text: str) -> bool:
        """Say whether a text is to be refused here."""
        return is_card(text, as_phone=self.takes_phone)


def is_card(text: str, *, as_phone: bool = False) -> bool:
    """Say whether a text holds a payment card's number; of a phone number, whether it can be nothing else."""
    if sum(map(str.isdigit, text)) < SHORTEST:
        return False
    from cartdesk.selling.free_text import has_card_number, is_card_as_phone

    return is_card_as_phone(text) if as_phone else has_card_number(text)
