"""What Alembic runs: the revisions, on the connection that :func:`cartdesk.server.migrations.bring_forward` opened."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
