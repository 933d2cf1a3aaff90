"""One filter: an attribute, an operator and the values of which one must fit.

``query`` makes them from a query string; ``listing`` turns what it can into SQL and tests the rest on documents, as the events do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any

import re2

from cartdesk.server.paths import Path, path_of
from cartdesk.server.problems import Problem
from cartdesk.server.seams import Document
from cartdesk.server.table import ResourceType
from cartdesk.tmf.cart import Action, ItemStatus
from cartdesk.tmf.period import Period, read_time

OPERATORS = frozenset({"eq", "gt", "gte", "lt", "lte", "regex"})
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}

LONGEST_PATTERN = 200
_PATTERN_BYTES = 1 << 20
LONGEST_VALUE = 1_000
MOST_VALUES = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter, ready to test documents."""

    path: Path
    operator: str
    values: tuple[Any, ...]
    """Read as the attribute's type; one of them must fit. For ``regex`` one compiled pattern."""

    def fits(self, document: Document) -> bool:
        """Say whether a stored document passes."""
        return any(self._fits(value) for value in self.path.values(document))

    def _fits(self, value: Any) -> bool:
        if self.operator == "regex":
            return self.values[0].search(_text(value)) is not None
        try:
            read = _read(self.path.kind, value)
        except ValueError:
            return False
        if self.operator == "eq":
            return read in self.values or (self.path.kind == "any" and _text(value) in self.values)
        compare = _COMPARED[self.operator]
        return any(type(read) is type(wanted) and compare(read, wanted) for wanted in self.values)


def comparable(path: Path, document: Document) -> Any:
    """Return the first value at a path as what it is sorted by; None where there is none of the attribute's type."""
    for value in path.values(document):
        try:
            return _read(path.kind, value)
        except ValueError:
            return None
    return None


def filter_of(row: ResourceType, version: str, attribute: str, operator: str, text: str) -> Filter:
    """Read one filter.

    Raises:
        Problem: 400 for an attribute that is none, a value of another type, or a pattern that cannot be used.
    """
    path = path_of(row, version, attribute, "filter")
    if len(text) > LONGEST_VALUE:
        raise Problem(400, f"The value of the filter '{attribute}' is longer than {LONGEST_VALUE} characters.")
    if operator == "regex":
        return Filter(path, operator, (_pattern(text, attribute),))
    choices = text.split(",") if "," in text else [text]
    if len(choices) > MOST_VALUES:
        raise Problem(400, f"The filter '{attribute}' has more than {MOST_VALUES} values.")
    if len(choices) > 1 and operator == "eq" and path.kind in ("string", "any"):
        choices.append(text)
    try:
        values = tuple(_read(path.kind, _spelled(path, choice)) for choice in choices)
    except ValueError:
        raise Problem(400, f"The value of the filter '{attribute}' is not {_KINDS.get(path.kind, 'of its type')}.") from None
    return Filter(path, operator, values)


_KINDS = {"integer": "a number", "number": "a number", "boolean": "true or false", "time": "a time", "date": "a date"}


def _pattern(text: str, attribute: str) -> Any:
    """Compile a pattern with an engine whose time is linear in the text, whatever the pattern."""
    if len(text) > LONGEST_PATTERN:
        raise Problem(400, f"The pattern of '{attribute}' is longer than {LONGEST_PATTERN} characters.")
    try:
        return _compiled(text)
    except re2.error:
        raise Problem(400, f"The pattern of '{attribute}' cannot be read as a regular expression (RE2).") from None


@lru_cache(maxsize=64)
def _compiled(text: str) -> Any:
    options = re2.Options()
    options.max_mem = _PATTERN_BYTES
    options.log_errors = False
    return re2.compile(text, options=options)


def _read(kind: str, value: Any) -> Any:
    """Return a value of the document or the query as what it is compared by.

    Raises:
        ValueError: it is not of the type.
    """
    if kind in ("integer", "number"):
        if isinstance(value, bool):
            raise ValueError("a truth value is no number")
        try:
            number = Decimal(repr(value) if isinstance(value, float) else value)
        except (InvalidOperation, TypeError):
            raise ValueError("not a number") from None
        if not number.is_finite():
            raise ValueError("not a finite number")
        return number
    if kind in ("time", "date"):
        return _time(value)
    if kind == "boolean":
        if isinstance(value, bool):
            return value
        return {"true": True, "false": False}[_known(str(value).lower())]
    return _text(value)


def _time(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError("not a time")
    return read_time(value.replace(" ", "+") if "T" in value else value)


def _known(text: str) -> str:
    if text not in ("true", "false"):
        raise ValueError("not true or false")
    return text


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _spelled(path: Path, text: str) -> str:
    """Bring a value to the stored spelling where versions spell it differently."""
    last = path.steps[-1]
    if path.steps[0] == "cartItem" and last == "action":
        return str(Action.read(text))
    if path.steps[0] == "cartItem" and last == "status":
        return str(ItemStatus.read(text))
    if last == "recurringChargePeriod" and path.steps[0] in ("cartItem", "cartTotalPrice"):
        try:
            return str(Period.read(text))
        except ValueError:
            return text
    return text
