"""What the courier asks of the database: which listener to serve, what to tell it, and what came of it.

Only :mod:`~cartdesk.server.events.courier` calls it. A listener is served by the one worker that leased it, which is what keeps two workers
from telling it the same thing at once and out of order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cartdesk.server.access.tables import token
from cartdesk.server.database import Database, Transaction
from cartdesk.server.events.backoff import PARKED_AFTER, pause_after
from cartdesk.server.events.tables import delivery, event, listener

_ORPHANED_AFTER_MS = 3_600_000

_now = sa.bindparam("now", type_=sa.Float)
_mine = sa.bindparam("worker", type_=sa.String)
_until = sa.bindparam("until", type_=sa.Float)
_id = sa.bindparam("listener", type_=sa.String)

_earlier = delivery.alias("earlier")
_held_up = sa.exists().where(
    _earlier.c.listener == delivery.c.listener,
    _earlier.c.kind == delivery.c.kind,
    _earlier.c.resource_id == delivery.c.resource_id,
    _earlier.c.seq < delivery.c.seq,
    _earlier.c.given_up.is_(False),
    _earlier.c.due > _now,
)
_tellable = sa.and_(delivery.c.given_up.is_(False), delivery.c.due <= _now, ~_held_up)
_waiting = sa.exists().where(delivery.c.listener == listener.c.id, _tellable)
_claimable = (
    sa.select(listener.c.id)
    .where(listener.c.state == "active", listener.c.not_before <= _now, listener.c.leased_until <= _now, _waiting)
    .order_by(listener.c.leased_until)
    .limit(1)
)
_CLAIM = (
    listener.update()
    .where(listener.c.id.in_(_claimable.with_for_update(skip_locked=True).scalar_subquery()))
    .values(leased_by=_mine, leased_until=_until)
    .returning(listener)
)
_HELD = sa.and_(listener.c.id == _id, listener.c.leased_by == _mine, listener.c.leased_until > _now)
_RENEW = listener.update().where(_HELD).values(leased_until=_until)
_RELEASE = listener.update().where(listener.c.id == _id, listener.c.leased_by == _mine).values(leased_until=0.0)

_BATCH = (
    sa.select(
        delivery.c.seq,
        delivery.c.kind,
        delivery.c.resource_id,
        delivery.c.attempts,
        delivery.c.failing_since,
        event.c.id.label("event_id"),
        event.c.happening,
        event.c.at,
        event.c.owner,
        event.c.team,
        event.c.body,
    )
    .join_from(delivery, event, delivery.c.seq == event.c.seq)
    .where(delivery.c.listener == _id, _tellable)
    .order_by(delivery.c.seq)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one delivery."""

    row: sa.Row[Any]
    problem: str | None = None
    """Why it did not arrive; none where it did, or where the listener need not be told."""
    hopeless: bool = False
    """True where trying again cannot help."""


