"""Documents to JSON bytes and back, exactly: no digit is lost and nothing is silently made null.

The TinyDB side of the store uses it for documents of any shape. What orjson cannot carry exactly goes the slower, exact way.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

_DIGITS = bytes(48 if chr(code) in "0123456789.eE+-" else 32 for code in range(256))
_LONG = b"0" * 16
"""A number with fewer signs than this is read exactly by any reader; a longer one may not be."""


def write_document(value: Any) -> bytes:
    """Return ``value`` as compact JSON in UTF-8.

    Raises:
        TypeError: something in it has no JSON form.
        ValueError: a number that is not finite.
    """
    import orjson

    try:
        body = orjson.dumps(
            value, option=orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
        )
    except TypeError:
        return _write_exactly(value)
    return _write_exactly(value) if b"null" in body else body


def _write_exactly(value: Any) -> bytes:
    """Write what is rarer: decimals, very long whole numbers, keys that are no strings; and refuse NaN, which orjson makes null."""
    from cartdesk.tmf.wire import dumps

    return dumps(value).encode("utf-8", "surrogatepass")


def read_document(body: bytes) -> Any:
    """Return what ``body`` says; a fraction comes as float where that is exact, else as Decimal."""
    if _LONG in body.translate(_DIGITS):
        return json.loads(body.decode("utf-8", "surrogatepass"), parse_float=_number)
    import orjson

    return orjson.loads(body)


def _number(text: str) -> float | Decimal:
    exact = Decimal(text)
    carrier = float(text)
    return carrier if Decimal(repr(carrier)) == exact else exact


def write_plain(value: Any) -> bytes:
    """Return the store's own small records as compact JSON, without loading a JSON library for it.

    Raises:
        TypeError: something in it has no JSON form.
        ValueError: a number that is not finite.
    """
    try:
        return _plain(value).encode("utf-8", "surrogatepass")
    except TypeError:
        return _write_exactly(value)


_plain = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
