"""``cartdesk line`` on a real pseudo-terminal: prompts, questions, both sales, and not one escape code among the bytes."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PROMPT = b"\n> "


class Seat:
    """The program on a terminal, and every byte it wrote."""

    def __init__(self, *arguments: str | Path) -> None:
        self.raw = bytearray()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "CARTDESK_AGENT": "ana", "PYTHONWARNINGS": ""}
            os.execve(sys.executable, [sys.executable, "-m", "cartdesk", *map(str, arguments)], environment)

    def say(self, text: str) -> str:
        """Type a line, and return what is answered up to the next prompt."""
        start = len(self.raw)
        os.write(self._fd, text.encode() + b"\n")
        echo = text.encode() + b"\r\n"
        return self.read(
            lambda: self.raw[start:].startswith(echo) and self.raw[start + len(echo) - 1 :].endswith(PROMPT), start + len(echo)
        )

    def read(self, done: Callable[[], bool], start: int = 0, timeout: float = 30.0) -> str:
        """Read until ``done``, and return it from ``start`` on without the prompt."""
        until = time.monotonic() + timeout
        while not done():
            if not select.select([self._fd], [], [], max(until - time.monotonic(), 0))[0]:
                raise AssertionError(f"nothing more came; it wrote {bytes(self.raw[-2000:])!r}")
            self.raw += os.read(self._fd, 65536)
        return self.raw[start:].decode().removesuffix("> ").replace("\r\n", "\n").strip("\n")

    def rests(self) -> None:
        """Wait until it waits for what is typed."""
        until = time.monotonic() + 30
        while Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "S":
            assert time.monotonic() < until, "it never came to rest"

    def end(self, text: str) -> int:
        """Type a line that ends it, and return the exit status."""
        os.write(self._fd, text.encode())
        while True:
            try:
                data = os.read(self._fd, 65536)
            except OSError:
                break
            if not data:
                break
            self.raw += data
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def close(self) -> None:
        """End it, whatever it does."""
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(self._fd)


@pytest.fixture
def sit(tmp_path: Path, nordlys: Path) -> Iterator[Callable[..., Seat]]:
    """Sit down at the prompt, in this test's folder."""
    opened: list[Seat] = []

    def begin(*options: str) -> Seat:
        seat = Seat("--data-dir", tmp_path, "--catalog", nordlys, "line", *options)
        opened.append(seat)
        seat.read(lambda: seat.raw.endswith(PROMPT))
        return seat

    yield begin
    for seat in opened:
        seat.close()


def bought(seat: Seat, said: str) -> str:
    """Say yes to every statement and to the order; return the order's number."""
    while "Read to the customer." in said:
        said = seat.say("yes")
    assert "Does the customer agree" in said
    found = re.match(r"Order (\S+) is placed\.", seat.say("yes"))
    assert found is not None
    return found[1]


def test_both_sales_of_the_document_without_an_escape_code(sit: Callable[..., Seat]) -> None:
    seat = sit()
    assert "Nordlys, agent ana," in seat.raw.decode()
    assert "Mobile, 74 offerings." in seat.say("browse")
    assert "Mobile, 74 offerings." in seat.say("pick 1")
    assert "Fibre 500" in seat.say("?fibre 500")
    assert "Fibre 500 is line 1." in seat.say("pick 1")
    assert seat.say("2*14277").startswith("Talk Simple 25 times 2 is line 2.")
    assert seat.say("-2").startswith("Talk Simple 25 removed.")
    seat.say("NP12; SIM")
    assert "Who buys?" in seat.say("E")
    for answer in ("Ingrid Nord", "i@nord.example", "", "1", "Storgata 5", "0155", "Oslo", "", "15", "", ""):
        said = seat.say(answer)
    assert "How are " in said
    seat.say("1")
    order_id = bought(seat, seat.say("AB-12"))
    assert f"order {order_id}" in seat.say("orders")
    assert seat.say(f"track {order_id} inProgress").startswith(f"Order {order_id} is in progress.")
    assert seat.say(f"comment {order_id} It was quick.").startswith("The comment is kept")
    assert "says: It was quick." in seat.say("pick 1")

    assert "Solveig Berg is a customer here." in seat.say("#Solveig Berg")
    seat.say("SPORT; H")
    assert "Cart" in seat.say("carts Berg")
    assert "is taken up again." in seat.say("pick 1")
    seat.say("SMART20")
    said = seat.say("E")
    for _ in range(12):
        if "Read to the customer." in said:
            break
        said = seat.say("4" if "paid?" in said else "")
    customer_order = bought(seat, said)
    assert customer_order != order_id and "2 orders" in seat.say("orders")
    assert seat.end("quit\n") == 0
    assert b"\x1b" not in seat.raw


def test_it_goes_on_where_it_was_left_and_ctrl_c_and_ctrl_d_are_kind(sit: Callable[..., Seat]) -> None:
    seat = sit()
    seat.say("14277; #Berg, Kari")
    start = len(seat.raw)
    seat.rests()
    os.write(seat._fd, b"half an entry\x03")
    seat.read(lambda: seat.raw[start:].endswith(PROMPT), start)
    assert "Talk Simple 25" in seat.say("cart")
    start = len(seat.raw)
    os.write(seat._fd, b"E Ingrid Nord, i@nord.example\nyes\n")
    seat.read(lambda: b"Yes or no." in seat.raw[start:] and seat.raw.endswith(PROMPT))
    assert seat.say("") == "Nothing was done."  # what was typed before the question did not answer it
    assert seat.end("\x04") == 0
    again = sit()
    assert "Cart A, Berg, Kari, 1 line." in again.raw.decode()
    assert b"\x1b" not in again.raw
