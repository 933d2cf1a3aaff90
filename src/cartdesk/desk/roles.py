"""Who may take how much off a price: the roles of a shop with their limits, and the people whose PIN allows more.

The desk reads the file, ``roles.json`` in its folder; ``cartdesk roles`` writes it. Without one the roles have their usual limits and
nobody has a PIN.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from cartdesk.errors import Refused, SettingsError, StoreFull
from cartdesk.language import tr
from cartdesk.store.disk import PRIVATE
from cartdesk.text import safe_text

FILE = "roles.json"
AGENT = "agent"
"""What everybody is who has not shown to be more."""
USUAL: Mapping[str, Decimal] = {"agent": Decimal(10), "supervisor": Decimal(50), "admin": Decimal(100)}
"""How many per cent off the price of one each role may give."""
MOST_PEOPLE = 50
_LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody with a PIN."""

    name: str
    role: str
    pin: str
    """What ``pins.hashed`` made of it."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles of a shop."""

    limits: Mapping[str, Decimal] = field(default_factory=lambda: dict(USUAL))
    """How many per cent each may take off a price, by its name in small letters."""
    people: tuple[Approver, ...] = ()

    def limit(self, role: str) -> Decimal:
        """Return how many per cent a role may take off."""
        return self.limits.get(role.strip().lower(), Decimal(0))

    def is_guarded(self, role: str) -> bool:
        """Say whether a role has to be shown by a PIN: once anybody has one, all may that may more than an agent."""
        return bool(self.people) and self.limit(role) > self.limit(AGENT)

    def believed(self, role: str) -> str:
        """Return the role of somebody who says to have one and has shown no PIN."""
        return AGENT if self.is_guarded(role) else role

    def approvers(self, percent: Decimal) -> tuple[Approver, ...]:
        """Return who may allow so many per cent off."""
        return tuple(each for each in self.people if self.limit(each.role) >= percent)

    def with_limit(self, role: str, limit: Decimal) -> Roles:
        """Return the roles with another limit.

        Raises:
            Refused: it is no name of a role, or no percentage.
        """
        return replace(self, limits={**self.limits, checked_role(role): _checked_limit(limit)})

    def with_person(self, name: str, role: str, pin: str) -> Roles:
        """Return the roles with a person's PIN, new or changed.

        Raises:
            Refused: there is no such role, the PIN is no good, or it is too much like somebody else's.
        """
        from cartdesk.desk.pins import fits, hashed

        called, role = _checked_name(name), checked_role(role)
        if role not in self.limits:
            raise Refused(tr("There is no role {role}; the roles are {limits}.", role=safe_text(role, 30), limits=", ".join(self.limits)))
        others = tuple(each for each in self.people if each.name.casefold() != called.casefold())
        if len(others) >= MOST_PEOPLE:
            raise Refused(tr("At most {most_people} people have a PIN.", most_people=MOST_PEOPLE))
        stored = hashed(pin)
        if any(fits(pin, each.pin) for each in others):
            raise Refused(tr("That PIN cannot be used here; choose another."))
        return replace(self, people=(*others, Approver(called, role, stored)))

    def without_person(self, name: str) -> Roles:
        """Return the roles without a person's PIN.

        Raises:
            Refused: nobody of that name has one.
        """
        kept = tuple(each for each in self.people if each.name.casefold() != name.strip().casefold())
        if len(kept) == len(self.people):
            raise Refused(tr("Nobody called {name} has a PIN; `cartdesk roles` lists who has.", name=safe_text(name, 40)))
        return replace(self, people=kept)

    def to_json(self) -> dict[str, Any]:
        """Return the roles as JSON values."""
        return {
            "roles": {role: {"percent": f"{limit:f}"} for role, limit in self.limits.items()},
            "people": {each.name: {"role": each.role, "pin": each.pin} for each in self.people},
        }


