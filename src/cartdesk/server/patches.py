"""Partial updates: JSON Merge Patch (RFC 7386) and JSON Patch (RFC 6902) on plain JSON values.

``writing`` calls it for a PATCH's body; values that are given are never changed in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from cartdesk.server.problems import Problem

MOST_OPERATIONS = 1_000
_LONGEST_COPY = 200_000
"""How many values ``copy`` operations may make together."""


def merged(target: Any, patch: Any) -> Any:
    """Return ``target`` with a merge patch applied: null removes, objects merge, anything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def patched(target: Any, operations: Any) -> Any:
    """Return ``target`` with a JSON patch applied; all of it or nothing.

    Raises:
        Problem: 400 for an operation that cannot be read or applied; 409 for a ``test`` that fails.
    """
    if not isinstance(operations, list):
        raise Problem(400, "A JSON patch is a list of operations.", code="invalidPatch")
    if len(operations) > MOST_OPERATIONS:
        raise Problem(400, f"A JSON patch may have {MOST_OPERATIONS} operations.", code="invalidPatch")
    work = _Patching(deepcopy(target))
    for number, operation in enumerate(operations):
        work.apply(operation, f"Operation {number} of the JSON patch")
    return work.document


def first_steps(operations: Any) -> set[str]:
    """Return the first-level attributes that a JSON patch changes (``""``: the whole document); its tests change nothing."""
    changed: set[str] = set()
    for operation in operations if isinstance(operations, list) else ():
        if isinstance(operation, dict) and operation.get("op") != "test":
            pointers = [operation.get("path"), operation.get("from") if operation.get("op") == "move" else None]
            changed |= {_steps(pointer, "The JSON patch")[0] if pointer else "" for pointer in pointers if isinstance(pointer, str)}
    return changed


class _Patching:
    def __init__(self, document: Any) -> None:
        self.document = document
        self._room = _LONGEST_COPY

    def apply(self, operation: Any, named: str) -> None:
        if not isinstance(operation, Mapping) or not isinstance(operation.get("path"), str):
            raise _unreadable(named, "it has no 'path'")
        steps = _steps(operation["path"], named)
        match operation.get("op"):
            case "add":
                self._add(steps, _value(operation, named), named)
            case "remove":
                self._remove(steps, named)
            case "replace":
                self._get(steps, named)
                value = _value(operation, named)
                if steps:
                    self._remove(steps, named)
                self._add(steps, value, named)
            case "move":
                source = _from(operation, named)
                if steps[: len(source)] == source and steps != source:
                    raise _unreadable(named, "a value cannot be moved into itself")
                value = self._get(source, named)
                self._remove(source, named)
                self._add(steps, value, named)
            case "copy":
                value = self._get(_from(operation, named), named)
                self._room -= _size(value)
                if self._room < 0:
                    raise _unreadable(named, "it copies too much")
                self._add(steps, deepcopy(value), named)
            case "test":
                if not _same(self._get(steps, named), _value(operation, named)):
                    raise Problem(409, f"{named}: the value at '{operation['path']}' is another.", code="testFailed")
            case _:
                raise _unreadable(named, "'op' must be add, remove, replace, move, copy or test")

    def _get(self, steps: list[str], named: str) -> Any:
        value = self.document
        for step in steps:
            if isinstance(value, list):
                value = value[_index(step, len(value) - 1, named)]
            elif isinstance(value, dict) and step in value:
                value = value[step]
            else:
                raise _unreadable(named, f"there is nothing at '/{'/'.join(steps)}'")
        return value

    def _add(self, steps: list[str], value: Any, named: str) -> None:
        if not steps:
            self.document = value
            return
        place = self._get(steps[:-1], named)
        if isinstance(place, list):
            place.insert(len(place) if steps[-1] == "-" else _index(steps[-1], len(place), named), value)
        elif isinstance(place, dict):
            place[steps[-1]] = value
        else:
            raise _unreadable(named, f"nothing can be put at '/{'/'.join(steps)}'")

    def _remove(self, steps: list[str], named: str) -> None:
        if not steps:
            raise _unreadable(named, "the whole document cannot be removed")
        self._get(steps, named)
        place = self._get(steps[:-1], named)
        if isinstance(place, list):
            del place[_index(steps[-1], len(place) - 1, named)]
        else:
            del place[steps[-1]]


def _steps(pointer: str, named: str) -> list[str]:
    if pointer == "":
        return []
    if not pointer.startswith("/"):
        raise _unreadable(named, "a path starts with '/'")
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/")]


def _from(operation: Mapping[str, Any], named: str) -> list[str]:
    source = operation.get("from")
    if not isinstance(source, str):
        raise _unreadable(named, "it has no 'from'")
    return _steps(source, named)


def _value(operation: Mapping[str, Any], named: str) -> Any:
    if "value" not in operation:
        raise _unreadable(named, "it has no 'value'")
    return deepcopy(operation["value"])


def _index(step: str, last: int, named: str) -> int:
    if not (step.isascii() and step.isdigit()) or (step != "0" and step.startswith("0")) or len(step) > 9 or int(step) > last:
        raise _unreadable(named, f"'{step}' is no place in the list")
    return int(step)


def _same(one: Any, other: Any) -> bool:
    """Compare JSON values; true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[name]) for name, value in one.items())
    return bool(one == other)


def _size(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if isinstance(value, list) else 1


def _unreadable(named: str, why: str) -> Problem:
    return Problem(400, f"{named} cannot be applied: {why}.", code="invalidPatch")
