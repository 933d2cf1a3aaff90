"""Resources in the database: one statement for each thing that is done to one, all by an index.

``writing``, ``retrieving`` and ``listing`` call it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from cartdesk.server import exact
from cartdesk.server.database import Database, Transaction, resource, resource_key
from cartdesk.server.events.tables import listener
from cartdesk.server.paths import values_at
from cartdesk.server.points import Point
from cartdesk.server.seams import Caller, Document
from cartdesk.server.table import ResourceType

_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """One resource as its row has it."""

    seq: int
    id: str
    revision: int
    owner: str | None
    team: str | None
    expires: int | None
    changed: int
    as_is: bool
    body: bytes
    document: Document | None = None
    """The body, parsed, where that was needed already; never changed in place."""
    work: Any = None
    """What the resource's behaviour can use at the next change."""
    shown: dict[str, dict[str, tuple[Any, bytes]]] | None = None
    """Version → part → the part and how that version shows it: a memory of renderings, handed from revision to revision."""

    def parsed(self) -> Document:
        """Return the stored document."""
        if self.document is not None:
            return self.document
        document: Document = exact.loads_stored(self.body)
        return document

    @property
    def tag(self) -> str:
        """Its ETag."""
        return f'"{self.revision}"'


COLUMNS = (
    resource.c.seq, resource.c.id, resource.c.revision, resource.c.owner, resource.c.team, resource.c.expires, resource.c.changed,
    resource.c.as_is, resource.c.body,
)  # fmt: skip

_ONE = sa.select(*COLUMNS).where(resource.c.kind == sa.bindparam("kind"), resource.c.id == sa.bindparam("id"))
_FIND = Point(_ONE)
_FIND_UNIQUE = Point(sa.select(*COLUMNS).where(resource.c.kind == sa.bindparam("kind"), resource.c.unique_key == sa.bindparam("value")))
_INSERT = resource.insert().returning(resource.c.seq)
_AT = (
    resource.c.kind == sa.bindparam("at_kind"),
    resource.c.id == sa.bindparam("at_id"),
    resource.c.revision == sa.bindparam("at_revision"),
)
_LISTENED = sa.exists().where(listener.c.api == sa.bindparam("at_api"), listener.c.state == "active")
_CHANGE = resource.update().values(
    {name: sa.bindparam(name) for name in ("revision", "state", "unique_key", "expires", "changed", "as_is", "body")}
)
_UPDATE = _CHANGE.where(*_AT).returning(_LISTENED.label("listened"))
_UPDATE_UNHEARD = Point(_CHANGE.where(*_AT, ~_LISTENED).returning(resource.c.seq))
_DELETE = resource.delete().where(*_AT)
_ADD_KEY = resource_key.insert()
_DROP_KEY = resource_key.delete().where(
    resource_key.c.kind == sa.bindparam("at_kind"),
    resource_key.c.name == sa.bindparam("at_name"),
    resource_key.c.value == sa.bindparam("at_value"),
    resource_key.c.seq == sa.bindparam("at_seq"),
)
_DROP_KEYS = resource_key.delete().where(resource_key.c.seq == sa.bindparam("at_seq"))


def indexed(value: str) -> str:
    """Return a value as the index holds it: itself, or its digest where it is too long or has what a database cannot hold."""
    if len(value) <= _LONGEST_KEY and "\x00" not in value:
        return value
    return "sha256:" + sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def keys_of(row: ResourceType, document: Document) -> set[tuple[str, str]]:
    """Return what a resource is found by: path and value."""
    found: set[tuple[str, str]] = set()
    for path in row.found_by:
        found |= {(path, indexed(value)) for value in values_at(document, tuple(path.split("."))) if isinstance(value, str)}
    return found


def _found_alike(row: ResourceType, one: Document, other: Document) -> bool:
    """Say whether everything that two documents are found by is plainly the same."""
    return all(one.get(member) == other.get(member) for member in {path.partition(".")[0] for path in row.found_by})


def kept_of(row: Any) -> Kept:
    """Return a row of ``COLUMNS`` as what it is."""
    return Kept(*row)


async def find(database: Database, row: ResourceType, resource_id: str) -> Kept | None:
    """Return one resource by its id."""
    if "\x00" in resource_id:
        return None
    rows = await database.read(_FIND, {"kind": row.name, "id": resource_id})
    return Kept(*rows[0]) if rows else None


async def find_in(transaction: Transaction, row: ResourceType, resource_id: str) -> Kept | None:
    """Return one resource by its id, as an open transaction sees it."""
    if "\x00" in resource_id:
        return None
    found = (await transaction.execute(_ONE, {"kind": row.name, "id": resource_id})).first()
    return kept_of(found) if found else None


async def find_unique(database: Database, row: ResourceType, value: str) -> Kept | None:
    """Return the resource whose unique member has this value."""
    rows = await database.read(_FIND_UNIQUE, {"kind": row.name, "value": indexed(value)})
    return Kept(*rows[0]) if rows else None


