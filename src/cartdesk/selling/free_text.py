"""What people type freely, cleaned or refused: notes, labels, names, reasons.

Called wherever such text enters a cart; nothing that looks like a payment card's number ever gets into one.
"""

from __future__ import annotations

import re

from cartdesk.errors import Refused
from cartdesk.language import grouped, tr

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_BREAKS = re.compile("[\t\n]")
_RUN = re.compile(r"\d(?:[ .\-\u00a0\u2010-\u2015\u202f]?\d){12,}")
_CARD_BEHIND_PLUS = re.compile(r"\+(?:3[47]\d{13}|3[0689]\d{12}|\d{16,19})")
_SEPARATOR = re.compile(r"\D")
_LOOSE_RUN = re.compile(r"\d(?:[\W_]{0,3}\d){12,}")
"""Digits with up to three signs of any kind between them."""
_CARD_GROUPS = ((4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 5), (6, 13))
_SHORTEST_CARD, _LONGEST_CARD = 13, 19


def clean_text(text: str, what: str, *, limit: int, lines: bool = False, cards: bool = False) -> str:
    """Return ``text`` without space around it, or refuse it.

    Args:
        text: what was typed.
        what: its name in the sentence: "The note".
        limit: the longest it may be, in characters.
        lines: whether it may have several lines.
        cards: whether long numbers are expected here (a serial number that fits its pattern), so that none is taken for a card's.

    Raises:
        Refused: empty, too long, with control characters, or with a payment card's number in it.
    """
    stripped = text.replace("\r\n", "\n").strip()
    if len(stripped) > limit:
        raise Refused(
            tr("{what} is {n} characters long; shorten it to {limit}.", what=what, n=grouped(len(stripped)), limit=grouped(limit))
        )
    if _STEERING.search(stripped) or (not lines and _BREAKS.search(stripped)):
        raise Refused(tr("{what} has control characters in it; type it again without them.", what=what))
    if not any(character.isprintable() for character in stripped):
        raise Refused(tr("{what} is empty; type something.", what=what))
    if not cards:
        refuse_card_number(stripped, what)
    return stripped


def refuse_card_number(text: str, what: str) -> None:
    """Refuse text with something in it that reads as a payment card's number.

    Raises:
        Refused: 13 to 19 digits whose check digit is right.
    """
    if has_card_number(text):
        raise Refused(tr("{what} seems to hold a payment card's number, which is never stored here; leave it out.", what=what))


def has_card_number(text: str) -> bool:
    """Say whether ``text`` has a run of 13 to 19 digits, spaced or not, whose check digit (Luhn) is right.

    Between the digits may stand single spaces, points and dashes; other or more signs only where the digits are grouped as on a card, or
    all alike, so that two phone numbers behind each other are no card.
    """
    return any(_holds_card(match[0]) for match in _RUN.finditer(text)) or any(
        _is_grouped_card(match[0]) for match in _LOOSE_RUN.finditer(text)
    )


def is_card_as_phone(text: str) -> bool:
    """Say whether what is typed as a phone number is a payment card's.

    Behind a +, the digits of a phone number may have a card's check digit by chance; only lengths that no country's numbers have, and
    beginnings that cards of that length have, are a card's.
    """
    plain = "".join(character for character in text if character.isdigit() or character == "+")
    return has_card_number(text) and (not plain.startswith("+") or _CARD_BEHIND_PLUS.fullmatch(plain) is not None)


def _holds_card(run: str) -> bool:
    groups = [group for group in _SEPARATOR.split(run) if group]
    if _is_card("".join(groups)) or any(_is_card(group) for group in groups):
        return True
    lengths = tuple(map(len, groups))
    for layout in _CARD_GROUPS:
        for start in range(len(groups) - len(layout) + 1):
            end = start + len(layout)
            if lengths[start:end] == layout and _is_card("".join(groups[start:end])):
                return True
    return False


def _is_grouped_card(run: str) -> bool:
    """Say whether digits with any signs between them are a card's: in a card's groups, or in groups of one length up to four."""
    groups = [group for group in _SEPARATOR.split(run.replace("_", " ")) if group]
    lengths = tuple(map(len, groups))
    if len(set(lengths[:-1])) == 1 and lengths[0] <= 4 and lengths[-1] <= lengths[0] and _is_card("".join(groups)):
        return True
    for layout in _CARD_GROUPS:
        for start in range(len(groups) - len(layout) + 1):
            end = start + len(layout)
            if lengths[start:end] == layout and _is_card("".join(groups[start:end])):
                return True
    return False


def _is_card(digits: str) -> bool:
    if not _SHORTEST_CARD <= len(digits) <= _LONGEST_CARD:
        return False
    total = 0
    for place, character in enumerate(reversed(digits)):
        digit = int(character)
        total += digit if place % 2 == 0 else sum(divmod(digit * 2, 10))
    return total % 10 == 0
