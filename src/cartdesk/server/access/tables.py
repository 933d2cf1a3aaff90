"""The table of bearer tokens; a token's own text is nowhere in it, only its SHA-256.

``tokens`` reads and writes it.
"""

from __future__ import annotations

import sqlalchemy as sa

from cartdesk.server.database import metadata

token = sa.Table(
    "token",
    metadata,
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
"""``scopes`` are separated by spaces; ``made`` and ``ends`` are epoch seconds, and without ``ends`` a token holds until it is removed."""
