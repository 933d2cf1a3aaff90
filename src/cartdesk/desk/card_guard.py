"""No payment card's number gets in by any command: what every one of them is told is looked at before it runs.

``Desk`` asks here; what a field of its own allows (a phone number behind a +, a serial number that a catalog's pattern expects) it says so.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from cartdesk.errors import EntryError
from cartdesk.language import tr

if TYPE_CHECKING:
    from cartdesk.desk.command import Command
    from cartdesk.desk.grammar import Part

CODES = frozenset({"code", "cart_id", "order_id", "item_id", "letter"})
"""Fields that name something that is there already, by an id that may be long and all digits."""


def refuse_cards(command: Command, part: Part | None = None) -> None:
    """Refuse a command that was told a payment card's number.

    Args:
        command: the command.
        part: the part of the entry it was read from.

    Raises:
        EntryError: it was; ``at`` says where.
    """
    from cartdesk.selling.free_text import has_card_number, is_card_as_phone

    phone = getattr(command, "field", None) == "phone"
    for each in fields(command):
        value = getattr(command, each.name)
        if not isinstance(value, str) or each.name in CODES or each.name in command.numbers:
            continue
        if is_card_as_phone(value) if phone or each.name == "phone" else has_card_number(value):
            at = 0 if part is None else part.spots.get(each.name, part.at)
            raise EntryError(tr("That looks like a payment card's number, which is never typed or stored here; leave it out."), at=at)
