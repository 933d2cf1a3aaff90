"""The tables of the events: listeners, events that someone listens for, and what is still to be delivered to whom.

The hub, the outbox and the courier read and write them. Times here are epoch seconds, for they are only ever compared.
"""

from __future__ import annotations

import sqlalchemy as sa

from cartdesk.server.database import metadata

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

LONGEST_QUERY = 4_000

listener = sa.Table(
    "listener",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("api", sa.String(40), nullable=False),
    sa.Column("version", sa.String(8), nullable=False),
    sa.Column("callback", sa.String(2000), nullable=False),
    sa.Column("query", sa.String(LONGEST_QUERY)),
    sa.Column("token", sa.String(40)),
    sa.Column("owner", sa.String(200)),
    sa.Column("team", sa.String(200)),
    sa.Column("made", sa.Float, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("failing_since", sa.Float),
    sa.Column("not_before", sa.Float, nullable=False),
    sa.Column("problem", sa.String(300)),
    sa.Column("leased_by", sa.String(40)),
    sa.Column("leased_until", sa.Float, nullable=False),
    sa.UniqueConstraint("api", "version", "callback", name="listener_callback"),
    sa.Index("listener_api", "api", "state"),
)
"""Who is told of the changes of an API's resources, in that API version's words.

``state`` is ``active`` or ``parked``; ``token``, ``owner`` and ``team`` are those of whoever registered it, who is told of no more than
they may read. Only the worker named in ``leased_by`` delivers, until ``leased_until``.
"""

event = sa.Table(
    "event",
    metadata,
    sa.Column("seq", BIG, sa.Identity(), primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(40), nullable=False),
    sa.Column("api", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("resource_id", sa.String(200), nullable=False),
    sa.Column("happening", sa.String(10), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("owner", sa.String(200)),
    sa.Column("team", sa.String(200)),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("id", name="event_id"),
    sqlite_autoincrement=True,
)
"""What happened, with the resource as it was then (``body``, as the ``resource`` table keeps it); gone once everyone has it.

``seq`` grows in the order of the changes of any one resource, for it is given while the resource's own row is held. ``at`` is in epoch
milliseconds, as a resource's ``changed`` is.
"""

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("listener", sa.String(40), primary_key=True),
    sa.Column("seq", BIG, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("resource_id", sa.String(200), nullable=False),
    sa.Column("due", sa.Float, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("failing_since", sa.Float),
    sa.Column("given_up", sa.Boolean, nullable=False),
    sa.Column("problem", sa.String(300)),
    sa.Index("delivery_due", "listener", "given_up", "due"),
    sa.Index("delivery_resource", "listener", "kind", "resource_id", "seq"),
    sa.Index("delivery_seq", "seq"),
)
"""What a listener has still to be told. What was ``given_up`` no longer holds up what follows it and stays to be looked at."""
