"""The tables, from the first revision to the newest, while what is there goes on working."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import cartdesk.server.access.tables
import cartdesk.server.events.tables
from cartdesk.errors import StoreError
from cartdesk.server import migrations
from cartdesk.server.database import Database, metadata, resource
from cartdesk.server.migrations import HEAD, bring_forward, revision_of

_ROW = {"kind": "shoppingCart", "revision": 1, "changed": 1, "as_is": True, "body": b"{}"}


def test_the_newest_revision_has_the_tables_the_server_uses(database_url: str) -> None:
    assert cartdesk.server.access.tables.metadata is cartdesk.server.events.tables.metadata is metadata
    engine = Database.open(database_url).engine()
    bring_forward(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_revisions_are_one_line_of_numbers_that_ends_at_the_head() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    revisions = [each.revision for each in reversed(list(script.walk_revisions()))]
    assert script.get_current_head() == HEAD
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]


def test_a_database_of_the_first_revision_is_brought_forward_with_what_is_in_it(database_url: str) -> None:
    engine = Database.open(database_url).engine()
    bring_forward(engine, "0001")
    assert revision_of(engine) == "0001"
    with engine.begin() as connection:
        connection.execute(resource.insert(), {"id": "c1", **_ROW})
    bring_forward(engine)
    assert revision_of(engine) == HEAD
    with engine.connect() as connection:
        assert connection.execute(sa.select(resource.c.id)).scalars().all() == ["c1"]
    engine.dispose()


def test_workers_of_the_first_revision_go_on_while_it_is_brought_forward(database_url: str) -> None:
    engine = Database.open(database_url).engine()
    bring_forward(engine, "0001")
    stop, written = threading.Event(), []

    def old_worker() -> None:
        old = Database.open(database_url).engine()
        while not stop.is_set() or len(written) < 20:
            with old.begin() as connection:
                connection.execute(resource.insert(), {"id": f"c{len(written)}", **_ROW})
            written.append(len(written))
        old.dispose()

    with ThreadPoolExecutor() as pool:
        worker = pool.submit(old_worker)
        bring_forward(engine)
        stop.set()
        worker.result(timeout=60)
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(resource)) == len(written)
    engine.dispose()


def test_workers_that_start_together_bring_it_forward_once(database_url: str) -> None:
    code = (
        "import sys; from cartdesk.server.database import Database; from cartdesk.server.migrations import bring_forward; "
        "bring_forward(Database.open(sys.argv[1]).engine())"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, database_url], stderr=subprocess.PIPE) for _ in range(2)]
    for process in started:
        assert process.communicate(timeout=120)[1] == b""
        assert process.returncode == 0
    engine = Database.open(database_url).engine()
    assert revision_of(engine) == HEAD
    engine.dispose()


def test_a_database_from_a_later_version_is_left_as_it_is(database_url: str) -> None:
    engine = Database.open(database_url).engine()
    bring_forward(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9000'"))
    bring_forward(engine)
    assert revision_of(engine) == "9000"
    engine.dispose()


def test_a_database_that_cannot_be_reached_is_said_in_a_sentence(tmp_path: Path) -> None:
    engine = Database.open(f"postgresql+psycopg://nobody@/none?host={tmp_path}").engine()
    with pytest.raises(StoreError, match=r"^The server's database cannot be used: .+\.$"):
        bring_forward(engine)
    engine.dispose()
