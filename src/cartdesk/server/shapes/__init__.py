"""The resources' shapes: for each API and version a table of definitions, their members, types and which are required.

The ``*.txt`` tables beside this file are read once; ``checks`` tests documents by them, ``faces`` completes documents, ``paths`` asks which
attributes there are, and ``openapi`` writes them as schemas. A row is ``Name: member member:type member:type*!`` – text where no type is
said, ``*`` a list, ``!`` required, ``{a|b}`` one of these words (``_`` at a word's end is a space).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

PLAIN = frozenset({"string", "integer", "number", "boolean", "time", "date", "any"})
OPEN_MEMBERS = ("@baseType", "@schemaLocation")
"""Members that every definition has beside its own."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a definition."""

    name: str
    kind: str
    """A plain type, or another definition's name."""
    many: bool
    required: bool
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """One definition: its members by name."""

    name: str
    members: Mapping[str, Member]
    required: tuple[Member, ...]
    parts: tuple[Member, ...]
    """The members that are definitions themselves."""


Shapes = Mapping[str, Shape]
"""The definitions of one API's version, by name."""


@cache
def shapes_of(api: str, version: str) -> Shapes:
    """Return the definitions of one API's version."""
    text = files(__package__).joinpath(f"{api}.{version}.txt").read_text("utf-8")
    return {shape.name: shape for shape in map(_shape, text.splitlines())}


def _shape(row: str) -> Shape:
    name, _, members = row.partition(": ")
    found = tuple(_member(word) for word in members.split())
    return Shape(
        name,
        {member.name: member for member in found},
        tuple(member for member in found if member.required),
        tuple(member for member in found if member.kind not in PLAIN),
    )


def _member(word: str) -> Member:
    required = word.endswith("!")
    name, _, kind = word.rstrip("!").partition(":")
    many = kind.endswith("*")
    kind = kind.rstrip("*") or "string"
    choices: tuple[str, ...] = ()
    if kind.startswith("{"):
        choices = tuple(choice[:-1] + " " if choice.endswith("_") else choice for choice in kind.strip("{}").split("|"))
        kind = "string"
    return Member(name, kind, many, required, choices)


def leaf_of(shapes: Shapes, root: str, path: str) -> Member | None:
    """Return what a dotted path leads to, through lists too, or None where there is no such attribute.

    Below a member of any type every path is one.
    """
    shape: Shape | None = shapes[root]
    member: Member | None = None
    for step in path.split("."):
        if shape is None:
            return member if member is not None and member.kind == "any" else None
        member = shape.members.get(step)
        if member is None:
            if step in OPEN_MEMBERS or step == "@type":
                return Member(step, "string", False, False)
            return None
        shape = shapes.get(member.kind)
    return member


def schema_of(shapes: Shapes, root: str, pointer: str) -> dict[str, Any]:
    """Return every definition that ``root`` reaches as JSON schemas; ``pointer`` is put before their names in references."""
    found: dict[str, Any] = {}
    ahead = [root]
    while ahead:
        name = ahead.pop()
        if name in found:
            continue
        shape = shapes[name]
        ahead.extend(member.kind for member in shape.parts)
        open_members = {member: {"type": "string"} for member in OPEN_MEMBERS}
        found[name] = {
            "type": "object",
            "properties": {member.name: member_schema(member, pointer) for member in shape.members.values()} | open_members,
        }
        if shape.required:
            found[name]["required"] = [member.name for member in shape.required]
    return dict(sorted(found.items()))


def member_schema(member: Member, pointer: str) -> dict[str, Any]:
    """Return one member's JSON schema."""
    if member.kind in PLAIN:
        one: dict[str, Any] = {
            "string": {"type": "string"},
            "time": {"type": "string", "format": "date-time"},
            "date": {"type": "string", "format": "date"},
            "any": {},
        }.get(member.kind) or ({"type": member.kind} if member.kind != "any" else {})
        if member.choices:
            one = {"type": "string", "enum": list(member.choices)}
    else:
        one = {"$ref": pointer + member.kind}
    return {"type": "array", "items": one} if member.many else one
