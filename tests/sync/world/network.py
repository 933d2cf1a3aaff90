"""The network between a seat and the server: late, cut off, or delivering twice and out of order."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass

from cartdesk.errors import NoAnswer
from cartdesk.sync.messages import Answer, Request

from .server import Server


@dataclass(frozen=True)
class Weather:
    """How likely each mishap is."""

    lost: float = 0.0
    """The request never arrives."""
    unheard: float = 0.0
    """It takes effect, and the answer is lost."""
    late: float = 0.0
    """It takes effect long after we gave up on it."""
    twice: float = 0.0
    """It takes effect twice, the second time later."""
    error: float = 0.0
    """500 before it takes effect."""
    broken: float = 0.0
    """502 with HTML after it took effect."""
    busy: float = 0.0
    """429."""


class Network:
    """One seat's way to the server."""

    def __init__(self, server: Server, weather: Weather, rng: random.Random) -> None:
        self._server = server
        self.weather = weather
        self._rng = rng
        self.up = True
        self.sent = 0
        self._late: set[asyncio.Task[None]] = set()

    async def send(self, request: Request) -> Answer:
        self.sent += 1
        await asyncio.sleep(self._rng.uniform(0.01, 0.4))
        if not self.up:
            raise NoAnswer("The server cannot be reached.")
        mishap = self._mishap(request)
        if mishap == "lost":
            raise NoAnswer("The request timed out.")
        if mishap == "error":
            return Answer(500, {}, b"<html>oh no</html>")
        if mishap == "busy":
            return Answer(429, {"retry-after": "3"}, b"")
        if mishap == "late":
            self._later(request)
            raise NoAnswer("The request timed out.")
        answer = self._server.handle(request)
        if mishap == "twice":
            self._later(request)
        await asyncio.sleep(self._rng.uniform(0.01, 0.4))
        if mishap == "unheard" or not self.up:
            raise NoAnswer("The connection broke off.")
        if mishap == "broken":
            return Answer(502, {"content-type": "text/html"}, b"<html>bad gateway</html>")
        return answer

    def _mishap(self, request: Request) -> str | None:
        for name in ("lost", "unheard", "late", "twice", "error", "broken", "busy"):
            if name in ("late", "twice") and request.method == "GET":
                continue
            if self._rng.random() < getattr(self.weather, name):
                return name
        return None

    def _later(self, request: Request) -> None:
        async def deliver() -> None:
            await asyncio.sleep(self._rng.uniform(0.5, 40.0))
            self._server.handle(request)

        task = asyncio.ensure_future(deliver())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def quiet(self) -> None:
        """Wait until nothing is under way any more."""
        while self._late:
            await asyncio.gather(*self._late)
