"""JSON with exact numbers: the one way bytes become values and values become bytes.

A JSON number is read as :class:`int` or :class:`~decimal.Decimal` and written back as a JSON number; no binary fraction takes part.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from cartdesk.errors import WireError

MAX_DEPTH = 64
"""How deep arrays and objects may nest in anything read from outside."""

MAX_DIGITS = 40
"""How many digits a number from outside may have before or after its point."""

_NESTING = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_NO_STRUCTURE = bytes(code for code in range(256) if code not in b'[]{}"')
_LIKE_DIGITS = bytes(48 if chr(code) in "0123456789.eE+-" else 32 for code in range(256))
_LONG = b"0" * 16
"""A number with fewer signs than this is read exactly by any reader; a longer one may not be."""


def loads(source: str | bytes, *, where: str = "the JSON text") -> Any:
    """Read JSON; numbers with a fraction or exponent come as Decimal.

    Args:
        source: UTF-8 bytes or text.
        where: what the text is, for the error's sentence.

    Raises:
        WireError: not JSON, not UTF-8, NaN or Infinity, a number beyond measure, or nested too deep.
    """
    import simplejson

    raw = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    check_depth(raw, where)
    try:
        return simplejson.loads(raw.decode("utf-8-sig"), use_decimal=True, parse_constant=_refuse_constant, parse_int=_read_int)
    except simplejson.JSONDecodeError as error:
        raise WireError(f"{where} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from None
    except UnicodeDecodeError as error:
        raise WireError(f"{where} is not UTF-8 text: byte {error.start} cannot be read.") from None
    except (ValueError, InvalidOperation) as error:
        raise WireError(f"{where} holds a number that cannot be used: {error}.") from None


def loads_plain(source: bytes, *, where: str = "the JSON text") -> Any:
    """Read JSON as :func:`loads` does and much quicker: a number comes as int or float where that is exact, else as Decimal.

    Raises:
        WireError: as :func:`loads`.
    """
    if _LONG in source.translate(_LIKE_DIGITS):
        return loads(source, where=where)
    import orjson

    check_depth(source, where)
    try:
        return orjson.loads(source)
    except orjson.JSONDecodeError:
        return loads(source, where=where)  # it has a mark at its beginning, or a sentence to be told


def dumps(value: Any, *, indent: int | None = None) -> str:
    """Write JSON; a Decimal is written as a JSON number with all its digits."""
    import simplejson

    separators = (",", ":") if indent is None else (",", ": ")
    text: str = simplejson.dumps(value, use_decimal=True, ensure_ascii=False, separators=separators, indent=indent, allow_nan=False)
    return text


def check_depth(raw: bytes, where: str = "the JSON text", limit: int = MAX_DEPTH) -> None:
    """Raise WireError when ``raw`` nests deeper than ``limit``, before a parser recurses into it."""
    if raw.count(b"[") + raw.count(b"{") <= limit or _is_shallow(raw, limit):
        return
    depth = 0
    for match in _NESTING.finditer(raw):
        token = match[0]
        if token in b"[{":
            depth += 1
            if depth > limit:
                raise WireError(f"{where} is nested more than {limit} levels deep.")
        elif token in b"]}":
            depth -= 1


def _is_shallow(raw: bytes, limit: int) -> bool:
    """Say whether the brackets of ``raw`` close level by level and none of them stands in a text; False decides nothing.

    An empty pair of quotes goes first: a quote that is left has a bracket beside it. A turn takes away two levels at most.
    """
    plain = raw.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in raw else raw
    left = plain.translate(None, _NO_STRUCTURE).replace(b'""', b"")
    for _ in range(limit // 2):
        inner = left.replace(b"[]", b"").replace(b"{}", b"")
        if len(inner) == len(left):
            break
        left = inner
    return not left


def read_number(value: Any) -> Decimal:
    """Return a JSON value as an exact Decimal.

    A float from a parser that has already made one is read by its shortest text, so 31.9 is 31.9.

    Raises:
        ValueError: not a number, not finite, or with more than MAX_DIGITS digits on a side.
    """
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal, float)):
        raise ValueError(f"{value!r} is not a number")
    try:
        number = value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, float) else value)
    except (InvalidOperation, ValueError):
        raise ValueError(f"{value!r} is not a number") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a finite number")
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    if number and (number.adjusted() >= MAX_DIGITS or exponent < -MAX_DIGITS):
        raise ValueError("a number has more digits than any price")
    return number


def json_number(number: Decimal) -> int | float | Decimal:
    """Return ``number`` as the plainest Python value that JSON writers print with the same digits.

    Whole numbers come as int; others as float where its printed text is the number itself, else as the Decimal.
    """
    if number == number.to_integral_value():
        return int(number)
    carrier = number.__float__()
    return carrier if Decimal(repr(carrier)) == number else number


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _read_int(text: str) -> int:
    if len(text) > MAX_DIGITS + 1:
        raise ValueError("a whole number has too many digits")
    return int(text)
