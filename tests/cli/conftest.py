"""The command line, run in this process on a folder of the test's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cartdesk.cli import cli
from cartdesk.cli.outermost import exit_code
from cartdesk.errors import CartdeskError


@dataclass(frozen=True)
class Ran:
    """What a run of the command line left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be JSON and nothing else."""
        return json.loads(self.out)


Cartdesk = Callable[..., Ran]


@pytest.fixture
def seat(tmp_path: Path) -> Path:
    """This test's data folder."""
    return tmp_path / "seat"


@pytest.fixture
def cartdesk(seat: Path, root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Cartdesk:
    """Run the command line with this test's data folder and the shipped catalog; errors become what ``main`` makes of them."""
    cache = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setattr("cartdesk.desk.desk.cache_dir", lambda data_dir: cache)
    monkeypatch.setenv("CARTDESK_DATA_DIR", str(seat))
    monkeypatch.setenv("CARTDESK_CATALOG", str(root / "catalog_fixtures" / "nordlys"))
    monkeypatch.setenv("CARTDESK_AGENT", "ana")
    runner = CliRunner()

    def run(*arguments: str, stdin: str | bytes | None = None) -> Ran:
        result = runner.invoke(cli, arguments, input=stdin)
        error = result.exception
        if isinstance(error, CartdeskError):
            return Ran(exit_code(error), result.stdout, f"{result.stderr}{error}\n")
        if error is not None and not isinstance(error, SystemExit):
            raise error
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run
