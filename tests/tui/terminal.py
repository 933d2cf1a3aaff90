"""A program on a pseudo-terminal with an emulated screen, driven as a person drives it.

Tests and benchmarks start a program with it, send bytes, and wait for what they expect to see; nothing here sleeps for a fixed time.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyte

KEYS = {
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "enter": "\r", "escape": "\x1b", "tab": "\t",
    "shift+tab": "\x1b[Z", "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "home": "\x1b[H", "end": "\x1b[F", "backspace": "\x7f",
    "delete": "\x1b[3~", "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~", "f6": "\x1b[17~",
    "f7": "\x1b[18~", "f8": "\x1b[19~", "f9": "\x1b[20~", "f10": "\x1b[21~", "ctrl+q": "\x11", "ctrl+z": "\x1a", "ctrl+y": "\x19",
    "ctrl+o": "\x0f",
}  # fmt: skip
_ANSWERS = (
    (b"\x1b[c", b"\x1b[?62;22c"),
    (b"\x1b[6n", b"\x1b[1;1R"),
    (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),
    (b"\x1b[?2048$p", b"\x1b[?2048;0$y"),
)
_CSI_WITH_PREFIX = (b"\x1b[>", b"\x1b[<", b"\x1b[=")


class Gone(Exception):
    """The program ended while something was still expected of it."""


class Terminal:
    """A running program and what its screen shows."""

    def __init__(self, argv: Sequence[str | Path], *, columns: int = 120, rows: int = 40, env: dict[str, str] | None = None) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.started = time.perf_counter()
        self.raw = bytearray()
        self._rest = b""
        self._text: str | None = None
        environment = {
            **os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": "", "LINES": "",
            "PYTHONWARNINGS": "", **(env or {}),
        }  # fmt: skip
        for name in ("COLUMNS", "LINES"):
            environment.pop(name)
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(str(argv[0]), [str(part) for part in argv], environment)
        self.status: int | None = None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def text(self) -> str:
        """The screen's rows, without what is blank at their ends."""
        if self._text is None:
            buffer, columns = self.screen.buffer, range(self.screen.columns)
            rows = (buffer[y] for y in range(self.screen.lines))
            self._text = "\n".join("".join([row[x].data for x in columns]).rstrip() for row in rows)
        return self._text

    def line_with(self, text: str) -> str:
        """The first row that has ``text``, or nothing."""
        return next((line for line in self.text.splitlines() if text in line), "")

    def press(self, *keys: str) -> None:
        """Press keys, all in one chunk: names, or text that is typed as it is."""
        self.send("".join(KEYS.get(key, key) for key in keys).encode())

    def send(self, data: bytes) -> None:
        """Write bytes to the program's keyboard."""
        while data:
            if select.select([self._fd], [self._fd], [], 5)[0]:
                self.pump(0)
            data = data[os.write(self._fd, data) :]

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size."""
        self.screen.resize(rows, columns)
        self._text = None
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def clear(self) -> None:
        """Forget what the screen shows, so that only what is drawn from now on is seen."""
        self.screen.reset()
        self._text = None

    def pump(self, timeout: float) -> int:
        """Take in what the program has written; the count of bytes, or −1 where it has ended."""
        if not select.select([self._fd], [], [], timeout)[0]:
            return 0
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            return -1
        if not data:
            return -1
        self._take(data)
        return len(data)

    def _take(self, data: bytes) -> None:
        for question, answer in _ANSWERS:
            if question in data:
                os.write(self._fd, answer)
        self.raw += data
        self._text = None
        self._stream.feed(self._whole(data))

    def _whole(self, data: bytes) -> bytes:
        """Leave out private sequences that the emulator does not know and would print."""
        data, self._rest = self._rest + data, b""
        for prefix in _CSI_WITH_PREFIX:
            while (at := data.find(prefix)) >= 0:
                end = next((n for n in range(at + len(prefix), len(data)) if 0x40 <= data[n] <= 0x7E), None)
                if end is None:
                    data, self._rest = data[:at], data[at:]
                    break
                data = data[:at] + data[end + 1 :]
        return data

    def wait(self, holds: Callable[[str], bool], what: str, timeout: float = 60.0) -> float:
        """Wait until ``holds`` of the screen's text and return the seconds it took.

        Raises:
            AssertionError: it did not within ``timeout``; the message shows the screen.
            Gone: the program ended first.
        """
        begin = time.perf_counter()
        while not holds(self.text):
            if time.perf_counter() - begin > timeout:
                raise AssertionError(f"{what} did not come within {timeout} s; the screen is\n{self.text}")
            if self.pump(0.02) < 0:
                if holds(self.text):
                    break
                raise Gone(f"the program ended before {what}; the screen is\n{self.text}")
        return time.perf_counter() - begin

    def wait_for(self, *texts: str, timeout: float = 60.0) -> float:
        """Wait until all ``texts`` are on the screen and return the seconds it took."""
        return self.wait(lambda screen: all(text in screen for text in texts), " and ".join(map(repr, texts)), timeout)

    def wait_gone(self, text: str, timeout: float = 60.0) -> float:
        """Wait until ``text`` has left the screen."""
        return self.wait(lambda screen: text not in screen, f"the end of {text!r}", timeout)

    def settle(self, quiet: float = 0.2, timeout: float = 10.0) -> None:
        """Take in output until none has come for ``quiet`` seconds."""
        begin = last = time.perf_counter()
        while time.perf_counter() - last < quiet and time.perf_counter() - begin < timeout:
            count = self.pump(0.02)
            if count < 0:
                return
            if count:
                last = time.perf_counter()

    def reaction(self, data: bytes, quiet: float = 0.15) -> float | None:
        """Send ``data`` and return the seconds until the last byte of what it caused; the screen is drawn afterwards."""
        begin = time.perf_counter()
        self.send(data)
        last: float | None = None
        came = b""
        while True:
            now = time.perf_counter()
            if now - begin > 5 or (now - (last or begin) > quiet and (last or now - begin > 1)):
                break
            if select.select([self._fd], [], [], 0.002)[0]:
                came += os.read(self._fd, 65536)
                last = time.perf_counter()
        self._take(came)
        return None if last is None else last - begin

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def wait_end(self, timeout: float = 60.0) -> int:
        """Wait until the program has ended and return its exit status (negative for a signal)."""
        begin = time.perf_counter()
        while self.status is None:
            if time.perf_counter() - begin > timeout:
                raise AssertionError(f"the program did not end within {timeout} s; the screen is\n{self.text}")
            self.pump(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status

    def wait_stopped(self, timeout: float = 60.0) -> None:
        """Wait until the program is suspended."""
        begin = time.perf_counter()
        while Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "T":
            if time.perf_counter() - begin > timeout:
                raise AssertionError("the program was not suspended")
            self.pump(0.02)

    def since_start(self) -> float:
        """Seconds since the program was started."""
        return time.perf_counter() - self.started

    def kill(self) -> None:
        """End the program as a power cut would."""
        os.kill(self.pid, signal.SIGKILL)
        self.wait_end()

    def memory(self) -> int:
        """The program's resident memory, in bytes."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def close(self) -> None:
        """End the program, whatever it does."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.status is not None:
                break
            os.kill(self.pid, number)
            try:
                self.wait_end(3.0)
            except AssertionError:
                continue
        os.close(self._fd)
