"""A seat's process as the server sees it: started, written to, read from, and ended for certain.

It speaks the protocol of Textual's driver for the web: packets of a letter, a length and so many bytes. ``seats`` owns the processes.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Self

from cartdesk.web.messages import Size

MODES = b"\x1b[?1049h\x1b[?1000h\x1b[?1003h\x1b[?1015h\x1b[?1006h\x1b[?25l\x1b[?2004h"
"""What the driver asks of a terminal when it begins; a page that comes later is asked for the same."""
_BEGIN = b"__GANGLION__\n"
_PRELUDE = 64 * 1024
_LARGEST = 16 << 20
"""No picture is as large; whatever says so is no driver of ours."""
PATIENCE = 10.0
"""Seconds that a process has to end in order, until it is ended."""
_NOT_OURS = ("TEXTUAL", "NO_COLOR", "COLUMNS", "LINES", "ROWS", "NOTIFY_SOCKET", "WATCHDOG_USEC", "SSH_")


class SeatProcess:
    """One desk or kiosk, in a process of its own."""

    def __init__(self, process: Process, lifeline: int) -> None:
        self._process = process
        self._lifeline = lifeline
        self.pid = process.pid

    @classmethod
    async def start(cls, told: Mapping[str, Any], size: Size) -> Self:
        """Start a process.

        Args:
            told: what :func:`cartdesk.web.seat.main` takes.
            size: the page's, in cells.

        Raises:
            OSError: the system has no more processes or pipes.
        """
        reading, writing = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "cartdesk.web.seat", json.dumps(told), str(reading)),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env=environment(os.environ, size),
                pass_fds=(reading,),
                start_new_session=True,
                limit=_PRELUDE,
            )
        except OSError:
            os.close(writing)
            raise
        finally:
            os.close(reading)
        return cls(process, writing)

    async def run(self, show: Callable[[bytes], None]) -> int:
        """Hand on what the process draws until it ends, and return its exit code.

        Args:
            show: is given what a terminal is sent.
        """
        stdout = self._process.stdout
        try:
            if stdout is not None:
                await self._read(stdout, show)
            self._end_later()  # it says nothing more: so it ends, by itself or not
            return await self._process.wait()
        finally:
            os.close(self._lifeline)

    async def type(self, data: bytes) -> None:
        """Give it keys."""
        await self._send(b"D", data)

    async def tell(self, kind: str, **facts: int) -> None:
        """Give it something beside keys: ``resize``, ``focus``, ``blur``, ``repaint``."""
        await self._send(b"M", json.dumps({"type": kind, **facts}).encode())

    def end(self) -> None:
        """Have it end in order, or after a while in any case; :meth:`run` returns when it has."""
        self._signal(signal.SIGTERM)
        self._end_later()

    def _end_later(self) -> None:
        asyncio.get_running_loop().call_later(PATIENCE, self._signal, signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def _send(self, letter: bytes, payload: bytes) -> None:
        stdin = self._process.stdin
        if stdin is None or stdin.is_closing():
            return
        with suppress(ConnectionError):
            stdin.write(letter + len(payload).to_bytes(4, "big") + payload)
            await stdin.drain()

    async def _read(self, stdout: asyncio.StreamReader, show: Callable[[bytes], None]) -> None:
        with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            await stdout.readuntil(_BEGIN)
            while True:
                head = await stdout.readexactly(5)
                length = int.from_bytes(head[1:], "big")
                if length > _LARGEST:
                    return
                payload = await stdout.readexactly(length)
                if head[:1] == b"D":
                    show(payload)
                elif head[:1] == b"M":
                    self._end_later()  # the one thing it says beside its picture is that it ends


def environment(base: Mapping[str, str], size: Size) -> dict[str, str]:
    """Return the variables a seat's process gets: the server's, without what was about the server's own terminal."""
    kept = {name: value for name, value in base.items() if not name.startswith(_NOT_OURS)}
    return kept | {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "TEXTUAL_DRIVER": "cartdesk.web.driver:SeatDriver",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "COLUMNS": str(size.width),
        "ROWS": str(size.height),
    }