async def insert(transaction: Transaction, row: ResourceType, kept: Kept) -> Kept:
    """Store a new resource; return it with its place.

    Raises:
        sqlalchemy.exc.IntegrityError: its unique member's value is another's.
    """
    document = kept.parsed()
    values: dict[str, Any] = {"kind": row.name, "id": kept.id, "revision": kept.revision, "owner": kept.owner, "team": kept.team}
    seq = (await transaction.execute(_INSERT, values | _changing(row, kept, document))).scalar_one()
    keys = [{"kind": row.name, "name": name, "value": value, "seq": seq} for name, value in keys_of(row, document)]
    if keys:
        await transaction.execute(_ADD_KEY, keys)
    return replace(kept, seq=seq)


async def update_unheard(database: Database, row: ResourceType, before: Kept, after: Kept) -> bool:
    """Store a changed resource by one statement, where that is all there is to do: nobody listens, and it is found as it was before.

    Returns:
        True where it is stored; False where there is more to do, or it is not as it was in ``before`` any more, and nothing was stored.
    """
    if not _found_alike(row, before.parsed(), after.parsed()):
        return False
    return bool(await database.write(_UPDATE_UNHEARD, _change(row, before, after)))


async def update(transaction: Transaction, row: ResourceType, before: Kept, after: Kept) -> bool | None:
    """Store a changed resource and say whether anybody listens for that, which costs nothing to learn here.

    Returns:
        True where somebody listens, False where nobody does, None where the resource is not as it was in ``before`` any more (changed or
        deleted by another) and nothing was stored.
    """
    document = after.parsed()
    changed = (await transaction.execute(_UPDATE, _change(row, before, after))).first()
    if changed is None:
        return None
    if _found_alike(row, former := before.parsed(), document):
        return bool(changed.listened)
    old, new = keys_of(row, former), keys_of(row, document)
    gone = [{"at_kind": row.name, "at_name": name, "at_value": value, "at_seq": before.seq} for name, value in old - new]
    added = [{"kind": row.name, "name": name, "value": value, "seq": before.seq} for name, value in new - old]
    if gone:
        await transaction.execute(_DROP_KEY, gone)
    if added:
        await transaction.execute(_ADD_KEY, added)
    return bool(changed.listened)


async def delete(transaction: Transaction, row: ResourceType, before: Kept) -> bool:
    """Remove a resource; False where it is not as it was in ``before`` any more."""
    at = {"at_kind": row.name, "at_id": before.id, "at_revision": before.revision}
    if (await transaction.execute(_DELETE, at)).rowcount != 1:
        return False
    await transaction.execute(_DROP_KEYS, {"at_seq": before.seq})
    return True


def _change(row: ResourceType, before: Kept, after: Kept) -> dict[str, Any]:
    """Return the parameters of a change."""
    at: dict[str, Any] = {"at_kind": row.name, "at_id": before.id, "at_revision": before.revision, "at_api": row.api}
    return at | {"revision": after.revision} | _changing(row, after, after.parsed())


def _changing(row: ResourceType, kept: Kept, document: Document) -> dict[str, Any]:
    state = document.get(row.state) if row.state else None
    unique = document.get(row.unique) if row.unique else None
    return {
        "state": state if isinstance(state, str) and len(state) <= 60 and "\x00" not in state else None,
        "unique_key": indexed(unique) if isinstance(unique, str) and unique else None,
        "expires": kept.expires,
        "changed": kept.changed,
        "as_is": kept.as_is,
        "body": kept.body,
    }


def may_see(row: ResourceType, kept: Kept, caller: Caller, now: datetime) -> bool:
    """Say whether a resource is there for a caller: its own, its team's, one that names a customer, and not an expired one."""
    if caller.is_admin:
        return True
    if caller.customer and kept.expires is not None and kept.expires <= millis(now):
        return False
    if caller.sees_all or row.shared:
        return True
    if (caller.owner is not None and kept.owner == caller.owner) or (caller.team is not None and kept.team == caller.team):
        return True
    if not caller.customer or caller.owner is None:
        return False
    return kept.id == caller.owner or ("relatedParty.id", indexed(caller.owner)) in keys_of(row, kept.parsed())


def seen_by(row: ResourceType, caller: Caller, now: datetime) -> list[sa.ColumnElement[bool]]:
    """Return the same as conditions of a query."""
    if caller.is_admin:
        return []
    conditions: list[sa.ColumnElement[bool]] = []
    if caller.customer:
        conditions.append(sa.or_(resource.c.expires.is_(None), resource.c.expires > millis(now)))
    if caller.sees_all or row.shared:
        return conditions
    own: list[sa.ColumnElement[bool]] = []
    if caller.owner is not None:
        own.append(resource.c.owner == caller.owner)
    if caller.team is not None:
        own.append(resource.c.team == caller.team)
    if caller.customer and caller.owner is not None:
        own.append(resource.c.id == caller.owner)
        own.append(resource.c.seq.in_(named_by(row, "relatedParty.id", [caller.owner])))
    return [*conditions, sa.or_(*own)]


def named_by(row: ResourceType, path: str, values: list[str]) -> sa.Select[tuple[int]]:
    """Return the places of the resources that have one of the values at an indexed path."""
    return sa.select(resource_key.c.seq).where(
        resource_key.c.kind == row.name, resource_key.c.name == path, resource_key.c.value.in_([indexed(value) for value in values])
    )


def millis(moment: datetime) -> int:
    """Return a moment in epoch milliseconds."""
    return int(moment.timestamp() * 1000)
