"""JSON in and out of the server, quickly, without losing a digit.

Bodies, stored documents and answers pass here: a number that a double carries is a Python float, any other a Decimal.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import orjson

from cartdesk.errors import WireError
from cartdesk.tmf.wire import dumps as exact_dumps
from cartdesk.tmf.wire import json_number
from cartdesk.tmf.wire import loads as exact_loads

_MAYBE_INEXACT = re.compile(rb"[:,\[\s]-?[0-9](?:[0-9.]{14}|[0-9.]*[eE])")
"""A number that a double may not carry, where a number can stand inside of something: the digits of ids in texts are none."""
_EXACT = b" "
_BRACKETED = (b"{", b"[")
_TEXTS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_SQUARE = bytes.maketrans(b"{}", b"[]")


def loads(raw: bytes, where: str = "The body") -> Any:
    """Read JSON.

    Raises:
        WireError: not JSON, or numbers beyond measure.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise WireError(f"{where} is not JSON: {error}.") from None
    if raw.startswith(_BRACKETED) and not _MAYBE_INEXACT.search(raw):
        return value
    return _plain(exact_loads(raw, where=where))


def dumps(value: Any) -> bytes:
    """Write JSON; every number with the digits it came with."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return exact_dumps(value).encode("utf-8", "surrogatepass")


def dumps_stored(value: Any) -> bytes:
    """Write a document as it is stored: a space at its end says that it has numbers which a double does not carry."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return exact_dumps(value).encode("utf-8", "surrogatepass") + _EXACT


def loads_stored(raw: bytes) -> Any:
    """Read a stored document."""
    return loads(raw, "A stored document") if raw.endswith(_EXACT) else orjson.loads(raw)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return json_number(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value


def is_deeper(raw: bytes, limit: int) -> bool:
    """Say whether JSON nests deeper than ``limit``, without parsing it."""
    if raw.count(b"[") + raw.count(b"{") <= limit:
        return False
    brackets = _TEXTS.sub(b"", raw).translate(_SQUARE, _NOT_BRACKETS)
    for _ in range(limit):
        inner = brackets.replace(b"[]", b"")
        if inner == brackets:
            break
        brackets = inner
    return b"[]" in brackets
