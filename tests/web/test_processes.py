"""``cartdesk web`` as it is run: real seats, a folder for each, a connection that drops, and nothing left when the server is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from click.testing import CliRunner

from cartdesk.cli import cli
from cartdesk.cli import web as command_line
from cartdesk.errors import Refused, ServingError
from cartdesk.web import process
from cartdesk.web import seats as why
from cartdesk.web.messages import Size
from cartdesk.web.process import environment

from .served import PATIENCE, browser, is_running, serving, until


async def test_two_desks_a_dropped_connection_a_killed_server_and_a_stopped_one(tmp_path: Path) -> None:
    options = ("--token-file", str(tmp_path / "token"))
    with serving(tmp_path, *options) as server:
        async with browser(server) as ana, browser(server) as kaya:
            async with ana.tab() as hers, kaya.tab() as his:
                await asyncio.gather(hers.wait_for("14277"), his.wait_for("14277"))
                await hers.type("\x1b[200~14277,1\rNOSUCH,1\r\x1b[201~")  # a paste as the very first thing
                await hers.wait_for("1 of 2 lines added")
                await hers.type("\r")
                await hers.wait_for("1  Talk Simple 25")
                await hers.socket.close()  # a laptop is closed, and opened again
                async with ana.tab(130, 45) as again:
                    await again.wait_for("1  Talk Simple 25")
                    await again.type("2*ESIM\r")
                    await again.wait_for("2  eSIM ×2")
                await his.type("SIM\r")
                await his.wait_for("1  SIM card")
                seats, stores = server.seats(), list((server.home / "web" / "seats").glob("*/store.cartdesk"))
                assert (len(seats), len(stores)) == (2, 2)
                assert not (server.home / "store.cartdesk").exists()
                assert server.stop(signal.SIGKILL) == -signal.SIGKILL
                await until(lambda: not any(map(is_running, seats)), "the seats' end")
            with serving(tmp_path, *options, port=int(server.origin.rpartition(":")[2])) as after:
                async with ana.session.get(after.origin) as answer:
                    assert answer.status == 200, "the token is the same, and the cookie is not good any more"
                async with ana.tab() as tab:
                    await tab.wait_for("2  eSIM ×2")
                    await tab.wait_for("1  Talk Simple 25")
                    seats = after.seats()
                    assert after.stop() == 0
                    assert await tab.wait_closed() == why.STOPPED
                    assert not any(map(is_running, seats))
                assert after.token not in after.log
                assert "Traceback" not in after.log


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(cli, ["--data-dir", str(tmp_path), "web", "--port", str(port)])
    assert isinstance(result.exception, ServingError)
    assert str(result.exception).startswith(f"Port {port} on 127.0.0.1 is taken by another program; ")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--kiosk"], "A kiosk needs a PIN before it opens"),
        (["--host", "0.0.0.0"], "say what browsers call it"),
        (["--public-url", "desk"], "desk is no address of a server"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_opened(tmp_path: Path, options: list[str], said: str) -> None:
    result = CliRunner().invoke(cli, ["--data-dir", str(tmp_path / "home"), "web", *options])
    assert isinstance(result.exception, Refused)
    assert said in str(result.exception)
    assert not (tmp_path / "home").exists()


def test_where_the_extra_is_missing_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "find_spec", lambda name: None)
    result = CliRunner().invoke(cli, ["web"])
    assert isinstance(result.exception, Refused)
    assert "pip install 'cartdesk[web]'" in str(result.exception)


def test_a_seat_does_not_inherit_what_was_said_of_the_servers_terminal() -> None:
    ours = {
        "PATH": "/bin",
        "NO_COLOR": "1",
        "COLUMNS": "3",
        "TEXTUAL": "debug",
        "SSH_CONNECTION": "x",
        "NOTIFY_SOCKET": "/run/x",
        "LANG": "de_DE",
    }
    made = environment(ours, Size(100, 30))
    assert {name: made.get(name) for name in ours} == {**dict.fromkeys(ours), "PATH": "/bin", "COLUMNS": "100", "LANG": "de_DE"}


_DEAF = """import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
sys.stdout.reconfigure(encoding="latin-1")
sys.stdout.write({said!r})
sys.stdout.flush()
time.sleep(600)
"""


@pytest.mark.parametrize(
    "said", ["__GANGLION__\n", "x" * 100_000, "__GANGLION__\nD\xff\xff\xff\xff", '__GANGLION__\nM\0\0\0\x0f{"type":"exit"}'], ids=len
)
async def test_a_seat_that_does_not_end_or_talks_nonsense_is_ended(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setattr(process, "PATIENCE", 0.05)
    reading, writing = os.pipe()
    os.close(reading)
    arguments = [sys.executable, "-S", "-c", _DEAF.format(said=said)]
    seat = process.SeatProcess(await asyncio.create_subprocess_exec(*arguments, stdin=PIPE, stdout=PIPE), writing)
    running = asyncio.create_task(seat.run(lambda data: None))
    if said == "__GANGLION__\n":
        seat.end()
    assert await asyncio.wait_for(running, PATIENCE) in (-signal.SIGTERM, -signal.SIGKILL)
    await seat.type(b"late")
