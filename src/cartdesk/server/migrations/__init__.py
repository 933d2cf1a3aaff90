"""The server's tables, brought forward: each revision only adds, so that workers of the version before go on working meanwhile.

``cartdesk serve`` and ``cartdesk tokens`` call :func:`bring_forward` before they open the database; readiness asks :func:`revision_of`.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from cartdesk.errors import StoreError

HEAD = "0002"
"""The newest revision. Revisions are numbers: a database with a higher one was brought forward by a later version and still serves."""

_LOCK = 663_202_611
_LOCK_SECONDS = 60


def revision_of(engine: sa.Engine) -> str | None:
    """Return a database's revision; None for one without our tables."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(sa.text("SELECT max(version_num) FROM alembic_version")).scalar()
    return None if found is None else str(found)


def bring_forward(engine: sa.Engine, to: str = HEAD) -> None:
    """Make the tables that are missing and change what has to be changed, under a lock, so that starting workers do it once.

    Raises:
        StoreError: the database cannot be reached, or refused.
    """
    try:
        found = revision_of(engine)
        if found is not None and found >= to:
            return
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                _forward_sqlite(connection, to)
            else:
                _forward_postgresql(connection, to)
    except DBAPIError as error:
        raise StoreError(f"The server's database cannot be used: {_cause(error)}") from error


def _forward_sqlite(connection: sa.Connection, to: str) -> None:
    connection.exec_driver_sql(f"PRAGMA busy_timeout={_LOCK_SECONDS * 1000}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        _run(connection, to)
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def _forward_postgresql(connection: sa.Connection, to: str) -> None:
    with connection.begin():
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        _run(connection, to)


def _run(connection: sa.Connection, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _cause(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines()
    return (lines[0] if lines else type(error.orig).__name__).rstrip(".") + "."
