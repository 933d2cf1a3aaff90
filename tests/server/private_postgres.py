"""A PostgreSQL of the test run's own: made in a temporary folder, reached by a socket in it alone, gone at the end.

The fixtures of the server's tests and the server's benchmarks start it; it never touches a PostgreSQL that is already running.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_LONGEST_WAIT = 60
_NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""What a test that kills our own processes, and never PostgreSQL, can do without."""


def postgres_programs() -> Path | None:
    """Return the folder with ``initdb`` and ``postgres``: the newest Debian keeps, else the one on the path; none if not installed."""
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    for folder in kept:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@dataclass(frozen=True)
class PrivatePostgres:
    """A running PostgreSQL."""

    folder: Path
    """Where its data and its socket are."""
    programs: Path
    user: str | None
    """Who it runs as, where we are root and it therefore may not run as us."""

    @classmethod
    def start(cls, programs: Path, *, durable: bool = False, settings: tuple[str, ...] = ()) -> PrivatePostgres:
        """Make a new, empty PostgreSQL and start it.

        Args:
            programs: the folder of ``initdb`` and ``pg_ctl``.
            durable: whether a commit waits for the disk, as it does where carts are sold.
            settings: further ``name=value`` settings.
        """
        folder = Path(tempfile.mkdtemp(prefix="cartdesk-pg-"))
        server = cls(folder, programs, _unprivileged())
        if server.user is not None:
            shutil.chown(folder, server.user)
        server._run("initdb", "--no-sync", "--auth=trust", "--username=cartdesk", "--encoding=UTF8", "--no-locale", "-D", server._data)
        given = ("listen_addresses=", f"unix_socket_directories={folder}", "max_connections=200", *settings)
        options = [f"-c {setting}" for setting in (*given, *(() if durable else _NOT_DURABLE))]
        server._run("pg_ctl", "start", "-w", "-t", str(_LONGEST_WAIT), "-D", server._data, "-l", f"{folder}/log", "-o", " ".join(options))
        return server

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            user=self.user,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # the server inherits it: a pipe would never close
            stderr=subprocess.DEVNULL,
            timeout=2 * _LONGEST_WAIT,
            check=False,
        )
        if done.returncode:
            log = self.folder / "log"
            raise RuntimeError(f"{program} ended with {done.returncode}. {log.read_text() if log.exists() else ''}")

    def url(self, database: str = "postgres") -> str:
        """Return the URL of one of its databases."""
        return f"postgresql+psycopg://cartdesk@/{database}?host={quote(str(self.folder), safe='/')}"

    def create(self, database: str) -> str:
        """Make an empty database and return its URL."""
        self.execute(f'CREATE DATABASE "{database}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        """Run one statement outside a transaction."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user="cartdesk", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        """Stop it and remove what it kept."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self._data)
        shutil.rmtree(self.folder, ignore_errors=True)


def _unprivileged() -> str | None:
    """Return the user PostgreSQL runs as where we are root, for it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)
