"""``cartdesk web`` as a process of its own, and a browser's part of the talk with it, without a browser.

The tests of processes and of Chromium start it.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pyte

PATIENCE = 60.0


@dataclass
class Served:
    """A running server."""

    process: subprocess.Popen[str]
    origin: str
    token: str
    home: Path

    @property
    def sign_in(self) -> str:
        return f"{self.origin}/sign-in?token={self.token}"

    @property
    def log(self) -> str:
        """Everything that was logged and said on standard error."""
        found = [*self.home.rglob("*.log"), *(self.home.parent / "state").rglob("*.log"), self.home.parent / "errors.log"]
        return "".join(path.read_text() for path in found)

    def seats(self) -> list[int]:
        """Return the ids of the seats' processes."""
        return [pid for pid in children(self.process.pid) if is_running(pid)]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End the server and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def command(home: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "cartdesk", "--data-dir", str(home), "--agent", "ana", "web", *options]


@contextmanager
def serving(folder: Path, *options: str, port: int = 0) -> Iterator[Served]:
    """Serve for as long as the context is open, with the token in ``folder/token`` where that was said."""
    home = folder / "home"
    environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "HOME": str(folder)}
    with (folder / "errors.log").open("a") as errors:
        process = subprocess.Popen(
            command(home, "--port", str(port), *options), stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
        )
    assert process.stdout is not None
    said = process.stdout.readline() + process.stdout.readline()
    found = re.search(r"(http://\S+)/sign-in\?token=(\S+)", said)
    if found is None:
        process.wait(PATIENCE)
        raise AssertionError(f"it did not start: {said}{(folder / 'errors.log').read_text()}")
    token = (folder / "token").read_text().strip() if "--token-file" in options else found[2]
    assert "--token-file" not in options or token not in said
    server = Served(process, found[1], token, home)
    try:
        yield server
    finally:
        if process.poll() is None:
            server.stop(signal.SIGKILL)
        process.stdout.close()


async def until(holds: Callable[[], bool], what: str = "it") -> None:
    """Wait for something that is about to hold."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.02)
    assert holds(), f"{what} never came to hold"


class Tab:
    """A page's end of the websocket, with a terminal behind it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, columns: int, rows: int) -> None:
        self.socket = socket
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.pongs: list[str] = []

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    async def type(self, text: str) -> None:
        await self.socket.send_str(json.dumps(["stdin", text]))

    async def wait_for(self, text: str) -> None:
        """Read until the terminal shows a text."""
        async with asyncio.timeout(PATIENCE):
            while text not in self.text:
                message = await self.socket.receive()
                assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), f"{message}\n{self.text}"
                if message.type is aiohttp.WSMsgType.BINARY:
                    self._stream.feed(message.data)
                else:
                    self.pongs.append(message.data)

    async def wait_closed(self) -> int | None:
        """Read until the socket is closed, and return why."""
        async with asyncio.timeout(PATIENCE):
            async for _ in self.socket:
                pass
        return self.socket.close_code


class Browser:
    """Cookies, and pages."""

    def __init__(self, session: aiohttp.ClientSession, origin: str) -> None:
        self.session = session
        self.origin = origin

    @asynccontextmanager
    async def tab(self, columns: int = 120, rows: int = 40) -> AsyncIterator[Tab]:
        url = f"{self.origin}/ws?width={columns}&height={rows}"
        async with self.session.ws_connect(url, origin=self.origin, max_msg_size=0) as socket:
            yield Tab(socket, columns, rows)


@asynccontextmanager
async def browser(server: Served) -> AsyncIterator[Browser]:
    """A browser that has signed in."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get(server.sign_in) as response:
            assert response.status == 200
        yield Browser(session, server.origin)


def is_running(pid: int) -> bool:
    """Return True for a process that runs, and has not merely been left for its parent to notice."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def children(pid: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            parent = next(line for line in status.read_text().splitlines() if line.startswith("PPid:"))
        except OSError:
            continue  # it ended meanwhile
        if int(parent.split()[1]) == pid:
            found.append(int(status.parent.name))
    return found
