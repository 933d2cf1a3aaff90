"""JSON read one resource after the other, so that a fault in one hides none of the others.

Called by ``builder`` over whole files and by ``catalog`` over the bytes of one resource. Numbers come as int or Decimal, as
``tmf.wire`` reads them; what cannot be a number comes as :class:`Unusable`, and text is made safe on the way in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, NamedTuple

from cartdesk.catalog.faults import Issue, below, shown
from cartdesk.errors import WireError
from cartdesk.text import safe_lines, safe_text
from cartdesk.tmf.wire import MAX_DEPTH, MAX_DIGITS, check_depth

PAGES = frozenset({"items", "data", "content", "results", "elements", "value"})
"""What servers call the list inside a page."""

COLLECTIONS = {
    "productOffering": "offering",
    "productOfferings": "offering",
    "productOfferingPrice": "price",
    "productOfferingPrices": "price",
    "productSpecification": "specification",
    "productSpecifications": "specification",
    "category": "category",
    "categories": "category",
    "promotion": "promotion",
    "promotions": "promotion",
}
"""What a catalog in one file calls its lists."""

SETTINGS_MEMBERS = frozenset({"name", "currency", "rounding", "locale", "terms"})
"""The members of ``catalog.json``, which a catalog in one file has beside its lists."""

_space = re.compile(r"[ \t\n\r]*").match
_token = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_unsafe = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]").search


@dataclass(frozen=True, slots=True)
class Unusable:
    """What stands where a number should be but is none: NaN, Infinity, or digits beyond measure."""

    text: str

    made: ClassVar[int] = 0
    """How many there have been; a reader compares it before and after a resource."""

    def __post_init__(self) -> None:
        Unusable.made += 1

    def __str__(self) -> str:
        return self.text


class Element(NamedTuple):
    """One resource of a file."""

    path: str
    """Where it stands in the file: ``$[12]``."""
    kind: str | None
    """What the list around it is called, in a catalog of one file; else None."""
    start: int
    end: int
    """Its place in the text, in characters."""
    value: Any


class ScanError(Exception):
    """The rest of a file cannot be read."""

    def __init__(self, path: str, what: str, mend: str) -> None:
        super().__init__(what)
        self.path = path
        self.what = what
        self.mend = mend


def _fraction(text: str) -> Decimal | Unusable:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Unusable(shown(text))


def _whole(text: str) -> int | Unusable:
    return int(text) if len(text) <= MAX_DIGITS + 1 else Unusable(shown(text))


_strict = json.JSONDecoder(parse_float=_fraction, parse_int=_whole, parse_constant=Unusable)
_lenient = json.JSONDecoder(parse_float=_fraction, parse_int=_whole, parse_constant=Unusable, strict=False)


def value_at(text: str, start: int) -> tuple[Any, int]:
    """Return the JSON value at ``start`` and where it ends; control characters inside strings are let through.

    Raises:
        json.JSONDecodeError: there is none.
        RecursionError: it nests deeper than the parser can go.
    """
    try:
        return _strict.raw_decode(text, start)
    except json.JSONDecodeError as error:
        if "control character" not in error.msg:
            raise
    return _lenient.raw_decode(text, start)


def elements(text: str, issues: list[Issue]) -> Iterator[Element]:
    """Yield the resources of a file, whichever way it holds them: a list, one object, or a page.

    Args:
        text: the whole file.
        issues: takes what is wrong with a resource that is passed over.

    Raises:
        ScanError: the text is not JSON from some point on; what stood before it has been yielded.
    """
    start = _after(text, 0)
    if start == len(text):
        raise ScanError("", "the file is empty", "Put a JSON list into it, or remove it")
    if text[start] == "[":
        end = yield from _list(text, start, "$", None, issues)
    elif text[start] == "{":
        end = yield from _object(text, start, issues)
    else:
        raise ScanError("$", "the file is not a JSON list or object", "Write its resources as a list: [{…}, {…}]")
    rest = _after(text, end)
    if rest < len(text):
        raise ScanError("$", f"something follows after the end: {shown(text[rest : rest + 20])}", "Remove what follows the last bracket")


def _list(text: str, start: int, path: str, kind: str | None, issues: list[Issue]) -> Generator[Element, None, int]:
    """Yield the elements of the list at ``start``; returns where it ends."""
    position = _after(text, start + 1)
    if text[position : position + 1] == "]":
        return position + 1
    number = 0
    while True:
        here = f"{path}[{number}]"
        value, end = _value(text, position, here)
        if value is _TOO_DEEP:
            issues.append(_too_deep(here))
        else:
            yield Element(here, kind, position, end, value)
        end = _after(text, end)
        follower = text[end : end + 1]
        if follower == "]":
            return end + 1
        if follower != ",":
            raise _broken(text, end, here, "a comma or the end of the list is missing")
        position = _after(text, end + 1)
        number += 1


def _object(text: str, start: int, issues: list[Issue]) -> Generator[Element, None, int]:
    """Yield the object at ``start``, or what its lists hold where it is a page or a whole catalog; returns where it ends."""
    wrapper = not _is_resource(text, start)
    if not wrapper:
        value, end = _value(text, start, "$")
        if value is _TOO_DEEP:
            issues.append(_too_deep("$"))
        else:
            yield Element("$", None, start, end, value)
        return end
    position = _after(text, start + 1)
    while text[position : position + 1] == '"':
        key, end = _value(text, position, "$")
        position = _after(text, end)
        if text[position : position + 1] != ":":
            raise _broken(text, position, "$", "a colon is missing")
        position = _after(text, position + 1)
        holds = COLLECTIONS.get(key)
        if text[position : position + 1] == "[" and (holds or key in PAGES):
            end = yield from _list(text, position, f"$.{key}", holds, issues)
        else:
            value, end = _value(text, position, f"$.{key}")
            if key in SETTINGS_MEMBERS:
                yield Element("$", "settings", position, end, {key: value})
        position = _after(text, end)
        if text[position : position + 1] == ",":
            position = _after(text, position + 1)
    if text[position : position + 1] != "}":
        raise _broken(text, position, "$", "the end of the object is missing")
    return position + 1


def _is_resource(text: str, start: int) -> bool:
    """Say whether the object at ``start`` is a resource itself: it has an id or a name and no list of resources beside them."""
    try:
        value, _ = value_at(text, start)
    except (json.JSONDecodeError, RecursionError):
        # Broken or very deep: as a wrapper, what is whole in it is still read.
        return '"id"' in text[start : start + 400] and not any(f'"{key}"' in text[start : start + 400] for key in PAGES)
    return "id" in value or not any(isinstance(value.get(key), list) for key in (*PAGES, *COLLECTIONS))


_TOO_DEEP = object()


def _value(text: str, start: int, path: str) -> tuple[Any, int]:
    try:
        value, end = value_at(text, start)
    except json.JSONDecodeError as error:
        raise _broken(text, len(text) if error.msg.startswith("Unterminated") else error.pos, path, error.msg) from None
    except RecursionError:
        return _TOO_DEEP, _skip(text, start, path)
    brackets = text.count("[", start, end) + text.count("{", start, end)
    if brackets > MAX_DEPTH:
        try:
            check_depth(text[start:end].encode("utf-8", "surrogatepass"))
        except WireError:
            return _TOO_DEEP, end
    return value, end


def _skip(text: str, start: int, path: str) -> int:
    """Return where the value at ``start`` ends, by counting its brackets."""
    depth = 0
    for match in _token.finditer(text, start):
        token = match[0]
        if token in "[{":
            depth += 1
        elif token in "]}":
            depth -= 1
            if depth == 0:
                return match.end()
    raise _broken(text, len(text), path, "the end of the file comes inside a value")


def _after(text: str, position: int) -> int:
    match = _space(text, position)
    return match.end() if match else position


def _broken(text: str, position: int, path: str, what: str) -> ScanError:
    if position >= len(text):
        return ScanError(path, "the file breaks off in the middle", "Get the whole file again; what stands before the break is read")
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    mend = "Repair it there; what follows in this file is not read"
    return ScanError(path, f"not JSON at line {line}, column {column}: {shown(what[:1].lower() + what[1:], 80)}", mend)


def _too_deep(path: str) -> Issue:
    return Issue(path, f"nested more than {MAX_DEPTH} levels deep", "Make it flatter", True)


def is_clean(text: str) -> bool:
    """Say whether JSON text that the strict parser took holds no character that would have to be made safe."""
    return "\\" not in text and "\x7f" not in text and (text.isascii() or _unsafe(text) is None)


def scrub(value: Any, issues: list[Issue]) -> Any:
    """Return a JSON value with every text safe to show and every number usable; what is no number is left out and told."""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, dict):
        clean = {}
        for key, inner in value.items():
            since = len(issues)
            safe = "\n".join(safe_lines(inner)) if key == "description" and isinstance(inner, str) else scrub(inner, issues)
            below(key, issues, since)
            if safe is not _DROP:
                clean[safe_text(key)] = safe
        return clean
    if isinstance(value, list):
        return [safe for safe in _scrubbed(value, issues) if safe is not _DROP]
    if isinstance(value, Unusable):
        issues.append(Issue("", f"{value.text} is not a number that can be used", "Write a plain number", True))
        return _DROP
    return value


_DROP = object()


def _scrubbed(values: list[Any], issues: list[Issue]) -> Iterator[Any]:
    for number, inner in enumerate(values):
        since = len(issues)
        safe = scrub(inner, issues)
        below(number, issues, since)
        yield safe


def decode(raw: bytes) -> tuple[Any, list[Issue]]:
    """Return one resource from its bytes, safe and usable, and what was wrong with it."""
    text = raw.decode("utf-8", "replace")
    issues: list[Issue] = []
    value, _ = value_at(text, 0)
    return scrub(value, issues), issues
