"""Offerings by the number in their barcode, as a scanner sends it.

TM Forum has no member of its own for it: it stands in an offering's ``externalIdentifier`` (type GTIN, EAN, UPC or ISBN), in a member of
that name, or in its specification's ``productNumber``. ``shop`` makes the list when the first number is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cartdesk.catalog.scan import decode

if TYPE_CHECKING:
    from cartdesk.catalog.index import Index
    from cartdesk.catalog.records import Records

_LENGTHS = frozenset({8, 12, 13, 14})
_LONGEST = 14
_KINDS = ("gtin", "ean", "upc", "isbn", "barcode")
_HINT = re.compile(rb'"(?:externalIdentifier|(?:gtin|ean|upc|isbn|barcode)[-_ ]?\d*)"', re.IGNORECASE)
_NUMBERED = re.compile(rb'"productNumber"')


def gtin(code: str) -> str | None:
    """Return a barcode's number with 14 digits, however many it was written with; None where it is none, or a digit was misread."""
    digits = code.strip()
    if len(digits) not in _LENGTHS or not (digits.isascii() and digits.isdigit()):
        return None
    whole = digits.zfill(_LONGEST)
    weighed = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(whole))
    return whole if weighed % 10 == 0 and int(whole) else None


class Barcodes:
    """The offerings of one index by the numbers in their barcodes."""

    def __init__(self, index: Index) -> None:
        self._found: dict[str, set[int]] = {}
        products = {identity: number for identity, value in _values(index.specifications, _NUMBERED) if (number := _number(value))}
        for place in range(len(index.offerings)):
            raw = bytes(index.offerings.get(place).raw)
            if not products and not _HINT.search(raw):
                continue
            value = decode(raw)[0]
            found = set(_numbers(value))
            specification = value.get("productSpecification")
            if not found and isinstance(specification, dict) and specification.get("id") in products:
                found = {products[specification["id"]]}
            for number in found:
                self._found.setdefault(number, set()).add(place)

    def numbers(self, code: str) -> list[int]:
        """Return the numbers of the offerings that have this barcode."""
        wanted = gtin(code)
        return sorted(self._found.get(wanted, ())) if wanted is not None else []


def _values(records: Records, hint: re.Pattern[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    for place in range(len(records)):
        raw = bytes(records.get(place).raw)
        if hint.search(raw):
            value = decode(raw)[0]
            if isinstance(value, dict) and isinstance(value.get("id"), str):
                yield value["id"], value


def _number(specification: dict[str, Any]) -> str | None:
    given = specification.get("productNumber")
    return gtin(given) if isinstance(given, str) else None


def _numbers(offering: dict[str, Any]) -> Iterator[str]:
    said = [value for name, value in offering.items() if _is_kind(name)]
    outside = offering.get("externalIdentifier")
    for each in outside if isinstance(outside, list) else ():
        if isinstance(each, dict) and _is_kind(str(each.get("externalIdentifierType", ""))):
            said.append(each.get("id"))
    for value in said:
        number = gtin(value) if isinstance(value, str) else None
        if number is not None:
            yield number


def _is_kind(name: str) -> bool:
    return name.casefold().rstrip("0123456789-_ ") in _KINDS
