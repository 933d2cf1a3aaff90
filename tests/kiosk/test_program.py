"""``cartdesk kiosk`` as a program on a terminal: a visit by touch alone, signals, exit codes, and what is on the disk afterwards."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from cartdesk.cli import cli
from cartdesk.tui.kiosk.staff import write_pin

from .conftest import PIN

sys.path.insert(0, str(Path(__file__).parent.parent / "tui"))
from terminal import Terminal  # the desk's tests drive a terminal with it too

_F9, _F10 = "\x1b[20~", "\x1b[21~"
_SEQUENCE = "".join(_F9 if key == "9" else _F10 for key in ("9", "10", "9", "9", "10", "10", "9", "10", "10", "9"))
_SIGNALS = (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGTTIN, signal.SIGTTOU)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a PIN."""
    folder = tmp_path / "data"
    write_pin(folder, PIN)
    return folder


@pytest.fixture
def terminal(data: Path) -> Iterator[Terminal]:
    """The kiosk, running and open."""
    argv = [sys.executable, "-m", "cartdesk", "--data-dir", str(data), "kiosk", "--one-visitor"]
    with Terminal(argv, columns=80, rows=24, env={"HOME": str(data), "XDG_STATE_HOME": str(data / "state")}) as running:
        running.wait_for("TOUCH HERE TO BEGIN", timeout=60)
        yield running


def touch(terminal: Terminal, words: str) -> None:
    """Touch the screen where these words are."""
    lines = terminal.text.splitlines()
    row = next(at for at, line in enumerate(lines) if words in line)
    column = lines[row].index(words) + 2
    terminal.send(f"\x1b[<0;{column};{row + 1}M\x1b[<0;{column};{row + 1}m".encode())


def test_it_idles_and_nobody_gets_out_but_staff(terminal: Terminal) -> None:
    terminal.settle(1.0)
    begin, used = time.perf_counter(), _seconds(terminal.pid)
    _let_pass(terminal, 2.0)
    share = (_seconds(terminal.pid) - used) / (time.perf_counter() - begin)
    assert share < 0.04, f"{share:.1%} of a processor while nobody is there"

    for number in _SIGNALS:
        terminal.signal(number)
    terminal.send(b"".join(bytes([code]) for code in range(32)))
    terminal.send(b"\x1b[200~rm -rf /\r\x1b[201~\x1bOP\x1b[24~\x1b:q!\r")
    terminal.settle()
    status = Path(f"/proc/{terminal.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    assert status in "SR"
    assert "TOUCH HERE TO BEGIN" in terminal.text
    terminal.send(_SEQUENCE.encode())
    terminal.wait_for("type your PIN")
    terminal.send(PIN.encode() + b"\r")
    assert terminal.wait_end() == 0


def test_a_visit_leaves_nothing_on_the_disk_or_the_screen(terminal: Terminal, data: Path) -> None:
    before = {path for path in data.rglob("*") if path.is_file()}
    touch(terminal, "TOUCH HERE")
    terminal.wait_for("INTERNET")
    time_of_page = 0.5  # a new page is deaf to a finger that trembles
    for words, after in (("INTERNET", "FIBRE"), ("FIBRE", "Fibre 500"), ("Fibre 500", "ADD"), ("ADD", "TAKE IT"), ("TAKE IT", " K-")):
        _let_pass(terminal, time_of_page)
        touch(terminal, words)
        terminal.wait_for(after)
    code = next(word for word in terminal.text.split() if word.startswith("K-"))
    _let_pass(terminal, time_of_page)
    touch(terminal, "DONE")
    terminal.wait_for("forgotten")
    sent = len(terminal.raw)
    assert code not in terminal.text
    assert terminal.wait_end(30) == 75
    assert code.encode() not in terminal.raw[sent:]
    assert b"\x1b]52" not in terminal.raw
    files = {path for path in data.rglob("*") if path.is_file()}
    assert {path.name for path in files - before} <= {"kiosk.cartdesk.lock"}
    assert all(code.encode() not in path.read_bytes() for path in files)
    assert (data / "kiosk.cartdesk.lock").read_bytes().strip().isdigit(), "only the number of the process is in the lock"


@pytest.mark.parametrize(("number", "status"), [(signal.SIGHUP, 69), pytest.param(signal.SIGTERM, 0, marks=pytest.mark.stress)])
def test_it_ends_in_order_when_told_to(terminal: Terminal, number: int, status: int) -> None:
    terminal.signal(number)
    assert terminal.wait_end() == status


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _let_pass(terminal: Terminal, seconds: float) -> None:
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        terminal.pump(0.05)


def test_it_does_not_open_without_a_pin_or_a_terminal(tmp_path: Path) -> None:
    def run(*args: str, given: str = "") -> tuple[int, str]:
        result = CliRunner().invoke(cli, ["--data-dir", str(tmp_path), "kiosk", *args], input=given)
        return result.exit_code, result.output + str(result.exception or "")

    assert "set one with `cartdesk kiosk pin`" in run()[1]
    assert "6 to 12 digits" in run("pin", given="12\n")[1]
    assert run("pin", given="481516\n")[0] == 0
    assert "A kiosk needs a terminal." in run()[1]
    assert run("key")[0] == 0
    copy = tmp_path / "copy.key"
    copy.write_bytes((tmp_path / "handoff.key").read_bytes())
    (tmp_path / "handoff.key").unlink()
    assert run("key", "--from", str(copy))[0] == 0
    assert (tmp_path / "handoff.key").read_bytes() == copy.read_bytes()
    copy.write_text("no key")
    assert "not a key" in run("key", "--from", str(copy))[1]
