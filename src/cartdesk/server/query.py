"""A query string as TMF630 has it: ``fields``, ``offset``, ``limit``, ``sort`` and filters with operators.

``listing`` and ``retrieving`` call it; the events give a listener's ``query`` to :func:`read_filters`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from cartdesk.server.filters import OPERATORS, Filter, filter_of
from cartdesk.server.paths import MAX_STEPS, Path, path_of
from cartdesk.server.problems import Problem
from cartdesk.server.seams import Limits
from cartdesk.server.shapes import leaf_of, shapes_of
from cartdesk.server.table import ResourceType

_ALWAYS = ("id", "href", "@type")
"""What comes along whatever ``fields`` says."""
_RESERVED = frozenset({"fields", "offset", "limit", "sort"})
_LONGEST_NUMBER = 12


@dataclass(frozen=True, slots=True)
class Query:
    """One query, read."""

    fields: frozenset[str] | None = None
    """First-level attributes to answer; None is all."""
    offset: int = 0
    limit: int | None = None
    """None: as many as a page may hold."""
    sort: tuple[tuple[Path, bool], ...] = ()
    """Paths and whether each descends."""
    filters: tuple[Filter, ...] = ()
    rest: tuple[tuple[str, str], ...] = ()
    """The query without offset and limit, for links to other pages."""

    def link(self, offset: int, limit: int) -> str:
        """Return the query string of another page."""
        return urlencode([*self.rest, ("offset", offset), ("limit", limit)])


_ALL = Query()


def read_query(raw: bytes, row: ResourceType, version: str, limits: Limits) -> Query:
    """Read a query string.

    Raises:
        Problem: 400 for an attribute, a value or a number that cannot be used.
    """
    if not raw:
        return _ALL
    pairs = _pairs(raw, limits)
    chosen = dict(pairs)
    return Query(
        _fields(chosen.get("fields"), row, version),
        _number("offset", chosen["offset"]) if "offset" in chosen else 0,
        _number("limit", chosen["limit"]) if "limit" in chosen else None,
        tuple(_sort(chosen.get("sort"), row, version)),
        tuple(filter_of(row, version, *operator_of(row, version, name), value) for name, value in pairs if name not in _RESERVED),
        tuple(pair for pair in pairs if pair[0] not in ("offset", "limit")),
    )


def read_filters(text: str, row: ResourceType, version: str, limits: Limits) -> tuple[Filter, ...]:
    """Read filters alone, as a listener's ``query`` has them.

    Raises:
        Problem: 400 for what cannot be used.
    """
    pairs = _pairs(text.encode(), limits)
    return tuple(filter_of(row, version, *operator_of(row, version, name), value) for name, value in pairs if name not in _RESERVED)


def _pairs(raw: bytes, limits: Limits) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(raw.decode("ascii", "strict"), keep_blank_values=True, max_num_fields=limits.filters, errors="strict")
    except UnicodeError:
        raise Problem(400, "The query string is not percent-encoded UTF-8.") from None
    except ValueError:
        raise Problem(400, f"The query string has more than {limits.filters} parts.") from None
    return pairs


def operator_of(row: ResourceType, version: str, name: str) -> tuple[str, str]:
    """Split an attribute's path from the operator at its end; an attribute may itself be called as one is (``regex``)."""
    path, dot, last = name.rpartition(".")
    if not dot or last not in OPERATORS:
        return name, "eq"
    shapes = shapes_of(row.api, version)
    above = leaf_of(shapes, row.type_name, path) if path.count(".") < MAX_STEPS else None
    named_so = above is not None and above.kind in shapes and last in shapes[above.kind].members
    return (name, "eq") if named_so else (path, last)


def _fields(text: str | None, row: ResourceType, version: str) -> frozenset[str] | None:
    if text is None:
        return None
    names = [name.strip() for name in text.split(",") if name.strip()]
    if names in (["none"], []):
        return frozenset(_ALWAYS[:2])
    for name in names:
        path_of(row, version, name, "fields")
    return frozenset(name.partition(".")[0] for name in names) | frozenset(_ALWAYS[:2])


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_NUMBER:
        raise Problem(400, f"'{name}' must be a whole number, zero or more.", code="invalidValue")
    return int(text)


def _sort(text: str | None, row: ResourceType, version: str) -> Sequence[tuple[Path, bool]]:
    """Read ``-a,+b``; a plus that was not encoded comes as a space."""
    keys = [key for key in (text or "").split(",") if key.strip()]
    return [(path_of(row, version, key.lstrip("+- ").strip(), "sort"), key.lstrip(" ").startswith("-")) for key in keys]
