"""The outbox: what happened is queued for whoever listens, in the transaction of the change itself.

The resources' handlers call :func:`tell` after they have written the resource's row and before they commit.
"""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa

from cartdesk.server.database import Transaction
from cartdesk.server.events.tables import delivery, event, listener

_LISTENED = sa.exists().where(listener.c.api == sa.bindparam("api", type_=sa.String), listener.c.state == "active")
_COLUMNS = ("id", "api", "kind", "resource_id", "happening", "at", "owner", "team", "body")

_QUEUE = (
    event.insert()
    .from_select(
        _COLUMNS,
        sa.select(*(sa.bindparam(name, type_=event.c[name].type).label(name) for name in _COLUMNS)).where(_LISTENED),
        include_defaults=False,
    )
    .inline()
    .execution_options(preserve_rowcount=True)
)
_DELIVER = delivery.insert().from_select(
    ("listener", "seq", "kind", "resource_id", "due", "attempts", "given_up"),
    sa.select(listener.c.id, event.c.seq, event.c.kind, event.c.resource_id, sa.literal(0.0), sa.literal(0), sa.false())
    .select_from(sa.join(event, listener, event.c.api == listener.c.api))
    .where(event.c.id == sa.bindparam("event"), listener.c.state == "active"),
)


async def tell(
    transaction: Transaction,
    *,
    api: str,
    kind: str,
    resource_id: str,
    happening: str,
    at: int,
    body: bytes,
    owner: str | None = None,
    team: str | None = None,
) -> bool:
    """Queue what happened for each listener of its API, and say whether there is any; where there is none nothing is written.

    Call it after the resource's own row was written: the row's lock then makes events of one resource queue in the order of its changes.

    Args:
        transaction: the change's own.
        api: the API's name as it stands in its path, ``shoppingCart``.
        kind: the resource's kind, ``shoppingCart``.
        resource_id: the resource's id.
        happening: ``create``, ``change``, ``state`` or ``delete``.
        at: when, in epoch milliseconds.
        body: the resource as the ``resource`` table keeps it; for ``delete`` as it was.
        owner: whose it is, as in the ``resource`` table.
        team: whose team's it is.
    """
    values = {"api": api, "kind": kind, "resource_id": resource_id, "happening": happening, "at": at, "body": body}
    event_id = str(uuid4())
    queued = await transaction.execute(_QUEUE, {**values, "id": event_id, "owner": owner, "team": team})
    if queued.rowcount == 0:
        return False
    await transaction.execute(_DELIVER, {"event": event_id})
    return True
