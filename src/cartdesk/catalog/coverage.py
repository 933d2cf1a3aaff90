"""What can be delivered where: ``serviceability*.json``, post codes with the technologies and speeds that reach them.

Held by ``catalog``; ``selling`` asks it for each line, and the list of offerings is narrowed by it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from cartdesk.catalog.faults import Fault, Issue, as_faults, shown
from cartdesk.catalog.folder import companions
from cartdesk.catalog.people import resources

SERVICEABILITY = "serviceability"
"""How the name of a file of areas begins."""
MAX_POST_CODE = 12

_RANGE = re.compile(r"([0-9A-Z]+)\s*-\s*([0-9A-Z]+)")
_CODE = re.compile(r"[0-9A-Z][0-9A-Z -]*[0-9A-Z]|[0-9A-Z]")
_FASTEST = 1_000_000


class Need(NamedTuple):
    """What an offering needs at an address."""

    technology: str
    speed: int
    """In Mbit/s downwards."""


@dataclass(frozen=True, slots=True)
class Area:
    """A place, and what reaches it."""

    name: str
    speeds: Mapping[str, int]
    """The fastest of each technology there, in Mbit/s downwards."""

    def meets(self, need: Need) -> bool:
        """Say whether something can be delivered here."""
        return self.speeds.get(need.technology, 0) >= need.speed


class Coverage:
    """The areas of one catalog, what its offerings need there, and what is wrong with the files."""

    def __init__(self, root: Path, has_offering: Callable[[str], bool]) -> None:
        self.faults: list[Fault] = []
        self.needs: dict[str, Need] = {}
        """By offering id; what is not here can be delivered everywhere."""
        self._has_offering = has_offering
        self._areas: list[tuple[str, str, Area]] = []
        for source in companions(root, SERVICEABILITY, self.faults):
            for path, value in resources(source, self.faults):
                self.faults.extend(as_faults(source.name, path, list(self._take(value))))
        self._areas.sort(key=lambda each: (len(each[0]), each[0]))
        self._starts = [(len(start), start) for start, _, _ in self._areas]
        for (_, end, one), (start, _, other) in zip(self._areas, self._areas[1:], strict=False):
            if len(start) == len(end) and start <= end:
                self.faults.append(Fault(".", "", f"the areas {one.name} and {other.name} both have {start}", "Give each code one area"))

    def __bool__(self) -> bool:
        """Say whether anything is known of what can be delivered where."""
        return bool(self._areas)

    def area(self, post_code: str) -> Area | None:
        """Return the area of a post code, or None where it is not known."""
        code = plain_code(post_code)
        place = bisect_right(self._starts, (len(code), code)) - 1
        if place < 0:
            return None
        start, end, area = self._areas[place]
        return area if len(start) == len(code) and start <= code <= end else None

    def undeliverable(self, post_code: str) -> frozenset[str]:
        """Return the ids of the offerings that cannot be delivered there; none where the place is not known."""
        area = self.area(post_code)
        return frozenset() if area is None else frozenset(code for code, need in self.needs.items() if not area.meets(need))

    def _take(self, value: dict[str, Any]) -> Iterator[Issue]:
        if "technology" in value:
            yield from self._take_technology(value)
        elif "postCode" in value:
            yield from self._take_area(value)
        else:
            yield Issue(
                "", "this is neither an area nor a technology", "Write postCode and service, or technology and productOffering", True
            )

    def _take_technology(self, value: dict[str, Any]) -> Iterator[Issue]:
        technology = _word(value["technology"])
        if not technology:
            yield Issue(".technology", "the technology has no name", "Write one, such as fibre", True)
            return
        for number, each in enumerate(_listed(value.get("productOffering"))):
            at = f".productOffering[{number}]"
            code = each.get("id") if isinstance(each, dict) else None
            speed = _speed(each)
            if not isinstance(code, str) or not self._has_offering(code):
                yield Issue(f"{at}.id", f"the offering {shown(code)!r} is not in this catalog", "Name one that is, or remove this")
            elif speed is None:
                yield Issue(f"{at}.downloadSpeed", "the speed is not a whole number of Mbit/s", "Write one, such as 500", True)
            elif code in self.needs:
                yield Issue(f"{at}.id", f"{shown(code)!r} stands here twice", "Keep one of them")
            else:
                self.needs[code] = Need(technology, speed)

    def _take_area(self, value: dict[str, Any]) -> Iterator[Issue]:
        speeds: dict[str, int] = {}
        for number, each in enumerate(_listed(value.get("service"))):
            technology = _word(each.get("technology")) if isinstance(each, dict) else ""
            speed = _speed(each)
            if not technology or speed is None:
                yield Issue(f".service[{number}]", "it needs a technology and a speed in Mbit/s", "Write both", True)
            else:
                speeds[technology] = max(speed, speeds.get(technology, 0))
        area = Area(shown(value.get("name") or "this place", 60), speeds)
        for number, each in enumerate(_listed(value["postCode"])):
            ends = _ends(each)
            if ends is None:
                yield Issue(f".postCode[{number}]", f"{shown(each)!r} is no post code or range", "Write 0155, or 0150-0199", True)
            else:
                self._areas.append((*ends, area))


def plain_code(text: str) -> str:
    """Return a post code as it is compared: capitals and digits, without spaces and hyphens."""
    return "".join(character for character in text.upper() if character.isascii() and character.isalnum())[:MAX_POST_CODE]


def _ends(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, str):
        return None
    text = value.strip().upper()
    match = _RANGE.fullmatch(text)
    if match is not None and len(match[1]) == len(match[2]) <= MAX_POST_CODE:
        return (match[1], match[2]) if match[1] <= match[2] else None
    if not _CODE.fullmatch(text) or len(plain_code(text)) > MAX_POST_CODE:
        return None
    return plain_code(text), plain_code(text)


def _speed(value: Any) -> int | None:
    speed = value.get("downloadSpeed") if isinstance(value, dict) else None
    return speed if isinstance(speed, int) and not isinstance(speed, bool) and 0 < speed <= _FASTEST else None


def _word(value: Any) -> str:
    return " ".join(value.split()).casefold()[:40] if isinstance(value, str) else ""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
