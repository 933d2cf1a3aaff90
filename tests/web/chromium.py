"""A real Chromium without a window, driven over its DevTools protocol: keys, mouse, touch, pictures, and what its terminal was sent.

Only what the tests need; a test that wants it is skipped where no Chromium is installed.
"""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pyte

from .served import PATIENCE

NAMES = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
_CODES = {
    "Enter": 13, "Escape": 27, "Tab": 9, "Backspace": 8, "ArrowUp": 38, "ArrowDown": 40, "ArrowLeft": 37, "ArrowRight": 39,
    **{f"F{n}": 111 + n for n in range(1, 13)},
}  # fmt: skip


def found() -> str | None:
    """Return where Chromium is, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class ChromiumPage:
    """One tab."""

    def __init__(self, chromium: Chromium, target: str, session: str) -> None:
        self._chromium, self.target, self.session = chromium, target, session
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self.requested: list[str] = []
        self.complaints: list[str] = []
        """Errors on the console, breaches of the policy, and errors of scripts."""
        self.sockets: list[str] = []
        self.closed = False

    async def call(self, method: str, **parameters: Any) -> Any:
        return await self._chromium.call(method, self.session, **parameters)

    async def open(self, url: str) -> None:
        await self.call("Page.navigate", url=url)

    async def evaluate(self, expression: str) -> Any:
        answer = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise ProtocolError(str(answer))
        return answer["result"].get("value")

    async def until(self, expression: str) -> Any:
        """Wait until an expression holds in the page; while it is loaded anew there is nothing to ask."""
        async with asyncio.timeout(PATIENCE):
            while True:
                with suppress(ProtocolError):
                    if value := await self.evaluate(expression):
                        return value
                await asyncio.sleep(0.03)

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    async def wait_for(self, text: str) -> None:
        """Wait until the terminal was sent a text."""
        try:
            async with asyncio.timeout(PATIENCE):
                while text not in self.text:
                    assert not self.closed, f"the page's socket is closed, and {text!r} was never shown:\n{self.text}"
                    await self._chromium.news()
        except TimeoutError:
            raise AssertionError(f"{text!r} is not on the screen:\n{self.text}\n{self.complaints}") from None

    async def type(self, text: str) -> None:
        for letter in text:
            await self.call("Input.dispatchKeyEvent", type="keyDown", key=letter, text=letter)
            await self.call("Input.dispatchKeyEvent", type="keyUp", key=letter)

    async def press(self, key: str, *, control: bool = False, alt: bool = False) -> None:
        code = _CODES.get(key, ord(key.upper()[0]))
        told = {"key": key, "code": key if len(key) > 1 else f"Key{key.upper()}", "windowsVirtualKeyCode": code}
        told["modifiers"] = 2 * control + alt
        text = {"text": "\r"} if key == "Enter" else {}
        await self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **told, **text)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **told)

    async def place(self, words: str) -> tuple[float, float]:
        """Return where on the page some words of the terminal are."""
        await self.wait_for(words)
        row, line = next((row, line) for row, line in enumerate(self.text.splitlines()) if words in line)
        box = await self.evaluate(
            "(() => {const b = document.querySelector('.xterm-screen').getBoundingClientRect(); return [b.x, b.y, b.width, b.height]})()"
        )
        across, down = box[2] / self.screen.columns, box[3] / self.screen.lines
        return box[0] + (line.index(words) + len(words) / 2) * across, box[1] + (row + 0.5) * down

    async def click(self, words: str) -> None:
        x, y = await self.place(words)
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            buttons = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
            await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **buttons)

    async def tap(self, words: str) -> None:
        x, y = await self.place(words)
        await self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        await self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    async def picture(self, path: Path) -> bytes:
        await self.call("Page.bringToFront")  # what is behind is not drawn
        answer = await self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(answer["data"]))
        return path.read_bytes()

    def heard(self, method: str, told: dict[str, Any]) -> None:
        """Take in what the browser says of this tab."""
        match method:
            case "Network.requestWillBeSent":
                self.requested.append(told["request"]["url"])
            case "Network.webSocketCreated":
                self.sockets.append(told["url"])
                self.closed = False
                sizes = dict(each.split("=") for each in told["url"].partition("?")[2].split("&"))
                self._resized(int(sizes["width"]), int(sizes["height"]))
            case "Network.webSocketFrameReceived":
                if told["response"]["opcode"] == 2:
                    self._stream.feed(base64.b64decode(told["response"]["payloadData"]))
            case "Network.webSocketClosed":
                self.closed = True
            case "Runtime.exceptionThrown":
                self.complaints.append(str(told["exceptionDetails"]))
            case "Log.entryAdded":
                if told["entry"]["level"] in ("error", "warning"):
                    self.complaints.append(told["entry"]["text"])

    def _resized(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        self.screen.reset()


class ProtocolError(Exception):
    """The browser could not do what it was asked."""


class Chromium:
    """The browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._pages: dict[str, ChromiumPage] = {}
        self._news = asyncio.Event()

    async def listen(self) -> None:
        async for message in self._socket:
            told = message.json()
            if "id" in told:
                waiting = self._waiting.pop(told["id"])
                if waiting.done():
                    continue
                if "error" in told:
                    waiting.set_exception(ProtocolError(told["error"]["message"]))
                else:
                    waiting.set_result(told["result"])
            elif told.get("sessionId") in self._pages:
                self._pages[told["sessionId"]].heard(told["method"], told["params"])
            self._news.set()

    async def news(self) -> None:
        self._news.clear()
        await self._news.wait()

    async def call(self, method: str, session: str | None = None, **parameters: Any) -> Any:
        number = next(self._numbers)
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters, **({"sessionId": session} if session else {})})
        return await asyncio.wait_for(waiting, PATIENCE)

    async def page(self, width: int = 1280, height: int = 800, *, touch: bool = False, context: str | None = None) -> ChromiumPage:
        """Open a tab; ``context`` is another browser's worth of cookies."""
        apart = {"browserContextId": context} if context else {}
        target = (await self.call("Target.createTarget", url="about:blank", **apart))["targetId"]
        session = (await self.call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        page = self._pages[session] = ChromiumPage(self, target, session)
        for name in ("Page", "Network", "Runtime", "Log"):
            await page.call(f"{name}.enable")
        await page.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        if touch:
            await page.call("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=1)
        return page

    async def another(self) -> str:
        """Return another browser's worth of cookies."""
        context: str = (await self.call("Target.createBrowserContext"))["browserContextId"]
        return context


@asynccontextmanager
async def chromium(path: str, folder: Path, *options: str) -> AsyncIterator[Chromium]:
    """Run it for as long as the context is open."""
    arguments = [
        path, "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder / 'chromium'}", "--no-first-run",
        "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
        "--disable-extensions", "--disable-sync", "--mute-audio", "--hide-scrollbars", *options,
    ]  # fmt: skip
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    environment = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    with (folder / "chromium.log").open("wb") as log:
        process = subprocess.Popen([*arguments, "about:blank"], stdout=log, stderr=log, env=environment, start_new_session=True)
    try:
        url = await _address(folder / "chromium" / "DevToolsActivePort", process)
        async with aiohttp.ClientSession() as session, session.ws_connect(url, max_msg_size=0) as socket:
            browser = Chromium(socket)
            listening = asyncio.create_task(browser.listen())
            try:
                yield browser
            finally:
                listening.cancel()
    finally:
        process.terminate()
        process.wait(PATIENCE)


async def _address(file: Path, process: subprocess.Popen[bytes]) -> str:
    async with asyncio.timeout(PATIENCE):
        while True:
            lines = file.read_text().split() if file.exists() else []
            if len(lines) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            assert process.poll() is None, "Chromium has ended"
            await asyncio.sleep(0.05)
