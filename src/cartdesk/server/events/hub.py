"""The hub: listeners come, are looked at, and go.

The hub routes of every API call :class:`SqlHub` (TMF630's ``POST /hub``, ``DELETE /hub/{id}``), and the admin's routes and ``cartdesk
listeners`` the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cartdesk.server.database import Database
from cartdesk.server.events.callbacks import CallbackPolicy, CallbackRefused
from cartdesk.server.events.tables import LONGEST_QUERY, delivery, event, listener
from cartdesk.server.problems import Problem
from cartdesk.server.seams import LOCAL, Caller, Document

LISTENERS = 200
"""How many listeners one API version has at most: each of them costs every change a row."""

_LOOKUP_SECONDS = 3.0

CheckQuery = Callable[[str, str, str], None]
"""From an API, a version and a listener's query; raises a Problem for one that cannot be read."""


class SqlHub:
    """The listeners in the database.

    Args:
        database: where they are.
        policy: which callbacks are allowed.
        check_query: refuses a query that cannot be read.
        now: the moment, in epoch seconds.
        ids: makes ids.
    """

    def __init__(
        self, database: Database, policy: CallbackPolicy, *, check_query: CheckQuery, now: Callable[[], float], ids: Callable[[], str]
    ) -> None:
        self._database = database
        self._policy = policy
        self._check_query = check_query
        self._now = now
        self._ids = ids

    async def register(self, api: str, version: str, body: Mapping[str, Any], caller: Caller) -> Document:
        """Keep a listener and return it as the API shows it.

        Raises:
            Problem: 400 for a query that cannot be read, 403 for a callback that is not allowed or a customer's token, 409 for a callback
                that listens already or one listener too many.
        """
        if caller.customer:
            raise Problem(403, "A customer's token registers no listeners.")
        callback, query = body["callback"], body.get("query") or None
        await self._check_callback(callback)
        if query is not None:
            if len(query) > LONGEST_QUERY:
                raise Problem(400, f"query has at most {LONGEST_QUERY:,} characters.")
            self._check_query(api, version, query)
        row = {
            "id": self._ids(),
            "api": api,
            "version": version,
            "callback": callback,
            "query": query,
            "token": None if caller is LOCAL else caller.name,
            "owner": None if caller.sees_all else caller.owner,
            "team": None if caller.sees_all else caller.team,
            "made": self._now(),
            "state": "active",
            "failures": 0,
            "not_before": 0.0,
            "leased_until": 0.0,
        }
        try:
            async with self._database.transaction() as transaction:
                here = sa.select(sa.func.count()).select_from(listener).where(listener.c.api == api, listener.c.version == version)
                if (await transaction.execute(here)).scalar_one() >= LISTENERS:
                    raise Problem(409, f"There are {LISTENERS} listeners already; unregister one first.")
                await transaction.execute(listener.insert(), row)
        except IntegrityError:
            raise Problem(409, "This callback listens already; unregister it first.") from None
        return {"id": row["id"], "callback": callback, "query": query}

    async def _check_callback(self, callback: str) -> None:
        try:
            parts = self._policy.check_url(callback)
            async with asyncio.timeout(_LOOKUP_SECONDS):
                await self._policy.addresses(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        except CallbackRefused as error:
            raise Problem(403, str(error)) from None
        except (OSError, UnicodeError, TimeoutError):
            return  # a name that leads nowhere now may do so later; each delivery looks again

    async def unregister(self, api: str, version: str, listener_id: str, caller: Caller) -> bool:
        """Forget a listener; return False where there is none such, or it is another's."""
        chosen = sa.and_(listener.c.id == listener_id, listener.c.api == api, listener.c.version == version)
        if not caller.is_admin:
            chosen = sa.and_(chosen, listener.c.token == caller.name)
        return await remove_listener(self._database, chosen)


async def remove_listener(database: Database, chosen: sa.ColumnElement[bool]) -> bool:
    """Remove the chosen listener and what it has not been told."""
    async with database.transaction() as transaction:
        removed = await transaction.execute(listener.delete().where(chosen).returning(listener.c.id))
        found = removed.first()
        if found is not None:
            await transaction.execute(delivery.delete().where(delivery.c.listener == found.id))
    return found is not None


@dataclass(frozen=True, slots=True)
class ListenerState:
    """How a listener fares, for an admin to see."""

    id: str
    api: str
    version: str
    callback: str
    query: str | None
    state: str
    """``active``, or ``parked`` after a day without one delivery: nothing is sent until it is resumed."""
    waiting: int
    """How many notifications it has not been told yet."""
    given_up: int
    """How many it would not take for a day while it took others."""
    failures: int
    failing_since: str | None
    problem: str | None


async def listener_states(database: Database) -> list[ListenerState]:
    """Return every listener, the parked and the failing first."""
    waiting = sa.func.count(delivery.c.seq).filter(delivery.c.given_up.is_(False)).label("waiting")
    given_up = sa.func.count(delivery.c.seq).filter(delivery.c.given_up.is_(True)).label("given_up")
    statement = (
        sa.select(listener, waiting, given_up)
        .outerjoin_from(listener, delivery, delivery.c.listener == listener.c.id)
        .group_by(listener.c.id)
        .order_by(listener.c.state.desc(), listener.c.failures.desc(), listener.c.made)
    )
    return [_state(row) for row in await database.fetch(statement)]


def _state(row: sa.Row[Any]) -> ListenerState:
    since = None if row.failing_since is None else datetime.fromtimestamp(row.failing_since, UTC).isoformat(timespec="seconds")
    return ListenerState(
        *(row.id, row.api, row.version, row.callback, row.query, row.state),
        waiting=row.waiting,
        given_up=row.given_up,
        failures=row.failures,
        failing_since=since,
        problem=row.problem,
    )


async def resume_listener(database: Database, listener_id: str) -> bool:
    """Send to a listener again, first of all what it has not been told; return False where there is none such."""
    async with database.transaction() as transaction:
        well = {"state": "active", "failures": 0, "failing_since": None, "not_before": 0.0, "problem": None}
        resumed = await transaction.execute(listener.update().where(listener.c.id == listener_id).values(**well))
        again = {"due": 0.0, "attempts": 0, "failing_since": None, "given_up": False, "problem": None}
        await transaction.execute(delivery.update().where(delivery.c.listener == listener_id).values(**again))
    return resumed.rowcount > 0


async def undelivered(database: Database, listener_id: str, most: int = 100) -> list[dict[str, Any]]:
    """Return what a listener has not taken, the oldest first, without the resources themselves."""
    columns = (event.c.id.label("eventId"), event.c.kind, event.c.resource_id, event.c.happening)
    statement = (
        sa.select(*columns, delivery.c.attempts, delivery.c.given_up, delivery.c.problem)
        .join_from(delivery, event, delivery.c.seq == event.c.seq)
        .where(delivery.c.listener == listener_id, delivery.c.attempts > 0)
        .order_by(delivery.c.seq)
        .limit(most)
    )
    return [dict(row._mapping) for row in await database.fetch(statement)]
