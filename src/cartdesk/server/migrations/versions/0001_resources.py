"""Resources, what they are found by, and the answers to POSTs with an idempotency key.

Alembic runs it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "resource",
        sa.Column("seq", _BIG, sa.Identity(), primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.String(60)),
        sa.Column("unique_key", sa.String(200)),
        sa.Column("owner", sa.String(200)),
        sa.Column("team", sa.String(200)),
        sa.Column("expires", sa.BigInteger),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("as_is", sa.Boolean, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("kind", "id", name="resource_id"),
        sa.UniqueConstraint("kind", "unique_key", name="resource_unique_key"),
        sa.Index("resource_order", "kind", "seq"),
        sa.Index("resource_owner", "kind", "owner"),
        sa.Index("resource_team", "kind", "team"),
        sa.Index("resource_state", "kind", "state"),
        sa.Index("resource_expires", "kind", "expires"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "resource_key",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("value", sa.String(200), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Index("resource_key_seq", "seq"),
    )
    op.create_table(
        "idempotency",
        sa.Column("key", sa.String(300), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("made", sa.BigInteger, nullable=False),
        sa.Index("idempotency_made", "made"),
    )
