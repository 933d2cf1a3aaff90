"""An attribute's dotted path as a client of one version writes it, and where its values are in a stored document.

``query`` reads paths of filters, sorting and fields here; ``filters`` and ``listing`` take values by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cartdesk.server.faces import STORED_NAMES
from cartdesk.server.problems import Problem
from cartdesk.server.seams import Document
from cartdesk.server.shapes import leaf_of, shapes_of
from cartdesk.server.table import ResourceType
from cartdesk.tmf.dialects.shapes import ALIASES, MEDIUM_MEMBERS, PARTS, V5_REFERENCES

MAX_STEPS = 12


@dataclass(frozen=True, slots=True)
class Path:
    """One attribute."""

    text: str
    """As the client wrote it."""
    steps: tuple[str, ...]
    """Where it is in a stored document."""
    kind: str
    """Its plain type; ``any`` for objects."""
    otherwise: str | None = None
    """Its value where the document has none (the resource's own ``@type``)."""

    @property
    def stored(self) -> str:
        """The stored path, dotted."""
        return ".".join(self.steps)

    def values(self, document: Document) -> Iterator[Any]:
        """Give every value at the path, through lists; of an object, every plain value in it."""
        found = False
        for value in values_at(document, self.steps, 0):
            found = True
            yield value
        if not found and self.otherwise is not None:
            yield self.otherwise


def path_of(row: ResourceType, version: str, text: str, used: str) -> Path:
    """Read a path.

    Args:
        row: the resource it is asked of.
        version: the version whose names it is in.
        text: the path.
        used: what it stands in (``filter``, ``sort``, ``fields``), for the refusal.

    Raises:
        Problem: 400 naming an attribute that the resource does not have.
    """
    shapes = shapes_of(row.api, version)
    leaf = leaf_of(shapes, row.type_name, text) if text.count(".") < MAX_STEPS else None
    if leaf is None:
        raise Problem(
            400,
            f"'{text}' is not an attribute of {row.type_name} ({used}).",
            code="unknownAttribute",
            message="See the API's OpenAPI file.",
        )
    steps = tuple(text.split("."))
    if row.behaviour == "cart":
        steps = tuple(_cart_steps(steps))
    elif version == "v2":
        steps = _account_steps(row, steps)
    kind = leaf.kind if leaf.kind not in shapes else "any"
    return Path(text, steps, kind, row.type_name if text == "@type" else None)


def _cart_steps(steps: tuple[str, ...]) -> Iterator[str]:
    """Give the inner names of a cart's path, whatever version it is written in."""
    if steps == ("creationDate",):
        yield from ("validFor", "startDateTime")
        return
    kind: str | None = "cart"
    for number, step in enumerate(steps):
        after = steps[number + 1 :]
        if kind in ("party", "place") and step in ("partyOrPartyRole", "place") and (not after or after[0] in V5_REFERENCES):
            continue
        if kind == "medium" and step in MEDIUM_MEMBERS:
            yield "characteristic"
        if kind == "productRelationship" and step in ("id", "href", "name"):
            yield "product"
        inner = ALIASES.get(kind, {}).get(step, step) if kind else step
        kind = PARTS.get(kind, {}).get(inner) if kind else None
        yield inner


def _account_steps(row: ResourceType, steps: tuple[str, ...]) -> tuple[str, ...]:
    """Return the stored names of a TMF666 v2 path."""
    shapes = shapes_of(row.api, "v2")
    kind: str | None = row.type_name
    inner: list[str] = []
    for step in steps:
        inner.append(STORED_NAMES.get(kind or "", {}).get(step, step))
        member = shapes[kind].members.get(step) if kind is not None and kind in shapes else None
        kind = member.kind if member is not None else None
    return tuple(inner)


def values_at(value: Any, steps: tuple[str, ...], at: int = 0) -> Iterator[Any]:
    """Give every plain value at a path, through lists; of an object there, every plain value in it."""
    if isinstance(value, list):
        for each in value:
            yield from values_at(each, steps, at)
    elif at < len(steps):
        if isinstance(value, dict) and steps[at] in value:
            yield from values_at(value[steps[at]], steps, at + 1)
    elif isinstance(value, dict):
        for each in value.values():
            yield from values_at(each, steps, at)
    elif value is not None:
        yield value