def roles_of(value: Any) -> Roles:
    """Return the roles of a file's JSON.

    Raises:
        SettingsError: it is not such a file; the sentence says where.
    """
    roles, people = (value.get(name, {}) if isinstance(value, dict) else None for name in ("roles", "people"))
    if not isinstance(roles, dict) or not isinstance(people, dict):
        raise SettingsError(tr('it is not {"roles": {…}, "people": {…}}'))
    limits = dict(USUAL)
    for name, said in roles.items():
        try:
            limits[checked_role(name)] = _checked_limit(Decimal(str(said["percent"])))
        except (TypeError, KeyError, InvalidOperation, Refused):
            raise SettingsError(tr("the role {name} has no percentage from 0 to 100", name=safe_text(str(name), 40))) from None
    found = []
    for name, said in people.items():
        role, pin = (said.get(each) if isinstance(said, dict) else None for each in ("role", "pin"))
        if not isinstance(role, str) or not isinstance(pin, str) or role.strip().lower() not in limits:
            raise SettingsError(tr("{name} has no role that there is, or no PIN", name=safe_text(str(name), 40)))
        found.append(Approver(safe_text(str(name), 60), role.strip().lower(), pin))
    return Roles(limits, tuple(found))


class RolesFile:
    """The file in a seat's folder, read anew when it has changed; without a folder, the usual roles."""

    def __init__(self, folder: Path | None) -> None:
        self.path = None if folder is None else folder / FILE
        self._read: tuple[tuple[int, int] | None, Roles] | None = None

    def roles(self) -> Roles:
        """Return the roles as they stand.

        Raises:
            SettingsError: the file is there and cannot be used; guessing would let somebody do more than they may.
        """
        if self.path is None:
            return Roles()
        try:
            found = self.path.stat()
        except OSError:
            stamp = None
        else:
            stamp = (found.st_mtime_ns, found.st_size)
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, read_roles(self.path))
        return self._read[1]


def read_roles(path: Path) -> Roles:
    """Return the roles that a file says; the usual ones where there is none.

    Raises:
        SettingsError: it cannot be used.
    """
    try:
        with path.open("rb") as stream:
            return roles_of(json.loads(stream.read(_LARGEST)))
    except (FileNotFoundError, NotADirectoryError):
        return Roles()
    except OSError as error:
        raise SettingsError(
            tr("{path} cannot be read: {strerror}.", path=safe_text(str(path)), strerror=(error.strerror or str(error)).lower())
        ) from None
    except (ValueError, RecursionError):
        raise SettingsError(tr("{path} is not JSON; mend it, or set it anew with `cartdesk roles`.", path=safe_text(str(path)))) from None
    except SettingsError as error:
        raise SettingsError(tr("{path} cannot be used: {error}.", path=safe_text(str(path)), error=error)) from None


def write_roles(path: Path, roles: Roles) -> None:
    """Keep the roles in a file that nobody else may read.

    Raises:
        StoreFull: it cannot be written.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(roles.to_json(), stream, indent=2)
            stream.write("\n")
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError as error:
        raise StoreFull(
            tr("{path} cannot be written: {strerror}.", path=safe_text(str(path)), strerror=(error.strerror or str(error)).lower())
        ) from None


def checked_role(role: str) -> str:
    """Return the name of a role as it is kept.

    Raises:
        Refused: it cannot be one.
    """
    name = role.strip().lower()
    if not name.isidentifier() or len(name) > 30:
        raise Refused(tr("A role's name is one word of up to 30 letters and digits, not {role}.", role=safe_text(role, 40)))
    return name


def _checked_limit(limit: Decimal) -> Decimal:
    if not limit.is_finite() or not 0 <= limit <= 100:
        raise Refused(tr("A limit is a percentage from 0 to 100."))
    return limit


def _checked_name(name: str) -> str:
    called = " ".join(safe_text(name).split())
    if not called or len(called) > 60:
        raise Refused(tr("A name has 1 to 60 characters."))
    return called