class Mailbox:
    """The events' tables, as one worker sees them."""

    def __init__(self, database: Database, worker: str) -> None:
        self._database = database
        self._worker = worker

    async def claim(self, now: float, until: float) -> sa.Row[Any] | None:
        """Lease the listener that has waited longest, or return None where nobody has anything to be told."""
        if not await self._database.fetch(_claimable, {"now": now}):
            return None
        async with self._database.transaction() as transaction:
            claimed = await transaction.execute(_CLAIM, {"now": now, "until": until, "worker": self._worker})
            return claimed.first()

    async def renew(self, listener_id: str, now: float, until: float) -> bool:
        """Keep a lease; return False where it is lost."""
        async with self._database.transaction() as transaction:
            values = {"listener": listener_id, "worker": self._worker, "now": now, "until": until}
            return (await transaction.execute(_RENEW, values)).rowcount == 1

    async def release(self, listener_id: str) -> None:
        """Give a lease back."""
        async with self._database.transaction() as transaction:
            await transaction.execute(_RELEASE, {"listener": listener_id, "worker": self._worker})

    async def batch(self, listener_id: str, now: float, most: int) -> Sequence[sa.Row[Any]]:
        """Return what a listener may be told now, in order, without what follows something that has to wait."""
        return await self._database.fetch(_BATCH, {"listener": listener_id, "now": now, "most": most})

    async def settle(self, listener_id: str, outcomes: Sequence[Outcome], now: float, random: float) -> bool:
        """Write down what came of deliveries; return False where the listener is to be left alone for now.

        Args:
            listener_id: whose they are.
            outcomes: what came of each.
            now: epoch seconds.
            random: from 0 to 1, to spread the next attempts.
        """
        arrived = [outcome.row.seq for outcome in outcomes if outcome.problem is None]
        failed = [outcome for outcome in outcomes if outcome.problem is not None]
        async with self._database.transaction() as transaction:
            state = (await transaction.execute(sa.select(listener).where(listener.c.id == listener_id))).first()
            if state is None:
                return False
            if arrived:
                await _forget(transaction, listener_id, arrived)
            for outcome in failed:
                await _put_off(transaction, state, outcome, now, random)
            values = _standing(state, bool(arrived), [outcome for outcome in failed if not outcome.hopeless], now, random)
            if values:
                await transaction.execute(listener.update().where(listener.c.id == listener_id).values(**values))
        return "not_before" not in values or values["not_before"] <= now

    async def tidy(self, now: float) -> None:
        """Park listeners whose token has ended, and drop what nobody waits for any more."""
        holding = sa.select(token.c.id).where(sa.or_(token.c.ends.is_(None), token.c.ends > now))
        ended = sa.and_(listener.c.state == "active", listener.c.token.is_not(None), listener.c.token.not_in(holding))
        stray = delivery.c.listener.not_in(sa.select(listener.c.id))
        orphaned = sa.and_(event.c.at < int(now * 1000) - _ORPHANED_AFTER_MS, ~sa.exists().where(delivery.c.seq == event.c.seq))
        if not await self._database.fetch(
            sa.union_all(*(sa.select(sa.literal(1)).where(sa.exists().where(each)) for each in (ended, stray, orphaned)))
        ):
            return
        async with self._database.transaction() as transaction:
            await transaction.execute(listener.update().where(ended).values(state="parked", problem="its token has ended"))
            await transaction.execute(delivery.delete().where(stray))
            await transaction.execute(event.delete().where(orphaned))


async def _forget(transaction: Transaction, listener_id: str, arrived: Sequence[int]) -> None:
    await transaction.execute(delivery.delete().where(delivery.c.listener == listener_id, delivery.c.seq.in_(arrived)))
    waited_for = sa.exists().where(delivery.c.seq == event.c.seq)
    await transaction.execute(event.delete().where(event.c.seq.in_(arrived), ~waited_for))


async def _put_off(transaction: Transaction, state: sa.Row[Any], outcome: Outcome, now: float, random: float) -> None:
    row = outcome.row
    since = row.failing_since if row.failing_since is not None else now
    others_arrive = state.failing_since is None or state.failing_since > since
    given_up = outcome.hopeless or (others_arrive and now - since >= PARKED_AFTER)
    await transaction.execute(
        delivery.update()
        .where(delivery.c.listener == state.id, delivery.c.seq == row.seq)
        .values(
            attempts=row.attempts + 1,
            failing_since=since,
            due=now + pause_after(row.attempts + 1, random),
            given_up=given_up,
            problem=outcome.problem,
        )
    )


def _standing(state: sa.Row[Any], arrived: bool, failed: Sequence[Outcome], now: float, random: float) -> dict[str, Any]:
    """Return what changes about a listener: well again after any arrival, else a longer pause, and parked in the end."""
    if arrived:
        return {"failures": 0, "failing_since": None, "not_before": 0.0, "problem": None} if state.failures else {}
    if not failed:
        return {}
    since = state.failing_since if state.failing_since is not None else now
    values = {
        "failures": state.failures + 1,
        "failing_since": since,
        "not_before": now + pause_after(state.failures + 1, random),
        "problem": failed[0].problem,
    }
    return {**values, "state": "parked"} if now - since >= PARKED_AFTER else values
