"""Tokens, listeners, events and their deliveries.

Alembic runs it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "token",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("scopes", sa.String(100), nullable=False),
        sa.Column("owner", sa.String(200)),
        sa.Column("team", sa.String(200)),
        sa.Column("customer", sa.Boolean, nullable=False),
        sa.Column("made", sa.Float, nullable=False),
        sa.Column("ends", sa.Float),
        sa.UniqueConstraint("digest", name="token_digest"),
    )
    op.create_table(
        "listener",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("api", sa.String(40), nullable=False),
        sa.Column("version", sa.String(8), nullable=False),
        sa.Column("callback", sa.String(2000), nullable=False),
        sa.Column("query", sa.String(4000)),
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
    op.create_table(
        "event",
        sa.Column("seq", _BIG, sa.Identity(), primary_key=True, autoincrement=True),
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
    op.create_table(
        "delivery",
        sa.Column("listener", sa.String(40), primary_key=True),
        sa.Column("seq", _BIG, primary_key=True, autoincrement=False),
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
