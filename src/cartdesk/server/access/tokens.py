"""Bearer tokens: made once, shown once, kept as a hash.

``cartdesk tokens`` adds, lists and removes them; :mod:`~cartdesk.server.access.gate` looks them up for each request.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cartdesk.errors import Refused
from cartdesk.server.access.tables import token
from cartdesk.server.database import Database
from cartdesk.server.events.tables import delivery, listener
from cartdesk.server.seams import ADMIN, READ, WRITE, Caller
from cartdesk.text import safe_text

SCOPES = (READ, WRITE, ADMIN)
PREFIX = "cdk_"
"""What every token starts with, so that one found in a log or a repository is known for what it is."""

_INCLUDED = {READ: {READ}, WRITE: {READ, WRITE}, ADMIN: {READ, WRITE, ADMIN}}
_FIND = sa.select(token).where(token.c.digest == sa.bindparam("digest"))
_ANY = sa.select(sa.literal(1)).select_from(token).limit(1)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it may be shown: everything but the secret."""

    id: str
    name: str
    scopes: tuple[str, ...]
    owner: str | None
    team: str | None
    customer: bool
    made: float
    ends: float | None

    @property
    def caller(self) -> Caller:
        """Who sends requests with it."""
        scopes = frozenset(scope for given in self.scopes for scope in _INCLUDED[given])
        return Caller(self.id, scopes, self.owner, self.team, self.customer)

    def holds(self, now: float) -> bool:
        """Return True while it has not ended."""
        return self.ends is None or now < self.ends


def digest_of(secret: str) -> str:
    """Return what is kept of a token: its SHA-256, enough for 256 random bits that nobody can guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


async def add_token(
    database: Database,
    *,
    name: str,
    scopes: Sequence[str],
    now: float,
    owner: str | None = None,
    team: str | None = None,
    customer: bool = False,
    ends: float | None = None,
) -> tuple[Token, str]:
    """Make a token and return it with its secret, which is kept nowhere.

    Raises:
        Refused: no scope, one that is not known, or a customer's token without the customer or with more than reading and writing.
    """
    _check(scopes, owner, team, customer)
    secret = PREFIX + secrets.token_urlsafe(32)
    made = Token(
        id=secrets.token_hex(6),
        name=safe_text(name, 100),
        scopes=tuple(scope for scope in SCOPES if scope in scopes),
        owner=owner,
        team=team,
        customer=customer,
        made=now,
        ends=ends,
    )
    row = {column.name: getattr(made, column.name) for column in token.c if column.name not in ("digest", "scopes")}
    async with database.transaction() as transaction:
        await transaction.execute(token.insert(), {**row, "scopes": " ".join(made.scopes), "digest": digest_of(secret)})
    return made, secret


def _check(scopes: Sequence[str], owner: str | None, team: str | None, customer: bool) -> None:
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown:
        raise Refused(f"{safe_text(unknown[0], 40)} is no scope; there are {', '.join(SCOPES)}.")
    if not scopes:
        raise Refused(f"A token needs a scope: {', '.join(SCOPES)}.")
    if customer and (owner is None or team is not None or ADMIN in scopes):
        raise Refused("A customer's token names the customer, no team, and is no admin's.")
    for value in (owner, team):
        if value is not None and not 0 < len(value) <= 200:
            raise Refused("An owner or a team has 1 to 200 characters.")


async def all_tokens(database: Database) -> list[Token]:
    """Return every token, the oldest first."""
    return [_token(row) for row in await database.fetch(sa.select(token).order_by(token.c.made, token.c.id))]


async def remove_token(database: Database, token_id: str) -> bool:
    """Remove a token and what it listens for; return False where there is none such."""
    async with database.transaction() as transaction:
        mine = sa.select(listener.c.id).where(listener.c.token == token_id)
        await transaction.execute(delivery.delete().where(delivery.c.listener.in_(mine)))
        await transaction.execute(listener.delete().where(listener.c.token == token_id))
        removed = await transaction.execute(token.delete().where(token.c.id == token_id))
    return removed.rowcount > 0


async def find_token(database: Database, secret: str) -> Token | None:
    """Return the token that ``secret`` is, whether or not it still holds."""
    found = await database.fetch(_FIND, {"digest": digest_of(secret)})
    return _token(found[0]) if found else None


async def has_tokens(database: Database) -> bool:
    """Return True where there is any token."""
    return bool(await database.fetch(_ANY))


def _token(row: sa.Row[Any]) -> Token:
    return Token(row.id, row.name, tuple(row.scopes.split()), row.owner, row.team, bool(row.customer), row.made, row.ends)
