"""What a listener is told of an event: whether its query wants it, and the notification in its version's words.

The hub refuses a query here that cannot be read; the courier asks for every notification.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa

from cartdesk.server.events.families import event_type, notification
from cartdesk.server.exact import loads
from cartdesk.server.faces import face_of
from cartdesk.server.filters import Filter, filter_of
from cartdesk.server.paths import path_of
from cartdesk.server.problems import Problem
from cartdesk.server.query import operator_of
from cartdesk.server.seams import Limits
from cartdesk.server.table import RESOURCES, ResourceType

_ALWAYS = frozenset({"id", "href", "@type"})


@dataclass(frozen=True, slots=True)
class Choice:
    """What a listener wants of one kind of resource."""

    types: tuple[frozenset[str], ...] = ()
    """Each holds the names of which the event's must be one."""
    filters: tuple[Filter, ...] = ()
    fields: frozenset[str] | None = None
    """The resource's first-level attributes to tell; None tells all."""


class Wording:
    """Turns events into notifications.

    Args:
        public_url: what every ``href`` starts with.
        limits: how many parts a query may have.
    """

    def __init__(self, public_url: str, limits: Limits) -> None:
        self._public_url = public_url
        self._limits = limits
        self._choice = lru_cache(maxsize=1_000)(self._read_choice)

    def check_query(self, api: str, version: str, query: str) -> None:
        """Do nothing for a query that makes sense for a resource of the API.

        Raises:
            Problem: 400 that names what cannot be used.
        """
        refused: Problem | None = None
        for row in _rows(api, version):
            try:
                self._choice(row.key, version, query)
            except Problem as problem:
                refused = refused or problem
            else:
                return
        raise refused or Problem(400, "This API has nothing to be told of.")

    def __call__(self, api: str, version: str, query: str | None, row: sa.Row[Any]) -> dict[str, Any] | None:
        """Return the notification of a queued event for a listener; None where it does not want it or its version has no word for it."""
        kind = RESOURCES.get((api, row.kind))
        if kind is None or version not in kind.faces or event_type(version, row.kind, row.happening) is None:
            return None
        try:
            choice = Choice() if query is None else self._choice(kind.key, version, query)
        except Problem:
            return None  # it asks for what only another resource of the API has
        name = event_type(version, row.kind, row.happening)
        if not all(name in names for names in choice.types):
            return None
        document = loads(row.body, "A queued event")
        if not all(each.fits(document) for each in choice.filters):
            return None
        shown = face_of(kind, version, document, self._public_url)
        if choice.fields is not None:
            shown = {attribute: value for attribute, value in shown.items() if attribute in choice.fields}
        return notification(version, row.kind, row.happening, event_id=row.event_id, at=row.at, resource=shown)

    def _read_choice(self, key: tuple[str, str], version: str, query: str) -> Choice:
        row = RESOURCES[key]
        try:
            pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True, max_num_fields=self._limits.filters, errors="strict")
        except (UnicodeError, ValueError):
            raise Problem(400, f"query is no query string of at most {self._limits.filters} filters.") from None
        types, filters, fields = [], [], None
        for name, value in pairs:
            if name in ("eventType", "eventType.eq"):
                types.append(frozenset(value.split(",")))
            elif name == "fields":
                fields = _fields(row, version, value)
            else:
                filters.append(filter_of(row, version, *operator_of(row, version, _inner(row, name)), value))
        return Choice(tuple(types), tuple(filters), fields)


def _rows(api: str, version: str) -> list[ResourceType]:
    return [row for row in RESOURCES.values() if row.api == api and version in row.faces and "create" in row.operations]


def _inner(row: ResourceType, name: str) -> str:
    """Return an attribute of the resource for one of the whole notification (``event.shoppingCart.id``)."""
    return name.removeprefix(f"event.{row.name}.")


def _fields(row: ResourceType, version: str, text: str) -> frozenset[str] | None:
    """Read which attributes of the resource to tell; naming only the notification's own leaves the resource whole."""
    names = [_inner(row, name.strip()) for name in text.split(",") if name.strip()]
    wanted = [name for name in names if name not in ("event", "eventId", "eventTime", "eventType", f"event.{row.name}")]
    for name in wanted:
        if name != "none":
            path_of(row, version, name, "fields")
    return frozenset(name.partition(".")[0] for name in wanted) | _ALWAYS if wanted else None
