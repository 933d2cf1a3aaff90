"""The short code of a cart: small enough to be read out and typed, and still the whole cart, by places in the catalog both sides have.

The kiosk shows it below the QR code. A desk whose catalog has other offerings at these places finds that the signature does not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cartdesk.desk.handoff import MOST_LINES, HandedLine, body_of, chosen_on, fresh_line, sign
from cartdesk.errors import Refused
from cartdesk.language import message, tr

if TYPE_CHECKING:
    from cartdesk.catalog import Catalog
    from cartdesk.selling.bundles import Ids

LONGEST = 32
"""Characters of a code that anybody would type; a larger cart has none."""
SCANNED = 400
"""Characters of one that is scanned."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKS_LIKE = str.maketrans("ILOU", "110V")
_SIGNED = 30
"""Bits of the signature: enough against slips; whoever guesses a code gains no more than a cart they could have typed."""
_OTHER = message(
    "This code does not fit: a letter is wrong, or it is from another shop or edition of the catalog. Scan the QR code instead."
)


def short_code(lines: Sequence[HandedLine], key: bytes, catalog: Catalog, *, longest: int = LONGEST) -> str | None:
    """Return the code, as ``K-7Q2M-9XRB-4TZC``; None where the cart is too large for one.

    Args:
        lines: the cart.
        key: the shop's.
        catalog: what both sides have.
        longest: how many characters it may have; more where it is scanned and not typed.
    """
    bits = _Writer()
    width = _width(catalog)
    bits.count(len(lines))
    for line in lines:
        number = catalog.number(line.offering_id)
        if number is None or not line.quantity:
            return None
        bits.put(number, width)
        bits.count(line.quantity)
        bits.count(len(line.places) + 1)
        for place, option in line.places:
            bits.count(place + 1)
            bits.count(option + 1)
    bits.put(_mark(lines, key), _SIGNED)
    text = bits.text()
    return "-".join(("K", *(text[at : at + 4] for at in range(0, len(text), 4)))) if len(text) <= longest else None


def read_code(code: str, key: bytes, catalog: Catalog, ids: Ids) -> tuple[HandedLine, ...]:
    """Read what :func:`short_code` wrote.

    Raises:
        Refused: it does not fit this shop's key and catalog.
    """
    text = code.strip().upper().removeprefix("K").replace("-", "").replace(" ", "").translate(_LOOKS_LIKE)
    try:
        bits = _Reader(text)
        width = _width(catalog)
        lines = tuple(_line(bits, catalog, width, ids) for _ in range(bits.count(MOST_LINES)))
        mark = bits.take(_SIGNED)
    except (ValueError, IndexError):
        raise Refused(tr(_OTHER)) from None
    if mark != _mark(lines, key) or not lines:
        raise Refused(tr(_OTHER))
    return lines


def _line(bits: _Reader, catalog: Catalog, width: int, ids: Ids) -> HandedLine:
    row = catalog.row(bits.take(width))
    quantity = bits.count(9_999)
    places = [(bits.count(200) - 1, bits.count(9_999) - 1) for _ in range(bits.count(200) - 1)]
    if not places:
        return HandedLine(row.id, quantity)
    trial = fresh_line(catalog, row.id, ids)
    for place, option in places:
        setting = trial.settings()[place]
        trial = trial.choosing(setting, setting.values[option][1] if setting.values else str(option))
    return HandedLine(row.id, quantity, chosen_on(trial), tuple(places))


def _mark(lines: Sequence[HandedLine], key: bytes) -> int:
    return int.from_bytes(sign(key, b"code", body_of(lines))[:4]) >> (32 - _SIGNED)


def _width(catalog: Catalog) -> int:
    return max((len(catalog) - 1).bit_length(), 1)


class _Writer:
    """Bits, the first one first."""

    def __init__(self) -> None:
        self._bits: list[int] = []

    def put(self, value: int, width: int) -> None:
        """Add a number of so many bits."""
        self._bits += [value >> place & 1 for place in reversed(range(width))]

    def count(self, value: int) -> None:
        """Add a number from 1, in the fewer bits the smaller it is (Elias gamma)."""
        width = value.bit_length()
        self.put(0, width - 1)
        self.put(value, width)

    def text(self) -> str:
        """Return all of them as letters and digits."""
        bits = self._bits + [0] * (-len(self._bits) % 5)
        return "".join(_ALPHABET[int("".join(map(str, bits[at : at + 5])), 2)] for at in range(0, len(bits), 5))


class _Reader:
    """Bits, read in their order; raises ValueError at what is no code and IndexError at its end."""

    def __init__(self, text: str) -> None:
        if len(text) > SCANNED:
            raise ValueError("too long")
        number_of: Callable[[str], int] = _ALPHABET.index
        self._bits = [number_of(letter) >> place & 1 for letter in text for place in reversed(range(5))]
        self._at = 0

    def take(self, width: int) -> int:
        """Return a number of so many bits."""
        value = 0
        for _ in range(width):
            value = value << 1 | self._bits[self._at]
            self._at += 1
        return value

    def count(self, most: int) -> int:
        """Return a number from 1 to ``most``."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        value = 1 << zeros | self.take(zeros)
        if value > most:
            raise ValueError("too many")
        return value
