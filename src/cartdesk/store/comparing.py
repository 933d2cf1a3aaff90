"""What differs between two versions of a cart, member by member, with items told apart by their ids; for the History screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One member that differs."""

    path: tuple[str, ...]
    """Where it is: ``("cartItem", "a1", "quantity")``; an element of a list by its id, or its number from 0 where it has none."""
    before: Any
    """Its JSON value in the first version; None where it is not there."""
    after: Any
    """Its JSON value in the second version; None where it is not there."""


def compare(before: Any, after: Any, path: tuple[str, ...] = ()) -> list[Difference]:
    """Return every difference between two JSON values, outermost first."""
    if type(before) is type(after):
        if isinstance(before, dict):
            return _members(before, after, path)
        if isinstance(before, list):
            return _members(_named(before), _named(after), path)
    return [] if before == after else [Difference(path, before, after)]


def _members(before: dict[str, Any], after: dict[str, Any], path: tuple[str, ...]) -> list[Difference]:
    found = []
    for name in dict.fromkeys([*before, *after]):
        if name in before and name in after:
            found += compare(before[name], after[name], (*path, name))
        else:
            found.append(Difference((*path, name), before.get(name), after.get(name)))
    return found


def _named(values: list[Any]) -> dict[str, Any]:
    ids = [value.get("id") if isinstance(value, dict) else None for value in values]
    unique = all(isinstance(each, str) for each in ids) and len(set(ids)) == len(ids)
    return {str(ids[number]) if unique else str(number): value for number, value in enumerate(values)}
