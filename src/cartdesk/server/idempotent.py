"""POSTs that may be sent twice: the same ``Idempotency-Key`` with the same body is answered as it was the first time.

``writing`` looks an answer up before it creates anything and keeps the new one in the creating transaction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa
from starlette.requests import Request

from cartdesk.server.database import Database, Transaction, idempotency
from cartdesk.server.points import Point
from cartdesk.server.problems import Problem
from cartdesk.server.seams import Caller

KEPT_MILLIS = 24 * 60 * 60 * 1000
"""How long a key is known."""

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_FIND = Point(sa.select(idempotency.c.digest, idempotency.c.id, idempotency.c.answer).where(idempotency.c.key == sa.bindparam("key")))
_KEEP = idempotency.insert()
_FORGET = idempotency.delete().where(idempotency.c.made < sa.bindparam("before"))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One POST with a key."""

    key: str
    """Who sent it and where, with the header's own key, as one digest."""
    digest: str
    """The body's."""


def attempt_of(request: Request, caller: Caller, body: bytes) -> Attempt | None:
    """Return what a POST's key stands for; None where it came without one.

    Raises:
        Problem: 400 for a key that cannot be used.
    """
    named = request.headers.get("idempotency-key")
    if named is None:
        return None
    if _KEY.fullmatch(named) is None:
        raise Problem(400, "'Idempotency-Key' must be 1 to 255 visible ASCII characters without spaces.")
    place = "\n".join((caller.name, request.scope["path"], named))
    return Attempt(sha256(place.encode("utf-8", "surrogatepass")).hexdigest(), sha256(body).hexdigest())


async def former_answer(database: Database, attempt: Attempt) -> tuple[str, bytes] | None:
    """Return the id and the body that the same POST was answered with before.

    Raises:
        Problem: 422 where the key came with another body.
    """
    rows = await database.read(_FIND, {"key": attempt.key})
    if not rows:
        return None
    digest, resource_id, answer = rows[0]
    if digest != attempt.digest:
        raise Problem(
            422,
            "The 'Idempotency-Key' was used with another body.",
            code="keyReused",
            message="Use a new key for a new resource, and the same body with the same key.",
        )
    return resource_id, answer


async def keep_answer(transaction: Transaction, attempt: Attempt, kind: str, resource_id: str, answer: bytes, made: int) -> None:
    """Keep an answer with the resource it tells of.

    Raises:
        sqlalchemy.exc.IntegrityError: the same key was kept meanwhile.
    """
    values = {"key": attempt.key, "digest": attempt.digest, "kind": kind, "id": resource_id, "answer": answer, "made": made}
    await transaction.execute(_KEEP, values)


async def forget_old(database: Database, now: int) -> None:
    """Forget the keys whose time is over."""
    async with database.transaction() as transaction:
        await transaction.execute(_FORGET, {"before": now - KEPT_MILLIS})
