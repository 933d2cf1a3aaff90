"""The program as it is installed: real processes, their exit codes, their signals, and what they load."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("textual", "httpx", "starlette", "pydantic", "tinydb", "babel", "simplejson", "orjson", "structlog", "rapidfuzz", "platformdirs")


def run(*arguments: str, seat: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program on a folder of the test's own."""
    return subprocess.run(
        [sys.executable, "-m", "cartdesk", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        env={**os.environ, "CARTDESK_DATA_DIR": str(seat), "XDG_STATE_HOME": str(seat / "state"), "PYTHONUTF8": "1", **environment},
    )


def loaded(code: str, *, seat: Path) -> set[str]:
    """Return which heavy packages a fresh interpreter has loaded after ``code``."""
    script = f"import sys\n{code}\nprint(' '.join(name for name in {HEAVY!r} if name in sys.modules))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, env={**os.environ, "HOME": str(seat)})
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.split())


@pytest.mark.parametrize("module", ["cartdesk.cli", "cartdesk.desk", "cartdesk.desk.commands", "cartdesk.catalog", "cartdesk.documents"])
def test_importing_a_room_loads_nothing_heavy(module: str, tmp_path: Path) -> None:
    assert loaded(f"import {module}", seat=tmp_path) == set()


def test_importing_the_store_loads_tinydb_alone(tmp_path: Path) -> None:
    assert loaded("import cartdesk.store", seat=tmp_path) <= {"tinydb"}


def test_version_and_help_load_nothing_heavy(tmp_path: Path) -> None:
    for option in ("--version", "--help"):
        code = f"from cartdesk.cli import cli\ncli.main(['{option}'], standalone_mode=False)"
        script = f"import sys, io\nreal, sys.stdout = sys.stdout, io.StringIO()\n{code}\nsys.stdout = real"
        assert loaded(script, seat=tmp_path) == set()


def test_the_first_paint_needs_no_models(tmp_path: Path, root: Path) -> None:
    seat = tmp_path / "seat"
    first = run("do", "14277", seat=seat)
    assert first.returncode == 0, first.stderr
    script = f"""
from datetime import datetime, UTC
from pathlib import Path
from cartdesk.desk import Desk, new_id
now = lambda: datetime.now(UTC)
desk = Desk.open(Path({str(seat)!r}), Path({str(root / "catalog_fixtures" / "nordlys")!r}), now=now, ids=new_id, agent="ana")
assert desk.view.areas and desk.catalog.name and len(desk.catalog)
desk.catalog.row(0)
desk.close()
"""
    assert loaded(script, seat=seat) & {"pydantic", "textual", "httpx"} == set()


def test_the_program_answers_its_version(tmp_path: Path) -> None:
    ran = run("--version", seat=tmp_path)
    assert ran.returncode == 0
    assert ran.stdout.startswith("cartdesk ")


def test_help_lists_the_exit_codes(tmp_path: Path) -> None:
    ran = run("--help", seat=tmp_path)
    assert ran.returncode == 0
    assert "130  ended by Ctrl-C" in ran.stdout
    assert "CARTDESK_DATA_DIR" in ran.stdout


def test_json_is_all_there_is_on_standard_output(tmp_path: Path) -> None:
    ran = run("do", "14277; 2*FIB500", "--json", seat=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    assert len(json.loads(ran.stdout)["cartItem"]) == 2


def test_a_refusal_is_one_sentence_and_code_2(tmp_path: Path) -> None:
    ran = run("do", "14277; FIB5000", seat=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("FIB5000 is not in this catalog.")
    assert ran.stderr.count("\n") == 1


def test_a_wrong_command_line_is_code_2(tmp_path: Path) -> None:
    assert run("sell", seat=tmp_path).returncode == 2
    assert run("do", seat=tmp_path).returncode == 2


def test_places_may_be_named_before_or_after_the_command(tmp_path: Path, root: Path) -> None:
    other = tmp_path / "other"
    assert run("do", "14277", "--data-dir", str(other), seat=tmp_path / "seat").returncode == 0
    assert run("--data-dir", str(other), "carts", "list", seat=tmp_path / "seat").stdout.count("\n") == 2
    assert not (tmp_path / "seat" / "store.cartdesk").exists()
    japan = str(root / "catalog_fixtures" / "sakura")
    if Path(japan).is_dir():
        assert run("--catalog", japan, "catalog", "search", "a", seat=tmp_path).returncode == 0


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    command = f'"{sys.executable}" -m cartdesk catalog search e --limit 1000 --json | head -c 10; echo "${{PIPESTATUS[0]}}"'
    environment = {**os.environ, "CARTDESK_DATA_DIR": str(tmp_path)}
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, env=environment)
    assert ran.stderr == ""
    assert ran.stdout.endswith("0\n")


def test_ctrl_c_ends_with_130(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "cartdesk", "carts", "import", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "CARTDESK_DATA_DIR": str(tmp_path), "PYTHONFAULTHANDLER": "1"},
    )
    with process:
        assert process.stdin is not None
        process.stdin.write(b" " * 500_000)  # more than a pipe holds: when this returns, the program is reading
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, b"")
    assert err.strip() == b"Stopped."


def test_an_unexpected_fault_is_a_sentence_and_a_log_without_anybodys_data(tmp_path: Path) -> None:
    code = """
import sys
from cartdesk.cli import people
from cartdesk.store import CartStore
def broken(self):
    raise RuntimeError("Ingrid Berg, ingrid@berg.example")
CartStore.customers = broken
from cartdesk.cli import main
sys.argv = ["cartdesk", "customers", "list"]
main()
"""
    assert run("do", "14277", seat=tmp_path).returncode == 0
    environment = {**os.environ, "CARTDESK_DATA_DIR": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environment)
    assert ran.returncode == 70
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    log = Path(ran.stderr.rstrip(".\n").rpartition("The log is ")[2])
    (line,) = log.read_text(encoding="utf-8").splitlines()
    written = json.loads(line)
    assert written["errors"][0]["kind"] == "builtins.RuntimeError"
    assert any(frame.endswith(" broken") for frame in written["errors"][0]["frames"])
    assert "berg" not in line.lower()
