"""Documents from outside, tested by their shapes: what is missing or of another type is refused by its attribute's name.

``writing`` calls it for every body; what a shape does not name passes, for TM Forum's resources are open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from cartdesk.server.problems import Problem
from cartdesk.server.shapes import Member, Shapes
from cartdesk.tmf.period import read_time

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float, Decimal),
    "boolean": (bool,),
    "time": (str,),
    "date": (str,),
}
_NAMED = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "time": "a time such as 2026-11-22T10:00:00Z",
    "date": "a date such as 2026-11-22",
}


def check(
    shapes: Shapes,
    root: str,
    members: Mapping[str, Any],
    *,
    required: bool = True,
    below: bool = True,
    tolerant: bool = False,
    passed: frozenset[int] = frozenset(),
) -> None:
    """Test an object and all that is in it.

    Args:
        shapes: the definitions.
        root: the object's definition.
        members: the object.
        required: False passes over what is missing at this level (a patch).
        below: the same for the levels below.
        tolerant: one object may stand for a list of it, and words may be spelled as other versions do: who reads it mends that.
        passed: identities of objects in lists that passed the test before.

    Raises:
        Problem: 400 naming the attribute.
    """
    _Check(shapes, below, tolerant, passed).object(root, members, required, "")


class _Check:
    """One document's test."""

    def __init__(self, shapes: Shapes, below: bool, tolerant: bool, passed: frozenset[int]) -> None:
        self._passed = passed
        self._shapes = shapes
        self._below = below
        self._tolerant = tolerant

    def object(self, root: str, members: Mapping[str, Any], required: bool, at: str) -> None:
        shape = self._shapes[root]
        known = shape.members
        asked = self._below and not root.endswith(_REFERENCES)
        for name, value in members.items():
            member = known.get(name)
            if member is not None and value is not None:
                self._member(member, value, f"{at}.{name}" if at else name, asked)
        if required:
            for member in shape.required:
                if members.get(member.name) is None and member.name not in _GIVEN_BY_US:
                    raise missing(f"{at}.{member.name}" if at else member.name)

    def _member(self, member: Member, value: Any, path: str, asked: bool) -> None:
        if not member.many:
            self._one(member, value, path, asked)
        elif isinstance(value, list):
            for number, each in enumerate(value):
                if id(each) not in self._passed:
                    self._one(member, each, f"{path}[{number}]", asked)
        elif self._tolerant and isinstance(value, dict):
            self._one(member, value, path, asked)
        else:
            raise wrong(path, "a list")

    def _one(self, member: Member, value: Any, path: str, asked: bool) -> None:
        kind = member.kind
        types = _TYPES.get(kind)
        if types is not None:
            if not isinstance(value, types) or (value.__class__ is bool and kind != "boolean"):
                raise wrong(path, _NAMED[kind])
            if member.choices and value not in member.choices and not self._tolerant:
                raise wrong(path, "one of " + ", ".join(choice.strip() for choice in member.choices))
            if kind in ("time", "date"):
                _check_time(value, path)
        elif kind != "any":
            if not isinstance(value, dict):
                raise wrong(path, "an object")
            self.object(kind, value, asked, path)


_REFERENCES = ("Ref", "RefOrValue")
"""Ends of the names of references: what they tell of what they refer to may be less than all of it."""
_GIVEN_BY_US = frozenset({"@type", "@referredType", "isRef"})
"""Required members that are filled in where a client leaves them out."""


def missing(path: str) -> Problem:
    """Return the refusal of a document that lacks a mandatory attribute."""
    return Problem(400, f"The attribute '{path}' is mandatory and missing.", code="missingAttribute", message=f"Send '{path}'.")


def wrong(path: str, wanted: str) -> Problem:
    """Return the refusal of an attribute with a value of the wrong kind."""
    return Problem(400, f"The attribute '{path}' must be {wanted}.", code="invalidValue", message=f"Send {wanted} as '{path}'.")


def _check_time(value: Any, path: str) -> None:
    try:
        read_time(value)
    except ValueError:
        raise wrong(path, _NAMED["time"]) from None


def check_rules(rules: Iterable[str], members: Mapping[str, Any]) -> None:
    """Test a document by rules of the R18 document's tables ("Context | Mandatory Sub-Attributes").

    A rule is ``path: need, need``; a need is one member, or several of which one will do: ``id|href|name``. ``…`` stands for any member
    beside @type: a value given in place of a reference. A path that ends in ``^`` holds for the same member further down too.

    Raises:
        Problem: 400 naming the attribute.
    """
    for rule in rules:
        path, _, needs = rule.partition(": ")
        wanted = [need.split("|") for need in needs.split(", ")]
        for at, part in _parts(members, path.split("."), ""):
            for choices in wanted:
                if not any(_has(part, choice) for choice in choices):
                    named = " or ".join(f"{at}.{choice}" if at else choice for choice in choices if choice != "…")
                    raise missing(named)


def _has(part: Mapping[str, Any], choice: str) -> bool:
    if choice == "…":
        return "id" not in part and any(not name.startswith("@") for name in part)
    return part.get(choice) not in (None, "")


def _parts(value: Any, steps: list[str], at: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Give every object at a path, through lists; a step that ends in ``^`` is looked for below itself as well."""
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from _parts(each, steps, f"{at}[{number}]")
    elif isinstance(value, dict):
        if not steps:
            yield at, value
            return
        name = steps[0].rstrip("^")
        below = value.get(name)
        if below is not None:
            path = f"{at}.{name}" if at else name
            yield from _parts(below, steps[1:], path)
            if steps[0].endswith("^"):
                yield from _again(below, steps, path)


def _again(value: Any, steps: list[str], at: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Give the objects found by the same steps below each of ``value``."""
    for number, each in enumerate(value if isinstance(value, list) else [value]):
        yield from _parts(each, steps, f"{at}[{number}]" if isinstance(value, list) else at)
